"""Returns, step by step: golden scenarios of most of what they do, and of the time for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from xenia.services.scenario import check_scenario, read_scenario


@pytest.mark.parametrize("name", ["returns", "try-at-home"])
def test_it_comes_out_as_the_scenario_says(name: str) -> None:
    path = Path(__file__).parent / f"{name}.scenario.yaml"
    assert check_scenario(read_scenario(path)) == ()
