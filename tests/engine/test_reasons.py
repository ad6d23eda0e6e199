"""Reasons that are told from what is kept, and decisions that read what is personal."""

from __future__ import annotations

import pytest
from msgspec import structs

from tests.engine.versions import (
    COUNTING,
    MAY,
    PLAIN,
    at,
    bought,
    compiled,
    decided,
    line_of,
)
from xenia.effects import NOTHING, Given, Kind
from xenia.engine.operators import FAR
from xenia.engine.since import ALWAYS
from xenia.engine.timeline import Timeline
from xenia.engine.versions import TimelineVersion
from xenia.events.model import Enrolment, Profile

PERSONAL = PLAIN.replace(
    "points: {then", "points: {when: 'member.birthday < date(\"2000-01-01\")', then"
)


def test_reasons_are_told_from_the_record() -> None:
    line = line_of(
        COUNTING.replace("points: {then", "points: {when: metric.visits < 1, then"), PLAIN
    )
    account, _ = decided(line, bought("2026-04-01"))
    event = bought("2026-04-02")
    _, outcome = line.decide(account, event, trace=True)
    assert outcome.record is not None
    told_later = line.explain(event, {}, outcome.record, outcome.version)
    assert told_later == outcome.trace
    assert [reason.because for reason in outcome.trace] == ["metric.visits is 1, not below 1"]
    strange = structs.replace(outcome.record, plan="another build")
    assert line.explain(event, {}, strange, outcome.version) is None


def test_a_decision_that_reads_personal_values_keeps_its_numbers() -> None:
    plan = compiled(
        PLAIN.replace("points: {then", "points: {when: 'member.nickname == \"Jo\"', then")
        + "attributes: {member: {nickname: text, city: {options: [athens]}}, event: {song: text}}\n"
    )
    assert plan.types["purchase"].reads_personal
    assert not plan.types["redemption"].reads_personal
    line = Timeline([TimelineVersion(1, ALWAYS, plan)])
    account = line.new_account("m")
    account, outcome = line.decide(
        account,
        Enrolment(id="e", member="m", occurred_at=at(MAY), attributes={"nickname": "Jo"}),
    )
    assert outcome.row is None
    account, outcome = line.decide(account, bought("2026-05-02"))
    assert outcome.row is not None
    assert outcome.payable is not None
    given = Given.unpacked(Given(row=outcome.row).packed())
    erased = structs.replace(account, attributes={}, state=line.new_account("m").state)
    _, folded = line.decide(erased, bought("2026-05-02"), given=given, trace=True)
    assert folded.effects == outcome.effects
    assert (folded.payable, folded.trace) == (None, ())
    _, without = line.decide(erased, bought("2026-05-02"))
    assert without.effects == ()


@pytest.mark.parametrize(
    ("condition", "personal"),
    [
        ('member.city == "athens"', False),
        ('member.locale == "el"', True),
        ('attributes.song == "a"', True),
        ('attributes.size == "big"', False),
        ('channel == "web"', False),
        ('l.sku == "x"', False),
    ],
)
def test_free_text_is_personal_and_a_choice_is_not(condition: str, personal: bool) -> None:
    key = "lines" if condition.startswith("l.") else "when"
    plan = compiled(
        PLAIN.replace("points: {then", f"points: {{{key}: '{condition}', then")
        + "attributes: {member: {city: {options: [athens]}},"
        + " event: {song: text, size: {options: [big]}}}\n"
    )
    assert plan.types["purchase"].reads_personal is personal


def test_free_text_of_a_profile_is_personal() -> None:
    plan = compiled(
        PLAIN.replace(
            "points: {then", "points: {on: profile, when: 'attributes.nickname == \"Jo\"', then"
        ).replace("1 per 1.00", "1")
        + "attributes: {member: {nickname: text}}\n"
    )
    assert plan.types["profile"].reads_personal


def test_reasons_of_a_profile_know_what_it_said() -> None:
    plan = compiled(
        PLAIN.replace("points: {then", "points: {on: profile, when: member.vip, then").replace(
            "1 per 1.00", "1"
        )
        + "attributes: {member: {vip: boolean}}\n"
    )
    line = Timeline([TimelineVersion(1, ALWAYS, plan)])
    profile = Profile(id="p", member="m", occurred_at=at(MAY), attributes={"vip": False})
    _, outcome = line.decide(line.new_account("m"), profile, trace=True)
    assert outcome.record is not None
    assert [reason.because for reason in outcome.trace] == ["member.vip is false"]
    assert line.explain(profile, {"vip": True}, outcome.record, 1) == outcome.trace


def test_what_a_profile_says_is_the_members() -> None:
    plan = compiled(
        PLAIN.replace("points: {then", "points: {on: profile, when: attributes.vip, then").replace(
            "1 per 1.00", "1"
        )
        + "attributes: {member: {vip: boolean, nickname: text}}\n"
    )
    assert not plan.types["profile"].reads_personal
    line = Timeline([TimelineVersion(1, ALWAYS, plan), TimelineVersion(2, at(MAY), plan)])
    profile = Profile(id="p", member="m", occurred_at=at(MAY), attributes={"vip": True})
    account, outcome = line.decide(line.new_account("m"), profile)
    assert account.attributes == {"vip": True}
    assert [effect.kind for effect in outcome.effects] == [Kind.EARN]


def test_nothing_given_is_nothing_stored() -> None:
    assert NOTHING.packed() is None
    assert Given.unpacked(None) == NOTHING
    given = Given(rooms={"a": 1}, row=(1, -2, FAR))
    assert Given.unpacked(given.packed()) == given
