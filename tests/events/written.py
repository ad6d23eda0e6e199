"""Any event by the test conventions."""

from typing import Any, get_args

from hypothesis import strategies as st

from xenia.events.model import (
    Act,
    Adjustment,
    Clock,
    Enrolment,
    Event,
    Flight,
    Grant,
    Hold,
    Line,
    Method,
    Payment,
    Profile,
    Purchase,
    Redemption,
    Release,
    Rental,
    Stay,
)
from xenia.events.parts import Charge, FolioLine, Identifier
from xenia.events.values import IDENTIFIERS

ids = st.text("abcXYZ09-_é €", min_size=1, max_size=8)
money = st.integers(0, 2**36)
maybe_id = st.none() | ids
identifiers = st.builds(Identifier, kind=st.sampled_from(IDENTIFIERS), value=ids)
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
    "by": maybe_id | identifiers,
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
adjustments = st.builds(
    Adjustment,
    **of_people,
    attributes=of_event,
    currency=st.just("stars"),
    units=st.integers(-(2**43) + 1, 2**43 - 1).map(str),
    author=ids,
    reason=ids,
)
part = {"currency": st.just("credit"), "units": st.integers(0, 9).map("{}.50".format)}
whole = {"currency": st.sampled_from([None, "stars"])}
of_review = {**of_people, "attributes": of_event, "reason": ids}
holds = st.builds(Hold, **of_review, **part) | st.builds(Hold, **of_review, **whole)
releases = st.builds(Release, **of_review, **part) | st.builds(Release, **of_review, **whole)
of_grant = {**of_review, "author": ids, "until": st.none() | instants}
grants = (
    st.builds(Grant, **of_grant, tier=st.dictionaries(ids, ids, min_size=1, max_size=1))
    | st.builds(Grant, **of_grant, benefit=ids)
    | st.builds(Grant, **of_grant, voucher=ids)
)
counts = st.integers(0, 9_999)
measured = st.integers(0, 10**12 - 1)
acts = st.builds(
    Act,
    **of_people,
    attributes=of_event,
    act=st.sampled_from(["weigh-in", "review"]),
    value=st.none() | measured,
    place=maybe_id,
)
folios = st.lists(st.builds(FolioLine, kind=ids, amount=money, eligible=st.booleans()), max_size=3)


@st.composite
def stays(draw: st.DrawFn) -> Stay:
    nights = draw(st.integers(0, 20))
    arrival = draw(st.integers(-40_000, 40_000))
    return draw(
        st.builds(
            Stay,
            **of_people,
            attributes=of_event,
            property=ids,
            category=ids,
            arrival=st.just(arrival),
            departure=st.integers(arrival + nights, arrival + nights + 2),
            nights=st.just(nights),
            rooms=counts,
            status=st.sampled_from(["stayed", "no-show", "cancelled"]),
            rate=maybe_id,
            folio=folios.map(tuple),
            nights_on_points=st.integers(0, nights),
        )
    )


flights = st.builds(
    Flight,
    **of_people,
    attributes=of_event,
    from_=ids,
    to=ids,
    distance=measured,
    fare=st.none() | money,
    cabin=ids,
    booking_class=maybe_id,
    carrier=ids,
    operated_by=maybe_id,
    coupon=maybe_id,
)
rentals = st.builds(
    Rental,
    **of_people,
    attributes=of_event,
    days=counts,
    car_class=ids,
    amount=money,
    office_out=ids,
    office_in=ids,
    drivers=counts,
)
events: st.SearchStrategy[Event] = st.one_of(
    purchases,
    redemptions,
    enrolments,
    profiles,
    adjustments,
    holds,
    releases,
    grants,
    acts,
    stays(),
    flights,
    rentals,
    st.builds(Clock, **of_all),
)
