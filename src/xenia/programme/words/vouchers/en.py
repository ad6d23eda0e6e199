"""How vouchers are told in English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "event-use": "voucher {id}",
    "voucher": "a voucher by which {core}",
    "voucher-uses": ("can be used {number} time", "can be used {number} times"),
    "voucher-partial": "what a purchase leaves of it can be used later",
    "vouchers-tender": "Vouchers of money off pay for a purchase; prices stay as they are",
    "free-cheapest-of-all": (
        "the cheapest item is free",
        "the {number} cheapest items are free",
    ),
    "free-dearest-of-all": (
        "the dearest item is free",
        "the {number} dearest items are free",
    ),
    "off-cheapest-of-all": (
        "you get {percent} off the cheapest item",
        "you get {percent} off the {number} cheapest items",
    ),
    "off-dearest-of-all": (
        "you get {percent} off the dearest item",
        "you get {percent} off the {number} dearest items",
    ),
}
