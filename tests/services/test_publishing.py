"""A document becomes the version that decides from a time on, or it is said why it may not."""

import threading
from pathlib import Path

import pytest

from tests.postgres import on_both
from xenia.engine.since import ALWAYS
from xenia.events.moments import parse_time
from xenia.programme.findings import Place
from xenia.services.inputs import UnusableError
from xenia.services.listing import Listed, ListedVersion, listed
from xenia.services.published import load_space
from xenia.services.publishing import (
    AHEAD,
    NOBODY,
    Publication,
    Start,
    draft_of,
    publish,
)
from xenia.services.reaching import reach_accounts
from xenia.store import programmes as store
from xenia.store.database import Database

CAFE = """
xenia: 1
programme: cafe
title: {el: Το καφέ, en: The café}
money: EUR
timezone: Europe/Athens
currencies: {beans: {value: 0.01, expires: {after: 1 year}}}
rules: {all: {then: {earn: {beans: 1 per 1.00}}}}
"""
LATER = CAFE.replace("1 per", "2 per").replace("en: The café", "en: The new café")
NOW = parse_time("2026-11-21T12:00:00+02:00")
SECOND = 1_000_000
DAY = 86_400 * SECOND


class Programmes:
    """A folder with a programme, and a database to publish it in."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.path = database, folder / "cafe.yaml"
        self.now = NOW

    def publish(
        self,
        document: str,
        *,
        start: Start = None,
        key: bytes | None = None,
        dry_run: bool = False,
    ) -> Publication:
        self.path.write_bytes(document.encode())
        draft = draft_of(self.path)
        with self.database.connect() as connection:
            done = publish(
                connection,
                draft,
                clock=lambda: self.now,
                start=start,
                key=key,
                dry_run=dry_run,
            )
            reach_accounts(connection, done, at_once=2)
            return done

    def refusal(self, document: str, start: Start = None) -> str:
        with pytest.raises(UnusableError) as error:
            self.publish(document, start=start)
        return str(error.value).replace(str(self.path), "cafe.yaml")

    def stored(self) -> list[tuple[object, ...]]:
        with self.database.connect() as connection:
            rows = store.versions(connection, 1, 1)
            return [(row.version, row.document, row.effective_from) for row in rows]

    def event(self, at: int, name: str = "e1") -> None:
        with self.database.connect() as connection:
            connection.execute(
                "insert into event values (1, 'api', %s, 'purchase', null,"
                " 'epoch'::timestamptz + %s * interval '1 microsecond', now(), 1, '{}', '')",
                (name, at),
            )


@pytest.fixture
def programmes(database: Database, tmp_path: Path) -> Programmes:
    return Programmes(database, tmp_path)


# ---- when ----------------------------------------------------------------------------------------


@on_both
def test_the_first_version_has_always_been_in_force(programmes: Programmes) -> None:
    document = CAFE.replace("\n", "\r\n") + "# as it was written \n\n"
    done = programmes.publish(document)
    assert (done.version, done.effective_from, done.since, done.follows) == (1, ALWAYS, None, None)
    assert (done.changes, done.advice, done.same) == ((), (), False)
    assert programmes.stored() == [(1, document, ALWAYS)]


def test_a_later_version_takes_effect_ahead(programmes: Programmes) -> None:
    programmes.publish(CAFE)
    programmes.now += 123_456
    done = programmes.publish(LATER)
    assert (done.version, done.effective_from, done.follows) == (2, NOW + AHEAD + SECOND, 1)
    assert done.since == "2026-11-21T12:01:01+02:00"
    assert done.changes[0] == "rule all: earns 2 per 1 beans, was 1 per 1"
    assert "The new café" in done.changes[1]
    assert len(done.changes) == 3
    with programmes.database.connect() as connection:
        assert load_space(connection).programmes["cafe"].revision == 2


@pytest.mark.parametrize(
    ("start", "first", "later"),
    [("now", NOW, NOW), (NOW + DAY, NOW + DAY, NOW + DAY), (NOW, NOW, NOW)],
)
def test_it_takes_effect_when_it_is_told(
    programmes: Programmes, start: Start, first: int, later: int
) -> None:
    assert programmes.publish(CAFE, start=start).effective_from == first
    assert programmes.publish(LATER, start=start).effective_from == later


def test_the_first_version_may_begin_in_the_past(programmes: Programmes) -> None:
    assert programmes.publish(CAFE, start=NOW - DAY).since == "2026-11-20T12:00:00+02:00"


def test_what_has_occurred_is_not_decided_anew(programmes: Programmes) -> None:
    programmes.publish(CAFE)
    assert programmes.refusal(LATER, NOW - 1).startswith(
        "--from: 2026-11-21T11:59:59.999999+02:00 is too early: "
    )
    assert "give --from 2026-11-21T12:01:00+02:00 or later, or now" in programmes.refusal(LATER, 0)
    assert len(programmes.stored()) == 1


def test_it_begins_after_the_latest_event(programmes: Programmes) -> None:
    programmes.publish(CAFE)
    programmes.event(NOW + 240 * SECOND)  # a till's clock is four minutes ahead
    assert "give --from 2026-11-21T12:04:01+02:00 or later" in programmes.refusal(
        LATER, NOW + 240 * SECOND
    )
    assert programmes.publish(LATER, start="now").effective_from == NOW + 240 * SECOND + 1
    assert programmes.publish(CAFE).effective_from == NOW + 241 * SECOND


def test_versions_take_effect_in_their_order(programmes: Programmes) -> None:
    programmes.publish(CAFE)
    programmes.publish(LATER, start=NOW + DAY)
    wanted = (
        "cafe.yaml: version 2 is published already and takes effect at 2026-11-22T12:00:00+02:00: "
        "give --from that time, to take its place, or a later one"
    )
    third = LATER.replace("2 per", "3 per")
    starts: tuple[Start, ...] = (None, "now", NOW + DAY - 1)
    for start in starts:
        assert programmes.refusal(third, start) == wanted
    done = programmes.publish(third, start=NOW + DAY)
    assert (done.version, done.follows) == (3, 1)
    assert done.changes[0] == "rule all: earns 3 per 1 beans, was 1 per 1"
    with programmes.database.connect() as connection:
        timeline = load_space(connection).programmes["cafe"].timeline
    assert timeline.at(NOW + DAY - 1).version == 1
    assert timeline.at(NOW + DAY).version == 3


# ---- what ----------------------------------------------------------------------------------------


def test_the_same_document_again_changes_nothing(programmes: Programmes) -> None:
    programmes.publish(CAFE)
    programmes.publish(LATER)
    before = programmes.stored()
    starts: tuple[Start, ...] = (None, "now", 0)
    for start in starts:
        done = programmes.publish(LATER, start=start, key=bytes(32))
        assert (done.same, done.version, done.changes) == (True, 2, ())
    assert programmes.stored() == before
    with programmes.database.connect() as connection:
        assert load_space(connection).programmes["cafe"].revision == 2
    # What was in force before is a new version.
    assert programmes.publish(CAFE).version == 3


def test_only_words_and_only_spaces_are_new_versions(programmes: Programmes) -> None:
    programmes.publish(CAFE)
    assert programmes.publish(CAFE + "\n").changes == ()
    assert programmes.publish(CAFE.replace("The café", "Our café")).changes[-1] == (
        "only words change: every decision stays"
    )


def test_a_dry_run_publishes_nothing(programmes: Programmes) -> None:
    done = programmes.publish(CAFE, dry_run=True)
    assert (done.version, done.since) == (1, None)
    with programmes.database.connect() as connection:
        assert dict(load_space(connection).programmes) == {}
    programmes.publish(CAFE)
    assert programmes.publish(LATER, dry_run=True).changes
    assert len(programmes.stored()) == 1
    assert programmes.publish(LATER).version == 2


def test_keys_are_left_to_chance_unless_one_is_given(programmes: Programmes) -> None:
    programmes.publish(CAFE)
    programmes.publish(LATER)
    programmes.publish(CAFE, key=b"k" * 32)
    with programmes.database.connect() as connection:
        first, second, third = (row.code_key for row in store.versions(connection, 1, 1))
    assert len(first) == len(second) == 32
    assert len({first, second, bytes(32)}) == 3
    assert third == b"k" * 32


def test_errors_are_refused_with_their_places(programmes: Programmes) -> None:
    told = programmes.refusal(CAFE.replace("beans: 1 per", "bean: 1 per"))
    assert told.startswith("cafe.yaml:8:")
    assert "did you mean" in told
    programmes.path.unlink()
    with pytest.raises(UnusableError, match="there is no such file"):
        draft_of(programmes.path)


def test_what_a_version_may_not_do_to_members_is_refused(programmes: Programmes) -> None:
    programmes.publish(CAFE)
    told = programmes.refusal(CAFE.replace("Athens", "Paris").replace("beans", "stars"))
    zone, currency = told.splitlines()
    assert zone.startswith("cafe.yaml:6:1: error other-timezone: Lots, levels and windows are kept")
    assert currency.startswith("cafe.yaml:7:1: error currency-gone: Members may hold beans, which")
    assert currency.endswith("(keep it: without rules that earn it, it is spent or ends by and by)")
    assert len(programmes.stored()) == 1
    # It is held against the last version, also one that is still to come.
    programmes.publish(CAFE.replace("{beans: {", "{stars: {value: 1}, beans: {"), start=NOW + DAY)
    assert "currency-gone: Members may hold stars" in programmes.refusal(LATER, NOW + DAY)


def test_what_becomes_of_members_is_told(programmes: Programmes) -> None:
    metrics = "metrics: {spent: {sum: basket.amount, over: calendar month}}\n"
    programmes.publish(CAFE + metrics + "tiers: {level: {by: spent, levels: {a: 0, b: 5}}}")
    (told,) = programmes.publish(CAFE).advice
    assert (told.code, told.severity, told.place) == ("tier-gone", "advice", Place(2, 1))


# ---- at a time -----------------------------------------------------------------------------------


def test_who_publishes_at_the_same_time_gets_different_versions(
    programmes: Programmes, tmp_path: Path
) -> None:
    done: list[Publication] = []
    together = threading.Barrier(4)

    def work(number: int) -> None:
        path = tmp_path / f"{number}.yaml"
        path.write_text(CAFE + f"# {number % 3}\n", "utf-8")
        draft = draft_of(path)
        with programmes.database.connect() as connection:
            together.wait()
            done.append(publish(connection, draft, clock=lambda: NOW))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    new = sorted(item.version for item in done if not item.same)
    assert new == list(range(1, len(new) + 1))
    assert len(new) + sum(item.same for item in done) == 4
    assert len(programmes.stored()) == len(new) >= 3


# ---- members -------------------------------------------------------------------------------------


def member(programmes: Programmes, name: str, *, joined: bool) -> None:
    with programmes.database.connect() as connection:
        timeline = load_space(connection).programmes["cafe"].timeline
        account = timeline.new_account(name)
        packed = bytearray(timeline.pack(account))
        if joined:
            packed[NOBODY.place : NOBODY.place + 8] = bytes(8)
        connection.execute(
            "insert into account values (1, 1, %s, 1, 1, 'x', %s, null)", (name, bytes(packed))
        )
        if joined:
            query = "update account set joined = date '1970-01-01' where member_id = %s"
            connection.execute(query, (name,))


def test_members_are_looked_at_on_the_first_day_of_a_version(programmes: Programmes) -> None:
    programmes.publish(CAFE)
    for name in "abcd":
        member(programmes, name, joined=name != "b")
    done = programmes.publish(LATER)
    assert done.first_day == (NOW + 2 * 3600 * SECOND) // DAY + 1
    with programmes.database.connect() as connection:
        found = connection.execute(
            "select member_id, next_due - date '1970-01-01' from account order by 1"
        ).fetchall()
    assert found == [
        ("a", done.first_day),
        ("b", None),
        ("c", done.first_day),
        ("d", done.first_day),
    ]


def test_what_is_published_is_listed(programmes: Programmes) -> None:
    with programmes.database.connect() as connection:
        assert listed(connection, now=NOW) == ()
    programmes.publish(CAFE)
    programmes.now += SECOND
    programmes.publish(LATER, start=NOW + DAY)
    programmes.publish(LATER.replace("2 per", "3 per"), start=NOW + DAY)
    member(programmes, "a", joined=True)
    member(programmes, "b", joined=False)
    old = ListedVersion(1, None, "2026-11-21T12:00:00+02:00", "The café", "running")
    since, told = "2026-11-22T12:00:00+02:00", "2026-11-21T12:00:01+02:00"
    second = ListedVersion(2, since, told, "The new café", "replaced")
    third = ListedVersion(3, since, told, "The new café", "waiting")
    with programmes.database.connect() as connection:
        (found,) = listed(connection, now=NOW)
        versions = (old, second, third)
        assert found == Listed("cafe", "The café", 1, versions, found.tiers)
        (after,) = listed(connection, now=NOW + DAY)
    assert after.title == "The new café"
    assert [item.state for item in after.versions] == ["past", "replaced", "running"]
