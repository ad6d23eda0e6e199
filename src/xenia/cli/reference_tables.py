"""Makes the tables of `docs/reference` from the code, and puts them into the pages around them.

A page keeps the place of a table between two comments: `<!-- table: functions -->` and
`<!-- end of table -->`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from xenia.language.types import Name, Type
    from xenia.programme.model import EventType, Programme

_TABLE: Final = re.compile(
    r"(<!-- table: (?P<name>[a-z-]+) -->\n).*?(<!-- end of table -->)", re.DOTALL
)


def filled(page: str) -> str:
    """The page with its tables as the code has them now.  Raises KeyError for an unknown one."""
    return _TABLE.sub(lambda found: found[1] + TABLES[found["name"]]() + found[3], page)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    cells = [list(head)]
    lines = [cells[0], ["---"] * len(cells[0]), *(list(row) for row in rows)]
    return "".join(f"| {' | '.join(_cell(cell) for cell in line)} |\n" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


# ---- functions, bounds, settings -----------------------------------------------------------------


def _functions() -> str:
    from xenia.language.functions import FUNCTIONS

    rows = ((f"`{function.form}`", function.says) for function in FUNCTIONS.values())
    return _table(("function", "what it is"), rows)


def _bounds() -> str:
    from xenia.language import macros, size, syntax, tokens, types
    from xenia.programme import scope, surface
    from xenia.programme.check.combinations import SLICES_MAX
    from xenia.programme.check.rules import NO_OFFERS_MAX

    return _table(
        ("what", "bound"),
        (
            ("characters of an expression", f"{tokens.TEXT_MAX:,}"),
            ("what stands in what", f"{syntax.DEPTH_MAX} deep"),
            ("items of a list", f"{syntax.ITEMS_MAX:,}"),
            ("what an expression is compiled to", f"{size.SOURCE_MAX:,} characters"),
            ("decimals of a number", f"{types.SCALE_MAX}"),
            ("decimals of an attribute", f"{scope.ATTRIBUTE_DECIMALS}"),
            ("any number, in units of its last decimal", f"below {_power(types.OVERFLOW)}"),
            (
                "the amounts of one purchase together, in smallest money units",
                f"below {_power(types.AMOUNT_BOUND)}",
            ),
            ("a balance, a metric, in smallest units", f"below {_power(types.UNITS_BOUND)}"),
            (
                "quantities of one purchase together",
                f"below {types.QUANTITY_BOUND // 1000:,}, with 3 decimals",
            ),
            ("numerator and denominator of a rate", f"up to {types.RATE_MAX:,}"),
            ("lines, payments or charges of a purchase", f"{macros.RECORDS_MAX:,}"),
            ("kinds of lines that a programme tells apart", f"{SLICES_MAX}"),
            ("rules of a programme", f"{surface.RULES_MAX:,}"),
            ("those that do more than earn, or ask more than the event", f"{NO_OFFERS_MAX:,}"),
            ("values that a `distinct` metric tells apart", f"{surface.VALUES_MAX}"),
        ),
    )


def _power(number: int) -> str:
    return f"2^{number.bit_length() - 1}"


def _settings() -> str:
    from enum import StrEnum

    from xenia.programme.descriptions import DESCRIPTIONS
    from xenia.programme.notations import duration_text
    from xenia.programme.periods import Duration
    from xenia.programme.settings import Settings

    standard, rows = Settings(), []
    for item in fields(Settings):
        default = getattr(standard, item.name)
        several = list(type(default)) if isinstance(default, StrEnum) else [True, False]
        words = [
            f"**`{_word(value)}`**" if value == default else f"`{_word(value)}`"
            for value in several
        ]
        if isinstance(default, Duration):
            words = [f"**`{duration_text(default)}`**", "any other stretch of time"]
        key = item.name.replace("_", "-")
        rows.append((f"`{key}`", ", ".join(words), DESCRIPTIONS[Settings, item.name]))
    return _table(("setting", "values, the default in bold", "what it decides"), rows)


def _word(value: object) -> str:
    return str(value).lower()


# ---- names ---------------------------------------------------------------------------------------


def _sample() -> Programme:
    """A programme with one of everything that a name can be made of, called `<id>`."""
    from xenia.programme import attributes, ladders, model

    attribute = {"<id>": attributes.Attribute()}
    return model.Programme(
        id="sample",
        money="EUR",
        timezone="UTC",
        attributes=attributes.Attributes(member=attribute, event=attribute),
        currencies={"<id>": model.Currency()},
        metrics={"<id>": model.Metric(count=True)},
        tiers={"<id>": ladders.Tier(levels={"gold": ladders.Level()})},
    )


def names_of(on: EventType) -> dict[str, Name]:
    """The names about one type of event, those of a programme's own as `<id>`."""
    from xenia.programme.scope import every_name

    return every_name(_sample(), on, {})


def fields_of(records: str) -> Mapping[str, Name]:
    """The fields of a list of a purchase, or of a stay."""
    from xenia.programme.scope import Standing, scope_of

    on: EventType = "stay" if records == "folio" else "purchase"
    return scope_of(_sample(), Standing.METRIC, on, {}).lists[records]


def _common() -> dict[str, Name]:
    from xenia.language.types import Origin

    return {
        name: entry
        for name, entry in names_of("redemption").items()
        if entry.origin is Origin.EVENT
        and name in names_of("purchase")
        and not name.startswith("member.")
    }


def _every_event() -> str:
    return _names(_common())


def _of_type(on: EventType) -> str:
    common = _common()
    own = {
        name: entry
        for name, entry in names_of(on).items()
        if name not in common and not name.startswith(_MEMBERS)
    }
    return _names(own, on)


_MEMBERS: Final = ("member.", "metric.", "tier.", "balance.", "earned.")


def _of_member() -> str:
    return _names({n: e for n, e in names_of("purchase").items() if n.startswith(_MEMBERS)})


def _names(names: Mapping[str, Name], on: EventType = "purchase") -> str:
    from xenia.programme.name_descriptions import NAMES

    rows = (
        (f"`{name}`", _kind(name, entry), _read_in(name, on), NAMES[name])
        for name, entry in names.items()
    )
    return _table(("name", "type", "read in", "what it is"), rows)


def _of_record(records: str) -> str:
    from xenia.programme.name_descriptions import RECORDS

    rows = (
        (f"`{field}`", _kind(field, entry), RECORDS[records][field])
        for field, entry in fields_of(records).items()
    )
    return _table((f"field of `{records}`", "type", "what it is"), rows)


def _read_in(name: str, on: EventType) -> str:
    from xenia.programme.scope import Standing, scope_of

    discount, earn, metric = (
        name in scope_of(_sample(), place, on, {}).names
        for place in (Standing.DISCOUNT, Standing.EARN, Standing.METRIC)
    )
    rules = "rules" if discount else "rules without a discount"
    return ", ".join([*([rules] if earn else []), *(["metrics"] if metric else [])])


def _kind(name: str, entry: Name) -> str:
    own = name.endswith(".<id>") and name.startswith(("attributes.", "member."))
    kind = "its own" if own else _type(entry.type, entry.bound)
    return f"{kind}, or missing" if entry.nullable else kind


def _type(kind: Type, bound: int) -> str:
    from xenia.language import types

    match kind:
        case types.Number() if bound == types.AMOUNT_BOUND:
            return "money"
        case types.Number(scale=3):
            return "number, 3 decimals"
        case types.Text(options=tuple(options)):
            return "one of " + ", ".join(f"`{option}`" for option in options)
    return {
        types.Number: "number",
        types.Bool: "true or false",
        types.Text: "text",
        types.Texts: "set of texts",
        types.Date: "date",
        types.Instant: "moment",
        types.Level: "level",
    }[type(kind)]


def _purchase() -> Iterator[str]:
    yield _of_type("purchase")
    for records in ("lines", "payments", "charges"):
        yield f"\n{_of_record(records)}"


TABLES: Final[Mapping[str, Callable[[], str]]] = {
    "functions": _functions,
    "bounds": _bounds,
    "settings": _settings,
    "every-event": _every_event,
    "purchase": lambda: "".join(_purchase()),
    "redemption": lambda: _of_type("redemption"),
    "act": lambda: _of_type("act"),
    "stay": lambda: f"{_of_type('stay')}\n{_of_record('folio')}",
    "flight": lambda: _of_type("flight"),
    "rental": lambda: _of_type("rental"),
    "member": _of_member,
}
