"""What emitted source is made of: values of the nodes, and names that the engine gave; where an
expression is plain, the subset of Python that Numba compiles, without overflow."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.language.demo import BUILTINS, CALENDAR, SCOPE, Event, EventNames, RowLeaves, event, key
from tests.language.differential import Tally, expressions
from tests.language.expressions import Writer
from tests.reference.evaluate import evaluate
from xenia.language import emit_python
from xenia.language.emit_python import scaled
from xenia.language.ir import Field, Node, Ref
from xenia.language.parse import LanguageError, condition, number
from xenia.language.types import Bool

NUMBERS_AND_TRUTH = (
    ast.Expression,
    ast.BoolOp,
    ast.And,
    ast.Or,
    ast.UnaryOp,
    ast.Not,
    ast.USub,
    ast.BinOp,
    ast.Add,
    ast.Sub,
    ast.Mult,
    ast.FloorDiv,
    ast.IfExp,
    ast.Compare,
    ast.cmpop,
    ast.Call,
    ast.Name,
    ast.Load,
    ast.Subscript,
    ast.Tuple,
    ast.Constant,
)
LOOPS_AND_TEXTS = (
    ast.GeneratorExp,
    ast.comprehension,
    ast.Store,
    ast.Set,
    ast.keyword,
)
FUNCTIONS = {*BUILTINS, *CALENDAR}


def sources(node: Node) -> Iterator[str]:
    """All that is emitted of a node."""
    leaves = RowLeaves()
    value, known = emit_python.value(node, leaves)
    yield value
    if known is not None:
        yield known
    if isinstance(node.type, Bool):
        yield emit_python.is_true(node, leaves)
        yield emit_python.is_false(node, leaves)


def parts(node: Node) -> Iterator[ast.AST]:
    for source in sources(node):
        yield from ast.walk(ast.parse(source, mode="eval"))


def test_scales_are_aligned_by_multiplication() -> None:
    assert scaled("x", 2, 2) == "x"
    assert scaled("x", 0, 3) == "(x * 1000)"


def test_source_is_made_of_few_kinds_of_nodes_and_of_given_names() -> None:
    for written, node in islice(expressions(Random(7), Tally()), 500):
        for part in parts(node):
            assert isinstance(part, NUMBERS_AND_TRUTH + LOOPS_AND_TEXTS), written
            if isinstance(part, ast.Name):
                assert part.id in {"row", "record", *FUNCTIONS}, written


@pytest.mark.parametrize(
    "author",
    ["__import__('os').system('true')", "'); quit(); ('", '"', "{row}", "\\", "\ud800", "\x00"],
)
def test_an_authors_text_is_only_ever_a_constant(author: str) -> None:
    check_text(author)


@given(st.text())
def test_any_text_is_only_ever_a_constant(author: str) -> None:
    check_text(author)


def check_text(author: str) -> None:
    escaped = author.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    for written in (
        f'shop == "{escaped}"',
        f'shop in ["{escaped}"]',
        f'lines.exists(l, "{escaped}" in l.tags)',
        f'coalesce(shop, "{escaped}") == receipt',
    ):
        found = list(parts(condition(written, SCOPE).node))
        constants = {part.value for part in found if isinstance(part, ast.Constant)}
        keys = {"lines", "tags", "shop", "receipt", None, True}
        assert author in constants
        assert constants <= {author, *keys}
        names = {part.id for part in found if isinstance(part, ast.Name)}
        assert names <= {"row", "record", "any"}


def test_whatever_is_not_too_complex_can_be_compiled() -> None:
    """Python refuses source that is nested too deeply: nothing that is read comes near."""
    deepest = {
        "{} ? attributes.vip : true": condition,
        "true ? {} : attributes.vip": condition,
        "coalesce({}, attributes.vip)": condition,
        "!(({}) == attributes.vip)": condition,
        "round({} * 0.5, 0)": number,
        "ceil({} + 0.5)": number,
        "per({} + 0.5, attributes.nights)": number,
        "min(0.5, {}, attributes.nights)": number,
        "true ? 0.5 : {}": number,
        "coalesce(0.5 + {}, attributes.nights)": number,
    }
    for form, parse in deepest.items():
        written = "attributes.vip" if parse is condition else "attributes.nights"
        node = None
        try:
            while True:
                node = parse(written, SCOPE).node
                written = form.format(f"({written})")
        except LanguageError:
            assert node is not None
        for source in sources(node):
            compile(source, form, "eval")


# ---- Numba ---------------------------------------------------------------------------------------


def plain_expressions(random: Random) -> Iterator[Node]:
    """Random expressions without a macro or a text."""
    while True:
        writer = Writer(random, plain=True)
        try:
            if random.random() < 0.5:
                yield condition(writer.condition(4), SCOPE).node
            else:
                yield number(writer.number(4), SCOPE).node
        except LanguageError:
            continue


class ArrayLeaves:
    """Values and whether they are known, by place in two arrays."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}

    def ref(self, node: Ref) -> tuple[str, str | None]:
        at = self.places.setdefault(key(node), len(self.places))
        source = f"(values[{at}] == 1)" if isinstance(node.type, Bool) else f"values[{at}]"
        return source, f"known[{at}] == 1" if node.nullable else None

    def field(self, node: Field) -> tuple[str, str | None]:
        raise AssertionError(node)

    def records(self, name: str, /) -> tuple[str, str]:
        raise AssertionError(name)

    def columns(self, each: Event) -> tuple[list[int], list[int]]:
        values = [each.row[name] for name in self.places]
        return [int(value or 0) for value in values], [int(value is not None) for value in values]


def function_of(nodes: Sequence[Node], leaves: ArrayLeaves) -> str:
    """A function that writes two whole numbers for each expression."""
    lines = ["def emitted(values, known, out):"]
    for place, node in enumerate(nodes):
        if isinstance(node.type, Bool):
            first, second = emit_python.is_true(node, leaves), emit_python.is_false(node, leaves)
        else:
            value, is_known = emit_python.value(node, leaves)
            first = is_known or "True"
            second = value if is_known is None else f"({value} if {is_known} else 0)"
        lines += [f"    out[{2 * place}] = {first}", f"    out[{2 * place + 1}] = {second}"]
    return "\n".join(lines)


def expected_of(nodes: Sequence[Node], each: Event) -> list[int]:
    found: list[int] = []
    for node in nodes:
        value = evaluate(node, EventNames(each))
        if isinstance(node.type, Bool):
            found += [value is True, value is False]
        else:
            assert not isinstance(value, str)
            found += [value is not None, value or 0]
    return found


def test_plain_source_is_in_the_subset_that_numba_compiles() -> None:
    for node in islice(plain_expressions(Random(3)), 300):
        for part in parts(node):
            assert isinstance(part, NUMBERS_AND_TRUTH)
            assert not isinstance(part, ast.Call) or isinstance(part.func, ast.Name)


def civil(day: int) -> tuple[int, int, int]:
    """Year, month and day of a day number, by whole numbers alone."""
    shifted = day + 719468
    era = shifted // 146097
    of_era = shifted - era * 146097
    year = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    day_of_month = of_year - (153 * month + 2) // 5 + 1
    month = month + 3 if month < 10 else month - 9
    return year + era * 400 + (1 if month <= 2 else 0), month, day_of_month


def compiled_by_numba(source: str) -> Callable[..., None]:
    numba = pytest.importorskip("numba")
    parts_of = numba.njit(civil)
    called: dict[str, Any] = {
        "year_of": numba.njit(lambda day: parts_of(day)[0]),
        "month_of_year": numba.njit(lambda day: parts_of(day)[1]),
        "day_of_month": numba.njit(lambda day: parts_of(day)[2]),
        "weekday_of": numba.njit(lambda day: (day + 3) % 7 + 1),
    }
    exec(source, called)
    compiled: Callable[..., None] = numba.njit(called["emitted"])
    return compiled


@pytest.mark.prove
def test_numba_says_what_the_reference_says() -> None:
    """Also at the bounds: what the checker lets through never overflows 64 bits."""
    numpy = pytest.importorskip("numpy")
    random = Random(4)
    events = [event(random) for _ in range(200)]
    for _ in range(8):
        nodes = list(islice(plain_expressions(random), 20))
        leaves = ArrayLeaves()
        emitted = compiled_by_numba(function_of(nodes, leaves))
        for each in events:
            out = numpy.zeros(2 * len(nodes), numpy.int64)
            values, known = leaves.columns(each)
            emitted(numpy.array(values, numpy.int64), numpy.array(known, numpy.int64), out)
            assert list(out) == expected_of(nodes, each)
