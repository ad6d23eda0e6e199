"""New terms for all: lots that are there get the ends that a new version gives, and no unit is
gained or lost by it, whatever comes back, comes late or is held."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec import structs

from tests.engine.versioned import VersionsDecider, versions_of
from tests.engine.versions import HEAD, MAY, at, bought, day, wallet, written
from xenia.effects import Kind, Movement, Outcome
from xenia.engine.account import Account
from xenia.engine.timeline import Timeline
from xenia.engine.views import Lot, lots
from xenia.engine.zones import zone_names
from xenia.events.model import Cancel, Event, Hold, Purchase, Return
from xenia.events.parts import EventKey
from xenia.ledger.accounts import LedgerAccount
from xenia.ledger.lots import open_lots
from xenia.ledger.posting import entries_of
from xenia.programme.compare import compare
from xenia.programme.model import Programme
from xenia.programme.read import read
from xenia.programme.succession import succession

RULE = "rules: {points: {then: {earn: {points: 1 per 1.00}}}}\n"
ALL = "settings: {new-terms: all}\n"
AUGUST = "2026-08-01T00:00:00+03:00"


def terms(points: str, *more: str) -> str:
    return HEAD + f"currencies: {{points: {{{points}}}}}\n" + (more[0] if more else RULE)


AFTER_TWO = terms("value: 0.10, expires: {after: 2 months}")
AFTER_FIVE = terms("value: 0.10, expires: {after: 5 months}") + ALL
AFTER_ONE = terms("value: 0.10, expires: {after: 1 month}") + ALL
YEAR = terms("value: 0.10, expires: {end-of: year}") + ALL
NEVER = terms("value: 0.10") + ALL
INACTIVE = terms("value: 0.10, expires: {inactive: 3 months, after: 9 months}") + ALL


def programme(text: str) -> Programme:
    reading = read(text, zones=zone_names())
    assert reading.programme is not None, reading.findings
    return reading.programme


class Member:
    """One member through the versions of a programme, and the books."""

    def __init__(self, *texts: str, starts: tuple[str, ...] = (MAY,)) -> None:
        versions = [programme(text) for text in texts]
        self.line: Timeline = versions_of(versions, [at(start) for start in starts])
        plan = self.line.versions[-1].plan
        self.decider = VersionsDecider(plan, bytes(32), line=self.line)
        self.account: Account = self.decider.new_account("m")
        self.movements: list[Movement] = []

    def take(self, *events: Event) -> Outcome:
        outcome = Outcome(effects=())
        for event in events:
            self.account, outcome = self.decider.decide(self.account, event)
            self._keep(outcome)
        return outcome

    def pass_time(self, until: str) -> Outcome:
        self.account, outcome = self.decider.pass_time(self.account, at(until))
        self._keep(outcome)
        return outcome

    def _keep(self, outcome: Outcome) -> None:
        """The books are what the state has, and between two ends there is nothing."""
        self.movements += outcome.movements
        entries = entries_of(self.movements)
        assert open_lots(entries) == self.lots
        between = [
            entry.units if entry.credit is LedgerAccount.TRANSIT else -entry.units
            for entry in entries
            if LedgerAccount.TRANSIT in (entry.debit, entry.credit)
        ]
        assert sum(between) == 0

    @property
    def lots(self) -> dict[Lot, int]:
        return dict(lots(self.line.of(self.account.version).plan, self.account.state))

    @property
    def wallet(self) -> dict[str, int]:
        return wallet(self.line, self.account)


def noon(date: str) -> int:
    return at(f"{date}T12:00:00+03:00")


def back(of: str, date: str, **fields: object) -> Return:
    """A return of the purchase of a day."""
    key = EventKey(f"{of}T12:00:00+03:00")
    fields = fields or {"all": True}
    return Return(id=f"back {of} {date}", member="m", occurred_at=noon(date), of=key, **fields)  # type: ignore[arg-type]


def spent(date: str, amount: int, points: int) -> Purchase:
    event = bought(date, amount)
    return structs.replace(event, id=f"{date}T12:00:00+03:00", spend={"points": str(points)})


def purchase(date: str, amount: int = 10) -> Purchase:
    return structs.replace(bought(date, amount), id=f"{date}T12:00:00+03:00")


# ---- the ends that lots get ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("new", "end"),
    [
        (AFTER_FIVE, "2026-09-10"),
        (YEAR, "2027-01-01"),
        (NEVER, "never"),
        (INACTIVE, "2027-01-10"),
    ],
)
def test_a_lot_gets_the_end_of_the_new_terms(new: str, end: str) -> None:
    member = Member(AFTER_TWO, new)
    member.take(purchase("2026-04-10"))
    assert member.wallet == {"2026-06-10": 10}
    outcome = member.pass_time("2026-05-01T00:00:00+03:00")
    assert (outcome.effects, member.wallet) == ((), {end: 10})


def test_what_would_have_ended_ends_on_the_first_day() -> None:
    member = Member(AFTER_TWO, AFTER_ONE)
    member.take(purchase("2026-03-25"), purchase("2026-04-10"))
    outcome = member.pass_time("2026-05-01T00:00:00+03:00")
    (gone,) = outcome.effects
    assert (gone.kind, gone.units, gone.expires) == (Kind.EXPIRE, 10, day("2026-04-25"))
    assert gone.day == day("2026-05-01")
    assert member.wallet == {"2026-05-10": 10}


def test_a_version_of_the_afternoon_renews_with_the_first_event_that_it_decides() -> None:
    for events in ((), (purchase("2026-05-01T14:00:00+03:00"),)):
        member = Member(AFTER_TWO, AFTER_ONE, starts=("2026-05-01T13:00:00+03:00",))
        member.take(purchase("2026-03-25"), purchase("2026-04-10", 7))
        for event in events:
            outcome = member.take(event)
            assert [effect.kind for effect in outcome.effects] == [Kind.EARN, Kind.EXPIRE]
        outcome = member.pass_time("2026-05-02T00:00:00+03:00")
        assert [effect.kind for effect in outcome.effects] == ([] if events else [Kind.EXPIRE])
        assert {moved.day for moved in member.movements if moved.kind is Kind.RENEW} == {
            day("2026-05-01")
        }
        assert member.wallet == {"2026-05-10": 7} | ({"2026-06-01": 10} if events else {})


def test_another_end_is_kept() -> None:
    own = "rules: {points: {then: {earn: {points: {units: 5, expires: {after: 4 months}}}}}}\n"
    member = Member(terms("value: 0.10, expires: {after: 2 months}", own), AFTER_FIVE)
    member.take(purchase("2026-04-10"))
    member.pass_time(MAY)
    assert member.wallet == {"2026-08-10": 5}


def test_lots_of_all_earlier_versions_are_renewed() -> None:
    plain = AFTER_FIVE.replace(ALL, "")
    member = Member(AFTER_TWO, plain, YEAR, starts=(MAY, "2026-06-01T00:00:00+03:00"))
    member.take(purchase("2026-04-10"), purchase("2026-05-10"))
    assert member.wallet == {"2026-06-10": 10, "2026-10-10": 10}
    member.pass_time("2026-06-01T00:00:00+03:00")
    assert member.wallet == {"2027-01-01": 20}


def test_what_is_held_and_what_is_pending_is_renewed_too() -> None:
    def waiting(text: str) -> str:
        return text.replace("value: 0.10", "value: 0.10, pending: 1 month")

    member = Member(waiting(AFTER_TWO), waiting(AFTER_FIVE))
    hold = Hold(id="h", member="m", occurred_at=noon("2026-04-20"), currency="points", units="4")
    member.take(purchase("2026-03-10"), hold, purchase("2026-04-25", 7))
    member.pass_time(MAY)
    assert member.lots == {
        ("points", "wallet", day("2026-03-10"), day("2026-08-10")): 6,
        ("points", "held", day("2026-03-10"), day("2026-08-10")): 4,
        ("points", "pending", day("2026-04-25"), day("2026-09-25")): 7,
    }
    member.pass_time("2026-12-01T00:00:00+03:00")
    assert member.lots == {}


def test_a_version_that_was_replaced_before_it_began_renews_nothing() -> None:
    kept = AFTER_FIVE.replace(ALL, "")
    member = Member(AFTER_TWO, YEAR, kept, starts=(MAY, MAY))
    member.take(purchase("2026-04-10"))
    member.pass_time(MAY)
    assert member.wallet == {"2026-06-10": 10}


# ---- what an earlier version decides -------------------------------------------------------------


@pytest.mark.parametrize("new", [AFTER_FIVE, AFTER_ONE, YEAR, NEVER, INACTIVE])
def test_what_is_returned_is_taken_from_the_lot_as_it_is_now(new: str) -> None:
    member = Member(AFTER_TWO, new)
    member.take(purchase("2026-04-10"), purchase("2026-04-20", 7))
    member.pass_time(MAY)
    before = member.wallet
    member.take(back("2026-04-10", "2026-05-05", amount=400))
    ((end, units),) = [lot for lot in before.items() if lot[1] >= 10]
    assert member.wallet == {**before, end: units - 4}
    member.take(back("2026-04-10", "2026-05-06"), back("2026-04-20", "2026-05-06"))
    assert member.lots == {}


def test_what_ended_by_the_old_terms_is_taken_where_the_new_ones_let_it_last() -> None:
    member = Member(AFTER_TWO, AFTER_FIVE)
    member.take(purchase("2026-04-10"))
    member.take(back("2026-04-10", "2026-08-05"))
    assert member.lots == {}


def test_what_has_ended_by_the_new_terms_is_not_taken_again() -> None:
    member = Member(AFTER_TWO, AFTER_ONE)
    member.take(purchase("2026-04-10"), purchase("2026-05-01", 7))
    outcome = member.take(back("2026-04-10", "2026-05-20"))
    assert [effect.kind for effect in outcome.effects] == [Kind.EXPIRE]
    assert member.wallet == {"2026-06-01": 7}


@pytest.mark.parametrize(
    ("new", "end"), [(AFTER_FIVE, "2026-08-10"), (AFTER_ONE, "2026-06-08"), (NEVER, "never")]
)
def test_what_was_spent_comes_back_with_the_new_end(new: str, end: str) -> None:
    """At the earliest thirty days after the return, as ever."""
    member = Member(AFTER_TWO, new)
    member.take(purchase("2026-03-10"), spent("2026-04-20", 1, 10))
    member.take(back("2026-04-20", "2026-05-09"))
    assert member.wallet == {end: 10}


def test_what_is_told_late_ends_by_the_new_terms() -> None:
    member = Member(AFTER_TWO, AFTER_FIVE)
    member.take(purchase("2026-05-05", 7))
    outcome = member.take(purchase("2026-04-10"))
    assert outcome.version == 1
    assert [effect.expires for effect in outcome.effects] == [day("2026-09-10")]
    assert member.wallet == {"2026-10-05": 7, "2026-09-10": 10}
    cancel = Cancel(
        id="c",
        member="m",
        occurred_at=noon("2026-05-06"),
        of=EventKey("2026-04-10T12:00:00+03:00"),
    )
    member.take(cancel)
    assert member.wallet == {"2026-10-05": 7}


def test_terms_of_two_later_versions_follow_each_other() -> None:
    member = Member(AFTER_TWO, AFTER_FIVE, YEAR, starts=(MAY, AUGUST))
    member.take(purchase("2026-04-10"))
    member.pass_time(MAY)
    assert member.wallet == {"2026-09-10": 10}
    member.pass_time(AUGUST)
    assert member.wallet == {"2027-01-01": 10}
    member.take(back("2026-04-10", "2026-08-05", amount=300))
    assert member.wallet == {"2027-01-01": 7}


# ---- whenever it is looked at --------------------------------------------------------------------


@pytest.mark.parametrize("new", [AFTER_FIVE, AFTER_ONE, YEAR])
def test_when_an_account_is_looked_at_makes_no_difference(new: str) -> None:
    def by(step: Callable[[Member], object]) -> tuple[list[Movement], bytes]:
        member = Member(AFTER_TWO, new)
        member.take(purchase("2026-03-25"), purchase("2026-04-10"))
        step(member)
        member.pass_time("2026-06-01T00:00:00+03:00")
        return member.movements, member.line.pack(member.account)

    lazily = by(lambda _: None)
    assert lazily == by(lambda member: member.pass_time(MAY))
    assert lazily == by(lambda member: member.pass_time("2026-05-03T00:00:00+03:00"))
    renewed = [written(moved.day) for moved in lazily[0] if moved.kind is Kind.RENEW]
    assert renewed == ["2026-05-01"] * 4


# ---- what is said of it --------------------------------------------------------------------------


def test_compare_says_for_whom_the_terms_are() -> None:
    old, new = programme(AFTER_TWO), programme(AFTER_FIVE)
    said = compare(old, new)
    assert (
        "currency points: units end 5 months after they were earned, was 2 months after they were"
        " earned; also those that members have"
    ) in said
    plain = compare(old, programme(AFTER_FIVE.replace(ALL, "")))
    assert not any("also those" in sentence for sentence in plain)


def test_who_publishes_is_told_what_it_does() -> None:
    (found,) = succession(programme(AFTER_TWO), programme(AFTER_ONE))
    assert (found.code, found.severity) == ("ends-otherwise", "advice")
    assert succession(programme(AFTER_TWO), programme(AFTER_ONE.replace(ALL, ""))) == ()
    assert succession(programme(AFTER_TWO), programme(AFTER_TWO + ALL)) == ()
