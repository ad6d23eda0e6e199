"""What a check is given and what it returns; a check is one function from the one to the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from xenia.programme.findings import Finding, Severity
from xenia.programme.formulas import Analysis
from xenia.programme.model import Programme
from xenia.programme.nodes import Places

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """A programme whose form is right, and its expressions."""

    programme: Programme
    analysis: Analysis


@dataclass(frozen=True, slots=True)
class Found:
    """Something a check has found at `path`: at the key with `on_key`, else at the value; with
    `at`, at that character of the expression there."""

    code: str
    path: Path
    sentence: str
    remedy: str
    severity: Severity = "error"
    on_key: bool = False
    at: int | None = None


Check = Callable[[Subject], Iterator[Found]]


def placed(found: Found, places: Places) -> Finding:
    """The finding with its line and column."""
    path = found.path
    if found.at is not None:
        # The long form of an accrual has its formula one key further down.
        path = (*path, "units") if places.has((*path, "units")) else path
        place = places.expression_place(path, found.at)
    else:
        place = places.key(path) if found.on_key else places.value(path)
    sentence = found.sentence[:1].upper() + found.sentence[1:]
    return places.finding(found.severity, found.code, path, sentence, found.remedy, place=place)
