"""Badges, messages and flags: a golden scenario, and what staff alone reads is not explained."""

from pathlib import Path

from xenia.programme.explain import explain
from xenia.programme.formulas import analyse
from xenia.services.programmes import sound_programme
from xenia.services.scenario import check_scenario, read_scenario

HERE = Path(__file__).parent


def test_it_comes_out_as_the_scenario_says() -> None:
    assert check_scenario(read_scenario(HERE / "told.scenario.yaml")) == ()


def test_customers_are_told_of_badges_and_messages_and_not_of_flags() -> None:
    programme = sound_programme(HERE / "told.yaml")
    told = explain(programme, analyse(programme), "en")
    assert not told.unsaid
    said = "\n".join(told.sentences)
    assert "you receive the badge “Reviewer” and you get a message: “Thank you" in said
    assert "very large" not in said
