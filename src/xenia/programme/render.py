"""A programme as the text of a document, in one canonical form: `read(render(p))` is p.

Ids are in alphabetical order (levels in their own), defaults are left out, numbers are in their
shortest digits; so programmes that say the same are the same text, but for the offsets of times.
"""

from __future__ import annotations

import re
from typing import Any, Final

from xenia.programme.model import Programme
from xenia.programme.shapes import Bare, Tree
from xenia.programme.surface import PROGRAMME

WIDTH: Final = 100
_FLOW_DEPTH: Final = 2  # how far braces nest on one line
_STEP: Final = "  "
_PLAIN: Final = re.compile(r"[^\W\d_](?:[\w ./()-]*[\w)])?")
_WORDS: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n"}


def render(programme: Programme) -> str:
    """The YAML text of a programme."""
    tree = PROGRAMME.write(programme)
    return "".join(f"{line}\n" for line in _block(tree, ""))


def _block(tree: Any, indent: str) -> list[str]:
    """The lines of a collection, what it holds on one line where that reads well."""
    if isinstance(tree, dict):
        return [line for key, value in tree.items() for line in _entry(f"{key}:", value, indent)]
    return [line for item in tree for line in _entry("-", item, indent)]


def _entry(head: str, value: Any, indent: str) -> list[str]:
    inner = indent + _STEP
    flow = f"{indent}{head} {_flow(value)}"
    if isinstance(value, str) and _stands_in_lines(value):
        return [f"{indent}{head} |", *(f"{inner}{line}".rstrip() for line in value.split("\n"))]
    if isinstance(value, str | Bare) or not value:
        return [flow]
    if len(flow) <= WIDTH and _depth(value) <= _FLOW_DEPTH:
        return [flow]
    if len(flow) <= WIDTH // 2:
        return [flow]
    return [indent + head, *_block(value, inner)]


def _stands_in_lines(text: str) -> bool:
    """Whether a text of several lines is read back the same as a block."""
    lines = text.split("\n")
    return (
        len(lines) > 1
        and not lines[0].startswith(" ")
        and all(line.isprintable() and line == line.rstrip() for line in lines)
        and bool(lines[0] and lines[-1])
    )


def _depth(tree: Tree) -> int:
    if isinstance(tree, str | Bare):
        return 0
    inner = tree.values() if isinstance(tree, dict) else tree
    return 1 + max((_depth(item) for item in inner), default=0)


def _flow(tree: Tree) -> str:
    if isinstance(tree, Bare):
        return tree.text
    if isinstance(tree, str):
        return _scalar(tree)
    if isinstance(tree, list):
        return f"[{', '.join(_flow(item) for item in tree)}]"
    return f"{{{', '.join(f'{key}: {_flow(item)}' for key, item in tree.items())}}}"


def _scalar(text: str) -> str:
    """The text without quotes if it is read the same by everybody, else in quotes."""
    if _PLAIN.fullmatch(text) and text.casefold() not in _WORDS and text.isprintable():
        return text
    if text.isprintable():
        doubled = text.replace("'", "''")
        return f"'{doubled}'"
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(char: str) -> str:
    if char in _ESCAPES or char.isprintable():
        return _ESCAPES.get(char, char)
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"
