"""What the user states because no history says it: margins, worths, costs, responses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from xenia.amounts import NotAnAmount, parse_decimal, parse_signed
from xenia.services.inputs import UnusableError

_DECIMALS = 6
_ALL = (1, 10)


@dataclass(frozen=True, slots=True)
class Response:
    """Members of some deciles of spend (1 spends most) are assumed to come more often by a share,
    and to buy more each time by another."""

    deciles: tuple[int, int]
    frequency: Fraction
    basket: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """Shares are of 1; worths are in major units of money, by currency and by reward.

    `margin` is the gross margin on all sales, `margins` those of categories. `cost_ratio`: what
    rewards cost of their face value; `cannibalised`: the share of rewards that would have been
    bought for money; `running`: what running the programme costs, of sales.
    """

    margin: Fraction | None = None
    margins: Mapping[str, Fraction] = field(default_factory=dict)
    unit_values: Mapping[str, Fraction] = field(default_factory=dict)
    reward_values: Mapping[str, Fraction] = field(default_factory=dict)
    cost_ratio: Fraction = Fraction(1)
    cannibalised: Fraction = Fraction(0)
    running: Fraction = Fraction(0)
    responses: tuple[Response, ...] = ()


def share(text: str, what: str) -> Fraction:
    """`30%`, `30 %` or `0.3` as a share of 1, between 0 and 1.  Raises UnusableError."""
    found = signed_share(text, what)
    if not 0 <= found <= 1:
        raise UnusableError(f"{what} is {text}: state a share from 0% to 100%")
    return found


def signed_share(text: str, what: str) -> Fraction:
    """The same, perhaps below 0 or above 100 %.  Raises UnusableError."""
    bare = text.strip()
    scale = 100 if bare.endswith("%") else 1
    try:
        number = parse_signed(bare.removesuffix("%").strip(), _DECIMALS, what=what)
    except NotAnAmount as error:
        raise UnusableError(f"{error}; a share is written as 30% or 0.3") from None
    return Fraction(number, scale * 10**_DECIMALS)


def margins(
    texts: Iterable[str], what: str = "--margin"
) -> tuple[Fraction | None, dict[str, Fraction]]:
    """`30%` for all sales, `PRODUCE=35%` for a category.  Raises UnusableError."""
    whole: Fraction | None = None
    by_category: dict[str, Fraction] = {}
    for text in texts:
        category, equals, value = text.rpartition("=")
        if equals:
            by_category[category.strip()] = share(value, f"{what} of {category.strip()}")
        else:
            whole = share(text, what)
    return whole, by_category


def worths(texts: Iterable[str], what: str) -> dict[str, Fraction]:
    """`points=0.01`: money by id.  Raises UnusableError."""
    found: dict[str, Fraction] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise UnusableError(f"{what} {text}: write it as points=0.01")
        try:
            number = parse_decimal(value.strip(), _DECIMALS, what=f"{what} of {name.strip()}")
        except NotAnAmount as error:
            raise UnusableError(str(error)) from None
        found[name.strip()] = Fraction(number, 10**_DECIMALS)
    return found


def stated_of(
    *,
    margin: Iterable[str] = (),
    unit_value: Iterable[str] = (),
    reward_value: Iterable[str] = (),
    reward_cost: str = "100%",
    replaced: str = "0%",
    running: str = "0%",
    responses: Iterable[str] = (),
) -> Stated:
    """What is stated by the options of a verb, as they are written.  Raises UnusableError."""
    whole, by_category = margins(margin)
    return Stated(
        margin=whole,
        margins=by_category,
        unit_values=worths(unit_value, "--unit-value"),
        reward_values=worths(reward_value, "--reward-value"),
        cost_ratio=share(reward_cost, "--reward-cost"),
        cannibalised=share(replaced, "--replaced"),
        running=share(running, "--running"),
        responses=tuple(response(one) for one in responses),
    )


def response(text: str, what: str = "--if") -> Response:
    """`5-8:frequency+10%,basket+5%`, or `all:frequency+10%`.  Raises UnusableError."""
    where, _, changes = text.partition(":")
    found = {"frequency": Fraction(0), "basket": Fraction(0)}
    for change in filter(None, (part.strip() for part in changes.split(","))):
        name = change.rstrip("0123456789.% +-")
        if name not in found:
            raise UnusableError(f"{what} {text}: write it as 5-8:frequency+10%,basket+5%")
        found[name] = signed_share(change[len(name) :].lstrip().removeprefix("+"), what)
        if found[name] < -1:
            raise UnusableError(f"{what} {text}: nothing can fall by more than 100%")
    return Response(_deciles(where.strip(), text, what), found["frequency"], found["basket"])


def _deciles(where: str, text: str, what: str) -> tuple[int, int]:
    if where == "all":
        return _ALL
    first, dash, last = where.partition("-")
    ends = (first, last if dash else first)
    if not all(end.isascii() and end.isdigit() for end in ends):
        raise UnusableError(f"{what} {text}: begin with all, or deciles of spend such as 5-8")
    low, high = int(ends[0]), int(ends[1])
    if not _ALL[0] <= low <= high <= _ALL[1]:
        raise UnusableError(f"{what} {text}: deciles go from 1 (spends most) to 10")
    return low, high
