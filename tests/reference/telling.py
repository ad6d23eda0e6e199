"""Badges, messages and flags in the reference: what rules give and tell beside units."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from tests.reference.days import number
from tests.reference.deciding import Deciding
from tests.reference.holdings import Member
from tests.reference.rulebook import Rulebook
from xenia.effects import Effect, Kind


def tells(deciding: Deciding) -> None:
    """Note the rules that give or tell anything."""
    for rule in deciding.book.in_order:
        then = deciding.book.programme.rules[rule].then
        asked = then.badge or then.notify or then.flag
        if asked and deciding.holds(rule) and deciding.may(rule):
            deciding.telling.append(rule)
            deciding.use(rule)


def told(deciding: Deciding) -> Iterator[Effect]:
    """All badges, then all messages, then all flags, of an event that is decided at first."""
    book, day = deciding.book, deciding.day
    yield from given(book, deciding.member, deciding.telling, day, day)
    for rule in deciding.telling:
        text = book.programme.rules[rule].then.notify
        if text is not None:
            yield Effect(kind=Kind.NOTIFY, day=number(day), rule=rule, text=text)
    for rule in deciding.telling:
        reason = book.programme.rules[rule].then.flag
        if reason is not None:
            yield Effect(kind=Kind.FLAG, day=number(day), rule=rule, reason=reason)


def given(
    book: Rulebook, member: Member, rules: Iterable[str], day: date, today: date
) -> Iterator[Effect]:
    """The badges that rules give by an event of a day."""
    for rule in rules:
        badge = book.programme.rules[rule].then.badge
        if badge is not None:
            member.badges[badge].append(day)
            if len(member.badges[badge]) == 1:
                yield Effect(kind=Kind.BADGE, day=number(today), rule=rule, badge=badge)


def changed(
    book: Rulebook, member: Member, before: tuple[str, ...], now: tuple[str, ...], days: list[date]
) -> Iterator[Effect]:
    """What of badges changes where something of an event of the first day is taken back on the
    second: the day since which one is held stays that of the event that gave it first."""
    day, today = days
    for rule in book.in_order:
        badge = book.programme.rules[rule].then.badge
        if badge is not None and rule in before and rule not in now:
            member.badges[badge].pop()
            if not member.badges[badge]:
                yield Effect(kind=Kind.TAKE_BACK, day=number(today), rule=rule, badge=badge)
        if rule in now and rule not in before:
            yield from given(book, member, [rule], day, today)
