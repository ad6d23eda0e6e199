"""Histories made of texts, and what is said of the rows that are left out."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

from xenia.backtest.history import History
from xenia.backtest.history_making import Making
from xenia.backtest.history_mapping import Terms, Written
from xenia.events.model import Enrolment, Purchase, Return

HEADER = "id,occurred_at,member,sku,category,quantity,amount"
EURO = Terms(money="EUR", timezone="Europe/Athens", written=Written())


def silent(_what: str, _done: int, _total: int) -> None:
    """Nobody is told how far it is."""


def made(
    folder: Path,
    *files: str | bytes | Path,
    terms: Terms = EURO,
    said: Sequence[str] = (),
    buckets: int = 3,
    tell: Callable[[str, int, int], None] = silent,
) -> History:
    """The history of some files, or of the texts of such, in a folder."""
    paths = []
    folder.mkdir(exist_ok=True)
    for number, file in enumerate(files, 1):
        path = file if isinstance(file, Path) else folder / f"file-{number}.csv"
        if not isinstance(file, Path):
            path.write_bytes(file.encode() if isinstance(file, str) else file)
        paths.append(path)
    return Making.of(paths, folder / "history", terms, said).make(tell, buckets)


def events(history: History) -> dict[tuple[str, str], Purchase | Return]:
    """All that was bought or came back, by their keys."""
    told = [*history.events(), *history.guest_events()]
    found = [event for event in told if not isinstance(event, Enrolment)]
    assert len({(event.source, event.id) for event in found}) == len(found)
    return {(event.source, event.id): event for event in found}


def wrong(history: History) -> list[tuple[int, str, str, str]]:
    """What the files of errors say: row, code, sentence, event."""
    found = []
    for name in history.told.bad.files:
        with Path(name).open(encoding="utf-8", newline="") as file:
            found += [
                (int(row["row"]), row["code"], row["text"], row["event"])
                for row in csv.DictReader(file)
            ]
    return found


def contents(folder: Path) -> dict[str, bytes]:
    """The bytes of all files."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
