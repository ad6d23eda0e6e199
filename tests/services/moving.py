"""Another system's tables, and what brings them in."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from tests.services.cafe import Cafe
from xenia.services.error_file import ErrorFile
from xenia.services.moving_in import Asked, MovedIn, move_in
from xenia.services.opening_tables import Mapped
from xenia.store.database import Database

CLUB = """\
xenia: 1
programme: club
money: EUR
timezone: Europe/Athens
attributes:
  member: {kind: {type: text, options: [adult, student]}, nickname: {type: text}}
currencies:
  points:
    title: {en: [point, points], el: [πόντος, πόντοι], ru: [балл, балла, баллов, балла],
            hy: [միավոր, միավոր]}
    decimals: 2
    value: 0.01
    expires: {after: 12 months}
  stars:
    title: {en: [star, stars], el: [αστέρι, αστέρια], ru: [звезда, звезды, звёзд, звезды],
            hy: [աստղ, աստղ]}
    pending: 2 days
    expires: {inactive: 24 months}
metrics:
  spent-this-year: {sum: spent, over: calendar year}
  visits-ever: {count: true}
tiers:
  status:
    by: spent-this-year
    levels: {basic: 0, silver: 100, gold: 400}
    holds: end of year + 1
    falls: one-level
rules:
  points: {then: {earn: {points: 1 per 1.00}}}
  stars: {then: {earn: {stars: 2}}}
  gold: {when: tier.status == "gold", then: {discount: {percent: 10}}}
rewards:
  tea: {price: {points: 50}, gives: {item: A tea}, lasts: 30 days}
  off: {price: {points: 90}, gives: {discount: {amount: 5.00}}, lasts: 90 days}
  card: {price: {stars: 90}, gives: {gift-card: 20.00}}
"""
NOW = 1_794_000_000_000_000  # 2026-11-06
Row = dict[str, object]


def write(path: Path, rows: Sequence[Row], sign: str = ",") -> Path:
    """A CSV file of rows, which need not have the same columns."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, delimiter=sign)
        writer.writeheader()
        writer.writerows(rows)
    return path


def tables(folder: Path, members: int, seed: int = 1) -> tuple[list[Path], dict[str, str]]:
    """Members, their lots and their vouchers, in no order; and what must come out."""
    random = Random(seed)
    people: list[Row] = []
    lots: list[Row] = []
    vouchers: list[Row] = []
    points = stars = 0
    for n in range(members):
        name, born = f"M{n:07}", date(1950, 3, 1) + timedelta(random.randrange(18_000))
        people.append(
            {
                "member": name,
                "card": f"90{n:08}",
                "email": f"{name}@example.org".lower(),
                "joined": f"20{random.randrange(10, 26)}-0{random.randrange(1, 10)}-11",
                "attributes.kind": random.choice(("adult", "student")),
                "attributes.birthday": born.isoformat(),
                "tier.status": random.choice(("basic", "silver", "gold")),
                "until.status": random.choice(("", "2027-01-01", "2028-01-01")),
                "metric.visits-ever": random.randrange(400),
            }
        )
        for _ in range(random.choice((3, 4, 5, 6, 7))):
            units, month = random.randrange(1, 90_000), random.randrange(1, 11)
            points += units
            lots.append(
                {
                    "member": name,
                    "currency": "points",
                    "units": f"{units // 100}.{units % 100:02}",
                    "earned": f"2026-{month:02}-{random.randrange(1, 6):02}",
                    "ends": random.choice(("", "", "never", "2029-12-31")),
                }
            )
        if random.random() < 0.3:
            units = random.randrange(1, 50)
            stars += units
            lots.append(
                {"member": name, "currency": "stars", "units": units, "earned": "2026-11-05",
                 "available": random.choice(("", "2026-11-20"))}
            )  # fmt: skip
        if random.random() < 0.1:
            vouchers.append(
                {"member": name, "code": f"OLD-{n}", "reward": "off", "ends": "2027-02-01"}
            )
    random.shuffle(people)
    random.shuffle(lots)
    paths = [
        write(folder / "people.csv", people, ";"),
        write(folder / "lots.csv", lots),
        write(folder / "vouchers.csv", vouchers or [{"member": "", "code": "", "reward": ""}]),
    ]
    controls = {
        "members": str(members),
        "lots": str(len(lots)),
        "vouchers": str(len(vouchers)),
        "points": f"{points // 100}.{points % 100:02}",
        "stars": str(stars),
    }
    return paths, controls


@contextmanager
def unseen(_total: int, _what: str) -> Iterator[Callable[[], None]]:
    """Progress that nobody looks at."""
    yield lambda: None


class Club(Cafe):
    """A programme into which members come from another system."""

    DOCUMENT = CLUB

    def __init__(self, database: Database, document: str | None = CLUB) -> None:
        super().__init__(database, document)

    def move_in(
        self, paths: Sequence[Path], mapped: Mapped | None = None, now: int = NOW, **more: Any
    ) -> MovedIn:
        """What comes of files; what is wrong stands beside them."""
        errors = [ErrorFile(path) for path in paths]
        asked = Asked(files=paths, mapped=mapped or Mapped(), **more)
        for one in errors:
            one.__enter__()
        try:
            return move_in(
                self.database,
                self.space,
                self.published,
                asked,
                lambda file, wrong: errors[file].write(wrong),
                clock=lambda: now,
                progress=unseen,
            )
        finally:
            for one in errors:
                one.__exit__()

    def counts(self) -> Mapping[str, int]:
        """How many rows there are of everything that an opening writes."""
        names = ("event", "record", "account", "entry", "voucher", "identifier", "member", "outbox")
        return {name: self.rows(f"select count(*) from {name}")[0][0] for name in names}


def wrong_rows(path: Path) -> list[tuple[str, str]]:
    """Row and code of all that is wrong with a file."""
    errors = path.with_suffix(".errors.csv")
    if not errors.exists():
        return []
    with errors.open(encoding="utf-8", newline="") as file:
        return [(row["row"], row["code"]) for row in csv.DictReader(file)]
