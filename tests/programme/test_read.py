"""A document becomes the programme that it says, whether YAML or JSON, and never a crash."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.broken.documents import DOCUMENTS, HEAD
from tests.programme import strategies, trees
from tests.programme.large import LARGE, TEXT
from xenia.programme.findings import Place, excerpt, line_of
from xenia.programme.ladders import Level
from xenia.programme.model import Budget, Limit, Never, Programme
from xenia.programme.read import Reading, read
from xenia.programme.render import render
from xenia.programme.texts import Texts

ZONES = strategies.ZONES


def programme(text: str) -> Programme:
    reading = read(text, zones=ZONES)
    assert [line_of(finding, "f") for finding in reading.findings] == []
    assert reading.programme is not None
    return reading.programme


def codes(text: str) -> list[str]:
    return [finding.code for finding in read(text, zones=ZONES).findings]


def parts(value: Any) -> Iterator[Any]:
    """The dataclasses in a value, itself included."""
    if isinstance(value, Mapping):
        value = tuple(value.values())
    if isinstance(value, tuple):
        for item in value:
            yield from parts(item)
    elif is_dataclass(value):
        yield value
        for item in fields(value):
            yield from parts(getattr(value, item.name))


def test_the_large_programme_is_read_as_written_down() -> None:
    assert programme(TEXT) == LARGE


def test_levels_keep_the_order_of_the_document() -> None:
    assert list(programme(TEXT).tiers["club"].levels) == ["silver", "basic", "gold"]


def test_the_large_programme_uses_every_field() -> None:
    seen: dict[type, set[str]] = {}
    every: dict[type, set[str]] = {}
    for part in parts(LARGE):
        cls = type(part)
        every[cls] = {item.name for item in fields(cls)}
        for item in fields(cls):
            default = item.default_factory() if callable(item.default_factory) else item.default
            if getattr(part, item.name) != default:
                seen.setdefault(cls, set()).add(item.name)
    assert {cls: names - seen.get(cls, set()) for cls, names in every.items()} == {
        cls: set() for cls in every
    }


# ---- JSON ----------------------------------------------------------------------------------------


def test_the_large_programme_is_the_same_in_json() -> None:
    text = trees.as_json(trees.tree(TEXT))
    assert read(text, zones=ZONES, json=True).programme == LARGE


@given(strategies.programmes)
def test_any_programme_is_the_same_in_json(value: Programme) -> None:
    text = trees.as_json(trees.tree(render(value)))
    assert read(text, zones=ZONES, json=True).programme == value


def test_json_may_write_a_character_as_two() -> None:
    text = '{"xenia": 1, "programme": "a", "money": "EUR", "timezone": "UTC", "operator": "%s"}'
    for written, meant in ((r"\ud83d\ude00", "😀"), (r"\\ud83d", r"\ud83d"), (r"\u00e9\/", "é/")):
        reading = read(text % written, zones=ZONES, json=True)
        assert reading.programme is not None
        assert reading.programme.operator == meant


# ---- short forms, and what the reader makes the same ---------------------------------------------


def test_a_single_limit_needs_no_brackets() -> None:
    one = programme(HEAD + "groups: {a: {limits: {times: 1, per: day}}}\n")
    assert one == programme(HEAD + "groups: {a: {limits: [{times: 1, per: day}]}}\n")
    assert one.groups["a"].limits == (Limit(times=1, per="day"),)


def test_a_single_budget_needs_no_brackets_and_is_for_ever() -> None:
    one = programme(HEAD + "groups: {a: {budget: {units: 1000}}}\n")
    assert one == programme(HEAD + "groups: {a: {budget: [{units: 1000, per: ever}]}}\n")
    assert one.groups["a"].budget == (Budget(units=Decimal(1000)),)


def test_a_short_level_of_0_is_always_reached() -> None:
    ladder = programme(HEAD + "tiers: {a: {by: x, levels: {low: 0, mid: 0.0, top: 1}}}\n").tiers[
        "a"
    ]
    assert ladder.levels["low"] == ladder.levels["mid"] == Level()
    assert ladder.levels["top"] != Level()


def test_the_order_of_never_does_not_count() -> None:
    both = programme(HEAD + "exclusions: {a: {lines: x, never: [discount, earn]}}\n")
    assert both.exclusions["a"].never == (Never.EARN, Never.DISCOUNT)


def test_a_message_in_place_is_a_text_by_the_id_of_its_rule() -> None:
    words = "{en: Well done, el: Μπράβο, hy: Ապրեք, ru: Молодец}"
    rule = "rules: {big: {then: {notify: %s}}, small: {then: {notify: hello}}}\n"
    texts = "texts: {hello: Hello%s}\n"
    one = programme(HEAD + rule % words + texts % "")
    assert one == programme(HEAD + rule % "big" + texts % f", big: {words}")
    assert programme(render(one)) == one
    alone = programme(HEAD + f"rules: {{big: {{then: {{notify: {words}}}}}}}\n")
    assert alone.texts == {"big": one.texts["big"]}


def test_what_is_wrong_with_a_message_in_place_stands_there() -> None:
    text = HEAD + "rules:\n  big: {then: {notify: {en: Well done, english: Well done}}}\n"
    (finding,) = read(text, zones=ZONES).findings
    assert finding.code == "bad-locale"
    assert finding.place == Place(6, 40)


def test_a_bare_text_is_english() -> None:
    assert programme(HEAD + "title: Our café\n").title == Texts({"en": ("Our café",)})


def test_a_plain_no_is_a_text_where_a_text_is_asked_for() -> None:
    assert programme(HEAD + "lists: {countries: [no, 007, 1e3]}\n").lists["countries"] == (
        "no",
        "007",
        "1e3",
    )


def test_line_ends_and_a_byte_order_mark_do_not_count() -> None:
    assert programme("\ufeff" + TEXT.replace("\n", "\r\n")) == LARGE


# ---- bounds --------------------------------------------------------------------------------------


def test_the_largest_document_is_read_and_a_larger_one_is_not() -> None:
    assert codes((HEAD + "#").ljust(4_000_000, "x")) == []
    assert codes((HEAD + "#").ljust(4_000_001, "x")) == ["too-large"]
    assert codes((HEAD + "#").ljust(4_000_000 - 1, "x") + "é") == ["too-large"]


def test_values_nest_twenty_deep_and_no_deeper() -> None:
    def nested(depth: int) -> str:
        return HEAD + "lists: " + "[" * depth + "]" * depth

    assert "too-deep" not in codes(nested(19))
    assert codes(nested(20)) == ["too-deep"]
    assert codes(nested(200_000)) == ["too-deep"]


def test_ten_thousand_rules_are_read_and_no_more() -> None:
    rules = [f"  r{n}: {{then: {{issue: a}}}}\n" for n in range(10_001)]
    text = HEAD + "rules:\n" + "".join(rules[1:])
    assert len(programme(text).rules) == 10_000
    assert codes(text + rules[0]) == ["too-many"]


def test_findings_are_not_endless() -> None:
    text = HEAD + "lists: {" + ", ".join(f"A{n}: [x]" for n in range(500)) + "}\n"
    assert codes(text) == ["bad-id"] * 200


@pytest.mark.parametrize(
    ("amount", "problem"),
    [
        ("0.000001 per 1000000", []),
        ("1000000 per 0.000001", []),
        ("1000001 per 1", ["bad-rate"]),
        ("1 per 1000000.5", ["bad-rate"]),
        ("100 %", []),
        ("0 %", ["out-of-range"]),
        ("0 per 1", ["out-of-range"]),
        ("1 per 01", []),  # no rate, and so left to the language
    ],
)
def test_rates_are_exact_fractions_of_numbers_up_to_a_million(
    amount: str, problem: list[str]
) -> None:
    assert codes(HEAD + f"rules: {{a: {{then: {{earn: {{points: {amount}}}}}}}}}\n") == problem


# ---- dates ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "until", "fits"),
    [
        ("2026-03-01", "2026-03-02", True),
        ("2026-03-02", "2026-03-01", False),
        ("2026-03-01T10:00:00+02:00", "2026-03-01T09:00:00Z", True),
        ("2026-03-01T10:00:00+02:00", "2026-03-01T08:00:00Z", False),
        ("2026-03-02", "2026-03-01T20:00:00Z", True),  # in Tokyo
        ("2026-03-03", "2026-03-01T20:00:00Z", False),  # nowhere
        ("1899-12-31", "2026-03-01", False),
        ("2026-03-01", "2200-01-01", False),
    ],
)
def test_a_rule_begins_before_it_ends(since: str, until: str, fits: bool) -> None:
    text = HEAD + f"rules: {{a: {{from: {since}, until: {until}, then: {{issue: b}}}}}}\n"
    assert (codes(text) == []) is fits


# ---- what is wrong -------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "text"), DOCUMENTS, ids=[name for name, _ in DOCUMENTS])
def test_every_broken_document_is_refused_with_place_and_remedy(name: str, text: str) -> None:
    reading = read(text, zones=ZONES)
    assert reading.programme is None, name
    assert reading.findings
    lines = text.split("\n")
    for finding in reading.findings:
        assert finding.place is not None
        assert finding.sentence
        assert finding.remedy
        assert not finding.sentence.endswith(".")
        assert finding.source is not None
        assert finding.caret is not None
        assert 0 <= finding.caret <= len(finding.source)
        line = lines[finding.place.line - 1].replace("\t", " ").replace("\x07", "\ufffd")
        assert finding.source in line
        assert excerpt(finding).count("\n") == 1


def test_all_errors_are_listed_by_place() -> None:
    text = HEAD + "rules:\n  A: {}\n  b: {when: [], then: {issue: C}}\nlist: {}\n"
    found = read(text, zones=ZONES).findings
    assert [line_of(finding, "cafe.yaml").split(": ")[0] for finding in found] == [
        "cafe.yaml:6:3",
        "cafe.yaml:7:13",
        "cafe.yaml:7:31",
        "cafe.yaml:8:1",
    ]
    assert [finding.path for finding in found] == [
        ("rules", "A"),
        ("rules", "b", "when"),
        ("rules", "b", "then", "issue"),
        ("list",),
    ]
    assert line_of(found[3], "cafe.yaml") == (
        "cafe.yaml:8:1: error unknown-key: `list` is not a key of a programme "
        "(did you mean `lists`?)"
    )


def test_a_long_line_is_shown_around_the_place() -> None:
    text = HEAD + "categories: [" + ", ".join(f"c{n}" for n in range(300)) + ", true]\n"
    (finding,) = read(text, zones=ZONES).findings
    assert finding.source is not None
    assert finding.caret is not None
    assert len(finding.source) == 160
    assert finding.source[finding.caret :].startswith("true]")


def test_the_caret_points_at_the_word() -> None:
    (finding,) = read(HEAD + "settings: {tax: include}\n", zones=ZONES).findings
    assert excerpt(finding) == "settings: {tax: include}\n                ^"


def sound(reading: Reading) -> bool:
    return (reading.programme is None) == bool(reading.findings)


@given(st.text(max_size=200), st.booleans())
def test_no_text_is_too_strange(text: str, json: bool) -> None:
    assert sound(read(text, zones=ZONES, json=json))


@given(st.data())
def test_no_change_of_a_document_is_too_strange(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(TEXT)))
    end = data.draw(st.integers(start, min(len(TEXT), start + 30)))
    put = data.draw(
        st.sampled_from(["", "\n", ":", "{", "}", "'", '"', "-", "&a", "*a", "!", "~", "[]", "  "])
        | st.text(max_size=5)
    )
    assert sound(read(TEXT[:start] + put + TEXT[end:], zones=ZONES))


def test_without_libyaml_the_same_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [TEXT, *(text for name, text in DOCUMENTS if "more rules" not in name)]
    quick = [read(text, zones=ZONES) for text in texts]
    monkeypatch.delattr(yaml, "CSafeLoader")
    slow = [read(text, zones=ZONES) for text in texts]
    assert [reading.programme for reading in slow] == [reading.programme for reading in quick]
    for a, b in zip(slow, quick, strict=True):
        assert {finding.code for finding in a.findings} == {finding.code for finding in b.findings}


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"k{n}: 1\n" for n in range(20_000)),
        HEAD + "a: 1\n" * 20_000,
        HEAD + f"? {'x' * 500_000}\n: 1\n",
        HEAD + f"enrolment: {'first' * 100_000}\n",
        HEAD + "locations:\n" + "".join(f"  a{n}: {{timezone: Athens}}\n" for n in range(4_000)),
        HEAD + "categories: [" + "a," * 400_000 + "]\n",
        HEAD + "rules: {" * 100_000,
    ],
    ids=["keys", "same key", "long key", "long word", "zones", "long list", "never closed"],
)
def test_a_vast_mistake_is_told_in_few_words(text: str) -> None:
    found = read(text, zones=ZONES).findings
    assert 0 < len(found) <= 200
    assert max(len(line_of(finding, "f")) for finding in found) < 1_000


def test_nothing_in_a_document_writes_to_the_terminal() -> None:
    text = HEAD + r'"tax\e[31m": 1' + "\n" + r'enrolment: "a\nb\u001b"' + "\n"
    for finding in read(text, zones=ZONES).findings:
        assert line_of(finding, "f").isprintable()
    (finding,) = read(HEAD + "operator: \x1b[31m\n", zones=ZONES).findings
    assert excerpt(finding) == "operator: \ufffd[31m\n          ^"
