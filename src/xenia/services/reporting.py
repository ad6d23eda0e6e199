"""What reports share: the time that they are of, and how they are written as a table."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any

from xenia.services.problems import Problem, wrong_parameter

DAYS, DAYS_MOST = 30, 366
ROWS_MOST = 10_000  # of a table
DAY = 86_400_000_000  # microseconds


def period(since: int | None, until: int | None, now: int) -> tuple[int, int] | Problem:
    """The time of a report, [since, until), where something is said of it or not; instants are in
    microseconds."""
    last = now if until is None else until
    first = last - DAYS * DAY if since is None else since
    if not first < last or last - first > DAYS_MOST * DAY:
        sentence = f"a report is of a time of {DAYS_MOST} days at most, that ends after it begins"
        return wrong_parameter("since", sentence)
    return first, last


def too_many_rows(remedy: str) -> Problem:
    """A table is answered at once."""
    sentence = f"that is more than {ROWS_MOST:,} rows: {remedy}"
    return wrong_parameter("since", sentence)


def table_of(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Rows as CSV, under their columns."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_safe(value) for value in row] for row in rows)
    return text.getvalue()


def _safe(value: Any) -> Any:
    """No program that opens the table may take a name for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t" and value else value
