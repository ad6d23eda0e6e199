"""Templates are translated, and catalogs put together, once for a machine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from jinja2 import Environment

from xenia.console.rooms import ROOM
from xenia.pages import templating, words
from xenia.pages.kept import keep, kept
from xenia.pages.templating import Templates
from xenia.pages.words import FOLDER


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XENIA_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "pages"


@pytest.fixture
def begun_anew(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """Forgets what the process knows; what is translated from then on, and put together."""
    done: list[str] = []
    generate, put_together = Environment._generate, words._compiled

    def translated(*given: object, **more: object) -> object:
        done.append("template")
        return generate(*given, **more)  # type: ignore[arg-type]

    def compiled(code: str, texts: list[bytes]) -> bytes:
        done.append(code)
        return put_together(code, texts)

    monkeypatch.setattr(Environment, "_generate", translated)
    monkeypatch.setattr(words, "_compiled", compiled)

    def again() -> list[str]:
        done.clear()
        monkeypatch.setattr(templating, "_TRANSLATED", templating._Translated())
        return done

    return again


def draw() -> str:
    """A page by nothing that the process knows, in Greek."""
    found = Templates("console", ROOM.folder)
    say = words.words.__wrapped__("el", (FOLDER, ROOM.folder / "words")).say("Home")
    found._template("console/error.html", "en")
    return say


def test_another_process_reads_what_one_has_made(
    cache: Path, begun_anew: Callable[[], list[str]]
) -> None:
    done = begun_anew()
    assert draw() == "Αρχική"
    assert {*done} == {"template", "el"}
    done = begun_anew()
    assert draw() == "Αρχική"
    assert done == []
    for path in cache.iterdir():
        path.write_bytes(path.read_bytes()[:-1])
    done = begun_anew()
    assert draw() == "Αρχική"
    assert {*done} == {"template", "el"}, "what is damaged is made anew"


def test_where_nothing_can_be_kept_all_is_made(
    tmp_path: Path, begun_anew: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XENIA_CACHE", str(tmp_path / "file"))
    for _ in range(2):
        done = begun_anew()
        assert draw() == "Αρχική"
        assert {*done} == {"template", "el"}


@pytest.mark.usefixtures("cache")
def test_what_is_made_from_something_else_is_something_else() -> None:
    keep("one", b"made", b"ab", b"c")
    assert kept("one", b"ab", b"c") == b"made"
    assert kept("one", b"a", b"bc") is None
    assert kept("other", b"ab", b"c") is None
    keep("one", b"", b"nothing")
    assert kept("one", b"nothing") == b""
