"""On the core that both share, Google's CEL says the same: a missing key is unknown, and an
expression that ends in an error holds no more than one that is false."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
from cel_expr_python import cel

from tests.language.demo import RowLeaves
from tests.language.differential import compiled
from xenia.language import emit_python
from xenia.language.parse import condition
from xenia.language.types import Bool, Name, Number, Scope, Text

NUMBER = Name(Number(0), nullable=True, bound=100)
TEXT = Name(Text(), nullable=True)
SCOPE = Scope(
    names={
        "m.a": NUMBER,
        "m.b": NUMBER,
        "m.s": TEXT,
        "m.t": TEXT,
        "m.f": Name(Bool(), nullable=True),
    },
    lists={"lines": {"k": Name(Text()), "q": Name(Number(0), bound=100)}},
    constants={},
    previous={},
    with_this={},
)
ENVIRONMENT = cel.NewEnv(
    variables={
        "m": cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
        "lines": cel.Type.List(cel.Type.Map(cel.Type.STRING, cel.Type.DYN)),
    }
)


@dataclass(frozen=True)
class CelWriter:
    """Random conditions in the shared core; nothing that may be missing is named in a macro."""

    random: Random
    inside: bool = False

    def condition(self, depth: int) -> str:
        choice = self.random.random()
        if depth > 0 and choice < 0.35:
            op = self.random.choice(("&&", "||"))
            return f"({self.condition(depth - 1)} {op} {self.condition(depth - 1)})"
        if depth > 0 and choice < 0.45:
            return f"!({self.condition(depth - 1)})"
        if depth > 0 and choice < 0.5:
            return self._chosen(self.condition, depth - 1)
        if choice < 0.7:
            op = self.random.choice(("==", "!=", "<", "<=", ">", ">="))
            return f"{self.number(depth - 1)} {op} {self.number(depth - 1)}"
        if choice < 0.85:
            return self._text()
        return self._leaf(depth)

    def number(self, depth: int) -> str:
        choice = self.random.random()
        if depth <= 0 or choice < 0.4:
            name = "l.q" if self.inside else self.random.choice(("m.a", "m.b"))
            return name if self.random.random() < 0.7 else str(self.random.randrange(9))
        if choice < 0.8:
            op = self.random.choice("+-*")
            return f"({self.number(depth - 1)} {op} {self.number(depth - 1)})"
        if choice < 0.9 and not self.inside:
            return f"lines.filter(l, {CelWriter(self.random, True).condition(depth - 1)}).size()"
        return self._chosen(self.number, depth - 1)

    def _chosen(self, write: Callable[[int], str], depth: int) -> str:
        return f"({self.condition(depth)} ? {write(depth)} : {write(depth)})"

    def _text(self) -> str:
        name = "l.k" if self.inside else self.random.choice(("m.s", "m.t"))
        if self.random.random() < 0.6:
            return f'{name} {self.random.choice(("==", "!="))} "{self.random.choice("xyz")}"'
        return f'{name} in ["x", "y"]'

    def _leaf(self, depth: int) -> str:
        if self.inside:
            return "l.q > 3"
        if self.random.random() < 0.5:
            return self.random.choice(("m.f", "has(m.s)", "!has(m.a)"))
        macro = self.random.choice(("exists", "all"))
        return f"lines.{macro}(l, {CelWriter(self.random, True).condition(depth - 1)})"


def event(random: Random) -> dict[str, Any]:
    member = {
        "a": random.randrange(9),
        "b": random.randrange(9),
        "s": random.choice("xyz"),
        "t": random.choice("xyz"),
        "f": random.random() < 0.5,
    }
    return {
        "m": {name: value for name, value in member.items() if random.random() > 0.25},
        "lines": [
            {"k": random.choice("xyz"), "q": random.randrange(6)}
            for _ in range(random.randrange(4))
        ],
    }


def holds_in_cel(program: Any, each: dict[str, Any]) -> bool | None:
    found = program.eval(data=each)
    return None if found.type().name() == "ERROR" else bool(found.value())


def agreement(seed: int, count: int) -> Counter[str]:
    """How often both said the same, and what it was; differences under their own expressions."""
    random = Random(seed)
    said: Counter[str] = Counter()
    for _ in range(count):
        written = CelWriter(random).condition(4)
        node = condition(written, SCOPE).node
        program = ENVIRONMENT.compile(written)
        true = compiled(emit_python.is_true(node, RowLeaves()))
        false = compiled(emit_python.is_false(node, RowLeaves()))
        for _ in range(20):
            each = event(random)
            row = {name: each["m"].get(name[2:]) for name in SCOPE.names} | each
            expected = holds_in_cel(program, each)
            found = True if true(row) else False if false(row) else None
            said[str(found) if found is expected else f"{written} {each} {expected}"] += 1
    return said


def check(said: Counter[str], count: int) -> None:
    agreed = [said.pop(value) for value in ("True", "False", "None")]
    assert said == {}
    assert min(agreed) > count  # of 20 events an expression


def test_google_cel_agrees() -> None:
    check(agreement(1, 300), 300)


@pytest.mark.prove
def test_google_cel_agrees_on_many() -> None:
    check(agreement(2, 6_000), 6_000)
