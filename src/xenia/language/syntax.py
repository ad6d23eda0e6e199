"""Tokens to a syntax tree: what stands where, before anything is known of names and types."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from xenia.language.errors import LanguageError, Place, Placed, fault
from xenia.language.operators import OPERATORS
from xenia.language.tokens import Token, tokens

DEPTH_MAX = 40
ITEMS_MAX = 1_000  # in a written list


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What is written at text[at:end]; `depth` counts the nodes on the longest way down."""

    at: int
    end: int
    depth: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal(Base):
    """A number, text, truth value, or null."""

    value: Decimal | str | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Name(Base):
    """A dotted name."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Base):
    """name(arguments), or `of`.name(arguments)."""

    name: str
    arguments: tuple[Syntax, ...]
    of: Syntax | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation(Base):
    """An operator written at `sign`: `!` and `-` of one operand, `?` of three, && and || of two
    or more, the others of two."""

    op: str
    sign: int
    operands: tuple[Syntax, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Items(Base):
    """[a, b, c]"""

    items: tuple[Syntax, ...]


Syntax = Literal | Name | Call | Operation | Items
Deep = TypeVar("Deep", Operation, Call)

# Words of other languages, where an operator should stand.
_FOREIGN = {
    "and": "write && for and",
    "or": "write || for or",
    "is": "write == to compare",
    "not": "write !(… in …) for not in",
    "if": "write test ? this : that",
}
_WORDS = {"true": True, "false": False, "null": None}


def read(text: str) -> Syntax:
    """The tree of a whole expression; raises `LanguageError`."""
    parser = _Parser(list(tokens(text)))
    found = parser.expression()
    parser.finish()
    return found


class _Parser:
    """Recursive descent over the tokens, operators by their power."""

    def __init__(self, found: list[Token]) -> None:
        self.tokens = found
        self.place = 0
        self.nested = 0

    @property
    def ahead(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.ahead
        self.place += token.kind != "end"
        return token

    def sees(self, *symbols: str) -> bool:
        return self.ahead.kind in ("symbol", "name") and self.ahead.text in symbols

    def accept(self, symbol: str) -> Token | None:
        return self.take() if self.sees(symbol) else None

    def expect(self, symbol: str, why: str) -> Token:
        if not self.sees(symbol):
            raise fault(self.ahead, f"{symbol} is missing before {self.ahead.text}", why)
        return self.take()

    def finish(self) -> None:
        if self.ahead.kind == "end":
            return
        remedy = "join conditions with && or ||, numbers with + - *"
        if self.ahead.kind == "name":
            remedy = _FOREIGN.get(self.ahead.text.lower(), remedy)
        raise fault(self.ahead, f"{self.ahead.text} is not expected here", remedy)

    def expression(self) -> Syntax:
        self._descend()
        found = self._operation(1)
        if sign := self.accept("?"):
            then = self.expression()
            self.expect(":", "a choice is written test ? this : that")
            found = self._joined(sign, found, then, self.expression())
        self.nested -= 1
        return found

    def _descend(self) -> None:
        self.nested += 1
        if self.nested > DEPTH_MAX:
            raise _too_deep(self.ahead)

    def _operation(self, power: int) -> Syntax:
        left = self._prefixed()
        while self.sees(*OPERATORS) and OPERATORS[self.ahead.text].power >= power:
            sign = self.take()
            right = self._operation(OPERATORS[sign.text].power + 1)
            left = self._joined(sign, left, right)
        return left

    def _joined(self, sign: Token, *operands: Syntax) -> Operation:
        first, last = operands[0], operands[-1]
        if sign.text in ("&&", "||") and isinstance(first, Operation) and first.op == sign.text:
            operands = (*first.operands, last)
        return _deepened(
            Operation(
                at=first.at,
                end=last.end,
                depth=1 + max(operand.depth for operand in operands),
                op=sign.text,
                sign=sign.at,
                operands=operands,
            )
        )

    def _prefixed(self) -> Syntax:
        if not self.sees("!", "-"):
            return self._dotted(self._primary())
        sign = self.take()
        self._descend()
        operand = self._prefixed()
        self.nested -= 1
        if sign.text == "-" and isinstance(operand, Literal) and isinstance(operand.value, Decimal):
            return Literal(at=sign.at, end=operand.end, value=operand.value.copy_negate())
        return _deepened(
            Operation(
                at=sign.at,
                end=operand.end,
                depth=operand.depth + 1,
                op=sign.text,
                sign=sign.at,
                operands=(operand,),
            )
        )

    def _primary(self) -> Syntax:
        token = self.take()
        match token.kind, token.text:
            case "number", digits:
                return Literal(at=token.at, end=token.end, value=Decimal(digits))
            case "text", text:
                return Literal(at=token.at, end=token.end, value=text)
            case "symbol", "(":
                inner = self.expression()
                self.expect(")", "close every bracket that is opened")
                return inner
            case "symbol", "[":
                return self._items(token)
            case "name", name if name in _WORDS:
                return Literal(at=token.at, end=token.end, value=_WORDS[name])
            case "name", name if self.sees("("):
                return self._call(token, None)
            case "name", name if name.lower() == "not":
                raise fault(token, "not is not part of the language", "write !(…) for not")
            case "name", name if name not in OPERATORS:
                return Name(at=token.at, end=token.end, path=name)
        raise fault(
            token, f"a value is missing before {token.text}", "write a name, a number or a text"
        )

    def _dotted(self, found: Syntax) -> Syntax:
        while self.accept("."):
            token = self.take()
            if token.kind != "name":
                raise fault(token, "a name is missing after the dot", "such as basket.amount")
            if self.sees("("):
                found = self._call(token, found)
            elif isinstance(found, Name):
                found = Name(at=found.at, end=token.end, path=f"{found.path}.{token.text}")
            else:
                raise fault(token, f"nothing here has a .{token.text}", "only names have parts")
        return found

    def _call(self, name: Token, of: Syntax | None) -> Call:
        self.expect("(", "arguments stand in brackets")
        arguments, end = self._list_until(")")
        below = (*arguments, *((of,) if of is not None else ()))
        return _deepened(
            Call(
                at=name.at if of is None else of.at,
                end=end,
                depth=1 + max((argument.depth for argument in below), default=0),
                name=name.text,
                arguments=arguments,
                of=of,
            )
        )

    def _items(self, bracket: Token) -> Items:
        items, end = self._list_until("]")
        if len(items) > ITEMS_MAX:
            place = Place(bracket.at, end)
            raise fault(place, f"the list has more than {ITEMS_MAX} items", "split it into two")
        depth = 1 + max((item.depth for item in items), default=0)
        return Items(at=bracket.at, end=end, depth=depth, items=items)

    def _list_until(self, close: str) -> tuple[tuple[Syntax, ...], int]:
        """The expressions up to the closing bracket, and where that ends."""
        found: list[Syntax] = []
        while not self.sees(close):
            found.append(self.expression())
            if not self.sees(close):
                self.expect(",", f"separate with commas and close with {close}")
        return tuple(found), self.take().end


def _deepened(found: Deep) -> Deep:
    if found.depth > DEPTH_MAX:
        raise _too_deep(found)
    return found


def _too_deep(place: Placed) -> LanguageError:
    return fault(
        place,
        f"nested more than {DEPTH_MAX} deep",
        "split the expression into several rules or metrics",
    )
