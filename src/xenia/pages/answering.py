"""What a page is answered with: a template, another address, or a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

YEAR: Final = 365 * 86_400  # seconds


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie that is set; `seconds` None: until the browser is closed, 0: it is taken back."""

    name: str
    value: str
    seconds: int | None = None
    hidden: bool = True  # from scripts


@dataclass(frozen=True, slots=True)
class Flash:
    """What is said once on the next page: a marked sentence, with values in its places; `undo` is
    where what was done is undone."""

    sentence: str
    values: Mapping[str, str] = field(default_factory=dict)
    kind: str = "done"  # or: failed
    undo: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A template with its values; of the `fragments`, one alone may be asked for: each is the name
    of a block and the id of the element around it."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    fragments: frozenset[str] = frozenset()
    cookies: Sequence[Cookie] = ()
    retry_after: int | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """Another address of ours, to go to by GET."""

    to: str
    flash: Flash | None = None
    cookies: Sequence[Cookie] = ()


@dataclass(frozen=True, slots=True)
class Download:
    """A file to keep."""

    name: str
    kind: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Raw:
    """What a script of ours reads, or is, or what else a page loads: no page for anybody to look
    at.  `seconds`: for how long a browser may keep it."""

    kind: str
    body: bytes
    seconds: int = 0


Page = Shown | Gone | Download | Raw

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def csv_file(name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Download:
    """A table as a file (RFC 4180, UTF-8 with a mark, so that every program reads its letters).

    What a program might take for a formula gets an apostrophe in front; numbers stay numbers.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(heads)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return Download(name, "text/csv", b"\xef\xbb\xbf" + text.getvalue().encode())


def _harmless(cell: object) -> str:
    text = "" if cell is None else str(cell)
    if not text.startswith(_FORMULA):
        return text
    digits = text.removeprefix("-").removeprefix("+").replace(".", "", 1)
    return text if digits.isascii() and digits.isdigit() else f"'{text}"
