"""What a template or a module says that is not marked, and so is said in English to everybody."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

from jinja2 import Environment, nodes

_ENVIRONMENT: Final = Environment(extensions=["jinja2.ext.i18n"])
_GETTEXT: Final = {"_", "gettext", "ngettext"}
# Attributes that people are told.
_TOLD: Final = {"title", "aria-label", "placeholder", "alt", "aria-description", "data-said"}
_SILENT: Final = {"script", "style", "svg"}
_KEYS: Final = "kbd"  # what is printed on keys
_NAMES: Final = {"Xenia"}
# Parameters of macros that people read; of those that are lists of tuples, which part.
_READ: Final = {"text", "title", "label", "hint", "note", "shown", "placeholder", "wrong"}
_PARTS: Final = {"items": 0, "choices": 1}
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_BEGINS: Final = re.compile(r"[A-Z][a-z]+(?:$|[ ,.:!?])")


def in_template(source: str, macros: Mapping[str, Sequence[str]]) -> list[str]:
    """All texts of a template that are not marked; `macros`: the parameters of `ui.…`."""
    html, expressions = _drawn(source)
    page = _Page(expressions)
    page.feed(html)
    page.close()
    tree = _ENVIRONMENT.parse(source)
    return [*page.found, *_passed(tree, macros), *_capital(tree)]


def macros_of(paths: Sequence[Path]) -> dict[str, list[str]]:
    """The parameters of all macros, by their names."""
    return {
        macro.name: [str(one.name) for one in macro.args]
        for path in paths
        for macro in _ENVIRONMENT.parse(path.read_text(encoding="utf-8")).find_all(nodes.Macro)
    }


def _drawn(source: str) -> tuple[str, list[str]]:
    """A template as if it were a page: places for expressions, and nothing of what is marked."""
    html: list[str] = []
    expressions: list[str] = []
    parts: list[str] = []
    inside = marked = False
    for _, kind, value in _ENVIRONMENT.lex(source):
        if kind in ("variable_begin", "block_begin"):
            inside, parts = True, []
        elif kind == "variable_end":
            inside = False
            if not marked:
                html.append(f"\ue000{len(expressions)}\ue001")
                expressions.append("".join(parts))
        elif kind == "block_end":
            inside, words = False, "".join(parts).split()
            marked = words[0] == "trans" or (marked and words[0] != "endtrans")
        elif inside:
            parts.append(value)
        elif kind == "data" and not marked:
            html.append(value)
    return "".join(html), expressions


class _Page(HTMLParser):
    """Gathers the texts that people are told."""

    def __init__(self, expressions: Sequence[str]) -> None:
        super().__init__()
        self.found: list[str] = []
        self._expressions = expressions
        self._around: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT or tag == _KEYS:
            self._around.append(tag)
        for name, value in attrs:
            if name in _TOLD and value:
                self._told(value)

    def handle_endtag(self, tag: str) -> None:
        if self._around and self._around[-1] == tag:
            self._around.pop()

    def handle_data(self, data: str) -> None:
        if not self._around:
            self._told(data)

    def _told(self, text: str) -> None:
        bare = re.sub("\ue000\\d+\ue001", " ", text)
        if _WORD.search(bare) and bare.strip(" \n·") not in _NAMES:
            self.found.append(bare.strip())
        for number in re.findall("\ue000(\\d+)\ue001", text):
            expression = _ENVIRONMENT.parse("{{ " + self._expressions[int(number)] + " }}")
            for output in expression.find_all(nodes.Output):
                self.found += [one for node in output.nodes for one in _results(node)]


def _results(node: nodes.Node) -> Iterator[str]:
    """The texts that an expression may come to as they stand in it."""
    if isinstance(node, nodes.Const):
        if isinstance(node.value, str) and _WORD.search(node.value) and node.value not in _NAMES:
            yield node.value
    elif isinstance(node, nodes.CondExpr):
        yield from _results(node.expr1)
        if node.expr2 is not None:
            yield from _results(node.expr2)
    elif isinstance(node, nodes.BinExpr | nodes.Concat):
        for one in node.iter_child_nodes():
            yield from _results(one)
    elif isinstance(node, nodes.Filter):
        otherwise = node.args[:1] if node.name == "default" else []
        for part in filter(None, [node.node, *otherwise]):
            yield from _results(part)


def _passed(tree: nodes.Template, macros: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Texts that are handed to macros."""
    for call in tree.find_all(nodes.Call):
        target = call.node
        name = getattr(target, "attr", None) or getattr(target, "name", None)
        named = list(zip(macros.get(str(name), ()), call.args, strict=False))
        named += [(one.key, one.value) for one in call.kwargs] if name in macros else []
        for parameter, value in named:
            if parameter in _READ:
                yield from _results(value)
            elif parameter in _PARTS and isinstance(value, nodes.List):
                for item in value.items:
                    if isinstance(item, nodes.Tuple):
                        yield from _results(item.items[_PARTS[parameter]])


def _capital(node: nodes.Node) -> Iterator[str]:
    """Whatever begins as a sentence does, also where it is only kept."""
    target = getattr(node, "node", None)
    if isinstance(node, nodes.Call) and getattr(target, "name", None) in _GETTEXT:
        return
    if isinstance(node, nodes.Const) and _is_sentence(node.value):
        yield str(node.value)
    for child in node.iter_child_nodes():
        yield from _capital(child)


def _is_sentence(value: object) -> bool:
    return isinstance(value, str) and bool(_BEGINS.match(value)) and value not in _NAMES


# ---- Python --------------------------------------------------------------------------------------

# What marks a sentence, or tells it to whoever runs or writes programs.
_MARKS: Final = {"marked", "say", "ngettext", "gettext", "error", "warning", "PathParameter"}


def in_module(source: str) -> list[str]:
    """Texts of a module that begin as a sentence does, and are not marked, logged or raised."""
    tree = ast.parse(source)
    own = {
        id(body[0].value)
        for node in ast.walk(tree)
        if (body := getattr(node, "body", None)) and isinstance(body, list)
        if isinstance(body[0], ast.Expr)
    }
    return list(_said(tree, own))


def _said(node: ast.AST, own: set[int]) -> Iterator[str]:
    if isinstance(node, ast.Raise | ast.Assert) or id(node) in own:
        return
    if isinstance(node, ast.Call):
        name = getattr(node.func, "attr", None) or getattr(node.func, "id", None)
        if name in _MARKS:
            return
    if isinstance(node, ast.Constant) and _is_sentence(node.value):
        yield str(node.value)
    for child in ast.iter_child_nodes(node):
        yield from _said(child, own)
