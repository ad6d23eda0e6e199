"""Random acts, stays, flights and rentals, and what expressions may ask of them."""

from __future__ import annotations

from random import Random
from typing import Any

from xenia.amounts import money_decimals
from xenia.events.model import Act, Event, Flight, Rental, Stay
from xenia.events.parts import FolioLine
from xenia.programme import model
from xenia.programme.model import EventType, Programme

ACTS = ("weigh-in", "review", "run")
KINDS = ("room", "bar", "spa")
CABINS = ("economy", "business")
DECLARED = {"weigh-in": model.Act(), "review": model.Act(), "run": model.Act()}
TYPES: tuple[EventType, ...] = ("act", "stay", "flight", "rental")


def random_activity(programme: Programme, random: Random, kind: str, **common: Any) -> Event:
    """An event of the type, with these fields that every event has."""
    cent = 10 ** money_decimals(programme.money)
    maybe = random.choice
    match kind:
        case "act":
            value = maybe((None, 0, 1500, random.randrange(90_000)))
            place = maybe((None, "gym"))
            return Act(**common, act=maybe(ACTS), value=value, place=place)
        case "stay":
            nights, arrival = random.randrange(6), common["occurred_at"] // 86_400_000_000
            return Stay(
                **common,
                property=maybe(("sea", "hill")),
                category=maybe(("3", "5")),
                arrival=arrival - nights,
                departure=arrival,
                nights=max(0, nights - random.randrange(2)),
                rooms=maybe((1, 1, 3)),
                status=maybe(("stayed", "stayed", "stayed", "no-show", "cancelled")),
                rate=maybe((None, "flexible")),
                folio=tuple(
                    FolioLine(maybe(KINDS), random.randrange(90 * cent), random.random() < 0.7)
                    for _ in range(random.randrange(4))
                ),
            )
        case "flight":
            return Flight(
                **common,
                from_=maybe(("ATH", "EVN")),
                to=maybe(("ATH", "LHR")),
                distance=random.randrange(9_000_000),
                fare=maybe((None, random.randrange(400 * cent))),
                cabin=maybe(CABINS),
                booking_class=maybe((None, "Y")),
                carrier=maybe(("A3", "VS")),
                operated_by=maybe((None, "A3")),
            )
    return Rental(
        **common,
        days=random.randrange(1, 15),
        car_class=maybe(("small", "large")),
        amount=random.randrange(300 * cent),
        office_out="athens",
        office_in=maybe(("athens", "patras")),
        drivers=maybe((1, 1, 2)),
    )


def activity_parts(random: Random, on: EventType) -> list[str]:
    """Conditions on the event's own fields."""
    number = random.randrange(1, 60)
    kind = random.choice(KINDS)
    parts: dict[EventType, list[str]] = {
        "act": [
            f'act == "{random.choice(ACTS)}"',
            f"value >= {number}.5",
            "has(value)",
            'place == "gym"',
        ],
        "stay": [
            'status == "stayed"',
            f"nights >= {random.randrange(1, 4)}",
            "nights * rooms > 3",
            'property == "sea"',
            'coalesce(rate, "none") != "flexible"',
            "days(departure, arrival) == nights",
            f'folio.exists(x, x.kind == "{kind}" && x.eligible)',
            f"folio.filter(x, x.eligible).map(x, x.amount).sum() > {number}",
            "folio.map(x, x.amount).max() > 20",
        ],
        "flight": [
            f"distance >= {number}00",
            f'cabin == "{random.choice(CABINS)}"',
            'from == "ATH" && to != "ATH"',
            "fare > 100",
            'coalesce(operated_by, carrier) == "A3"',
        ],
        "rental": [f"days >= {number % 9}", "amount > 90", 'office_in != "athens"'],
    }
    return parts.get(on, [])


def activity_numbers(random: Random, on: EventType) -> list[str]:
    """Numbers of the event itself."""
    kind = random.choice(KINDS)
    parts: dict[EventType, list[str]] = {
        "act": ["value", "ceil(value * 0.4)"],
        "stay": [
            "nights",
            "nights * rooms * 5",
            "max(nights - nights_on_points, 0)",
            "folio.map(x, x.amount).sum() * 0.1",
            f'per(folio.filter(x, x.kind == "{kind}").map(x, x.amount).sum(), 7)',
        ],
        "flight": ["per(distance, 100)", "max(distance, 500) * 0.01", "fare * 0.2"],
        "rental": ["days * 3", "per(amount, 10)", "drivers"],
    }
    return parts.get(on, [])
