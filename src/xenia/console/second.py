"""What takes a second person: what waits, who decides, and from which limit on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, Literal

from xenia.client import ProblemError, shapes
from xenia.console import acts
from xenia.console.acts import Field
from xenia.console.places import BEFORE
from xenia.pages.answering import Flash, Gone, Page, Shown
from xenia.pages.asking import Asked
from xenia.pages.formats import UNCLEAR
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.templating import with_query
from xenia.pages.words import marked

CORRECTIONS: Final = f"{BEFORE}/corrections"
LIMITS: Final = f"{CORRECTIONS}/limits"
_PAGE: Final = 50
_STATES: Final = {
    "waiting": marked("Waits"),
    "confirmed": marked("Confirmed"),
    "declined": marked("Declined"),
    "withdrawn": marked("Taken back"),
}
_Known = Literal["waiting", "confirmed", "declined", "withdrawn"]
_KNOWN: Final[tuple[_Known, ...]] = ("waiting", "confirmed", "declined", "withdrawn")


@shown_at(CORRECTIONS)
def corrections(asked: Asked) -> Page:
    """Those of a state, the newest first."""
    wish = asked.query.one("state", "waiting")
    chosen = next((one for one in _KNOWN if one == wish), None)
    if chosen is None and wish != "any":
        chosen = "waiting"
    cursor = asked.query.one("cursor")
    found = asked.client.corrections(
        state=chosen,
        limit=_PAGE,
        cursor=cursor or None,
    )
    own = f"staff/{asked.staff}"
    values = {
        "rows": [(one, said_of(asked, one), one.asked_by == own) for one in found.data],
        "next_cursor": found.next_cursor,
        "cursor": cursor,
        "state": chosen or "any",
        "states": {name: asked.say(title) for name, title in _STATES.items()},
        "corrections_path": CORRECTIONS,
        "limits_path": LIMITS,
    }
    return Shown("console/members/corrections.html", values, fragments=frozenset({"results"}))


def said_of(asked: Asked, one: shapes.Correction) -> str:
    """What is to be given or taken, in words."""
    if one.type == "adjustment":
        return f"{asked.formats.signed(str(one.units)).striptags()} {one.currency}"
    if one.voucher:
        return asked.say("Voucher: %(name)s", name=one.voucher)
    if one.benefit:
        return asked.say("Benefit: %(name)s", name=one.benefit)
    return ", ".join(f"{ladder}: {level}" for ladder, level in (one.tier or {}).items())


@sent_to(f"{CORRECTIONS}/confirm")
def confirmed(asked: Asked) -> Page:
    """It is done."""
    name = asked.form.one("correction")
    try:
        asked.client.confirmed_correction(name, idempotency_key=asked.once)
    except ProblemError as error:
        return _not_done(asked, error)
    return Gone(CORRECTIONS, Flash(marked("It is confirmed and done.")))


@sent_to(f"{CORRECTIONS}/decline")
def declined(asked: Asked) -> Page:
    """It is not done."""
    name = asked.form.one("correction")
    try:
        asked.client.declined_correction(name, idempotency_key=asked.once)
    except ProblemError as error:
        return _not_done(asked, error)
    return Gone(CORRECTIONS, Flash(marked("It is not done.")))


def _not_done(asked: Asked, error: ProblemError) -> Page:
    said = acts.above_of(asked, error)
    if error.problem.status not in (403, 404, 409):
        raise error
    return Shown("console/error.html", {"refusal": said, "status": error.problem.status}, 409)


# ---- from which limit on -------------------------------------------------------------------------


def _limits(asked: Asked, programme: str) -> tuple[shapes.Safety, list[Field]]:
    said = asked.client.programme_safety(programme)
    currencies = acts.within(acts.document(asked, programme), "currencies")
    names = sorted({*map(str, currencies), *said.second_person})
    hint = asked.say("Empty: one person may give or take any number.")
    fields = [
        Field(f"u-{one}", one, "number", said.second_person.get(one, ""), (), hint) for one in names
    ]
    choices = (("no", asked.say("No")), ("yes", asked.say("Yes")))
    value = "yes" if said.second_person_grants else "no"
    fields.append(Field("grants", asked.say("Every grant takes two"), "select", value, choices))
    return said, fields


def _typed(asked: Asked, known: Field) -> Field:
    """A field with what was written in it; one that was not asked for yet stays."""
    written = asked.form.one(known.name, known.value)
    value = asked.formats.typed(written, known.value)
    if value is None:
        return replace(known, value=written, wrong=asked.say(UNCLEAR))
    return replace(known, value=value)


def _shown_limits(asked: Asked, programme: str, fields: list[Field], *, status: int = 200) -> Page:
    known = asked.client.programmes().data if asked.may("programmes:read") else ()
    values: dict[str, Any] = {
        "programme": programme,
        "programmes": [one.programme for one in known],
        "fields": fields,
        "limits_path": LIMITS,
        "corrections_path": CORRECTIONS,
    }
    return Shown("console/members/limits.html", values, status)


def _programme(asked: Asked) -> str:
    known = [one.programme for one in asked.client.programmes().data]
    wish = asked.form.one("programme") or asked.query.one("programme")
    return wish if wish in known else next(iter(known), "")


def _needed(asked: Asked) -> None:
    for scope in ("safety:write", "accounts:write"):
        acts.needed(asked, scope)


@shown_at(LIMITS)
def limits(asked: Asked) -> Page:
    """Above how many units it takes two people."""
    _needed(asked)
    programme = _programme(asked)
    return _shown_limits(asked, programme, _limits(asked, programme)[1] if programme else [])


@sent_to(LIMITS)
def limited(asked: Asked) -> Page:
    """So it is from now on; what else is said of spending stays."""
    _needed(asked)
    programme = _programme(asked)
    said, fields = _limits(asked, programme)
    fields = [_typed(asked, one) for one in fields]
    if any(one.wrong for one in fields):
        return _shown_limits(asked, programme, fields, status=422)
    second = {
        one.name.removeprefix("u-"): one.value
        for one in fields
        if one.name.startswith("u-") and one.value
    }
    body = shapes.NewSafety(
        limits=tuple(
            shapes.SpendingLimit(
                name=one.name,
                counts=one.counts,
                most=one.most,
                minutes=one.minutes,
                currency=one.currency,
                then=one.then,
            )
            for one in said.limits
        ),
        codes=dict(said.codes),
        second_person=dict(second),
        second_person_grants=asked.form.one("grants") == "yes",
    )
    try:
        asked.client.changed_safety(programme, body, idempotency_key=asked.once)
    except ProblemError as error:
        if error.problem.status != 422:
            raise
        wrong = {
            reason.pointer.rpartition("/")[2]: reason.detail for reason in error.problem.errors
        }
        fields = [
            replace(one, wrong=wrong.get(one.name.removeprefix("u-"), ""), language="en")
            for one in fields
        ]
        return _shown_limits(asked, programme, fields, status=422)
    to = with_query(LIMITS, [("programme", programme)])
    return Gone(to, Flash(marked("The limits are kept.")))


ROUTES = (corrections, confirmed, declined, limits, limited)
