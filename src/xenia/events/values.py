"""Reads the single values of an event, and collects what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import overload

from xenia.amounts import NotAnAmount, format_decimal, parse_decimal, parse_signed
from xenia.events.conventions import AttributeRule, Conventions
from xenia.events.errors import EventError, did_you_mean, pointer
from xenia.events.model import AttributeValue
from xenia.events.moments import NotATime, parse_date, parse_time
from xenia.events.parts import Identifier

IDENTIFIERS = ("card", "phone", "email", "app", "pass")
_ATTRIBUTE_DECIMALS = 6
_MOST_DECIMALS = 9  # of a currency

# The steps from the event to a value: its pointer is only written where something is wrong.
At = tuple[*tuple[str | int, ...], str]


class Units(dict[str | int, int]):
    """Whole units of 10**-decimals by how they are written; raises NotAnAmount, not knowing of
    what.  Prices and quantities repeat: to look one up takes a quarter of reading it."""

    def __init__(self, decimals: int, most: int = 2**14) -> None:
        self._decimals, self._most = decimals, most

    def __missing__(self, written: str | int) -> int:
        value = parse_decimal(written, self._decimals, what="it")
        if len(self) >= self._most:
            self.clear()
        self[written] = value
        return value


@cache
def units_of(decimals: int) -> Units:
    """What turns decimals as they are written into whole units."""
    return Units(decimals)


class Reader:
    """Reads values by a programme's conventions; one that fails adds to `errors` and is None."""

    __slots__ = ("conventions", "errors")

    def __init__(self, conventions: Conventions) -> None:
        self.conventions = conventions
        self.errors: list[EventError] = []

    def fail(self, code: str, at: At, text: str) -> None:
        """Note an error; reading goes on, so that all of them are told at once."""
        self.errors.append(EventError(code, pointer(at), text))

    def time(self, written: str, at: At) -> int | None:
        """Microseconds since 1970-01-01 UTC."""
        try:
            return parse_time(written)
        except NotATime as error:
            self.fail(error.code, at, str(error))
            return None

    @overload
    def decimal(self, written: None, decimals: int, at: At) -> None: ...
    @overload
    def decimal(self, written: str | int, decimals: int, at: At) -> int | None: ...
    @overload
    def decimal(self, written: str | int | None, decimals: int, at: At) -> int | None: ...

    def decimal(self, written: str | int | None, decimals: int, at: At) -> int | None:
        """A scaled whole number; None also where nothing was written."""
        if written is None:
            return None
        try:
            return parse_decimal(written, decimals, what=at[-1])
        except NotAnAmount as error:
            self.fail(error.code, at, str(error))
            return None

    def units(
        self,
        written: str | int,
        currency: str,
        at: At,
        *,
        signed: bool = False,
        below: int | None = None,
    ) -> str | None:
        """Units with exactly the currency's decimals.  A currency that the programme does not have
        is refused when it is decided: only that its units can be read at all is looked at here,
        and, where it is said, that in smallest units they are `below` a number."""
        decimals = self.conventions.currencies.get(currency)
        scale = _MOST_DECIMALS if decimals is None else decimals
        value = (self.signed if signed else self.decimal)(written, scale, at)
        if value is None:
            return None
        if below is not None and abs(value) >= below:
            most = format_decimal(below, scale)
            self.fail("too-large", at, f"it must be below {most}, but is {written}: split it")
            return None
        return str(written) if decimals is None else format_decimal(value, decimals)

    def member(self, written: str | Mapping[str, str] | None, name: str) -> str | Identifier | None:
        """A member's id, or the one identifier that names them."""
        if written is None or isinstance(written, str):
            return written
        kinds = ", ".join(IDENTIFIERS)
        for kind in written:
            if kind not in IDENTIFIERS:
                hint = did_you_mean(kind, IDENTIFIERS) or f": {kinds}"
                self.fail("unknown-field", (name, kind), f'"{kind}" identifies nobody{hint}')
        if len(written) != 1:
            sentence = f"name the member by an id, or by exactly one of {kinds}"
            self.fail("wrong-type", (name,), sentence)
            return None
        ((kind, value),) = written.items()
        return Identifier(kind=kind, value=value)

    def attributes(
        self, written: Mapping[str, str | int | bool | None], *, of_member: bool
    ) -> dict[str, AttributeValue]:
        """The attributes that are known and typed rightly; one that is null is left out."""
        rules = self.conventions.attributes(of_member=of_member)
        found: dict[str, AttributeValue] = {}
        for name, value in written.items():
            at = ("attributes", name)
            if name not in rules:
                whose = "members" if of_member else "events"
                hint = did_you_mean(name, rules) or ": declare it under attributes"
                sentence = f'{self.conventions.programme} has no attribute "{name}" of {whose}'
                self.fail("unknown-attribute", at, sentence + hint)
            elif (
                value is not None and (typed := self._attribute(value, rules[name], at)) is not None
            ):
                found[name] = typed
        return found

    def _attribute(
        self, value: str | int | bool, rule: AttributeRule, at: At
    ) -> AttributeValue | None:
        match rule.type:
            case "boolean":
                return self.boolean(value, at)
            case "integer":
                return self.signed(value, 0, at)
            case "decimal":
                return self.signed(value, _ATTRIBUTE_DECIMALS, at)
            case "date":
                return self.date(value, at)
            case "text":
                return self._text(value, rule.options, at)
            case "timezone":
                return self._zone(value, at)

    def boolean(self, value: str | int | bool, at: At) -> bool | None:
        """Also one that is written as a text, as all scalars of a scenario are."""
        if isinstance(value, bool):
            return value
        if value in ("true", "false"):
            return value == "true"
        self.fail("wrong-type", at, f'it must be true or false, not "{str(value)[:40]}"')
        return None

    def signed(self, value: str | int | bool, decimals: int, at: At) -> int | None:
        """A scaled whole number that may be below 0."""
        if isinstance(value, bool):
            self.fail("wrong-type", at, "it must be a number, not true or false")
            return None
        try:
            return parse_signed(value, decimals, what=at[-1])
        except NotAnAmount as error:
            self.fail(error.code, at, str(error))
            return None

    def date(self, value: str | int | bool, at: At) -> int | None:
        """A day's number."""
        if not isinstance(value, str):
            self.fail("wrong-type", at, 'it must be a date in quotes, such as "2026-11-21"')
            return None
        try:
            return parse_date(value)
        except NotATime as error:
            self.fail(error.code, at, str(error))
            return None

    def _zone(self, value: str | int | bool, at: At) -> str | None:
        zones = self.conventions.zones
        if isinstance(value, str) and zones and value not in zones:
            hint = did_you_mean(value, zones) or ': write it as "Europe/Athens"'
            sentence = f'"{value[:40]}" is not a time zone{hint}'
            self.fail("unknown-value", at, sentence)
            return None
        return self._text(value, (), at)

    def _text(self, value: str | int | bool, options: tuple[str, ...], at: At) -> str | None:
        if not isinstance(value, str):
            self.fail("wrong-type", at, "it must be a text: write it in quotes")
            return None
        if options and value not in options:
            hint = did_you_mean(value, options)
            sentence = f'"{value[:40]}" is not one of {", ".join(options)}{hint}'
            self.fail("unknown-value", at, sentence)
            return None
        if len(value) > 200:
            self.fail("too-long", at, f"{len(value)} characters, at most 200 are allowed")
            return None
        return value
