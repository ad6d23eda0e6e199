"""Single values of a document: texts, ids, numbers, dates, choices, and short notations."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from xenia import amounts
from xenia.programme.findings import nearest, suggestion
from xenia.programme.nodes import Node, Scalar
from xenia.programme.shapes import At, Bare, Book, Fault, Schema, Tree, wrong_kind

TEXT_MAX = 500
ID_MAX = 64
_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", re.ASCII)
_LOCALE = re.compile(r"[a-z]{2,3}(?:-[A-Z]{2})?", re.ASCII)
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
_TIME = rf"{_DAY}T{_CLOCK}(?:Z|[+-][0-9]{{2}}:[0-9]{{2}})"
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_DAY_EXAMPLE, _TIME_EXAMPLE = "2026-11-01", "2026-11-01T09:00:00+02:00"


def scalar(node: Node, at: At, what: str, example: str) -> Scalar | Fault:
    """The node as a single value that is there."""
    if isinstance(node, Scalar) and not node.null:
        return node
    return wrong_kind(node, at, what, f"write {example}")


def bare(node: Node, at: At, what: str, example: str) -> Scalar | Fault:
    """The node as a single value without quotes."""
    found = scalar(node, at, what, example)
    if isinstance(found, Scalar) and found.quoted:
        sentence = f"{at.name} is a text, but must be {what}"
        return at.refuse(found.place, "wrong-kind", sentence, f"write it without quotes: {example}")
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """A text of the author's own, without the line end of a block."""

    most: int = TEXT_MAX
    what: str = "a text"

    def read(self, node: Node, at: At) -> object:
        found = scalar(node, at, self.what, '"a text"')
        if isinstance(found, Fault):
            return found
        if not found.quoted and found.text in ("true", "false"):
            sentence = f"{at.name} is {found.text}, but must be {self.what}"
            remedy = f'put it in quotes if it is one: "{found.text}"'
            return at.refuse(found.place, "wrong-kind", sentence, remedy)
        return readable(found, at, found.text.rstrip("\n"), self.most)

    def write(self, value: Any) -> Tree:
        return str(value)

    def schema(self, _book: Book) -> Schema:
        return {"type": ["string", "number"], "minLength": 1, "maxLength": self.most}


def readable(node: Scalar, at: At, text: str, most: int) -> str | Fault:
    """The text, if it has something to read, is not too long and hides nothing."""
    if not text.strip():
        remedy = "write a text, or take the key away"
        return at.refuse(node.place, "empty-text", f"{at.name} is empty", remedy)
    if len(text) > most:
        sentence = f"{at.name} has {len(text):,} characters; {most:,} are the most"
        return at.refuse(node.place, "too-long", sentence, "say it shorter")
    hidden = next((c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cs")), None)
    if hidden is not None:
        sentence = f"{at.name} holds the invisible character U+{ord(hidden):04X}"
        return at.refuse(node.place, "not-text", sentence, "take it away")
    return text


@dataclass(frozen=True, slots=True)
class Formula:
    """A condition or formula; only its length is looked at here."""

    most: int = 4_000
    what: str = "an expression"

    def read(self, node: Node, at: At) -> object:
        found = scalar(node, at, self.what, "it in single quotes")
        return found if isinstance(found, Fault) else self.checked(found, at)

    def checked(self, node: Scalar, at: At) -> str | Fault:
        """The text without the line ends of a block."""
        return readable(node, at, node.text.rstrip(), self.most)

    def write(self, value: Any) -> Tree:
        return str(value)

    def schema(self, _book: Book) -> Schema:
        kinds = ["string", "number", "boolean"]
        return {"type": kinds, "minLength": 1, "description": "An expression of the language."}


@dataclass(frozen=True, slots=True)
class Named:
    """An id: one of the section `of` the programme, or (empty) the author's own."""

    what: str = "an id"
    plural: str = "ids"
    example: str = "my-id"
    of: str = ""

    def read(self, node: Node, at: At) -> Any:
        found = scalar(node, at, self.what, self.example)
        return found if isinstance(found, Fault) else self._checked(found, at)

    def _checked(self, node: Scalar, at: At) -> str | Fault:
        if len(node.text) > ID_MAX:
            sentence = f"The id has {len(node.text)} characters; {ID_MAX} are the most"
            return at.refuse(node.place, "bad-id", sentence, "choose a shorter one")
        if _ID.fullmatch(node.text) is None:
            decomposed = unicodedata.normalize("NFKD", node.text).casefold()
            near = "-".join(re.findall(r"[a-z0-9]+", decomposed))
            return at.refuse(
                node.place,
                "bad-id",
                f"`{node.text}` is not an id: small letters and digits, joined by hyphens",
                f"write `{near}`" if _ID.fullmatch(near) else "begin it with a letter from a to z",
            )
        return node.text

    def write(self, value: Any) -> Tree:
        return str(value)

    def schema(self, _book: Book | None = None) -> Schema:
        return {"type": "string", "pattern": f"^{_ID.pattern}$", "maxLength": ID_MAX}


@dataclass(frozen=True, slots=True)
class Locale:
    """A language, as a key of texts."""

    plural: str = "languages"
    example: str = "en"

    def read(self, key: Scalar, at: At) -> object:
        if _LOCALE.fullmatch(key.text) is not None:
            return key.text
        language, _, country = key.text.replace("_", "-").partition("-")
        near = language.lower() + (f"-{country.upper()}" if country else "")
        fits = _LOCALE.fullmatch(near) is not None
        sentence = f"`{key.text}` is not a language such as `en` or `pt-BR`"
        remedy = f"write `{near}`" if fits else "use a language's code of two or three letters"
        return at.refuse(key.place, "bad-locale", sentence, remedy)

    def schema(self) -> Schema:
        return {"pattern": f"^{_LOCALE.pattern}$"}


# ---- choices, dates, notations -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Flag:
    """true or false; `always`: only true makes sense."""

    always: bool = False

    @property
    def what(self) -> str:
        return "true" if self.always else "true or false"

    def read(self, node: Node, at: At) -> object:
        found = bare(node, at, self.what, "true")
        if isinstance(found, Fault):
            return found
        if found.text == "true" or (found.text == "false" and not self.always):
            return found.text == "true"
        sentence = f"{at.name} is `{found.text[:40]}`, but must be {self.what}"
        meant = {"yes": "true", "on": "true", "no": "false", "off": "false"}
        word = "true" if self.always else meant.get(found.text.casefold(), self.what)
        return at.refuse(found.place, "bad-choice", sentence, f"write {word}")

    def write(self, value: Any) -> Tree:
        return Bare("true" if value else "false")

    def schema(self, _book: Book) -> Schema:
        return {"const": True} if self.always else {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One word of several; `values` gives the value of each."""

    values: Mapping[str, str]

    @property
    def what(self) -> str:
        return "one of " + ", ".join(f"`{word}`" for word in self.values)

    def read(self, node: Node, at: At) -> object:
        found = scalar(node, at, self.what, f"e.g. {next(iter(self.values))}")
        if isinstance(found, Fault):
            return found
        if found.text in self.values:
            return self.values[found.text]
        sentence = f"{at.name} is `{found.text[:40]}`, but must be {self.what}"
        remedy = suggestion(found.text, self.values)
        return at.refuse(found.place, "bad-choice", sentence, remedy)

    def write(self, value: Any) -> Tree:
        return str(value.value if isinstance(value, StrEnum) else value)

    def schema(self, _book: Book) -> Schema:
        return {"enum": list(self.values)}


@dataclass(frozen=True, slots=True)
class Day:
    """A date; `times`: or a time with its offset from UTC."""

    times: bool = False

    @property
    def what(self) -> str:
        return "a date, or a time with its offset" if self.times else "a date"

    def read(self, node: Node, at: At) -> object:
        example = f"{_DAY_EXAMPLE} or {_TIME_EXAMPLE}" if self.times else _DAY_EXAMPLE
        found = scalar(node, at, self.what, example)
        if isinstance(found, Fault):
            return found
        value = (_moment(found.text) if self.times else None) or _day(found.text)
        if value is not None and _FIRST_YEAR <= value.year <= _LAST_YEAR:
            return value
        sentence = f"{at.name} is `{found.text[:40]}`, but must be {self.what}"
        return at.refuse(found.place, "bad-date", sentence, f"write e.g. {example}")

    def write(self, value: Any) -> Tree:
        return Bare(value.isoformat())

    def schema(self, _book: Book) -> Schema:
        day = {"type": "string", "pattern": f"^{_DAY}$"}
        return {"anyOf": [day, {"type": "string", "pattern": f"^{_TIME}$"}]} if self.times else day


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(_DAY, text, re.ASCII) else None
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if re.fullmatch(_TIME, text, re.ASCII) else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Notation:
    """A value with a short text of its own, such as `12 months`.

    `parse` gives the value, None if the text is none, or raises ValueError with a sentence on a
    text that is none for a special reason.
    """

    what: str
    code: str
    example: str
    pattern: str
    parse: Callable[[str], object | None]
    text: Callable[[Any], str]

    def read(self, node: Node, at: At) -> object:
        found = scalar(node, at, self.what, f"e.g. {self.example}")
        if isinstance(found, Fault):
            return found
        sentence = f"{at.name} is `{found.text[:40]}`, but must be {self.what}"
        try:
            value = self.parse(found.text)
        except ValueError as trouble:
            value, sentence = None, f"{at.name} is `{found.text[:40]}`: {trouble}"
        if value is not None:
            return value
        return at.refuse(found.place, self.code, sentence, f"write e.g. {self.example}")

    def write(self, value: Any) -> Tree:
        return Bare(self.text(value))

    def schema(self, _book: Book) -> Schema:
        return {"type": "string", "pattern": f"^(?:{self.pattern})$"}


# ---- known outside the document ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Money:
    what: str = "the ISO 4217 code of a money"

    def read(self, node: Node, at: At) -> object:
        found = scalar(node, at, self.what, "e.g. EUR")
        if isinstance(found, Fault) or found.text in amounts.MONEYS:
            return found if isinstance(found, Fault) else found.text
        upper = found.text.strip().upper()
        remedy = f"write {upper}" if upper in amounts.MONEYS else "write e.g. EUR, USD or GBP"
        sentence = f"`{found.text[:40]}` is not {self.what}"
        return at.refuse(found.place, "unknown-money", sentence, remedy)

    def write(self, value: Any) -> Tree:
        return str(value)

    def schema(self, _book: Book) -> Schema:
        return {"type": "string", "pattern": "^[A-Z]{3}$"}


@dataclass(frozen=True, slots=True)
class Zone:
    what: str = "a time zone of the IANA database"

    def read(self, node: Node, at: At) -> object:
        found = scalar(node, at, self.what, "e.g. Europe/Athens")
        zones = at.desk.zones
        if isinstance(found, Fault) or found.text in zones:
            return found if isinstance(found, Fault) else found.text
        sentence = f"`{found.text[:40]}` is not {self.what}"
        near = nearest(found.text, zones)
        remedy = f"did you mean `{near}`?" if near else "write its city, e.g. Europe/Athens"
        return at.refuse(found.place, "unknown-zone", sentence, remedy)

    def write(self, value: Any) -> Tree:
        return str(value)

    def schema(self, _book: Book) -> Schema:
        return {"type": "string", "minLength": 1, "maxLength": 64}
