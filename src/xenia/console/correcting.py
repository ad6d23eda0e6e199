"""Corrections of what a member holds: give and take units, grant, hold and release."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from typing import Final, Literal
from zoneinfo import ZoneInfo

from xenia.client import ProblemError, shapes
from xenia.console import acts
from xenia.console.acts import MEMBER, Act, Field, Whom
from xenia.pages.answering import Page
from xenia.pages.asking import Asked
from xenia.pages.formats import UNCLEAR, UTC
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.templating import with_query
from xenia.pages.words import marked

_SCOPE: Final = "staff:write"
_MOST: Final = 24  # characters of a number
_REASON: Final = 500  # characters
_POINTERS: Final[Mapping[str, str]] = {
    "/units": "units",
    "/currency": "currency",
    "/reason": "reason",
    "/until": "until",
    "/voucher": "what",
    "/tier": "what",
    "/benefit": "what",
    "": "what",
}
Answer = shapes.AskedCorrection


def _reason(asked: Asked) -> Field:
    hint = asked.say("Staff reads it. It is erased with the member.")
    said = asked.say("It was a mistake.") if asked.query.one("undo") else ""
    return Field(
        "reason", asked.say("Reason"), "area", said, hint=hint, required=True, longest=_REASON
    )


def _currencies(asked: Asked, of: Whom, *, every: bool = False) -> Field:
    """Which of the currencies that they could hold."""
    held = asked.client.wallet(of.member, programme=of.programme).wallet if of.programme else {}
    choices = [(key, key) for key in held]
    if every:
        choices.insert(0, ("", asked.say("All")))
    wish = asked.query.one("currency")
    value = wish if wish in dict(choices) else choices[0][0] if choices else ""
    return Field("currency", asked.say("Currency"), "select", value, choices)


# ---- units ---------------------------------------------------------------------------------------


def _adjust(asked: Asked, of: Whom) -> Act:
    ways = (("give", asked.say("Give")), ("take", asked.say("Take")))
    way = asked.query.one("way")
    return Act(
        asked.say("Adjust a balance"),
        asked.say(
            "What you give can be used at once, and ends as what is earned does. What you take is "
            "taken whole, or not at all."
        ),
        of.path("/adjust"),
        asked.say("Adjust"),
        (
            Field("way", asked.say("What is done"), "select", way or "give", ways),
            Field(
                *("units", asked.say("How many"), "number", asked.query.one("units")),
                required=True,
                longest=_MOST,
            ),
            _currencies(asked, of),
            _reason(asked),
        ),
        preview=True,
    )


@shown_at(f"{MEMBER}/adjust")
def adjust(asked: Asked) -> Page:
    """How many of which units are given or taken."""
    of = acts.whom(asked, _SCOPE)
    return acts.shown(of, _adjust(asked, of))


@sent_to(f"{MEMBER}/adjust")
def adjusted(asked: Asked) -> Page:
    """They are, or a second person is asked, or what would come of it is shown."""
    of = acts.whom(asked, _SCOPE)
    act = acts.filled(asked, _adjust(asked, of))
    units, takes = asked.formats.typed(asked.form.one("units")), asked.form.one("way") == "take"
    if units is None:
        return acts.shown(of, acts.wrong_at(act, "units", asked.say(UNCLEAR)), status=422)
    signed = f"-{units}" if takes and units else units

    def look(act: Act, answer: Answer) -> Act:
        return _seen(asked, of, act, answer)

    back = with_query(
        of.path("/adjust"),
        [("programme", of.programme), ("way", "give" if takes else "take"), ("units", units)],
        currency=asked.form.one("currency"),
        undo="yes",
    )
    if units.startswith(("-", "+")):
        said = asked.say("Write how many, without a sign.")
        return acts.shown(of, acts.wrong_at(act, "units", said), status=422)
    given, taken = marked("Given: %(units)s %(currency)s"), marked("Taken: %(units)s %(currency)s")
    told = {"units": units, "currency": asked.form.one("currency")}
    return _made(
        asked, of, act, _body(asked, of, "adjustment", units=signed), look=look,
        then=(taken if takes else given, told, back),
    )  # fmt: skip


def _seen(asked: Asked, of: Whom, act: Act, answer: Answer) -> Act:
    currency = asked.form.one("currency")
    after = answer.answer.wallet.get(currency)
    before = asked.client.wallet(of.member, programme=of.programme).wallet.get(currency)
    if before is None or after is None:
        return act
    number = asked.formats.number
    seen = (
        (asked.say("Balance now"), f"{number(before.balance).striptags()} {currency}"),
        (asked.say("Balance afterwards"), f"{number(after.balance).striptags()} {currency}"),
    )
    return replace(act, seen=seen)


# ---- grants --------------------------------------------------------------------------------------


def _grant(asked: Asked, of: Whom) -> Act:
    choices = _grants(asked, of)
    if not choices:
        said = asked.say("There is nothing in this programme that could be granted.")
        return Act(asked.say("Grant something"), said, of.path("/grant"), "")
    return Act(
        asked.say("Grant something"),
        asked.say("A voucher, a level or a benefit, also of what is not for sale."),
        of.path("/grant"),
        asked.say("Grant"),
        (
            Field("what", asked.say("What"), "select", choices[0][0] if choices else "", choices),
            Field(
                *("until", asked.say("Until"), "date"),
                hint=asked.say("Of a level or a benefit. Empty: as long as the programme says."),
            ),
            _reason(asked),
        ),
    )


def _grants(asked: Asked, of: Whom) -> list[tuple[str, str]]:
    """All that can be granted in a programme, by its kind and id."""
    if not of.programme or not asked.may("programmes:read"):
        return []
    rewards = asked.client.rewards(programme=of.programme).data
    said = acts.document(asked, of.programme)
    voucher, benefit = asked.say("Voucher"), asked.say("Benefit")
    found = [(f"voucher:{one.reward}", f"{voucher}: {one.title}") for one in rewards]
    for ladder in acts.within(said, "tiers"):
        levels = acts.within(said, "tiers", str(ladder), "levels")
        found += [(f"tier:{ladder}:{one}", f"{ladder}: {one}") for one in levels]
    found += [(f"benefit:{one}", f"{benefit}: {one}") for one in acts.within(said, "benefits")]
    return found


@shown_at(f"{MEMBER}/grant")
def grant(asked: Asked) -> Page:
    """What is granted, and until when."""
    of = acts.whom(asked, _SCOPE)
    return acts.shown(of, _grant(asked, of))


@sent_to(f"{MEMBER}/grant")
def granted(asked: Asked) -> Page:
    """It is, or a second person is asked."""
    of = acts.whom(asked, _SCOPE)
    kind, _, name = asked.form.one("what").partition(":")
    until = asked.form.one("until")
    ladder, _, level = name.partition(":")
    body = _body(
        *(asked, of, "grant"),
        voucher=name if kind == "voucher" else None,
        benefit=name if kind == "benefit" else None,
        tier={ladder: level} if kind == "tier" else None,
        until=_noon(asked, of, until) if until and kind != "voucher" else None,
    )
    act = acts.filled(asked, _grant(asked, of))
    told = {"what": level or name}
    return _made(asked, of, act, body, then=(marked("Granted: %(what)s"), told, ""))


def _noon(asked: Asked, of: Whom, day: str) -> str:
    """An instant of a day where the programme is, to the end of which a grant then holds."""
    zone = acts.document(asked, of.programme).get("timezone", UTC)
    try:
        local = datetime.combine(date.fromisoformat(day), time(12), ZoneInfo(str(zone)))
    except (ValueError, KeyError, OSError):
        return day  # which is refused
    return local.isoformat()


# ---- hold and release ----------------------------------------------------------------------------


def _hold(asked: Asked, of: Whom) -> Act:
    return Act(
        asked.say("Hold units"),
        asked.say("What is held cannot be used until it is released. It still ends on its day."),
        of.path("/hold"),
        asked.say("Hold"),
        _of_holding(asked, of),
    )


def _release(asked: Asked, of: Whom) -> Act:
    return Act(
        asked.say("Release what is held"),
        asked.say("It can be used again at once."),
        of.path("/release"),
        asked.say("Release"),
        _of_holding(asked, of),
    )


def _of_holding(asked: Asked, of: Whom) -> tuple[Field, ...]:
    hint = asked.say("Empty: all of them.")
    number = Field(
        "units", asked.say("How many"), "number", asked.query.one("units"), (), hint, longest=_MOST
    )
    return _currencies(asked, of, every=True), number, _reason(asked)


@shown_at(f"{MEMBER}/hold")
def hold(asked: Asked) -> Page:
    """How many of which units."""
    of = acts.whom(asked, _SCOPE)
    return acts.shown(of, _hold(asked, of))


@sent_to(f"{MEMBER}/hold")
def held(asked: Asked) -> Page:
    """They are held."""
    of = acts.whom(asked, _SCOPE)
    said = marked("It is held.")
    return _holding(asked, of, _hold(asked, of), kind="hold", said=said, opposite="/release")


@shown_at(f"{MEMBER}/release")
def release(asked: Asked) -> Page:
    """How many of which units."""
    of = acts.whom(asked, _SCOPE)
    return acts.shown(of, _release(asked, of))


@sent_to(f"{MEMBER}/release")
def released(asked: Asked) -> Page:
    """They can be used again."""
    of = acts.whom(asked, _SCOPE)
    said = marked("It is released.")
    return _holding(asked, of, _release(asked, of), kind="release", said=said, opposite="/hold")


def _holding(
    asked: Asked,
    of: Whom,
    act: Act,
    *,
    kind: Literal["hold", "release"],
    said: str,
    opposite: str,
) -> Page:
    currency, units = asked.form.one("currency"), asked.formats.typed(asked.form.one("units"))
    act = acts.filled(asked, act)
    if units is None:
        return acts.shown(of, acts.wrong_at(act, "units", asked.say(UNCLEAR)), status=422)
    asked_for = [("programme", of.programme), ("currency", currency), ("units", units)]
    # Of "all", the opposite would be more than was done here: what was so before, too.
    undo = bool(currency and units)
    back = with_query(of.path(opposite), [*asked_for, ("undo", "yes")]) if undo else ""
    body = _body(asked, of, kind, units=units or None)
    return _made(asked, of, act, body, then=(said, {}, back))


# ---- what all of them do -------------------------------------------------------------------------


def _body(
    asked: Asked,
    of: Whom,
    kind: Literal["adjustment", "grant", "hold", "release"],
    *,
    units: str | None = None,
    voucher: str | None = None,
    benefit: str | None = None,
    tier: dict[str, str] | None = None,
    until: str | None = None,
) -> shapes.NewCorrection:
    return shapes.NewCorrection(
        type=kind,
        member=of.member,
        programme=of.programme or None,
        reason=asked.form.one("reason")[:_REASON],
        currency=asked.form.one("currency") or None,
        units=units,
        voucher=voucher,
        benefit=benefit,
        tier=tier,
        until=until,
    )


def _as_it_is(act: Act, _answer: Answer) -> Act:
    return act


def _made(
    asked: Asked,
    of: Whom,
    act: Act,
    body: shapes.NewCorrection,
    *,
    then: tuple[str, Mapping[str, str], str],
    look: Callable[[Act, Answer], Act] = _as_it_is,
) -> Page:
    """Ask for it; `then` is what is said where it was done, and where it is undone."""
    lacks = acts.lacking(asked, act)
    if lacks is not None:
        return acts.shown(of, lacks, status=422)
    preview = bool(asked.form.one("preview"))
    try:
        answer = asked.client.new_correction(body, dry_run=preview, idempotency_key=asked.once)
    except ProblemError as error:
        return acts.refused(asked, of, act, error, _POINTERS)
    waits = answer.state == "waiting"
    if preview:
        said = asked.say("Above the limit: somebody else has to confirm it.")
        return acts.shown(of, replace(look(act, answer), notes=(said,) * waits))
    if waits:
        return acts.done(of, marked("It waits until somebody else confirms it."))
    sentence, values, undo = then
    return acts.done(of, sentence, undo, **values)


ROUTES = (adjust, adjusted, grant, granted, hold, held, release, released)
