"""How what expressions name is read, in SQL, from a table of purchases and from one of their lines.

The table has the columns of a history, and of members `member.<name>` each, which `Told` lists.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from xenia.backtest.columns_clock import day_sql, hour_sql
from xenia.engine.lower import rebuilt
from xenia.language.emit_sql import number, text
from xenia.language.ir import Field, Fold, Node, Ref
from xenia.language.types import Bool, Text, Type
from xenia.programme.model import Location, Programme
from xenia.services.inputs import UnusableError

LINE = "the_line"  # the column of a line, where there is one row for each
_EACH = {"lines": "each_line", "payments": "each_payment", "charges": "each_charge"}
_OWN = "$line "  # before the name of a field of that line
_PLACES: Mapping[str, Callable[[Location], str | None]] = {
    "location.region": lambda place: place.region,
    "location.owner": lambda place: place.owner,
    "location.partner": lambda place: place.partner,
}


class UnlikeError(UnusableError):
    """A history is otherwise than it says, or than the programme declares it."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a table of purchases tells beside what each has: the kind ("string", "int64", "bool") of
    each column of attributes; and the instants between which all is."""

    attributes: Mapping[str, str]
    first: int
    last: int

    @property
    def between(self) -> tuple[int, int]:
        """Both of them."""
        return self.first, self.last


def quoted(name: str) -> str:
    """The name of a column as source."""
    return '"' + name.replace('"', '""') + '"'


def of_line(node: Node) -> Node:
    """A condition of lines, asked of the line that a row is."""
    if isinstance(node, Field):
        name = f"{_OWN}{node.name}"
        return Ref(
            type=node.type, nullable=node.nullable, bound=node.bound, name=name, origin=node.origin
        )
    # What stands in a macro is of that macro's own lines.
    return node if isinstance(node, Fold) else rebuilt(node, of_line)


class SqlLeaves:
    """See emit_sql.Leaves."""

    def __init__(self, programme: Programme, told: Told) -> None:
        self._programme, self._told = programme, told

    def ref(self, node: Ref) -> str:
        """See emit_sql.Leaves."""
        root, _, rest = node.name.partition(".")
        if node.name.startswith(_OWN):
            return f"{LINE}.{quoted(node.name.removeprefix(_OWN))}"
        if node.name in _PLACES:
            return self._place(_PLACES[node.name])
        match node.name:
            case "occurred_at.date":
                return self.clock(day_sql)
            case "occurred_at.hour":
                return self.clock(hour_sql)
            case "basket.amount" | "basket.quantity":
                each = f"list_transform(lines, lambda each: each.{rest})"
                return f"coalesce(list_sum({each}), 0)::bigint"
            case "payment.method" | "payment.amount":
                return f"(case when len(payments) = 1 then payments[1].{rest} end)"
        if root in ("attributes", "member"):
            return self._attribute(f"{root}.{rest.replace('_', '-')}", node.type)
        return quoted(node.name)

    def field(self, node: Field) -> str:
        """See emit_sql.Leaves."""
        return f"{_EACH[node.list]}.{quoted(node.name)}"

    def records(self, name: str) -> tuple[str, str]:
        """See emit_sql.Leaves."""
        return name, _EACH[name]

    def day(self) -> str:
        """The day on the programme's clock."""
        return day_sql(self._programme.timezone, "occurred_at", self._told.first, self._told.last)

    def clock(self, read: Callable[[str, str, int, int], str]) -> str:
        """What is read of the clock where the event was."""

        def there(zone: str) -> str:
            return read(zone, "occurred_at", self._told.first, self._told.last)

        usual = there(self._programme.timezone)
        zones = self._by_location(lambda place: place.timezone)
        cases = [f"when {asked} then {there(zone)}" for zone, asked in zones.items()]
        return f"(case {' '.join(cases)} else {usual} end)" if cases else usual

    def _place(self, said: Callable[[Location], str | None]) -> str:
        cases = [
            f"when {asked} then {text(value)}" for value, asked in self._by_location(said).items()
        ]
        return f"(case {' '.join(cases)} end)" if cases else "null::varchar"

    def _by_location(self, said: Callable[[Location], str | None]) -> dict[str, str]:
        """Where the location is one of those of which the same is said; by that."""
        names: dict[str, list[str]] = {}
        for name, place in self._programme.locations.items():
            if (value := said(place)) is not None:
                names.setdefault(value, []).append(text(name))
        return {value: f"location in ({', '.join(those)})" for value, those in names.items()}

    def _attribute(self, name: str, kind: Type) -> str:
        wanted, typed = _kind(kind)
        found = self._told.attributes.get(name)
        if found is None:
            return f"null::{typed}"
        if found != wanted:
            raise UnlikeError(
                f"the history has {name} as {found}, where the programme declares it so that it is "
                f"{wanted}: declare it as it is, or mend its column and import the history anew"
            )
        return quoted(name)


def _kind(kind: Type) -> tuple[str, str]:
    """How a history, and DuckDB, name the type of an attribute."""
    match kind:
        case Bool():
            return "bool", "boolean"
        case Text():
            return "string", "varchar"
    return "int64", "bigint"


def listed(source: str, values: tuple[str, ...]) -> str:
    """The place of a text among values, or -1."""
    if not values:
        return number(-1)
    return f"(coalesce(list_position([{', '.join(map(text, values))}], {source}), 0) - 1)"
