"""What comes back under a later version of the programme: levels and their holds follow it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import structs

from tests.engine.versioned import VersionsDecider, versions_of
from tests.engine.versions import MAY, at, bought, laddered, standing
from tests.reference.beside import with_returns_of
from tests.reference.random_vouchers import coded, numbered
from xenia.effects import Outcome
from xenia.engine.timeline import Timeline
from xenia.engine.zones import zone_names
from xenia.events.model import Cancel, Event, Grant
from xenia.events.parts import EventKey
from xenia.programme.model import Programme
from xenia.programme.read import read
from xenia.programme.texts import Texts

TWO = laddered("{basic: 0, gold: 2}", "holds: 12 months")
SEEDS = range(6)
MANY = range(100, 160)


def programme(text: str) -> Programme:
    reading = read(text, zones=zone_names())
    assert reading.programme is not None, reading.findings
    return reading.programme


def decider(line: Timeline) -> VersionsDecider:
    return VersionsDecider(line.versions[-1].plan, bytes(32), line=line)


def cancelled(bought_on: str, day: str) -> Cancel:
    of = EventKey(bought(bought_on).id)
    return Cancel(id=f"c{day}", member="m", occurred_at=at(f"{day}T12:00:00+03:00"), of=of)


def after(texts: tuple[str, ...], *events: Event) -> tuple[str | None, str | None]:
    """The level, and until when it is held, once all these have happened."""
    line = versions_of([programme(text) for text in texts], [at(MAY)] * (len(texts) - 1))
    by = decider(line)
    account = by.new_account("m")
    for event in events:
        account, _ = by.decide(account, event)
    return standing(line, account, "2026-06-02")


BOUGHT = (bought("2026-03-10"), bought("2026-04-10"), bought("2026-04-20"))
LAST = cancelled("2026-04-20", "2026-06-01")
BOTH = (LAST, cancelled("2026-04-10", "2026-06-01"))
SAME = TWO.replace("status: {by", "status: {title: {en: Status}, by")
OTHERWISE = laddered("{basic: 0, gold: 2}", "holds: end of year")
HARDER = laddered("{basic: 0, gold: 3}", "holds: 12 months")
EASIER = laddered("{basic: 0, gold: 1}", "holds: 12 months")
MORE = laddered("{basic: 0, gold: 2, platinum: 3}", "holds: 12 months")


@pytest.mark.parametrize("new", [SAME, HARDER])
def test_a_purchase_of_an_earlier_version_that_comes_back_holds_no_level(new: str) -> None:
    assert after((TWO, new), *BOUGHT) == ("gold", "2027-04-20")
    assert after((TWO, new), *BOUGHT, LAST) == ("gold", "2027-04-10")
    assert after((TWO, new), *BOUGHT, *BOTH) == ("basic", None)


def test_a_version_that_holds_levels_otherwise_settles_them() -> None:
    assert after((TWO, OTHERWISE), *BOUGHT, LAST) == ("gold", "2027-04-20")
    assert after((TWO, OTHERWISE), *BOUGHT, *BOTH) == ("basic", None)


def test_what_the_later_version_reaches_or_grants_stays() -> None:
    assert after((TWO, EASIER), *BOUGHT, *BOTH) == ("gold", "2027-04-10")
    assert after((TWO, MORE), *BOUGHT, bought("2026-05-05"), LAST) == ("platinum", "2027-05-05")
    until = at("2026-12-01T12:00:00+02:00")
    given = Grant(
        id="g",
        member="m",
        occurred_at=at("2026-05-02T12:00:00+03:00"),
        tier={"status": "gold"},
        until=until,
        author="clerk",
    )
    held = after((TWO, SAME), *BOUGHT, given, *BOTH)
    assert held == ("gold", "2026-12-02")


def test_what_is_told_late_neither_lowers_nor_shortens() -> None:
    late = structs.replace(bought("2026-04-05"), id="late")
    assert after((TWO, MORE), *BOUGHT, bought("2026-05-05"), late) == ("platinum", "2027-05-05")


# ---- a version that says the same ----------------------------------------------------------------


def says_the_same(seed: int) -> None:
    """In three versions that differ in words only all comes to the same, also what is returned."""
    only, events = with_returns_of(seed, 30, 1)
    words = replace(only, notes=Texts(forms={"en": ("in other words",)}))
    instants = sorted(event.occurred_at for event in events)
    one = versions_of([only], [])
    days = [one.zone.day_of(instants[place * len(instants) // 3]) for place in (1, 2)]
    three = versions_of([only, words, only], [one.zone.start_of(day) for day in days])
    deciders = decider(one), decider(three)
    accounts = [by.new_account("m") for by in deciders]
    for event in events:
        if event.member is None:
            continue
        found: list[Outcome] = []
        for place, by in enumerate(deciders):
            said = coded(numbered(event, accounts[place]), accounts[place])
            accounts[place], outcome = by.decide(accounts[place], said)
            found.append(outcome)
        mine, theirs = found
        assert mine.effects == theirs.effects
        if theirs.view is None:  # they are no member yet
            assert mine.view is None
        else:
            assert mine.view == structs.replace(theirs.view, version=1)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_version_that_says_the_same_changes_nothing_of_returns(seed: int) -> None:
    says_the_same(seed)


@pytest.mark.prove
def test_many_versions_that_say_the_same_change_nothing_of_returns() -> None:
    for seed in MANY:
        says_the_same(seed)
