"""The service's own log: one line an entry, for people or as JSON, and never what was sent.

An exception is told by its type and by where it came from: what it says can quote what somebody
sent, and so a name or a telephone number.
"""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

# What every entry of the standard library has; the rest was given by `extra`.
_KNOWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def configuration(*, people: bool) -> dict[str, Any]:
    """For `logging.config`: everything goes to standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": f"{__name__}.{'Plain' if people else 'Json'}"}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "lines",
                "stream": "ext://sys.stderr",
            }
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {"xenia": {"level": "INFO"}, "_granian": {"level": "WARNING"}},
    }


class Json(logging.Formatter):
    """An entry as a line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The entry's line."""
        line = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "process": record.process,
            **_extra(record),
        }
        if error := _error(record):
            kind, places = error
            line |= {"error": kind, "at": places}
        return json.dumps(line, default=str)


class Plain(logging.Formatter):
    """An entry as people read it."""

    def format(self, record: logging.LogRecord) -> str:
        """The entry's line, with the places of an exception below it."""
        extra = "".join(f" {name}={value}" for name, value in _extra(record).items())
        line = f"{_time(record)} {record.levelname.lower()} {record.getMessage()}{extra}"
        if error := _error(record):
            kind, places = error
            line = "\n    ".join([f"{line} error={kind}", *places])
        return line


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _extra(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in vars(record).items() if name not in _KNOWN}


def _error(record: logging.LogRecord) -> tuple[str, list[str]] | None:
    if not record.exc_info or record.exc_info[1] is None:
        return None
    chain: list[BaseException] = []
    found: BaseException | None = record.exc_info[1]
    while found is not None and len(chain) < 5:
        chain.append(found)
        found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)
    kinds = " from ".join(type(one).__name__ for one in chain)
    return kinds, [place for one in chain for place in _places(one.__traceback__)]


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)
    return [f"{Path(item.filename).name}:{item.lineno} {item.name}" for item in frames]
