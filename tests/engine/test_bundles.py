"""What is bought together: so many for a price, bundles of several parts."""

from fractions import Fraction
from itertools import permutations
from pathlib import Path
from random import Random

from xenia.engine.bundles import Bundles, Offered
from xenia.services.scenario import check_scenario, read_scenario

HERE = Path(__file__).parent


def test_it_comes_out_as_the_scenario_says() -> None:
    assert check_scenario(read_scenario(HERE / "bundles.scenario.yaml")) == ()


def offered(*lines: tuple[int, int, int]) -> list[Offered]:
    """Price, units and parts of each line."""
    return [Offered(i, Fraction(price), n, parts) for i, (price, n, parts) in enumerate(lines)]


def fill(quantities: list[int], units: tuple[tuple[int, int], ...], times: int) -> int | None:
    """What units, seated one after the other, cost that fill so many bundles exactly."""
    seats = [part for part, each in enumerate(quantities) for _ in range(each * times)]
    if len(seats) > len(units):
        return None
    fits = all(units[i][1] >> seat & 1 for i, seat in enumerate(seats))
    return sum(price for price, _ in units[: len(seats)]) if fits else None


def test_bundles_are_as_many_and_as_dear_as_any_that_can_be_made() -> None:
    for seed in range(60):
        random = Random(seed)
        quantities = random.choice(([1, 1], [2, 1], [1, 1, 1], [2]))
        masks = range(1, 1 << len(quantities))
        lines = [
            (random.randrange(5), random.randrange(1, 3), random.choice(masks)) for _ in range(3)
        ]
        units = [(price, parts) for price, n, parts in lines for _ in range(n)]
        bundles = Bundles(quantities, offered(*lines))
        for times in range(len(units) + 1):
            sums = [fill(quantities, order, times) for order in set(permutations(units))]
            best = max((each for each in sums if each is not None), default=None)
            assert (times <= bundles.most) == (best is not None), (seed, times)
            if best is not None:
                assert bundles.worth(times) == best, (seed, times)


def test_hardly_any_number_of_units_takes_no_time() -> None:
    bundles = Bundles([1, 2], offered((500, 10**6, 1), (300, 10**6, 2), (100, 10**6, 3)))
    assert bundles.most == 10**6
    assert bundles.worth_more_than(999) == 500_000  # 500 and twice 300, as long as there are two
    assert sum(bundles.picked(10**6).values()) == 3 * 10**6
