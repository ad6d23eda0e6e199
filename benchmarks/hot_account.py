"""How often a second fifty clients can spend from one account, against a row lock each.

    python -m benchmarks.hot_account [--quick] [--seconds N]

Ours goes through the service's queue, in one process and without HTTP; the floor is pgbench with
`select … for update`, an insert and an update in one transaction, on the same server. Both wait for
an fsync of a millisecond. Then an account with points for so many spends gets just as many.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from time import perf_counter
from typing import Any

import msgspec
import uvloop

from benchmarks.cluster import HERE, Bench, Cluster, Disk, Missing, cluster
from benchmarks.processes import until_stopped
from benchmarks.purchases import loaded, published, shopping_day, taken
from benchmarks.serving import machine
from benchmarks.verdicts import exact, reached, verified
from xenia.api.handover import Handover
from xenia.services.poster import NotPosted, Poster
from xenia.services.published import Space

PROGRAMME = HERE / "one-account.yaml"
SCRIPT = HERE / "row-lock.sql"
CLIENTS = 50
POINTS = 10  # of one spend
REACH = 20
ALLOWED, TRIES = 300, 1_000
TABLES = """
create table hot (id bigint primary key, balance bigint not null) with (fillfactor = 50);
create table hot_entry (id bigint generated always as identity primary key, account bigint not null,
                        units bigint not null, at timestamptz not null default now());
insert into hot values (1, 1000000000);
"""


def purchase(event: str, member: str, category: str, amount: str, spend: int = 0) -> bytes:
    """Points that are bought, or a coffee for which some are spent."""
    body: dict[str, Any] = {
        "type": "purchase",
        "id": event,
        "member": member,
        "occurred_at": shopping_day().isoformat(),
        "lines": [{"sku": category, "category": category, "quantity": "1", "amount": amount}],
    }
    if spend:
        body["spend"] = {"points": str(spend)}
    return msgspec.json.encode(body)


def spends(member: str) -> Iterator[bytes]:
    """Spends without end."""
    body = purchase(f"{member}-{'#' * 9}", member, "coffee", "1.00", POINTS)
    before, _, after = body.partition(b"#" * 9)
    for number in count():
        yield b"%b%09d%b" % (before, number, after)


@dataclass
class Spent:
    """`accepted` of all that were `answered`; seconds of each."""

    accepted: int
    times: list[float]

    @property
    def answered(self) -> int:
        """How many spends have an answer."""
        return len(self.times)

    def milliseconds(self, share: float) -> float:
        """A quantile of the times."""
        return sorted(self.times)[int(share * (len(self.times) - 1))] * 1000


class Shop:
    """Sends purchases through the queue, as the HTTP interface does."""

    def __init__(self, poster: Poster, space: Space) -> None:
        self._poster, self._space = poster, space
        self._handover = Handover(asyncio.get_running_loop(), lambda _taken, _results: None)

    async def send(self, body: bytes) -> bool:
        """Whether a purchase was recorded without a refusal."""
        (result,) = await self._handover.submit(self._poster, [taken(self._space, body)])
        assert not isinstance(result, NotPosted)
        assert result.answer is not None
        assert '"status":"recorded"' in result.answer
        return '"refusals":[]' in result.answer

    async def spend(self, member: str, *, seconds: float = 1e9, tries: int = 10**9) -> Spent:
        """Fifty clients spend from one account for some seconds, or so many times in all."""
        found, bodies, end = Spent(0, []), spends(member), perf_counter() + seconds
        left = iter(range(tries))

        async def client() -> None:
            while (start := perf_counter()) < end and next(left, None) is not None:
                accepted = await self.send(next(bodies))
                found.accepted += accepted
                found.times.append(perf_counter() - start)

        await asyncio.gather(*(client() for _ in range(CLIENTS)))
        return found


async def measured(poster: Poster, space: Space, seconds: float) -> tuple[Spent, Spent]:
    """The spends of some seconds from a full account, and those from one that runs out."""
    shop = Shop(poster, space)
    await shop.send(purchase("full", "full", "points", "10000000.00"))
    await shop.spend("full-before", tries=CLIENTS)  # connections and plans are made
    fast = await shop.spend("full", seconds=seconds)
    await shop.send(purchase("limited", "limited", "points", f"{ALLOWED * POINTS / 100:.2f}"))
    return fast, await shop.spend("limited", tries=TRIES)


def measure(found: Cluster, seconds: float) -> bool:
    """Print the measures; whether they are exact."""
    published(found.database(), PROGRAMME)
    bench = Bench(found)
    bench.run(TABLES)
    floor = bench.measure(CLIENTS, seconds, SCRIPT)
    with found.database().connect() as connection:
        space, _ = loaded(connection)
    sizes: list[int] = []
    poster = Poster(found.database(), space, observe=lambda one: sizes.append(one.events))
    try:
        fast, limited = uvloop.run(measured(poster, space, seconds))
    finally:
        poster.close()
    rate = fast.answered / seconds
    ratio = rate / floor.rate
    print(
        f"  {CLIENTS} clients, one account: {rate:,.0f} spends a second (p50 "
        f"{fast.milliseconds(0.5):.1f} ms, p99 {fast.milliseconds(0.99):.1f} ms, batches of "
        f"{sum(sizes) / len(sizes):.0f}); `select … for update`: {floor.rate:,.0f} a second"
    )
    print(f"    ratio {ratio:.1f}: {reached(ratio >= REACH)}, to reach {REACH} x")
    return counted(found, fast, limited)


def counted(found: Cluster, fast: Spent, limited: Spent) -> bool:
    """Whether just what was allowed was accepted, and is stored; says so."""
    balances, booked = numbers(found, BALANCES), numbers(found, BOOKED)
    good = (
        (fast.accepted, limited.accepted, limited.answered) == (fast.answered, ALLOWED, TRIES)
        and booked == {"full": fast.accepted * POINTS, "limited": ALLOWED * POINTS}
        and balances.get("limited", 0) == 0
        and balances["full"] == 10**9 - fast.accepted * POINTS
    )
    print(
        f"    points for {ALLOWED} spends, {limited.answered:,} tried: {limited.accepted} accepted,"
        f" {balances.get('limited', 0)} points left; of the full account {fast.accepted:,} "
        f"accepted, {booked.get('full', 0) // POINTS:,} booked: {exact(good)}"
    )
    return verified(found.database(), ["full", "limited"]) and good


BALANCES = "select member_id, balance from wallet"
BOOKED = "select member_id, sum(units) from entry where debit = 'wallet' group by member_id"


def numbers(found: Cluster, statement: str) -> dict[str, int]:
    """A number for each member."""
    return {str(member): int(str(number)) for member, number in found.run(statement)}


def main(words: Sequence[str] | None = None) -> int:
    """Print the measure; 1 where it is not exact."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hot_account")
    parser.add_argument("--quick", action="store_true", help="a few seconds, to see that it works")
    parser.add_argument("--seconds", type=float, help="of each measure")
    chosen = parser.parse_args(words)
    seconds = chosen.seconds or (1.0 if chosen.quick else 10.0)
    print(f"One hot account: {machine()}")
    try:
        with cluster(Disk.SLOW, quick=chosen.quick) as found:
            print(found.described(found.sync_milliseconds()))
            return 0 if measure(found, seconds) else 1
    except Missing as missing:
        print(f"left out, for want of {missing}")
        return 0


if __name__ == "__main__":
    sys.exit(until_stopped(main))
