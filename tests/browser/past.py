"""What has happened before: purchases to run a backtest over, and one of a month that is over."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from threading import Event
from typing import NoReturn

from tests.browser.place import Place
from tests.live.running import Process
from xenia.services.backtest_running import Backtester
from xenia.services.importing import import_events
from xenia.services.poster import Poster, now
from xenia.services.published import load_space
from xenia.services.purchase_rows import Wrong


@dataclass(frozen=True, slots=True)
class Past:
    """The name of a history, and what runs the backtest that waits."""

    history: str
    runs: Callable[[Place], None]


def imported(place: Place, folder: Path) -> Past:
    """A year of a purchase a week of each of three, as whoever runs the service brings it in."""
    day = datetime(2025, 1, 3, 10, tzinfo=UTC)
    rows = [
        f"{name}-{week},{(day + timedelta(weeks=week)).isoformat()},{name},cream,skin,1,{week}.50"
        for name in ("anna", "ben", "cleo")
        for week in range(52)
    ]
    file, into = folder / "lines.csv", place.histories / "default" / "bought"
    file.write_text("\n".join(["id,occurred_at,member,sku,category,quantity,amount", *rows]))
    words = ("history", "import", str(file), "--into", str(into), "--money", "USD", "--yes")
    brings = Process(*words, database=place.database, log=folder / "log")
    brings.start()
    assert brings.ended() == 0, brings.log
    return Past("bought", _run)


def _run(place: Place) -> None:
    """By the process that a worker starts."""
    assert Backtester(place.database, Event(), now).once() == 1


def purchase(place: Place, programme: str) -> str:
    """One that was recorded in a month which is over, by a service whose clock stood there: the
    month."""
    first = datetime.now(UTC).replace(day=1, hour=12, minute=0, second=0, microsecond=0)
    at = first - timedelta(days=45)  # in the month before the last
    line = {"sku": "cream", "category": "skin", "quantity": 1, "amount": "500.00"}
    bought = {
        "id": f"long ago at {programme}",
        "type": "purchase",
        "programme": programme,
        "member": f"first-of-{programme}",
        "occurred_at": at.isoformat(),
        "lines": [line],
    }
    with place.database.connect() as connection:
        space = load_space(connection)
    file = BytesIO(json.dumps(bought).encode())
    poster = Poster(place.database, space, clock=lambda: int(at.timestamp()) * 1_000_000)
    try:
        counts = import_events(poster, Path("past.jsonl"), file, _wrong, clock=now)
    finally:
        poster.close()
    assert counts.new == 1
    return f"{at:%Y-%m}"


def _wrong(found: Wrong) -> NoReturn:
    raise AssertionError(found)
