"""Writes `open` and `decide`: what an event comes to, from its columns and its inputs alone.

`decide` fills `decision`, which comes as zeros, and reads no state, so the same source decides a
return, from what is left of the purchase and with the inputs of its day.
"""

from __future__ import annotations

from xenia.engine import (
    emit_accruals,
    emit_discounts,
    emit_limits,
    emit_redemption,
    emit_today,
    emit_told,
)
from xenia.engine.plan import Column
from xenia.engine.type_writer import TypeWriter, variable
from xenia.language.types import Origin
from xenia.programme.settings import Basis


def emit(writer: TypeWriter) -> None:
    """Write both functions of one event type."""
    terms, name, lowering = writer.terms, writer.name, writer.lowering
    lowering.names["basket.paid"] = ("total(event, memory, LEFT, 0)", None)
    writer.say(0, f"def {variable('decide', name)}(event, record, decision, memory, params):")
    if name == "purchase":
        writer.say(1, "begin(event, memory)")
    emit_limits.stocks(writer)
    emit_redemption.emit(writer)
    emit_limits.rooms(writer)
    emit_accruals.contributions(writer, Origin.STATE)
    emit_discounts.emit(writer)
    if name == "purchase":
        before = 1 if terms.programme.settings.earn_on is Basis.AMOUNT else 0
        funded = "0" if terms.programme.settings.rewards_earn else "tendered"
        writer.say(1, f"count_spent(event, memory, {funded}, {before})")
    emit_accruals.contributions(writer, Origin.DISCOUNTED)
    emit_accruals.emit(writer)
    emit_told.decide(writer)
    emit_accruals.contributions(writer, Origin.EARNED)
    writer.say(1, "return")
    writer.say(0, "")
    open_record(writer)
    emit_today.emit(writer)


BALANCES = ("balance", "claimed")  # inputs that say what can be spent


def open_record(writer: TypeWriter) -> None:
    """Read the inputs into the record."""
    writer.say(0, f"def {variable('open', writer.name)}(state, event, record, params):")
    writer.say(1, "day = event[EVENT_DAY]")
    writer.say(1, "record[0] = event[KIND]")
    writer.say(1, "record[1] = day")
    names = {place: name for name, place in writer.inputs.items()}
    for at, source in writer.reads:
        kind, _, key = names[at].partition(".")
        if kind in BALANCES:  # what is reserved is not there
            column = writer.lowering.column(Column("reserved", key=key))
            writer.say(1, f"record[{at}] = {source} - {column}")
            continue
        writer.say(1, f"record[{at}] = {source}")
    writer.say(1, "return")
    writer.say(0, "")
