"""The programme that the live tests run, and its events."""

from __future__ import annotations

from typing import Any

from xenia.amounts import format_decimal

PROGRAMME = """
xenia: 1
programme: races
title: Races
operator: A shop
money: EUR
timezone: Europe/Athens
currencies:
  points: {expires: {after: 12 months}}
rules:
  everything: {on: purchase, then: {earn: {points: 1 per 1.00}}}
  launch:
    on: purchase
    when: channel == "launch"
    budget: {units: 1000}
    then: {earn: {points: 30}}
  first-three:
    on: purchase
    when: channel == "first"
    budget: {times: 3}
    then: {earn: {points: 5}}
rewards:
  tea: {price: {points: 7}, gives: {gift-card: 1.00}, lasts: 30 days}
  mug: {price: {points: 1}, stock: 3, gives: {gift-card: 5.00}}
"""


def buy(name: str, member: str, money: int = 10, **more: Any) -> dict[str, Any]:
    """A purchase of so many euros."""
    amount = format_decimal(100 * money, 2)
    line = {"sku": "s", "category": "c", "quantity": 1, "amount": amount}
    event = {"id": name, "type": "purchase", "occurred_at": "2025-11-14T09:00:00+02:00"}
    return {**event, "member": member, "lines": [line], **more}


def redeem(name: str, member: str, reward: str = "tea") -> dict[str, Any]:
    """One of a reward."""
    event = {"id": name, "type": "redemption", "occurred_at": "2025-11-14T10:00:00+02:00"}
    return {**event, "member": member, "reward": reward}


def refusals(answer: Any) -> list[str]:
    """The codes of what was refused."""
    return [refusal["code"] for refusal in answer["refusals"]]


def earned(answer: Any, rule: str) -> int:
    """The units that a rule has brought."""
    return sum(int(item["units"]) for item in answer["effects"] if item["rule"] == rule)
