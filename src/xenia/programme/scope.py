"""What an expression may name in each place of a programme where one stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Literal, get_args

from xenia import amounts
from xenia.language import types as t
from xenia.language.types import Name, Number, Origin, Scope, Text
from xenia.programme.attributes import Attribute
from xenia.programme.ladders import Tier
from xenia.programme.model import EventType, Expression, Metric, Programme
from xenia.programme.periods import CalendarWindow, MembershipYear

ATTRIBUTE_DECIMALS: Final = 6
LINES_MAX: Final = 2_000
NONE_LEVEL: Final = "none"  # below a lowest level that has to be reached
EVENT_TYPES: Final[tuple[EventType, ...]] = get_args(EventType)
STATUSES: Final = ("stayed", "no-show", "cancelled")  # of a stay
METHODS: Final = ("cash", "bank-card", "card-balance", "gift-card", "reward", "other")


class Standing(StrEnum):
    """Where an expression stands, which decides what is already known when it is read."""

    DISCOUNT = "discount rule"  # a rule with a discount: before prices are known
    EARN = "earning rule"  # every other rule, its formulas included
    METRIC = "metric"  # once the accruals are decided
    LINES = "choice of lines"  # one line at a time, by its own fields


Path = tuple[str, ...]
Kind = Literal["condition", "number", "text", "lines"]


@dataclass(frozen=True, slots=True)
class Expected:
    """Where one expression stands, by its YAML keys, and what it must be."""

    path: Path
    expression: Expression
    kind: Kind
    standing: Standing
    on: EventType


@dataclass(frozen=True, slots=True)
class Formula:
    """What is known of a metric's formula: its scale, and when the names it reads are known."""

    scale: int = 0
    origins: frozenset[Origin] = frozenset()


_KNOWN: Mapping[Standing, frozenset[Origin]] = {
    Standing.DISCOUNT: frozenset({Origin.EVENT, Origin.STATE}),
    Standing.EARN: frozenset({Origin.EVENT, Origin.STATE, Origin.DISCOUNTED}),
    Standing.METRIC: frozenset({Origin.EVENT, Origin.DISCOUNTED, Origin.EARNED}),
    Standing.LINES: frozenset({Origin.EVENT}),
}
ENROLLED_ON: Final = "member.enrolled_on"  # the one name of the state that is no running total


def written(name: str) -> str:
    """An id as it stands in an expression: `spent-this-year` is `spent_this_year` there."""
    return name.replace("-", "_")


def money_decimals(programme: Programme) -> int:
    """Decimals of the programme's money; raises amounts.UnknownMoney."""
    return amounts.money_decimals(programme.money)


def always_earned(tier: Tier, level: str) -> bool:
    """Whether a level asks for nothing."""
    rung = tier.levels[level]
    return not rung.any and not rung.all


def ladder(tier: Tier) -> tuple[str, ...]:
    """The names of the levels, lowest first, `none` below a lowest one that has to be reached."""
    levels = tuple(tier.levels)
    if levels and not always_earned(tier, levels[0]):
        return (NONE_LEVEL, *levels)
    return levels


def scope_of(
    programme: Programme, standing: Standing, on: EventType, metrics: Mapping[str, Formula]
) -> Scope:
    """What may be named in an expression that stands there and is about events of one type.

    `metrics`: what is known of the metrics' formulas, by id; not read for a metric's own formula.
    """
    known = _KNOWN[standing]
    lists = {
        name: {key: entry for key, entry in record.items() if entry.origin in known}
        for name, record in _lists(programme, on).items()
    }
    constants = {f"list.{written(key)}": texts for key, texts in programme.lists.items()}
    if standing is Standing.LINES:
        return Scope({}, {"lines": lists.get("lines", {})}, constants, {}, {})
    return Scope(
        names={
            name: entry
            for name, entry in every_name(programme, on, metrics).items()
            if entry.origin in known or name == ENROLLED_ON
        },
        lists=lists,
        constants=constants,
        previous={} if standing is Standing.METRIC else dict(_previous(programme, metrics)),
        with_this=dict(_with_this(programme, standing, on, metrics)),
    )


def every_name(
    programme: Programme, on: EventType, metrics: Mapping[str, Formula]
) -> dict[str, Name]:
    """All names about events of one type, whenever they are known."""
    return {
        **_common(programme),
        **(_purchase(programme) if on == "purchase" else {}),
        **(_redemption(programme) if on == "redemption" else {}),
        **_activity(programme, on),
        **_attributes(programme, on),
        **_member(programme),
        **_state(programme, metrics),
        **{
            f"earned.{written(key)}": Name(Number(currency.decimals), origin=Origin.EARNED)
            for key, currency in programme.currencies.items()
        },
    }


def _options(values: Mapping[str, object] | tuple[str, ...]) -> Text:
    return Text(tuple(values) or None)


def _common(programme: Programme) -> dict[str, Name]:
    places = programme.locations.values()
    regions = {place.region: None for place in places if place.region}
    owners = {place.owner: None for place in places if place.owner}
    partners = {place.partner: None for place in places if place.partner}
    return {
        "occurred_at": Name(t.Instant()),
        "source": Name(Text()),
        "channel": Name(Text(), nullable=True),
        "location": Name(_options(programme.locations), nullable=True),
        "location.region": Name(_options(tuple(regions)), nullable=True),
        "location.owner": Name(_options(tuple(owners)), nullable=True),
        "location.partner": Name(_options(tuple(partners)), nullable=True),
        "partner": Name(Text(), nullable=True),
        "cashier": Name(Text(), nullable=True),
        "terminal": Name(Text(), nullable=True),
    }


def _money(programme: Programme) -> Name:
    return Name(Number(money_decimals(programme)), bound=t.AMOUNT_BOUND)


def _purchase(programme: Programme) -> dict[str, Name]:
    money = _money(programme)
    paid = replace(money, origin=Origin.DISCOUNTED)
    return {
        "basket.amount": money,
        "basket.quantity": Name(Number(3), bound=LINES_MAX * t.QUANTITY_BOUND),
        "payment.method": Name(Text(METHODS), nullable=True),
        "payment.amount": replace(money, nullable=True),
        "receipt": Name(Text(), nullable=True),
        "basket.paid": paid,
        "spent": paid,
    }


def _redemption(programme: Programme) -> dict[str, Name]:
    return {
        "reward": Name(_options(programme.rewards)),
        "quantity": Name(Number(0), bound=t.QUANTITY_BOUND // 1000),
    }


def _activity(programme: Programme, on: EventType) -> dict[str, Name]:
    """What is said of what members do beside buying goods."""
    text, maybe = Name(Text()), Name(Text(), nullable=True)
    money, day = _money(programme), Name(t.Date(), bound=t.DAY_BOUND)
    count = Name(Number(0), bound=t.COUNT_BOUND)
    measured = Name(Number(3), bound=t.QUANTITY_BOUND)
    match on:
        case "act":
            known = Name(_options(programme.acts))
            return {"act": known, "value": replace(measured, nullable=True), "place": maybe}
        case "stay":
            return {
                "property": text,
                "category": text,
                "arrival": day,
                "departure": day,
                "nights": count,
                "rooms": count,
                "status": Name(Text(STATUSES)),
                "rate": maybe,
                "nights_on_points": count,
            }
        case "flight":
            return {
                "from": text,
                "to": text,
                "distance": measured,
                "fare": replace(money, nullable=True),
                "cabin": text,
                "booking_class": maybe,
                "carrier": text,
                "operated_by": maybe,
                "coupon": maybe,
            }
        case "rental":
            return {
                "days": count,
                "car_class": text,
                "amount": money,
                "office_out": text,
                "office_in": text,
                "drivers": count,
            }
    return {}


def _lists(programme: Programme, on: EventType) -> dict[str, dict[str, Name]]:
    if on == "stay":
        billed = {"kind": Name(Text()), "amount": _money(programme), "eligible": Name(t.Bool())}
        return {"folio": billed}
    if on != "purchase":
        return {}
    money = _money(programme)
    text = Name(Text(), nullable=True)
    return {
        "lines": {
            "id": Name(Text()),
            "sku": Name(Text()),
            "category": Name(_options(programme.categories)),
            "quantity": Name(Number(3), bound=t.QUANTITY_BOUND),
            "unit": text,
            "amount": money,
            "regular_amount": replace(money, nullable=True),
            "tax": money,
            "tags": Name(t.Texts()),
            "brand": text,
            "seller": text,
            "paid": replace(money, origin=Origin.DISCOUNTED),
        },
        "payments": {"method": Name(Text(METHODS)), "amount": replace(money, nullable=True)},
        "charges": {"kind": Name(Text()), "amount": money, "tax": money},
    }


def _attribute(attribute: Attribute) -> Name:
    match attribute.type:
        case "integer":
            return Name(Number(0), nullable=True)
        case "decimal":
            return Name(Number(ATTRIBUTE_DECIMALS), nullable=True)
        case "boolean":
            return Name(t.Bool(), nullable=True)
        case "date":
            return Name(t.Date(), nullable=True, bound=t.DAY_BOUND)
        case "text":
            return Name(_options(attribute.options), nullable=True)


def _attributes(programme: Programme, on: EventType) -> dict[str, Name]:
    """The event's own attributes; those of an enrolment and a profile become the member's."""
    declared = programme.attributes
    about_member = on in ("enrolment", "profile")
    return {
        f"attributes.{written(key)}": _attribute(attribute)
        for key, attribute in (declared.member if about_member else declared.event).items()
    }


def _member(programme: Programme) -> dict[str, Name]:
    return {
        "member.birthday": Name(t.Date(), nullable=True, bound=t.DAY_BOUND),
        "member.locale": Name(Text(), nullable=True),
        "member.timezone": Name(Text(), nullable=True),
        ENROLLED_ON: Name(t.Date(), origin=Origin.STATE, bound=t.DAY_BOUND),
        **{
            f"member.{written(key)}": _attribute(attribute)
            for key, attribute in programme.attributes.member.items()
        },
    }


def _metric(key: str, metrics: Mapping[str, Formula], origin: Origin) -> Name:
    return Name(Number(metrics.get(key, Formula()).scale), origin=origin)


def _state(programme: Programme, metrics: Mapping[str, Formula]) -> dict[str, Name]:
    return {
        **{
            f"metric.{written(key)}": _metric(key, metrics, Origin.STATE)
            for key in programme.metrics
        },
        **{
            f"tier.{written(key)}": Name(t.Level(key, ladder(tier)), origin=Origin.STATE)
            for key, tier in programme.tiers.items()
        },
        **{
            f"balance.{written(key)}": Name(Number(currency.decimals), origin=Origin.STATE)
            for key, currency in programme.currencies.items()
        },
    }


def has_previous(metric: Metric) -> bool:
    """Whether the unit before the present one is remembered."""
    return metric.streak is None and isinstance(metric.over, CalendarWindow | MembershipYear)


def _previous(programme: Programme, metrics: Mapping[str, Formula]) -> Iterator[tuple[str, Name]]:
    for key, metric in programme.metrics.items():
        if has_previous(metric):
            yield f"metric.{written(key)}", _metric(key, metrics, Origin.STATE)


def _with_this(
    programme: Programme, standing: Standing, on: EventType, metrics: Mapping[str, Formula]
) -> Iterator[tuple[str, Name]]:
    """Metrics of which this event's contribution is already known where the expression stands."""
    if standing is Standing.METRIC:
        return
    for key, metric in programme.metrics.items():
        adds = metric.sum is not None or metric.count or metric.max is not None
        reads = metrics.get(key, Formula()).origins - {Origin.STATE}
        if adds and metric.on == on and reads <= _KNOWN[standing]:
            late = Origin.DISCOUNTED if Origin.DISCOUNTED in reads else Origin.STATE
            yield f"metric.{written(key)}", _metric(key, metrics, late)
