"""The bound on what an expression is compiled to, so that nobody waits for a compiler."""

from __future__ import annotations

from typing import Final

from xenia.language.emit_python import Emitter
from xenia.language.ir import Field, Node, Ref
from xenia.language.types import Bool

SOURCE_MAX: Final = 60_000  # characters


def within_size(node: Node) -> None:
    """Raise `LanguageError` where the source of an expression would be too long."""
    emitter = Emitter(_Longest(), SOURCE_MAX)
    if isinstance(node.type, Bool):
        emitter.holds(node, True)
        emitter.holds(node, False)
    emitter.value(node)
    emitter.known(node)


class _Longest:
    """Stands in for real leaves, with sources about as long as any."""

    def ref(self, node: Ref) -> tuple[str, str | None]:
        """A column of a row, and its bit."""
        return "columns[1000]", "known[1000] == 1" if node.nullable else None

    def field(self, node: Field) -> tuple[str, str | None]:
        """A field of a record that may be None."""
        return f"record.{node.name}", f"record.{node.name} is not None" if node.nullable else None

    def records(self, name: str, /) -> tuple[str, str]:
        """A list of the event."""
        return f"event.{name}", "record"
