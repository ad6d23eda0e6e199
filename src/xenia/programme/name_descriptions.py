"""What each name of an expression means, in the words that an editor shows while one writes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# By name; a part that a programme names itself is written as `<id>`.
NAMES: Final[Mapping[str, str]] = {
    "occurred_at": "When it happened.",
    "source": "Who sent the event.",
    "channel": "How the member came, such as `store` or `web`.",
    "location": "The shop, by the id that the programme gives it.",
    "location.region": "The region of the shop.",
    "location.owner": "The owner of the shop.",
    "location.partner": "The partner that the shop belongs to.",
    "partner": "The partner at which it happened.",
    "cashier": "Who served.",
    "terminal": "The till.",
    "attributes.<id>": "An attribute of the event, of the type that the programme declares.",
    "basket.amount": "The prices of all lines, before discounts.",
    "basket.quantity": "The quantities of all lines.",
    "payment.method": "How it was paid; missing unless there is just one payment.",
    "payment.amount": "What that payment paid.",
    "receipt": "The number of the receipt.",
    "basket.paid": "The prices of all lines, after discounts and units spent as one.",
    "spent": "What counts as spent on the rule's lines, by the settings; in a metric on all lines.",
    "reward": "The reward that is asked for.",
    "quantity": "How many of it.",
    "member.birthday": "The day of birth.",
    "member.locale": "The member's language, such as `el-GR`.",
    "member.timezone": "The time zone in which the member lives, such as `Europe/Athens`.",
    "member.enrolled_on": "The day on which the member joined.",
    "member.<id>": "An attribute of the member, of the type that the programme declares.",
    "metric.<id>": "The running number, before this event.",
    "tier.<id>": "The level, before this event; `none` below a lowest level with thresholds.",
    "balance.<id>": "The units of a currency that can be spent, before this event.",
    "earned.<id>": "The units of a currency that this event has earned.",
}

# By list and field.
RECORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "lines": {
        "id": "The line's id, or else its place: `1`, `2`.",
        "sku": "The article's code.",
        "category": "The kind of goods.",
        "quantity": "How much of it.",
        "unit": "What the quantity counts, such as `kg`.",
        "amount": "The price of the whole line, before discounts.",
        "regular_amount": "What it would have cost without the shop's own reduction.",
        "tax": "The tax in the price, or on top of a net price.",
        "tags": 'Marks of the shop\'s own: `"new" in l.tags`.',
        "brand": "The brand.",
        "seller": "Who sells it, on a market place.",
        "paid": "The price after discounts; it can only be summed.",
    },
    "payments": {
        "method": "How this part was paid.",
        "amount": "How much of it; missing where it is the whole bill.",
    },
    "charges": {
        "kind": "What for: delivery, service, tip, deposit.",
        "amount": "How much.",
        "tax": "The tax in it, or on top of a net price.",
    },
}
