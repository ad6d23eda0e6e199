"""Whether each rule can do what it says: its event, its dates, its limits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from xenia.programme.check.subject import Found, Path, Subject
from xenia.programme.model import Budget, Expression, Group, Limit, Rule, counts_of
from xenia.programme.offers import offers
from xenia.programme.periods import Inactive

NO_OFFERS_MAX = 1_000  # rules that an event is decided by one after the other


def purchases_only(subject: Subject) -> Iterator[Found]:
    """A rule on another event that reads lines or prices."""
    for key, rule in subject.programme.rules.items():
        if rule.on == "purchase":
            continue
        for path, what in _of_purchases(("rules", key), rule):
            sentence = f"{what} needs a purchase, but the rule is on: {rule.on}"
            remedy = "take `on` away, or give a fixed number of units"
            yield Found("purchases-only", path, sentence, remedy, on_key=True)


def _of_purchases(path: Path, rule: Rule) -> Iterator[tuple[Path, str]]:
    if rule.lines is not None:
        yield (*path, "lines"), "a choice of lines"
    if rule.then.discount is not None:
        yield (*path, "then", "discount"), "a discount"
    if rule.then.refer:
        yield (*path, "then", "refer"), "a referral"
    for currency, earn in rule.then.earn.items():
        if not isinstance(earn.units, Expression):
            yield (*path, "then", "earn", currency), "a rate on what is spent"


def outside_programme(subject: Subject) -> Iterator[Found]:
    """A rule whose dates lie wholly before or after the programme's."""
    programme = subject.programme
    for key, rule in programme.rules.items():
        if _surely_not_before(rule.since, programme.until):
            which, sentence = "from", f"the programme has ended by then ({programme.until})"
        elif _surely_not_before(programme.since, rule.until):
            which, sentence = "until", f"the programme has not begun by then ({programme.since})"
        else:
            continue
        remedy = "change the dates of the rule or of the programme"
        yield Found("outside-programme", ("rules", key, which), sentence, remedy)


def _surely_not_before(later: date | None, earlier: date | None) -> bool:
    """Whether `later` is `earlier` or after, whatever zone a moment is meant in."""
    if later is None or earlier is None:
        return False
    days = _day(later) - _day(earlier)
    moments = isinstance(later, datetime) or isinstance(earlier, datetime)
    return days >= timedelta(days=2 if moments else 0)


def _day(of: date) -> date:
    return of.date() if isinstance(of, datetime) else of


def nothing_to_multiply(subject: Subject) -> Iterator[Found]:
    """A multiplier on an event on which no rule has a base accrual of its currency."""
    rules = subject.programme.rules
    base = {
        (rule.on, currency)
        for rule in rules.values()
        for currency, earn in rule.then.earn.items()
        if earn.kind.value == "base"
    }
    for key, rule in rules.items():
        for currency in rule.then.multiply:
            known = currency in subject.programme.currencies
            if known and (rule.on, currency) not in base:
                yield Found(
                    "nothing-to-multiply",
                    ("rules", key, "then", "multiply", currency),
                    f"no rule on: {rule.on} earns {currency} as a base accrual",
                    f"earn {currency} by another rule on the same event",
                    on_key=True,
                )


def _holders(subject: Subject) -> Iterator[tuple[Path, Rule | Group, list[Rule]]]:
    """What may have limits and budgets, and the rules that they bind."""
    rules = subject.programme.rules
    for key, rule in rules.items():
        yield ("rules", key), rule, [rule]
    for key, group in subject.programme.groups.items():
        yield ("groups", key), group, [rule for rule in rules.values() if rule.group == key]


def idle_limits(subject: Subject) -> Iterator[Found]:
    """A limit or budget of units or money that the rule, or none of the group's, ever gives."""
    for path, holder, rules in _holders(subject):
        both: tuple[tuple[str, tuple[Limit | Budget, ...]], ...] = (
            ("limits", holder.limits),
            ("budget", holder.budget),
        )
        for name, limits in both:
            for number, limit in enumerate(limits):
                what = _missing(limit, rules)
                if what is not None:
                    yield Found(
                        "idle-limit",
                        (*path, name, str(number)),
                        f"this limits {what}, but none is given here",
                        "limit what the rule gives, or how many `times` it applies",
                    )


def repeated_budgets(subject: Subject) -> Iterator[Found]:
    """A second budget of the same things in the same stretch of time: the smaller one holds."""
    for path, holder, _ in _holders(subject):
        seen: set[tuple[str, str]] = set()
        for number, budget in enumerate(holder.budget):
            counts = counts_of(budget), budget.per
            if counts in seen:
                yield Found(
                    "repeated-budget",
                    (*path, "budget", str(number)),
                    f"a budget before it counts `{counts[0]}` with `per: {counts[1]}`, too",
                    "keep the smaller one",
                )
            seen.add(counts)


def _missing(limit: Limit | Budget, rules: list[Rule]) -> str | None:
    earns = any(rule.then.earn or rule.then.multiply for rule in rules)
    if limit.units is not None and not earns:
        return "units"
    if limit.amount is not None and not any(rule.then.discount for rule in rules):
        return "the money of a discount"
    return None


def two_expiries(subject: Subject) -> Iterator[Found]:
    """An accrual with an end of its own in a currency whose lots end all together."""
    for key, rule in subject.programme.rules.items():
        for currency, earn in rule.then.earn.items():
            declared = subject.programme.currencies.get(currency)
            if declared is None or earn.expires is None:
                continue
            if isinstance(declared.expires, Inactive):
                yield Found(
                    "two-expiries",
                    ("rules", key, "then", "earn", currency, "expires"),
                    f"all lots of {currency} end together after inactivity",
                    "leave this `expires` out, or give the currency `after` or `end-of`",
                    on_key=True,
                )


def many_but_offers(subject: Subject) -> Iterator[Found]:
    """More rules that are no offers than each event can be decided by."""
    programme, analysis = subject.programme, subject.analysis
    kinds = {rule.on for rule in programme.rules.values()}
    of_those = {on: len(offers(programme, analysis, on)) for on in kinds}
    others = len(programme.rules) - sum(of_those.values())
    if others > NO_OFFERS_MAX:
        yield Found(
            "too-many-rules",
            ("rules",),
            f"{others:,} rules do more than earn, or ask for more than the event says; "
            f"there can be {NO_OFFERS_MAX:,} of these",
            "put some into other programmes, or take away limits, groups and conditions on members",
            on_key=True,
        )


CHECKS = (
    many_but_offers,
    purchases_only,
    outside_programme,
    nothing_to_multiply,
    idle_limits,
    repeated_budgets,
    two_expiries,
)
