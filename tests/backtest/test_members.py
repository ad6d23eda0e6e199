"""A history knows who enrolled when: from a file of members, or because it is assumed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from tests.backtest.beside import check, in_order
from tests.backtest.classic import plain
from tests.backtest.histories import EURO, HEADER, contents, silent, wrong
from tests.engine.test_account import compiled
from xenia.backtest.columns import ColumnReader
from xenia.backtest.enrolled import ASSUMED, assumes, with_enrolment
from xenia.backtest.history import History
from xenia.backtest.history_making import Making
from xenia.backtest.history_mapping import Terms, Written, WrittenOfMembers
from xenia.backtest.partition import Found, Task, partition, together
from xenia.backtest.policies import HISTORY
from xenia.backtest.report.begun import begun
from xenia.backtest.report.sides import Ran
from xenia.backtest.run import run
from xenia.backtest.sources import EventSource, StoredSource
from xenia.backtest.spark import Spark
from xenia.backtest.stored import HistorySource
from xenia.backtest.together import Side, run_together
from xenia.cli.app import build
from xenia.engine.compile import compile_programme
from xenia.engine.zones import SECOND
from xenia.events.model import Enrolment, Event, Purchase
from xenia.events.moments import parse_time
from xenia.programme.model import Programme
from xenia.services.inputs import UnusableError

WHO = "member,enrolled_at,attributes.birthday,attributes.region\n"
HEAD = "xenia: 1\nprogramme: small\nmoney: EUR\ntimezone: Europe/Athens\n"
# What enrolling gives, what only members have, and what is known of them since they enrolled.
CARD = (
    HEAD
    + "enrolment: enrolment-only\nreturns: {within: 90 days}\n"
    + "attributes: {member: {region: text}}\ncurrencies: {points: {}}\n"
    + """rules:
  welcome: {on: enrolment, when: 'member.region != "south"', then: {earn: {points: 50}}}
  each: {then: {earn: {points: 1 per 1.00}}}
  north: {when: 'member.region == "north"', then: {discount: {percent: 10}}}
"""
)
ANYBODY = CARD.replace("enrolment: enrolment-only\n", "")
# What comes by itself is read event by event.
BIRTHDAY = (
    CARD + "  gift: {on: birthday, limits: {times: 1, per: year}, then: {earn: {points: 7}}}\n"
)
# What asks nothing of who enrols but the day.
PLAIN = CARD.replace("""when: 'member.region != "south"', """, "")
START = datetime(2026, 1, 1, tzinfo=UTC)


def bought(seed: int, purchases: int = 60) -> str:
    """What members buy, some of which comes back."""
    random, rows = Random(seed), [HEADER + ",return_of"]
    for number in range(purchases):
        at = START + timedelta(days=number * 5, hours=random.randrange(3) * 5)
        who = random.choice(("ann", "ben", "Ζωή", "dan", "eva"))
        for sku in random.sample("abc", random.randint(1, 3)):
            amount = f"{random.randint(1, 9_000) / 100:.2f}"
            rows.append(f"p{number},{at.isoformat()},{who},{sku},things,2,{amount},")
        if random.random() < 0.3:
            back = (at + timedelta(days=random.choice((1, 30, 120)))).isoformat()
            rows.append(f"r{number},{back},{who},{sku},things,1,1,p{number}")
    return "\n".join(rows)


def who(seed: int) -> str:
    """Some of them enrolled: before all else, with a purchase, between, never; and one who never
    bought anything."""
    random = Random(seed)
    days = random.sample((-400, 0, 35, 100, 150, 150), 4)
    names = [*random.sample(("ann", "ben", "Ζωή", "dan", "eva"), 3), "zoe"]
    rows = [
        f"{name},{(START + timedelta(days=day)).isoformat()},19{random.randint(50, 99)}-03-1"
        f"{random.randint(0, 9)},{random.choice(('north', 'south', ''))}"
        for name, day in zip(names, days, strict=True)
    ]
    return WHO + "\n".join(rows) + "\n"


def made(
    folder: Path, purchases: str, members: str | Path, terms: Terms = EURO, **more: Any
) -> History:
    """The history of both files."""
    folder.mkdir(exist_ok=True)
    first, second = folder / "lines.csv", folder / "members.csv"
    first.write_text(purchases, "utf-8")
    if isinstance(members, str):
        second.write_text(members, "utf-8")
    else:
        second = members
    tell = more.pop("tell", silent)
    making = Making.of([first], folder / "history", terms, [], members=second, **more)
    return making.make(tell, 2)


def sources(history: History, *, assumes: bool = False) -> tuple[HistorySource, StoredSource]:
    told = history.told
    of = told.of_members, told.of_guests
    return (
        HistorySource(history, assumes=assumes),
        StoredSource(history.events, told.buckets, *of, redeems=False, assumes=assumes),
    )


def by_member(history: History) -> dict[str, list[Event]]:
    """The events of each member, in order."""
    events = sorted(
        history.events(), key=lambda one: (one.member or "", one.occurred_at, one.source)
    )
    return {name or "": [*those] for name, those in groupby(events, lambda one: one.member)}


def programme(text: str) -> Programme:
    return compiled(text).programme


# ---- what is told --------------------------------------------------------------------------------


def test_enrolments_stand_between_purchases(tmp_path: Path) -> None:
    lines = f"{HEADER}\np1,2026-07-01,ann,a,c,1,1.00\np2,2026-07-02,ann,a,c,1,1.00\n"
    text = WHO + "ann,2026-07-02,1990-02-28,north\nbob,2025-01-01T10:00:00+03:00,,\n"
    history = made(tmp_path, lines, text)
    found = by_member(history)
    assert [type(one) for one in found["ann"]] == [Purchase, Enrolment, Purchase]
    enrolment = found["ann"][1]
    # At the instant of a purchase it is before it, and a date alone is its midnight there.
    assert enrolment.occurred_at == parse_time("2026-07-02T00:00:00+03:00")
    assert enrolment.attributes == {"birthday": 7363, "region": "north"}
    assert [one.attributes for one in found["bob"]] == [{}]
    told = history.told
    assert (told.members, told.of_members.enrolments, told.of_members.purchases) == (2, 2, 2)
    assert told.member_attributes == {"birthday": "date", "region": "text"}
    assert told.of_members.first == parse_time("2026-07-01T00:00:00+03:00")
    assert told.of_members.begins == parse_time("2025-01-01T10:00:00+03:00")
    assert [one.name for one in told.sources] == ["lines.csv", "members.csv"]


@pytest.mark.parametrize("text", [CARD, ANYBODY, BIRTHDAY], ids=["card", "anybody", "birthday"])
def test_a_backtest_is_a_replay_of_the_same_events(text: str, tmp_path: Path) -> None:
    given = 0
    for seed in range(2):
        history = made(tmp_path / f"{seed}", bought(seed), who(seed))
        assert history.told.of_members.returns > 3
        found, own = by_member(history), programme(text)
        events = EventSource.of(one for told in found.values() for one in told)
        of_replay = check(own, in_order(own, [one for told in found.values() for one in told]))
        by_sql, by_event = sources(history)
        whole = plain(run(own, events, HISTORY, compiles=False))
        assert plain(run(own, by_sql, HISTORY, compiles=False)) == whole
        assert plain(run(own, by_event, HISTORY, compiles=False)) == whole
        given += len(of_replay.lines)
    assert given > 50


@pytest.mark.parametrize("text", [CARD, ANYBODY, BIRTHDAY], ids=["card", "anybody", "birthday"])
def test_whoever_buys_is_taken_as_enrolled(text: str, tmp_path: Path) -> None:
    history = made(tmp_path, bought(7), who(7))
    own, found = programme(text), by_member(history)
    buyers = {
        name for name, told in found.items() if any(isinstance(one, Purchase) for one in told)
    }
    joined = {name: [*with_enrolment(told)] for name, told in found.items()}
    events = EventSource.of(one for told in joined.values() for one in told)
    assert all(any(isinstance(one, Enrolment) for one in told) for told in events.members.values())
    check(own, in_order(own, [one for told in joined.values() for one in told]))
    expected = run(own, events, HISTORY, compiles=False)
    assumed = [run(own, one, HISTORY, compiles=False) for one in sources(history, assumes=True)]
    without = EventSource.of(one for told in found.values() for one in told)
    assumed.append(run(own, replace(without, assumes=True), HISTORY, compiles=False))
    for result in assumed:
        counts = {one.name: one.count for one in result.treatments}
        assert counts[ASSUMED] == len(buyers) - history.told.of_members.enrolments + 1
        others = tuple(one for one in result.treatments if one.name != ASSUMED)
        assert plain(replace(result, treatments=others)) == plain(expected)


def test_rows_and_their_places_are_those_of_the_events(tmp_path: Path) -> None:
    history = made(tmp_path, bought(3), who(3))
    plan = compile_programme(programme(CARD))
    assert not ColumnReader(plan).why
    for assumed in (False, True):
        by_sql, by_event = sources(history, assumes=assumed)
        for bucket in range(by_sql.buckets):
            mine, theirs = (one.read(plan, bucket, claims=True) for one in (by_sql, by_event))
            for mine_each, theirs_each in zip(mine.rows, theirs.rows, strict=True):
                assert mine_each.tolist() == theirs_each.tolist()
            assert [*mine.names] == [*theirs.names]
            assert [*mine.keys] == [*theirs.keys]
            assert dict(mine.left_out) == dict(theirs.left_out)


def test_programmes_side_by_side_are_those_alone(tmp_path: Path) -> None:
    texts = [CARD, CARD.replace("points: 50", "points: 60"), CARD.replace('"south"', '"north"')]
    texts += [ANYBODY, PLAIN, PLAIN.replace("points: 50", "points: 60")]
    programmes = [programme(text) for text in texts]
    history = made(tmp_path, bought(6), who(6))
    for assumed in (False, True):
        by_sql, by_event = sources(history, assumes=assumed)
        alone = [plain(run(own, by_event, HISTORY, compiles=False)) for own in programmes]
        for _ in ("made", "kept"):
            found = run_together([Side(own) for own in programmes], by_sql, compiles=False)
            assert [*map(plain, found)] == alone


def test_who_enrolled_before_a_return_that_is_refused_is_within_the_history(tmp_path: Path) -> None:
    lines = f"{HEADER},return_of\np1,2026-07-01,ann,a,c,1,1.00,\n"
    lines += "r1,2026-07-10,ann,a,c,1,1.00,nobody-knows\n"
    history = made(tmp_path, lines, WHO + "bob,2026-07-05,,\n")
    assert history.told.bad.rows == 1
    assert history.told.of_members.last == parse_time("2026-07-05T00:00:00+03:00")
    found = run(programme(CARD), sources(history)[0], HISTORY, compiles=False)
    assert len(found.members.names) == 2


class Here(Spark):
    """A cluster of nobody but this process, which folds by member as the others do."""

    def do(self, task: Task) -> Found:
        batches = (each for path in self.history.paths() for each in table_of(path).to_batches())
        found = (row for batch in partition(task, batches) for row in batch.to_pylist())
        sums = [
            (row["name"], row["place"], row["number"], [row["members"]] if row["members"] else [])
            for row in found
        ]
        return together(task, self.history, sums)


def table_of(path: Path) -> pa.Table:
    return pq.read_table(path, partitioning=None)


def test_a_cluster_knows_them_too(tmp_path: Path) -> None:
    history, own = made(tmp_path, bought(4), who(4)), programme(CARD)
    for assumed in (False, True):
        source = sources(history, assumes=assumed)[1]
        here = run(own, source, HISTORY, compiles=False)
        there = run(own, source, HISTORY, compiles=False, cluster=Here(history, assumes=assumed))
        assert plain(there) == plain(here)
        assert any(one.name == ASSUMED for one in here.treatments) is assumed


# ---- what is wrong -------------------------------------------------------------------------------

BAD = """\
ann,2026-01-01,1990-02-30,north
ben,,,
,2026-01-01,,
dan,yesterday,,
eva,2026-01-01,,,
fay,2026-01-01,1990-01-01,north
fay,2026-01-01,1990-01-01,north
fay,2026-01-02,1990-01-01,north
gus,2030-01-01,,
"""


def test_what_is_wrong_is_told_and_left_out(tmp_path: Path) -> None:
    lines = f"{HEADER}\np1,2026-07-01,ann,a,c,1,1.00\n"
    history = made(tmp_path, lines, WHO + BAD)
    assert [(row, code, event) for row, code, _, event in wrong(history)] == [
        (2, "not-a-time", "ann"),
        (3, "missing-field", "ben"),
        (4, "missing-field", ""),
        (5, "not-a-time", "dan"),
        (6, "wrong-number-of-values", ""),
        (9, "given-twice", "fay"),
    ]
    assert "stands in row 7 with something else" in wrong(history)[-1][2]
    bad = history.told.bad
    assert (bad.rows, bad.known, bad.later) == (6, 1, 1)
    assert [Path(name).name for name in bad.files] == ["members.errors.csv"]
    assert history.told.of_members.enrolments == 1
    assert [type(one) for one in by_member(history)["fay"]] == [Enrolment]


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("member,region\n", r'no column is known to be enrolled_at .* --map-member "COLUMN='),
        ("enrolled_at,region\n", r"no column is known to say who it is"),
        ("member,joined,signup\n", r'"joined" and "signup" may both be enrolled_at'),
    ],
)
def test_what_cannot_be_used_is_said(header: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(UnusableError, match=told):
        made(tmp_path, HEADER + "\n", header)


def test_only_a_first_purchase_is_a_time_to_enrol() -> None:
    assert not assumes(None)
    assert assumes("first-purchase")
    with pytest.raises(UnusableError, match="--enrolled"):
        assumes("always")


# ---- how it is read ------------------------------------------------------------------------------


def test_columns_are_guessed_mapped_and_typed(tmp_path: Path) -> None:
    members = WrittenOfMembers(
        columns={"attributes.size": "Shoe"},
        always={"attributes.region": "north"},
        attributes={"size": "decimal"},
    )
    terms = Terms(
        money="EUR", timezone="Europe/Athens", written=Written(decimals=",", members=members)
    )
    lines = f"{HEADER.replace('member', 'card')}\np1,2026-07-01,c1,a,c,1,1\n"
    text = "Card number;Member since;Date of birth;Shoe;Remark\nc1;2026-06-01;1990-01-01;42,5;x\n"
    making_said = ["Remark="]
    history = made(tmp_path, lines, text, terms, said_of_members=making_said)
    (enrolment, purchase) = by_member(history)["card:c1"]
    assert purchase.member == enrolment.member
    assert enrolment.attributes == {"birthday": 7305, "region": "north", "size": 42_500_000}


def test_a_file_of_parquet_is_read_alike(tmp_path: Path) -> None:
    table = pa.table(
        {
            "member": ["ann", "ben"],
            "enrolled_at": [datetime(2026, 1, 1, tzinfo=UTC), None],
            "attributes.birthday": pa.array([7305, None], pa.date32()),
        }
    )
    path = tmp_path / "who.parquet"
    pq.write_table(table, path)
    history = made(tmp_path, f"{HEADER}\np1,2026-07-01,ann,a,c,1,1.00\n", path)
    assert by_member(history)["ann"][0].attributes == {"birthday": 7305}
    assert by_member(history)["ann"][0].occurred_at == int(table[1][0].as_py().timestamp()) * SECOND
    assert history.told.bad.rows == 1


def test_an_import_goes_on_and_comes_to_the_same(tmp_path: Path) -> None:
    whole = made(tmp_path / "whole", bought(5), who(5))

    class Stop:
        def __init__(self, at: int) -> None:
            self.left = at

        def __call__(self, *_: object) -> None:
            self.left -= 1
            if self.left == 0:
                raise KeyboardInterrupt

    found, stops = None, 0
    (tmp_path / "cut").mkdir()
    lines, members = (tmp_path / "cut" / name for name in ("lines.csv", "members.csv"))
    lines.write_text(bought(5), "utf-8")
    members.write_text(who(5), "utf-8")
    while found is None:
        making = Making.of([lines], tmp_path / "cut" / "history", EURO, [], members=members)
        try:
            found = making.make(Stop(stops + 1), 2)
        except KeyboardInterrupt:
            stops += 1
    assert stops > 3
    assert contents(found.folder) == contents(whole.folder)


def test_a_report_asks_for_enrolments_and_names_those_that_are_assumed(tmp_path: Path) -> None:
    lines = f"{HEADER}\np1,2026-07-01T10:00:00Z,ann,a,c,1,1.00\n"
    (tmp_path / "club.yaml").write_text(CARD, "utf-8")
    (tmp_path / "lines.csv").write_text(lines, "utf-8")
    told = report_on(tmp_path)
    (asked,) = (one["say"] for one in told["to_state"] if one["part"] == "small")
    assert "--enrolled first-purchase" in asked
    assert "--members FILE" in asked
    assert told["assumptions"][0]["what"] != "Taken as enrolled"
    told = report_on(tmp_path, "--enrolled", "first-purchase")
    assert not [one for one in told["to_state"] if "--enrolled" in one["say"]]
    assert told["assumptions"][0]["what"] == "Taken as enrolled"
    assert told["assumptions"][0]["taken"] == "1 member, right before their first purchase"
    assert not told["candidate"]["treated"]


def report_on(folder: Path, *words: str) -> Any:
    """What `xenia backtest` says of a file of purchases."""
    asked = [folder / "club.yaml", folder / "lines.csv", *words, "--format", "json"]
    found = CliRunner().invoke(build("backtest"), ["backtest", *map(str, asked)])
    return json.loads(found.stdout)


def test_months_before_the_first_purchase_are_left_out_of_a_report(tmp_path: Path) -> None:
    lines = f"{HEADER}\np1,2026-07-01,ann,a,c,1,1.00\np2,2026-08-01,ann,a,c,1,1.00\n"
    history = made(tmp_path, lines, WHO + "ann,2020-01-01,,south\n")
    source, own = sources(history)[0], programme(CARD)
    found = run(own, source, HISTORY, compiles=False)
    assert found.months == 6 * 12 + 8
    ran = Ran(own, found)
    shorter = begun(ran, ran)[0].result
    assert (shorter.month(0), shorter.months) == ("2026-07", 2)
    assert shorter.currencies[0].issued.tolist() == [1, 1]
    assert shorter.currencies[0].outstanding.tolist() == [1, 2]
    assert shorter.money_months.enrolled.tolist() == [1, 1]
    assert {len(one.times) for one in shorter.effects} == {2}
    assert {one.used.shape for one in shorter.cohorts} == {(2, 2)}
