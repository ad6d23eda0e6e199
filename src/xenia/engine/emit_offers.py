"""Writes offers as a table of numbers, over which the step goes for those an event is about only.

In the source, many rules would cost each event their place in it, held or not, and Python gives up
on thousands.  Few stay there, where they are as quick.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256

from xenia.effects import Kind
from xenia.engine import emit_earned
from xenia.engine.lots import swapped
from xenia.engine.lower import conjunction
from xenia.engine.operators import (
    EARNING,
    OFFER,
    OFFER_BITS,
    OFFER_BY,
    OFFER_BY_LINE,
    OFFER_MODE,
    OFFER_NUMBER,
    OFFER_PER,
    OFFER_PLACE,
    OFFER_POSTING,
    OFFER_TALLY,
)
from xenia.engine.plan import OFFER_MEANINGS, Code, Offer
from xenia.engine.terms import Terms
from xenia.engine.type_writer import TypeWriter, variable
from xenia.programme.model import Accrual
from xenia.programme.offers import offers
from xenia.programme.periods import Expiry

MANY = 200  # what they earn; with fewer the source is as quick

_Posting = tuple[str, Expiry | None]  # a currency, and when what is earned ends


@dataclass(frozen=True, slots=True)
class Earned:
    """A `rate`, in smallest units, for each whole `per` spent (0: once), rounded by `mode`, perhaps
    for each line."""

    per: int
    rate: Fraction
    mode: int
    by_line: bool


def offered(terms: Terms, on: str, many: int | None = None) -> frozenset[str]:
    """The rules on a type of event that stand in a table, if they are so many."""
    found = offers(terms.programme, terms.analysis, on)
    rules = terms.programme.rules
    least = MANY if many is None else many
    return found if sum(len(rules[key].then.earn) for key in found) >= least else frozenset()


def add(writer: TypeWriter, key: str, currency: str, place: int, earned: Earned) -> None:
    """One currency that one of them earns, in their order."""
    programme = writer.terms.programme
    rule, part = programme.rules[key], programme.currencies[currency]
    earn = rule.then.earn[currency]
    condition = conjunction((*writer.dates(key, rule), *writer.conditions(key)))
    offer = Offer(key, currency, earn.kind.value, swapped(part), place, condition)
    writer.offers.append(offer)
    row = [0] * OFFER
    row[OFFER_PLACE], row[OFFER_BITS] = place, writer.bits(key, EARNING)
    row[OFFER_PER], row[OFFER_MODE], row[OFFER_BY_LINE] = earned.per, earned.mode, earned.by_line
    row[OFFER_NUMBER], row[OFFER_BY] = earned.rate.as_integer_ratio()
    row[OFFER_TALLY] = _tally(writer, currency, earn.kind)
    posting = (currency, earn.expires or part.expires)
    row[OFFER_POSTING] = writer.postings.setdefault(posting, len(writer.postings))
    writer.rows += row


def decide(writer: TypeWriter) -> None:
    """In `decide`, behind all that sets what is spent."""
    if writer.offers:
        params = writer.terms.source.params
        writer.table = len(params)
        params += writer.rows
        writer.say(1, f"offers(event, decision, memory, params, {_listed(writer)})")


def _listed(writer: TypeWriter) -> str:
    return f"{writer.table}, {writer.listing}"


def _tally(writer: TypeWriter, currency: str, kind: Accrual) -> int:
    return 2 * sorted(writer.terms.programme.currencies).index(currency) + (kind is Accrual.BONUS)


def earned(
    writer: TypeWriter, currency: str, kind: Accrual, numbers: str = "decision"
) -> list[str]:
    """Source of what the offers earn of a currency; nothing where none does."""
    if not any((one.currency, one.accrual) == (currency, kind.value) for one in writer.offers):
        return []
    tally = _tally(writer, currency, kind)
    return [f"offered(event, {numbers}, params, {_listed(writer)}, {tally})"]


def all_earned(writer: TypeWriter, numbers: str, currency: str) -> list[str]:
    """As `earned`, of a decision or of what was posted, of whatever kind."""
    return [source for kind in Accrual for source in earned(writer, currency, kind, numbers)]


def bonus(writer: TypeWriter, currency: str, ratio: tuple[str, str], *, exact: bool) -> list[str]:
    """Source of what so many times as much adds to them; nothing where none earns the currency."""
    if not earned(writer, currency, Accrual.BASE):
        return []
    tally = _tally(writer, currency, Accrual.BASE)
    which = f"{_listed(writer)}, {tally}, {', '.join(ratio)}, {int(exact)}"
    return [f"offered_bonus(event, decision, memory, params, {which})"]


# ---- posting -------------------------------------------------------------------------------------


def posting(writer: TypeWriter) -> None:
    """The functions that post what differs: one for all offers, and one for each kind of lot."""
    if not writer.offers:
        return
    say = writer.say
    for (currency, expiry), which in writer.postings.items():
        say(0, f"def {_poster(writer, which)}(state, event, log, params, day, today, units, code):")
        emit_earned.emit(writer, emit_earned.Lot("", currency, "", expiry), _meaning)
        say(1, "return")
        say(0, "")
    writer.meanings = len(writer.terms.source.params)
    writer.terms.source.params.append(0)  # until all are numbered
    more = "day, today, cursor, until"
    say(0, f"def {_posts(writer)}(state, event, posted, decision, log, params, {more}):")
    say(1, f"listed = event[{writer.listing}]")
    say(1, "if listed == 0:")
    say(2, "return cursor")
    say(1, "while cursor < event[listed] and event[listed + 1 + cursor] // 2 < until:")
    say(2, "offer = event[listed + 1 + cursor] // 2")
    say(2, "cursor += 1")
    say(2, f"at = {writer.table} + offer * {OFFER}")
    say(2, "units = decision[params[at]] - posted[params[at]]")
    say(2, f"code = params[{writer.meanings}] + offer * {OFFER_MEANINGS}")
    for which in writer.postings.values():
        say(2, f"if params[at + {OFFER_POSTING}] == {which}:")
        say(3, f"{_poster(writer, which)}(state, event, log, params, day, today, units, code)")
    say(1, "return cursor")
    say(0, "")


def _posts(writer: TypeWriter) -> str:
    return variable("post_offers", writer.name)


def _poster(writer: TypeWriter, which: int) -> str:
    return f"{variable('post_offer', writer.name)}_{which}"


def _meaning(code: Code) -> str:
    """Source of the number of what a line says of an offer; see `Offer.meaning`."""
    if code.kind is Kind.EARN:
        return "code"
    return f"code + {2 if code.pending else 3 if code.held else 4 if code.owed else 1}"


def post(writer: TypeWriter, done: int, met: int) -> int:
    """In `post`: those in the table that come before the next rule in the source."""
    if met > done:
        arguments = "state, event, posted, decision, log, params, day, today"
        writer.say(1, f"cursor = {_posts(writer)}({arguments}, cursor, {met})")
    return met


# ---- the tables of all types of event ------------------------------------------------------------


def number(writers: Iterable[TypeWriter]) -> tuple[Offer, ...]:
    """All offers, once all other meanings are known: theirs come behind."""
    found: list[Offer] = []
    for writer in writers:
        if writer.offers:
            own = len(writer.codes.own())
            writer.terms.source.params[writer.meanings] = own + OFFER_MEANINGS * len(found)
            found += writer.offers
    return tuple(found)


def digest(writers: Iterable[TypeWriter]) -> str:
    """What the source would say of them, if they stood there; none where there are none."""
    said = []
    for writer in writers:
        for at, one in enumerate(writer.offers):
            earns = f"{one.rule} {one.currency} {one.accrual} {one.place}"
            said.append(f"{writer.name} {earns} {writer.rows[at * OFFER + OFFER_POSTING]}\n")
    return sha256("".join(said).encode()).hexdigest() if said else ""
