"""What a history cannot replay as a service would, by name, with how a backtest treats it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xenia.backtest.enrolled import ASSUMED
from xenia.backtest.policies import Policy
from xenia.backtest.result import Effects, Treatment
from xenia.backtest.sources import Source
from xenia.engine.plan import Plan

HOW: Mapping[str, str] = {
    ASSUMED: "taken as enrolled right before their first purchase, as was asked for: their"
    " enrolments are not in the history",
    "guests": "left out: an event of nobody in particular has no effect",
    "clocks": "left out: time passes to the end of the history anyway",
    "out-of-order": "decided in order of occurrence, not in that of recording: where a service was"
    " told late, it may have decided otherwise",
    "unreadable": "left out: it is no event, or one with the same id and other content was there",
    "returns-without-purchase": "left out: the purchase is not in the history, or another member's",
    "returns-refused": "refused, as a service would: so much was not left, or nothing can be taken"
    " back of it",
    "returns-too-late": "refused, as a service would: the programme's time for returns was over",
    "returns-below-zero": "refused, as a service would: the member had fewer units; in an imported"
    " history a later return of the same purchase is of what that one would have left",
    "cancelled-redemptions": "left out: whether its vouchers were used is not known; it stands",
    "claims-of-guests-purchases": "left out: the guest's purchase stays nobody's",
    "transfers": "left out: neither member has other units by it",
    "referrals": "left out: nobody has a reward for whom they brought",
    "merges": "left out: both stay members of their own",
    "openings": "left out: members begin with nothing",
    "vouchers-at-the-till": "left out: vouchers of the past were issued by what is not this"
    " programme, so they take nothing off",
    "vouchers-never-used": "issued, and counted as such; none is ever used, so none takes anything"
    " off later purchases",
    "chance": "drawn by a key of zeros, as in a replay: who wins is another than in a service",
    "stock-under-policy": "not held to: what members redeem by a policy takes no account of what is"
    " left of a reward",
    "rules-on-redemptions": "decided as if a redemption said nothing but its reward, and no time",
    "redemptions-of-the-history": "left out: members redeem by the policy instead",
}


def treatments(counts: Mapping[str, int]) -> tuple[Treatment, ...]:
    """All that there is at all, by name."""
    return tuple(
        Treatment(name, counts[name], HOW[name]) for name in sorted(counts) if counts[name]
    )


def of_plan(
    plan: Plan, source: Source, policy: Policy, effects: tuple[Effects, ...]
) -> Iterator[tuple[str, int]]:
    """What of a programme itself is treated otherwise, and how often."""
    purchases = source.events.get("purchase", 0)
    if any(part.chances for part in plan.types.values()):
        yield "chance", purchases
    issued = sum(int(one.units.sum()) for one in effects if one.kind == "issue")
    yield "vouchers-never-used", issued
    if policy.share is not None:
        if source.redeems:
            yield "redemptions-of-the-history", source.events.get("redemption", 0) or 1
        part = plan.types["redemption"]
        asked = sum(int(one.times.sum()) for one in effects if one.kind == "spend")
        yield "rules-on-redemptions", asked if part.rules else 0
        redeemed = [one for one in effects if one.kind == "issue" and one.rule is None]
        stocked = {key for key, one in plan.programme.rewards.items() if one.stock is not None}
        yield (
            "stock-under-policy",
            sum(int(one.units.sum()) for one in redeemed if one.reward in stocked),
        )
