"""The ready-made programme: a margin is stated, and the rate it can bear becomes a document."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from xenia.backtest.economics import Settlement, bearable, break_even
from xenia.backtest.report.amount import per_cent
from xenia.backtest.wizards.documents import Firm, Kind, document
from xenia.backtest.wizards.documents import per_cent as written
from xenia.programme.check import check
from xenia.programme.findings import Finding
from xenia.programme.read import read
from xenia.services.files import zones
from xenia.services.inputs import UnusableError

UPLIFT: Final = Fraction(1, 10)  # of sales, where nobody says what a programme may bring
STEP: Final = Fraction(1, 200)  # rates are whole halves of a per cent
MOST: Final = Fraction(30, 100)
UPLIFTS: Final = tuple(Fraction(each, 100) for each in (5, 10, 15, 20))
PLAIN: Final = Settlement()  # all is redeemed, and costs its face value
_STAMPS: Final = (4, 20)  # nobody collects fewer, or more


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an owner states: the margin, and what sales the programme may bring.

    `uplift` None: the trade's ten per cent, named as an assumption. `running`: what running it
    costs, of sales. `category`: of stamps, what is counted.
    """

    margin: Fraction
    kind: Kind = "bonus"
    uplift: Fraction | None = None
    running: Fraction = Fraction(0)
    settlement: Settlement = PLAIN
    category: str | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A programme, how generous it is, what it costs and must bring, and what `check` advises.

    `others`: for other uplifts, the rate that the margin would bear.
    """

    document: str
    rate: Fraction
    cost: Fraction
    needed: Fraction | None
    uplift: Fraction
    assumed: bool
    others: tuple[tuple[Fraction, Fraction], ...]
    advice: tuple[Finding, ...]


def ready_made(wish: Wish, firm: Firm) -> Made:
    """The programme that a margin can bear.  Raises UnusableError where it can bear none."""
    uplift = UPLIFT if wish.uplift is None else wish.uplift
    rate = bearable_rate(wish, uplift)
    if rate < STEP:
        raise UnusableError(
            f"A margin of {per_cent(wish.margin, 1)} bears no programme that raises sales by"
            f" {per_cent(uplift, 1)}: not even half a per cent. State a higher uplift if you have"
            " reason to, or do without a programme."
        )
    numbers, rate = _numbers(wish, rate)
    text = document(wish.kind, firm, **numbers)
    cost = rate * wish.settlement.per_face_value + wish.running
    return Made(
        document=text,
        rate=rate,
        cost=cost,
        needed=break_even(cost, wish.margin),
        uplift=uplift,
        assumed=wish.uplift is None,
        others=tuple((each, bearable_rate(wish, each)) for each in UPLIFTS),
        advice=advice_on(text),
    )


def bearable_rate(wish: Wish, uplift: Fraction) -> Fraction:
    """What may be promised of sales, rounded down to half a per cent, so that the uplift pays."""
    cost = bearable(wish.margin, uplift) - wish.running
    each = wish.settlement.per_face_value
    if cost <= 0:
        return Fraction(0)
    promised = min(MOST, cost / each) if each else MOST
    return promised // STEP * STEP


def advice_on(text: str) -> tuple[Finding, ...]:
    """What `check` says of a document.  Raises UnusableError where it is wrong: an id, a zone …"""
    reading = read(text, zones=zones())
    findings = check(reading)
    errors = [one for one in findings if one.severity == "error"]
    if errors or reading.programme is None:
        raise UnusableError("\n".join(f"{one.sentence}: {one.remedy}" for one in errors))
    return findings


def _numbers(wish: Wish, rate: Fraction) -> tuple[dict[str, str], Fraction]:
    """The numbers of the document, and the rate that it comes to."""
    if wish.kind != "stamps":
        return {"rate": written(rate)}, rate
    if wish.category is None:
        raise UnusableError("Stamps are for goods of a category: name it, such as coffee.")
    # After n stamps one is free: of n + 1 goods one is given away.
    stamps = max(_STAMPS[0], -(-1 // rate) - 1)
    if stamps > _STAMPS[1]:
        raise UnusableError(
            f"The margin bears one free of {stamps + 1}, for which nobody collects stamps: choose"
            " a bonus."
        )
    return {"stamps": str(stamps), "category": wish.category}, Fraction(1, stamps + 1)
