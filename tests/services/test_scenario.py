"""A scenario file is read strictly, and tells every way in which its events come out otherwise."""

from pathlib import Path

import pytest

from tests.services.counting import replay
from xenia.services.inputs import UnusableError
from xenia.services.scenario import Scenario, read_scenario, run_scenario

EVENTS = """
programme: stars
events:
  - {type: purchase, id: e1, member: zoe, occurred_at: 2026-01-01T12:00:00Z, lines: []}
  - {type: purchase, id: e2, member: adam, occurred_at: 2026-01-01T12:00:00Z, lines: []}
  - type: purchase
    id: e3
    member: zoe
    occurred_at: 2026-01-02T12:00:00Z
    lines:
      - {sku: tea, category: drink, quantity: 1, amount: 2.50, tags: ["1"]}
  - {type: clock, id: c1, occurred_at: 2026-01-11T12:00:00Z}
  - {type: clock, id: c2, occurred_at: 2026-01-11T13:00:00Z}
"""


def scenario(folder: Path, text: str, name: str = "stars.scenario.yaml") -> Scenario:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_scenario(path)


def failures(folder: Path, rest: str) -> list[tuple[str, int, str, str, str]]:
    found = run_scenario(scenario(folder, EVENTS + rest), replay())
    return [
        (f.about, f.line, f.difference.path, f.difference.expected, f.difference.got) for f in found
    ]


def test_what_comes_out_as_written_has_no_failure(tmp_path: Path) -> None:
    rest = """
expect:
  - {event: e1, effects: [{effect: earn, units: 1}], wallet: {stars: {balance: 1}}, refusals: []}
  - {event: c1, member: zoe, effects: [{effect: expire}]}
  - {event: c1, member: adam, effects: [{effect: expire}]}
  - {event: c2, effects: [], refusals: []}
final:
  zoe: {wallet: {stars: {balance: 1.00}}, vouchers: []}
later: [A birthday brings a star.]
"""
    assert failures(tmp_path, rest) == []
    assert scenario(tmp_path, EVENTS + rest).later == ("A birthday brings a star.",)


@pytest.mark.parametrize(
    ("rest", "failure"),
    [
        (
            "expect: [{event: e1, effects: [{units: 2}]}]",
            ("e1", 14, "effects[0].units", "2", "1"),
        ),
        (
            "expect: [{event: e9, effects: []}]",
            ("e9", 14, "", "an event of that id", "there is none in `events`"),
        ),
        (
            "expect: [{event: e1}, {event: e1}]",
            ("e1", 14, "", "one more answer to it", "none is left"),
        ),
        (
            "expect: [{event: e1, member: adam}]",
            ("e1", 14, "", "one more answer to it", "none is left"),
        ),
        ("expect: [{event: c1, effects: []}]", ("c1", 14, "effects", "none", "1: [{")),
        ("expect: [{event: c2, effects: [{}]}]", ("c2", 14, "effects", "1: [{}]", "none")),
        ("expect: [{event: c2, efects: []}]", ("c2", 14, "efects", "[]", "nothing of that name")),
        (
            "final: {max: {}}",
            ("final max", 14, "", "a member", "no event is theirs"),
        ),
        (
            "final: {zoe: {wallet: {stars: {balance: 7}}}}",
            ("final zoe", 14, "wallet.stars.balance", "7", "1"),
        ),
    ],
)
def test_each_way_to_differ_is_told_with_its_line(
    tmp_path: Path, rest: str, failure: tuple[str, int, str, str, str]
) -> None:
    (found,) = failures(tmp_path, rest)
    assert found[:4] == failure[:4]
    assert found[4].startswith(failure[4])


ODD = """
programme: stars
events:
  - {type: purchase, id: e1, member: zoe, occurred_at: 2026-01-01T12:00:00Z, lines: []}
  - {type: survey, id: s1, occurred_at: 2026-01-01T12:00:00Z}
  - {type: purchase, id: e1, member: zoe, occurred_at: 2026-01-01T12:00:00Z, lines: []}
  - {type: purchase, id: e1, member: max, occurred_at: 2026-01-01T12:00:00Z, lines: []}
"""


def test_an_event_that_cannot_be_read_is_a_failure_unless_it_is_expected(tmp_path: Path) -> None:
    unexpected = run_scenario(scenario(tmp_path, ODD), replay())
    assert [(found.about, found.line) for found in unexpected] == [("s1", 5), ("e1", 7)]
    assert "not-supported at /type" in unexpected[0].difference.got
    told = """
expect:
  - {event: s1, error: not-supported}
  - {event: e1, effects: [{effect: earn}]}
  - {event: e1, effects: [{effect: earn}]}
  - {event: e1, error: different-content}
"""
    assert run_scenario(scenario(tmp_path, ODD + told), replay()) == ()


def test_the_programme_is_a_file_or_an_id_beside_the_scenario(tmp_path: Path) -> None:
    assert scenario(tmp_path, "programme: stars").programme == tmp_path / "stars.yaml"
    found = scenario(tmp_path, "programme: ../other/moons.json").programme
    assert found == tmp_path / "../other/moons.json"


def test_a_scenario_may_be_json(tmp_path: Path) -> None:
    text = '{"programme": "stars",\n\t"later": ["a sentence"]}'
    assert scenario(tmp_path, text, "s.json").later == ("a sentence",)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("events: []", "1:1: `programme` names"),
        ("programme: [stars]", "1:12: `programme` names"),
        (
            "programme: stars\nevent: []",
            "2:1: a scenario has no key `event`: did you mean `events`",
        ),
        ("programme: stars\nzzz: []", "known are programme, events"),
        ("programme: stars\nevents: {}", "2:9: `events` is a list"),
        ("programme: stars\nevents: [e1]", "2:10: an item of `events` is a mapping"),
        ("programme: stars\nexpect: [{effects: []}]", "2: an item of `expect` names its event"),
        ("programme: stars\nfinal: []", "2:8: `final` is a mapping of members"),
        ("programme: stars\nfinal: {zoe: 1}", "2:14: a member of `final`"),
        ("programme: stars\nlater: soon", "2:8: `later` is a list"),
        ("programme: stars\nlater: [{a: b}]", "2:9: an item of `later` is a sentence"),
        ("programme: stars\nprogramme: moons", "2:1: error duplicate-key"),
        ("- programme", "a scenario is a mapping"),
        ("", "error empty"),
    ],
)
def test_what_is_wrong_with_a_scenario_is_told_with_its_place(
    tmp_path: Path, text: str, told: str
) -> None:
    with pytest.raises(UnusableError) as caught:
        scenario(tmp_path, text)
    assert told in str(caught.value)
