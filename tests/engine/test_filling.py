"""What metrics that a version brings have counted before it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from random import Random

import pytest
from msgspec import structs

from tests.engine.test_timeline_random import EVENTS, timeline, versions
from tests.engine.versions import COUNTING, MAY, PLAIN, at, bought, line_of
from tests.reference.engine import Reference
from tests.reference.holdings import Member
from tests.reference.random_histories import random_history
from tests.reference.random_programmes import random_programme
from xenia.effects import NOTHING
from xenia.engine.account import NO_KEY, Account
from xenia.engine.personal import personal_names
from xenia.engine.slots import METRIC
from xenia.engine.timeline import Timeline
from xenia.events.model import TYPE_NAMES, Act, Event, Purchase
from xenia.programme.model import Enrolment as EnrolmentRule
from xenia.programme.model import Expression, Metric, Programme
from xenia.programme.periods import (
    CalendarWindow,
    Duration,
    Ever,
    MembershipYear,
    RollingWindow,
    Unit,
    Window,
)
from xenia.programme.settings import RoundPer
from xenia.services.filling import Happened, PastAsIf
from xenia.services.taken_back import Recorded

SEEDS = range(20_000, 20_004)
MANY = range(20_012, 20_132)


class Past:
    """An account on its way, which remembers what has happened to it."""

    def __init__(self, line: Timeline) -> None:
        self.line, self.account = line, line.new_account("m")
        self.happened: list[Happened] = []
        self.recorded = Recorded()
        self.as_if = PastAsIf(line, "m", lambda: self.happened)

    def decide(self, events: Iterable[Event]) -> Account:
        for sent in events:
            event = self.recorded.chosen(sent)
            given = self.recorded.given(event, NOTHING, self.line.at(event.occurred_at).plan)
            past = self.recorded.past(event)
            self.account, outcome = self.line.decide(
                self.account, event, given=given, past=past, as_if=self.as_if
            )
            self.recorded.keep(event, outcome)
            self.happened.append(Happened(event, given, 0, outcome.version))
        return self.account

    def metrics(self, time: str) -> dict[str, int]:
        return self.line.view(self.account, at(time), self.as_if).metrics


def test_a_new_metric_has_counted_what_was_before_it() -> None:
    past = Past(line_of(PLAIN, COUNTING))
    past.decide([bought("2025-12-30"), bought("2026-04-01"), bought("2026-04-30", 5)])
    assert past.metrics(MAY) == {"visits": 3, "spent": 1500}
    past.decide([bought("2026-05-02", 1)])
    assert past.metrics("2026-05-02T13:00:00+03:00") == {"visits": 4, "spent": 1600}


def test_one_that_is_defined_otherwise_is_counted_anew_and_no_other() -> None:
    """What is kept says what it said, though the version would have said otherwise."""
    new = COUNTING.replace("count: true", "count: true, when: basket.amount > 5")
    line = line_of(COUNTING, new.replace("then: {earn", "then: {discount: {percent: 50}, earn"))
    past = Past(line)
    past.decide([bought("2026-04-01"), bought("2026-04-02", 5)])
    assert past.metrics("2026-04-03T00:00:00+03:00") == {"visits": 2, "spent": 1500}
    assert past.metrics(MAY) == {"visits": 1, "spent": 1500}


def test_it_is_as_if_the_version_had_always_been_in_force() -> None:
    """So what it counts are the units that this version would have given."""
    new = PLAIN.replace("1 per 1.00", "3 per 1.00") + "metrics: {points: {sum: earned.points}}\n"
    past = Past(line_of(PLAIN, new))
    past.decide([bought("2026-04-01")])
    assert past.metrics(MAY) == {"points": 30}


def test_nothing_is_filled_through_a_version_that_has_none_of_it() -> None:
    """A metric that was away is a new one when it comes back."""
    line = line_of(COUNTING, PLAIN, COUNTING, starts=(MAY, "2026-06-01T00:00:00+03:00"))
    past = Past(line)
    past.decide([bought("2026-04-01"), bought("2026-05-01")])
    assert past.metrics("2026-05-02T00:00:00+03:00") == {}
    assert past.metrics("2026-06-01T00:00:00+03:00") == {"visits": 2, "spent": 2000}


def test_an_attribute_that_was_of_another_type_is_unknown() -> None:
    scored = PLAIN + "attributes: {event: {score: TYPE, level: integer}}\nmetrics: {KEY}\n"
    sums = "score: {sum: attributes.score}, level: {sum: attributes.level}"
    old = scored.replace("TYPE", "integer").replace("KEY", "none-yet: {count: true}")
    past = Past(line_of(old, scored.replace("TYPE", "decimal").replace("KEY", sums)))
    past.decide([bought("2026-04-01", attributes={"score": 7, "level": 3})])
    assert past.metrics(MAY) == {"score": 0, "level": 3}


def test_a_purchase_of_more_lines_than_the_version_takes_counts_nothing() -> None:
    past = Past(line_of(PLAIN, COUNTING + "settings: {round-per: line}\n"))
    small = bought("2026-04-02")
    line = small.lines[0]
    lines = tuple(structs.replace(line, id=str(n)) for n in range(65))
    past.decide([bought("2026-04-01"), structs.replace(small, lines=lines)])
    assert past.metrics(MAY) == {"visits": 1, "spent": 1000}


def test_a_version_that_never_began_takes_nothing_away() -> None:
    past = Past(line_of(COUNTING, PLAIN, COUNTING, starts=(MAY, MAY)))
    past.decide([bought("2026-04-01")])
    assert past.metrics(MAY) == {"visits": 1, "spent": 1000}


def test_who_asks_first_makes_no_difference() -> None:
    """Whether time brings the account to the version, or an event, on whatever day."""
    line = line_of(PLAIN, COUNTING)
    packed = []
    for first in (None, "2026-05-01", "2026-05-20"):
        past = Past(line)
        past.decide([bought("2026-04-01")])
        if first is not None:
            past.account, _ = line.pass_time(
                past.account, at(f"{first}T09:00:00+03:00"), past.as_if
            )
        past.decide([bought("2026-05-20")])
        packed.append(line.pack(past.account))
    assert packed[0] == packed[1] == packed[2]


# ---- random versions -----------------------------------------------------------------------------


def with_more_metrics(programme: Programme, seed: int) -> Programme:
    """The same with some metrics that no other version has."""
    random = Random(seed)
    currency = random.choice(sorted(programme.currencies))
    over: Window = random.choice(
        (
            Ever(),
            MembershipYear(),
            CalendarWindow(random.choice([Unit.WEEK, Unit.MONTH, Unit.YEAR])),
            RollingWindow(Duration(days=random.choice([3, 40]))),
            RollingWindow(Duration(months=random.choice([1, 7]))),
        )
    )
    earned = Expression(f"earned.{currency.replace('-', '_')}")
    more = {
        "more-visits": Metric(count=True, over=over),
        "more-spent": Metric(sum=Expression("spent"), over=over),
        "more-earned": Metric(sum=earned, over=over),
        "largest": Metric(max=Expression("basket.amount"), over=over),
        "run": Metric(streak=random.choice([Unit.DAY, Unit.WEEK, Unit.MONTH])),
    }
    return replace(programme, metrics={**programme.metrics, **more})


def comparable(programmes: list[Programme]) -> list[Programme]:
    """The same, each for whoever comes, and without what is shared: of that, as of what a version
    alone would have refused to read, the reference keeps account where filling asks what was."""
    found = []
    for one in programmes:
        settings = replace(one.settings, round_per=RoundPer.PURCHASE)
        rules = {key: replace(rule, budget=()) for key, rule in one.rules.items()}
        groups = {key: replace(group, budget=()) for key, group in one.groups.items()}
        rewards = {key: replace(reward, stock=None) for key, reward in one.rewards.items()}
        found.append(
            replace(
                one,
                enrolment=EnrolmentRule.FIRST_EVENT,
                settings=settings,
                rules=rules,
                groups=groups,
                rewards=rewards,
            )
        )
    return found


def as_facts(old: Programme, new: Programme, event: Event) -> Event:
    """What both versions know of an event, and is not personal."""
    names = personal_names(old, TYPE_NAMES[type(event)])
    kept = {
        key: value
        for key, value in event.attributes.items()
        if f"attributes.{key.replace('-', '_')}" not in names
        and f"member.{key.replace('-', '_')}" not in names
    }
    of_member = TYPE_NAMES[type(event)] in ("enrolment", "profile")
    was, now = (one.attributes.member if of_member else one.attributes.event for one in (old, new))
    shared = {key for key in was.keys() & now.keys() if was[key].type == now[key].type}
    event = structs.replace(event, attributes={k: v for k, v in kept.items() if k in shared})
    return structs.replace(event, place=None) if isinstance(event, Act) else event


def without_vouchers(event: Event) -> Event:
    return structs.replace(event, vouchers=()) if isinstance(event, Purchase) else event


def with_one_key(line: Timeline) -> Timeline:
    """The same where chance falls as in the reference."""
    return Timeline([replace(item, key=NO_KEY) for item in line.versions])


def new_metrics(line: Timeline) -> list[str]:
    return [slot.name.removeprefix(METRIC).rpartition(".")[0] for slot in line.moves[0].new_metrics]


def check(seed: int) -> int:
    """The engine's new metrics on the first day are those of the reference, of the new version
    alone; how many differ from 0."""
    old, new = comparable(versions(random_programme(seed), seed, 2))
    new = with_more_metrics(new, seed)
    events = random_history(old, seed, EVENTS)
    line = with_one_key(timeline([old, new], events, seed))
    start = line.versions[1].effective_from
    past, reference, member = Past(line), Reference(new), Member()
    day = line.first_days[1]
    for event in events:
        if event.occurred_at >= start:
            break
        past.decide([without_vouchers(event)])
        reference.decide(member, as_facts(old, new, without_vouchers(event)))
    first = line.zone.start_of(day)
    found = line.view(past.account, first, past.as_if).metrics if past.account.enrolled else {}
    expected = reference.pass_time(member, first).metrics if past.account.enrolled else {}
    names = new_metrics(line) if found else []
    assert {key: found[key] for key in names} == {key: expected[key] for key in names}, seed
    return sum(found[key] != 0 for key in names)


INDEPENDENT = ("largest", "more-visits", "run")  # of what any version decides


def check_whole(seed: int) -> int:
    """Metrics of the event alone are to the end what they would be without an earlier version: also
    of late events, and of what comes back."""
    old, new = comparable(versions(random_programme(seed), seed, 2))
    same = {"returns": old.returns or new.returns, "settings": old.settings}
    old, new = (replace(one, earn_until=None, spend_until=None, **same) for one in (old, new))  # type: ignore[arg-type]
    new = with_more_metrics(new, seed)
    events = random_history(old, seed, EVENTS, returns=True)
    line = with_one_key(timeline([old, new], events, seed))
    past, reference, member = Past(line), Reference(new), Member()
    for event in events:
        past.decide([without_vouchers(event)])
        reference.decide(member, as_facts(old, new, without_vouchers(event)))
    last = max(event.occurred_at for event in events) + 86_400_000_000
    found = line.view(past.account, last, past.as_if).metrics
    expected = reference.pass_time(member, last).metrics
    names = [key for key in INDEPENDENT if found.get(key) is not None]
    assert {key: found[key] for key in names} == {key: expected[key] for key in names}, seed
    return sum(found[key] != 0 for key in names)


def test_new_metrics_go_on_as_if_there_had_been_no_other_version() -> None:
    assert sum(check_whole(seed) for seed in SEEDS) > 10


def test_new_metrics_are_those_of_the_reference_by_the_new_version_alone() -> None:
    assert sum(check(seed) for seed in SEEDS) > 12


@pytest.mark.prove
def test_new_metrics_of_many_versions() -> None:
    assert sum(check(seed) for seed in MANY) > len(MANY) // 2
