"""Every text of a report, in one place; in English so far."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ASK: Final[Mapping[str, str]] = {
    "margin": "State the gross margin, such as --margin 30% (or by category, --margin"
    " PRODUCE=35%), to see the cost as a share of margin, the break-even uplift, and a discount"
    " against a bonus. It is never guessed.",
    "categories": "Margins by category need the sales by category, which only the folder of a"
    " history says. State one margin for all sales instead, such as --margin 30%.",
    "rest": "State a margin for {names} too, or one for all the rest, such as --margin 30%.",
    "unit": "Say what one of the {currency} is worth, such as --unit-value {currency}=0.01; until"
    " then its redemptions and its liability are counted in units only, and cost nothing here.",
    "nobody": "Nobody in this history is a member of “{programme}”, which takes only who enrols, so"
    " it does nothing here. Import their enrolments with the purchases (`xenia history import"
    " --members FILE`), or take everybody as enrolled right before their first purchase:"
    " --enrolled first-purchase.",
    "reward": "Say what the reward {reward} is worth, such as --reward-value {reward}=5.00; until"
    " then its vouchers are counted, and cost nothing here.",
}

TAKEN: Final[Mapping[str, str]] = {
    "margin": "Gross margin on all sales",
    "stated": "stated",
    "stated-categories": "stated by category, weighed by the sales of the history",
    "unit": "What one of the {currency} is worth ({programme})",
    "policy": "How members spend ({programme})",
    "run": "chosen for the run",
    "enrolled": "Taken as enrolled",
    "first-purchase": "{count}, right before their first purchase",
    "no-enrolment": "chosen for the run: when they enrolled is not in the history",
    "money": "Money and time zone of {programme}",
    "other-money": "those of {candidate}, instead of its own {own}",
    "settled": "What a reward costs of its face value",
    "running": "Running the programme, as a share of sales",
    "cautious": "the cautious choice, as nothing is stated",
    "not-stated": "nothing is stated",
    "all": "All members",
    "deciles": "Deciles {first} to {last} by spend",
}

SETTLED: Final[Mapping[str, str]] = {
    "whole": "all of it",
    "parts": "{cannibalised} of rewards replace a purchase and cost all of it; of the rest the"
    " goods cost {ratio}",
}

# What each number means, beside the place where it stands.
NOTES: Final[Mapping[str, str]] = {
    "facts": "Facts of the history, replayed as it happened. Nobody is assumed to buy more or less"
    " because of the programme.",
    "cost": "Given away so far (discounts, what was redeemed, vouchers of rules), what is still"
    " expected to be redeemed of the units that are outstanding, and running it. Of sales before"
    " anything is taken off, less what came back.",
    "units": "By month, less what was given back or reinstated. Outstanding is what all members"
    " hold at the end of the month, less what they owe.",
    "liability": "What is outstanding × the value of a unit. The lower line is the part of it that"
    " is expected to be redeemed, by the cohorts below, with hindsight.",
    "deferred": "Under IFRS 15, the price of sales is shared with the units that came with them, by"
    " relative stand-alone prices; revenue follows as they are redeemed. It is another number than"
    " the liability above: that says what it would cost to redeem them, this what has not been"
    " earned yet. The history is taken as one contract; ask your accountants.",
    "cohorts": "Of the units issued in a month, the share redeemed by age. What young months have"
    " not lived through is taken from older ones; beyond the oldest age of the history nothing is"
    " assumed. The range is certain: nothing more is redeemed, or all that is outstanding.",
    "deciles": "Members by what they spend, the highest tenth first. What they got is counted at"
    " face value: discounts, units spent, vouchers of rules. What they still hold is beside it, not"
    " in it: it may never be spent.",
    "full": "What they got, at face value.",
    "break-even": "By how much members' sales must rise for the programme to pay for itself against"
    " “{against}”: (1 + uplift) × (margin − its cost) is then the margin less the other's cost."
    " The dashed line is for a cost that does not grow with sales.",
    "never": "no rise in sales pays for it: it costs all of the margin",
    "same": "Two purchases of the mean price, and the same {rate} of generosity. As a discount it"
    " comes off both; as a bonus it is earned on the first and spent on the second, which is half."
    " But the second purchase earns again: with what is then still owed, it is nearly the same. The"
    " difference is a matter of time. A bonus really wins where members do not come back, do not"
    " spend what they have, are paid in goods, or come because of it. In the long run it takes"
    " {lasting} of the profit here.",
    "sweep": "The same programme and history, one number changed.",
    "policies": "The history does not say how members would have spent what they have. These are"
    " the same numbers for other ways of spending.",
    "responses": "Assumptions, not facts: what would follow if these members changed by so much."
    " Nothing in the history shows that they would; an experiment with a holdout can. The cost rate"
    " is theirs in the history, all that they hold included.",
    "treated": "What a history cannot replay as it would have happened, how often it occurs, and"
    " how it was treated.",
    "nothing-treated": "Everything in the history could be replayed as it happened.",
    "tiers": "Members by level at the end of each month.",
    "vouchers": "Vouchers that units buy cost what the units are worth; those that rules give cost"
    " their face value.",
}

HEADINGS: Final[Mapping[str, str]] = {
    "short": "In short",
    "cost": "What it costs",
    "units": "{title}, month by month",
    "liability": "Liability",
    "deferred": "Deferred revenue (IFRS 15)",
    "cohorts": "Breakage by cohort",
    "vouchers": "Vouchers",
    "tiers": "{title} over time",
    "deciles": "Who gains, who loses",
    "full": "Rewards to members who are already full",
    "break-even": "Break-even uplift",
    "same": "Discount or bonus?",
    "sweep": "What if {parameter} were another number",
    "policies": "Other ways of spending",
    "responses": "If members responded",
    "assumptions": "What was taken as given",
    "to_state": "What is still to be stated",
    "treated": "What could not be replayed",
}

POLICIES: Final[Mapping[str, str]] = {
    "history": "as the history says",
    "eager": "as soon as they can",
    "never": "never",
}


def policy(name: str) -> str:
    """How members spend, in words; what is not known as it is."""
    return POLICIES.get(name, name)


_MONTHS: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)


def month(name: str, *, year: bool = True) -> str:
    """2026-03 is March 2026, in short."""
    which, number = name.split("-")
    return f"{_MONTHS[int(number) - 1]} {which}" if year else _MONTHS[int(number) - 1]


def many(number: int, one: str, more: str = "") -> str:
    """1 member, 2 members."""
    return f"{number:,} {one if number == 1 else more or one + 's'}"
