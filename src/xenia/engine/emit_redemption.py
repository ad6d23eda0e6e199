"""Writes how a redemption is decided: granted whole, or refused."""

from __future__ import annotations

from xenia.engine.emit_limits import stock, take_stock
from xenia.engine.plan import Column
from xenia.engine.type_writer import TypeWriter

# Why a redemption is refused, beside 0: it is not.
INSUFFICIENT, OUT_OF_STOCK = 1, 2


def for_sale(writer: TypeWriter) -> list[tuple[int, str, str, int]]:
    """The rewards that can be bought: number, id, currency, price in its smallest units."""
    rewards = sorted(writer.terms.programme.rewards.items())
    return [
        (number, key, currency, writer.terms.units(currency, price))
        for number, (key, reward) in enumerate(rewards)
        for currency, price in reward.price.items()
        if not reward.automatic
    ]


def emit(writer: TypeWriter) -> None:
    """The claim of a redemption.  Refused, the event decides nothing else."""
    if writer.name != "redemption":
        return
    refused = writer.result("redemption.refused")
    writer.say(1, f"asked = {writer.lowering.column(Column('reward'))}")
    writer.say(1, f"quantity = {writer.lowering.column(Column('quantity'))}")
    writer.say(1, "granted = 0")
    for number, key, currency, price in for_sale(writer):
        each = writer.terms.source.param(price)
        writer.say(1, f"if asked == {number}:")
        otherwise = ""
        if key in writer.stocked:
            writer.say(2, f"if quantity > {stock(key)}:")
            writer.say(3, f"decision[{refused}] = {OUT_OF_STOCK}")
            otherwise = "el"
        writer.say(2, f"{otherwise}if quantity > {writer.balance(currency)} // {each}:")
        writer.say(3, f"decision[{refused}] = {INSUFFICIENT}")
        writer.say(2, "else:")
        writer.say(3, "granted = 1")
        writer.say(3, f"decision[{writer.result(f'redemption.{key}')}] = quantity")
        writer.say(3, f"decision[{writer.result(f'redemption.{key}.units')}] = quantity * {each}")
        take_stock(writer, 3, key, "quantity")
    writer.say(1, "if granted == 0:")
    writer.say(2, "return")
