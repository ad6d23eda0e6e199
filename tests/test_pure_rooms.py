"""The pure rooms hold no clock, chance, float or input and output; read off the syntax tree."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "xenia"
PURE = ("amounts", "events", "effects", "language", "programme", "engine")
# The one file that turns generated text into functions, and the one that reads time zones.
LINKER = "engine/link.py"
ZONES = "engine/zones.py"

OUTSIDE = {
    "builtins",
    "io",
    "logging",
    "os",
    "pathlib",
    "random",
    "secrets",
    "socket",
    "sqlite3",
    "subprocess",
    "time",
    "urllib",
    "uuid",
}
TALKING = {"open", "print", "input", "eval", "__import__"}
CLOCK = {"now", "today", "utcnow"}


def own_names(nodes: Iterable[ast.AST]) -> set[str]:
    """Names that the module defines or imports itself, and that are therefore no builtins."""
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            names.update(alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
    return names


def imported(node: ast.AST) -> list[str]:
    """The top-level packages that an import statement names, relative ones left out."""
    if isinstance(node, ast.Import):
        return [alias.name.split(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
        return [node.module.split(".")[0]]
    return []


def called_builtin(node: ast.AST, own: set[str]) -> str | None:
    """The plain name that a call calls, unless the module itself gave it a meaning."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id not in own:
        return node.func.id
    return None


def broken_by(node: ast.AST, own: set[str], path: str) -> Iterator[str]:
    """The rules of the pure rooms that one node breaks; `path` is relative to `src/xenia`."""
    call = called_builtin(node, own)
    modules = imported(node)
    if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
        yield "float literal"
    if call == "float":
        yield "float()"
    if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
        yield "true division"
    for module in OUTSIDE.intersection(modules):
        yield f"import {module}"
    if "zoneinfo" in modules and path != ZONES:
        yield "import zoneinfo"
    if call in TALKING:
        yield f"{call}()"
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCK
    ):
        yield f".{node.func.attr}()"


def impurities(text: str, path: str) -> list[str]:
    """What the rules of the pure rooms say about one file: `path:line rule`, by line."""
    nodes = [*ast.walk(ast.parse(text))]
    own = own_names(nodes)
    found = [
        (node.lineno, rule)
        for node in nodes
        if isinstance(node, ast.stmt | ast.expr)
        for rule in broken_by(node, own, path)
    ]
    return [f"{path}:{line} {rule}" for line, rule in sorted(found)]


def text_run_as_code(text: str, path: str) -> list[str]:
    """Builtins that run text as code: eval nowhere, exec and compile in the linker only."""
    banned = {"eval"} if path == LINKER else {"eval", "exec", "compile"}
    if not re.search(rf"\b(?:{'|'.join(banned)})\b", text):
        return []  # most files, which take seconds to parse
    nodes = [*ast.walk(ast.parse(text))]
    own = own_names(nodes)
    return [
        f"{path}:{node.lineno} {name}()"
        for node in nodes
        if isinstance(node, ast.Call) and (name := called_builtin(node, own)) in banned
    ]


def files(room: str = "") -> list[tuple[str, str]]:
    """Path relative to `src/xenia` and text of each module of a room, be it a file or a folder."""
    found = [SOURCE / f"{room}.py", *sorted((SOURCE / room).rglob("*.py"))]
    return [
        (path.relative_to(SOURCE).as_posix(), path.read_text("utf-8"))
        for path in found
        if path.is_file()
    ]


def test_the_pure_rooms_are_pure() -> None:
    rooms = [file for room in PURE for file in files(room)]
    assert rooms
    assert [line for path, text in rooms for line in impurities(text, path)] == []


def test_text_is_run_as_code_in_the_linker_only() -> None:
    everything = files()
    assert everything
    assert [line for path, text in everything for line in text_run_as_code(text, path)] == []


OFFENCES = [
    ("x = 0.5", "float literal"),
    ("x = 2j", "float literal"),
    ("x = float('1')", "float()"),
    ("x = 1 / 2", "true division"),
    ("x /= 2", "true division"),
    ("import os.path", "import os"),
    ("from urllib.parse import quote", "import urllib"),
    *((f"import {module}", f"import {module}") for module in sorted(OUTSIDE)),
    *((f"from {module} import a", f"import {module}") for module in sorted(OUTSIDE)),
    ("import zoneinfo", "import zoneinfo"),
    ("from zoneinfo import ZoneInfo", "import zoneinfo"),
    *((f"def f() -> None:\n    {name}('a')", f"{name}()") for name in sorted(TALKING)),
    *((f"x = datetime.{name}()", f".{name}()") for name in sorted(CLOCK)),
]


@pytest.mark.parametrize(("text", "rule"), OFFENCES)
def test_each_rule_of_the_pure_rooms_can_fail(text: str, rule: str) -> None:
    line = len(text.splitlines())
    assert impurities(text, "engine/step.py") == [f"engine/step.py:{line} {rule}"]


@pytest.mark.parametrize(
    "text",
    [
        "x = 7 // 2",
        "x = isinstance(y, float)",
        "from datetime import time",
        "from .time import a",
        "from xenia.language.lexer import open\nopen('a')",
        "def print(x: int) -> None: ...\nprint(1)",
        "x = quote.now",
    ],
)
def test_what_only_looks_like_an_offence_passes(text: str) -> None:
    assert impurities(text, "engine/step.py") == []


def test_time_zones_are_read_in_one_file() -> None:
    assert impurities("import zoneinfo", "engine/zones.py") == []


@pytest.mark.parametrize("name", ["eval", "exec", "compile"])
def test_running_text_as_code_is_seen_outside_the_linker(name: str) -> None:
    assert text_run_as_code(f"{name}('a')", "cli/main.py") == [f"cli/main.py:1 {name}()"]


def test_the_linker_may_compile_but_not_eval() -> None:
    text = "exec(compile('a', 'b', 'exec'))\neval('a')"
    assert text_run_as_code(text, LINKER) == [f"{LINKER}:2 eval()"]
