"""The words of the pages in the languages that there are: gettext catalogs, read as they are."""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final, NamedTuple

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from markupsafe import Markup

from xenia.pages.kept import keep, kept

SOURCE: Final = "en"  # what the templates are written in
FOLDER: Final = Path(__file__).parent / "words"


class Known(NamedTuple):
    """A language, as those who speak it call it."""

    code: str
    name: str


LANGUAGES: Final[Sequence[Known]] = (
    Known(SOURCE, "English"),
    Known("el", "Ελληνικά"),
    Known("hy", "Հայերեն"),
    Known("ru", "Русский"),
    Known("ar", "العربية"),
)
_CODES: Final = frozenset(one.code for one in LANGUAGES)


@dataclass(frozen=True, slots=True)
class Words:
    """One language: its sentences, and what else there is to know to write in it."""

    code: str
    locale: Locale
    sentences: gettext.NullTranslations

    @property
    def direction(self) -> str:
        """Which way it is written: ltr or rtl."""
        return self.locale.text_direction

    def say(self, sentence: str, /, **values: object) -> str:
        """A sentence of the source in this language, with values in its places."""
        found = self.sentences.gettext(sentence)
        return with_one_stop(found, values) % values if values else found


def with_one_stop(sentence: str, values: Mapping[str, object]) -> str:
    """A sentence into whose places values are to be put, without the full stop that one of them
    brings: what is written with one, as the time of day in Greek and the date in Russian, ends
    the sentence with it."""
    for name, value in values.items():
        if "." in str(value) and _bare(value).endswith("."):
            sentence = re.sub(rf"(%\({name}\)s(?:</\w+>)*)\.(?=\s|<|$)", r"\1", sentence)
    return sentence


def _bare(value: object) -> str:
    return value.striptags() if isinstance(value, Markup) else str(value)


def marked(sentence: str) -> str:
    """A sentence of the source that is said elsewhere; catalogs are made of what is marked so."""
    return sentence


def catalogs(folder: Path, code: str) -> Iterable[Path]:
    """The files with a room's sentences in a language: `el.po`, and `el.members.po` and so on."""
    return sorted([*folder.glob(f"{code}.po"), *folder.glob(f"{code}.*.po")])


@cache
def words(code: str, folders: tuple[Path, ...]) -> Words:
    """A language of the folders' catalogs, the later ones over the earlier."""
    locale = Locale.parse(code)
    if code == SOURCE:
        return Words(code, locale, gettext.NullTranslations())
    texts = [path.read_bytes() for folder in folders for path in catalogs(folder, code)]
    if (compiled := kept(code, *texts)) is None:
        compiled = _compiled(code, texts)
        keep(code, compiled, *texts)
    return Words(code, locale, gettext.GNUTranslations(BytesIO(compiled)))


def _compiled(code: str, texts: Iterable[bytes]) -> bytes:
    """All catalogs in the form in which gettext looks sentences up."""
    whole, compiled = Catalog(locale=code), BytesIO()
    for text in texts:
        for message in read_po(BytesIO(text), locale=code):
            if message.id:
                whole[message.id] = message
    write_mo(compiled, whole)
    return compiled.getvalue()


def chosen(wish: str | None, accepted: str | None) -> str:
    """The code of the language for somebody: what they chose, else what their browser asks for."""
    if wish in _CODES:
        return str(wish)
    asked = []
    for place, item in enumerate((accepted or "")[:400].split(",")):
        name, _, weight = item.partition(";")
        code = name.strip().lower().partition("-")[0]
        if code in _CODES:
            asked.append((-_weight(weight), place, code))
    return min(asked)[2] if asked else SOURCE


def _weight(said: str) -> int:
    """The weight of a language that is accepted, in thousandths."""
    whole, _, part = said.strip().removeprefix("q=").partition(".")
    if not said.strip():
        return 1000
    digits = (part + "000")[:3]
    return int(whole) * 1000 + int(digits) if whole.isdecimal() and digits.isdecimal() else 0
