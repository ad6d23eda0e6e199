"""Templates use no class that the built style sheet does not know: nothing else gives it looks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import xenia
from xenia.pages.assets import FOLDER, manifest

ROOT = Path(xenia.__file__).parent
TEMPLATES = sorted(ROOT.glob("*/templates/**/*.html"))
_LOGIC = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.S)
# Of what stands within braces: what an icon, a macro or a choice of several gives as classes.
_GIVEN = (
    re.compile(r'\bicon\([^()]*?,\s*"([^"]*)"'),
    re.compile(r'\bclass="([^"]*)"'),
    re.compile(r'"\w+":\s*"([^"]*\s[^"]*|(?:bg|text|border)-[^"]*)"'),
)


def classes(template: str) -> Iterator[str]:
    """The classes that a template names, as far as they are whole there."""
    for logic in _LOGIC.findall(template):
        for pattern in _GIVEN:
            for said in pattern.findall(logic):
                yield from said.split()
    # Marked, so that what braces complete is not taken for a whole class.
    for said in re.findall(r'\sclass="([^"]*)"', _LOGIC.sub("\0", template)):
        yield from (name for name in said.split() if "\0" not in name)


def unknown(names: Iterator[str], sheet: str) -> list[str]:
    """Those without a rule."""
    found = []
    for name in sorted(set(names)):
        selector = re.escape("." + re.sub(r"([^\w-])", r"\\\1", name))
        if not re.search(selector + r"(?![\w\\-])", sheet):
            found.append(name)
    return found


@pytest.fixture(scope="module")
def sheet() -> str:
    return (FOLDER / manifest().assets["app.css"]).read_text("utf-8")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_class_is_in_the_style_sheet(path: Path, sheet: str) -> None:
    assert unknown(classes(path.read_text("utf-8")), sheet) == [], "run `make assets`"


def test_a_class_that_was_not_built_is_found(sheet: str) -> None:
    template = """<p class="panel sm:nothing-1 a-{{ b }}">{{ icon("x", "size-999 size-4") }}
      {% set kinds = {"one": "bg-nothing text-brand"} %}{{ ui.button("x", class="w-full odd") }}"""
    assert unknown(classes(template), sheet) == ["bg-nothing", "odd", "size-999", "sm:nothing-1"]
