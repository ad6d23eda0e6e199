"""Replay answers every event in order, goes on after errors, and lets time pass for everybody."""

import json
from typing import Any

import pytest

from tests.services.counting import replay

LINE = {"sku": "tea", "category": "drink", "quantity": "1", "amount": "2.50"}


def purchase(name: str, member: str | None, day: int, **more: Any) -> dict[str, Any]:
    fields = {"type": "purchase", "id": name, "member": member, "lines": [LINE], **more}
    return {**fields, "occurred_at": f"2026-01-{day:02}T12:00:00Z"}


def clock(name: str, day: int) -> dict[str, Any]:
    return {"type": "clock", "id": name, "occurred_at": f"2026-01-{day:02}T12:00:00Z"}


def lines(*events: Any, until: int | None = None) -> list[dict[str, Any]]:
    return list(replay().run(enumerate(events, start=1), until))


FIRST = 20454  # the day number of 2026-01-01


def test_each_event_has_a_line_in_order_and_each_member_a_final_one() -> None:
    found = lines(purchase("e1", "zoe", 1), purchase("e2", "adam", 1), purchase("e3", "zoe", 2))
    assert [(line.get("event"), line.get("final")) for line in found] == [
        ("e1", None),
        ("e2", None),
        ("e3", None),
        (None, "adam"),
        (None, "zoe"),
    ]
    assert found[2]["wallet"] == {"stars": {"balance": "2", "pending": "0", "held": "0"}}
    assert found[4] == {
        "final": "zoe",
        "wallet": {"stars": {"balance": "2", "pending": "0", "held": "0"}},
        "tiers": {},
        "metrics": {"seen": str(FIRST + 1)},
        "vouchers": [],
        "benefits": [],
    }


def test_an_error_is_a_line_and_the_rest_goes_on() -> None:
    run = replay()
    events = ["{", json.dumps(purchase("e2", "zoe", 1)), '{"type": "code", "id": "r1"}']
    found = list(run.run(enumerate(events, start=1)))
    assert [line.get("error") for line in found] == ["invalid-json", None, "not-supported", None]
    assert found[2] == {
        "error": "not-supported",
        "event": "r1",
        "line": 3,
        "pointer": "/type",
        "text": "events of type code are not supported yet",
    }
    assert run.failed


def test_without_an_error_nothing_has_failed() -> None:
    run = replay()
    assert len(list(run.run([(1, purchase("e1", "zoe", 1))]))) == 2
    assert not run.failed


def test_the_same_event_again_gives_the_stored_answer_and_does_nothing() -> None:
    again = purchase("e1", "zoe", 1, source="api", lines=[{**LINE, "amount": "2.5"}])
    found = lines(purchase("e1", "zoe", 1), purchase("e2", "zoe", 2), again)
    assert found[2] == found[0]
    assert found[3]["wallet"]["stars"]["balance"] == "2"


def test_the_same_id_with_other_content_is_an_error_and_does_nothing() -> None:
    run = replay()
    found = list(run.run(enumerate([purchase("e1", "zoe", 1), purchase("e1", "zoe", 2)], start=1)))
    assert (found[1]["error"], found[1]["event"], found[1]["line"]) == (
        "different-content",
        "e1",
        2,
    )
    assert found[2]["wallet"]["stars"]["balance"] == "1"
    assert run.failed


def test_ids_are_the_sources_own() -> None:
    found = lines(purchase("e1", "zoe", 1), purchase("e1", "zoe", 1, source="till"))
    assert [line["effects"][0]["id"] for line in found[:2]] == ["api/e1/1", "till/e1/1"]


def test_what_fell_due_before_an_event_is_in_its_answer() -> None:
    found = lines(purchase("e1", "zoe", 1), purchase("e2", "zoe", 20))
    assert [(e["effect"], e["occurred_at"]) for e in found[1]["effects"]] == [
        ("expire", f"day {FIRST + 10}, second 0"),
        ("earn", f"day {FIRST + 19}, second 43200"),
    ]


def test_a_clock_has_a_line_for_each_member_for_whom_something_fell_due() -> None:
    found = lines(
        purchase("e1", "zoe", 1),
        purchase("e2", "adam", 1),
        purchase("e3", "max", 9),
        clock("c", 12),
    )
    due = found[3:-3]
    assert [(line["event"], line["member"], len(line["effects"])) for line in due] == [
        ("c", "adam", 1),
        ("c", "zoe", 1),
    ]
    assert due[0]["occurred_at"] == f"day {FIRST + 11}, second 43200"
    assert found[-2]["metrics"] == {"seen": str(FIRST + 11)}, "time passed for max as well"


def test_a_clock_again_gives_its_lines_again() -> None:
    found = lines(purchase("e1", "zoe", 1), clock("c", 12), clock("c", 12))
    assert found[1] == found[2]
    assert [line.get("event") for line in found] == ["e1", "c", "c", None]


def test_time_passes_until_the_end_that_is_asked_for() -> None:
    until = (FIRST + 30) * 86_400_000_000
    found = lines(purchase("e1", "zoe", 1), until=until)
    assert (found[1]["event"], found[1]["source"], found[1]["member"]) == (None, None, "zoe")
    assert [effect["effect"] for effect in found[1]["effects"]] == ["expire"]
    assert found[2]["wallet"]["stars"]["balance"] == "0"


def test_an_end_before_the_last_event_changes_nothing() -> None:
    events = [purchase("e1", "zoe", 1), purchase("e2", "zoe", 20)]
    assert lines(*events, until=FIRST * 86_400_000_000) == lines(*events)


def test_a_guest_has_an_answer_and_no_final_line() -> None:
    (found,) = lines(purchase("e1", None, 1))
    assert (found["event"], found["member"], found["notes"]) == ("e1", None, ["e1 is a guest's"])


def test_who_has_not_joined_has_no_final_line() -> None:
    found = lines(purchase("e1", "passer-by", 1), purchase("e2", "zoe", 1))
    assert [line.get("final") for line in found] == [None, None, "zoe"]


@pytest.mark.parametrize("events", [[], [clock("c", 1)]])
def test_where_nothing_happens_there_is_nothing_to_say(events: list[Any]) -> None:
    assert lines(*events) == []
