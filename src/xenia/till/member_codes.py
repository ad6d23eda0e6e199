"""Much at once takes a code that only the member is sent: it is sent, shown where to, and typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final

import msgspec

from xenia.client import ProblemError, shapes
from xenia.pages.answering import Gone, Page, Shown
from xenia.pages.asking import Asked
from xenia.pages.refusals import refusal_of
from xenia.pages.rooms import sent_to
from xenia.pages.words import marked
from xenia.till import glance
from xenia.till.places import CODE, HOME
from xenia.till.sale import Sale, instant, sale_of
from xenia.till.this_till import programme_of, this_till, to_be_chosen

_NEEDED: Final = "code-needed"
_LONGEST: Final = 20  # of what is typed
_WRONG: Final[Mapping[str, str]] = {
    _NEEDED: marked("Type the six digits that the member was sent."),
    "wrong-code": marked(
        "This is not the code that was sent last. Compare the digits: five tries are all."
    ),
    "no-code-asked": marked("This code was used, or another was sent since: send another code."),
    "code-expired": marked("This code has ended: send another code."),
    "code-locked": marked("The code was wrong five times: send another code."),
    "code-for-less": marked("This code is for fewer: send another code."),
}


def typed(asked: Asked) -> str:
    """The digits that the member has read out; "" where none are typed."""
    return "".join(asked.form.one("digits").split())[:_LONGEST]


def is_needed(quote: shapes.Quote | None) -> bool:
    """Whether what a sale would take takes a code."""
    return quote is not None and _NEEDED in (quote.notes or ())


def why_not(asked: Asked, error: ProblemError) -> str | None:
    """What is said where nothing was kept because of a code; None: it was for something else."""
    known = (_WRONG.get(one.code) for one in error.problem.errors)
    return next((asked.say(said) for said in known if said is not None), None)


def to_be_typed(
    asked: Asked,
    programme: shapes.TillProgramme,
    sale: Sale,
    member: shapes.TillMember,
    wrong: str | None = None,
) -> Page:
    """Where the digits are typed.  A code is sent, unless one was for this sale, or what was typed
    is `wrong`."""
    sent = _before(asked, programme, sale, member)
    if sent is not None and wrong is None and asked.form.all("digits"):
        wrong = asked.say(_WRONG[_NEEDED])
    if sent is None and wrong is None:
        sent, wrong = _sent(asked, programme, sale, member)
    return _shown(asked, programme, sale, sent, wrong)


@sent_to(CODE)
def again(asked: Asked) -> Page:
    """Another code is sent, in place of the last."""
    programme = programme_of(asked)
    if programme is None:
        return to_be_chosen()
    sale = sale_of(asked)
    member = glance.found(asked, programme, sale.identifier).member
    if member is None or not sale.spend or sale.unread:
        return Gone(HOME)
    sent, wrong = _sent(asked, programme, sale, member)
    return _shown(asked, programme, sale, sent or _before(asked, programme, sale, member), wrong)


def _before(
    asked: Asked, programme: shapes.TillProgramme, sale: Sale, member: shapes.TillMember
) -> shapes.SentCode | None:
    """What was said of the code that was sent for the same, as long as that may be used."""
    try:
        sent = msgspec.json.decode(asked.form.one("sent"), type=shapes.SentCode)
        has_ended = datetime.fromisoformat(sent.until) <= datetime.fromisoformat(instant())
    except (msgspec.DecodeError, ValueError):
        return None
    is_of_it = (sent.member, sent.programme) == (member.member, programme.programme)
    enough = all(
        Decimal(units) <= Decimal(sent.units.get(currency, "0"))
        for currency, units in sale.spend.items()
    )
    return sent if is_of_it and enough and not has_ended else None


def _sent(
    asked: Asked, programme: shapes.TillProgramme, sale: Sale, member: shapes.TillMember
) -> tuple[shapes.SentCode | None, str | None]:
    """A code for so much, and what is wrong where there is none."""
    wanted = shapes.NewCode(units=dict(sale.spend))
    try:
        sent = asked.client.sent_code(
            member.member,
            wanted,
            programme=programme.programme,
            idempotency_key=f"{asked.once}-code",
        )
    except ProblemError as error:
        if error.problem.code == "too-many-codes":
            return None, asked.say(
                "No more codes are sent for now: there are five an hour. Type the last one, or go "
                "on without spending."
            )
        if error.problem.status not in (404, 409, 422):
            raise
        return None, refusal_of(error, asked.words).said
    return sent, None


def _shown(
    asked: Asked,
    programme: shapes.TillProgramme,
    sale: Sale,
    sent: shapes.SentCode | None,
    wrong: str | None,
) -> Page:
    titles = {one.currency: one.title for one in programme.currencies}
    values = {
        "sale": sale,
        "programme": programme,
        "till": this_till(asked),
        "sent": sent,
        "sent_as_is": "" if sent is None else msgspec.json.encode(sent).decode(),
        "takes": [
            glance.Amount(titles.get(currency, currency), units)
            for currency, units in sale.spend.items()
        ],
        "wrong": wrong,
    }
    status = 200 if wrong is None else 422
    return Shown("till/code.html", values, status, fragments=frozenset({"screen"}))


ROUTES = (again,)
