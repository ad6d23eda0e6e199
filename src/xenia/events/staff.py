"""Reads what staff tells: corrections and holds of what a member has, grants, and uses."""

from __future__ import annotations

from typing import Any

from xenia.events.model import Adjustment, Grant, Hold, Release, Use
from xenia.events.purchase import AMOUNT_LIMIT
from xenia.events.values import Reader
from xenia.events.wire import AdjustmentShape, GrantShape, HoldShape, ReleaseShape, UseShape


def adjustment(shape: AdjustmentShape, fields: dict[str, Any], reader: Reader) -> Adjustment:
    """The adjustment, whose own fields are added to those of every event; only to be used where the
    reader has collected no error."""
    units = reader.units(shape.units, shape.currency, ("units",), signed=True, below=AMOUNT_LIMIT)
    fields |= {"currency": shape.currency, "units": units}
    return Adjustment(**fields, author=shape.author, reason=shape.reason)


def hold(shape: HoldShape, fields: dict[str, Any], reader: Reader) -> Hold:
    """The hold; as `adjustment`."""
    return Hold(**fields, **_held(shape, reader), reason=shape.reason)


def release(shape: ReleaseShape, fields: dict[str, Any], reader: Reader) -> Release:
    """The release; as `adjustment`."""
    return Release(**fields, **_held(shape, reader), reason=shape.reason)


def grant(shape: GrantShape, fields: dict[str, Any], reader: Reader) -> Grant:
    """The grant; as `adjustment`."""
    if sum(one is not None for one in (shape.tier, shape.benefit, shape.voucher)) != 1:
        sentence = "a grant is of exactly one of tier, benefit, voucher"
        reader.fail("wrong-type", ("type",), sentence)
    if shape.until is not None:
        fields["until"] = reader.time(shape.until, ("until",))
    return Grant(
        **fields,
        author=shape.author,
        tier=shape.tier,
        benefit=shape.benefit,
        voucher=shape.voucher,
        reason=shape.reason,
    )


def use(shape: UseShape, fields: dict[str, Any], reader: Reader) -> Use:
    """The use of a voucher or a benefit; as `adjustment`."""
    if (shape.voucher is None) == (shape.benefit is None):
        sentence = "a use is of exactly one of voucher, benefit"
        reader.fail("wrong-type", ("type",), sentence)
    return Use(**fields, voucher=shape.voucher, benefit=shape.benefit)


def _held(shape: HoldShape | ReleaseShape, reader: Reader) -> dict[str, Any]:
    if shape.units is None:
        return {"currency": shape.currency, "units": None}
    if shape.currency is None:
        sentence = "name the currency of the units, or leave them out: then it is all of them"
        reader.fail("which-currency", ("units",), sentence)
        return {}
    units = reader.units(shape.units, shape.currency, ("units",))
    return {"currency": shape.currency, "units": units}
