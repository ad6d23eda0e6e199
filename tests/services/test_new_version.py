"""The terms change in the middle of a year: for whom, from when, and who is told of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.services.cafe import Cafe, Line, said
from tests.services.publishing import published
from xenia.events.moments import parse_time
from xenia.services.posted import Posted
from xenia.store.database import Database

GROVE = """\
xenia: 1
programme: grove
title: {en: The grove, el: Το άλσος}
money: EUR
timezone: Europe/Athens
currencies:
  points:
    title: {en: [point, points], el: [πόντος, πόντοι]}
    value: 0.01
    expires: {after: 12 months}
    notice: 14 days
metrics:
  spent-this-year: {sum: spent, over: calendar year}
tiers:
  status:
    by: spent-this-year
    levels: {basic: 0, gold: 100}
    holds: end of year
rules:
  rate: {then: {earn: {points: 1 per 1.00}}}
  sunday: {when: weekday(occurred_at) == 7, then: {discount: {percent: 5}}}
"""
JULY = GROVE
for _old, _new in {
    "1 per 1.00": "2 per 1.00",
    "12 months": "6 months",
    "gold: 100": "gold: 150",
    "  sunday: {when: weekday(occurred_at) == 7, then: {discount: {percent: 5}}}": (
        '  gold: {when: tier.status == "gold", then: {earn: {points: 10}}}'
    ),
}.items():
    assert _old in JULY
    JULY = JULY.replace(_old, _new)
WORDS = (
    'rule gold is new: {when: tier.status == "gold", then: {earn: {points: 10}}}',
    "rule rate: earns 2 per 1 points, was 1 per 1",
    "rule sunday is gone, was {when: weekday(occurred_at) == 7, then: {discount: {percent: 5}}}",
    "currency points: units end 6 months after they were earned, was 12 months after they were"
    " earned",
    "tier status: level gold is reached at 150, was 100",
)


def at(day: str) -> int:
    """Noon in Athens, in summer, of a day of 2026."""
    return parse_time(f"2026-{day}T12:00:00+03:00")


def bought(name: str, day: str, amount: str) -> Line:
    lines = [{"sku": "s", "category": "c", "quantity": 1, "amount": amount}]
    occurred = f"2026-{day}T12:00:00+03:00"
    about = {"type": "purchase", "id": name, "member": "ann", "lines": lines}
    return {**about, "occurred_at": occurred}


def answer(posted: list[Posted]) -> dict[str, Any]:
    (only,) = posted
    assert only.answer is not None
    found: dict[str, Any] = json.loads(only.answer)
    return found


def earned(found: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Rule, units and end of all that an event earned."""
    return [
        (one["rule"], one["units"], one["expires"][:10])
        for one in found["effects"]
        if one["effect"] == "earn"
    ]


@pytest.fixture
def grove(database: Database) -> Cafe:
    return Cafe(database, GROVE)


def july(grove: Cafe, document: str = JULY) -> tuple[str, ...]:
    """Published on 1 June for 1 July; what changes, in words."""
    start = parse_time("2026-07-01T00:00:00+03:00")
    done = published(grove.database, document, now=at("06-01"), start=start)
    grove.reload()
    return done.changes


def test_a_rate_that_changes_in_the_middle_of_a_year(grove: Cafe) -> None:
    """Events before keep the old rate, also those told late; lots their end; metrics carry over;
    all members are told, and of units that end those whose they are."""
    before = answer(grove.post(bought("a", "03-10", "60.00")))
    assert (before["version"], earned(before)) == (1, [("rate", "60", "2027-03-10")])

    assert july(grove)[:-1] == WORDS
    june = answer(grove.post(bought("b", "06-28", "10.00")))  # a Sunday
    assert (june["version"], earned(june)) == (1, [("rate", "9", "2027-06-28")])

    after = answer(grove.post(bought("c", "07-05", "60.00")))  # another
    assert (after["version"], earned(after)) == (2, [("rate", "120", "2027-01-05")])
    assert after["metrics"] == {"spent-this-year": "129.50"}
    assert after["tiers"]["status"]["level"] == "basic", "100 would have done in June"

    late = answer(grove.post(bought("d", "06-20", "40.00"), now=at("07-06")))
    assert (late["version"], earned(late)) == (1, [("rate", "40", "2027-06-20")])
    assert late["metrics"] == {"spent-this-year": "169.50"}
    gold = answer(grove.post(bought("e", "07-10", "10.00")))
    assert earned(gold) == [("gold", "10", "2027-01-10"), ("rate", "20", "2027-01-10")]
    assert gold["wallet"] == {"points": {"balance": "259", "pending": "0", "held": "0"}}

    lots = grove.rows("select earned::text, ends::text, units::int from lot order by 1")
    assert lots == [
        ("2026-03-10", "2027-03-10", 60),
        ("2026-06-20", "2027-06-20", 40),
        ("2026-06-28", "2027-06-28", 9),
        ("2026-07-05", "2027-01-05", 120),
        ("2026-07-10", "2027-01-10", 30),
    ]
    grove.work(parse_time("2026-12-22T12:00:00+02:00"))
    assert told(grove) == [("version", 2), ("ann", "120", "2027-01-05T00:00:00+02:00")]
    assert said(grove.database) == ""


# ---- who is told ---------------------------------------------------------------------------------


def told(grove: Cafe) -> list[tuple[Any, ...]]:
    """What members are told of that is in the outbox beside events, in its order."""
    rows = grove.rows(
        """
        select outbox.version, sweep.effects
        from outbox
        left join lateral unnest(members, seqs) as step (member_id, seq) on true
        left join sweep on sweep.member_id = step.member_id and sweep.seq = step.seq
        where outbox.event_ids is null
        order by position, step.member_id
        """
    )
    found: list[tuple[Any, ...]] = []
    for version, effects in rows:
        if version is not None:
            found.append(("version", version))
        for one in json.loads(effects or "[]"):
            if one["effect"] == "notify":
                found.append((one["member"], one["units"], one["expires"]))
    return found


def announced(grove: Cafe, version: int) -> dict[str, Any]:
    """What all members are told of a version."""
    query = f"select announcement from programme_version where version = {version}"
    ((text,),) = grove.rows(query)
    found: dict[str, Any] = json.loads(text)
    return found


def test_what_is_announced_is_what_the_terms_say_now_and_said(grove: Cafe) -> None:
    changes = july(grove)
    found = announced(grove, 2)
    terms = found.pop("terms")
    assert found == {
        "version": 2,
        "follows": 1,
        "replaces": [],
        "from": "2026-07-01T00:00:00+03:00",
        "changes": list(changes),
    }
    assert terms["en"]["no_longer"] == [
        "You earn 1 point for every €1 you spend.",
        "Every Sunday, you get 5% off.",
        "You reach level “gold” once your spending in a calendar year has reached €100.",
        "Points will expire 12 months after the day of earning.",
    ]
    assert terms["el"]["now"][:2] == [
        "Σας πιστώνονται 2 πόντοι για κάθε 1 € που ξοδεύετε.",
        "Στο επίπεδο «gold», σας πιστώνονται 10 πόντοι για κάθε αγορά.",
    ]
    assert terms.keys() == {"en", "el", "hy", "ru"}
    for language in terms.values():
        assert [len(language[when]) for when in ("no_longer", "now")] == [4, 4]


def test_words_alone_are_not_announced(grove: Cafe) -> None:
    july(grove, GROVE.replace("The grove", "The old grove"))
    assert grove.rows("select announcement from programme_version") == [(None,), (None,)]
    assert told(grove) == []
    assert said(grove.database) == ""


def test_what_takes_the_place_of_something_announced_is_announced(grove: Cafe) -> None:
    july(grove)
    july(grove, GROVE + "# As it was.\n")
    found = announced(grove, 3)
    assert (found["follows"], found["replaces"]) == (1, [2])
    assert (found["changes"], found["terms"]) == ([], {})
    assert told(grove) == [("version", 2), ("version", 3)]
    assert said(grove.database) == ""


def test_nobody_is_told_by_a_sweep_that_has_found_nothing(grove: Cafe) -> None:
    grove.post(bought("a", "03-10", "120.00"))
    grove.sweep(parse_time("2027-01-02T12:00:00+02:00"))  # the level is reviewed
    ((effects,),) = grove.rows("select effects from sweep")
    assert [one["effect"] for one in json.loads(effects)] == ["tier"]
    assert told(grove) == []
    assert said(grove.database) == ""


TAMPERED = {
    "effects": (
        "update sweep set effects = replace(effects, '130', '131')",
        'member ann: step 3 (time up to 2026-12-22): effects: stored [{"id"',
    ),
    "effects that are not told": (
        "delete from outbox where members is not null",
        "member ann: effects of step 3: how often it is in the outbox: stored 0, folded 1",
    ),
    "effects that are told twice": (
        "update outbox set members = members || members, seqs = seqs || seqs",
        "member ann: effects of step 3: how often it is in the outbox: stored 2, folded 1",
    ),
    "effects of a step that has none": (
        "update outbox set seqs = array[2::bigint] where members is not null",
        "member ann: effects of step 2: how often it is in the outbox: stored 1, folded 0",
    ),
    "an announcement that is not told": (
        "delete from outbox where version is not null",
        "grove: version 2: how often it is in the outbox: stored 0, folded 1",
    ),
    "an announcement that is told and is none": (
        "update programme_version set announcement = null",
        "grove: version 2: how often it is in the outbox: stored 1, folded 0",
    ),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_what_members_are_told_is_proved(grove: Cafe, what: str) -> None:
    july(grove)
    grove.post(bought("a", "07-05", "5.00"), bought("b", "07-05", "60.00"))
    grove.sweep(parse_time("2026-12-22T12:00:00+02:00"))
    assert told(grove)[0] == ("version", 2)
    assert [units for _, units, _ in told(grove)[1:]] == ["130"]
    statement, expected = TAMPERED[what]
    assert grove.change(statement) > 0
    found = said(grove.database)
    assert expected in found, found


def test_what_was_swept_before_there_were_effects_is_not_missed(grove: Cafe) -> None:
    grove.post(bought("a", "03-10", "60.00"))
    grove.sweep(parse_time("2027-02-25T12:00:00+02:00"))
    assert len(told(grove)) == 1
    # The build before kept what members are told of alone, which is all that fell due here.
    grove.change("update sweep set notices = effects, effects = null")
    assert said(grove.database) == ""
    grove.change("update sweep set notices = replace(notices, '60', '61')")
    assert "notices: stored" in said(grove.database)
    grove.change("update sweep set notices = null")
    grove.change("delete from outbox where members is not null")
    assert said(grove.database) == ""


def test_new_terms_for_all_change_the_ends_of_what_members_have(grove: Cafe) -> None:
    """In the books, too, whether an event or a sweep comes first; the next return finds them."""
    grove.post(bought("a", "02-10", "50.00"), bought("b", "03-10", "40.00"))
    grove.post({**bought("c", "03-10", "30.00"), "member": "ben"})
    for_all = JULY.replace("currencies:\n", "settings: {new-terms: all}\ncurrencies:\n", 1)
    said_of_it = july(grove, for_all)
    assert any(change.endswith("; also those that members have") for change in said_of_it)
    ((announced,),) = grove.rows("select announcement from programme_version where version = 2")
    assert "goes for what you have, too" in announced
    whole = {"of": {"id": "b"}, "occurred_at": "2026-07-02T12:00:00+03:00"}
    back = answer(grove.post({"type": "cancel", "id": "r", "member": "ann", **whole}))
    assert [(one["effect"], one["units"]) for one in back["effects"]] == [("take-back", "40")]
    assert said(grove.database) == ""
    grove.sweep(at("07-03"))
    assert said(grove.database) == ""
    lots = "select member_id, ends::text, units from lot where units > 0 order by ends"
    assert grove.rows(lots) == [("ann", "2026-08-10", 50), ("ben", "2026-09-10", 30)]
    grove.sweep(at("09-10"))
    assert grove.rows(lots) == []
    assert said(grove.database) == ""
