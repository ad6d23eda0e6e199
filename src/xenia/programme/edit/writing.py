"""Values as they are written into a document: as plainly as they are read back the same."""

from __future__ import annotations

from typing import Final

import yaml

from xenia.programme.edit.spans import Plain

WIDTH: Final = 100
STEP: Final = 2  # columns that what is below a key stands further in
_FLOW_DEPTH: Final = 2
# What some readers take for something else than a text.
_WORDS: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n", "~"})
# The key of the language that is one of them: nobody writes it in quotes.
_KEYS: Final = frozenset({"on"})
_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def scalar(value: str | bool | None, *, flow: bool, json: bool = False) -> str:
    """A single value: without quotes where it is read back the same, in braces or outside."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if json:
        return value if _is_number(value) else _doubled(value)
    if value.casefold() not in _WORDS and "\n" not in value and _reads_back(value, flow):
        return value
    if value.isprintable():
        quoted = value.replace("'", "''")
        return f"'{quoted}'"
    return _doubled(value)


def _doubled(value: str) -> str:
    return f'"{"".join(map(_escaped, value))}"'


def _escaped(char: str) -> str:
    if char in _ESCAPES or char.isprintable():
        return _ESCAPES.get(char, char)
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def _is_number(value: str) -> bool:
    whole, _, part = value.partition(".")
    digits = whole.removeprefix("-")
    plain = digits.isascii() and digits.isdigit() and (digits == "0" or digits[0] != "0")
    return plain and (value == whole or (part.isascii() and part.isdigit()))


def _reads_back(value: str, flow: bool) -> bool:
    """Whether the text is this text where it stands without quotes after a key, in a list, and at
    the end of a line that has a comment."""
    if not value or not value.isprintable():
        return False
    opened, closed = ("{k: ", ", l: [v]}") if flow else ("k: ", " # c\nl: [v]")
    try:
        events = list(yaml.parse(opened + value + closed, Loader=yaml.SafeLoader))
        items = [] if flow else list(yaml.parse(f"- {value}\n- v", Loader=yaml.SafeLoader))
    except yaml.YAMLError:
        return False
    said = [event for event in events if isinstance(event, yaml.ScalarEvent)]
    alone = flow or [e.value for e in items if isinstance(e, yaml.ScalarEvent)] == [value, "v"]
    return alone and [(one.value, one.style) for one in said] == [
        ("k", None), (value, None), ("l", None), ("v", None)
    ] and not any(one.anchor or one.tag for one in said)  # fmt: skip


def flow(value: Plain, *, json: bool = False) -> str:
    """A value on one line, as it stands in braces."""
    if isinstance(value, list):
        return f"[{', '.join(flow(item, json=json) for item in value)}]"
    if isinstance(value, dict):
        pairs = (f"{_key(key, json)}: {flow(item, json=json)}" for key, item in value.items())
        return f"{{{', '.join(pairs)}}}"
    return scalar(value, flow=True, json=json)


def _key(key: str, json: bool) -> str:
    if json:
        return _doubled(key)
    return key if key in _KEYS else scalar(key, flow=True)


def entry(key: str, value: Plain, indent: int) -> list[str]:
    """The lines of a key and its value in a block; the first begins where the key does, the others
    have their indent."""
    return _headed(f"{_key(key, json=False)}:", value, indent)


def item(value: Plain, indent: int) -> list[str]:
    """The same of an item of a list."""
    return _headed("-", value, indent)


def block(value: Plain, indent: int) -> list[str]:
    """The lines of a mapping or list that stands below a key, or begins a line."""
    if isinstance(value, dict):
        parts = [entry(key, one, indent) for key, one in value.items()]
    else:
        assert isinstance(value, list), "a single value stands beside its key"
        parts = [item(one, indent) for one in value]
    lines = [line for part in parts for line in [" " * indent + part[0], *part[1:]]]
    return [lines[0].lstrip(" "), *lines[1:]]


def _headed(head: str, value: Plain, indent: int) -> list[str]:
    if isinstance(value, str | bool | None):
        return [f"{head} {scalar(value, flow=False)}"]
    line = f"{head} {flow(value)}"
    is_short = indent + len(line) <= WIDTH and _depth(value) <= _FLOW_DEPTH
    is_section = not indent and _depth(value) > 1
    if not value or (not is_section and (is_short or indent + len(line) <= WIDTH // 2)):
        return [line]
    first, *rest = block(value, indent + STEP)
    return [head, f"{' ' * (indent + STEP)}{first}", *rest]


def _depth(value: Plain) -> int:
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return 1 + max((_depth(one) for one in inner), default=0)
    return 0
