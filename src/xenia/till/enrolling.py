"""Somebody joins at the till: a name, a card or a phone, and what they agree to."""

from __future__ import annotations

from typing import Any, Final

from xenia.client import ProblemError, shapes
from xenia.pages.answering import Flash, Gone, Page, Shown
from xenia.pages.asking import Asked
from xenia.pages.refusals import Refusal, refusal_of
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.templating import with_query
from xenia.pages.words import marked
from xenia.till.places import ENROL, HOME
from xenia.till.sale import plain_identifier
from xenia.till.this_till import programme_of, this_till, to_be_chosen

_KINDS: Final = ("card", "phone", "email")
_NAME: Final = "name"
_LONGEST: Final = 200
_PURPOSE: Final = "news"


@shown_at(ENROL)
def enrol(asked: Asked) -> Page:
    """The form; what was scanned stands in it already."""
    typed = asked.query.one("identifier")[:_LONGEST]
    return _form(asked, {} if not typed else {_kind(typed): typed})


def _kind(typed: str) -> str:
    """What something that was scanned or typed looks like."""
    if "@" in typed:
        return "email"
    return "phone" if typed.startswith(("+", "00")) else "card"


def _form(asked: Asked, said: dict[str, str], wrong: Refusal | None = None) -> Page:
    programme = programme_of(asked)
    if programme is None:
        return to_be_chosen()
    values = {
        "said": said,
        "programme": programme,
        "has_name": _NAME in programme.attributes,
        "wrong": wrong,
        "agrees": asked.form.one("agrees") == "yes",
    }
    return Shown("till/enrol.html", values, 422 if wrong else 200)


@sent_to(ENROL)
def enrolled(asked: Asked) -> Page:
    """They have joined, and stand at the till; or what is wrong."""
    form = asked.form
    said = {
        one: plain_identifier(form.one(one)[:_LONGEST]) for one in (*_KINDS, _NAME) if form.one(one)
    }
    identifiers: dict[str, str] = {kind: said[kind] for kind in _KINDS if kind in said}
    if not identifiers:
        title = asked.say("Something has to lead to them")
        return _form(asked, said, Refusal(title, asked.say("Write a card, a phone or an address.")))
    programme = programme_of(asked)
    if programme is None:
        return to_be_chosen()
    wanted = _member(asked, programme, said, identifiers)
    try:
        made = asked.client.new_member(wanted, idempotency_key=asked.once)
    except ProblemError as error:
        if error.problem.status not in (409, 422):
            raise
        return _form(asked, said, _refusal(asked, error))
    flash = Flash(marked("They have joined."))
    return Gone(with_query(HOME, [("member", made.member)]), flash)


def _member(
    asked: Asked,
    programme: shapes.TillProgramme,
    said: dict[str, str],
    identifiers: dict[str, str],
) -> shapes.NewMember:
    till = this_till(asked)
    attributes: dict[str, Any] = {}
    if _NAME in said and _NAME in programme.attributes:
        attributes[_NAME] = said[_NAME]
    consents = tuple(
        shapes.ConsentShape(
            purpose=_PURPOSE, channel=channel, given=asked.form.one("agrees") == "yes",
            text="till", source="till",
        )
        for kind, channel in (("phone", "sms"), ("email", "email"))
        if kind in identifiers
    )  # fmt: skip
    return shapes.NewMember(
        programme=programme.programme,
        identifiers=identifiers,
        attributes=attributes or None,
        consents=consents or None,
        channel="shop",
        location=till.location if till.location in programme.locations else None,
        terminal=till.terminal,
        cashier=asked.staff,
    )


def _refusal(asked: Asked, error: ProblemError) -> Refusal:
    """Why they have not joined, as far as there are words for it."""
    known = {
        "identifier-taken": asked.say("This leads to another member already."),
        "already-a-member": asked.say("They have joined before: look for them."),
        "ambiguous-member": asked.say("This leads to several members: take one of them."),
    }
    for code in (error.problem.code, *(one.code for one in error.problem.errors)):
        if code in known:
            return Refusal(asked.say("They could not be enrolled"), known[code])
    return refusal_of(error, asked.words)


ROUTES = (enrol, enrolled)
