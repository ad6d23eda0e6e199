"""Random guests in a history: purchases without a member, what comes back of them, and claims."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

from msgspec import structs

from tests.reference.days import SECOND
from tests.reference.random_returns import key_of
from xenia.events.model import Claim, Event, Purchase, Return, TakingBack, member_name
from xenia.events.parts import UNNAMED, EventKey, LineBack
from xenia.programme.model import Programme
from xenia.programme.periods import Duration
from xenia.programme.settings import Claims

DAY = 24 * 60 * 60 * SECOND
GUESTS = 0.5  # of the purchases
UNNAMED_SHARE = 0.25
BEFORE = 0.2  # of the guests' purchases are claimed before they are told
CLAIMED = 0.45  # how many events have a claim behind them
WITHIN = (Duration(days=1), Duration(days=14), Duration(days=60), Duration(months=12))
RECEIPTS = ("r-1", "r-2")


def with_terms_of_claims(programme: Programme, seed: int) -> Programme:
    """The same programme, in which guests' purchases may be claimed, as a rule."""
    random = Random(f"terms of claims {seed}")
    claims = Claims(within=random.choice(WITHIN)) if random.random() < 0.9 else None
    return replace(programme, claims=claims)


def with_guests(programme: Programme, events: list[Event], seed: int) -> Iterator[Event]:
    """The same events, some of the purchases by nobody, with claims of these among them."""
    random, sooner = Random(f"guests {seed}"), Random(f"claims before {seed}")
    members = sorted({member_name(each.member) or "" for each in events})
    bought: dict[EventKey, Purchase] = {}
    claimed: dict[EventKey, str] = {}
    places = (None, None, *programme.locations)
    for place, event in enumerate(events):
        if isinstance(event, Purchase) and random.random() < GUESTS:
            receipt = random.choice((None, *RECEIPTS))
            event = structs.replace(event, member=None, receipt=receipt)  # noqa: PLW2901
            bought[key_of(event)] = event
            yield from claimed_before(sooner, event, members, places)
        elif isinstance(event, TakingBack) and event.of in bought:
            owner = claimed.get(event.of)
            member = random.choice((None, owner, owner, random.choice(members)))
            event = structs.replace(event, member=member)  # noqa: PLW2901
        yield event
        if bought and random.random() < 0.15:
            back = brought_back(random, random.choice([*bought.values()][-3:]), place, event)
            if random.random() < 0.15:
                others = (EventKey("no-such-event"), key_of(random.choice(events)))
                back = structs.replace(back, of=random.choice(others))
            yield back
        if random.random() < UNNAMED_SHARE:
            yield unnamed(random, random.choice((*members, *members, None)), place, events)
        while random.random() < CLAIMED:
            last = [*bought][-random.choice((1, 2, 8)) :] or [EventKey("no-such-event")]
            of = random.choice(last)
            if random.random() < 0.1:
                of = key_of(random.choice(events))
            member = random.choice(members)
            late = random.randint(-20, 20) * DAY if random.random() < 0.1 else 0
            by: dict[str, Any] = (
                {"of": of} if random.random() < 0.65 else {"receipt": random.choice(RECEIPTS)}
            )
            claimed.setdefault(of, member)
            yield Claim(
                id=f"claim-{place}-{random.randrange(10**9)}",
                occurred_at=event.occurred_at + late,
                member=member,
                location=random.choice(places) if "receipt" in by else None,
                **by,
            )


def claimed_before(
    random: Random, purchase: Purchase, members: list[str], places: tuple[str | None, ...]
) -> Iterator[Claim]:
    """Claims that are told before the purchase is."""
    while random.random() < BEFORE:
        by: dict[str, Any] = {"of": key_of(purchase)}
        if purchase.receipt is not None and random.random() < 0.5:
            by = {"receipt": purchase.receipt, "location": random.choice(places)}
        yield Claim(
            id=f"before-{purchase.id}-{random.randrange(10**9)}",
            occurred_at=purchase.occurred_at + random.randint(-1, 20) * DAY,
            member=random.choice(members),
            **by,
        )


def unnamed(random: Random, member: str | None, place: int, events: list[Event]) -> Return:
    """Something of a member's comes back, nobody knows of which purchase."""
    bought = [one for one in events[: place + 1] if isinstance(one, Purchase) and one.lines]
    skus = [line.sku for line in random.choice(bought[-4:]).lines] if bought else ["no-such-sku"]
    lines = tuple(
        LineBack(sku=random.choice(skus), quantity=random.choice((250, 500, 1000, 2000)))
        for _ in range(random.choice((1, 1, 1, 2)))
    )
    late = random.randint(0, 90) * DAY if random.random() < 0.1 else 0
    return Return(
        id=f"unnamed-{place}",
        occurred_at=events[place].occurred_at - late,
        member=member,
        of=UNNAMED,
        lines=lines,
        without_receipt=True,
    )


def brought_back(random: Random, purchase: Purchase, place: int, after: Event) -> Return:
    """Some of what a guest has bought comes back."""
    common: dict[str, Any] = {
        "id": f"guest-{place}",
        "occurred_at": after.occurred_at,
        "of": key_of(purchase),
    }
    if not purchase.lines or random.random() < 0.25:
        return Return(all=True, **common)
    line = random.choice(purchase.lines)
    quantity = random.choice((None, 500, 1000, line.quantity))
    name = line.id if random.random() < 0.9 else "99"
    lines = (LineBack(line=name, quantity=quantity),)
    return Return(lines=lines, **common)
