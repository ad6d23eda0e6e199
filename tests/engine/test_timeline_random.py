"""Random versions of random programmes: whatever follows, no unit and no meaning is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from random import Random

import pytest
from msgspec import structs

from tests.reference.random_histories import random_history
from tests.reference.random_programmes import random_programme
from tests.reference.random_successors import random_successor
from xenia.effects import NOTHING, Effect, Given, Outcome
from xenia.engine import account as alone
from xenia.engine.account import Account
from xenia.engine.compile import compile_programme
from xenia.engine.operators import DAY, FAR, LEVEL, NEXT_DUE, UNTIL
from xenia.engine.personal import personal_names
from xenia.engine.plan import Plan
from xenia.engine.since import ALWAYS
from xenia.engine.timeline import Timeline
from xenia.engine.versions import TimelineVersion
from xenia.engine.views import lots
from xenia.events.model import TYPE_NAMES, Event
from xenia.ledger.entries import Entry
from xenia.ledger.lots import open_lots
from xenia.ledger.posting import entries_of
from xenia.programme.model import Programme
from xenia.services.filling import Happened, PastAsIf

SEEDS = range(3)
MANY = range(3, 80)
EVENTS = 40
HORIZON = 800  # days
DAY_LONG = 24 * 60 * 60 * 1_000_000


def versions(first: Programme, seed: int, count: int = 3) -> list[Programme]:
    found = [first]
    for n in range(1, count):
        found.append(random_successor(found[-1], 100 * seed + n))
    return found


def timeline(programmes: list[Programme], events: list[Event], seed: int) -> Timeline:
    """The versions take effect at any time of the history, perhaps within a day, or together."""
    chance = Random(seed)
    instants = [event.occurred_at for event in events]
    starts = sorted(chance.randint(min(instants), max(instants)) for _ in programmes[1:])
    if chance.random() < 0.2:
        starts = [starts[0]] * len(starts)
    return Timeline(
        [
            TimelineVersion(3 * n + 1, start, compile_programme(programme), bytes([n]) * 32)
            for n, (start, programme) in enumerate(zip([ALWAYS, *starts], programmes, strict=True))
        ]
    )


@lru_cache(maxsize=128)
def history(seed: int) -> tuple[Timeline, tuple[Event, ...]]:
    """Made once for all that must be true of it, which takes less time than to make it."""
    programmes = versions(random_programme(seed), seed)
    events = random_history(programmes[0], seed, EVENTS)
    return timeline(programmes, events, seed), tuple(events)


def told(
    line: Timeline, events: Sequence[Event], seed: int
) -> Iterator[tuple[Account, Event | None, Account, Outcome]]:
    """What happens to one member, time that passes by itself included; states are stored between.

    None stands for time.
    """
    chance, account = Random(seed), line.new_account("m")
    latest = 0
    for event in events:
        latest = max(latest, line.zone.day_of(event.occurred_at))
        before = account
        after, outcome = line.decide(before, event)
        yield before, event, after, outcome
        account = stored(line, after)
        if chance.random() < 0.3:
            before = account
            latest += chance.randrange(3)
            after, outcome = line.pass_day(before, latest)
            yield before, None, after, outcome
            account = stored(line, after)
    before = account
    after, outcome = line.pass_day(before, latest + HORIZON)
    yield before, None, after, outcome


def remembering(line: Timeline, past: list[Happened]) -> PastAsIf:
    return PastAsIf(line, "m", lambda: past)


def stored(line: Timeline, account: Account) -> Account:
    state = line.unpack(account.version, line.pack(account))
    return structs.replace(account, state=state)


def plan_of(line: Timeline, account: Account) -> Plan:
    return line.of(account.version).plan


# ---- what must be true ---------------------------------------------------------------------------


def no_unit_is_lost(seed: int) -> None:
    """The state has exactly the lots that the movements come to, by day earned and end."""
    line, events = history(seed)
    moved: list[Entry] = []
    for _, _, after, outcome in told(line, events, seed):
        moved += entries_of(outcome.movements)
        assert open_lots(moved) == lots(plan_of(line, after), after.state)


def ids_are_given_once(seed: int) -> None:
    line, events = history(seed)
    ids: Counter[str] = Counter()
    for _, _, _, outcome in told(line, events, seed):
        ids.update(effect.id for effect in outcome.effects)
        ids.update(voucher.code for voucher in outcome.vouchers)
    assert [name for name, count in ids.items() if count > 1] == []


def states_are_sound(seed: int) -> None:
    """A state is never behind its time, and what stands in a tier's slot is what a tier means."""
    line, events = history(seed)
    for before, event, after, outcome in told(line, events, seed):
        assert line.place(after.version) >= line.place(before.version)
        if event is not None:
            assert outcome.version == line.at(event.occurred_at).version
        assert after.state[DAY] < after.state[NEXT_DUE] <= FAR
        plan = plan_of(line, after)
        for slot in plan.layout.slots:
            if slot.name.startswith("tier."):
                level, until = after.state[slot.at + LEVEL], after.state[slot.at + UNTIL]
                assert 0 <= level < len(slot.levels)
                assert until > after.state[DAY]
                assert until == FAR or level > 0


def a_version_that_says_the_same_changes_nothing(seed: int) -> None:
    programme = random_programme(seed)
    events = random_history(programme, seed, EVENTS)
    line = timeline([programme] * 3, events, seed)
    plan = compile_programme(programme)
    account, expected = line.new_account("m"), alone.new_account(plan, "m")
    for event in events:
        key = line.at(event.occurred_at).key
        account, found = line.decide(account, event)
        expected, same = alone.decide(plan, expected, event, key=key, trace=False)
        if any(effect.due and effect.voucher for effect in found.effects):
            return  # codes of what was due are made with the key of another version
        assert structs.replace(found, version=1) == same
        assert line.pack(account) == plan.layout.pack(expected.state)


def late_work_is_punctual_work(seed: int) -> None:
    """When an account is looked at makes no difference, where no event comes late."""
    line, events = history(seed)
    in_order = sorted(events, key=lambda event: event.occurred_at)
    ends = []
    for eager in (False, True):
        account = line.new_account("m")
        effects: list[Effect] = []
        past: list[Happened] = []
        as_if = remembering(line, past)
        until = day = line.zone.day_of(in_order[0].occurred_at)
        for event in in_order:
            until = line.zone.day_of(event.occurred_at)
            while eager and day < until:
                account, outcome = line.pass_day(account, day, as_if)
                past.append(Happened(None, NOTHING, day, outcome.version))
                effects += outcome.effects
                day = max(day + 1, min(until, line.next_due(account) or until))
            account, outcome = line.decide(account, event, as_if=as_if)
            past.append(Happened(event, NOTHING, 0, outcome.version))
            effects += outcome.effects
        account, outcome = line.pass_day(account, until + HORIZON, as_if)
        ends.append((effects + list(outcome.effects), account.version, line.pack(account)))
    assert ends[0] == ends[1]


def reasons_can_be_told_later(seed: int) -> None:
    line, events = history(seed)
    account = line.new_account("m")
    for event in events:
        before = account
        account, outcome = line.decide(account, event, trace=True)
        if outcome.record is not None:
            reasons = line.explain(event, before.attributes, outcome.record, outcome.version)
            assert reasons == outcome.trace


def a_fold_needs_no_personal_values(seed: int) -> None:
    """What was read of them is given instead; they may have been erased."""
    line, events = history(seed)
    account = again = line.new_account("m")
    for event in events:
        account, outcome = line.decide(account, event)
        given = Given.unpacked(Given(row=outcome.row).packed())
        erased = without_personal(line.at(event.occurred_at).plan, event)
        again, folded = line.decide(again, erased, given=given)
        assert line.pack(again) == line.pack(account)
        for part in ("effects", "movements", "refusals", "vouchers", "record", "view", "version"):
            assert getattr(folded, part) == getattr(outcome, part)


def without_personal(plan: Plan, event: Event) -> Event:
    names = personal_names(plan.programme, TYPE_NAMES[type(event)])
    kept = {
        key: value
        for key, value in event.attributes.items()
        if f"attributes.{key}" not in names and f"member.{key}" not in names
    }
    return structs.replace(event, attributes=kept)


PROPERTIES = (
    no_unit_is_lost,
    ids_are_given_once,
    states_are_sound,
    a_version_that_says_the_same_changes_nothing,
    late_work_is_punctual_work,
    reasons_can_be_told_later,
    a_fold_needs_no_personal_values,
)


@pytest.mark.parametrize("holds", PROPERTIES)
@pytest.mark.parametrize("seed", SEEDS)
def test_of_a_few_programmes(holds: object, seed: int) -> None:
    assert callable(holds)
    holds(seed)


@pytest.mark.prove
@pytest.mark.parametrize("holds", PROPERTIES)
def test_of_many_programmes(holds: object) -> None:
    assert callable(holds)
    for seed in MANY:
        holds(seed)
