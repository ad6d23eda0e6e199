"""Files of events are read line by line however they were saved, and keys and times strictly."""

from io import BytesIO
from pathlib import Path

import pytest

from xenia.events.read import LONGEST
from xenia.services.event_files import instant, json_lines, key_of
from xenia.services.inputs import UnusableError, opening, read_text


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"a\nb\n", [(1, b"a"), (2, b"b")]),
        (b"a\n\n  \r\nb", [(1, b"a"), (4, b"b")]),
        (b"\xef\xbb\xbfa\r\nb\r\n", [(1, b"a"), (2, b"b")]),
        (b"\xef\xbb\xbf", []),
        (b"", []),
    ],
)
def test_lines_have_their_numbers(data: bytes, found: list[tuple[int, bytes]]) -> None:
    assert list(json_lines(BytesIO(data))) == found


def test_a_line_longer_than_any_event_is_cut_and_the_next_one_is_whole() -> None:
    found = list(json_lines(BytesIO(b"x" * (2 * LONGEST + 9) + b"\nb\n")))
    assert [(number, len(line)) for number, line in found] == [(1, LONGEST + 2), (2, 1)]


def test_a_key_is_bytes_or_digits(tmp_path: Path) -> None:
    key = bytes(range(32))
    path = tmp_path / "key"
    assert key_of(None) == bytes(32)
    path.write_bytes(key)
    assert key_of(path) == key
    path.write_text(key.hex() + "\n")
    assert key_of(path) == key


@pytest.mark.parametrize("data", [b"", b"x" * 31, b"zz" * 32, b"\xff" * 33])
def test_another_length_is_no_key(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "key").write_bytes(data)
    with pytest.raises(UnusableError, match="32 bytes, or 64 hex digits"):
        key_of(tmp_path / "key")


def test_an_option_that_is_no_time_says_which() -> None:
    assert instant("1990-01-01T00:00:00Z", "--until") == 631_152_000_000_000
    with pytest.raises(UnusableError, match=r'^--until: "tomorrow" is not a time'):
        instant("tomorrow", "--until")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (FileNotFoundError(), "there is no such file"),
        (IsADirectoryError(), "this is a folder"),
        (PermissionError(), "may not be read"),
        (OSError(5, "Input/output error"), "cannot be read: input/output error"),
    ],
)
def test_a_file_that_cannot_be_opened_is_told_in_a_sentence(error: OSError, told: str) -> None:
    with pytest.raises(UnusableError, match=told), opening(Path("a.yaml")):
        raise error


def test_text_is_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("\ufeffπόντοι".encode())
    assert read_text(path) == "πόντοι"
    path.write_bytes("a\nπόντοι".encode("iso-8859-7"))
    with pytest.raises(UnusableError, match="line 2 is not UTF-8 text"):
        read_text(path)
