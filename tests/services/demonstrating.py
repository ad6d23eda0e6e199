"""Decides a demonstration's purchases in memory, as the service does it."""

from __future__ import annotations

from xenia.effects import NOTHING, Given
from xenia.engine.account import Account, new_account
from xenia.events.model import member_name
from xenia.services.budgets import Budgets
from xenia.services.demo import Demonstration


def decided(run: Demonstration) -> int:
    """Decide and count all purchases; how many there were."""
    accounts: dict[str, Account] = {}
    given: dict[str, Given] = {}
    budgets = Budgets()
    for purchase in run.source.purchases():
        member = member_name(purchase.member) or ""
        account = accounts.get(member) or new_account(run.plan, member)
        what = budgets.given(run.plan, purchase)
        if what is not NOTHING:
            given[purchase.id] = what
        accounts[member], outcome = budgets.decide(run.plan, account, purchase, what, trace=False)
        run.take(purchase, outcome.effects)
    run.end(accounts, given)
    return sum(shopper.purchases for shopper in run.tally.shoppers.values())
