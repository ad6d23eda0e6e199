"""What the step wrote, told: the lines of its log as effects, movements of lots, and vouchers."""

from __future__ import annotations

import hmac
from base64 import b32encode
from collections.abc import Sequence

from msgspec import Struct, field

from xenia.effects import Effect, Kind, Movement, Voucher
from xenia.engine.claims import Used
from xenia.engine.emit_vouchers import money_on
from xenia.engine.operators import FAR
from xenia.engine.plan import Code, Plan
from xenia.engine.terms import day_after
from xenia.engine.vouchers import ISSUED, after
from xenia.engine.zones import EPOCH
from xenia.programme.periods import Duration
from xenia.programme.scope import ladder

_OF_LOTS = frozenset({Kind.EARN, Kind.EXPIRE, Kind.ACTIVATE, Kind.ADJUST, Kind.REINSTATE})
_MERGED = frozenset(
    {Kind.SPEND, Kind.HOLD, Kind.RELEASE, Kind.GIVE_BACK, Kind.TAKE_BACK, Kind.TRANSFER}
)
_OF_BENEFITS = frozenset({Kind.USE, Kind.GIVE_BACK})
_TOLD = frozenset({Kind.BADGE, Kind.TAKE_BACK, Kind.NOTIFY, Kind.FLAG})
_CODE_BYTES = 10  # a voucher's code: 16 letters and digits, 80 bits


class Done(Struct, gc=False):
    """What was done so far for one outcome, in order."""

    effects: list[Effect] = field(default_factory=list)
    movements: list[Movement] = field(default_factory=list)
    vouchers: list[Voucher] = field(default_factory=list)
    changed: list[Voucher] = field(default_factory=list)


class Heading(Struct, frozen=True, gc=False):
    """What the lines of a log have in common.

    `name` begins the id of each effect: `source/event`, or `due/member/day`; `key` makes codes of
    vouchers, `day` is the local day on which all of it falls; `used` are the vouchers of the event.
    """

    name: str
    key: bytes
    day: int
    due: bool
    used: Sequence[Used] = ()


class _Meaning(Struct, gc=False):
    """A code of the plan with what the programme says about its currency, tier or reward.

    Units that are `merged` are told as one effect however many lots they move; `of_lots` are the
    others that move units.  `issues` are told in a way of their own.  Units count by `sign`.
    """

    kind: Kind
    rule: str | None
    currency: str
    accrual: str | None
    reward: str
    tier: str | None
    swapped: bool
    merged: bool
    sign: int
    held: bool
    issues: bool
    of_lots: bool
    pending: bool
    owed: bool
    wait: Duration | None  # until what is earned can be spent
    levels: tuple[str | None, ...]
    lasts: Duration | None
    benefit: str | None
    badge: str | None
    text: str | None
    reason: str | None
    money: int | None  # on a new voucher
    uses: int | None
    closes: int  # the day on which everything ends

    def continues(self, other: _Meaning) -> bool:
        """Whether what both say is one effect."""
        if self is other:
            return True
        same = self.kind is other.kind and self.rule == other.rule
        return same and self.merged and self.currency == other.currency


class _Meanings(dict[int, _Meaning]):
    """By number, as they are first met: thousands of rules have far more than are ever told."""

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self._plan = plan

    def __missing__(self, code: int) -> _Meaning:
        found = self[code] = _meaning(self._plan, self._plan.codes[code])
        return found


class LogReader:
    """Reads the logs of one plan."""

    def __init__(self, plan: Plan) -> None:
        self._meanings = _Meanings(plan)

    def read(self, log: Sequence[int], heading: Heading, done: Done, number: int = 0) -> int:
        """Add what a log says; lots of one currency that are spent, taken, held or released
        together are one effect.

        `number` effects have been told under this heading before; the number of all until now.
        """
        merging: _Meaning | None = None
        total = 0
        for at in range(1, 4 * log[0], 4):
            code, units, key1, key2 = log[at : at + 4]
            meaning = self._meanings[code]
            if meaning.kind is Kind.FILL:  # belongs to the effect before it
                at_work = number if merging is None else number + 1
                keys = key1, key2
                done.movements.append(_movement(heading, at_work, meaning, units, keys))
                continue
            if merging is not None and not meaning.continues(merging):
                number += 1
                done.effects.append(_merged(heading, number, merging, total))
                merging, total = None, 0
            if meaning.of_lots:
                number += 1
                moved = _movement(heading, number, meaning, units, (key1, key2))
                done.movements.append(moved)
                done.effects.append(_of_lot(heading, meaning, moved))
            elif meaning.merged:
                keys = key1, key2
                done.movements.append(_movement(heading, number + 1, meaning, units, keys))
                merging, total = meaning, total + units
            elif meaning.issues:
                for _ in range(units):
                    number += 1
                    _issue(heading, number, meaning, key1, done)
            elif meaning.kind is Kind.USE and meaning.benefit is None:
                number += 1
                _use(heading, number, heading.used[key1], units if key2 == 0 else None, done)
            else:
                number += 1
                done.effects.append(_other(heading, number, meaning, units, key1))
        if merging is not None:
            number += 1
            done.effects.append(_merged(heading, number, merging, total))
        return number


def _movement(
    heading: Heading, number: int, meaning: _Meaning, units: int, keys: Sequence[int]
) -> Movement:
    earned, ends = keys if meaning.swapped else (keys[1], keys[0])
    return Movement(
        kind=meaning.kind,
        currency=meaning.currency,
        units=meaning.sign * units,
        earned=earned,
        ends=None if ends >= FAR else ends,
        effect=f"{heading.name}/{number}",
        day=heading.day,
        due=heading.due,
        rule=meaning.rule,
        accrual=meaning.accrual,
        pending=meaning.wait is not None or meaning.pending,
        held=meaning.held,
        owed=meaning.owed,
    )


def _of_lot(heading: Heading, meaning: _Meaning, moved: Movement) -> Effect:
    wait = meaning.wait
    return Effect(
        kind=meaning.kind,
        id=moved.effect,
        day=heading.day,
        due=heading.due,
        rule=meaning.rule,
        currency=meaning.currency,
        units=moved.units,
        accrual=meaning.accrual,
        available=None if wait is None else day_after(moved.earned, wait),
        expires=moved.ends,
    )


def _merged(heading: Heading, number: int, meaning: _Meaning, units: int) -> Effect:
    return Effect(
        kind=meaning.kind,
        id=f"{heading.name}/{number}",
        day=heading.day,
        due=heading.due,
        rule=meaning.rule,
        currency=meaning.currency,
        units=meaning.sign * units,
    )


def _other(heading: Heading, number: int, meaning: _Meaning, units: int, until: int) -> Effect:
    """A discount, a level, a benefit, or what is told."""
    name, day, due = f"{heading.name}/{number}", heading.day, heading.due
    if meaning.kind in _TOLD and meaning.rule is not None:
        return Effect(
            kind=meaning.kind,
            id=name,
            day=day,
            due=due,
            rule=meaning.rule,
            badge=meaning.badge,
            text=meaning.text,
            reason=meaning.reason,
        )
    if meaning.kind in _OF_BENEFITS:
        return Effect(
            kind=meaning.kind,
            id=name,
            day=day,
            due=due,
            benefit=meaning.benefit,
            left=None if until >= FAR else until,
        )
    until = min(until, meaning.closes) if units > 0 else until
    if meaning.kind is Kind.DISCOUNT:
        return Effect(
            kind=Kind.DISCOUNT, id=name, day=day, due=due, rule=meaning.rule, amount=units
        )
    if meaning.kind is Kind.NOTIFY:
        return Effect(
            kind=Kind.NOTIFY,
            id=name,
            day=day,
            due=due,
            currency=meaning.currency,
            units=units,
            expires=until,
        )
    return Effect(
        kind=meaning.kind,
        id=name,
        day=day,
        due=due,
        tier=meaning.tier,
        level=meaning.levels[units] if meaning.levels else None,
        benefit=meaning.benefit,
        expires=None if until >= FAR else until,
    )


def _issue(heading: Heading, number: int, meaning: _Meaning, until: int, done: Done) -> None:
    """A voucher of an own end, if `until` is not 0, or that lasts as the reward says."""
    name, day = f"{heading.name}/{number}", heading.day
    expires = None if meaning.lasts is None else day_after(day, meaning.lasts)
    if until > 0:
        expires = until
    code, money, uses = voucher_code(heading.key, name), meaning.money, meaning.uses
    if meaning.closes < FAR:
        expires = meaning.closes if expires is None else min(expires, meaning.closes)
    voucher = Voucher(code, meaning.reward, ISSUED, expires, money, uses)
    done.vouchers.append(voucher)
    done.effects.append(
        Effect(
            kind=Kind.ISSUE,
            id=name,
            day=day,
            due=heading.due,
            rule=meaning.rule,
            reward=meaning.reward,
            voucher=voucher.code,
            expires=expires,
        )
    )


def _use(heading: Heading, number: int, one: Used, off: int | None, done: Done) -> None:
    """A voucher that took off, or paid, so much; None: it was used without a purchase."""
    done.changed.append(after(one, off))
    done.effects.append(
        Effect(
            kind=Kind.USE,
            id=f"{heading.name}/{number}",
            day=heading.day,
            due=heading.due,
            amount=off,
            reward=one.voucher.reward,
            voucher=one.voucher.code,
        )
    )


def voucher_code(key: bytes, name: str) -> str:
    """A keyed hash of the effect's id: nobody guesses it, and a replay gives the same."""
    return b32encode(hmac.digest(key, name.encode(), "sha256")[:_CODE_BYTES]).decode()


def _meaning(plan: Plan, code: Code) -> _Meaning:
    programme = plan.programme
    levels: tuple[str | None, ...] = ()
    reward = None if code.reward is None else programme.rewards[code.reward]
    if code.tier is not None:
        tier = programme.tiers[code.tier]
        levels = tuple(name if name in tier.levels else None for name in ladder(tier))
    merged = (code.kind in _MERGED and code.benefit is code.badge is None) or code.taken
    then = None if code.rule is None else programme.rules[code.rule].then
    closes = programme.spend_until
    return _Meaning(
        kind=code.kind,
        rule=code.rule,
        currency=code.currency or "",
        accrual=code.accrual,
        reward=code.reward or "",
        tier=code.tier,
        swapped=code.swapped,
        merged=merged,
        sign=-1 if code.taken else 1,
        held=code.held,
        pending=code.pending,
        owed=code.owed,
        issues=code.kind is Kind.ISSUE,
        of_lots=code.kind in _OF_LOTS and not merged,
        wait=programme.wait(code.currency or "") if code.kind is Kind.EARN else None,
        levels=levels,
        benefit=code.benefit,
        badge=code.badge,
        text=then.notify if code.kind is Kind.NOTIFY and then is not None else None,
        reason=then.flag if code.kind is Kind.FLAG and then is not None else None,
        lasts=None if reward is None else reward.lasts,
        money=None if reward is None else money_on(reward.gives, plan.money_decimals),
        uses=None if reward is None else reward.uses,
        closes=FAR if closes is None else (closes - EPOCH).days,
    )
