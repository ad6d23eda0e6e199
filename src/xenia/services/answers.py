"""Writes what was decided as the contract has it: decimals as texts, days and instants as times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec
from msgspec import UNSET

from xenia.amounts import format_decimal
from xenia.effects import (
    Balance,
    Effect,
    Kind,
    LinePayable,
    Outcome,
    Payable,
    Reason,
    Refund,
    Refusal,
    View,
    Voucher,
)
from xenia.events.errors import Unreadable
from xenia.events.model import Event, Purchase, member_name
from xenia.services.answer_shapes import (
    AnswerShape,
    BadgeShape,
    BalanceShape,
    BenefitGivenShape,
    BenefitShape,
    BenefitUsedShape,
    DiscountShape,
    EarnShape,
    EffectShape,
    FinalShape,
    IssueShape,
    LineDiscountShape,
    MissingShape,
    MoveShape,
    PayableLineShape,
    PayableShape,
    ReasonShape,
    RefundShape,
    RefusalShape,
    StandingShape,
    TierShape,
    ToldShape,
    UseShape,
    VoucherShape,
)

Json = dict[str, Any]


class Clock(Protocol):
    """The programme's local time; instants are microseconds since 1970-01-01 UTC."""

    def text(self, instant: int) -> str:
        """RFC 3339 with the local offset."""

    def start_text(self, day: int) -> str:
        """The instant at which a local day begins, in the same way."""


# Looked up once: a member of an enum is not found as fast as a name.
_EARN, _DISCOUNT, _ISSUE, _TIER = Kind.EARN, Kind.DISCOUNT, Kind.ISSUE, Kind.TIER
_BENEFIT, _NOTIFY = Kind.BENEFIT, Kind.NOTIFY
NO_EFFECTS = "[]"
_encode = msgspec.json.Encoder().encode
_NO_VIEW = View(wallet={}, tiers={}, metrics={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Writes the answers that one version of a programme decides.

    `money`, `currencies` and `metrics` are decimals.  A late event may be answered with what is
    held under a later version: currencies are those of all versions, metrics are by version.
    """

    programme: str
    version: int
    clock: Clock
    money: int
    currencies: Mapping[str, int]
    metrics: Mapping[int, Mapping[str, int]]

    def event(self, event: Event, outcome: Outcome) -> Json:
        """The answer to an event of a member, or of a guest, as a JSON object."""
        return _json(self.answer(event, outcome))

    def answer(self, event: Event, outcome: Outcome) -> AnswerShape:
        """The same, for who encodes it at once."""
        charges = len(event.charges) if isinstance(event, Purchase) else 0
        about = (event.id, event.source, member_name(event.member))
        return self._answer(about, event.occurred_at, outcome, charges)

    def passed(self, clock: Event | None, member: str, until: int, outcome: Outcome) -> Json:
        """What fell due for a member by `until`: because of a clock event, or of none."""
        name, source = (None, None) if clock is None else (clock.id, clock.source)
        return _json(self._answer((name, source, member), until, outcome, 0))

    def effects(self, member: str, outcome: Outcome) -> str:
        """All that fell due for a member, as JSON."""
        return self._told(member, outcome.effects)

    def notices(self, member: str, outcome: Outcome) -> str:
        """What builds of before kept of all that fell due, as JSON: what a member is told of."""
        return self._told(member, [item for item in outcome.effects if item.kind is _NOTIFY])

    def _told(self, member: str, told: Sequence[Effect]) -> str:
        if not told:
            return NO_EFFECTS
        return _encode([self._effect(item, member, "") for item in told]).decode()

    def final(self, member: str, view: View, vouchers: Sequence[Voucher]) -> Json:
        """All that a member holds in the end."""
        return _json(
            FinalShape(
                final=member,
                wallet=self._wallet(view.wallet),
                tiers=self._tiers(view),
                metrics=self._metrics(view),
                vouchers=[self._voucher(voucher) for voucher in vouchers],
                benefits=self._benefits(view),
                badges=self._badges(view) if view.badges else UNSET,
            )
        )

    def voucher(self, voucher: Voucher) -> Json:
        """A voucher by itself."""
        return _json(self._voucher(voucher))

    def _answer(
        self,
        about: tuple[str | None, str | None, str | None],
        at: int,
        outcome: Outcome,
        charges: int,
    ) -> AnswerShape:
        """`about` are the event's id and source, and the member."""
        event, source, member = about
        moment = self.clock.text(at)
        view = _NO_VIEW if outcome.view is None else outcome.view
        payable, vouchers = outcome.payable, outcome.vouchers
        if outcome.changed:  # of one that is issued and used at once, the latter is told
            now = {voucher.code: voucher for voucher in (*vouchers, *outcome.changed)}
            vouchers = tuple(now.values())
        # Here and below by position, in the shapes' order: several times as fast as by name.
        return AnswerShape(
            event,
            source,
            member,
            self.programme,
            self.version,
            moment,
            "recorded",
            [self._effect(item, member, moment) for item in outcome.effects],
            [self._refusal(item) for item in outcome.refusals] if outcome.refusals else [],
            [_reason(item) for item in outcome.trace] if outcome.trace else [],
            None if payable is None else self._payable(payable, charges),
            [self._refund(item) for item in outcome.refund] if outcome.refund else [],
            self._wallet(view.wallet),
            self._tiers(view),
            self._metrics(view),
            [self._voucher(item) for item in vouchers] if vouchers else [],
            self._benefits(view) if view.benefits else [],
            self._badges(view) if view.badges else [],
            list(outcome.notes) if outcome.notes else UNSET,
        )

    def _effect(self, effect: Effect, member: str | None, moment: str) -> EffectShape:
        """`moment` is when the event happened; what fell due has a day of its own."""
        kind, rule, name = effect.kind, effect.rule, effect.id
        at = self._day(effect.day) if effect.due else moment
        state = "posted" if effect.available is None else "pending"
        if kind is _DISCOUNT:
            off = self._money(effect.amount)
            return DiscountShape(name, "discount", member, off, None, None, rule, at, state)
        until = self._day(effect.expires)
        if kind is _ISSUE:
            reward, code = effect.reward, effect.voucher
            return IssueShape(name, "issue", member, reward, code, until, rule, at, state)
        if effect.voucher is not None:
            reward, code, off = effect.reward, effect.voucher, self._money(effect.amount)
            return UseShape(name, kind.value, member, off, reward, code, rule, at, state)
        if kind is _TIER:
            return TierShape(
                name, "tier", member, effect.tier, effect.level, until, rule, at, state
            )
        if kind is _BENEFIT:
            return BenefitGivenShape(
                name, "benefit", member, effect.benefit, until, rule, at, state
            )
        if effect.benefit is not None:
            left = None if effect.left is None else str(effect.left)
            return BenefitUsedShape(name, kind.value, member, effect.benefit, left, rule, at, state)
        if effect.badge or effect.text or effect.reason:
            badge, text, reason = effect.badge, effect.text, effect.reason
            more = UNSET if effect.amount is None else self._money(effect.amount)
            said = (badge or UNSET, text or UNSET, reason or UNSET, more)
            return ToldShape(name, kind.value, member, rule, at, state, *said)
        currency, units = effect.currency, None
        if effect.units is not None:
            units = format_decimal(effect.units, self.currencies[currency or ""])
        if kind is _EARN:
            accrual, available = effect.accrual, self._day(effect.available)
            return EarnShape(
                name, "earn", member, currency, units, accrual, None, available, until, None, rule,
                at, state,
            )  # fmt: skip
        return MoveShape(name, kind.value, member, currency, units, until, rule, at, state)

    def _refusal(self, refusal: Refusal) -> RefusalShape:
        subject = refusal.subject or None
        opens = UNSET if refusal.opens is None else self.clock.text(refusal.opens)
        return RefusalShape(refusal.code, refusal.claim, subject, refusal.rule, refusal.text, opens)

    def _refund(self, refund: Refund) -> RefundShape:
        return RefundShape(refund.method, format_decimal(refund.amount, self.money))

    def _payable(self, payable: Payable, charges: int) -> PayableShape:
        money = self.money
        return PayableShape(
            total=format_decimal(payable.total, money),
            discount=format_decimal(payable.discount, money),
            tendered=format_decimal(payable.tendered, money),
            to_pay=format_decimal(payable.to_pay, money),
            lines=[self._line(line) for line in payable.lines],
            # Nothing discounts a charge yet; each has its place all the same, as the lines have.
            charges=[self._line(LinePayable(str(n), (), 0)) for n in range(1, charges + 1)]
            if charges
            else [],
        )

    def _line(self, line: LinePayable) -> PayableLineShape:
        money, discounts = self.money, []
        for item in line.discounts:
            code = UNSET if item.voucher is None else item.voucher
            discounts.append(LineDiscountShape(item.rule, format_decimal(item.amount, money), code))
        return PayableLineShape(line.line, discounts, format_decimal(line.discount, money))

    def _wallet(self, wallet: Mapping[str, Balance]) -> dict[str, BalanceShape]:
        told = {}
        for name, held in wallet.items():
            decimals = self.currencies[name]
            told[name] = BalanceShape(
                format_decimal(held.balance, decimals),
                format_decimal(held.pending, decimals),
                format_decimal(held.held, decimals),
            )
        return told

    def _metrics(self, view: View) -> dict[str, str]:
        told, decimals = {}, self.metrics.get(view.version, {})
        for name, value in view.metrics.items():
            told[name] = format_decimal(value, decimals[name])
        return told

    def _tiers(self, view: View) -> dict[str, StandingShape]:
        told, decimals = {}, self.metrics.get(view.version, {})
        for name, standing in view.tiers.items():
            until = self._day(standing.until)
            up, stay = _missing(standing.to_next, decimals), _missing(standing.to_keep, decimals)
            told[name] = StandingShape(standing.level, until, up, stay)
        return told

    def _badges(self, view: View) -> list[BadgeShape]:
        return [BadgeShape(name, self._day(day)) for name, day in sorted(view.badges.items())]

    def _benefits(self, view: View) -> list[BenefitShape]:
        told = []
        for name, until in view.benefits.items():
            if name in view.left:
                left, most = view.left[name]
                told.append(BenefitShape(name, str(left), self._day(until), str(most)))
            else:
                told.append(BenefitShape(name, None, self._day(until)))
        return told

    def _voucher(self, voucher: Voucher) -> VoucherShape:
        expires = self._day(voucher.expires)
        left = UNSET if voucher.left is None else format_decimal(voucher.left, self.money)
        uses = UNSET if voucher.uses is None else voucher.uses
        return VoucherShape(voucher.code, voucher.reward, voucher.state, expires, left, uses)

    def _day(self, day: int | None) -> str | None:
        return None if day is None else self.clock.start_text(day)

    def _money(self, amount: int | None) -> str | None:
        return None if amount is None else format_decimal(amount, self.money)


def _json(shape: AnswerShape | FinalShape | VoucherShape) -> Json:
    told: Json = msgspec.to_builtins(shape)
    return told


def _missing(metrics: Sequence[tuple[str, int]], decimals: Mapping[str, int]) -> list[MissingShape]:
    told = []
    for name, units in metrics:
        told.append(MissingShape(name, format_decimal(units, decimals[name])))
    return told


def _reason(reason: Reason) -> ReasonShape:
    return ReasonShape(reason.rule, reason.applied, reason.because)


def error(unreadable: Unreadable, line: int | None) -> Json:
    """What is said of an event that is recorded nowhere; `line` is where it stands in its file."""
    first = unreadable.errors[0]
    answer: Json = {
        "error": first.code,
        "event": unreadable.id,
        "line": line,
        "pointer": first.pointer,
        "text": first.text,
    }
    if len(unreadable.errors) > 1:
        answer["errors"] = [
            {"code": item.code, "pointer": item.pointer, "text": item.text}
            for item in unreadable.errors
        ]
    return answer
