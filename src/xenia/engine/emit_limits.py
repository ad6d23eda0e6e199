"""Writes what limits allow: their rooms in a decision, and what an effect takes of them.

A budget and a stock are limits whose room comes with the event; what is used of them is told, and
counted elsewhere.
"""

from __future__ import annotations

from xenia.engine.plan import BROUGHT
from xenia.engine.slots import LimitSlot
from xenia.engine.terms import unit_of
from xenia.engine.type_writer import TypeWriter, stock_name, variable
from xenia.programme.model import Beyond, Rule
from xenia.programme.periods import Unit


def stocks(writer: TypeWriter) -> None:
    """How many there are of each reward that has a stock and that the event may issue."""
    for key in writer.stocked:
        writer.say(1, f"{stock(key)} = {writer.room(stock_name(key))}")


def rooms(writer: TypeWriter) -> None:
    """What each limit still allows, and that no rule has had an effect yet."""
    said: set[str] = set()
    for key, rule in writer.rules:
        if key in writer.offered:  # it has none
            continue
        writer.say(1, f"{hit(key)} = 0")
        for limit in writer.limits(key, rule):
            if limit.name not in said:
                said.add(limit.name)
                _room(writer, limit)


def _room(writer: TypeWriter, limit: LimitSlot) -> None:
    if limit.shared:
        writer.say(1, f"{room(limit)} = {writer.room(limit.name)}")
        return
    most = writer.terms.source.param(writer.limit_most(limit))
    if limit.slot is None:
        writer.say(1, f"{room(limit)} = {most}")
        return
    counted = f"counted(state, {limit.slot}, {limit_key(limit, 'day')})"
    writer.say(1, f"{room(limit)} = max(0, {most} - {writer.input(limit.name, counted)})")


def limit_key(limit: LimitSlot, day: str) -> str:
    """Source of the number under which a limit counts a day."""
    return "1" if limit.limit.per == "ever" else unit_of(day, Unit(limit.limit.per))


def room(limit: LimitSlot) -> str:
    """The variable that holds what a limit still allows."""
    return "room_" + limit.name.replace("-", "_").replace(".", "__")


def stock(reward: str) -> str:
    """The variable that holds how many there are of a reward."""
    return variable("stock", reward)


def hit(key: str) -> str:
    """The variable that says that a rule has had an effect."""
    return "hit_" + key.replace("-", "_")


def allowed(writer: TypeWriter, key: str, rule: Rule, *, brought: int = BROUGHT) -> str:
    """Source of whether a rule holds and `times` limits leave room for it; see `holds`."""
    parts = [writer.holds(key, rule, brought=brought)]
    times = [f"{room(limit)} > 0" for limit in writer.limits(key, rule) if limit.counts == "times"]
    if times:
        parts.append(f"({hit(key)} == 1 or {' and '.join(times)})")
    return " and ".join(parts)


def capped(
    writer: TypeWriter,
    key: str,
    rule: Rule,
    counts: str,
    currency: str = "",
    *,
    beyond: Beyond = Beyond.TRIM,
) -> list[str]:
    """Source of the rooms that cap `units` of a currency, in its smallest, or `amount`; or of those
    `beyond` which there is nothing."""
    found = []
    for limit in writer.limits(key, rule):
        if limit.counts == counts and limit.limit.beyond is beyond:
            each = _counted_as(writer, limit, currency)
            found.append(room(limit) if each == 1 else f"{room(limit)} // {each}")
    return found


def _counted_as(writer: TypeWriter, limit: LimitSlot, currency: str) -> int:
    """What a smallest unit of a currency counts in a limit of several currencies."""
    if not currency:
        return 1
    return int(10 ** (limit.decimals - writer.terms.programme.currencies[currency].decimals))


def refuse(writer: TypeWriter, key: str, rule: Rule, currency: str, what: str, *also: str) -> None:
    """Make `what`, units of a currency or else money, nothing where it goes beyond a limit that is
    not cut to; and what stands for it `also`."""
    counts = "units" if currency else "amount"
    for name in capped(writer, key, rule, counts, currency, beyond=Beyond.REFUSE):
        writer.say(2, f"if {what} > {name}:")
        for each in (what, *also):
            writer.say(3, f"{each} = 0")


def consume(
    writer: TypeWriter, depth: int, key: str, rule: Rule, what: str, currency: str = ""
) -> None:
    """Count an effect of a rule, `what` > 0, against its limits and its group's.

    It is units of a currency, or else money of a discount.
    """
    writer.say(depth, f"if {what} > 0:")
    for limit in writer.limits(key, rule):
        if limit.counts == ("units" if currency else "amount"):
            each = _counted_as(writer, limit, currency)
            taken = what if each == 1 else f"{what} * {each}"
            _take(writer, depth + 1, limit, taken)
    take_turn(writer, depth + 1, key, rule)


def take_turn(writer: TypeWriter, depth: int, key: str, rule: Rule) -> None:
    """A rule has had an effect: once an event, that counts against `times`."""
    writer.say(depth, f"if {hit(key)} == 0:")
    writer.say(depth + 1, f"{hit(key)} = 1")
    for limit in writer.limits(key, rule):
        if limit.counts == "times":
            _take(writer, depth + 1, limit, "1")


def _take(writer: TypeWriter, depth: int, limit: LimitSlot, taken: str) -> None:
    writer.say(depth, f"{room(limit)} -= {taken}")
    if limit.shared or limit.slot is not None:
        writer.say(depth, f"decision[{writer.result(limit.name)}] += {taken}")


def take_stock(writer: TypeWriter, depth: int, reward: str, taken: str) -> None:
    """So many of a reward are issued, if it has a stock."""
    if reward in writer.stocked:
        writer.say(depth, f"{stock(reward)} -= {taken}")
        writer.say(depth, f"decision[{writer.result(stock_name(reward))}] += {taken}")
