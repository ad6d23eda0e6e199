"""A café's programme in versions, and what its members do."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

from xenia.effects import Effect, Kind, Outcome
from xenia.engine.account import Account
from xenia.engine.compile import compile_programme
from xenia.engine.plan import Plan
from xenia.engine.since import ALWAYS
from xenia.engine.timeline import Timeline
from xenia.engine.versions import TimelineVersion
from xenia.engine.views import lots
from xenia.engine.zones import EPOCH
from xenia.events.model import Line, Purchase
from xenia.programme.read import read
from xenia.services.files import zones

HEAD = """
xenia: 1
programme: cafe
money: EUR
timezone: Europe/Athens
"""
POINTS = "rules: {points: {then: {earn: {points: 1 per 1.00}}}}\n"
PLAIN = HEAD + "currencies: {points: {}}\n" + POINTS
COUNTING = PLAIN + "metrics: {visits: {count: true}, spent: {sum: spent, over: calendar year}}\n"
MAY = "2026-05-01T00:00:00+03:00"  # when the second version takes effect, but where said


def compiled(text: str) -> Plan:
    reading = read(text, zones=zones())
    assert reading.programme is not None, reading.findings
    return compile_programme(reading.programme)


def line_of(*texts: str, starts: tuple[str, ...] = (MAY,)) -> Timeline:
    instants = [ALWAYS, *map(at, starts)]
    return Timeline(
        [
            TimelineVersion(n + 1, start, compiled(text), bytes([n]) * 32)
            for n, (start, text) in enumerate(zip(instants, texts, strict=True))
        ]
    )


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * 1_000_000


def day(text: str) -> int:
    return (date.fromisoformat(text) - EPOCH).days


def bought(time: str, amount: int = 10, **fields: object) -> Purchase:
    """A purchase at noon, if no time is given, of so many euros."""
    moment = time if "T" in time else f"{time}T12:00:00+03:00"
    line = Line(id="1", sku="latte", category="drink", quantity=1000, amount=100 * amount)
    return Purchase(id=moment, member="m", occurred_at=at(moment), lines=(line,), **fields)  # type: ignore[arg-type]


def decided(line: Timeline, *events: Purchase) -> tuple[Account, Outcome]:
    account = line.new_account("m")
    outcome = Outcome(effects=())
    for event in events:
        account, outcome = line.decide(account, event)
    return account, outcome


def wallet(line: Timeline, account: Account, currency: str = "points") -> dict[str, int]:
    """The units by the day they end, or `never`."""
    found: Counter[str] = Counter()
    for (key, _, _, ends), units in lots(line.of(account.version).plan, account.state).items():
        if key == currency:
            found["never" if ends is None else written(ends)] += units
    return dict(found)


def written(number: int) -> str:
    return (EPOCH + timedelta(number)).isoformat()


def told(effects: tuple[Effect, ...]) -> list[tuple[Kind, str, int | str | None]]:
    return [
        (
            effect.kind,
            written(effect.day),
            effect.level if effect.kind is Kind.TIER else effect.units,
        )
        for effect in effects
    ]


def laddered(levels: str, *more: str) -> str:
    terms = ", ".join([f"levels: {levels}", *more])
    return COUNTING + f"tiers: {{status: {{by: visits, {terms}}}}}\n"


def standing(line: Timeline, account: Account, time: str) -> tuple[str | None, str | None]:
    seen = line.view(account, at(f"{time}T12:00:00+03:00")).tiers["status"]
    until = None
    if seen.until is not None:
        until = written(seen.until)
    return seen.level, until
