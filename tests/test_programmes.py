"""The catalogue: every programme is sound, told in every language, and held by its scenario."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.core import Locale

from xenia.events.model import OWN
from xenia.events.wire import MOMENTS
from xenia.programme.check import check
from xenia.programme.explain import Explanation, explain
from xenia.programme.formulas import analyse
from xenia.programme.model import Expression, Gives, Programme
from xenia.programme.periods import Duration
from xenia.programme.read import Reading, read
from xenia.programme.render import render
from xenia.programme.texts import Texts
from xenia.programme.words import languages
from xenia.services.files import read_programme, zones
from xenia.services.replay import replay_of
from xenia.services.scenario import Scenario, read_scenario, run_scenario

FOLDER = Path(__file__).parents[1] / "programmes"
SCENARIOS = sorted(FOLDER.glob("*.scenario.yaml"))
NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml") if path not in SCENARIOS)
KEY = bytes(32)

# What `check` advises against, and the programme does on purpose; all others it has no advice for.
ADVISED = {
    "three-per-hundred": ["never-spent", "hard-to-understand", "large-discount"],
}
# Names, which are the same in every language.
NAMED: Mapping[str, set[str]] = {
    "bath-bucks": {"Bath", "Buck", "Bucks", "CA"},
    "beauty-insider": {"VIB", "Rouge"},
    "burrito-dollars": {"smoothie"},
    "coffee-gold": {"gold", "card"},  # the code of the article
    "coffee-stars": {"Wi", "Fi"},
    "electronics-premier": {"Premier"},
    "luxury-circle": {"American", "Airlines"},
}
# No rules on purpose: there is nothing that could fire.
WITHOUT_RULES = {"apple-none"}

programmes = pytest.mark.parametrize("name", NAMES)


@cache
def reading(name: str) -> Reading:
    return read_programme(FOLDER / f"{name}.yaml")


@cache
def programme(name: str) -> Programme:
    found = reading(name).programme
    assert found is not None, reading(name).findings
    return found


@cache
def scenario(name: str) -> Scenario:
    return read_scenario(FOLDER / f"{name}.scenario.yaml")


@cache
def answers(name: str) -> list[dict[str, Any]]:
    """The lines of the scenario's members, without the final ones and those of time passing."""
    replay = replay_of(programme(name), KEY)
    lines = replay.run((event.line, event.value) for event in scenario(name).events)
    return [line for line in lines if line.get("event") and line.get("member")]


def advice(text: str) -> set[str]:
    found = check(read(text, zones=zones()))
    assert {item.severity for item in found} <= {"advice"}, found
    return {item.code for item in found}


# ---- the files -----------------------------------------------------------------------------------


def test_every_programme_has_its_scenario() -> None:
    assert NAMES
    assert [path.name.removesuffix(".scenario.yaml") for path in SCENARIOS] == NAMES


@programmes
def test_a_programme_has_the_name_of_its_file_and_says_what_it_chose(name: str) -> None:
    found = programme(name)
    assert found.id == name
    assert found.notes is not None
    assert scenario(name).programme == FOLDER / f"{name}.yaml"


@programmes
def test_check_finds_no_error_and_advises_only_where_that_is_wanted(name: str) -> None:
    found = [(item.severity, item.code) for item in check(reading(name))]
    assert found == [("advice", code) for code in ADVISED.get(name, [])]


@programmes
def test_a_programme_is_the_same_when_it_is_written_and_read_again(name: str) -> None:
    again = read(render(programme(name)), zones=zones())
    assert again.findings == ()
    assert again.programme == programme(name)


# ---- what a customer is told ---------------------------------------------------------------------


def texts(value: object) -> Iterator[Texts]:
    """Every text of a programme that is for its customers."""
    if isinstance(value, Texts):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from texts(item)
    elif is_dataclass(value):
        for part in fields(value):
            if part.name != "notes":
                yield from texts(getattr(value, part.name))


@programmes
def test_every_text_for_customers_is_in_every_language(name: str) -> None:
    found = list(texts(programme(name)))
    assert programme(name).title in found
    assert all(set(languages()) <= set(text.forms) for text in found)


@programmes
def test_every_currency_has_all_plural_forms_of_every_language(name: str) -> None:
    for currency in programme(name).currencies.values():
        assert currency.title is not None
        for language, forms in currency.title.forms.items():
            least = len({*Locale.parse(language).plural_form.tags, "other"})
            # One that sounds alike for any number is written once.
            assert len(forms) == 1 or len(forms) >= least, (language, forms)


LETTERS = {"el": "Α-Ωα-ωά-ώ", "en": "A-Za-z", "hy": "Ա-Ֆա-և", "ru": "А-Яа-яЁё"}


def words_of(told: Explanation) -> Iterator[str]:
    yield from (told.title, told.reading, *told.sentences, *told.reasons)
    for table in told.tables:
        yield from (table.title, *(title for _, title in table.levels))
        for row in table.rows:
            yield from (row.title, *row.cells)


@programmes
@pytest.mark.parametrize("locale", languages())
def test_a_programme_is_told_without_a_gap(name: str, locale: str) -> None:
    told = explain(programme(name), analyse(programme(name)), locale)
    assert told.sentences
    assert told.unsaid == ()
    own = re.compile(f"[{LETTERS[locale]}]")
    assert all(own.search(text) for text in (told.reading, *told.sentences, *told.reasons))


@programmes
@pytest.mark.parametrize("locale", languages())
def test_no_word_of_another_language_is_left_but_names(name: str, locale: str) -> None:
    told = explain(programme(name), analyse(programme(name)), locale)
    others = "".join(letters for key, letters in LETTERS.items() if key != locale)
    kept = NAMED.get(name, set()) | {programme(name).money}
    for text in words_of(told):
        assert set(re.findall(f"[{others}]{{2,}}", text)) <= kept, text


# ---- what happens --------------------------------------------------------------------------------


@programmes
def test_the_scenario_comes_out_as_written(name: str) -> None:
    assert run_scenario(scenario(name), replay_of(programme(name), KEY)) == ()


@programmes
def test_every_event_of_the_scenario_is_expected_to_bring_something(name: str) -> None:
    expected = {item.value["event"] for item in scenario(name).expect}
    moments = {line["event"] for line in answers(name) if line["source"] == OWN}
    assert {event.value["id"] for event in scenario(name).events} | moments == expected


def type_of(line: dict[str, Any], types: Mapping[str, str]) -> str:
    """The type of an event; the id of what is recorded by itself begins with it."""
    name: str = line["event"]
    return name.partition("/")[0] if line["source"] == OWN else types[name]


@programmes
def test_every_rule_fires_in_one_event_of_its_type_and_stays_silent_in_another(name: str) -> None:
    types = {event.value["id"]: event.value["type"] for event in scenario(name).events}
    applied = [
        (type_of(line, types), {item["rule"] for item in line["trace"] if item["applied"]})
        for line in answers(name)
    ]
    for key, rule in programme(name).rules.items():
        fires = [key in rules for type_, rules in applied if type_ == rule.on]
        # What has no condition cannot but fire when the moment is there.
        always = rule.on in MOMENTS and rule.when is None
        assert set(fires) == ({True} if always else {True, False}), key
    assert bool(programme(name).rules) == (name not in WITHOUT_RULES)


# ---- every number is held by its scenario --------------------------------------------------------


def shifted(value: object) -> Iterator[Any]:
    """A programme, or a part of it, once for each of its numbers, that being a little off."""
    if isinstance(value, Decimal):
        step = Decimal((0, (1,), int(value.as_tuple().exponent)))
        yield from (value + step, value - step)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield from (value + 1, value - 1)
    elif isinstance(value, Expression):
        for number in re.finditer(r"(?<![\w.\"])\d+(\.\d+)?(?![\w\"])", value.text):
            for other in shifted(Decimal(number.group())):
                before, after = value.text[: number.start()], value.text[number.end() :]
                yield Expression(f"{before}{other:f}{after}")
    elif isinstance(value, Duration):
        part = "months" if value.months else "days"
        yield from (replace(value, **{part: other}) for other in shifted(getattr(value, part)))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from ({**value, key: other} for other in shifted(item))
    elif isinstance(value, tuple):
        for place, item in enumerate(value):
            yield from ((*value[:place], x, *value[place + 1 :]) for x in shifted(item))
    elif is_dataclass(value) and not isinstance(value, Texts | Gives | type):
        for part_ in fields(value):
            own = getattr(value, part_.name)
            # A term of returns that is not said is none of the programme's own.
            unsaid = part_.name == "given_back_lasts" and own == part_.default
            if part_.name not in ("decimals", "priority") and not unsaid:
                for other in shifted(own):
                    yield replace(value, **{part_.name: other})


@pytest.mark.prove
@programmes
def test_no_number_of_a_programme_can_be_another_without_the_scenario_noticing(name: str) -> None:
    unnoticed = []
    plain = set(render(programme(name)).splitlines())
    for other in shifted(programme(name)):
        text = render(other)
        if any(item.severity == "error" for item in check(read(text, zones=zones()))):
            continue
        if not run_scenario(scenario(name), replay_of(other, KEY)):
            unnoticed.append(set(text.splitlines()) - plain)
    assert unnoticed == []


# ---- warnings that the catalogue asks for --------------------------------------------------------


@pytest.mark.parametrize(
    ("percent", "codes"), [("19.99", set()), ("20", {"large-discount"}), ("21", {"large-discount"})]
)
def test_a_standing_discount_of_a_fifth_is_warned_of(percent: str, codes: set[str]) -> None:
    text = (FOLDER / "discount-cumulative.yaml").read_text(encoding="utf-8")
    highest = "{discount: {percent: 10}}"
    assert text.count(highest) == 1
    assert advice(text.replace(highest, f"{{discount: {{percent: {percent}}}}}")) == codes


def test_fourteen_points_a_dollar_and_half_off_in_april_is_not_understood() -> None:
    found = advice(
        """
        xenia: 1
        programme: fourteen-points
        money: USD
        timezone: America/Chicago
        currencies: {points: {title: {en: [point, points]}}}
        rules:
          points: {then: {earn: {points: 1 per 1}}}
          april:
            when: balance.points >= 280 && month(occurred_at) == 4
            then: {discount: {percent: 50}}
        rewards:
          dollar: {price: {points: 14}, gives: {gift-card: 1.00}}
        """
    )
    assert "hard-to-understand" in found
