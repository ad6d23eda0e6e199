"""The same programme with other numbers, and with members who redeem otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xenia.backtest.policies import Policy, policy
from xenia.backtest.report.sides import Ran
from xenia.programme.model import Programme
from xenia.services.varying import Place, Sweep

Wish = tuple[Programme, Policy | None]  # without a policy as the history says, or eagerly
Swept = tuple[str, str | None, Sequence[tuple[str, Ran]]]


@dataclass(frozen=True, slots=True)
class Variants:
    """What else is run: the programmes of `values` of the number at a `place`, and `programme` by
    other policies."""

    programme: Programme
    place: Place | None
    values: tuple[tuple[str, Programme], ...]
    policies: tuple[Policy, ...]

    @staticmethod
    def of(
        programme: Programme,
        place: Place | None,
        sweep: Sweep | None,
        policies: Sequence[str],
        what: str = "--also-redeem",
    ) -> Variants:
        """Those that are asked for.  Raises UnusableError."""
        values: tuple[str, ...] = ()
        if place is not None and sweep is not None:
            values = place.written(sweep.values)
        return Variants(
            programme,
            place,
            tuple((value, place.varied(value)) for value in values if place is not None),
            tuple(policy(one, what) for one in policies),
        )

    def wishes(self, wanted: Policy | None) -> list[Wish]:
        """What is to be run beside the programme whose members redeem as is `wanted`."""
        swept: list[Wish] = [(one, wanted) for _, one in self.values]
        return swept + [(self.programme, one) for one in self.policies]

    def names(self) -> list[str]:
        """What each of them is, in words."""
        place = "" if self.place is None else self.place.path
        return [
            *(f"{place} = {value}" for value, _ in self.values),
            *(f"redeeming {one.name}" for one in self.policies),
        ]

    def sweep(self, ran: Sequence[Ran]) -> Swept | None:
        """Of what was run of `wishes`, in their order, what the report says of the sweep."""
        if self.place is None:
            return None
        names = [value for value, _ in self.values]
        return self.place.path, self.place.present, [*zip(names, ran, strict=False)]

    def redeemed(self, ran: Sequence[Ran]) -> list[tuple[str, Ran]]:
        """And what it says of the policies."""
        names = [one.name for one in self.policies]
        return [*zip(names, ran[len(self.values) :], strict=True)]
