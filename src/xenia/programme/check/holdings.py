"""Whether currencies and rewards fit: earned and spent, priced and given, in whole units."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xenia.programme.check.names import unknown_currencies, unknown_rewards
from xenia.programme.check.subject import Found, Path, Subject
from xenia.programme.model import Budget, CurrencyKind, Discount, Limit, Per, Programme
from xenia.programme.periods import ReturnWindow
from xenia.programme.scope import money_decimals


def automatic_without_price(subject: Subject) -> Iterator[Found]:
    """A reward that is issued by itself, but at no balance."""
    for key, reward in subject.programme.rewards.items():
        if reward.automatic and not reward.price:
            yield Found(
                "no-price",
                ("rewards", key, "automatic"),
                "an automatic reward is issued when a balance reaches its price, but it has none",
                "give it a `price`, or let a rule `issue` it",
                on_key=True,
            )


def automatic_stock(subject: Subject) -> Iterator[Found]:
    """A stock of a reward that is issued by itself: what falls due with time asks for none."""
    for key, reward in subject.programme.rewards.items():
        if reward.automatic and reward.stock is not None:
            yield Found(
                "automatic-stock",
                ("rewards", key, "stock"),
                "an automatic reward is also issued by time alone, which cannot ask what is left",
                "take `stock` away, or take `automatic` away and let members redeem it",
                on_key=True,
            )


def no_return_window(subject: Subject) -> Iterator[Found]:
    """Units that wait until a time is over that has no end."""
    for key, currency in subject.programme.currencies.items():
        if isinstance(currency.pending, ReturnWindow) and subject.programme.returns is None:
            yield Found(
                "no-return-window",
                ("currencies", key, "pending"),
                f"{key} wait until what was bought can no longer be returned, but it always can",
                "write `returns: {within: 30 days}` beside the currencies, or a stretch of time",
            )


def qualifying_price(subject: Subject) -> Iterator[Found]:
    """A price in a currency that cannot be spent."""
    for key, reward in subject.programme.rewards.items():
        for currency in reward.price:
            declared = subject.programme.currencies.get(currency)
            if declared is not None and declared.kind is CurrencyKind.QUALIFYING:
                yield Found(
                    "not-spendable",
                    ("rewards", key, "price", currency),
                    f"{currency} only count towards a tier and cannot be spent",
                    "price the reward in a redeemable currency",
                    on_key=True,
                )


def qualifying_value(subject: Subject) -> Iterator[Found]:
    """A value in money for units that cannot be spent."""
    for key, currency in subject.programme.currencies.items():
        if currency.value is not None and currency.kind is CurrencyKind.QUALIFYING:
            yield Found(
                "not-spendable",
                ("currencies", key, "value"),
                f"{key} only count towards a tier, so they pay nothing",
                "take the `value` away, or make the currency redeemable",
                severity="advice",
                on_key=True,
            )


def outbid_rewards(subject: Subject) -> Iterator[Found]:
    """An automatic reward whose balance another one always takes first."""
    automatic = [
        (key, currency, price)
        for key, reward in sorted(subject.programme.rewards.items())
        if reward.automatic
        for currency, price in reward.price.items()
    ]
    for place, (key, currency, price) in enumerate(automatic):
        for first, same, lower in automatic[:place]:
            if same == currency and lower <= price:
                yield Found(
                    "never-issued",
                    ("rewards", key, "price"),
                    f"`{first}` comes first in the alphabet and takes {currency} from {lower} on, "
                    f"so the balance never reaches {price}",
                    "keep one automatic reward a currency, or price the first one higher",
                    on_key=True,
                )
                break


def never_earned(subject: Subject) -> Iterator[Found]:
    """A currency that no rule earns; silent where one may have been misspelt."""
    if any(unknown_currencies(subject)):
        return
    earned = {key for rule in subject.programme.rules.values() for key in rule.then.earn}
    for key in subject.programme.currencies:
        if key not in earned:
            yield Found(
                "never-earned",
                ("currencies", key),
                f"no rule earns {key}",
                f"add a rule with {{earn: {{{key}: …}}}}, or take the currency away",
                severity="advice",
                on_key=True,
            )


def never_spent(subject: Subject) -> Iterator[Found]:
    """A redeemable currency that has no value and buys nothing; silent as above."""
    if any(unknown_currencies(subject)):
        return
    priced = {key for reward in subject.programme.rewards.values() for key in reward.price}
    for key, currency in subject.programme.currencies.items():
        redeemable = currency.kind is CurrencyKind.REDEEMABLE
        if redeemable and currency.value is None and key not in priced:
            yield Found(
                "never-spent",
                ("currencies", key),
                f"{key} can be spent on nothing",
                "give it a `value`, price a reward in it, or make it `kind: qualifying`",
                severity="advice",
                on_key=True,
            )


def never_given(subject: Subject) -> Iterator[Found]:
    """A reward that is neither for sale nor issued; silent where one may have been misspelt."""
    if any(unknown_rewards(subject)):
        return
    issued = {rule.then.issue for rule in subject.programme.rules.values()}
    for key, reward in subject.programme.rewards.items():
        if not reward.price and not reward.automatic and key not in issued:
            yield Found(
                "never-given",
                ("rewards", key),
                f"nobody can get `{key}`: it has no price, and no rule issues it",
                "give it a `price`, or let a rule `issue` it",
                severity="advice",
                on_key=True,
            )


# ---- decimals ------------------------------------------------------------------------------------


def too_precise(subject: Subject) -> Iterator[Found]:
    """A number with more decimals than what it counts has."""
    programme = subject.programme
    money = money_decimals(programme)
    for path, value, decimals, what in (
        *_money(programme, money),
        *_units(programme),
        *_thresholds(subject),
    ):
        if value != value.quantize(Decimal(1).scaleb(-decimals)):
            yield Found(
                "too-precise",
                path,
                f"{value.normalize():f} has more decimals than {what} is counted in ({decimals})",
                "round it",
            )


Counted = tuple[Path, Decimal, int, str]


def _money(programme: Programme, decimals: int) -> Iterator[Counted]:
    if programme.first_purchase is not None:
        yield ("first-purchase",), programme.first_purchase, decimals, programme.money
    for path, discount in _discounts(programme):
        for name in ("amount", "price", "maximum"):
            value = getattr(discount, name)
            if value is not None:
                yield (*path, name), value, decimals, programme.money
    for key, rule in programme.rules.items():
        then = ("rules", key, "then")
        for currency, earn in rule.then.earn.items():
            if isinstance(earn.units, Per):
                yield (*then, "earn", currency), earn.units.amount, decimals, programme.money
    for path, limit in _limits(programme):
        if limit.amount is not None:
            yield (*path, "amount"), limit.amount, decimals, programme.money
    for key, reward in programme.rewards.items():
        if reward.gives.gift_card is not None:
            path = ("rewards", key, "gives", "gift-card")
            yield path, reward.gives.gift_card, decimals, programme.money


def _discounts(programme: Programme) -> Iterator[tuple[Path, Discount]]:
    for key, rule in programme.rules.items():
        if rule.then.discount is not None:
            yield ("rules", key, "then", "discount"), rule.then.discount
    for key, reward in programme.rewards.items():
        if reward.gives.discount is not None:
            yield ("rewards", key, "gives", "discount"), reward.gives.discount


def _limits(programme: Programme) -> Iterator[tuple[Path, Limit | Budget]]:
    for root, holders in (("rules", programme.rules), ("groups", programme.groups)):
        for key, holder in holders.items():
            for number, limit in enumerate(holder.limits):
                yield (root, key, "limits", str(number)), limit
            for number, budget in enumerate(holder.budget):
                yield (root, key, "budget", str(number)), budget


def _given(programme: Programme) -> Iterator[Counted]:
    for key, currency in programme.currencies.items():
        if currency.transfers is not None:
            path, decimals = ("currencies", key, "transfers"), currency.decimals
            if currency.transfers.minimum is not None:
                yield (*path, "minimum"), currency.transfers.minimum, decimals, key
            for number, limit in enumerate(currency.transfers.limits):
                if limit.units is not None:
                    yield (*path, "limits", str(number), "units"), limit.units, decimals, key


def _units(programme: Programme) -> Iterator[Counted]:
    yield from _given(programme)
    for key, reward in programme.rewards.items():
        for currency, price in reward.price.items():
            if currency in programme.currencies:
                decimals = programme.currencies[currency].decimals
                yield ("rewards", key, "price", currency), price, decimals, currency
    for path, limit in _limits(programme):
        if limit.units is None:
            continue
        for currency in _counted(programme, path):
            if currency in programme.currencies:
                decimals = programme.currencies[currency].decimals
                yield (*path, "units"), limit.units, decimals, currency


def _counted(programme: Programme, path: Path) -> list[str]:
    """The currencies of which a limit counts the units."""
    root, key = path[0], path[1]
    return [
        currency
        for name, rule in programme.rules.items()
        if (root == "rules" and name == key) or (root == "groups" and rule.group == key)
        for currency in (*rule.then.earn, *rule.then.multiply)
    ]


def _thresholds(subject: Subject) -> Iterator[Counted]:
    for key, tier in subject.programme.tiers.items():
        for level, rung in tier.levels.items():
            for which, thresholds in (("any", rung.any), ("all", rung.all)):
                for metric, threshold in thresholds.items():
                    if metric in subject.analysis.metric_scales:
                        path = ("tiers", key, "levels", level, which, metric)
                        yield path, threshold, subject.analysis.metric_scales[metric], metric


CHECKS = (
    automatic_without_price,
    automatic_stock,
    no_return_window,
    qualifying_price,
    qualifying_value,
    outbid_rewards,
    never_earned,
    never_spent,
    never_given,
    too_precise,
)
