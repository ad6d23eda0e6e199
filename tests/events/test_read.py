"""Events are read into typed values whatever way they are written, or refused with all reasons."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.broken.events import BROKEN, CONVENTIONS, LINE, PURCHASE, purchase
from xenia.amounts import NotAnAmount, parse_decimal
from xenia.events.content import fingerprint
from xenia.events.conventions import Conventions
from xenia.events.errors import EventError, Unreadable
from xenia.events.model import Clock, Enrolment, Event, Line, Payment, Profile, Purchase, Redemption
from xenia.events.parts import Charge, Identifier
from xenia.events.read import instant, read_event, read_shape, typed
from xenia.events.values import Units

OCCURRED = 1772432100_000000  # 2026-03-02T06:15:00Z
CARD = Identifier(kind="card", value="77")


def good(written: bytes | str | dict[str, Any], conventions: Conventions = CONVENTIONS) -> Event:
    event = read_event(written, conventions)
    assert not isinstance(event, Unreadable), event
    return event


def errors(written: bytes | str | dict[str, Any]) -> tuple[EventError, ...]:
    event = read_event(written, CONVENTIONS)
    assert isinstance(event, Unreadable), event
    return event.errors


def test_a_purchase_becomes_whole_smallest_units() -> None:
    written = purchase(
        lines=[{**LINE, "quantity": 2, "amount": "5", "tax": "0.97", "tags": ["hot"]}],
        payments=[{"method": "bank-card", "amount": "4.00"}, {"method": "gift-card"}],
        charges=[{"kind": "tip", "amount": "0.5"}],
        location="athens",
        spend={"stars": 3, "credit": "1.5", "miles": "7.25"},
        attributes={"guests": 2, "outdoors": False, "booked-on": "1970-01-31", "distance": "-1.5"},
    )
    assert good(written.encode()) == Purchase(
        id="e1",
        member="m1",
        occurred_at=OCCURRED,
        location="athens",
        attributes={"guests": 2, "outdoors": False, "booked-on": 30, "distance": -1_500_000},
        lines=(
            Line(
                id="1",
                sku="espresso",
                category="drink",
                quantity=2000,
                amount=500,
                tax=97,
                tags=("hot",),
            ),
        ),
        payments=(Payment(method="bank-card", amount=400), Payment(method="gift-card")),
        charges=(Charge(kind="tip", amount=50),),
        spend={"stars": "3", "credit": "1.50", "miles": "7.25"},
    )


def test_the_other_types_are_read() -> None:
    rest = {"id": "e1", "occurred_at": "2026-03-02T06:15:00Z"}
    assert good({**rest, "type": "clock"}) == Clock(id="e1", occurred_at=OCCURRED)
    of_member = {**rest, "member": {"card": "77"}}
    assert good(
        {**of_member, "type": "redemption", "reward": "mug", "quantity": "2.0"}
    ) == Redemption(id="e1", member=CARD, occurred_at=OCCURRED, reward="mug", quantity=2)
    about = {"birthday": "2000-02-29", "city": "patras", "locale": None}
    assert good(
        {**of_member, "type": "enrolment", "attributes": about, "consents": ["news"]}
    ) == Enrolment(
        id="e1",
        member=CARD,
        occurred_at=OCCURRED,
        attributes={"birthday": 11016, "city": "patras"},
        consents=("news",),
    )
    assert good({**of_member, "type": "profile", "attributes": about}) == Profile(
        id="e1",
        member=CARD,
        occurred_at=OCCURRED,
        attributes={"birthday": 11016, "city": "patras"},
    )


def test_scalars_may_all_be_texts() -> None:
    attributes = {"guests": "2", "outdoors": "true", "distance": "1.5"}
    typed = {"guests": 2, "outdoors": True, "distance": "1.5"}
    assert good({**PURCHASE, "attributes": attributes}) == good(purchase(attributes=typed))


@pytest.mark.parametrize(("name", "text"), BROKEN, ids=[name for name, _ in BROKEN])
def test_each_mistake_is_told_by_its_code_and_place(name: str, text: str) -> None:
    found = errors(text)
    assert found[0].code == name.partition(":")[0], found
    for error in found:
        assert error.text
        if error.code != "invalid-json":
            parent = json.loads(text)
            for step in error.pointer.split("/")[1:-1]:
                parent = parent[int(step) if isinstance(parent, list) else step]
            last = error.pointer.rpartition("/")[2].replace("~1", "/")
            there = error.pointer == "" or (last in parent or last.isdigit())
            assert there or error.code in ("missing-field", "duplicate-line-id"), error


def test_a_good_purchase_is_not_among_the_broken() -> None:
    assert isinstance(good(purchase()), Purchase)
    assert purchase() not in [text for _, text in BROKEN]


def test_all_errors_are_told_at_once_with_their_remedy() -> None:
    lines = [LINE, {**LINE, "category": "drnk", "amount": "-1"}]
    assert errors(purchase(lines=lines, location="patra", occurred_at="today")) == (
        EventError(
            "not-a-time",
            "/occurred_at",
            '"today" is not a time: write it with its offset from UTC, '
            'such as "2026-11-21T09:30:00+02:00"',
        ),
        EventError(
            "unknown-location",
            "/location",
            '"patra" is not a location of corner-coffee; did you mean "patras"?',
        ),
        EventError(
            "unknown-category",
            "/lines/1/category",
            '"drnk" is not a category of corner-coffee; did you mean "drink"?',
        ),
        EventError("negative", "/lines/1/amount", "amount must not be negative, but is -1"),
    )


def test_all_errors_of_the_shape_are_told_at_once() -> None:
    lines = [{"sku": 7, "categry": "drink", "quantity": 1, "amount": 2.5}]
    assert [(e.code, e.pointer) for e in errors(purchase(lines=lines, id=None))] == [
        ("missing-field", "/id"),
        ("missing-field", "/lines/0/category"),
        ("wrong-type", "/lines/0/sku"),
        ("unknown-field", "/lines/0/categry"),
        ("float", "/lines/0/amount"),
    ]


def test_a_float_is_shown_with_its_remedy() -> None:
    (error,) = errors(purchase(lines=[{**LINE, "amount": 2.5}]))
    assert error.text.endswith('write it as a string, such as "2.5"')


def test_an_unreadable_event_still_tells_whose_it_is() -> None:
    unread = read_event(purchase(source="till-3", lines=3), CONVENTIONS)
    assert isinstance(unread, Unreadable)
    assert (unread.id, unread.source) == ("e1", "till-3")


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "\ud800", b"\xff", b""])
def test_hostile_text_is_no_json(text: bytes | str) -> None:
    assert [error.code for error in errors(text)] == ["invalid-json"]


@pytest.mark.parametrize("digits", [30, 4_000, 5_000, 200_000])
@pytest.mark.parametrize("sign", ["", "-"])
def test_a_huge_number_is_refused_however_long(digits: int, sign: str) -> None:
    text = purchase().replace('"2.50"', sign + "1" * digits)
    assert errors(text)[0].code in ("too-large", "invalid-json")


def test_a_huge_text_is_not_looked_at() -> None:
    assert [error.code for error in errors(b" " * (8 * 2**20 + 1))] == ["too-large"]


def test_without_declared_lists_any_category_or_place_is_one() -> None:
    open_to_all = replace(CONVENTIONS, categories=frozenset(), locations=frozenset())
    event = good(purchase(location="delphi", lines=[{**LINE, "category": "olives"}]), open_to_all)
    assert isinstance(event, Purchase)
    assert (event.location, event.lines[0].category) == ("delphi", "olives")


@pytest.mark.parametrize(
    ("amounts", "fits"), [(["87960930222.07"], True), (["43980465111.04"] * 2, False)]
)
def test_the_sum_of_a_purchase_is_bounded(amounts: list[str], fits: bool) -> None:
    event = read_event(purchase(lines=[{**LINE, "amount": a} for a in amounts]), CONVENTIONS)
    assert isinstance(event, Purchase) is fits


@pytest.mark.parametrize(
    "changed",
    [
        {"lines": [{**LINE, "amount": "2.5", "quantity": 1, "id": "1"}]},
        {"source": "api"},
        {"prices": "gross", "charges": [], "vouchers": [], "attributes": {}, "receipt": None},
        {"occurred_at": "2026-03-02t06:15:00.000000z"},
    ],
)
def test_the_same_content_has_one_fingerprint(changed: dict[str, Any]) -> None:
    assert fingerprint(good(purchase(**changed))) == fingerprint(good(purchase()))


def test_one_payment_is_a_list_of_one() -> None:
    paid = {"method": "cash", "amount": "2.50"}
    one, several = good(purchase(payment=paid)), good(purchase(payments=[paid]))
    assert one == several
    assert fingerprint(one) == fingerprint(several)


@pytest.mark.parametrize(
    "changed",
    [
        {"member": "m2"},
        {"member": {"card": "m1"}},
        {"lines": [LINE, LINE]},
        {"payment": {"method": "cash"}},
        {"occurred_at": "2026-03-02T08:15:01+02:00"},
        {"attributes": {"guests": 1}},
        {"programme": "corner-coffee"},
    ],
)
def test_other_content_has_another_fingerprint(changed: dict[str, Any]) -> None:
    assert fingerprint(good(purchase(**changed))) != fingerprint(good(purchase()))


def test_a_secret_keys_the_fingerprint() -> None:
    event = good(purchase())
    prints = [fingerprint(event, secret) for secret in (b"", b"one", b"another")]
    assert [len(found) for found in prints] == [32, 32, 32]
    assert len(set(prints)) == 3
    assert fingerprint(good(purchase(source="api")), b"one") == prints[1]


def test_an_event_is_read_in_two_halves() -> None:
    shape = read_shape(purchase(programme="corner-coffee"))
    assert not isinstance(shape, Unreadable)
    assert (shape.programme, instant(shape)) == ("corner-coffee", OCCURRED)
    assert typed(shape, CONVENTIONS, OCCURRED) == good(purchase(programme="corner-coffee"))
    # What is given as known is not parsed again.
    moved = typed(shape, CONVENTIONS, OCCURRED + 1)
    assert not isinstance(moved, Unreadable)
    assert moved.occurred_at == OCCURRED + 1


def test_what_is_no_time_has_no_instant_and_is_told_with_the_rest() -> None:
    shape = read_shape(purchase(occurred_at="today", location="patra"))
    assert not isinstance(shape, Unreadable)
    assert instant(shape) is None
    found = typed(shape, CONVENTIONS, instant(shape))
    assert isinstance(found, Unreadable)
    assert [error.pointer for error in found.errors] == ["/occurred_at", "/location"]


@pytest.mark.parametrize(
    "escape", ["\\n", "\\u0007", "\\u001F", "\\u007f", "\\u007F", "\x7f", "\\b"]
)
def test_no_way_to_write_a_control_character_is_overlooked(escape: str) -> None:
    text = purchase().replace("espresso", f"espresso{escape}")
    for written in (text, text.encode()):
        assert [error.code for error in errors(written)] == ["control-character"]


@pytest.mark.parametrize("escape", ["\\u03b1", '\\"', "\\\\n", "\\u20ac\\/"])
def test_other_escapes_are_just_text(escape: str) -> None:
    event = good(purchase().replace("espresso", f"espresso{escape}"))
    assert isinstance(event, Purchase)
    assert event.lines[0].sku == "espresso" + json.loads(f'"{escape}"')


DECIMALS = st.from_regex(r"[0-9]{1,18}(\.[0-9]{0,5})?", fullmatch=True) | st.integers(0, 2**54)


@given(st.lists(DECIMALS | st.sampled_from(["", "-1", "1e3", "٣", " 5"]), max_size=9))
def test_what_is_remembered_of_decimals_is_what_they_are(texts: list[str | int]) -> None:
    units = Units(2, most=2)
    for text in texts * 2:
        try:
            value: int | str = parse_decimal(text, 2, what="it")
        except NotAnAmount as error:
            value = error.code
        try:
            found: int | str = units[text]
        except NotAnAmount as error:
            found = error.code
        assert found == value
        assert len(units) <= 2
