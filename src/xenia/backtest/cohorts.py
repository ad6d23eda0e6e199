"""Breakage by cohort: how much of what a month issued was spent, by age, and what may still be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

NONE = Fraction(0)


@dataclass(frozen=True, slots=True)
class Cohort:
    """Units issued in one month, and what became of them by age in months.

    `month` is the place among the months of the history. `spent[a]` and `ended[a]`: units spent,
    and expired or taken back, in the a-th month after; the ages run to the history's last month.
    """

    month: int
    issued: int
    spent: tuple[int, ...]
    ended: tuple[int, ...]

    def spent_by(self, age: int) -> int:
        """Units spent up to the end of the month in which the cohort had this age."""
        return sum(self.spent[: age + 1])

    def left_at(self, age: int) -> int:
        """Units neither spent nor at an end by then; never below 0 (debts are of no cohort)."""
        return max(0, self.issued - self.spent_by(age) - sum(self.ended[: age + 1]))

    @property
    def age(self) -> int:
        """How old it is at the end of the history."""
        return len(self.spent) - 1


@dataclass(frozen=True, slots=True)
class Ultimate:
    """What share of a cohort's units is spent in the end: an estimate between two certainties.

    `least`: nothing more is spent; `most`: all that is outstanding is. `expected` lies between.
    """

    cohort: Cohort
    least: Fraction
    expected: Fraction
    most: Fraction

    @property
    def breakage(self) -> Fraction:
        """The share that is expected never to be spent."""
        return 1 - self.expected

    def coming_at(self, age: int) -> Fraction:
        """Units outstanding at that age of which it is expected that they will be spent."""
        missing = self.expected * self.cohort.issued - self.cohort.spent_by(age)
        return min(Fraction(self.cohort.left_at(age)), max(NONE, missing))


def spent_at_age(cohorts: Sequence[Cohort]) -> tuple[Fraction, ...]:
    """By age, units spent per unit issued, over all cohorts that have reached that age."""
    rates = []
    for age in range(max((len(cohort.spent) for cohort in cohorts), default=0)):
        reached = [cohort for cohort in cohorts if cohort.age >= age]
        issued = sum(cohort.issued for cohort in reached)
        spent = sum(cohort.spent[age] for cohort in reached)
        rates.append(Fraction(spent, issued) if issued > 0 else NONE)
    return tuple(rates)


def ultimates(cohorts: Sequence[Cohort]) -> tuple[Ultimate, ...]:
    """For each cohort that was issued anything, in their order, what is spent of it in the end.

    What it has not lived through yet is taken from those that have, age by age. Source: the
    development triangle of actuaries (ultimate redemption rate by issue cohort: Gault, Llaguno &
    Menard, CAS E-Forum), developed additively (units spent at an age per unit issued) rather than
    by factors: where nobody spends before a threshold, young cohorts have nothing to multiply.
    Beyond the oldest age in the history nothing is assumed to be spent.
    """
    rates = spent_at_age(cohorts)
    return tuple(_ultimate(cohort, rates) for cohort in cohorts if cohort.issued > 0)


def coming(ultimate: Sequence[Ultimate], month: int) -> Fraction:
    """Units outstanding at the end of a month of which it is expected that they will be spent."""
    return sum(
        (one.coming_at(month - one.cohort.month) for one in ultimate if one.cohort.month <= month),
        start=NONE,
    )


def _ultimate(cohort: Cohort, rates: Sequence[Fraction]) -> Ultimate:
    spent = cohort.spent_by(cohort.age)
    least = Fraction(spent, cohort.issued)
    most = Fraction(spent + cohort.left_at(cohort.age), cohort.issued)
    grown = least + sum(rates[cohort.age + 1 :], start=NONE)
    return Ultimate(cohort, least, min(most, grown), most)
