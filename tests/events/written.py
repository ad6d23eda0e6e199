"""Any event by the test conventions, and the JSON in which a system may have written it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

from hypothesis import strategies as st

from xenia.amounts import format_decimal
from xenia.events.model import (
    TYPE_NAMES,
    Charge,
    Clock,
    Enrolment,
    Event,
    Line,
    Method,
    Payment,
    Profile,
    Purchase,
    Redemption,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

ids = st.text("abcXYZ09-_é €", min_size=1, max_size=8)
money = st.integers(0, 2**36)
maybe_id = st.none() | ids
# 1990 to 2059, less a day at either end.
instants = st.integers(631_238_400, 2_840_054_400).map(lambda second: second * 1_000_000 + 7)
of_event = st.fixed_dictionaries(
    {},
    optional={
        "campaign": ids,
        "guests": st.integers(-9, 9),
        "outdoors": st.booleans(),
        "booked-on": st.integers(-40_000, 40_000),
        "distance": st.integers(-(10**9), 10**9),
    },
)
of_member = st.fixed_dictionaries(
    {},
    optional={"city": st.sampled_from(["athens", "patras"]), "birthday": st.just(3), "locale": ids},
)
of_all: dict[str, Any] = {
    "id": ids,
    "source": ids,
    "programme": st.sampled_from([None, "corner-coffee"]),
    "occurred_at": instants,
}
of_people: dict[str, Any] = {
    **of_all,
    "member": ids,
    "by": maybe_id,
    "channel": maybe_id,
    "location": st.sampled_from([None, "athens"]),
    "partner": maybe_id,
    "cashier": maybe_id,
    "terminal": maybe_id,
}
payments = st.builds(
    Payment, method=st.sampled_from(get_args(Method)), amount=st.none() | money, card=maybe_id
)


@st.composite
def lines(draw: st.DrawFn) -> tuple[Line, ...]:
    names = draw(st.lists(ids.map(lambda text: "l" + text), max_size=4, unique=True))
    return tuple(
        Line(
            id=name,
            sku=draw(ids),
            category=draw(st.sampled_from(["drink", "food"])),
            quantity=draw(st.integers(0, 10**9)),
            amount=(amount := draw(money)),
            unit=draw(maybe_id),
            regular_amount=draw(st.none() | money),
            tax=draw(st.integers(0, amount)),
            tags=tuple(draw(st.lists(ids, max_size=2))),
            brand=draw(maybe_id),
            seller=draw(maybe_id),
        )
        for name in names
    )


purchases = st.builds(
    Purchase,
    **{**of_people, "member": maybe_id},
    attributes=of_event,
    lines=lines(),
    payments=st.lists(payments, max_size=2).map(tuple),
    charges=st.lists(st.builds(Charge, kind=ids, amount=money), max_size=2).map(tuple),
    prices=st.sampled_from(["gross", "net"]),
    currency=st.sampled_from([None, "EUR"]),
    receipt=maybe_id,
    spend=st.fixed_dictionaries({}, optional={"stars": st.just("3"), "credit": st.just("1.50")}),
)
redemptions = st.builds(
    Redemption, **of_people, attributes=of_event, reward=ids, quantity=st.integers(1, 9)
)
consents = st.lists(ids, max_size=2).map(tuple)
enrolments = st.builds(
    Enrolment, **of_people, attributes=of_member, consents=consents, referred_by=maybe_id
)
profiles = st.builds(Profile, **of_people, attributes=of_member, consents=consents)
events: st.SearchStrategy[Event] = st.one_of(
    purchases, redemptions, enrolments, profiles, st.builds(Clock, **of_all)
)

DECIMALS = {"amount": 2, "regular_amount": 2, "tax": 2, "quantity": 3}


def written(event: Event) -> dict[str, Any]:
    """The JSON object of an event, decimals as texts; what is not set is left out."""
    fields = _record({name: getattr(event, name) for name in event.__dataclass_fields__})
    fields["occurred_at"] = (EPOCH + timedelta(microseconds=event.occurred_at)).isoformat()
    if isinstance(event, Redemption):
        fields["quantity"] = event.quantity
    for name in ("lines", "payments", "charges"):
        if name in fields:
            items = [
                {f: getattr(item, f) for f in item.__dataclass_fields__} for item in fields[name]
            ]
            fields[name] = [_record(item) for item in items]
    attributes = _record(event.attributes)
    if "distance" in attributes:
        attributes["distance"] = format_decimal(attributes["distance"], 6)
    for name in {"booked-on", "birthday"}.intersection(attributes):
        attributes[name] = (EPOCH + timedelta(days=attributes[name])).date().isoformat()
    del fields["attributes"]
    if attributes:
        fields["attributes"] = attributes
    return {"type": TYPE_NAMES[type(event)], **fields}


def _record(pairs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _scalar(name, value) for name, value in pairs.items() if value is not None}


def _scalar(name: str, value: Any) -> Any:
    if name in DECIMALS and isinstance(value, int):
        return format_decimal(value, DECIMALS[name])
    return list(value) if isinstance(value, tuple) else value
