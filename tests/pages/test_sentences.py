"""Catalogs are brought up to date without anything that was translated being lost unseen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pages import sentences
from tests.pages.sentences import bring_up, read, written

HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A section beside what all share, in Russian alone."""
    shared, own = tmp_path / "shared", tmp_path / "own"
    for one in (shared, own):
        (one / "words").mkdir(parents=True)
    (shared / "said.py").write_text('a = marked("For all")\n')
    (own / "said.py").write_text('a = marked("Hello"), marked("For all")\n')
    monkeypatch.setattr(sentences, "SHARED", shared)
    monkeypatch.setattr(sentences, "FOLDERS", (shared, own))
    monkeypatch.setattr(sentences, "TRANSLATED", ("ru",))
    return tmp_path


def say(path: Path, **said: str) -> None:
    """A catalog, as the tool writes it."""
    entries = "".join(
        f'msgid "{source.replace("_", " ")}"\nmsgstr "{text}"\n\n' for source, text in said.items()
    )
    path.write_text(HEAD + entries)
    path.write_text(written(read(path, "ru"), "ru"))


def everything(folder: Path) -> dict[str, str]:
    return {str(path): path.read_text() for path in sorted(folder.rglob("*.po"))}


def test_what_is_new_is_added_and_what_is_gone_taken_out(folder: Path) -> None:
    say(folder / "shared/words/ru.po", For_all="Всем")
    say(folder / "own/words/ru.section.po", Hello="Привет", Gone="Нет")
    bring_up()
    section = read(folder / "own/words/ru.section.po", "ru")
    assert [one.id for one in section if one.id] == ["Hello"]
    assert section["Hello"].string == "Привет"
    assert [one.id for one in read(folder / "own/words/ru.po", "ru") if one.id] == []


def test_what_stands_in_two_catalogs_is_said_and_nothing_is_written(folder: Path) -> None:
    say(folder / "shared/words/ru.po", For_all="Всем")
    say(folder / "own/words/ru.po", Hello="Привет")
    say(folder / "own/words/ru.section.po", Hello="Здравствуйте")
    before = everything(folder)
    with pytest.raises(SystemExit) as stopped:
        bring_up()
    assert "Hello" in str(stopped.value)
    for name in ("ru.po", "ru.section.po"):
        assert str(folder / "own/words" / name) in str(stopped.value)
    assert everything(folder) == before


@pytest.mark.parametrize("shared", [{"For_all": "Всем"}, {}], ids=["said", "not yet said"])
def test_what_all_share_is_not_taken_out_of_a_section_unseen(
    folder: Path, shared: dict[str, str]
) -> None:
    say(folder / "shared/words/ru.po", **shared)
    say(folder / "own/words/ru.po", Hello="Привет", For_all="Каждому")
    before = everything(folder)
    with pytest.raises(SystemExit) as stopped:
        bring_up()
    assert "For all" in str(stopped.value)
    assert str(folder / "shared/words/ru.po") in str(stopped.value)
    assert str(folder / "own/words/ru.po") in str(stopped.value)
    assert everything(folder) == before
