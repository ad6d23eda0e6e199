"""Facts keep all of an event but what tells of a person, which can be erased and be put back."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tests.broken.events import CONVENTIONS
from tests.events.written import events
from xenia.events.conventions import AttributeRule
from xenia.events.facts import FACTS, UnreadableFacts, read_facts, split
from xenia.events.model import TYPE_NAMES, Enrolment, Event, Line, Payment, Purchase
from xenia.events.parts import Identifier

# No fact can have this in it by chance.
SECRET = "Ζωή-"
secrets = st.text("αβγδ'\"\\/", min_size=1, max_size=4).map(lambda text: SECRET + text)
identifiers = st.builds(Identifier, kind=st.sampled_from(["card", "phone"]), value=secrets)


def columns(event: Event) -> dict[str, Any]:
    """What the row of the facts has in columns, the member resolved."""
    member = event.member if isinstance(event.member, str) else None
    return {
        "id": event.id,
        "source": event.source,
        "member": member,
        "occurred_at": event.occurred_at,
    }


def again(event: Event, facts: bytes | str, personal: bytes | str | None = None) -> Event:
    return read_facts(TYPE_NAMES[type(event)], facts, **columns(event), personal=personal)


@st.composite
def telling(draw: st.DrawFn) -> Event:
    """An event that says everything about a person that one can say."""
    event = draw(events)
    changed: dict[str, Any] = {"by": draw(identifiers)} if hasattr(event, "by") else {}
    attributes = dict(event.attributes)
    match TYPE_NAMES[type(event)]:
        case "enrolment" | "profile":
            changed["attributes"] = {**attributes, "locale": draw(secrets), "birthday": 7123}
        case "adjustment" | "hold" | "release" | "grant":
            changed["reason"] = draw(secrets)
        case "act":
            changed["place"] = draw(secrets)
        case "purchase":
            changed["payments"] = (
                Payment(method="cash"),
                Payment(method="gift-card", amount=7, card=draw(secrets)),
            )
            changed["attributes"] = {**attributes, "campaign": draw(secrets)}
    return structs.replace(event, **changed)


@given(telling() | events)
def test_facts_and_personal_values_together_are_the_event(event: Event) -> None:
    facts, personal = split(event, CONVENTIONS)
    assert again(event, facts, personal) == event
    assert again(event, facts.decode(), personal and personal.decode()) == event


@given(telling())
def test_no_personal_value_is_among_the_facts(event: Event) -> None:
    facts, personal = split(event, CONVENTIONS)
    assert personal is not None
    text = facts.decode()
    assert SECRET not in text
    assert "birthday" not in text
    left = again(event, facts)
    assert left.by is None
    assert split(left, CONVENTIONS) == (facts, None)


@given(events)
def test_what_the_columns_hold_is_not_told_twice(event: Event) -> None:
    facts, _ = split(structs.replace(event, member="m-0-1-2"), CONVENTIONS)
    assert not {"type", "id", "source", "member", "occurred_at"} & json.loads(facts).keys()


@given(events, st.sampled_from(["id", "occurred_at", "member"]))
def test_the_facts_do_not_depend_on_the_columns(event: Event, column: str) -> None:
    other = {"id": "another", "occurred_at": 1, "member": Identifier(kind="card", value="77")}
    changed = structs.replace(event, **{column: other[column]})
    assert split(changed, CONVENTIONS) == split(event, CONVENTIONS)


def test_facts_of_a_profile_are_what_decisions_read() -> None:
    rules = {
        "children": AttributeRule("integer"),
        "student": AttributeRule("boolean"),
        "city": AttributeRule("text", ("athens", "patras")),
        "since": AttributeRule("date"),
        "remark": AttributeRule("text"),
        "locale": AttributeRule("text", ("el", "en")),  # personal, whatever a programme declares
    }
    conventions = replace(CONVENTIONS, member_attributes=rules)
    attributes: dict[str, Any] = {"children": 2, "student": True, "city": "patras", "since": 30}
    said: dict[str, Any] = {"birthday": 11016, "remark": "left-handed", "locale": "el"}
    said["timezone"] = "Asia/Tokyo"
    event = Enrolment(id="e1", member="m1", occurred_at=0, attributes={**attributes, **said})
    facts, personal = split(event, conventions)
    assert json.loads(facts) == {"attributes": attributes}
    assert personal is not None
    assert json.loads(personal) == {"attributes": said}
    assert conventions.personal_attributes(of_member=True) == said.keys()


def test_an_attribute_that_is_not_known_any_more_is_personal() -> None:
    assert CONVENTIONS.is_personal("nickname", of_member=True)
    assert CONVENTIONS.is_personal("nickname", of_member=False)
    assert not CONVENTIONS.is_personal("guests", of_member=False)


LINE = Line(id="1", sku="espresso", category="drink", quantity=2000, amount=500, tags=("hot",))
PURCHASE = Purchase(
    id="e1",
    source="till-3",
    programme="corner-coffee",
    member=Identifier(kind="card", value="77"),
    by="zoe",
    occurred_at=1,
    location="athens",
    attributes={"outdoors": True, "guests": -2, "campaign": "for my aunt"},
    lines=(LINE,),
    payments=(Payment(method="cash", amount=1), Payment(method="gift-card", card="4711")),
    spend={"stars": "3", "credit": "1.50"},
)


def test_facts_are_written_as_schema_1_has_them() -> None:
    """What is stored can be read for ever: another form than this one is another schema."""
    assert FACTS == 1
    facts, personal = split(PURCHASE, CONVENTIONS)
    assert facts.decode() == (
        '{"lines":[{"id":"1","sku":"espresso","category":"drink","quantity":2000,"amount":500,'
        '"tags":["hot"]}],"programme":"corner-coffee","by":"zoe","location":"athens",'
        '"attributes":{"guests":-2,"outdoors":true},'
        '"payments":[{"method":"cash","amount":1},{"method":"gift-card"}],'
        '"spend":{"credit":"1.50","stars":"3"}}'
    )
    assert personal == b'{"attributes":{"campaign":"for my aunt"},"cards":[null,"4711"]}'


def test_most_purchases_tell_nothing_personal() -> None:
    plain = Purchase(id="e1", member="m1", occurred_at=1, lines=(LINE,))
    _, personal = split(plain, CONVENTIONS)
    assert personal is None


@pytest.mark.parametrize(
    ("kind", "facts", "personal"),
    [
        ("stroll", "{}", None),
        ("clock", "", None),
        ("clock", "[" * 100_000, None),
        ("purchase", "{}", None),
        ("purchase", '{"lines":[],"memo":1}', None),
        ("purchase", b'{"lines":[{"id":"\xff"}]}', None),
        ("clock", "{}", '{"faces":1}'),
        ("purchase", '{"lines":[]}', '{"cards":["4711"]}'),
    ],
)
def test_what_are_no_facts_is_refused(kind: str, facts: bytes | str, personal: str | None) -> None:
    with pytest.raises(UnreadableFacts):
        read_facts(kind, facts, id="e1", source="s", member=None, occurred_at=1, personal=personal)


def test_facts_of_a_later_schema_ask_for_a_later_version() -> None:
    with pytest.raises(UnreadableFacts, match="schema 2: install a newer one"):
        read_facts("clock", "{}", id="e", source="s", member=None, occurred_at=1, schema=2)
