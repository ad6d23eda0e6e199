"""Every code that is answered has a page, and no page is of a code that nothing answers."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import xenia
from xenia.services.codes import KINDS

SOURCE = Path(xenia.__file__).parent
# Where codes of errors and refusals are made.
ROOMS = ("amounts.py", "events", "engine", "connectors", "services", "api")
CODE = re.compile(r"[a-z]+(-[a-z]+)*")
# What makes them, and as which of its arguments it is given the code.
MAKERS = {
    "Problem": (),
    "Reason": (1,),
    **dict.fromkeys(("EventError", "NotAnAmount", "NotATime", "Refusal", "fail"), (0,)),
    **dict.fromkeys(("_refusal", "_not_given", "_not_granted"), (0,)),
    "_refused": (0, 1),
    **dict.fromkeys(("Unusable", "Refused", "_Trouble"), (1,)),
}
DOCUMENTED = {code for kind in KINDS for code in kind.codes}


def files() -> Iterator[Path]:
    for room in ROOMS:
        path = SOURCE / room
        yield from [path] if path.is_file() else sorted(path.rglob("*.py"))


def texts(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def made(path: Path) -> Iterator[str]:
    """The codes that are written where something is refused."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
        if name not in MAKERS:
            continue
        given = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
        given += [node.args[place] for place in MAKERS[name] if place < len(node.args)]
        for one in given:
            if isinstance(one, ast.Constant) and CODE.fullmatch(str(one.value)):
                yield str(one.value)


def test_every_code_has_a_page() -> None:
    missing = {
        f"{path.relative_to(SOURCE)}: {code}"
        for path in files()
        for code in made(path)
        if code not in DOCUMENTED
    }
    assert missing == set()


def test_every_page_is_of_a_code() -> None:
    written = {
        text
        for path in files()
        if "codes" not in path.parts
        for text in texts(ast.parse(path.read_text("utf-8")))
    }
    put_together = {code for code in DOCUMENTED if code.startswith(("too-many-", "nothing-to-"))}
    assert DOCUMENTED - written - put_together == set()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.title)
def test_a_page_says_what_to_do(kind: object) -> None:
    for one in KINDS:
        if one is kind:
            assert list(one.codes) == sorted(one.codes)
            for code, found in one.codes.items():
                assert CODE.fullmatch(code)
                assert found.remedy.endswith("."), code
                assert not found.title.endswith("."), code
