"""What a history holds, and how files become one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from tests.backtest.histories import HEADER, contents, events, made, wrong
from xenia.backtest import history_reading
from xenia.backtest.history import History, bucket_of
from xenia.backtest.history_mapping import OF_PURCHASES, Terms, Written, mapped
from xenia.backtest.history_typing import ahead, with_offset
from xenia.cli.app import build
from xenia.engine.zones import zone
from xenia.events.model import Line, Payment, Purchase, Return
from xenia.events.moments import parse_time
from xenia.events.parts import EventKey, LineBack
from xenia.services.inputs import UnusableError

HOURS = "2026-01-{:02d}T{:02d}:00:00Z"


def many(seed: int, count: int) -> str:
    """A file of purchases, with some returns and some wrong rows."""
    random = Random(seed)
    rows = [HEADER + ",return_of"]
    for number in range(count):
        member = random.choice(["", *(f"m{one}" for one in range(20))])
        time = HOURS.format(random.randint(1, 28), random.randint(0, 3))
        for _ in range(random.randint(1, 4)):
            amount = random.choice(["1.00", "2.50", "0.10"] * 20 + ["1.001", "-1"])
            rows.append(f"p{number},{time},{member},tea,drinks,2,{amount},")
        if random.random() < 0.1:
            rows.append(
                f"b{number},2026-02-{1 + number % 28:02d},{member},tea,drinks,1,1,p{number}"
            )
    return "\n".join(rows) + "\n"


def test_a_purchase_has_all_that_its_rows_say(tmp_path: Path) -> None:
    text = (
        "id,occurred_at,card,channel,payment,attributes.size,line,sku,category,quantity,amount,tax,"
        "tags\np1,2026-07-01 12:00,c1,web,cash,large,a,tea,drinks,1.5,3.00,0.5,x|y\n"
        "p1,,,,,,b,milk,dairy,1,1,,\n"
    )
    history = made(tmp_path, text)
    assert [*history.events()] == [
        Purchase(
            id="p1",
            member="card:c1",
            occurred_at=parse_time("2026-07-01T12:00:00+03:00"),
            channel="web",
            attributes={"size": "large"},
            lines=(
                Line("a", "tea", "drinks", 1500, 300, None, None, 50, ("x", "y")),
                Line("b", "milk", "dairy", 1000, 100),
            ),
            payments=(Payment(method="cash"),),
        )
    ]
    assert [*history.events(member="card:c1")] == [*history.events()]
    assert [*history.events(member="card:c2")] == []


def test_each_member_is_in_one_bucket_and_in_order(tmp_path: Path) -> None:
    history = made(tmp_path, many(1, 200), buckets=5)
    seen: set[str] = set()
    for number, path in enumerate(history.paths()):
        table = pq.read_table(path, partitioning=None)
        assert table.schema.equals(history.schema)
        names = ("member", "occurred_at", "source", "id")
        keys = [tuple(row[name] for name in names) for row in table.to_pylist()]
        assert keys == sorted(keys)
        assert {bucket_of(key[0], 5) for key in keys} <= {number}
        assert seen.isdisjoint(key[0] for key in keys)
        seen |= {key[0] for key in keys}
    assert len(seen) == history.told.members == 20
    assert history.told.of_members.purchases + history.told.of_guests.purchases > 150
    assert history.told.of_members.returns > 5


class Stop:
    """Stops an import when it has told of so many steps."""

    def __init__(self, at: int) -> None:
        self._left = at

    def __call__(self, _what: str, _done: int, _total: int) -> None:
        self._left -= 1
        if self._left == 0:
            raise KeyboardInterrupt


def test_what_was_stopped_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_reading, "PIECE", 4_000)
    path = tmp_path / "lines.csv"
    path.write_text(many(2, 120), "utf-8")
    whole = made(tmp_path / "whole", path)
    told = wrong(whole)
    found, stops = None, 0
    while found is None:
        try:
            found = made(tmp_path / "stopped", path, tell=Stop(at=stops + 1))
        except KeyboardInterrupt:
            stops += 1
    assert stops > 4
    assert contents(found.folder) == contents(whole.folder)
    assert wrong(found) == told != []


def test_another_import_is_not_gone_on_with(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        made(tmp_path, many(3, 5), tell=Stop(at=1))
    with pytest.raises(UnusableError, match="another import was begun here"):
        made(tmp_path, many(3, 5) + "p9,2026-01-01,m1,a,b,1,1,\n")
    with pytest.raises(UnusableError, match="no history, or not whole"):
        History.open(tmp_path / "history")


@pytest.mark.prove
def test_what_was_killed_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    path.write_text(many(4, 20_000), "utf-8")
    whole = made(tmp_path / "whole", path)
    told = wrong(whole)
    folder = tmp_path / "killed"
    program = (
        "from pathlib import Path; from tests.backtest.histories import made;"
        "from xenia.backtest import history_reading; history_reading.PIECE = 200_000;"
        f"made(Path({str(folder)!r}), Path({str(path)!r}))"
    )
    kills = 0
    while not (folder / "history" / "history.json").exists():
        process = subprocess.Popen([sys.executable, "-c", program], env=os.environ | ROOT)
        before = files_in(folder)
        # It is killed in the middle of what comes after some files more, whatever that is.
        while process.poll() is None and files_in(folder) < before + 3 + kills % 3:
            time.sleep(0.002)
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
            kills += 1
        process.wait()
    assert kills > 3
    found = History.open(folder / "history")
    assert events(found) == events(whole)
    assert (found.told, wrong(found)) == (whole.told, told)


def files_in(folder: Path) -> int:
    return sum(len(files) for _, _, files in os.walk(folder))


ROOT = {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), *sys.path])}


def test_returns_leave_what_they_leave(tmp_path: Path) -> None:
    history = made(
        tmp_path,
        HEADER + ",return_of\n"
        "p1,2026-01-01,m1,tea,drinks,3,9.00,\np1,2026-01-01,m1,milk,dairy,1,1.00,\n"
        "p2,2026-01-02,m1,tea,drinks,1,3.00,\n"
        "r1,2026-01-03,m1,tea,drinks,1,3.00,p1\n"  # of a purchase that it names
        "r2,2026-01-04,m1,tea,drinks,-1,-3.00,\n"  # of the latest that has it: p2
        "r3,2026-01-05,m1,tea,drinks,-2,-6.00,\n"  # of p1, which has as many
        "r4,2026-01-06,m1,tea,drinks,-1,-3.00,\n"  # nothing is left
        "r5,2026-01-06,m2,tea,drinks,1,3.00,p1\n"  # another member's
        "r6,2025-12-31,m1,milk,dairy,1,1.00,p1\n",  # before it
    )
    rows = pq.read_table(history.paths()[bucket_of("m1", 3)], partitioning=None).to_pylist()
    rows = [row for row in rows if row["member"] == "m1"]
    assert [(row["id"], row["of_id"], row["left_of"]) for row in rows] == [
        ("p1", None, None), ("p2", None, None), ("r1:p1", "p1", 0), ("r2", "p2", 1),
        ("r3", "p1", 0),
    ]  # fmt: skip
    assert [[(one["quantity"], one["amount"]) for one in row["lines"]] for row in rows] == [
        [(3000, 900), (1000, 100)], [(1000, 300)], [(2000, 600), (1000, 100)], [], [(1000, 100)],
    ]  # fmt: skip
    assert wrong(history) == [
        (
            8,
            "unknown-purchase",
            "no purchase of the member m1 before it has all of this left",
            "r4",
        ),
        (9, "unknown-purchase", 'there is no purchase "p1" of the member m2 before it', "r5:p1"),
        (10, "unknown-purchase", 'there is no purchase "p1" of the member m1 before it', "r6:p1"),
    ]
    back = events(history)["api", "r3"]
    assert isinstance(back, Return)
    assert (back.of, back.lines) == (EventKey("p1"), (LineBack(None, "tea", 2000),))


def test_guests_are_kept_apart(tmp_path: Path) -> None:
    history = made(
        tmp_path,
        HEADER + ",return_of\ng1,2026-01-01,,tea,drinks,2,2,\ng2,2026-01-02,,tea,drinks,1,1,g1\n"
        "g3,2026-01-02,,tea,drinks,-1,-1,\n",
    )
    assert [*history.events()] == []
    assert {event.id for event in history.guest_events()} == {"g1", "g2:g1"}
    assert [code for _, code, *_ in wrong(history)] == ["not-a-member"]


def test_what_is_told_twice_is_taken_once(tmp_path: Path) -> None:
    one = "p1,2026-01-01,m1,tea,drinks,1,1\np1,2026-01-01,m1,milk,dairy,1,2\n"
    other = "p2,2026-01-01,m1,tea,drinks,1,1\n"
    history = made(
        tmp_path,
        f"{HEADER}\n{one}{other}{one}",
        f"{HEADER}\n{one}{other.replace('tea', 'cake')}",
    )
    assert {event.id: len(event.lines) for event in events(history).values()} == {"p1": 2, "p2": 1}
    assert history.told.bad.known == 2
    ((row, code, *_),) = wrong(history)
    assert (row, code) == (4, "different-content")


def test_rows_of_a_purchase_need_not_stand_together(tmp_path: Path) -> None:
    rows = [
        f"p{number},2026-01-01,m{number},{sku},food,1,1"
        for sku in ("tea", "milk")
        for number in range(5)
    ]
    history = made(tmp_path, "\n".join([HEADER, *rows, "p1,2026-01-02,m1,cake,food,1,1"]))
    found = {event.id: [line.sku for line in event.lines] for event in events(history).values()}
    assert found == {f"p{number}": ["tea", "milk"] for number in (0, 2, 3, 4)}
    assert [(row, code) for row, code, *_ in wrong(history)] == [
        (3, "not-imported"), (8, "not-imported"), (12, "row-differs"),
    ]  # fmt: skip


def test_what_spoils_rows_elsewhere_spoils_a_purchase(tmp_path: Path) -> None:
    good, lost, short = "2026-01-01,m1,a,b,1,1", '"lost', "2026-01-01,m1,a"
    rows = [HEADER, f"p1,{good}", f"p2,{good}", f"p1,{good}", lost, f"p3,{good}"]
    history = made(tmp_path / "one", "\n".join(rows))
    assert {key[1] for key in events(history)} == {"p2"}
    told = {number: text.split(" cannot")[0] for number, _, text, _ in wrong(history)}
    assert told[2] == "row 5, perhaps of the same purchase,"
    assert told[4] == told[6] == "row 5 beside it, perhaps of the same purchase,"
    rows += [f"p2,{good}", f"p1,{short}"]
    history = made(tmp_path / "other", "\n".join(rows))
    told = {number: text.split(" cannot")[0] for number, _, text, _ in wrong(history)}
    assert told[2] == "row 8 of the same purchase"
    assert told[4] == "row 5 beside it, perhaps of the same purchase,"


@pytest.mark.parametrize("text", [b"", b"\xff\xfei\x00", b"id;sku\n"])
def test_a_file_that_cannot_be_used_is_told(text: bytes, tmp_path: Path) -> None:
    with pytest.raises(UnusableError, match=r"empty|UTF-16|no column is known to be occurred_at"):
        made(tmp_path, text)


def test_a_file_without_rows_is_a_history_without_events(tmp_path: Path) -> None:
    history = made(tmp_path, HEADER + "\r\n")
    assert [*history.events()] == []
    assert history.told.of_members.purchases == history.told.bad.rows == 0


def test_a_decimal_comma_is_said(tmp_path: Path) -> None:
    terms = Terms(money="EUR", timezone=None, written=Written(decimals=","))
    text = HEADER.replace(",", ";") + "\np1;2026-01-01T00:00:00Z;m1;tea;drinks;1,5;1.234,50\n"
    ((line,),) = [event.lines for event in events(made(tmp_path, text, terms=terms)).values()]
    assert isinstance(line, Line)
    assert (line.quantity, line.amount) == (1500, 123450)


def test_parquet_is_read_as_what_is_written(tmp_path: Path) -> None:
    moment = datetime(2026, 1, 1, 10, tzinfo=UTC)
    table = pa.table(
        {
            "basket_id": pa.array([1, 1, 2, 3], pa.int64()),
            "transaction_timestamp": pa.array([moment] * 4, pa.timestamp("us", "UTC")),
            "household_id": pa.array([7, 7, 8, None], pa.int32()),
            "product_id": ["tea", "milk", "tea", "tea"],
            "quantity": pa.array([1, 2, 1, 1], pa.int64()),
            "sales_value": pa.array([4.35, 2.0, 0.125, 0.1], pa.float64()),
        }
    )
    path = tmp_path / "lines.parquet"
    pq.write_table(table, path, row_group_size=3)
    history = made(tmp_path, path)
    (event,) = history.events()
    assert isinstance(event, Purchase)
    assert (event.id, event.member, event.occurred_at) == (
        "1",
        "7",
        parse_time("2026-01-01T10:00:00Z"),
    )
    assert [(line.sku, line.category, line.quantity, line.amount) for line in event.lines] == [
        ("tea", "unknown", 1000, 435), ("milk", "unknown", 2000, 200),
    ]  # fmt: skip
    assert [event.id for event in history.guest_events()] == ["3"]
    path = tmp_path / "lines.errors.jsonl"
    assert '"row":3' in path.read_text("utf-8")
    assert "too-precise" in path.read_text("utf-8")


# ---- mappings ------------------------------------------------------------------------------------


def guess(*columns: str, said: tuple[str, ...] = ()) -> tuple[str, ...]:
    return mapped(columns, said, Written(), Path("a.csv")).fields


def test_columns_are_known_by_their_usual_names() -> None:
    usuals = ("Transaction ID", "InvoiceDate", "Customer-No", "StockCode", "Qty", "line_total", "x")
    assert guess(*usuals) == ("id", "occurred_at", "member", "sku", "quantity", "amount", "")
    assert not mapped(usuals, (), Written(), Path("a.csv")).sure
    own = ("id", "occurred_at", "amount", "attributes.size", "price")
    assert guess(*own) == ("id", "occurred_at", "amount", "attributes.size", "")
    assert mapped(own, (), Written(), Path("a.csv")).sure
    assert OF_PURCHASES.named("unit price") is None


def test_what_is_said_goes_before_what_is_guessed() -> None:
    columns = ("id", "time", "total", "amount", "seller")
    assert guess(*columns) == ("id", "occurred_at", "", "amount", "seller")
    said = ("total=amount", "amount=", "seller=location")
    assert guess(*columns, said=said) == ("id", "occurred_at", "amount", "", "location")


@pytest.mark.parametrize(
    ("columns", "said", "sentence"),
    [
        (("id", "date", "time", "amount"), (), '"date" and "time" may both be occurred_at'),
        (("id", "time"), (), 'no column is known to be amount .*--map "COLUMN=amount"'),
        (("id", "time", "amount"), ("x=sku",), 'has no column "x"'),
        (("id", "time", "amount"), ("id=amuont",), 'no field of a purchase; did you mean "amount"'),
        (("id", "time", "amount"), ("id",), "write it as COLUMN=FIELD"),
        (("id", "id"), (), "there twice"),
    ],
)
def test_what_is_not_clear_is_asked(
    columns: tuple[str, ...], said: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(UnusableError, match=sentence):
        guess(*columns, said=said)


@pytest.mark.parametrize("name", ["Europe/Athens", "America/New_York", "Australia/Lord_Howe"])
def test_a_clock_without_an_offset_is_that_of_the_zone(name: str) -> None:
    random, start = Random(5), datetime(1990, 1, 2)  # noqa: DTZ001 - what a clock shows
    clocks = [start + timedelta(minutes=random.randrange(36_000_000)) for _ in range(300)]
    clocks += [datetime(2026, 3, 29, 3, 30), datetime(2026, 10, 25, 3, 30)]  # noqa: DTZ001
    clocks += [datetime(2026, 10, 25, 4), datetime(2026, 3, 29, 4)]  # noqa: DTZ001
    epoch = datetime(1970, 1, 1)  # noqa: DTZ001
    numbers = np.array([(one - epoch) // timedelta(microseconds=1) for one in clocks])
    found = (numbers - ahead(name, numbers)).tolist()
    info = zone(name).info
    assert found == [round(one.replace(tzinfo=info).timestamp()) * 1_000_000 for one in clocks]
    assert found == [parse_time(with_offset(str(one), name)) for one in clocks]


# ---- the verb ------------------------------------------------------------------------------------


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(build("history"), ["history", *words])
    return result.exit_code, result.output


def test_the_verb_asks_before_it_believes_a_guess(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text("order_id,date,customer,total\n1,2026-01-01,m1,3.00\n", "utf-8")
    words = ("import", "a.csv", "--into", "past", "--money", "EUR", "--timezone", "Europe/Athens")
    code, said = run(*words)
    assert code == 2
    assert "order_id -> id" in said
    assert "add --yes if this is right" in said
    assert not Path("past").exists()
    code, said = run(*words, "--yes")
    assert (code, said.splitlines()[0]) == (0, "past: 1 member, 1 purchase of 1 line for 3.00 EUR")
    assert run("show", "past") == (0, said)
    assert run(*words, "--yes")[0] == 2
    code, said = run("import", "a.csv", "--into", "other")
    assert (code, "--money" in said) == (2, True)
