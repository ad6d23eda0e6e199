"""The sentences of the pages: those marked in templates and Python, and what the catalogs have.

`python -m tests.pages.sentences` brings the catalogs up to date: what is marked since is added with
nothing said, for somebody to translate; what nothing says any more is taken out. It writes nothing
where a sentence stands in two catalogs: somebody chooses which translation stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import generate_po, read_po

from xenia.console.part_words import declared
from xenia.console.rooms import ROOM
from xenia.pages import words
from xenia.pages.words import LANGUAGES, SOURCE, catalogs
from xenia.portal.rooms import ROOM as PORTAL
from xenia.till.rooms import ROOM as TILL

SHARED: Final = words.FOLDER.parent
# Each with what it marks, and with catalogs of its own.
FOLDERS: Final = (SHARED, ROOM.folder, PORTAL.folder, TILL.folder)
TRANSLATED: Final = tuple(one.code for one in LANGUAGES if one.code != SOURCE)

Sentence = str | tuple[str, str]  # of one number, and of others

_METHODS: Final = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
_OPTIONS: Final = {
    "templates/**.html": {
        "trimmed": "true",
        "trim_blocks": "true",
        "lstrip_blocks": "true",
        "silent": "false",
    }
}
_DECLARED: Final = "part_words.py"  # where the language's own names and descriptions are said
# What marks a sentence, and which of its arguments are sentences.
_MARKS: Final = {"_": None, "gettext": None, "ngettext": (1, 2), "say": None, "marked": None}


@cache
def marked_in(folder: Path) -> Mapping[Sentence, str]:
    """All sentences that are marked below a folder, in the order of files, with where each is."""
    found: dict[Sentence, str] = {}
    extracted = extract_from_dir(folder, _METHODS, _OPTIONS, keywords=_MARKS)
    for name, _, message, _, _ in sorted(extracted, key=lambda one: (one[0], one[1])):
        sentence = (message[0], message[1]) if isinstance(message, tuple) else message
        found.setdefault(sentence, name)
    if folder == ROOM.folder:  # whose forms say what the language does
        for sentence in declared():
            found.setdefault(sentence, _DECLARED)
    return found


class Said(NamedTuple):
    """What one file has of a sentence."""

    path: Path
    forms: tuple[str, ...]  # one for each of the language's numbers, where there are several
    fuzzy: bool


def said_in(folder: Path, code: str) -> Iterator[tuple[Sentence, Said]]:
    """Everything in the catalogs of a folder, also what is there twice."""
    for path in catalogs(folder / "words", code):
        for message in read(path, code):
            if message.id:
                said = message.string or ""
                forms = (said,) if isinstance(said, str) else tuple(said)
                yield _sentence(message), Said(path, forms, message.fuzzy)


def _sentence(message: Message) -> Sentence:
    one = message.id
    return one if isinstance(one, str) else (one[0], one[1])


def read(path: Path, code: str) -> Catalog:
    """A catalog as it is."""
    with path.open("rb") as file:
        return read_po(file, locale=code, abort_invalid=True)


def lacking(folder: Path, code: str) -> dict[Sentence, str]:
    """What is marked in a folder, and neither in its catalogs nor in those that all share."""
    known = {sentence for one in {SHARED, folder} for sentence, _ in said_in(one, code)}
    return {one: where for one, where in marked_in(folder).items() if one not in known}


def written(catalog: Catalog, code: str) -> str:
    """A catalog as a file that does not change where nothing in it does."""
    head = (
        'msgid ""\n'
        'msgstr ""\n'
        f'"Language: {code}\\n"\n'
        f'"Plural-Forms: {catalog.plural_forms}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n\n'
    )
    lines = generate_po(catalog, omit_header=True, width=100, include_lineno=False)
    return head + "".join(lines).rstrip("\n") + "\n"


def _own(folder: Path, code: str) -> Path:
    """The catalog to which what is new is added."""
    return folder / "words" / f"{code}.po"


def _brought_up(folder: Path, code: str, marked: Mapping[Sentence, str]) -> None:
    own = _own(folder, code)
    own.parent.mkdir(exist_ok=True)
    seen = set() if folder == SHARED else {one for one, _ in said_in(SHARED, code)}
    before = {path: read(path, code) for path in catalogs(own.parent, code)}
    after = {path: Catalog(locale=code) for path in {*before, own}}
    for path, catalog in before.items():
        for message in catalog:
            sentence = _sentence(message)
            if sentence in marked:
                seen.add(sentence)
                after[path].add(message.id, message.string, [(marked[sentence], 0)], message.flags)
    for sentence, where in marked.items():
        if sentence not in seen:
            print(f"{own}: to be translated: {sentence}")
            after[own].add(sentence, locations=[(where, 0)])
    for path, catalog in after.items():
        path.write_text(written(catalog, code), encoding="utf-8")


def _twice(folder: Path, code: str) -> Iterator[str]:
    """What stands in several catalogs of a folder, or in one and in those that all share."""
    places: dict[Sentence, list[Path]] = {}
    if folder != SHARED:
        known = {one: said.path for one, said in said_in(SHARED, code)}
        for sentence in marked_in(SHARED):  # also what is only about to be there
            places[sentence] = [known.get(sentence, _own(SHARED, code))]
    for sentence, said in said_in(folder, code):
        if sentence in places or sentence in marked_in(folder):
            places.setdefault(sentence, []).append(said.path)
    for sentence, paths in places.items():
        if len(paths) > 1:
            yield f"{sentence!r} stands in {' and in '.join(map(str, paths))}"


def bring_up() -> None:
    """All catalogs, in the order in which they share.  Raises SystemExit where something stands in
    two of them."""
    twice = [line for one in FOLDERS for code in TRANSLATED for line in _twice(one, code)]
    if twice:
        remedy = "nothing was written: keep one translation of each, in the first of its catalogs"
        raise SystemExit("\n".join([*twice, remedy]))
    for folder in FOLDERS:
        marked = marked_in(folder)
        for code in TRANSLATED:
            _brought_up(folder, code, marked)


if __name__ == "__main__":
    bring_up()
