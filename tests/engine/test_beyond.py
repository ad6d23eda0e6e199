"""What is more than a limit leaves room for is cut, or refused."""

from pathlib import Path

from xenia.engine.account import decide, new_account
from xenia.engine.compile import compile_programme
from xenia.events.model import Line, Purchase
from xenia.services.programmes import sound_programme
from xenia.services.scenario import check_scenario, read_scenario

HERE = Path(__file__).parent


def test_scenario() -> None:
    assert check_scenario(read_scenario(HERE / "beyond.scenario.yaml")) == ()


def test_the_reason_says_that_a_limit_refuses() -> None:
    plan = compile_programme(sound_programme(HERE / "beyond.yaml"))
    line = Line(id="1", sku="s", category="c", quantity=1000, amount=20_000)
    bought = Purchase(id="1", member="m", occurred_at=0, lines=(line,))
    _, outcome = decide(plan, new_account(plan, "m"), bought)
    assert outcome.effects == ()
    because = {reason.rule: reason.because for reason in outcome.trace}
    assert because["point"] == because["tenth"]
    assert because["point"].endswith("more than a limit leaves, which is refused")
