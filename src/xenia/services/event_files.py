"""Events, keys and times as they are given to a replay on the command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from xenia.events.moments import NotATime, parse_time
from xenia.events.read import LONGEST
from xenia.services.inputs import UnusableError, opening

KEY_BYTES = 32
_BOM = b"\xef\xbb\xbf"


def json_lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The lines of a JSON Lines file with their numbers, empty ones left out.

    Of a line that is longer than any event only so much is given that this can be seen.
    """
    number = 0
    while line := stream.readline(LONGEST + 2):
        number += 1
        text = line.removeprefix(_BOM) if number == 1 else line
        if text.strip():
            yield number, text.rstrip(b"\r\n")
        while line and not line.endswith(b"\n"):
            line = stream.readline(LONGEST)


def key_of(path: Path | None) -> bytes:
    """The key of voucher codes: 32 zero bytes, unless a file has another.  Raises UnusableError."""
    if path is None:
        return bytes(KEY_BYTES)
    with opening(path):
        data = path.read_bytes()
    if len(data) == KEY_BYTES:
        return data
    try:
        key = bytes.fromhex(data.decode("ascii"))
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise UnusableError(f"{path}: a key is {KEY_BYTES} bytes, or {2 * KEY_BYTES} hex digits")
    return key


def instant(written: str, option: str) -> int:
    """A time in microseconds since 1970-01-01 UTC.  Raises UnusableError."""
    try:
        return parse_time(written)
    except NotATime as error:
        raise UnusableError(f"{option}: {error}") from None
