"""Writes what rules give and tell beside units and rewards: badges, messages, flags for staff."""

from __future__ import annotations

from collections.abc import Iterator

from xenia.effects import Kind
from xenia.engine.emit_limits import allowed, take_turn
from xenia.engine.plan import Code
from xenia.engine.type_writer import TypeWriter, variable
from xenia.programme.model import Rule

# Of a badge's slot: how many events stand that gave it, and the day of the first one.
GIVEN, SINCE = 0, 1


def _telling(writer: TypeWriter) -> Iterator[tuple[str, Rule]]:
    for key, rule in writer.rules:
        if rule.then.tells:
            yield key, rule


def result(key: str) -> str:
    """The name of the result that says whether a rule tells or gives any of these."""
    return f"tell.{key}"


def decide(writer: TypeWriter) -> None:
    """Whether each of these rules holds and its limits leave room for it."""
    for key, rule in _telling(writer):
        tells = variable("tells", key)
        writer.say(1, f"{tells} = 1 if {allowed(writer, key, rule)} else 0")
        writer.say(1, f"decision[{writer.result(result(key))}] = {tells}")
        writer.say(1, f"if {tells} > 0:")
        take_turn(writer, 2, key, rule)


def post(writer: TypeWriter) -> None:
    """Badges follow what is taken back; what was told is told."""
    say = writer.say
    for key, rule in _telling(writer):
        if rule.then.badge is not None:
            _badge(writer, key, rule.then.badge)
    for kind in (Kind.NOTIFY, Kind.FLAG):
        for key, rule in _telling(writer):
            if (rule.then.notify if kind is Kind.NOTIFY else rule.then.flag) is not None:
                place = writer.result(result(key))
                say(1, f"if decision[{place}] > posted[{place}] and event[AGAIN] == FIRST:")
                say(2, f"emit(log, {writer.codes.number(Code(kind, rule=key))}, 1, 0, 0)")


def _badge(writer: TypeWriter, key: str, badge: str) -> None:
    """A member has it once, as long as any event stands that gave it."""
    say, place, at = writer.say, writer.result(result(key)), writer.slots.badges[badge]
    given, codes = f"state[{at} + {GIVEN}]", writer.codes
    say(1, f"units = decision[{place}] - posted[{place}]")
    say(1, f"if units > 0 and {given} == 0:")
    say(2, f"state[{at} + {SINCE}] = day")
    say(2, f"emit(log, {codes.number(Code(Kind.BADGE, rule=key, badge=badge))}, 1, 0, 0)")
    say(1, f"if units < 0 and {given} == 1:")
    say(2, f"emit(log, {codes.number(Code(Kind.TAKE_BACK, rule=key, badge=badge))}, 1, 0, 0)")
    say(1, f"{given} = max(0, {given} + units)")
