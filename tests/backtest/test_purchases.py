"""What a history says of itself: by category and by half, less what came back, of known members."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from xenia.backtest.report.purchases import purchases_of

LINE = pa.struct([("category", pa.string()), ("amount", pa.int64())])
ROW = pa.schema(
    [
        ("member", pa.string()),
        ("type", pa.string()),
        ("source", pa.string()),
        ("id", pa.string()),
        ("occurred_at", pa.int64()),
        ("lines", pa.list_(LINE)),
        ("of_source", pa.string()),
        ("of_id", pa.string()),
        ("left_of", pa.int32()),
    ]
)


def purchase(member: str, id_: str, at: int, *lines: tuple[str | None, int]) -> dict[str, Any]:
    told = [{"category": category, "amount": amount} for category, amount in lines]
    return {
        "member": member, "type": "purchase", "source": "till", "id": id_, "occurred_at": at,
        "lines": told, "of_source": None, "of_id": None, "left_of": None,
    }  # fmt: skip


def back(of: str, id_: str, at: int, *lines: tuple[str | None, int], known: bool = True) -> Any:
    """A return, with the lines that it leaves of the purchase."""
    found = purchase("anna", id_, at, *lines)
    left = 0 if known else None
    return found | {"type": "return", "of_source": "till", "of_id": of, "left_of": left}


def history(folder: Path, *buckets: list[dict[str, Any]]) -> Path:
    for number, rows in enumerate(buckets):
        place = folder / f"bucket={number:03}"
        place.mkdir()
        pq.write_table(pa.Table.from_pylist(rows, ROW), place / "part.parquet")
    return folder


def test_what_came_back_is_no_sale_of_its_category_nor_of_its_half(tmp_path: Path) -> None:
    anna = [
        purchase("anna", "1", 0, ("DRUG", 100), ("FOOD", 50), (None, 7)),
        purchase("anna", "2", 60, ("FOOD", 20)),
        back("1", "3", 70, ("DRUG", 40), ("FOOD", 50), (None, 7)),
        back("1", "4", 80, ("FOOD", 50), (None, 7)),
        back("9", "5", 90, known=False),
    ]
    boris = [purchase("boris", "6", 49, ("FOOD", 5)), purchase("boris", "7", 100, ("FOOD", 6))]
    found = purchases_of(history(tmp_path, anna, boris), ["boris", "nobody", "anna"])
    assert found.by_category == {"FOOD": 50 + 20 + 5 + 6, "": 7}
    assert found.halves.sales_before.tolist() == [5, 0, 57]
    assert found.halves.sales_after.tolist() == [6, 0, 20]
    assert found.halves.purchases_before.tolist() == [1, 0, 1]
    assert found.halves.purchases_after.tolist() == [1, 0, 1]


def test_an_empty_folder_says_nothing(tmp_path: Path) -> None:
    found = purchases_of(tmp_path, ["anna"])
    assert found.by_category == {}
    assert found.halves.sales_before.tolist() == [0]
