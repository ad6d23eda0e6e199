"""Reads what staff tells: corrections of what a member holds."""

from __future__ import annotations

from typing import Any

from xenia.events.model import Adjustment
from xenia.events.purchase import AMOUNT_LIMIT
from xenia.events.values import Reader
from xenia.events.wire import AdjustmentShape


def adjustment(shape: AdjustmentShape, fields: dict[str, Any], reader: Reader) -> Adjustment:
    """The adjustment, whose own fields are added to those of every event; only to be used where the
    reader has collected no error."""
    units = reader.units(shape.units, shape.currency, ("units",), signed=True, below=AMOUNT_LIMIT)
    fields |= {"currency": shape.currency, "units": units}
    return Adjustment(**fields, author=shape.author, reason=shape.reason)
