"""Writes what was decided as the contract has it: decimals as texts, days and instants as times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from xenia.amounts import format_decimal
from xenia.effects import Effect, Kind, LinePayable, Outcome, Payable, Standing, View, Voucher
from xenia.events.errors import Unreadable
from xenia.events.model import Event, Purchase

Json = dict[str, Any]


class Clock(Protocol):
    """The programme's local time; instants are microseconds since 1970-01-01 UTC."""

    def start_of(self, day: int) -> int:
        """The instant at which a local day begins."""

    def text(self, instant: int) -> str:
        """RFC 3339 with the local offset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Writes the answers of one programme; `money`, `currencies` and `metrics` are decimals."""

    programme: str
    version: int
    clock: Clock
    money: int
    currencies: Mapping[str, int]
    metrics: Mapping[str, int]

    def event(self, event: Event, outcome: Outcome) -> Json:
        """The answer to an event of a member, or of a guest."""
        charges = len(event.charges) if isinstance(event, Purchase) else 0
        known = {"event": event.id, "source": event.source, "member": event.member}
        return self._answer(known, event.occurred_at, outcome, charges)

    def passed(self, clock: Event | None, member: str, until: int, outcome: Outcome) -> Json:
        """What fell due for a member by `until`: because of a clock event, or of none."""
        known = {
            "event": clock and clock.id,
            "source": clock and clock.source,
            "member": member,
        }
        return self._answer(known, until, outcome, 0)

    def final(self, member: str, view: View, vouchers: Sequence[Voucher]) -> Json:
        """All that a member holds in the end."""
        return {
            "final": member,
            **self._holdings(view),
            "vouchers": [self._voucher(voucher) for voucher in vouchers],
            "benefits": self._benefits(view),
        }

    def _answer(self, known: Json, at: int, outcome: Outcome, charges: int) -> Json:
        view = outcome.view or View(wallet={}, tiers={}, metrics={})
        answer = {
            **known,
            "programme": self.programme,
            "version": self.version,
            "occurred_at": self.clock.text(at),
            "status": "recorded",
            "effects": [self._effect(item, known["member"], at) for item in outcome.effects],
            "refusals": [
                {
                    "code": item.code,
                    "claim": item.claim,
                    "subject": item.subject or None,
                    "rule": item.rule,
                    "text": item.text,
                }
                for item in outcome.refusals
            ],
            "trace": [
                {"rule": item.rule, "applied": item.applied, "because": item.because}
                for item in outcome.trace
            ],
            "payable": outcome.payable and self._payable(outcome.payable, charges),
            "refund": [],
            **self._holdings(view),
            "vouchers": [self._voucher(voucher) for voucher in outcome.vouchers],
            "benefits": self._benefits(view),
            "badges": [],
        }
        return {**answer, "notes": list(outcome.notes)} if outcome.notes else answer

    def _effect(self, effect: Effect, member: str | None, at: int) -> Json:
        moment = self._day(effect.day) if effect.due else self.clock.text(at)
        return {
            "id": effect.id,
            "effect": effect.kind.value,
            "member": member,
            **self._subject(effect),
            "rule": effect.rule,
            "occurred_at": moment,
            "state": "posted" if effect.available is None else "pending",
        }

    def _subject(self, effect: Effect) -> Json:
        """The fields that an effect of this kind has of its own."""
        ends = {"expires": self._day(effect.expires)}
        match effect.kind:
            case Kind.DISCOUNT:
                return {"amount": self._money(effect.amount), "line": None, "funder": None}
            case Kind.ISSUE:
                return {"reward": effect.reward, "voucher": effect.voucher, **ends}
            case Kind.TIER:
                return {"tier": effect.tier, "level": effect.level, **ends}
            case Kind.EARN:
                return {
                    **self._units(effect),
                    "kind": effect.accrual,
                    "line": None,
                    "available_at": self._day(effect.available),
                    **ends,
                    "funder": None,
                }
            case Kind.SPEND | Kind.EXPIRE | Kind.ACTIVATE:
                return {**self._units(effect), **ends}

    def _units(self, effect: Effect) -> Json:
        decimals = self.currencies.get(effect.currency or "", 0)
        return {
            "currency": effect.currency,
            "units": None if effect.units is None else format_decimal(effect.units, decimals),
        }

    def _payable(self, payable: Payable, charges: int) -> Json:
        # Nothing discounts a charge yet; each has its place all the same, as the lines have.
        untouched = [LinePayable(str(place), (), 0) for place in range(1, charges + 1)]
        return {
            "total": self._money(payable.total),
            "discount": self._money(payable.discount),
            "tendered": self._money(payable.tendered),
            "to_pay": self._money(payable.to_pay),
            "lines": [self._line(line) for line in payable.lines],
            "charges": [self._line(line) for line in untouched],
        }

    def _line(self, line: LinePayable) -> Json:
        discounts = [
            {"rule": item.rule, "amount": self._money(item.amount)} for item in line.discounts
        ]
        return {"line": line.line, "discounts": discounts, "discount": self._money(line.discount)}

    def _holdings(self, view: View) -> Json:
        return {
            "wallet": {
                name: {
                    part: format_decimal(units, self.currencies[name])
                    for part, units in (
                        ("balance", held.balance),
                        ("pending", held.pending),
                        ("held", held.held),
                    )
                }
                for name, held in view.wallet.items()
            },
            "tiers": {name: self._standing(tier) for name, tier in view.tiers.items()},
            "metrics": {
                name: format_decimal(value, self.metrics[name])
                for name, value in view.metrics.items()
            },
        }

    def _standing(self, standing: Standing) -> Json:
        return {
            "level": standing.level,
            "until": self._day(standing.until),
            "to_next": self._missing(standing.to_next),
            "to_keep": self._missing(standing.to_keep),
        }

    def _missing(self, metrics: Sequence[tuple[str, int]]) -> list[Json]:
        return [
            {"metric": name, "units": format_decimal(units, self.metrics[name])}
            for name, units in metrics
        ]

    def _benefits(self, view: View) -> list[Json]:
        return [
            {"benefit": name, "left": None, "until": self._day(until)}
            for name, until in view.benefits.items()
        ]

    def _voucher(self, voucher: Voucher) -> Json:
        return {
            "code": voucher.code,
            "reward": voucher.reward,
            "state": voucher.state,
            "expires": self._day(voucher.expires),
        }

    def _day(self, day: int | None) -> str | None:
        return None if day is None else self.clock.text(self.clock.start_of(day))

    def _money(self, amount: int | None) -> str | None:
        return None if amount is None else format_decimal(amount, self.money)


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
