"""Over the real year the service, `xenia replay` and the naive reference say the same, effect by
effect."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from tests.live.conftest import discrepancies, serving
from tests.reference.engine import Reference
from tests.reference.holdings import Member
from tests.services.publishing import NO_KEY, published
from xenia.amounts import format_decimal, money_decimals
from xenia.connectors.complete_journey import CompleteJourney
from xenia.effects import Effect
from xenia.events.model import Event, member_name
from xenia.events.write import write_event
from xenia.programme.model import Programme
from xenia.services.catalogue import programme_file
from xenia.services.conventions import conventions_of
from xenia.services.programmes import sound_programme
from xenia.services.replay import replay_of
from xenia.services.sending import Address, send
from xenia.store.database import Database

SLICE = 10
PATH = programme_file("department-points")
WORKERS = 2
AHEAD = 2_000  # rows of the database that are read at a time
# What the reference does not know: ids and codes are held against those of the replay.
NAMES = frozenset({"id", "voucher"})
Json = dict[str, Any]


def post(database: Database, folder: Path, year: CompleteJourney) -> None:
    """Have a service on this database take all purchases."""
    conventions = conventions_of(sound_programme(PATH))
    with serving(database, folder, WORKERS) as (service,):
        address = Address("127.0.0.1", service.port)
        for answers in send(address, year.purchases(), conventions):
            for _, answer in answers:
                assert answer.get("status") == "recorded", answer


def stored(database: Database) -> Iterator[Json]:
    """The answers in the ledger, in the order of the year's purchases."""
    query = """
        select answer from record join event using (space_id, source, event_id)
        order by occurred_at, event.member_id::bigint, event_id::bigint
    """
    with (
        database.connect(statement_seconds=0) as connection,
        connection.cursor("answers") as cursor,
    ):
        cursor.itersize = AHEAD
        for (answer,) in cursor.execute(query):
            yield msgspec.json.decode(answer)


def replayed(programme: Programme, year: CompleteJourney) -> Iterator[Json]:
    """What `xenia replay` answers, without what it says of each member at the end."""
    conventions = conventions_of(programme)
    events = ((None, write_event(one, conventions)) for one in year.purchases())
    return (line for line in replay_of(programme, NO_KEY).run(events) if "final" not in line)


class Naive:
    """What the reference says of each event, written as the contract has it."""

    def __init__(self, programme: Programme, *, takes_back: bool = True) -> None:
        self._programme = programme
        self._reference = Reference(programme, takes_back=takes_back)
        self._members: dict[str, Member] = {}
        self._zone = ZoneInfo(programme.timezone)

    def decide(self, event: Event) -> tuple[list[Json], Json]:
        """The effects, and the wallet."""
        name = member_name(event.member) or ""
        member = self._members.setdefault(name, Member())
        result = self._reference.decide(member, event)
        assert result.refusals == ()
        effects = [self._told(effect, event) for effect in result.effects]
        wallet = {
            key: {
                "balance": self._units(key, balance),
                "pending": self._units(key, pending),
                "held": self._units(key, held),
            }
            for key, (balance, pending, held) in result.wallet.items()
        }
        return effects, wallet

    def _told(self, effect: Effect, event: Event) -> Json:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=event.occurred_at)
        decimals = money_decimals(self._programme.money)
        return present(
            effect=effect.kind.value,
            member=event.member,
            rule=effect.rule,
            currency=effect.currency,
            units=None if effect.units is None else self._units(effect.currency, effect.units),
            kind=effect.accrual,
            amount=None if effect.amount is None else format_decimal(effect.amount, decimals),
            reward=effect.reward,
            tier=effect.tier,
            level=effect.level,
            available_at=self._day(effect.available),
            expires=self._day(effect.expires),
            occurred_at=self._day(effect.day)
            if effect.due
            else moment.astimezone(self._zone).isoformat(),
            state="posted" if effect.available is None else "pending",
        )

    def _units(self, currency: str | None, units: int) -> str:
        return format_decimal(units, self._programme.currencies[currency or ""].decimals)

    def _day(self, day: int | None) -> str | None:
        if day is None:
            return None
        first = date(1970, 1, 1) + timedelta(day)
        return datetime(first.year, first.month, first.day, tzinfo=self._zone).isoformat()


def present(**fields: object) -> Json:
    """Those that say something."""
    return {name: value for name, value in fields.items() if value is not None}


def check(database: Database, folder: Path, year: CompleteJourney) -> int:
    """Fail at the first purchase of which they say something else; how many there were."""
    programme = sound_programme(PATH)
    published(database, PATH.read_text("utf-8"))
    post(database, folder, year)
    naive, number = Naive(programme, takes_back=False), 0
    for purchase, kept, line in zip(
        year.purchases(), stored(database), replayed(programme, year), strict=True
    ):
        number += 1
        assert kept == {**line, "trace": []}  # reasons are not stored
        assert kept["event"] == purchase.id
        effects = [present(**one) for one in kept["effects"]]
        said = [{name: one[name] for name in one if name not in NAMES} for one in effects]
        assert (said, kept["wallet"]) == naive.decide(purchase)
    assert discrepancies(database) == []
    return number


def test_of_ten_households_all_three_say_the_same(database: Database, tmp_path: Path) -> None:
    assert check(database, tmp_path, CompleteJourney(SLICE)) == 393


# Of everybody, `test_returns` shows that the service and the replay do, with returns among it.
@pytest.mark.prove
def test_of_three_hundred_households_all_three_say_the_same(
    database: Database, tmp_path: Path
) -> None:
    assert check(database, tmp_path, CompleteJourney(300)) == 18_019
