"""The screen itself: a sale, what comes of it, and how it is paid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, Literal

import msgspec

from xenia.client import ProblemError, shapes
from xenia.pages.answering import Flash, Gone, Page, Shown
from xenia.pages.asking import Asked
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.templating import address
from xenia.pages.words import marked
from xenia.till import glance, member_codes
from xenia.till.places import GLANCE, HOME, PAY, RECEIPT, SALES
from xenia.till.recording import (
    TAKEN,
    GoneError,
    is_recorded,
    kept,
    recorded_as_paid,
    release,
)
from xenia.till.sale import (
    Sale,
    decimal_of,
    handed_over,
    instant,
    is_unclear,
    line_of,
    new_receipt,
    price_of,
    purchase,
    sale_of,
)
from xenia.till.this_till import programme_of, this_till, to_be_chosen

Method = Literal["bank-card", "cash", "other"]
METHODS: Final = {
    "cash": (marked("Cash"), "banknote"),
    "bank-card": (marked("Bank card"), "credit-card"),
    "other": (marked("Otherwise"), "ellipsis"),
}
_PAYMENTS: Final[Mapping[str, shapes.Payment]] = {
    "cash": shapes.Payment(method="cash"),
    "bank-card": shapes.Payment(method="bank-card"),
    "other": shapes.Payment(method="other"),
}
_NO_ENTRY: Final = {"sku": "", "category": "", "quantity": "1", "price": "", "wrong": None}
_BLOCKS: Final = frozenset({"screen", "glance"})


@shown_at(HOME)
def till(asked: Asked) -> Page:
    """The screen, empty or with what the shop's own system has handed over; what of that cannot be
    read is said, as it is neither paid nor earned on."""
    sale, unread = handed_over(asked.query)
    wrong = None if unread is None else f"{unread}: {_unread(asked, price_of(unread))}"
    return _screen(asked, sale, wrong=wrong)


def _unread(asked: Asked, price: str) -> str:
    """Why a line is none, by what was written for its price."""
    if decimal_of(price) is None:
        return asked.say("Write a price, as 3.80.")
    return asked.say("Write a quantity with three decimals at most, as 0.125.")


@sent_to(HOME)
def changed(asked: Asked) -> Page:
    """The same with a line more or less, where no script does it."""
    form, sale = asked.form, sale_of(asked)
    do = form.one("do")
    if do == "add":
        entry = {part: form.one(f"new-{part}") for part in ("sku", "category", "quantity", "price")}
        line, wrong = line_of(**entry), _wrong(asked, entry)
        if line is None or wrong is not None:
            return _screen(asked, sale, entry={**entry, "wrong": wrong or "quantity"})
        return _screen(asked, replace(sale, lines=(*sale.lines, line)))
    if do.startswith("remove-"):
        number = do.removeprefix("remove-")
        lines = [one for place, one in enumerate(sale.lines, 1) if str(place) != number]
        return _screen(asked, replace(sale, lines=tuple(lines)))
    return _screen(asked, sale)


def _wrong(asked: Asked, entry: Mapping[str, str]) -> str | None:
    """What is wrong with the price of a line, as the page calls what it says of it."""
    programme = programme_of(asked)
    decimals = 0 if programme is None else programme.decimals
    if is_unclear(asked.formats, entry["price"], decimals):
        return "thousands"
    return "line" if decimal_of(entry["price"]) is None else None


@sent_to(GLANCE)
def glanced(asked: Asked) -> Page:
    """What comes of the sale as it stands."""
    return _screen(asked, sale_of(asked))


def _screen(
    asked: Asked,
    sale: Sale,
    *,
    wrong: str | None = None,
    entry: Mapping[str, str] | None = None,
) -> Page:
    programme = programme_of(asked)
    if programme is None:
        return to_be_chosen()
    values: dict[str, Any] = {
        "sale": sale,
        "programme": programme,
        "till": this_till(asked),
        "methods": _methods(asked),
        "sent_as_is": asked.form.one("sent"),
        "wrong": wrong,
        "entry": entry or _NO_ENTRY,
        **_glance(asked, programme, sale),
    }
    is_wrong = wrong or entry or any(one.wrong for one in values["purses"])
    return Shown("till/screen.html", values, 422 if is_wrong else 200, fragments=_BLOCKS)


def _methods(asked: Asked) -> list[tuple[str, str, str]]:
    return [(key, asked.say(title), picture) for key, (title, picture) in METHODS.items()]


def _glance(asked: Asked, programme: shapes.TillProgramme, sale: Sale) -> dict[str, Any]:
    who = glance.found(asked, programme, sale.identifier)
    quote = glance.quoted(asked, programme, sale, who.member)
    problem = quote if isinstance(quote, ProblemError) else None
    answer = None if isinstance(quote, ProblemError) else quote
    payable = None if answer is None else answer.payable
    effects = () if answer is None else answer.effects or ()
    member = who.member
    return {
        "who": who,
        "member": member,
        "payable": payable,
        "takes_code": member_codes.is_needed(answer),
        "total": str(sale.total(programme.decimals)),
        "takes": [] if payable is None else glance.takes(asked, programme, payable),
        "earned": glance.earned(programme, effects),
        "issued": glance.issued(programme, effects),
        "claims_refused": []
        if answer is None
        else glance.refusals(asked, programme, answer.refusals or ()),
        "purses": [] if member is None else glance.purses(asked, programme, member, sale, payable),
        "rungs": [] if member is None else glance.rungs(programme, member),
        "given": glance.given(payable),
        "wrong_sale": None if problem is None else problem.problem,
    }


# ---- paying --------------------------------------------------------------------------------------


@sent_to(PAY)
def to_be_paid(asked: Asked) -> Page:
    """What is to be paid; what the sale takes is kept for it from now on."""
    programme = programme_of(asked)
    if programme is None:
        return to_be_chosen()
    sale = sale_of(asked)
    if asked.form.one("do") == "without":
        sale = replace(sale, spend={}, unread={})
    if not sale.lines:
        return _screen(asked, sale, wrong=asked.say("There is nothing to be paid yet."))
    who = glance.found(asked, programme, sale.identifier)
    if who.problem is not None or (who.shown is not None and who.member is None):
        return _screen(asked, sale)
    if who.member is not None and sale.unread:  # which is said at its field
        return _screen(asked, sale)
    if asked.form.one("reservation"):  # of a payment that was left, as by loading the page again
        release(asked, asked.form.one("reservation"))
    member = None if who.member is None else who.member.member
    event, code = purchase(asked, programme, sale, member, instant()), member_codes.typed(asked)
    try:
        quote = asked.client.new_quote(event)
        if who.member is not None and member_codes.is_needed(quote) and not code:
            return member_codes.to_be_typed(asked, programme, sale, who.member)
        event = msgspec.structs.replace(event, quote=quote.quote)
        reserved = kept(asked, event, asked.once, code)
    except ProblemError as error:
        if error.problem.status not in (409, 422):
            raise
        wrong = member_codes.why_not(asked, error)
        if who.member is None or wrong is None:  # the glance says why
            return _screen(asked, sale)
        return member_codes.to_be_typed(asked, programme, sale, who.member, wrong)
    if quote.payable is None:
        return _screen(asked, sale)
    values = {
        "sale": sale,
        "programme": programme,
        "member": who.member,
        "payable": quote.payable,
        "takes": glance.takes(asked, programme, quote.payable),
        "earned": glance.earned(programme, quote.effects or ()),
        "event": msgspec.json.encode(event).decode(),
        "kept": reserved,
        "methods": _methods(asked),
        "till": this_till(asked),
    }
    return Shown("till/pay.html", values, fragments=_BLOCKS)


@sent_to(f"{PAY}/back")
def not_paid(asked: Asked) -> Page:
    """Back to the sale: nothing is kept for it any more."""
    if asked.form.one("reservation"):
        release(asked, asked.form.one("reservation"))
    return _screen(asked, replace(sale_of(asked), receipt=new_receipt()))


@sent_to(SALES)
def sold(asked: Asked) -> Page:
    """It is paid: the purchase is recorded, once."""
    form = asked.form
    try:
        event = msgspec.json.decode(form.one("event"), type=shapes.Purchase)
    except msgspec.DecodeError:
        return Gone(HOME)
    event = msgspec.structs.replace(event, payments=(_payment(form.one("method")),))
    flash, reservation = Flash(marked("It is paid and recorded.")), form.one("reservation")
    try:
        recorded_as_paid(asked, event, reservation, form.one("to-pay"))
    except GoneError:
        return _anew(
            asked,
            asked.say(
                "What was to be spent is gone, and nothing is recorded: ask for the payment anew."
            ),
        )
    except ProblemError as error:
        if error.problem.code != TAKEN:
            raise
        if reservation:
            release(asked, reservation)
        if not is_recorded(asked, event):
            return _anew(
                asked,
                asked.say("This number belongs to another sale: ask for the payment anew."),
            )
        flash = Flash(marked("This had been recorded already."), kind="info")
    return Gone(address(RECEIPT.replace(":str", ""), receipt=event.id), flash)


def _anew(asked: Asked, wrong: str) -> Page:
    """The sale as it was, under a number of its own."""
    return _screen(asked, replace(sale_of(asked), receipt=new_receipt()), wrong=wrong)


def _payment(method: str) -> shapes.Payment:
    return _PAYMENTS.get(method, _PAYMENTS["other"])


ROUTES = (till, changed, glanced, to_be_paid, not_paid, sold)
