"""The kinds of shops that can be connected, by their names."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from xenia.connectors.inbound import Connector
from xenia.connectors.odoo import ODOO
from xenia.connectors.shopify import SHOPIFY
from xenia.connectors.square import SQUARE
from xenia.connectors.woocommerce import WOOCOMMERCE

CONNECTORS: Mapping[str, Connector] = MappingProxyType(
    {"odoo": ODOO, "shopify": SHOPIFY, "square": SQUARE, "woocommerce": WOOCOMMERCE}
)
# Where a kind of shop can be asked, if the operator does not say.
ASKED_AT: Mapping[str, str] = MappingProxyType({"square": "https://connect.squareup.com"})
