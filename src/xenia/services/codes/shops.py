"""The codes of what shops sent that could not be used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xenia.services.codes.sentences import Sentences

SHOPS: Final[Mapping[str, Sentences]] = {
    "erased": Sentences(
        "Whom it was about has been erased",
        "The delivery named a member who has been erased since, and its body went with them.",
        "Discard it, or record what is left to record as an event without the member.",
    ),
    "no-access-token": Sentences(
        "The order is told by its id only",
        "Square names the order of a payment and does not send it.",
        "Give the connection a `token`, an access token of Square, and replay the delivery.",
    ),
    "not-as-documented": Sentences(
        "A field is not as the shop documents it",
        "A field that is needed is missing, or of another type; `pointer` says which.",
        "Look at what stands between the shop and the service, and which version its interface is.",
    ),
    "not-json": Sentences(
        "The body is not JSON",
        "It was signed well, but cannot be read.",
        "Set the shop's webhook to JSON.",
    ),
    "not-synchronised": Sentences(
        "The order has not come from the till yet",
        "Its lines have no ids of their own, by which they could come back later.",
        "Send an order once Odoo has stored it.",
    ),
    "tax-below-zero": Sentences(
        "The tax is below 0",
        "The price without tax is more than the one with it.",
        "Send `price_subtotal` and `price_subtotal_incl` as Odoo has them.",
    ),
    "unknown-order": Sentences(
        "The shop has no such order",
        "What was sent names an order that the shop did not find when it was asked.",
        "See that the `token` is of the same account that sends.",
    ),
    "unknown-topic": Sentences(
        "This kind of webhook is not read",
        "The shop sends something that no event comes of.",
        "Take the subscription away in the shop; the guide lists those that are read.",
    ),
}
