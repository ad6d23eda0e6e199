"""Numbers of a document: plain decimal digits, kept exactly, within stated bounds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from xenia.language.types import RATE_MAX
from xenia.programme.nodes import Node, Scalar
from xenia.programme.scalars import bare
from xenia.programme.shapes import At, Bare, Book, Fault, Schema, Tree

NUMBER = r"(?:0|[1-9][0-9]{0,12})(?:\.[0-9]{1,9})?"
WHOLE = r"(?:0|[1-9][0-9]{0,8})"


@dataclass(frozen=True, slots=True)
class Number:
    """A decimal in plain digits.  `rate`: both parts of its exact fraction are at most 10**6."""

    least: int = 0
    most: int | None = None
    above: bool = False  # `least` itself is too little
    rate: bool = False
    example: str = "12.50"
    what: str = "a number"

    def read(self, node: Node, at: At) -> object:
        found = bare(node, at, self.what, self.example)
        if isinstance(found, Fault):
            return found
        if re.fullmatch(NUMBER, found.text, re.ASCII) is None:
            return not_a_number(found, at, self.what, self.example)
        return self.bounded(Decimal(found.text), found, at)

    def bounded(self, value: Decimal, node: Scalar, at: At) -> Decimal | Fault:
        """The value if it is within the bounds."""
        low = value <= self.least if self.above else value < self.least
        if low or (self.most is not None and value > self.most):
            floor = f"{'more than' if self.above else 'at least'} {self.least}"
            ceiling = "" if self.most is None else f" and at most {self.most}"
            sentence = f"{at.name} is {node.text}, but must be {floor}{ceiling}"
            return at.refuse(node.place, "out-of-range", sentence, f"write e.g. {self.example}")
        return exact_rate(value, node, at) if self.rate else value

    def write(self, value: Any) -> Tree:
        return Bare(digits(value))

    def schema(self, _book: Book) -> Schema:
        schema: Schema = {"type": "number"}
        schema["exclusiveMinimum" if self.above else "minimum"] = self.least
        return schema | ({} if self.most is None else {"maximum": self.most})


def not_a_number(node: Scalar, at: At, what: str, example: str) -> Fault:
    """Refuses what is no plain number."""
    remedy = f"write plain digits such as {example}: no sign, exponent, comma or unit"
    sentence = f"{at.name} is `{node.text[:40]}`, but must be {what}"
    return at.refuse(node.place, "bad-number", sentence, remedy)


def exact_rate(value: Decimal, node: Scalar, at: At) -> Decimal | Fault:
    """The value if it can be computed with exactly and without overflow."""
    fraction = Fraction(value)
    if max(fraction.numerator, fraction.denominator) <= RATE_MAX:
        return value
    return at.refuse(
        node.place,
        "bad-rate",
        f"{digits(value)} is too large or too fine for a rate: as a fraction it is "
        f"{fraction.numerator}/{fraction.denominator}",
        f"keep both parts of the fraction to {RATE_MAX:,}",
    )


def digits(value: Decimal) -> str:
    """The shortest plain digits of a number: 12.5 for 12.50."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number."""

    least: int = 0
    most: int = 10**9 - 1
    what: str = "a whole number"

    def read(self, node: Node, at: At) -> object:
        example = str(max(self.least, min(self.most, 3)))
        found = bare(node, at, self.what, example)
        if isinstance(found, Fault):
            return found
        if re.fullmatch(WHOLE, found.text, re.ASCII) is None:
            return not_a_number(found, at, self.what, example)
        value = int(found.text)
        if self.least <= value <= self.most:
            return value
        sentence = f"{at.name} is {value}, but must be from {self.least:,} to {self.most:,}"
        return at.refuse(found.place, "out-of-range", sentence, f"write e.g. {example}")

    def write(self, value: Any) -> Tree:
        return Bare(str(value))

    def schema(self, _book: Book) -> Schema:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}
