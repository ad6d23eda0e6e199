"""Text to tokens: numbers, quoted texts, names and symbols, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from xenia.language.errors import LanguageError, Place, fault

TEXT_MAX = 4_000  # characters of an expression

Kind = Literal["number", "text", "name", "symbol", "end"]


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is what is meant: a quoted text without its quotes, escapes undone."""

    kind: Kind
    text: str
    at: int
    end: int


_TOKEN = re.compile(
    r"""
      (?P<space> [ \t\r\n]+ )
    | (?P<number> \d+ (?: \.\d+ )? )
    | (?P<name> [A-Za-z_] \w* )
    | (?P<text> "(?: [^"\\\n] | \\. )*" | '(?: [^'\\\n] | \\. )*' )
    | (?P<symbol> && | \|\| | [=!<>]= | <(?!>) | [-+*>!?:.,()\[\]] )
    """,
    re.VERBOSE | re.ASCII,
)
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"\\": "\\", '"': '"', "'": "'", "n": "\n", "r": "\r", "t": "\t"}
_WORD = re.compile(r"[\w.]+")

# What people write instead, and what the language has.
_MISTAKEN = {
    "<>": "write != for not equal",
    "=>": "write >= for at least",
    "=<": "write <= for at most",
    "=": "write == to compare",
    "&": "write && for and",
    "|": "write || for or",
    "/": "write per(x, y) for whole times, or multiply: round(x * 0.1, 2)",
    "%": "write a percentage as a factor: 20 % of x is x * 0.20",
    "“": "use straight quotes: \"…\" or '…'",
    "”": "use straight quotes: \"…\" or '…'",
    "‘": "use straight quotes: \"…\" or '…'",
    "’": "use straight quotes: \"…\" or '…'",
    "{": "write a list in square brackets: [\"a\", \"b\"]",
    ";": "an expression is one condition or formula; join conditions with &&",
}  # fmt: skip


def tokens(text: str) -> Iterator[Token]:
    """The tokens of `text` in order, an `end` last; raises `LanguageError`."""
    if len(text) > TEXT_MAX:
        raise fault(
            Place(TEXT_MAX, len(text)),
            f"the expression has more than {TEXT_MAX} characters",
            "split it into several rules or metrics",
        )
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise _foreign(text, at)
        if found.lastgroup != "space":
            yield _token(text, found)
        at = found.end()
    yield Token("end", "the end", len(text), len(text))


def _token(text: str, found: re.Match[str]) -> Token:
    at, end = found.span()
    match found.lastgroup:
        case "number":
            _end_of_number(text, found)
            return Token("number", found[0], at, end)
        case "text":
            return Token("text", _unescaped(found), at, end)
        case "name":
            return Token("name", found[0], at, end)
        case _:
            return Token("symbol", found[0], at, end)


def _end_of_number(text: str, found: re.Match[str]) -> None:
    word = _WORD.match(text, found.start())
    if word is None or word.end() == found.end():
        return
    exponent = re.fullmatch(r"[\d.]+[eE]\d*", word[0])
    raise fault(
        Place(*word.span()),
        f"{word[0]} is not a number",
        "write the number out, without an exponent"
        if exponent
        else "write plain digits, such as 12 or 12.50",
    )


def _unescaped(found: re.Match[str]) -> str:
    def meaning(escape: re.Match[str]) -> str:
        if escape[1] not in _ESCAPED:
            at = found.start() + 1 + escape.start()
            raise fault(
                Place(at, at + 2),
                f"{escape[0]} has no meaning in a text",
                "write \\\\ for a backslash itself",
            )
        return _ESCAPED[escape[1]]

    return _ESCAPE.sub(meaning, found[0][1:-1])


def _foreign(text: str, at: int) -> LanguageError:
    """What to say of a character with which no token begins."""
    for width in (2, 1):
        if remedy := _MISTAKEN.get(text[at : at + width]):
            place = Place(at, at + width)
            return fault(place, f"{text[at : at + width]} is not part of the language", remedy)
    if text[at] in "\"'":
        end = text.find("\n", at)
        place = Place(at, len(text) if end < 0 else end)
        return fault(place, "this text is not closed", f"end it with {text[at]} on the same line")
    return fault(
        Place(at, at + 1),
        f"{text[at]!r} is not part of the language",
        "names are plain letters, digits, _ and dots; a text stands in quotes",
    )
