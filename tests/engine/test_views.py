"""What a member holds can be read for any later day, and reading changes nothing."""

from tests.engine.test_account import at, compiled, purchase
from xenia.engine.account import decide, new_account, view

PLAN = compiled(
    """
xenia: 1
programme: windows
money: EUR
timezone: Europe/Athens
currencies: {stars: {pending: 3 days}, miles: {}}
metrics:
  visits: {count: true, over: rolling 30 days}
  spent: {sum: spent, over: calendar month}
rules:
  star: {then: {earn: {stars: 1 per 1.00}}}
"""
)


def test_a_window_is_read_as_of_each_day_and_stays_as_it_is() -> None:
    account = new_account(PLAN, "zoe")
    account, _ = decide(PLAN, account, purchase("e1", "2026-03-01T12:00:00+02:00"))
    account, outcome = decide(PLAN, account, purchase("e2", "2026-03-20T12:00:00+02:00"))
    assert outcome.view is not None
    assert outcome.view.metrics == {"spent": 2000, "visits": 2}
    before = list(account.state)

    def metrics(day: str) -> dict[str, int]:
        return view(PLAN, account, at(f"{day}T12:00:00+03:00")).metrics

    assert metrics("2026-03-30") == {"spent": 2000, "visits": 2}
    assert metrics("2026-03-31") == {"spent": 2000, "visits": 1}
    assert metrics("2026-04-18") == {"spent": 0, "visits": 1}
    assert metrics("2026-04-19") == {"spent": 0, "visits": 0}
    assert metrics("2026-03-30") == {"spent": 2000, "visits": 2}
    assert account.state == before


def test_what_is_pending_is_told_apart() -> None:
    _, outcome = decide(PLAN, new_account(PLAN, "zoe"), purchase("e1", "2026-03-01T12:00:00+02:00"))
    assert outcome.view is not None
    held = outcome.view.wallet
    assert list(held) == ["miles", "stars"]
    assert (held["stars"].balance, held["stars"].pending) == (0, 10)
    assert (held["miles"].balance, held["miles"].pending) == (0, 0)
