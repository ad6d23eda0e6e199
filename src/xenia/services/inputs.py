"""Opens the files that a user names, or says in a sentence why it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class UnusableError(Exception):
    """What was asked for cannot be used; the message says what to do about it."""


@contextmanager
def opening(path: Path) -> Iterator[None]:
    """Whatever is done with a file in here fails by UnusableError, with a sentence."""
    try:
        yield
    except FileNotFoundError:
        raise UnusableError(f"{path}: there is no such file: check its name and folder") from None
    except IsADirectoryError:
        raise UnusableError(f"{path}: this is a folder: name a file in it") from None
    except PermissionError:
        remedy = "ask for permission to read it"
        raise UnusableError(f"{path}: this file may not be read: {remedy}") from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UnusableError(f"{path}: this file cannot be read: {reason}") from None


def read_text(path: Path) -> str:
    """The text of a file.  Raises UnusableError."""
    with opening(path):
        data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        remedy = "save the file as UTF-8"
        raise UnusableError(f"{path}: line {line} is not UTF-8 text: {remedy}") from None
