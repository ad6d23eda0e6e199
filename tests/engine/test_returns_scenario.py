"""Returns, step by step: a golden scenario of most of what they do."""

from __future__ import annotations

from pathlib import Path

from xenia.services.scenario import check_scenario, read_scenario


def test_it_comes_out_as_the_scenario_says() -> None:
    path = Path(__file__).parent / "returns.scenario.yaml"
    assert check_scenario(read_scenario(path)) == ()
