"""How settings are told in English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "rounded-by-line": (
        "What you earn is worked out and rounded for each line of a receipt by itself"
    ),
    "rounded-before-multiplying": "What you earn is rounded before it is multiplied",
    "return-inputs-today": (
        "After a return, what you keep is worked out anew with the level and the totals that "
        "you have then"
    ),
    "refund-line-paid": (
        "What you return brings back what you paid for it, also where a discount is no "
        "longer earned"
    ),
    "used-voucher-deficit": (
        "If you return a purchase that brought you a gift card or a voucher, what you have "
        "used of it is taken off the refund"
    ),
    "used-voucher-absorbed": (
        "If you return a purchase that brought you a gift card or a voucher, you need not "
        "pay for what you have used of it"
    ),
    "new-terms-all": (
        "When new terms change how long what you collect lasts, that goes for what you have, too"
    ),
    "entry-renewed": "{units}: under another end",
}
