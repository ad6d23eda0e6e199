"""What broken programmes and events are answered: one file that reads from top to bottom.

`XENIA_ACCEPT=1` writes tests/broken/golden.txt anew; its difference is then what has changed.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from tests.broken import documents, events, meaning
from xenia.events.errors import Unreadable
from xenia.events.read import read_event
from xenia.programme.check import check
from xenia.programme.findings import excerpt, line_of
from xenia.programme.read import read
from xenia.services.files import zones

GOLDEN = Path(__file__).with_name("golden.txt")
WIDTH, ROWS = 150, 4  # how much is shown of a line


def shown(text: str) -> Iterator[str]:
    """The text, indented, without what a terminal would swallow, long lines folded."""
    for line in text.splitlines():
        plain = "".join(
            char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line
        )
        rows = [plain[at : at + WIDTH] for at in range(0, len(plain), WIDTH)] or [""]
        yield from (f"    {row}" for row in rows[:ROWS])
        if len(rows) > ROWS:
            yield "    ..."


def answered() -> Iterator[str]:
    """Every broken thing with its name, its text and its answer."""
    parts = (
        ("Programmes whose form is wrong", documents.DOCUMENTS),
        ("Programmes whose meaning is wrong", meaning.DOCUMENTS),
    )
    for title, table in parts:
        yield from ("", f"==== {title} ====")
        for name, text in table:
            yield from ("", f"---- {name} ----", *shown(text))
            for finding in check(read(text, zones=zones())):
                yield line_of(finding, "programme.yaml")
                yield from shown(excerpt(finding))
    yield from ("", "==== Events that cannot be read ====")
    for name, text in events.BROKEN:
        answer = read_event(text, events.CONVENTIONS)
        assert isinstance(answer, Unreadable), name
        yield from ("", f"---- {name} ----", *shown(text))
        for error in answer.errors:
            yield f"{error.code} at {error.pointer or 'the event'}: {error.text}"


def test_every_mistake_is_answered_as_it_was() -> None:
    text = "\n".join(answered()).strip() + "\n"
    if os.environ.get("XENIA_ACCEPT") == "1":
        GOLDEN.write_text(text, "utf-8")
    assert text == GOLDEN.read_text("utf-8")


def test_every_broken_programme_has_an_error_with_place_and_remedy() -> None:
    for name, text in (*documents.DOCUMENTS, *meaning.DOCUMENTS):
        errors = [found for found in check(read(text, zones=zones())) if found.severity == "error"]
        assert errors, name
        assert all(found.place and found.sentence and found.remedy for found in errors), name


def test_there_are_at_least_fifty() -> None:
    tables = (documents.DOCUMENTS, meaning.DOCUMENTS, events.BROKEN)
    assert sum(map(len, tables)) >= 50
