"""How vouchers are told in Russian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "event-use": "ваучер {id}",
    "voucher": "ваучер, по которому {core}",
    "voucher-uses": (
        "можно использовать {number} раз",
        "можно использовать {number} раза",
        "можно использовать {number} раз",
        "можно использовать {number} раза",
    ),
    "voucher-partial": "остаток после покупки можно использовать позже",
    "vouchers-tender": "Денежными ваучерами оплачивают покупку, цены остаются прежними",
    "free-cheapest-of-all": (
        "самый дешёвый товар бесплатно",
        *3 * ("{number} самых дешёвых товаров бесплатно",),
    ),
    "free-dearest-of-all": (
        "самый дорогой товар бесплатно",
        *3 * ("{number} самых дорогих товаров бесплатно",),
    ),
    "off-cheapest-of-all": (
        "на самый дешёвый товар скидка {percent}",
        *3 * ("на {number} самых дешёвых товаров скидка {percent}",),
    ),
    "off-dearest-of-all": (
        "на самый дорогой товар скидка {percent}",
        *3 * ("на {number} самых дорогих товаров скидка {percent}",),
    ),
}
