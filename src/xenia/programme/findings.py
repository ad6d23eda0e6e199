"""What can be wrong with a programme, and how that is said: place, code, sentence, remedy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

Severity = Literal["error", "advice"]
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A character of the file; both count from 1."""

    line: int
    column: int


START = Place(1, 1)
FINDINGS_MAX = 200  # of one document; reading stops there
SENTENCE_MAX = 400
WORD_MAX = 64  # longer ones are not compared with others


@dataclass(frozen=True, slots=True)
class Finding:
    """One error or piece of advice.

    `path`: the keys that lead to it, as written.  `source`: the line of the file (a stretch of a
    long one), and `caret` the offset in `source` at which the trouble is.
    """

    severity: Severity
    code: str
    path: Path
    place: Place | None
    sentence: str
    remedy: str
    source: str | None = None
    caret: int | None = None

    def __lt__(self, other: Finding) -> bool:
        return self.order < other.order

    @property
    def order(self) -> tuple[Place, bool, str, Path]:
        """The key by which findings are listed: by place, errors first."""
        return (self.place or START, self.severity == "advice", self.code, self.path)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings as they are listed: by place."""
    return tuple(sorted(findings, key=lambda finding: finding.order))


def line_of(finding: Finding, file: str) -> str:
    """`FILE:LINE:COLUMN: error CODE: sentence (remedy)`."""
    place = finding.place or START
    where = f"{file}:{place.line}:{place.column}"
    return f"{where}: {finding.severity} {finding.code}: {finding.sentence} ({finding.remedy})"


def excerpt(finding: Finding) -> str:
    """The line of the file with a caret under the place; empty where none is known."""
    if finding.source is None or finding.caret is None:
        return ""
    return f"{finding.source}\n{' ' * finding.caret}^"


def printable(text: str) -> str:
    """The text with every character that would not show, or would do something, made visible."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def told(text: str) -> str:
    """A sentence on one line of bearable length, whatever the document put into it."""
    line = printable(" ".join(text.split()))
    return line if len(line) <= SENTENCE_MAX else f"{line[: SENTENCE_MAX - 1]}…"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant, if any is near."""
    if len(word) > WORD_MAX:
        return None
    choices = {_folded(name): name for name in known}
    close = get_close_matches(_folded(word), choices, n=1)
    return choices[close[0]] if close else None


def _folded(word: str) -> str:
    return word.strip().casefold().replace("_", "-").replace(" ", "-")


def suggestion(word: str, known: Iterable[str]) -> str:
    """A remedy for an unknown word: the near one, else the known ones if they are few."""
    names = sorted(known)
    near = nearest(word, names)
    if near is not None:
        return f"did you mean `{near}`?"
    if not names:
        return "there is none to name here"
    few = ", ".join(f"`{name}`" for name in names[:20])
    return f"known here: {few}{' …' if len(names) > 20 else ''}"
