"""Reads what one member gives to another."""

from __future__ import annotations

from typing import Any

from xenia.events.model import Transfer
from xenia.events.purchase import AMOUNT_LIMIT
from xenia.events.values import Reader
from xenia.events.wire import TransferShape


def transfer(shape: TransferShape, fields: dict[str, Any], reader: Reader) -> Transfer:
    """The transfer, whose own fields are added to those of every event; only to be used where the
    reader has collected no error."""
    units = reader.units(shape.units, shape.currency, ("units",), below=AMOUNT_LIMIT)
    to = reader.member(shape.to, "to")
    fields |= {"currency": shape.currency, "units": units, "to": to}
    return Transfer(**fields)
