"""What a cashier sees of a member and a sale in one glance, in the words of the programme."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Final, NamedTuple

import msgspec

from xenia.client import ProblemError, shapes
from xenia.pages.asking import Asked
from xenia.pages.formats import UNCLEAR
from xenia.pages.not_granted import why
from xenia.till.sale import Sale, instant, is_unclear, purchase

_SPEND: Final = "spend"  # under which name a payable has what units take off


class Steps(NamedTuple):
    """The way to the next level: what is counted, how much is there, and how much is asked for."""

    metric: str
    missing: str
    there: str
    whole: str


class Rung(NamedTuple):
    """Where somebody stands on a ladder."""

    tier: str
    level: str | None
    steps: Sequence[Steps]


class Purse(NamedTuple):
    """What somebody holds of a currency; `most`: as much of it as this sale can take; `asked`: what
    was typed of it, as it stands in its field, and what is `wrong` with that."""

    currency: str
    title: str
    balance: str
    worth: Decimal | None
    most: str | None
    asked: str
    wrong: str | None


class Amount(NamedTuple):
    """So much of something, by what it is called."""

    title: str
    amount: str


@dataclass(frozen=True, slots=True)
class Found:
    """Whoever was scanned or typed; `problem`: why there is nobody, as the interface calls it."""

    shown: shapes.TillMember | None = None
    problem: str | None = None

    @property
    def member(self) -> shapes.TillMember | None:
        """Who earns and spends; nobody does by what is blocked."""
        return None if self.shown is None or self.shown.blocked else self.shown


def found(asked: Asked, programme: shapes.TillProgramme, identifier: str) -> Found:
    """Whom something leads to."""
    if not identifier:
        return Found()
    try:
        return Found(asked.client.till_member(identifier=identifier, programme=programme.programme))
    except ProblemError as error:
        if error.problem.status not in (404, 409):
            raise
        return Found(problem=error.problem.code)


def quoted(
    asked: Asked, programme: shapes.TillProgramme, sale: Sale, member: shapes.TillMember | None
) -> shapes.Quote | ProblemError | None:
    """What the sale would come to; None: nothing is in it; or what is wrong with it."""
    if not sale.lines:
        return None
    who = None if member is None else member.member
    try:
        return asked.client.new_quote(purchase(asked, programme, sale, who, instant()))
    except ProblemError as error:
        if error.problem.status != 422:
            raise
        return error


# ---- in words ------------------------------------------------------------------------------------


def rungs(programme: shapes.TillProgramme, member: shapes.TillMember) -> list[Rung]:
    """Where they stand, and the way on."""
    return [
        Rung(
            programme.tiers.get(tier, tier),
            None
            if standing.level is None
            else programme.levels.get(tier, {}).get(standing.level, standing.level),
            [*_steps(programme, member, standing)],
        )
        for tier, standing in member.tiers.items()
    ]


def _steps(
    programme: shapes.TillProgramme, member: shapes.TillMember, standing: shapes.Standing
) -> Iterator[Steps]:
    for lacking in standing.to_next:
        there = max(Decimal(member.metrics.get(lacking.metric, "0")), Decimal())
        title = programme.metrics.get(lacking.metric, lacking.metric)
        whole = there + Decimal(lacking.units)
        yield Steps(title, lacking.units, str(there), str(whole))


def purses(
    asked: Asked,
    programme: shapes.TillProgramme,
    member: shapes.TillMember,
    sale: Sale,
    payable: shapes.Payable | None,
) -> list[Purse]:
    """What they hold, and how much of it this sale could take."""
    found = []
    for one in programme.currencies:
        held = member.wallet.get(one.currency)
        balance = "0" if held is None else held.balance
        worth = most = None
        if one.spendable and one.value is not None and Decimal(balance) > 0:
            worth = Decimal(balance) * Decimal(one.value)
            most = _most(one, balance, payable)
        typed, wrong = _typed(asked, sale, one.currency)
        found.append(Purse(one.currency, one.title, balance, worth, most, typed, wrong))
    return found


def _typed(asked: Asked, sale: Sale, currency: str) -> tuple[str, str | None]:
    """What stands where it is said how many are spent, and what is wrong with it."""
    unread = sale.unread.get(currency)
    if unread is None:
        return asked.formats.as_typed(sale.spend.get(currency, "")), None
    if is_unclear(asked.formats, unread):
        return unread, asked.say(UNCLEAR)
    return unread, asked.say("Write how much as a number, like 50.")


def _most(
    currency: shapes.TillCurrency, balance: str, payable: shapes.Payable | None
) -> str | None:
    """As many units as fit into what is still to be paid, and what units pay already."""
    if payable is None or currency.value is None:
        return None
    bill = Decimal(payable.to_pay) + Decimal(payable.tendered) + _spent(payable)
    step = Decimal(1).scaleb(-currency.decimals)
    fits = (bill / Decimal(currency.value)).quantize(step, ROUND_FLOOR)
    most = min(fits, Decimal(balance))
    return format(most, "f") if most > 0 else None


def _spent(payable: shapes.Payable) -> Decimal:
    amounts = (
        Decimal(item.amount)
        for line in (*payable.lines, *payable.charges)
        for item in line.discounts
        if item.rule == _SPEND
    )
    return sum(amounts, Decimal())


def takes(asked: Asked, programme: shapes.TillProgramme, payable: shapes.Payable) -> list[Amount]:
    """What takes something off, each once."""
    sums: dict[str, Decimal] = {}
    for line in (*payable.lines, *payable.charges):
        for item in line.discounts:
            if item.voucher is not None:
                title = asked.say("Voucher %(code)s", code=item.voucher)
            elif item.rule == _SPEND:
                title = asked.say("Spent")
            else:
                title = programme.rules.get(item.rule, item.rule)
            sums[title] = sums.get(title, Decimal()) + Decimal(item.amount)
    if Decimal(payable.tendered):
        sums[asked.say("Paid by the member's units")] = Decimal(payable.tendered)
    return [Amount(title, str(amount)) for title, amount in sums.items() if amount]


def earned(
    programme: shapes.TillProgramme, effects: Sequence[shapes.Effect], kind: str = "earn"
) -> list[Amount]:
    """How many units there are of each currency, in effects of a kind."""
    titles = {one.currency: one.title for one in programme.currencies}
    sums: dict[str, Decimal] = {}
    for one in effects:
        if one.effect == kind and one.currency is not None:
            sums[one.currency] = sums.get(one.currency, Decimal()) + Decimal(one.units or 0)
    return [Amount(titles.get(key, key), str(units)) for key, units in sums.items() if units]


def issued(programme: shapes.TillProgramme, effects: Sequence[shapes.Effect]) -> list[str]:
    """The rewards to which the member gets a voucher."""
    return [
        programme.rewards.get(one.reward, one.reward)
        for one in effects
        if one.effect == "issue" and one.reward is not None
    ]


def refusals(
    asked: Asked, programme: shapes.TillProgramme, refused: Sequence[shapes.Refusal]
) -> list[tuple[str, str, str | None]]:
    """What was not granted, why, and in which language that is, if in another one."""
    titles = {one.currency: one.title for one in programme.currencies}
    told: list[tuple[str, str, str | None]] = []
    for one in refused:
        subject = titles.get(one.subject or "", one.subject or "")
        told.append((subject, *why(one, asked.words)))
    return told


def given(payable: shapes.Payable | None) -> str:
    """What rules take off each line, for a till that may have to sell without the service."""
    if payable is None:
        return "[]"
    offs = [
        {"rule": item.rule, "line": line.line, "amount": item.amount}
        for line in payable.lines
        for item in line.discounts
        if item.voucher is None and item.rule != _SPEND
    ]
    return msgspec.json.encode(offs).decode()
