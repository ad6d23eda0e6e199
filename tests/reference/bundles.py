"""Bundles in the reference: units are seated one by one, each where a part still has a place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from tests.reference.deciding import Deciding, Item, Slice
from tests.reference.rulebook import rounded
from xenia.programme.model import Discount, Part


@dataclass(frozen=True, eq=False)
class Unit:
    """One thing of a line, and the parts of a bundle that it can be."""

    price: Fraction
    item: Item
    parts: tuple[int, ...]


def dearest_first(
    deciding: Deciding,
    slices: list[Slice],
    path: tuple[str, ...],
    parts: tuple[Part, ...],
    gone: Counter[str],
) -> list[Unit]:
    left, units = Counter(gone), []
    for each in slices:
        fits = tuple(
            number
            for number in range(len(parts))
            if deciding.choice(each, *path, "of", "bundle", str(number), "lines")
        )
        for item in each.items:
            whole = item.line.quantity % 1000 == 0
            things = item.line.quantity // 1000 if whole else 1
            for _ in range(things):
                if left[item.line.id]:
                    left[item.line.id] -= 1
                elif fits:
                    units.append(Unit(Fraction(item.line.amount, things), item, fits))
    return sorted(units, key=lambda unit: (-unit.price, deciding.lines.index(unit.item.line)))


def seat(unit: Unit, seated: list[list[Unit]], places: list[int], asked: set[int]) -> bool:
    """Find a place for a unit, where needed by letting another move on."""
    for part in unit.parts:
        if part in asked:
            continue
        asked.add(part)
        if len(seated[part]) < places[part]:
            seated[part].append(unit)
            return True
        for other in seated[part]:
            if seat(other, seated, places, asked):
                seated[part].remove(other)
                seated[part].append(unit)
                return True
    return False


def made(units: list[Unit], parts: tuple[Part, ...], times: int) -> list[Unit] | None:
    """The dearest units of which so many bundles are made; None where there are not enough."""
    seated: list[list[Unit]] = [[] for _ in parts]
    places = [times * part.quantity for part in parts]
    taken = [unit for unit in units if seat(unit, seated, places, set())]
    return taken if len(taken) == sum(places) else None


def bundled(
    deciding: Deciding,
    discount: Discount,
    slices: list[Slice],
    path: tuple[str, ...],
    gone: Counter[str],
) -> tuple[list[Unit], Fraction]:
    """The units in the bundles that count, and what is exactly off them (but for a percentage)."""
    assert discount.of is not None
    parts = discount.of.parts
    units = dearest_first(deciding, slices, path, parts, gone)
    found: list[list[Unit]] = [[]]
    while (more := made(units, parts, len(found))) is not None:
        found.append(more)
    totals = [sum((unit.price for unit in each), Fraction(0)) for each in found]
    worths = [more - less for less, more in pairwise(totals)]
    if discount.price is not None:
        price = deciding.book.money(discount.price)
        above = [worth for worth in worths if worth > price]
        return found[len(above)], sum(above, Fraction(0)) - len(above) * price
    if discount.amount is not None:
        amount = deciding.book.money(discount.amount)
        return found[-1], sum((min(worth, Fraction(amount)) for worth in worths), Fraction(0))
    return found[-1], Fraction(0)


def shares(deciding: Deciding, units: list[Unit], off: Fraction) -> dict[str, int]:
    """What is off, in money, over the lines by the prices of their units."""
    prices: dict[str, Fraction] = {}
    for line in deciding.lines:
        if own := [unit.price for unit in units if unit.item.line.id == line.id]:
            prices[line.id] = sum(own, Fraction(0))
    whole = sum(prices.values(), Fraction(0))
    if not whole:
        return {}
    money = rounded(off, deciding.book.programme.settings.round_money)
    exact = {name: money * price / whole for name, price in prices.items()}
    found = {name: int(share) for name, share in exact.items()}
    names = sorted(exact, key=lambda name: (found[name] - exact[name], list(exact).index(name)))
    for name in names[: money - sum(found.values())]:
        found[name] += 1
    return found
