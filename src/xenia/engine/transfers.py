"""What one member gives, as another receives it: an event of its own, and the lots with it."""

from __future__ import annotations

from collections.abc import Sequence

from xenia.effects import Given, Kind, Movement, Outcome, SpentLot
from xenia.engine.emit_transfer import idle
from xenia.engine.operators import FAR, SPENT_AT
from xenia.engine.plan import Plan, TypePlan
from xenia.events.model import OWN, Received, Transfer, member_name
from xenia.events.parts import EventKey


def received_id(programme: str, event: Transfer) -> str:
    """The id of what is recorded of who receives; nobody else can name its source."""
    return f"transfer/{programme}/{event.source}/{event.id}"


def received(programme: str, event: Transfer, to: str) -> Received:
    """What is recorded of the member to whom a transfer gives."""
    giver = member_name(event.member)
    assert giver is not None, "a transfer is somebody's"
    return Received(
        id=received_id(programme, event),
        source=OWN,
        member=to,
        occurred_at=event.occurred_at,
        of=EventKey(event.id, event.source),
        giver=giver,
    )


def given_with(outcome: Outcome) -> Given:
    """What the other member's event is given of a transfer that has been decided."""
    return Given(lots=outcome.handed)


def handed(
    part: TypePlan, event: Transfer, record: Sequence[int], movements: Sequence[Movement]
) -> tuple[SpentLot, ...]:
    """The lots that a transfer gives: none ends later than with who gave it."""
    name = f"{event.source}/{event.id}/"
    return tuple(
        [
            (one.currency, one.earned, _end(part, record, one), -one.units)
            for one in movements
            if one.kind is Kind.TRANSFER and one.effect.startswith(name)
        ]
    )


def _end(part: TypePlan, record: Sequence[int], moved: Movement) -> int | None:
    ends = FAR if moved.ends is None else moved.ends
    place = part.inputs.get(idle(moved.currency))
    if place is not None:
        ends = min(ends, record[place])
    return None if ends >= FAR else ends


def add_lots(plan: Plan, numbers: list[int], lots: Sequence[SpentLot]) -> None:
    """Put lots into the row of what is received."""
    places = {name: at for at, name in enumerate(sorted(plan.programme.currencies))}
    numbers[SPENT_AT] = len(numbers)
    numbers.append(len(lots))
    for currency, earned, ends, units in lots:
        numbers += (places[currency], earned, FAR if ends is None else ends, units)
