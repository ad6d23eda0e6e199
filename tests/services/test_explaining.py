"""Why an event came out so: told from what was kept, long afterwards, as it was told at once."""

from __future__ import annotations

import json

import msgspec
import pytest

from tests.postgres import on_both
from tests.reference.random_histories import random_history
from tests.reference.random_programmes import random_programme
from tests.services.cafe import CAFE, SCOPE, Cafe, buy, filled, profile, time
from xenia.programme.render import render
from xenia.programme.words import NoPhrases
from xenia.services.answers import Json
from xenia.services.erasing import erase_member
from xenia.services.explaining import explanation
from xenia.store.database import Database


@pytest.fixture
def cafe(database: Database) -> Cafe:
    return filled(Cafe(database))


def explained(cafe: Cafe, name: str, source: str = "api", locale: str = "en") -> Json:
    with cafe.database.connect() as connection:
        found = explanation(connection, SCOPE, cafe.published, source, name, locale=locale)
    assert found is not None
    return found


def because(found: Json) -> dict[str, tuple[bool, str]]:
    return {rule["rule"]: (rule["applied"], rule["because"]) for rule in found["rules"]}


@on_both
def test_every_rule_is_told_applied_or_not(cafe: Cafe) -> None:
    found = explained(cafe, "a5")
    assert because(found) == {
        "gold": (True, "1.20 off"),
        "point-per-euro": (True, "10 points (1 per 1.00 of 10.70)"),
        "star": (True, "2 stars (2)"),
        "welcome": (False, "it is for events of type enrolment, and this is a purchase"),
        "winter": (False, "it holds only before 2020-01-01"),
        "zorba": (False, "it is for events of type profile, and this is a purchase"),
    }
    assert because(explained(cafe, "a1"))["gold"] == (False, 'tier.status is "basic", not "gold"')


def test_rules_are_called_as_people_call_them(cafe: Cafe) -> None:
    titles = {one["rule"]: one["title"] for one in explained(cafe, "a5", locale="el")["rules"]}
    assert titles["point-per-euro"] == "Ένας πόντος ανά ευρώ"
    assert titles["star"] == "star", "by its id where it has no title"


def test_reasons_are_told_in_the_reader_s_language(cafe: Cafe) -> None:
    told = because(explained(cafe, "a5", locale="el"))
    assert told == {
        "gold": (True, "έκπτωση 1,2"),
        "point-per-euro": (True, "10 πόντοι (1 ανά 1 από 10,7)"),
        "star": (True, "2 αστέρια (2)"),
        "welcome": (False, "είναι για γεγονότα τύπου enrolment, και αυτό είναι purchase"),
        "winter": (False, "ισχύει μόνο πριν από 2020-01-01"),
        "zorba": (False, "είναι για γεγονότα τύπου profile, και αυτό είναι purchase"),
    }
    silent = because(explained(cafe, "a1", locale="ru"))["gold"]
    assert silent == (False, 'tier.status – "basic", а не "gold"')
    guest = because(explained(cafe, "g1", locale="hy")).values()
    assert set(guest) == {(False, "երբ դա եղավ, ոչ ոք անդամ չէր")}


def test_it_comes_with_the_answer_and_the_entries(cafe: Cafe) -> None:
    found = explained(cafe, "a5")
    ((stored,),) = cafe.rows("select answer from record where event_id = 'a5'")
    answer = json.loads(stored)
    del answer["trace"]
    assert answer.items() <= found.items()
    assert "trace" not in found
    assert (found["seq"], found["recorded_at"]) == (7, "2026-01-08T14:01:00+02:00")
    assert [entry["words"] for entry in found["entries"]] == [
        "10 points used, purchase a5",
        "A point per euro: 10 points, purchase a5",
        "star: 2 stars, not to be used yet, purchase a5",
    ]


def test_entries_are_told_in_the_language_asked_for(cafe: Cafe) -> None:
    found = explained(cafe, "a5", locale="el")
    assert found["entries"][0]["words"] == "Χρήση: 10 πόντοι, αγορά a5"
    with pytest.raises(NoPhrases):
        explained(cafe, "a5", locale="fr")


def test_a_budget_that_was_used_up_is_told(cafe: Cafe) -> None:
    applied, why = because(explained(cafe, "j3"))["welcome"]
    assert not applied
    assert "used up" in why


def test_personal_values_are_told_until_they_are_erased(cafe: Cafe) -> None:
    assert because(explained(cafe, "p1"))["zorba"] == (True, "3 points (3)")
    cafe.post(profile("p2", "m1", "02-07", nickname="Alexis"))
    told = because(explained(cafe, "p2"))["zorba"]
    assert told == (False, 'member.nickname is "Alexis", not "Zorba"')
    # Of an event that says nothing of it, what was known before counts, not what is known now.
    cafe.post(profile("p3", "m1", "02-08", kind="adult"))
    cafe.post(profile("p4", "m1", "02-09", nickname="Zorba"))
    assert because(explained(cafe, "p3"))["zorba"] == told
    with cafe.database.connect() as connection:
        erase_member(connection, "m1", now=time("02-10"))
    for name in ("p2", "p3"):
        told = because(explained(cafe, name))["zorba"]
        assert told == (False, 'member.nickname is unknown, not "Zorba"')


def test_a_guest_s_purchase_is_explained_without_seq(cafe: Cafe) -> None:
    found = explained(cafe, "g1")
    assert (found["seq"], found["entries"]) == (None, [])
    assert set(because(found).values()) == {(False, "nobody was a member when it happened")}


def test_what_another_build_decided_is_decided_again(cafe: Cafe) -> None:
    before = explained(cafe, "a5"), explained(cafe, "r3"), explained(cafe, "late")
    cafe.change("update record set plan = 'another'")
    assert (explained(cafe, "a5"), explained(cafe, "r3"), explained(cafe, "late")) == before


def test_the_version_that_decided_explains(cafe: Cafe) -> None:
    cafe.publish(CAFE.replace("1 per 1.00", "2 per 1.00"), start=time("03-01", "00:00"))
    cafe.post(buy("b1", "m1", "03-02"))
    told = because(explained(cafe, "b1"))["point-per-euro"]
    assert told == (True, "24 points (2 per 1.00 of 12.00)")
    assert because(explained(cafe, "a1"))["point-per-euro"][1].startswith("12 points (1 per")


def test_of_an_event_that_is_not_recorded_nothing_is_told(cafe: Cafe) -> None:
    with cafe.database.connect() as connection:
        assert explanation(connection, SCOPE, cafe.published, "api", "x") is None
        assert explanation(connection, SCOPE, cafe.published, "till", "a5") is None


@pytest.mark.parametrize("seed", range(6))
def test_it_is_told_as_the_trace_told_it(database: Database, seed: int) -> None:
    programme = random_programme(seed)
    cafe = Cafe(database, render(programme))
    events = random_history(programme, seed, 20)
    for event in events:
        (posted,) = cafe.record(event, trace=True)
        assert posted.answer is not None
        trace = {item["rule"]: item for item in msgspec.json.decode(posted.answer)["trace"]}
        told = {
            rule["rule"]: {name: rule[name] for name in rule if name != "title"}
            for rule in explained(cafe, event.id, event.source)["rules"]
        }
        assert told.keys() == programme.rules.keys()
        assert {key: told[key] for key in trace} == trace
