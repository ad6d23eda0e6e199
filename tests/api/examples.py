"""The examples of every address: requests that a till, a shop and an operator really send.

    python -m tests.api.examples

writes them, with what is answered to them, where the description of the interface reads them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.api.example_backtests import BACKTEST_STORIES
from tests.api.example_finance import FINANCE_STORIES
from tests.api.example_members import MEMBER_STORIES
from tests.api.example_operators import OPERATOR_STORIES
from tests.api.example_own import OWN_STORIES
from tests.api.example_safety import SAFETY_STORIES
from tests.api.telling import FOLDER, Json, Teller, telling, text_of
from xenia.store.database import Database
from xenia.store.embedded import EmbeddedServer
from xenia.store.migrate import upgrade

DOCUMENT = """\
xenia: 1
programme: cafe
title: {en: The café, el: Το καφέ}
money: EUR
timezone: Europe/Athens
attributes:
  member: {name: {type: text}}
currencies:
  beans:
    title: {en: [bean, beans], el: [κόκκος, κόκκοι]}
    expires: {after: 12 months}
    transfers: {}
metrics:
  visits: {count: true}
tiers:
  status: {by: visits, levels: {guest: 0, friend: 2}}
rules:
  bean-per-euro: {then: {earn: {beans: 1 per 1.00}}}
  friends: {when: tier.status == "friend", then: {discount: {percent: 10}}}
  hello: {on: enrolment, then: {notify: welcome}}
rewards:
  tea: {price: {beans: 7}, gives: {item: {en: a tea, el: ένα τσάι}}, stock: 20, lasts: 30 days}
  euro: {price: {beans: 5}, gives: {discount: {amount: 1.00}}}
texts:
  welcome: {en: "Welcome to {programme}!", el: "Καλώς ήρθατε: {programme}!"}
"""
STORIES: Mapping[str, Callable[[Teller], None]] = {
    **MEMBER_STORIES,
    **OPERATOR_STORIES,
    **OWN_STORIES,
    **SAFETY_STORIES,
    **BACKTEST_STORIES,
    **FINANCE_STORIES,
}


def told(database: Database) -> dict[str, dict[str, Json]]:
    """By tag, the examples of its addresses."""
    with telling(database, DOCUMENT) as teller:
        for tag, story in STORIES.items():
            teller.begin(tag)
            story(teller)
        return teller.found


@contextmanager
def _database() -> Iterator[Database]:
    with TemporaryDirectory(prefix="xenia-examples-") as folder:
        Path(folder).chmod(0o755)  # the database may run as another user
        with EmbeddedServer(Path(folder) / "home") as server:
            database = Database(server.url)
            upgrade(database)
            yield database


def write(found: Mapping[str, Any], folder: Path = FOLDER) -> None:
    """A file for each tag, and no others."""
    folder.mkdir(exist_ok=True)
    for path in folder.glob("*.json"):
        if path.stem not in found:
            path.unlink()
    for tag, those in found.items():
        (folder / f"{tag}.json").write_text(text_of(those), "utf-8")


def main() -> int:
    """Write them."""
    with _database() as database:
        write(told(database))
    return 0


if __name__ == "__main__":
    sys.exit(main())
