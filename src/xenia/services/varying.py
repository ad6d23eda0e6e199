"""One number of a document changed: the same text with another value at one place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from xenia.programme.check import check
from xenia.programme.model import Programme
from xenia.programme.read import read
from xenia.services.files import zones
from xenia.services.inputs import UnusableError

MOST = 50  # values
FINER = 2  # decimals that a step may have beyond those of its ends
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_STEPS = re.compile(
    r"([0-9]{1,15}(?:\.[0-9]{1,6})?)\.\.([0-9]{1,15}(?:\.[0-9]{1,6})?)/([0-9]{1,3})"
)


@dataclass(frozen=True, slots=True)
class Steps:
    """So many numbers, evenly from one to another; see `Place.written`."""

    first: Decimal
    last: Decimal
    count: int


@dataclass(frozen=True, slots=True)
class Sweep:
    """A place in a document, such as `rules.card.then.discount.percent`, and values to try."""

    path: str
    values: tuple[str, ...] | Steps


def sweep(text: str, what: str = "--sweep") -> Sweep:
    """`rules.card.then.discount.percent=3,4,5`, or `…=1..5/20`.  Raises UnusableError."""
    path, equals, listed = text.partition("=")
    values = tuple(value.strip() for value in listed.split(",") if value.strip())
    if not equals or not path.strip() or not values:
        raise UnusableError(
            f"{what} {text}: write a place of the programme and values for it, such as"
            " rules.card.then.discount.percent=3,4,5, or numbers from one to another, such as"
            " rules.card.then.discount.percent=1..5/20"
        )
    steps = _STEPS.fullmatch(values[0]) if len(values) == 1 else None
    found = Sweep(
        path.strip(),
        values if steps is None else Steps(Decimal(steps[1]), Decimal(steps[2]), int(steps[3])),
    )
    return bounded(found, what)


def sweep_of(sent: Mapping[str, Any] | None, what: str = "sweep") -> Sweep | None:
    """As `POST /v1/backtests` takes it: a `parameter`, and `values`, or else so many `steps` `from`
    one number `to` another.  Raises UnusableError."""
    if sent is None:
        return None
    if not sent.get("steps"):
        return bounded(Sweep(sent["parameter"], (*sent["values"],)), what)
    ends = (Decimal(sent["from"]), Decimal(sent["to"]))
    return bounded(Sweep(sent["parameter"], Steps(*ends, sent["steps"])), what)


def bounded(wanted: Sweep, what: str) -> Sweep:
    """The same, unless it asks for too many values, or for none.  Raises UnusableError."""
    several = isinstance(wanted.values, Steps)
    count = wanted.values.count if isinstance(wanted.values, Steps) else len(wanted.values)
    if count > MOST:
        raise UnusableError(f"{what} {wanted.path}: {count} values are too many: name up to {MOST}")
    if count < 1 + several:
        least = (
            "from one number to another there are at least 2 steps" if several else "name a value"
        )
        raise UnusableError(f"{what} {wanted.path}: {least}")
    return wanted


@dataclass(frozen=True, slots=True)
class Place:
    """Where one value stands in a document; `json`: it is JSON, else YAML."""

    document: str
    path: str
    begin: int
    end: int
    what: str  # how it was asked for
    json: bool

    @staticmethod
    def of(document: str, path: str, *, what: str = "--sweep", json: bool = False) -> Place:
        """That at a path.  Raises UnusableError where there is no such value."""
        try:
            node: Node | None = yaml.compose(document, Loader=yaml.SafeLoader)
        except yaml.YAMLError as error:  # of JSON that is not YAML
            raise UnusableError(f"{what} {path}: the document is no YAML: {error}") from None
        for step in path.split("."):
            node = _below(node, step)
            if node is None:
                raise UnusableError(f"{what} {path}: the programme has no {step[:100]} there")
        if not isinstance(node, ScalarNode):
            raise UnusableError(f"{what} {path}: this is no single value: name one that is in it")
        return Place(document, path, node.start_mark.index, node.end_mark.index, what, json)

    @property
    def present(self) -> str:
        """What stands there."""
        return self.document[self.begin : self.end]

    def written(self, values: tuple[str, ...] | Steps) -> tuple[str, ...]:
        """The values as they would stand there, each once.

        Steps change the first number of what stands there: of `1 per 1.00` that before `per`.
        They are rounded, half up, to `FINER` decimals more than their ends have.
        Raises UnusableError.
        """
        if not isinstance(values, Steps):
            return tuple(dict.fromkeys(values))
        number = _NUMBER.search(self.present)
        if number is None:
            raise UnusableError(
                f"{self.what} {self.path}: there is no number in {self.present[:50]}: name values"
            )
        before, after = self.present[: number.start()], self.present[number.end() :]
        return tuple(dict.fromkeys(f"{before}{one}{after}" for one in _evenly(values)))

    def varied(self, value: str) -> Programme:
        """The programme with another value there.  Raises UnusableError, also where it is
        unsound."""
        text = self.document[: self.begin] + value + self.document[self.end :]
        reading = read(text, zones=zones(), json=self.json)
        errors = [one for one in check(reading) if one.severity == "error"]
        if errors or reading.programme is None:
            told = "; ".join(f"{one.sentence}: {one.remedy}" for one in errors)
            raise UnusableError(f"{self.what} {self.path}={value}: {told}")
        return reading.programme


def _evenly(steps: Steps) -> list[str]:
    decimals = FINER + max(-int(end.as_tuple().exponent) for end in (steps.first, steps.last))
    unit, found = Decimal(1).scaleb(-decimals), list[str]()
    for at in range(steps.count):
        exact = steps.first + (steps.last - steps.first) * at / (steps.count - 1)
        text = f"{exact.quantize(unit, ROUND_HALF_UP):f}"
        found.append(text.rstrip("0").rstrip("."))
    return found


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
