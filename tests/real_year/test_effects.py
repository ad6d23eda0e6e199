"""Over the real year the engine says what the naive reference says, effect by effect.

Of six hundred, `test_service` shows the same of what the service has stored.
"""

from __future__ import annotations

import pytest

from tests.engine.test_reference import difference, result
from tests.reference.engine import Reference
from tests.reference.holdings import Member
from xenia.connectors.complete_journey import CompleteJourney
from xenia.engine.account import Account, decide, new_account, view
from xenia.engine.compile import compile_programme
from xenia.events.model import member_name
from xenia.services.catalogue import programme_file
from xenia.services.programmes import sound_programme

SLICE = 25


def check(year: CompleteJourney) -> int:
    """Fail at the first purchase of which they say something else; how many there were."""
    programme = sound_programme(programme_file("department-points"))
    plan, reference = compile_programme(programme), Reference(programme, takes_back=False)
    accounts: dict[str, Account] = {}
    members: dict[str, Member] = {}
    number = 0
    for purchase in year.purchases():
        number += 1
        key = member_name(purchase.member) or ""
        account = accounts.get(key) or new_account(plan, key)
        expected = reference.decide(members.setdefault(key, Member()), purchase)
        accounts[key], outcome = decide(plan, account, purchase, trace=False)
        seen = view(plan, accounts[key], purchase.occurred_at)
        told = difference(expected, result(outcome, seen, accounts[key].vouchers))
        if told:
            shown = "\n".join(told)
            pytest.fail(f"{purchase}\n\n{shown}", pytrace=False)
    return number


def test_twenty_five_households_earn_what_the_reference_says() -> None:
    assert check(CompleteJourney(SLICE)) == 1_710
