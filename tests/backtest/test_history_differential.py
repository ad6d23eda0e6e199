"""A history of random files against what `purchase_rows` and `events.read` make of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import msgspec
import pytest

from tests.backtest.histories import EURO, events, made, wrong
from xenia.backtest import history_reading
from xenia.backtest.history_mapping import Terms, Written
from xenia.events.errors import Unreadable
from xenia.events.model import Purchase
from xenia.events.read import read_event
from xenia.services.importing import reasons
from xenia.services.purchase_rows import Wrong, purchases

KINDS = {"note": "text", "size": "integer", "rate": "decimal", "on": "date", "vip": "boolean"}
TERMS = Terms(money="EUR", timezone=None, written=Written(attributes=KINDS))
OF_PURCHASE = {
    "source": ["till", "", "api", "τ"],
    "occurred_at": [
        "2026-01-31T10:00:00Z", "2026-01-31T10:00:00+02:00", "2026-02-01 00:00:00.123456-05:30",
        "2026-01-31T10:00:00.1234567Z", "2026-01-31t10:00:00z", "1990-01-01T00:00:00Z",
    ],
    "member": ["m1", "m2", "m3", ""],
    "card": ["", "", "", "", "c9"],
    "channel": ["store", "", " web "],
    "location": ["a", "Ωδείο", "", "b\u00a0c"],
    "payment": ["cash", "bank-card", ""],
    "prices": ["gross", "net", ""],
    "currency": ["EUR", ""],
    "receipt": ["", "r-1"],
    "attributes.note": ["", "some, text", 'a "word"'],
    "attributes.size": ["", "0", "-12", "007"],
    "attributes.rate": ["", "0.5", "-1.000001", "3"],
    "attributes.on": ["", "2026-02-28"],
    "attributes.vip": ["", "true", "false"],
}  # fmt: skip
OF_LINE = {
    "line": [""],
    "sku": ["tea", "milk", "x" * 200, "é|", "a" * 30 + "ω"],
    "category": ["drinks", "food"],
    "quantity": ["1", "2", "0.5", "1.250", "3.0000", "0"],
    "unit": ["", "kg"],
    "amount": ["1.00", "2.5", "0", "12345.67", "7.000", "00.10"],
    "regular_amount": ["", "3.00"],
    "tax": ["", "0", "0.10"],
    "tags": ["", "a", "a|b", " a | |b|"],
    "brand": ["", "B & Co"],
}
BAD = [
    "", "-1", "1,5", "1.234", "1e3", "+1", ".5", "5.", "99999999999", "9007199254740993",
    "87960930222.08", "y" * 201, "ξ" * 201, "2026-02-30T00:00:00Z", "2026-01-01", "not", "TRUE",
    "1989-12-31T23:59:59Z", "2060-01-01T00:00:00Z", "2026-01-01T24:00:00Z", "xenia", "USD", "١",
    "2026-01-01T10:00:60Z", "2026-01-01T10:00:00+15:00", "2026-02-29", "\u2003", "a\u2028b", "0x1",
    "1_000", "a\tb", "\x7f", "|".join("t" * 90), "infinity", "\ufffd", " 1 ", "null", "true",
]  # fmt: skip


class Files:
    """Random files, each purchase in rows that stand together."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.sign = self.random.choice([",", ";", "\t"])
        optional = [*OF_PURCHASE, *OF_LINE]
        needed = {"occurred_at", "sku", "category", "quantity", "amount"}
        names = [name for name in optional if name in needed or self.random.random() < 0.6]
        self.columns = ["id", *names]
        self.random.shuffle(self.columns)
        self.once = self.random.random() < 0.3  # what is of the purchase: in its first row only

    def text(self) -> bytes:
        """The file."""
        end = self.random.choice([b"\n", b"\r\n"])
        rows = [self.sign.join(self.columns).encode()]
        for number in range(self.random.choice([0, 1, 30, 60])):
            rows += self.purchase(f"p{number}")
            if self.random.random() < 0.05:
                rows.append(self.random.choice([b"", b"  ", b"\t\t", b"junk", b"\xff" + rows[-1]]))
        start = self.random.choice([b"", b"\xef\xbb\xbf"])
        return start + end.join(rows) + self.random.choice([b"", end])

    def purchase(self, name: str) -> Iterator[bytes]:
        """The rows of one purchase."""
        pick, count = self.random.choice, self.random.choice([1, 1, 2, 3, 5])
        said = {column: pick(values) for column, values in OF_PURCHASE.items()} | {"id": name}
        lines = [{c: pick(values) for c, values in OF_LINE.items()} for _ in range(count)]
        rows = [said | line for line in lines]
        if self.once:
            blank = {column: "" for column in OF_PURCHASE if column != "source"}
            rows[1:] = [row | blank for row in rows[1:]]
        if self.random.random() < 0.25:
            column = pick(self.columns)
            # A row of another purchase between two of one would make it two for the other reader.
            row = rows[-1] if column in ("id", "source") else pick(rows)
            row[column] = pick(BAD)
            if row[column] == "-1" and count == 1:  # that would be a return
                row[column] = ""
        for row in rows:
            yield self.written([row[column] for column in self.columns])

    def written(self, cells: list[str]) -> bytes:
        """A row, seldom as it should be."""
        quoted = self.random.random() < 0.1
        texts = [
            '"' + cell.replace('"', '""') + '"'
            if quoted or self.sign in cell or cell.startswith('"')
            else cell
            for cell in cells
        ]
        damage = self.random.random()
        if damage < 0.01:
            texts.append("more")
        elif damage < 0.02:
            texts.pop()
        elif damage < 0.03:
            texts[0] = '"' + texts[0]
        return self.sign.join(texts).encode()


def expected(path: Path) -> tuple[dict[tuple[str, str], Purchase], list[tuple[int, str, str, str]]]:
    """What the import of events makes of a file: events by key, and what is wrong."""
    taken: dict[tuple[str, str], Purchase] = {}
    bad: list[Wrong] = []
    with path.open("rb") as stream:
        for found in purchases(stream, path):
            if isinstance(found, Wrong):
                bad.append(found)
                continue
            event = read_event(msgspec.json.encode(found.event), TERMS.conventions(KINDS))
            if isinstance(event, Unreadable):
                bad += reasons(found, event.errors, event.id)
            else:
                assert isinstance(event, Purchase)
                taken[event.source, event.id] = event
    return taken, sorted((one.row.number, one.code, one.text, one.event or "") for one in bad)


def look(seed: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """Compare one file; how many events and how many wrong rows there were."""
    files = Files(seed)
    folder.mkdir()
    path = folder / "purchases.csv"
    path.write_bytes(files.text())
    monkeypatch.setattr(history_reading, "PIECE", files.random.choice([300, 3_000, 2**20]))
    return compare(path, seed)


def compare(path: Path, seed: int = 0) -> tuple[int, int]:
    """How many events and how many wrong rows are in a file, of which both ways tell the same."""
    history = made(path.parent, path, terms=TERMS)
    taken, bad = expected(path)
    assert sorted(wrong(history)) == bad, seed
    found = {key: plain(event) for key, event in events(history).items()}
    assert found == {key: plain(event) for key, event in taken.items()}, seed
    assert history.told.bad.rows == len({number for number, *_ in bad})
    return len(taken), len(bad)


def plain(event: object) -> object:
    """All that an event says, whoever its member is named by."""
    found = msgspec.to_builtins(event)
    if isinstance(member := found.get("member"), dict):
        found["member"] = f"{member['kind']}:{member['value']}"
    return found


def test_random_files_are_taken_as_events_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert EURO.money == TERMS.money
    sizes = [look(seed, tmp_path / str(seed), monkeypatch) for seed in range(4, 9)]
    assert sum(taken for taken, _ in sizes) > 50
    assert sum(bad for _, bad in sizes) > 20


AT = "2026-01-31T10:00:00Z"
GOOD = f"p,{AT},tea,drinks,1,1.00"
LOST = '"lost'  # nobody knows of which purchase it is
SHORT = f"p,{AT},tea,drinks,1"  # of the same purchase for sure, and wrong


@pytest.mark.parametrize(
    ("rows", "blamed"),
    [
        ([GOOD, LOST, GOOD, LOST, GOOD], {2: "3 beside", 4: "5 beside", 6: "5 beside"}),
        ([SHORT, LOST, GOOD], {4: "3 beside"}),
        ([GOOD, GOOD, LOST, SHORT, GOOD], {2: "4 beside", 3: "4 beside", 6: "5 of"}),
        # What says the same was told twice only where nothing beside it is wrong.
        ([GOOD, LOST, GOOD], {2: "3 beside", 4: "3 beside"}),
    ],
)
def test_rows_are_left_out_for_what_stands_beside_them(
    rows: list[str], blamed: dict[int, str], tmp_path: Path
) -> None:
    path = tmp_path / "purchases.csv"
    path.write_text("\n".join(["id,occurred_at,sku,category,quantity,amount", *rows]))
    assert compare(path) == (0, len(rows))
    _, bad = expected(path)
    told = {number: text for number, code, text, _ in bad if code == "not-imported"}
    assert [*told] == [*blamed]
    for number, why in blamed.items():
        assert told[number].startswith(f"row {why}")


def test_a_tab_within_quotes_is_a_control_character(tmp_path: Path) -> None:
    path = tmp_path / "purchases.csv"
    header = "id,occurred_at,sku,category,quantity,amount"
    rows = [header, GOOD, f'q,{AT},"tea\tbags",drinks,1,1.00', f'r,{AT},"tea",drinks,1,1.00']
    for sign in (",", "\t"):
        path.write_text("\n".join(row.replace(",", sign) for row in rows))
        history = made(tmp_path / f"{ord(sign)}", path, terms=TERMS)
        _, bad = expected(path)
        assert [(number, code) for number, code, *_ in bad] == [(3, "control-character")]
        assert wrong(history) == bad


@pytest.mark.prove
@pytest.mark.parametrize("start", range(1_000, 1_060, 30))
def test_many_random_files_are_taken_as_events_are(
    start: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in range(start, start + 30):
        look(seed, tmp_path / str(seed), monkeypatch)
