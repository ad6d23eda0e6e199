"""A document's tree as plain values and as JSON, by the core schema of YAML 1.2."""

import json
import re
from decimal import Decimal
from typing import Any

from xenia.programme.document import parse
from xenia.programme.nodes import Mapping, Node, Scalar, Sequence

NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")


def tree(text: str) -> Node:
    document = parse(text)
    assert document.root is not None
    assert document.findings == ()
    return document.root


def values(node: Node) -> Any:
    """What a YAML 1.2 loader makes of it, numbers exactly."""
    if isinstance(node, Mapping):
        return {entry.key.text: values(entry.value) for entry in node.entries}
    if isinstance(node, Sequence):
        return [values(item) for item in node.items]
    assert isinstance(node, Scalar)
    if node.null:
        return None
    if not node.quoted and node.text in ("true", "false"):
        return node.text == "true"
    if not node.quoted and NUMBER.fullmatch(node.text):
        return int(node.text) if node.text.isdecimal() else Decimal(node.text)
    return node.text


def as_json(node: Node, indent: str = "") -> str:
    """The same document as JSON, with tabs, its numbers digit by digit."""
    inner = indent + "\t"
    if isinstance(node, Mapping):
        parts = [
            f"{inner}{json.dumps(entry.key.text)}: {as_json(entry.value, inner)}"
            for entry in node.entries
        ]
        return "{\n" + ",\n".join(parts) + f"\n{indent}}}" if parts else "{}"
    if isinstance(node, Sequence):
        return "[" + ", ".join(as_json(item, inner) for item in node.items) + "]"
    value = values(node)
    return str(value) if isinstance(value, Decimal) else json.dumps(value)
