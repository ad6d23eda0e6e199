"""What a till works with: a programme in words, whoever is recognised, and a purchase of which
something comes back."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, Protocol

import msgspec
from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.amounts import format_decimal, money_decimals
from xenia.effects import Remains
from xenia.engine import remains as rest
from xenia.events.facts import read_facts
from xenia.events.model import Purchase
from xenia.programme.explain.goods import Unsayable
from xenia.programme.explain.rules import reward_named
from xenia.programme.explain.voice import Voice
from xenia.programme.model import CurrencyKind
from xenia.programme.texts import Texts
from xenia.services import merged, persons
from xenia.services.answers import Json
from xenia.services.problems import Problem, unknown_member, unknown_purchase
from xenia.services.published import Published
from xenia.services.statements import statement
from xenia.store import households, identifiers, taken_back
from xenia.store.posting import Scope
from xenia.store.taken_back import EarlierRow

Reads = Connection[TupleRow]

_QUANTITY: Final = 3  # decimals
_ISSUED: Final = "issued"
_remains = msgspec.json.Decoder(Remains)


class _Titled(Protocol):
    @property
    def title(self) -> Texts | None: ...


# ---- a programme ---------------------------------------------------------------------------------


def programme_at_tills(published: Published, now: int, locale: str) -> Json:
    """The version that decides now: its currencies, and what all else is called in a language.

    Raises words.NoPhrases.
    """
    version = published.timeline.at(now)
    programme = version.plan.programme
    voice = Voice(programme, locale)

    def titles(those: Mapping[str, _Titled]) -> dict[str, str]:
        return {key: voice.text(one.title, key) for key, one in those.items()}

    return {
        "programme": published.name,
        "version": version.version,
        "title": voice.text(programme.title, published.name),
        "money": programme.money,
        "decimals": money_decimals(programme.money),
        "currencies": [
            {
                "currency": key,
                "title": voice.currency(key),
                "decimals": one.decimals,
                "value": None if one.value is None else format(one.value, "f"),
                "spendable": one.value is not None and one.kind is not CurrencyKind.QUALIFYING,
            }
            for key, one in programme.currencies.items()
        ],
        "categories": list(programme.categories),
        "locations": titles(programme.locations),
        "attributes": sorted(programme.attributes.member),
        "metrics": titles(programme.metrics),
        "tiers": titles(programme.tiers),
        "levels": {key: titles(tier.levels) for key, tier in programme.tiers.items()},
        "benefits": titles(programme.benefits),
        "rules": titles(programme.rules),
        "rewards": {key: _reward(voice, key) for key in programme.rewards},
    }


def _reward(voice: Voice, key: str) -> str:
    try:
        return reward_named(voice, key)
    except Unsayable:
        return voice.text(None, key)


# ---- somebody ------------------------------------------------------------------------------------


def recognised(
    reads: Reads, scope: Scope, published: Published, identifier: str, now: int
) -> Json | Problem:
    """Whom a card, a phone or whatever it is leads to, or whose id it is, be it an older one: what
    they hold now, or their household does, and the vouchers that they can use."""
    found = persons.found(reads, scope.space_id, {"identifier": identifier})
    if isinstance(found, Problem):
        return found
    if not found and not persons.is_known(reads, scope.space_id, identifier):
        return unknown_member(identifier)
    member = found[0].member if found else identifier
    member = merged.leads(reads, scope.space_id, [member]).get(member, member)
    pool = households.pool_of(reads, scope.space_id, member)
    held = statement(reads, scope, published, pool, now) or _NOTHING
    leads = identifiers.listed(reads, scope.space_id, member)
    said = persons.attributes(reads, published, scope, member, now)
    return {
        "member": member,
        "name": said.get("name"),
        "blocked": any(one.blocked and one.value == identifier for one in leads),
        "programme": published.name,
        **{part: held[part] for part in _NOTHING},
        "vouchers": [one for one in held["vouchers"] if one["state"] == _ISSUED],
    }


_NOTHING: Final[Json] = {
    "enrolled": False,
    "wallet": {},
    "tiers": {},
    "metrics": {},
    "vouchers": [],
    "benefits": [],
}


# ---- a purchase ----------------------------------------------------------------------------------


def purchase(
    reads: Reads, scope: Scope, published: Published, source: str, name: str
) -> Json | Problem:
    """A purchase with what is left of each of its lines."""
    rows = taken_back.earlier(reads, scope, [(source, name)])
    event = _event(rows[0]) if rows else None
    if not isinstance(event, Purchase):
        return unknown_purchase(source, name)
    row = rows[0]
    answer: dict[str, Any] = msgspec.json.decode(row.answer)
    decimals = money_decimals(published.timeline.of(row.version).plan.programme.money)
    payable = answer["payable"] or {}
    off = {one["line"]: one["discount"] for one in payable.get("lines", ())}
    paid = _smallest(payable.get("to_pay", "0"), decimals)
    left = rest.whole(event, paid, b"") if row.remains is None else _remains.decode(row.remains)
    owners = taken_back.owners_in(reads, scope, [(source, name)])
    return {
        "source": source,
        "id": name,
        "programme": published.name,
        "member": owners.get((source, name)),
        "receipt": event.receipt,
        "occurred_at": published.timeline.zone.text(event.occurred_at),
        "answer": answer,
        "lines": [
            {
                "line": line.id,
                "sku": line.sku,
                "category": line.category,
                "quantity": _quantity(line.quantity),
                "left": _quantity(0 if one.gone else one.quantity),
                "amount": format_decimal(line.amount, decimals),
                "discount": off.get(line.id, format_decimal(0, decimals)),
            }
            for line, one in zip(event.lines, left.lines, strict=True)
        ],
        "paid": format_decimal(left.paid, decimals),
        "payments": [
            {"method": method, "amount": format_decimal(amount, decimals)}
            for method, amount in left.tenders
        ],
    }


def _event(row: EarlierRow) -> object:
    return read_facts(
        row.type,
        row.facts,
        id=row.event_id,
        source=row.source,
        member=row.member,
        occurred_at=row.occurred_at,
        schema=row.schema,
    )


def _quantity(thousandths: int) -> str:
    return format(Decimal(format_decimal(thousandths, _QUANTITY)).normalize(), "f")


def _smallest(amount: str, decimals: int) -> int:
    return int(Decimal(amount).scaleb(decimals))
