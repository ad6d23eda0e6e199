"""Random orders of a shop: whatever is told of them, how often and in which order, what is left of
their points is what is left of their goods."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from tests.api.test_connectors import Shops, balance, worlds
from tests.api.worlds import Worlds
from tests.connectors.shops import Json, sent
from tests.services.cafe import said
from xenia.effects import Remains
from xenia.engine.remains import part
from xenia.services.receiving import PostingAway, Receiving

__all__ = ["worlds"]
ORDERS = 20
Goods = Mapping[int, tuple[int, int]]  # by line: cents for each, and how many

pytestmark = pytest.mark.prove


def goods(chance: random.Random, first: int, least: int, most: int) -> Goods:
    return {
        first + place: (chance.randint(1, 4000), chance.randint(1, 4))
        for place in range(chance.randint(least, most))
    }


def price(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def order(number: int, bought: Goods, refunds: list[Json]) -> Json:
    """An order of somebody of their own."""
    base = sent("shopify-order-paid")
    plain: Json = {"discount_allocations": [], "tax_lines": []}
    lines = [
        {**base["line_items"][0], **plain, "id": line, "price": price(cents), "quantity": many}
        for line, (cents, many) in bought.items()
    ]
    who = {"email": f"{number}@example.org", "phone": None}
    named = {"id": number, "name": f"#{number}", "email": who["email"], "customer": who}
    return {**base, **named, "line_items": lines, "refunds": refunds}


def back(order: int, number: int, lines: Mapping[int, int], cents: int) -> Json:
    """A refund of lines, or of money alone."""
    known = [{"line_item_id": line, "quantity": many} for line, many in lines.items()]
    money = [{"kind": "refund", "amount": price(cents)}] if cents else []
    named = {"id": 10 * order + number, "order_id": order}
    return sent("shopify-refund", **named, refund_line_items=known, transactions=money)


def sent_until_taken(shops: Shops, body: Json, topic: str) -> None:
    data = json.dumps(body).encode()
    while (status := shops.raw(data, shops.signed(data, topic)).status) != 200:
        assert status == 503


def breaking(monkeypatch: pytest.MonkeyPatch, chance: random.Random) -> None:
    """The process ends now and then between two events."""
    posted = Receiving._posted

    def once(self: Receiving, event: Json) -> Any:
        if chance.random() < 0.2:
            raise PostingAway
        return posted(self, event)

    monkeypatch.setattr(Receiving, "_posted", once)


def left_of(worlds: Worlds, bought: Mapping[str, int]) -> dict[str, int]:
    """What is left of the purchases that an order has become, in cents, where nothing else is said
    what they were."""
    query = "select event_id, remains from remains where event_id = any(%s)"
    with worlds.database.connect() as connection:
        rests = connection.execute(query, ([*bought],)).fetchall()
    lines = {name: msgspec.json.decode(text, type=Remains).lines for name, text in rests}
    known = {name: sum([part(one, one.amount) for one in own]) for name, own in lines.items()}
    return {**bought, **known}


def sums(number: int, first: Goods, added: Goods) -> dict[str, int]:
    """The purchases that an order becomes, in cents."""
    found = {str(number): sum(cents * many for cents, many in first.values())}
    for line, (cents, many) in added.items():
        found[f"{number}/added/{line}"] = cents * many
    return found


def test_lines_come_back_in_whatever_order(worlds: Worlds, monkeypatch: pytest.MonkeyPatch) -> None:
    shops, chance = Shops(worlds), random.Random(7)
    breaking(monkeypatch, chance)
    for number in range(1, ORDERS + 1):
        first, added = goods(chance, 1, 1, 3), goods(chance, 10, 0, 2)
        left = {line: many for line, (_, many) in {**first, **added}.items()}
        refunds = []
        for place in range(chance.randint(0, 4)):
            some = {}
            for line in [line for line, many in left.items() if many and chance.random() < 0.5]:
                some[line] = chance.randint(1, left[line])
                left[line] -= some[line]
            refunds += [back(number, place, some, 0)] if some else []
        told = [(one, "refunds/create") for one in refunds]
        for seen in (len(refunds) // 2, len(refunds)):
            update = order(number, {**first, **added}, refunds[:seen])
            told.append((update, "orders/updated"))
        told = chance.sample([*told, *told], 2 * len(told))
        early = [one for one in told if one[1] == "refunds/create" and chance.random() < 0.5]
        paid = (order(number, first, []), "orders/paid")
        for body, topic in (*early, paid, *told):
            sent_until_taken(shops, body, topic)
        assert shops.kept() == []
        kept = {line: (cents, left[line]) for line, (cents, _) in {**first, **added}.items()}
        rests = sums(
            number, {line: kept[line] for line in first}, {line: kept[line] for line in added}
        )
        units = sum(cents // 100 for cents in rests.values())
        assert balance(worlds, email=f"{number}@example.org") == str(units)
    assert said(worlds.database) == ""


def test_money_comes_back_once_and_no_more_than_is_left(
    worlds: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    shops, chance = Shops(worlds), random.Random(11)
    breaking(monkeypatch, chance)
    for number in range(1, ORDERS + 1):
        first, added = goods(chance, 1, 1, 3), goods(chance, 10, 0, 3)
        bought = sums(number, first, added)
        left, refunds = sum(bought.values()), []
        for place in range(chance.randint(0, 4)):
            cents = chance.randint(1, sum(bought.values()))
            refunds.append(back(number, place, {}, cents))
            left = max(0, left - cents)
        sent_until_taken(shops, order(number, first, []), "orders/paid")
        every = {**first, **added}
        sent_until_taken(shops, order(number, every, []), "orders/updated")
        told = [(one, "refunds/create") for one in refunds]
        told += [(order(number, every, refunds), "orders/updated")]
        for body, topic in chance.sample([*told, *told], 2 * len(told)):
            sent_until_taken(shops, body, topic)
        assert shops.kept() == []
        rests = left_of(worlds, bought)
        assert sum(rests.values()) == left
        units = sum(cents // 100 for cents in rests.values())
        assert balance(worlds, email=f"{number}@example.org") == str(units)
    assert said(worlds.database) == ""
