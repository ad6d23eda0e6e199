"""A file of events is posted whatever is wrong with some of them, and again changes nothing."""

import csv
import io
import json
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from tests.services.publishing import published
from xenia.events.moments import parse_time
from xenia.services import importing
from xenia.services.error_file import ErrorFile
from xenia.services.importing import Counts, import_events
from xenia.services.inputs import UnusableError
from xenia.services.poster import FAILED, UNAVAILABLE, Bounds, Done, NotPosted, Poster, QueueFull
from xenia.services.published import Space, load_space
from xenia.services.purchase_rows import Found, Row, Wrong
from xenia.services.taking import Taken
from xenia.store.database import Database

NOW = parse_time("2026-11-21T12:00:00+02:00")
PROGRAMME = """
xenia: 1
programme: cafe
money: EUR
timezone: Europe/Athens
categories: [drink, cake]
currencies: {beans: {expires: {after: 1 year}, value: 0.01}}
rules: {all: {then: {earn: {beans: 1 per 1.00}}}}
rewards: {mug: {price: {beans: 50}, gives: {item: {en: a mug}}}}
"""
HEADER = "id,occurred_at,phone,sku,category,quantity,amount\n"
AT = "2026-09-21T09:00:00+03:00"


def row(name: str, amount: str = "4.00", category: str = "drink", at: str = AT) -> str:
    return f"{name},{at},+30210{name},tea,{category},1,{amount}\n"


def purchase(name: str, amount: str = "4.00", **more: object) -> str:
    line = {"sku": "tea", "category": "drink", "quantity": 1, "amount": amount}
    event = {"type": "purchase", "id": name, "member": "m1", "occurred_at": AT, "lines": [line]}
    return json.dumps({**event, **more}) + "\n"


def redemption(name: str) -> str:
    event = {"type": "redemption", "id": name, "member": "m1", "reward": "mug", "occurred_at": AT}
    return json.dumps(event) + "\n"


class Import:
    """Files, a database, and what the last import said was wrong."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.folder = database, folder
        self.wrong: list[Wrong] = []
        self.bounds = Bounds()

    def __call__(self, name: str, text: str) -> Counts:
        path = self.folder / name
        path.write_text(text, "utf-8")
        self.wrong = []
        poster = Poster(self.database, self.space(), bounds=self.bounds, clock=lambda: NOW)
        try:
            with path.open("rb") as stream:
                return import_events(poster, path, stream, self.wrong.append, clock=lambda: NOW)
        finally:
            poster.close()

    def space(self) -> Space:
        with self.database.connect() as connection:
            return load_space(connection)

    def told(self) -> list[tuple[int, str | None, str]]:
        return [(item.row.number, item.event, item.code) for item in self.wrong]

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with self.database.connect() as connection:
            return connection.execute(statement.encode()).fetchall()


@pytest.fixture
def run(database: Database, tmp_path: Path) -> Import:
    published(database, PROGRAMME)
    return Import(database, tmp_path)


# ---- what is posted ------------------------------------------------------------------------------


def test_a_table_of_purchases_is_recorded(run: Import) -> None:
    table = HEADER + row("1") + row("1", "2.50", "cake") + row("2", "7")
    assert run("a.csv", table) == Counts(new=2)
    assert run.wrong == []
    found = run.rows(
        "select kind, value, sum(units)::int from entry join identifier using (member_id)"
        " group by 1, 2 order by 2"
    )
    assert found == [("phone", "+302101", 6), ("phone", "+302102", 7)]


def test_lines_of_json_are_events_of_any_type(run: Import) -> None:
    enrolment = {"type": "enrolment", "id": "j", "member": "m1", "occurred_at": AT}
    events = json.dumps(enrolment) + "\n\n" + purchase("1", "60") + redemption("r1")
    assert run("a.jsonl", events + redemption("r2")) == Counts(new=4, refused=1)
    assert run("a.ndjson", events) == run("a.JSON", events) == Counts(known=3)
    assert run.rows("select type from event order by event_id") == [
        ("purchase",),
        ("enrolment",),
        ("redemption",),
        ("redemption",),
    ]


def test_refused_claims_are_counted_once(run: Import) -> None:
    events = purchase("1", "60") + redemption("r1") + redemption("r2") + redemption("r3")
    assert run("a.jsonl", events) == Counts(new=4, refused=2)
    assert run("a.jsonl", events) == Counts(known=4)


def test_the_same_file_again_records_what_is_new(run: Import) -> None:
    table = HEADER + row("1") + row("2")
    assert run("a.csv", table) == Counts(new=2)
    before = run.rows("select * from record order by event_id")
    assert run("a.csv", table + row("3") + row("1")) == Counts(new=1, known=3)
    assert run.rows("select * from record where event_id < '3' order by event_id") == before
    assert run("a.jsonl", purchase("j") + purchase("j")) == Counts(new=1, known=1)


def test_events_of_one_member_are_posted_in_their_order(
    run: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "_EVENTS", 3)
    run.bounds = Bounds(events_waiting=7, events_in_batch=2)
    names = [f"{number:03}" for number in range(100)]
    assert run("a.jsonl", "".join(map(purchase, names))) == Counts(new=100)
    found = run.rows("select event_id from record order by seq")
    assert [name for (name,) in found] == names


# ---- what is not ---------------------------------------------------------------------------------


def test_wrong_rows_are_told_and_the_others_are_posted(run: Import) -> None:
    table = [
        row("1", "4,00"),
        row("2"),
        row("2", category="dirnk"),
        row("2", "x", "y"),
        row("3"),
        row("4", at="yesterday"),
        '5,"\n',
        row("6", at="2026-11-21T12:05:00.000001+02:00"),
        row("7", at="2026-11-21T12:05:00+02:00"),
        row("8").replace("tea", "t\x7fea"),
    ]
    assert run("a.csv", HEADER + "".join(table)) == Counts(new=2, wrong=8)
    assert run.told() == [
        (2, "1", "wrong-number-of-values"),
        (3, "2", "not-imported"),
        (4, "2", "unknown-category"),
        (5, "2", "unknown-category"),
        (5, "2", "not-a-decimal"),
        (7, "4", "not-a-time"),
        (8, "5", "wrong-quotes"),
        (9, "6", "in-the-future"),
        (11, "8", "control-character"),
    ]
    assert run.wrong[1].text == "row 4 of the same purchase is wrong"
    assert 'did you mean "drink"?' in run.wrong[2].text
    assert run.wrong[2].row.text == table[2].strip()
    assert run.rows("select event_id from event order by 1") == [("3",), ("7",)]


def test_wrong_events_are_told(run: Import) -> None:
    events = [
        purchase("1"),
        purchase("2", location=3),
        "{\n",
        '{"type": "clock", "id": "c", "occurred_at": "2026-09-21T09:00:00+03:00"}\n',
        purchase("3", programme="caffe"),
        purchase("4", "4.001"),
        purchase("5"),
    ]
    assert run("a.jsonl", "".join(events)) == Counts(new=2, wrong=5)
    assert run.told() == [
        (2, "2", "wrong-type"),
        (3, None, "invalid-json"),
        (4, "c", "not-here"),
        (5, "3", "unknown-programme"),
        (6, "4", "too-precise"),
    ]
    assert run.wrong[1].row.text == "{"


def test_other_content_under_a_known_id_changes_nothing(run: Import) -> None:
    run("a.csv", HEADER + row("1") + row("1"))
    assert run("a.csv", HEADER + row("1") + row("2") + row("1")) == Counts(new=1, wrong=2)
    assert run.told() == [(2, "1", "different-content"), (4, "1", "different-content")]
    assert run.rows("select sum(units)::int from entry") == [(12,)]


def test_reasons_are_told_in_the_order_of_the_file(
    run: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "_EVENTS", 2)
    events = [purchase("1"), purchase("1", "5"), "x\n", purchase("1", "6"), purchase("2"), "y\n"]
    assert run("a.jsonl", "".join(events) * 3) == Counts(new=2, known=4, wrong=12)
    numbers = [number for number, _, _ in run.told()]
    assert numbers == [2, 3, 4, 6, 8, 9, 10, 12, 14, 15, 16, 18]


def test_a_file_must_say_what_it_is(run: Import) -> None:
    with pytest.raises(UnusableError, match=r"name it \.csv if it is a table, \.jsonl if each"):
        run("a.txt", HEADER)
    with pytest.raises(UnusableError, match='the column "sku" is missing'):
        run("a.csv", "id,occurred_at\n")


# ---- the poster ----------------------------------------------------------------------------------


class Stub:
    """A poster that gives an answer only when it is waited for."""

    def __init__(self, space: Space, result: NotPosted, full: int = 99) -> None:
        self.space, self.result, self.full = space, result, full
        self.waiting: deque[tuple[Sequence[Taken], Done]] = deque()
        self.most = 0

    def submit(self, items: Sequence[Taken], done: Done) -> None:
        if len(self.waiting) >= self.full:
            raise QueueFull
        self.waiting.append((items, done))
        self.most = max(self.most, len(self.waiting))
        done.__self__.answered = self  # type: ignore[attr-defined]

    def wait(self) -> None:
        """The import waits for the oldest go."""
        items, done = self.waiting.popleft()
        done([self.result] * len(items))

    def set(self) -> None:
        """It has been answered."""

    def run(self, run: Import, text: str) -> Counts:
        run.wrong = []
        poster, stream = cast(Poster, self), io.BytesIO(text.encode())
        return import_events(poster, Path("a.jsonl"), stream, run.wrong.append, clock=lambda: NOW)


def test_a_fault_of_ours_is_told_and_the_rest_goes_on(run: Import) -> None:
    stub = Stub(run.space(), FAILED)
    assert stub.run(run, purchase("1") + purchase("2")) == Counts(wrong=2)
    assert run.told() == [(1, None, "internal-error"), (2, None, "internal-error")]


def test_without_a_database_it_stops_and_says_how_to_go_on(run: Import) -> None:
    stub = Stub(run.space(), UNAVAILABLE)
    with pytest.raises(UnusableError, match=r"a\.jsonl: row 2: the database cannot be reached"):
        stub.run(run, "x\n" + purchase("1"))


@pytest.mark.parametrize(("full", "most"), [(99, 4), (3, 3), (1, 1)])
def test_what_waits_is_bounded(
    run: Import, monkeypatch: pytest.MonkeyPatch, full: int, most: int
) -> None:
    monkeypatch.setattr(importing, "_EVENTS", 5)
    monkeypatch.setattr(importing, "_UNDER_WAY", 4)
    stub = Stub(run.space(), FAILED, full)
    events = [purchase(str(number)) for number in range(93)]
    assert stub.run(run, "".join(events)) == Counts(wrong=93)
    assert stub.most == most
    assert [item.row.number for item in run.wrong] == list(range(1, 94))


def test_large_purchases_are_posted_in_small_goes(
    run: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "_LINES", 4)
    stub = Stub(run.space(), FAILED)
    found = [Found([Row(1, "")] * 3, purchase(str(number)).encode()) for number in range(4)]
    monkeypatch.setattr(importing, "found_in", lambda *_: iter(found))
    stub.run(run, "")
    assert stub.most == 3  # two goes of two purchases, and what comes after them: nothing


# ---- the error file ------------------------------------------------------------------------------


WRONG = Wrong(Row(3, 'A,"x\t\u03b1'), "wrong-quotes", "a quote is not closed", "A")


def test_the_error_file_of_a_table_is_a_table(tmp_path: Path) -> None:
    with ErrorFile(tmp_path / "a.b.csv") as errors:
        assert not errors.path.exists()
        errors.write(WRONG)
        errors.write(WRONG._replace(event=None))
    with (tmp_path / "a.b.errors.csv").open(encoding="utf-8", newline="") as file:
        first, second = csv.DictReader(file)
    assert first == {
        "row": "3",
        "event": "A",
        "code": "wrong-quotes",
        "text": "a quote is not closed",
        "content": WRONG.row.text,
    }
    assert second["event"] == ""


def test_the_error_file_of_lines_is_lines(tmp_path: Path) -> None:
    with ErrorFile(tmp_path / "a.jsonl") as errors:
        errors.write(WRONG)
    (line,) = (tmp_path / "a.errors.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line) == {
        "row": 3,
        "event": "A",
        "code": "wrong-quotes",
        "text": "a quote is not closed",
        "content": WRONG.row.text,
    }


def test_an_import_without_errors_leaves_none(tmp_path: Path) -> None:
    for wrong in ([WRONG], []):
        with ErrorFile(tmp_path / "a.csv") as errors:
            for item in wrong:
                errors.write(item)
        assert errors.path.exists() == bool(wrong)


def test_an_error_file_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.errors.csv").mkdir()
    with (
        pytest.raises(
            UnusableError, match=r"a\.errors\.csv: what is wrong cannot be written down: is a"
        ),
        ErrorFile(tmp_path / "a.csv"),
    ):
        pass
    with (
        pytest.raises(UnusableError, match="let its folder be written to"),
        ErrorFile(tmp_path / "none" / "a.csv") as errors,
    ):
        errors.write(WRONG)
