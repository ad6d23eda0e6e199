"""Where the histories are that backtests run over: folders that whoever runs the service has put
there, those of each space for itself."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from xenia.amounts import format_decimal
from xenia.events.errors import did_you_mean
from xenia.services.backtest_problems import history_unusable, unknown_history
from xenia.services.problems import Problem
from xenia.services.times import utc_text
from xenia.store.opening import home

SETTING = "XENIA_HISTORIES"
TOLD = "history.json"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class _Sums(msgspec.Struct, frozen=True):
    purchases: int = 0
    returns: int = 0
    lines: int = 0
    amount: int = 0
    first: int | None = None
    last: int | None = None


class _Told(msgspec.Struct, frozen=True):
    """What a history says of itself, as far as it is shown."""

    complete: bool
    money: str
    money_decimals: int
    members: int
    of_members: _Sums
    of_guests: _Sums = _Sums()


@dataclass(frozen=True, slots=True)
class Histories:
    """The histories of one space, in a folder that may not be there."""

    folder: Path

    @classmethod
    def of(cls, space: str) -> Histories:
        """Those of a space: in a folder of its name, in the one that XENIA_HISTORIES names, else in
        `histories` of XENIA_HOME."""
        named = os.environ.get(SETTING)
        return cls((Path(named) if named else home() / "histories") / space)

    def names(self) -> list[str]:
        """The names of all folders that say that they are histories, in order."""
        try:
            return sorted(path.name for path in self.folder.iterdir() if _is_one(path))
        except OSError:
            return []

    def listed(self, after: str, limit: int) -> list[dict[str, Any]]:
        """So many, by name, behind a name; what cannot be read is left out."""
        return list(self._listed(after, limit))

    def _listed(self, after: str, limit: int) -> Iterator[dict[str, Any]]:
        left = limit
        for name in self.names():
            if name <= after or not left:
                continue
            told = _read(self.folder / name)
            if isinstance(told, _Told):
                left -= 1
                yield _shown(name, told)

    def path(self, name: str) -> Path | Problem:
        """The folder of a history that is there, and whole."""
        path = self.folder / name
        if not _NAME.fullmatch(name) or not _is_one(path):
            known = self.names()
            hint = did_you_mean(name, known) or ": `GET /v1/histories` lists them"
            return unknown_history(name, hint)
        told = _read(path)
        if isinstance(told, str):
            return history_unusable(name, told)
        if not told.complete:
            return history_unusable(name, "its import did not come to its end")
        return path


def _is_one(path: Path) -> bool:
    return bool(_NAME.fullmatch(path.name)) and (path / TOLD).is_file()


def _read(path: Path) -> _Told | str:
    """What a history says of itself, or why that cannot be read."""
    try:
        return msgspec.json.decode((path / TOLD).read_bytes(), type=_Told)
    except OSError as error:
        return f"{TOLD} cannot be read ({error.strerror})"
    except msgspec.DecodeError as error:
        return f"{TOLD} says something else than it should ({error})"


def _shown(name: str, told: _Told) -> dict[str, Any]:
    both = (told.of_members, told.of_guests)
    firsts = [sums.first for sums in both if sums.first is not None]
    lasts = [sums.last for sums in both if sums.last is not None]
    amount = sum(sums.amount for sums in both)
    return {
        "history": name,
        "complete": told.complete,
        "members": told.members,
        "purchases": sum(sums.purchases for sums in both),
        "guest_purchases": told.of_guests.purchases,
        "returns": sum(sums.returns for sums in both),
        "lines": sum(sums.lines for sums in both),
        "money": told.money,
        "amount": format_decimal(amount, told.money_decimals),
        "first_at": utc_text(min(firsts)) if firsts else None,
        "last_at": utc_text(max(lasts)) if lasts else None,
    }
