"""The form of a simulation: what is filled in, as it is sent, and what is said at its fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from zoneinfo import ZoneInfo

from xenia.client import shapes
from xenia.pages.forms import Sent

_MOST: Final = 50  # lines
_LONGEST: Final = 200  # characters of a value
_FIRST: Final = "25.00"  # what the first line costs, until somebody says otherwise
_ITEM: Final = "item"
_TAKE: Final = "take-"
# The fields of what is imagined: by their letter, what they are of.
_PARTS: Final[Mapping[str, str]] = {
    "a": "attributes",
    "b": "balances",
    "t": "tiers",
    "m": "metrics",
}
_SPENDS: Final = "s."  # units that are to be spent, by currency


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the basket as it is written."""

    sku: str
    category: str
    quantity: str
    amount: str

    @property
    def is_empty(self) -> bool:
        """Whether nothing was bought with it."""
        return not self.amount


@dataclass(frozen=True, slots=True)
class Form:
    """All that is filled in; `imagined` by the names of fields, as `b.points`, and what is spent of
    it."""

    who: str  # imagined, or real
    member: str
    find: str
    at: str
    channel: str
    location: str
    joined: str
    lines: tuple[Line, ...]
    imagined: Mapping[str, str] = field(default_factory=dict)
    added: bool = False  # a line was asked for just now

    @property
    def more(self) -> bool:
        """Whether something is said of them that is seldom said."""
        seldom = [key for key in self.imagined if key[:2] in ("a.", "m.") and key != "a.birthday"]
        return bool(seldom)


def filled(query: Sent, names: shapes.Vocabulary, *, members: bool) -> Form:
    """What the address says; without anything, a basket of one line."""
    change = query.one("change")
    find, chosen = query.one("find")[:_LONGEST], query.one("member")[:_LONGEST]
    if change.startswith(_TAKE):
        find = chosen = change.removeprefix(_TAKE)[:_LONGEST]
    who = change if change in ("real", "imagined") else query.one("who")
    return Form(
        who="real" if members and who == "real" else "imagined",
        member=chosen,
        find=find or chosen,
        at=query.one("at")[:_LONGEST],
        channel=query.one("channel")[:_LONGEST],
        location=query.one("location")[:_LONGEST],
        joined=query.one("joined")[:_LONGEST],
        lines=tuple(_lines(query, names, change)),
        imagined={key: query.one(key)[:_LONGEST] for key in _fields(names) if query.one(key)},
        added=change == "more",
    )


def _fields(names: shapes.Vocabulary) -> list[str]:
    """The names of all fields of what is imagined."""
    return [
        *(f"a.{one.id}" for one in names.attributes),
        *(f"b.{one.id}" for one in names.currencies),
        *(f"t.{one.id}" for one in names.tiers),
        *(f"m.{one.id}" for one in names.metrics),
        *(f"{_SPENDS}{one.id}" for one in names.currencies),
    ]


def _lines(query: Sent, names: shapes.Vocabulary, change: str) -> list[Line]:
    columns = [query.all(name) for name in ("sku", "category", "quantity", "amount")]
    count = min(max(len(column) for column in columns), _MOST)
    rows = [
        Line(*(column[at].strip()[:_LONGEST] if at < len(column) else "" for column in columns))
        for at in range(count)
    ]
    if not rows:
        return [Line("", next(iter(names.categories), ""), "1", _FIRST)]
    if change == "more" and len(rows) < _MOST:
        return [*rows, Line("", rows[-1].category, "1", "")]
    kind, _, number = change.partition("-")
    if kind == "less" and number.isascii() and number.isdecimal() and len(rows) > 1:
        return [one for at, one in enumerate(rows) if at != int(number)]
    return rows


# ---- as it is sent -------------------------------------------------------------------------------


def sent(
    form: Form, names: shapes.Vocabulary, source: shapes.ProgrammeSource
) -> shapes.NewSimulation:
    """What the interface is asked."""
    event: dict[str, Any] = {
        "type": "purchase",
        "lines": [_line(one, at) for at, one in enumerate(form.lines) if not one.is_empty],
    }
    if form.at:
        event["occurred_at"] = _local(form.at, names.timezone)
    for name in ("channel", "location"):
        if value := getattr(form, name):
            event[name] = value
    spends = {key: value for key, value in form.imagined.items() if key.startswith(_SPENDS)}
    if spends:
        event["spend"] = {key.removeprefix(_SPENDS): _decimal(one) for key, one in spends.items()}
    if form.who == "real":
        return shapes.NewSimulation(programme=source, event={**event, "member": form.member})
    parts: dict[str, dict[str, str]] = {name: {} for name in _PARTS.values()}
    for key, value in form.imagined.items():
        letter, _, name = key.partition(".")
        if key not in spends:
            parts[_PARTS[letter]][name] = _decimal(value) if letter in "bm" else value
    member = shapes.ImaginedMember(joined=form.joined or None, **parts)
    return shapes.NewSimulation(programme=source, event=event, member=member)


def _line(one: Line, at: int) -> dict[str, str]:
    return {
        "id": str(at + 1),
        "sku": one.sku or f"{_ITEM}-{at + 1}",
        "category": one.category or _ITEM,
        "quantity": _decimal(one.quantity or "1"),
        "amount": _decimal(one.amount),
    }


def _decimal(written: str) -> str:
    """A number as people write it; what is none, as it is."""
    text = written.replace(",", ".") if written.count(",") == 1 and "." not in written else written
    try:
        return format(Decimal(text), "f") if Decimal(text).is_finite() else written
    except InvalidOperation:
        return written


def _local(written: str, zone: str) -> str:
    """A time of the programme's zone; what is none, as it is."""
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        return written
    return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))).isoformat()


# ---- what is said of it --------------------------------------------------------------------------


def at_fields(problem: shapes.Problem, form: Form) -> dict[str, str]:
    """What is wrong, by the fields that show it."""
    shown = [at for at, one in enumerate(form.lines) if not one.is_empty]
    found: dict[str, str] = {}
    for reason in problem.errors:
        if name := _field(reason.pointer, shown):
            found.setdefault(name, reason.detail)
    return found


def _field(pointer: str, shown: list[int]) -> str:
    """The field of a place in what was sent, the lines by their numbers in the form."""
    parts = pointer.split("/")[1:]
    match parts:
        case ["event", "lines", number, name] if number.isdecimal() and int(number) < len(shown):
            return f"{name}-{shown[int(number)]}"
        case ["event", "occurred_at"]:
            return "at"
        case ["event", "member"]:
            return "find"
        case ["event", "spend", name]:
            return f"{_SPENDS}{name}"
        case ["event", ("channel" | "location") as name]:
            return name
        case ["member", of, name]:
            letters = {part: letter for letter, part in _PARTS.items()}
            return f"{letters[of]}.{name}" if of in letters else ""
    return ""
