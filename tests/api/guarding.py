"""A shop whose members may spend so much only, on a clock that a test can move."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.api import client, worlds
from tests.api.client import Client
from tests.api.worlds import Worlds
from tests.services.publishing import published
from xenia.events.moments import parse_time
from xenia.store.database import Database

SHOP = """
xenia: 1
programme: shop
title: The shop
money: EUR
timezone: Europe/Athens
claims: {within: 30 days}
currencies:
  points:
    title: {en: [point, points], el: [πόντος, πόντοι], hy: [միավոր, միավոր],
            ru: [балл, балла, баллов, балла]}
    expires: {after: 12 months}
    value: 0.01
    transfers: {}
  stamps: {}
rules:
  point-per-euro: {then: {earn: {points: 1 per 1.00}}}
  thanks: {when: channel == "thanks", then: {issue: voucher}}
rewards:
  tea: {price: {points: 7}, gives: {item: A tea}}
  voucher: {gives: {discount: {amount: 1.00}}}
"""
MINUTE = 60_000_000


class Shop:
    """One that serves; each test has members of its own."""

    def __init__(self, database: Database, patch: pytest.MonkeyPatch) -> None:
        published(database, SHOP)
        self.database, self._patch = database, patch
        self.worlds = Worlds(database)
        self.till: Client = self.worlds.client
        self.now = client.NOW
        self._keys = 0

    def later(self, minutes: int) -> None:
        """Let time pass for who serves; what happened, happened before."""
        self.now += minutes * MINUTE
        for module in (client, worlds):
            self._patch.setattr(module, "NOW", self.now)

    def write(self, method: str, address: str, body: Any = None, **fields: str) -> Any:
        """A write beside events."""
        self._keys += 1
        head = {"idempotency-key": f"key {self._keys}", **fields}
        return self.till.ask(method, address, body, head)

    def limits(self, *limits: dict[str, Any], **more: Any) -> Any:
        """Say how much may be spent, and nothing else."""
        body = {"limits": list(limits), **more}
        done = self.write("PUT", "/v1/programmes/shop/safety", body)
        assert done.status == 200, done.body
        return done.json()

    def send(self, *events: dict[str, Any]) -> list[Any]:
        """The answers to events."""
        done = self.till.post(list(events))
        assert done.status == 200, done.body
        answers: list[Any] = done.json()
        return answers

    def one(self, event: dict[str, Any]) -> Any:
        """The answer to one."""
        return self.send(event)[0]

    def rich(self, member: str, amount: str = "100.00") -> str:
        """A member with so many points."""
        answer = self.one(buy(f"rich {member}", member, amount))
        assert not answer["refusals"], answer
        return member

    def balance(self, member: str) -> tuple[str, str]:
        """What can be spent, and what is held."""
        wallet = self.till.get(f"/v1/members/{member}/wallet").json()["wallet"]["points"]
        return wallet["balance"], wallet["held"]


@contextmanager
def shop(database: Database) -> Iterator[Shop]:
    """A shop that serves."""
    with pytest.MonkeyPatch.context() as patch:
        found = Shop(database, patch)
        try:
            yield found
        finally:
            found.worlds.close()


AT = "2026-11-18T10:00:00+02:00"
assert parse_time(AT) < client.NOW


def event(name: str, kind: str, member: str, **more: Any) -> dict[str, Any]:
    """Something that a member does."""
    return {"id": name, "type": kind, "member": member, "occurred_at": AT, **more}


def buy(name: str, member: str, amount: str = "1.00", **more: Any) -> dict[str, Any]:
    """A purchase."""
    line = {"sku": "latte", "category": "drink", "quantity": 1, "amount": amount}
    return event(name, "purchase", member, lines=[line], **more)


def spend(name: str, member: str, units: str = "1", **more: Any) -> dict[str, Any]:
    """A purchase that is paid with points, as far as these are worth it."""
    return buy(name, member, "90.00", spend={"points": units}, **more)


def codes(answer: Any) -> list[tuple[str, str]]:
    """The refusals, and of what."""
    return [(item["code"], item["claim"]) for item in answer["refusals"]]
