"""How vouchers are told in Greek."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "event-use": "κουπόνι {id}",
    "voucher": "κουπόνι με το οποίο {core}",
    "voucher-uses": (
        "μπορεί να χρησιμοποιηθεί {number} φορά",
        "μπορεί να χρησιμοποιηθεί {number} φορές",
    ),
    "voucher-partial": "ό,τι περισσεύει από μια αγορά μπορεί να χρησιμοποιηθεί αργότερα",
    "vouchers-tender": "Τα εκπτωτικά κουπόνια πληρώνουν την αγορά· οι τιμές μένουν ως έχουν",
    "free-cheapest-of-all": (
        "το φθηνότερο τεμάχιο είναι δωρεάν",
        "τα {number} φθηνότερα τεμάχια είναι δωρεάν",
    ),
    "free-dearest-of-all": (
        "το ακριβότερο τεμάχιο είναι δωρεάν",
        "τα {number} ακριβότερα τεμάχια είναι δωρεάν",
    ),
    "off-cheapest-of-all": (
        "έχετε έκπτωση {percent} στο φθηνότερο τεμάχιο",
        "έχετε έκπτωση {percent} στα {number} φθηνότερα τεμάχια",
    ),
    "off-dearest-of-all": (
        "έχετε έκπτωση {percent} στο ακριβότερο τεμάχιο",
        "έχετε έκπτωση {percent} στα {number} ακριβότερα τεμάχια",
    ),
}
