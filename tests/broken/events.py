"""Events as integrators get them wrong: what each mistake is called, and the JSON as it arrives."""

import json
from typing import Any

from xenia.events.conventions import AttributeRule, Conventions

CONVENTIONS = Conventions(
    programme="corner-coffee",
    money="EUR",
    money_decimals=2,
    member_attributes={"city": AttributeRule("text", ("athens", "patras"))},
    event_attributes={
        "campaign": AttributeRule("text"),
        "guests": AttributeRule("integer"),
        "outdoors": AttributeRule("boolean"),
        "booked-on": AttributeRule("date"),
        "distance": AttributeRule("decimal"),
    },
    categories=frozenset({"drink", "food"}),
    locations=frozenset({"athens", "patras"}),
    currencies={"stars": 0, "credit": 2},
    acts=frozenset({"weigh-in", "review"}),
    lines_most=4,
)

LINE = {"sku": "espresso", "category": "drink", "quantity": "1", "amount": "2.50"}
PURCHASE = {
    "type": "purchase",
    "id": "e1",
    "member": "m1",
    "occurred_at": "2026-03-02T08:15:00+02:00",
    "lines": [LINE],
}


def purchase(**changed: Any) -> str:
    """The JSON of a good purchase with some fields changed; None takes one out."""
    fields = {**PURCHASE, **changed}
    return json.dumps({key: value for key, value in fields.items() if value is not None})


def line(**changed: Any) -> str:
    """The JSON of a purchase of one line with some fields changed; None takes one out."""
    fields = {**LINE, **changed}
    return purchase(lines=[{key: value for key, value in fields.items() if value is not None}])


def adjustment(**changed: Any) -> str:
    """The JSON of a good adjustment with some fields changed; None takes one out."""
    own = {"currency": "stars", "units": "5", "reason": "a cold cup", "author": "eleni"}
    return purchase(**{"type": "adjustment", "lines": None, **own, **changed})


STAY = {
    "type": "stay", "property": "sea-view", "category": "4", "status": "stayed", "nights": 2,
    "arrival": "2026-02-28", "departure": "2026-03-02",
    "folio": [{"kind": "room", "amount": "180.00", "eligible": True}],
}  # fmt: skip
FLIGHT = {"type": "flight", "from": "ATH", "to": "EVN", "distance": "1250", "cabin": "economy",
          "carrier": "A3"}  # fmt: skip
RENTAL = {"type": "rental", "days": 3, "car_class": "small", "amount": "120.00",
          "office_out": "athens", "office_in": "patras"}  # fmt: skip

CLAIM = {"type": "claim", "of": {"id": "p1"}}
NO_RECEIPT = {"type": "return", "without_receipt": True, "lines": [{"sku": "s", "quantity": 1}]}
TRANSFER = {"type": "transfer", "to": "m2", "currency": "stars", "units": "5"}


def activity(good: dict[str, Any], **changed: Any) -> str:
    """The JSON of a good event of any kind with some fields changed; None takes one out."""
    return purchase(**{"lines": None, **good, **changed})


def act(**changed: Any) -> str:
    """The JSON of a good act with some fields changed; None takes one out."""
    return activity({"type": "act", "act": "weigh-in"}, **changed)


def off(rule: str, line: str, amount: str) -> dict[str, str]:
    return {"rule": rule, "line": line, "amount": amount}


# Name, which begins with the code that it must have, and JSON text.
BROKEN: list[tuple[str, str]] = [
    ("invalid-json: cut off", purchase()[:-2]),
    ("wrong-type: a list instead of an event", f"[{purchase()}]"),
    ("missing-field: no type", purchase(type=None)),
    ("unknown-type: a slip", purchase(type="purchse")),
    ("unknown-type: nothing near", purchase(type="x")),
    ("not-to-be-sent: a birthday", purchase(type="birthday")),
    ("reserved-source: xenia", purchase(source="xenia")),
    ("not-to-be-sent: what is received", purchase(type="received")),
    ("not-to-be-sent: a referral", purchase(type="referral")),
    ("not-supported: a code", purchase(type="code")),
    ("missing-field: a claim of nothing", activity(CLAIM, of=None)),
    ("missing-field: a claim of a purchase and a receipt", activity(CLAIM, receipt="r-1")),
    ("missing-field: a claim by nobody", activity(CLAIM, member=None)),
    ("given-twice: a return without a receipt of a purchase", activity(NO_RECEIPT, purchase="p1")),
    ("missing-field: all, without a receipt", activity(NO_RECEIPT, lines=None, all=True)),
    ("missing-field: a line without a receipt and a quantity",
     activity(NO_RECEIPT, lines=[{"sku": "s"}, {"line": "1", "quantity": 1}])),
    ("unknown-field: a claim with lines", activity(CLAIM, lines=[])),
    ("missing-field: a guest's return of nothing", activity(CLAIM, type="return", member=None)),
    ("unknown-line: given on no line", purchase(given=[off("half", "7", "1")])),
    ("more-than-the-line: given", purchase(given=[off("half", "1", "2.51")])),
    ("given-twice: of one line", purchase(given=[off("half", "1", "1"), off("half", "1", "1")])),
    ("not-a-rule: given by a claim", purchase(given=[off("spend", "1", "1")])),
    ("not-a-decimal: given", purchase(given=[off("half", "1", "much")])),
    ("unknown-act: a slip", act(act="weigh-inn")),
    ("unknown-act: nothing near", act(act="somersault")),
    ("missing-field: an act without a name", act(act=None)),
    ("missing-field: an act of nobody", act(member=None)),
    ("negative: the value of an act", act(value="-1")),
    ("too-precise: the value of an act", act(value="1.2345")),
    ("too-large: the value of an act", act(value="1000000000")),
    ("dates-in-order: a departure before the arrival", activity(STAY, departure="2026-02-27")),
    ("not-a-time: an arrival at an hour", activity(STAY, arrival="2026-02-28T14:00:00Z")),
    ("too-many-nights: more than between the dates", activity(STAY, nights=3)),
    ("too-many-nights: more on points than nights", activity(STAY, nights_on_points=3)),
    ("unknown-value: the status of a stay", activity(STAY, status="noshow")),
    ("missing-field: a line of a folio that does not say whether it counts",
     activity(STAY, folio=[{"kind": "room", "amount": "1"}])),
    ("too-large: a folio", activity(STAY, folio=[
        {"kind": "room", "amount": "43980465111.04", "eligible": True},
        {"kind": "spa", "amount": "43980465111.04", "eligible": False}])),
    ("too-large: rooms", activity(STAY, rooms=10_000)),
    ("missing-field: a flight from nowhere", activity(FLIGHT, **{"from": None})),
    ("unknown-field: where a flight is called as in the code", activity(FLIGHT, from_="ATH")),
    ("float: a distance", activity(FLIGHT, distance=1250.5)),
    ("too-large: a fare", activity(FLIGHT, fare="87960930222.08")),
    ("negative: days of a rental", activity(RENTAL, days=-1)),
    ("too-large: the price of a rental", activity(RENTAL, amount="87960930222.08")),
    ("missing-field: a transfer to nobody", activity(TRANSFER, to=None)),
    ("unknown-field: a transfer to an unknown identifier", activity(TRANSFER, to={"fax": "210"})),
    ("negative: units to be given", activity(TRANSFER, units="-5")),
    ("missing-field: no time", purchase(occurred_at=None)),
    ("missing-field: a line without an amount", line(amount=None)),
    ("missing-field: a redemption by nobody", purchase(type="redemption", reward="mug", lines=None,
                                                       member=None)),
    ("unknown-field: a slip", purchase(recipt="r1")),
    ("unknown-field: a line's own data", line(**{"warehouse/bin": "7"})),
    ("unknown-field: a member by an unknown identifier", purchase(member={"fax": "210"})),
    ("unknown-field: a clock of somebody", purchase(type="clock", lines=None)),
    ("wrong-type: a member by two identifiers", purchase(member={"card": "1", "phone": "2"})),
    ("wrong-type: a number as id", purchase(id=17)),
    ("wrong-type: one line without a list", purchase(lines=LINE)),
    ("empty: an id", purchase(id="")),
    ("too-long: a sku", line(sku="x" * 201)),
    ("control-character: a receipt", purchase(receipt="17\n18")),
    ("control-character: an id", purchase(id="e1\x7f")),
    ("control-character: an attribute", purchase(attributes={"campaign": "a\tb"})),
    ("float: an amount", line(amount=2.5)),
    ("float: a quantity", line(quantity=1.0)),
    ("not-a-decimal: a comma", line(amount="2,50")),
    ("not-a-decimal: an exponent", line(amount="25e-1")),
    ("negative: a returned line", line(quantity="-1")),
    ("too-precise: a third decimal", line(amount="2.505")),
    ("too-precise: half a star", purchase(spend={"stars": "1.5"})),
    ("too-large: an amount", line(amount="87960930222.08")),
    ("too-large: a quantity", line(quantity="1000000000")),
    ("too-many-lines: one more than allowed", purchase(lines=[LINE] * 2001)),
    ("duplicate-line-id: one that is another's position",
     purchase(lines=[{**LINE, "id": "2"}, LINE])),
    ("tax-above-amount: gross prices", line(tax="2.51")),
    ("unknown-category: a slip", line(category="drnk")),
    ("unknown-location: a slip", purchase(location="patra")),
    ("unknown-attribute: a slip", purchase(attributes={"campain": "spring"})),
    ("wrong-type: an attribute", purchase(attributes={"outdoors": "yes"})),
    ("unknown-value: an attribute's option",
     purchase(type="profile", lines=None, attributes={"city": "patra"})),
    ("unknown-value: a payment method", purchase(payment={"method": "bankcard"})),
    ("given-twice: payment and payments",
     purchase(payment={"method": "cash"}, payments=[{"method": "cash"}])),
    ("other-money: dollars", purchase(currency="USD")),
    ("other-programme: a sister shop's", purchase(programme="corner-tea")),
    ("not-a-time: no offset", purchase(occurred_at="2026-03-02T08:15:00")),
    ("not-a-time: 30 February", purchase(occurred_at="2026-02-30T08:15:00Z")),
    ("out-of-range: a wrong century", purchase(occurred_at="1926-03-02T08:15:00Z")),
    ("missing-field: an adjustment without a reason", adjustment(reason=None)),
    ("not-a-decimal: an adjustment twice negative", adjustment(units="--5")),
    ("too-precise: half a star", adjustment(units="-0.5")),
    ("too-large: an adjustment", adjustment(units="8796093022208")),
    ("wrong-type: a grant of nothing", adjustment(type="grant", currency=None, units=None)),
    ("too-many-tier: a grant of two levels", adjustment(type="grant", currency=None, units=None,
                                                     tier={"a": "b", "c": "d"})),
    ("not-a-time: a grant until a day", adjustment(type="grant", currency=None, units=None,
                                                   benefit="wifi", until="2026-05-01")),
    ("which-currency: units of no currency", adjustment(type="hold", currency=None, author=None)),
    ("negative: a release", adjustment(type="release", units="-5", author=None)),
    ("missing-field: an adjustment of nobody", adjustment(member=None)),
    ("wrong-type: the use of nothing", purchase(type="use", lines=None)),
    ("wrong-type: the use of two things",
     purchase(type="use", lines=None, benefit="wifi", voucher="ABCD")),
    ("too-small: redeeming nothing",
     purchase(type="redemption", reward="mug", lines=None, quantity=0)),
    ("too-many-lines: where each is rounded by itself",
     purchase(lines=[{**LINE, "id": str(number)} for number in range(1, 6)])),
]  # fmt: skip
