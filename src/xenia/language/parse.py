"""Text to typed, checked nodes: the way into the language."""

from __future__ import annotations

from dataclasses import dataclass

from xenia.language.advice import advice
from xenia.language.alike import described
from xenia.language.check import check
from xenia.language.context import Context, Record
from xenia.language.errors import LanguageError, Note, fault
from xenia.language.ir import Node
from xenia.language.size import within_size
from xenia.language.syntax import read
from xenia.language.types import Bool, Number, Scope, Text, Type

__all__ = ["LanguageError", "Note", "Parsed", "condition", "line_condition", "number", "text"]


@dataclass(frozen=True, slots=True)
class Parsed:
    """A checked expression, and what its author should look at again."""

    node: Node
    advice: tuple[Note, ...]


def condition(text: str, scope: Scope) -> Parsed:
    """A condition over `scope`; raises `LanguageError`."""
    return _parsed(Context(text, scope), Bool, "compare it with something: basket.amount >= 50")


def number(text: str, scope: Scope) -> Parsed:
    """A formula over `scope`, whose node's type is `Number`; raises `LanguageError`."""
    return _parsed(Context(text, scope), Number, "give a number: condition ? 1 : 0")


def text(text: str, scope: Scope) -> Parsed:
    """A formula over `scope`, whose node's type is `Text`; raises `LanguageError`."""
    return _parsed(Context(text, scope), Text, "name a text field, such as channel")


def line_condition(text: str, scope: Scope, variable: str = "l") -> Parsed:
    """A condition on one record of the list `lines`, called `variable`; raises `LanguageError`."""
    context = Context(text, scope, Record(variable, "lines"))
    return _parsed(context, Bool, f'compare a field of the line: {variable}.category == "x"')


def _parsed(context: Context, wanted: type[Type], remedy: str) -> Parsed:
    tree = read(context.text)
    term = check(context, tree)
    if not isinstance(term.node.type, wanted):
        raise fault(term, f"this is {described(term.node.type)}, not {_WANTED[wanted]}", remedy)
    within_size(term.node)
    return Parsed(term.node, advice(term.node))


_WANTED: dict[type[Type], str] = {Bool: "a condition", Number: "a number", Text: "a text"}
