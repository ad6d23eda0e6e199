"""Units that one member gives to another, where the programme lets them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xenia.client import ProblemError, shapes
from xenia.pages.answering import Flash, Gone, Page
from xenia.pages.asking import Asked
from xenia.pages.choosing import spoken_by, wished
from xenia.pages.formats import UNCLEAR
from xenia.pages.not_granted import Why, why
from xenia.pages.refusals import Refusal, refusal_of
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.templating import with_query
from xenia.pages.words import marked
from xenia.portal.places import GIVE, HISTORY
from xenia.portal.showing import shown

_REASONS: Final[Mapping[str, str]] = {
    "insufficient-balance": marked("You have less than that."),
    "below-minimum": marked("It is less than the programme lets you give at once."),
    "beyond-limit": marked("You have given as much as can be given for now."),
    "code-needed": marked("So much at once can only be given at the till."),
    "spending-limit": marked("You have given as much as can be given for now."),
}


@shown_at(GIVE)
def give(asked: Asked) -> Page:
    """To whom, and how much."""
    return _give(asked)


@sent_to(GIVE)
def given(asked: Asked) -> Page:
    """Asks once more, and then does it."""
    form = asked.form
    if not form.one("to") or not form.one("units"):
        said = asked.say("Write to whom, and how much.")
        return _give(asked, Refusal(asked.say("Nothing was given"), said))
    if form.one("sure") != "yes":
        units = asked.formats.typed(form.one("units"))
        if units is None:
            return _give(asked, Refusal(asked.say("Nothing was given"), asked.say(UNCLEAR)))
        return _give(asked, asks=units)
    wanted = shapes.OwnTransfer(
        to=form.one("to")[:200],
        currency=form.one("currency"),
        units=form.one("units")[:30],
        programme=wished(asked),
    )
    try:
        done = asked.client.own_transfer(wanted, idempotency_key=asked.once)
    except ProblemError as error:
        if error.problem.status not in (409, 422):
            raise
        return _give(asked, _wrong(asked, error))
    for refusal in done.answer.refusals:
        known = _REASONS.get(refusal.code)
        why_not = Why(asked.say(known)) if known else why(refusal, asked.words)
        return _give(asked, Refusal(asked.say("Nothing was given"), *why_not))
    to = with_query(HISTORY, [("programme", wished(asked) or "")])
    return Gone(to, Flash(marked("It is theirs now.")))


def _wrong(asked: Asked, error: ProblemError) -> Refusal:
    title = asked.say("Nothing was given")
    if error.problem.code == "nobody-to-give-to":
        said = asked.say("Nobody else is known by this. Ask them for the number of their card.")
        return Refusal(title, said)
    if any(one.pointer.endswith("/units") for one in error.problem.errors):
        return Refusal(title, asked.say("Write how much as a number, like 50."))
    return refusal_of(error, asked.words)


def _give(asked: Asked, wrong: Refusal | None = None, *, asks: str = "") -> Page:
    """The form; or the question whether so many units, as the interface reads them, are given."""
    own = asked.client.own(programme=wished(asked), locale=spoken_by(asked))
    form = asked.form
    can = [one for one in own.currencies if one.transfers]
    values = {
        "own": own,
        "programme": own.programme,
        "can": can,
        "wrong": wrong,
        "asks": asks,
        "to": form.one("to"),
        "units": asks or form.one("units"),
        "currency": form.one("currency") or next((one.currency for one in can), ""),
        "title": next((one.title for one in can if one.currency == form.one("currency")), ""),
    }
    return shown(asked, "portal/give.html", values, 422 if wrong else 200)


ROUTES = (give, given)
