"""The differential test sees a fault: each deliberate one in the emitter is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import islice

import pytest

from tests.language.differential import Tally, differences
from xenia.language import emit_python
from xenia.language.emit_python import Emitter
from xenia.language.ir import All, Arith, Compare, Extreme, Fold, Node, Per, Round

Patch = Callable[[pytest.MonkeyPatch], None]


def less_becomes_at_most(patch: pytest.MonkeyPatch) -> None:
    compared = Emitter._compared

    def mutated(self: Emitter, node: Compare, op: str) -> str:
        return compared(self, node, "<=" if op == "<" else op)

    patch.setattr(Emitter, "_compared", mutated)


def nothing_is_asked_to_be_known(patch: pytest.MonkeyPatch) -> None:
    def mutated(_self: Emitter, _node: Node) -> None:
        return None

    patch.setattr(Emitter, "known", mutated)


def and_is_false_only_where_all_are(patch: pytest.MonkeyPatch) -> None:
    holds = Emitter._holds

    def mutated(self: Emitter, node: Node, wanted: bool) -> str:
        if isinstance(node, All) and not wanted:
            return f"({' and '.join(self.holds(item, False) for item in node.items)})"
        return holds(self, node, wanted)

    patch.setattr(Emitter, "_holds", mutated)


def per_truncates(patch: pytest.MonkeyPatch) -> None:
    number = Emitter._number

    def mutated(self: Emitter, node: Arith | Per | Round | Extreme) -> str:
        if not isinstance(node, Per):
            return number(self, node)
        left, right = self._aligned(node.left, node.right)
        inexact = f"({left} % {right} != 0 and ({left} < 0) != ({right} < 0))"
        return f"({left} // {right} + {inexact})"

    patch.setattr(Emitter, "_number", mutated)


def scales_are_not_aligned(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(emit_python, "scaled", lambda source, _frm, _to: source)


def filters_are_ignored(patch: pytest.MonkeyPatch) -> None:
    loop = Emitter._loop

    def mutated(self: Emitter, node: Fold) -> str:
        return loop(self, replace(node, where=None))

    patch.setattr(Emitter, "_loop", mutated)


def a_half_rounds_up(patch: pytest.MonkeyPatch) -> None:
    rounded = Emitter._rounded

    def mutated(self: Emitter, node: Round) -> str:
        return rounded(self, node).replace(" < 0)", " < -(1 << 62))")

    patch.setattr(Emitter, "_rounded", mutated)


def zero_may_divide(patch: pytest.MonkeyPatch) -> None:
    known = Emitter._known

    def mutated(self: Emitter, node: Node) -> str | None:
        found = known(self, node)
        return found and found.replace("!= 0", "!= 1")

    patch.setattr(Emitter, "_known", mutated)


@pytest.mark.parametrize(
    "mutation",
    [
        less_becomes_at_most,
        nothing_is_asked_to_be_known,
        and_is_false_only_where_all_are,
        per_truncates,
        scales_are_not_aligned,
        filters_are_ignored,
        a_half_rounds_up,
        zero_may_divide,
    ],
)
def test_a_fault_in_the_emitter_is_found(mutation: Patch, monkeypatch: pytest.MonkeyPatch) -> None:
    mutation(monkeypatch)
    assert list(islice(differences(1, 300, Tally()), 1)) != []
