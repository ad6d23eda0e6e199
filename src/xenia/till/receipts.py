"""Receipts, and what comes back by them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from xenia.client import ProblemError, shapes
from xenia.pages.answering import Gone, Page, Shown
from xenia.pages.asking import Asked
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.templating import address
from xenia.pages.words import marked
from xenia.till import glance
from xenia.till.places import RECEIPT, RETURNS, SOURCE
from xenia.till.sale import decimal_of, instant, new_receipt, receipt_of
from xenia.till.this_till import programme_of, this_till, to_be_chosen

PAID_BY: Final = {
    "cash": marked("Cash"),
    "bank-card": marked("Bank card"),
    "card-balance": marked("Prepaid card"),
    "gift-card": marked("Gift card"),
    "reward": marked("Reward"),
    "other": marked("Otherwise"),
}
_RETURN: Final = f"{RETURNS}/{{receipt:str}}"
_LONGEST: Final = 200


@shown_at(RECEIPT)
def receipt(asked: Asked) -> Page:
    """What was bought, what came of it, and what is left."""
    programme = programme_of(asked)
    if programme is None:
        return to_be_chosen()
    bought = asked.client.till_purchase(
        event=asked.places["receipt"], source=SOURCE, programme=programme.programme
    )
    answer = bought.answer
    payable = answer.payable
    values = {
        "bought": bought,
        "programme": programme,
        "payable": payable,
        "takes": [] if payable is None else glance.takes(asked, programme, payable),
        "earned": glance.earned(programme, answer.effects),
        "issued": glance.issued(programme, answer.effects),
        "claims_refused": glance.refusals(asked, programme, answer.refusals),
        "holds": _holds(programme, answer.wallet),
        "paid_by": {key: asked.say(title) for key, title in PAID_BY.items()},
        "return_path": _return_path(bought.id),
        "is_changed": any(line.left != line.quantity for line in bought.lines),
    }
    return Shown("till/receipt.html", values)


def _holds(programme: shapes.TillProgramme, wallet: dict[str, shapes.Held]) -> list[glance.Amount]:
    return [
        glance.Amount(one.title, wallet[one.currency].balance)
        for one in programme.currencies
        if one.currency in wallet
    ]


def _return_path(name: str) -> str:
    return address(_RETURN.replace(":str", ""), receipt=name)


# ---- what comes back -----------------------------------------------------------------------------


@shown_at(RETURNS)
def returns(asked: Asked) -> Page:
    """The receipt is scanned, or its number is typed."""
    typed = asked.query.one("receipt")[:_LONGEST]
    if typed:
        return Gone(_return_path(receipt_of(typed)))
    return Shown("till/returns.html", {"typed": "", "is_unknown": False})


@shown_at(_RETURN)
def of_receipt(asked: Asked) -> Page:
    """Its lines, of which some come back."""
    return _return(asked, new_receipt(), {})


@sent_to(f"{_RETURN}/weighed")
def weighed(asked: Asked) -> Page:
    """What is to be given back for what was chosen."""
    return _return(asked, asked.form.one("return"), _chosen(asked))


def _chosen(asked: Asked) -> dict[str, str]:
    """How many come back, by line; what is no number is none of the purchase's, and refused."""
    found = {}
    for name, typed in asked.form.items():
        if not name.startswith("back-") or not typed.strip():
            continue
        quantity = decimal_of(typed)
        if quantity is None or Decimal(quantity):
            found[name.removeprefix("back-")] = quantity or typed.strip()[:_LONGEST]
    return found


def _return(
    asked: Asked,
    name: str,
    chosen: dict[str, str],
    problem: shapes.Problem | None = None,
) -> Page:
    programme = programme_of(asked)
    if programme is None:
        return to_be_chosen()
    bought = _bought(asked, programme)
    if bought is None:
        typed = asked.places["receipt"]
        return Shown("till/returns.html", {"typed": typed, "is_unknown": True}, 404)
    answer: shapes.Quote | None = None
    if chosen and problem is None:
        try:
            answer = asked.client.new_quote(_event(asked, bought, name, chosen, instant()))
        except ProblemError as error:
            if error.problem.status != 422:
                raise
            problem = error.problem
    refused = () if answer is None else answer.refusals or ()
    values = {
        **_told(asked, programme, () if answer is None else answer.effects or ()),
        "bought": bought,
        "programme": programme,
        "name": name,
        "at": asked.form.one("at")[:_LONGEST] or instant(),
        "chosen": chosen,
        "weighed": answer is not None and not refused,
        "refund": () if answer is None else answer.refund or (),
        "claims_refused": glance.refusals(asked, programme, refused),
        "problem": problem,
        "return_path": _return_path(bought.id),
    }
    return Shown("till/return.html", values, fragments=frozenset({"back"}))


def _bought(asked: Asked, programme: shapes.TillProgramme) -> shapes.TillPurchase | None:
    try:
        return asked.client.till_purchase(
            event=asked.places["receipt"], source=SOURCE, programme=programme.programme
        )
    except ProblemError as error:
        if error.problem.status != 404:
            raise
        return None


def _told(
    asked: Asked, programme: shapes.TillProgramme, effects: Sequence[shapes.Effect]
) -> dict[str, Any]:
    """What a return does beside the money."""
    return {
        "taken_back": glance.earned(programme, effects, "take-back"),
        "given_back": glance.earned(programme, effects, "give-back"),
        "paid_by": {key: asked.say(title) for key, title in PAID_BY.items()},
    }


def _event(
    asked: Asked, bought: shapes.TillPurchase, name: str, chosen: dict[str, str], at: str
) -> shapes.Return:
    till = this_till(asked)
    return shapes.Return(
        id=name,
        source=SOURCE,
        occurred_at=at,
        programme=bought.programme,
        member=bought.member,
        terminal=till.terminal,
        cashier=asked.staff,
        of=shapes.Key(id=bought.id, source=bought.source),
        lines=tuple(
            shapes.LineBack(line=line, quantity=quantity) for line, quantity in chosen.items()
        ),
    )


@sent_to(_RETURN)
def returned(asked: Asked) -> Page:
    """It has come back: what to give for it, to be printed."""
    programme, chosen = programme_of(asked), _chosen(asked)
    if programme is None:
        return to_be_chosen()
    name, at = asked.form.one("return")[:_LONGEST], asked.form.one("at")[:_LONGEST]
    bought = _bought(asked, programme)
    if bought is None or not chosen or not name or not at:
        return _return(asked, name or new_receipt(), chosen)
    try:
        answer = asked.client.record(_event(asked, bought, name, chosen, at))
    except ProblemError as error:
        if error.problem.status != 422:
            raise
        return _return(asked, name, chosen, error.problem)
    values = {
        **_told(asked, programme, answer.effects),
        "bought": bought,
        "programme": programme,
        "name": name,
        "at": answer.occurred_at,
        "refund": answer.refund,
        "claims_refused": glance.refusals(asked, programme, answer.refusals),
        "chosen": chosen,
        "holds": _holds(programme, answer.wallet),
    }
    return Shown("till/returned.html", values)


ROUTES = (receipt, returns, of_receipt, weighed, returned)
