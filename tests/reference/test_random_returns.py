"""Random returns: always the same of a seed, of all kinds, and never more than there was."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from tests.reference.beside import with_returns_of
from tests.reference.engine import Reference
from tests.reference.holdings import Member
from tests.reference.random_histories import random_history
from tests.reference.random_programmes import random_programme
from xenia.effects import Kind
from xenia.events.model import Cancel, Return, member_name

SEEDS = range(12)
CLAIMS = ("return", "cancel")
REFUSALS = {
    "not-yours",
    "not-returnable",
    "unknown-line",
    "nothing-left",
    "more-than-left",
    "nothing-to-return",
}


def test_the_events_between_the_returns_are_those_of_the_seed() -> None:
    programme = random_programme(3)
    events = random_history(programme, 3, 30, returns=True)
    assert events == random_history(programme, 3, 30, returns=True)
    others = [event for event in events if not isinstance(event, Return | Cancel)]
    assert others == random_history(programme, 3, 30)
    assert len(others) < len(events)


def test_returns_are_of_all_kinds_and_never_give_more_than_was_paid() -> None:
    seen: Counter[str] = Counter()
    for seed in SEEDS:
        programme, events = with_returns_of(seed, 40, members=2)
        reference, members = Reference(programme), defaultdict[str, Member](Member)
        for event in events:
            result = reference.decide(members[member_name(event.member) or ""], event)
            seen.update(code for code, claim in result.refusals if claim in CLAIMS)
            if result.refund and not isinstance(event, Return | Cancel):
                seen["waiting"] += 1
            seen.update(effect.kind.value for effect in result.effects)
        check_money(reference)
        check_units(members.values())
    assert seen.keys() >= {*REFUSALS, "waiting", Kind.GIVE_BACK, Kind.TAKE_BACK, Kind.TIER}


def check_money(reference: Reference) -> None:
    """What was paid, less what was refunded, is never less than what is left costs."""
    for each in reference.recorded.values():
        if each.decided is not None:
            assert each.paid >= each.decided.to_pay >= 0
        if each.left is not None and not each.left.whole:
            assert each.paid == 0


def check_units(members: Iterable[Member]) -> None:
    for member in members:
        for purse in member.purses.values():
            assert purse.deficit >= 0
            assert not (purse.deficit and purse.lots)
            assert all(lot.units > 0 for lot in [*purse.lots, *purse.held])
            assert all(entry.units > 0 for entry in purse.pending)
