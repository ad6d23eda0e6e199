"""One number of a document changed: the same text with another value at one place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from xenia.programme.check import check
from xenia.programme.model import Programme
from xenia.programme.read import read
from xenia.services.files import zones
from xenia.services.inputs import UnusableError

MOST = 50  # values


@dataclass(frozen=True, slots=True)
class Sweep:
    """A place in a document, such as `rules.card.then.discount.percent`, and values to try."""

    path: str
    values: tuple[str, ...]


def sweep(text: str) -> Sweep:
    """`rules.card.then.discount.percent=3,4,5`.  Raises UnusableError."""
    path, equals, listed = text.partition("=")
    values = tuple(value.strip() for value in listed.split(",") if value.strip())
    if not equals or not path.strip() or not values:
        raise UnusableError(
            f"--sweep {text}: write a place of the programme and values for it, such as"
            " rules.card.then.discount.percent=3,4,5"
        )
    if len(values) > MOST:
        raise UnusableError(f"--sweep {path}: {len(values)} values are too many: name up to {MOST}")
    return Sweep(path.strip(), values)


def present(document: str, path: str) -> str:
    """What stands at the place.  Raises UnusableError where there is no such value."""
    node = _found(document, path)
    return document[node.start_mark.index : node.end_mark.index]


def varied(document: str, path: str, value: str, file: Path) -> Programme:
    """The programme with another value there.  Raises UnusableError, also where it is unsound."""
    node = _found(document, path)
    text = document[: node.start_mark.index] + value + document[node.end_mark.index :]
    reading = read(text, zones=zones(), json=file.suffix.lower() == ".json")
    errors = [one for one in check(reading) if one.severity == "error"]
    if errors or reading.programme is None:
        told = "; ".join(f"{one.sentence}: {one.remedy}" for one in errors)
        raise UnusableError(f"--sweep {path}={value}: {told}")
    return reading.programme


def _found(document: str, path: str) -> ScalarNode:
    node: Node | None = yaml.compose(document, Loader=yaml.SafeLoader)
    for step in path.split("."):
        node = _below(node, step)
        if node is None:
            raise UnusableError(f"--sweep {path}: the programme has no {step} there")
    if not isinstance(node, ScalarNode):
        raise UnusableError(f"--sweep {path}: this is no single value: name one that is in it")
    return node


def _below(node: Node | None, step: str) -> Node | None:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if isinstance(key, ScalarNode) and key.value == step:
                found: Node = value
                return found
    if isinstance(node, SequenceNode) and step.isdecimal() and int(step) < len(node.value):
        item: Node = node.value[int(step)]
        return item
    return None
