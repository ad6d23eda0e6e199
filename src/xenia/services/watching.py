"""What a write changes of a member: looked at before and after it, and noted in the trail as both.

What tells who somebody is stands apart in the trail, and goes with them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from xenia.services import persons
from xenia.services.answers import Json
from xenia.services.changing import Changing
from xenia.services.published import Published
from xenia.services.statements import statement
from xenia.store import accounts, identifiers
from xenia.store.posting import Scope

_USABLE: Final = "issued"  # of a voucher
_STANDING: Final = "standing"  # of a benefit that is not counted


class Part(StrEnum):
    """What of a member a write may change."""

    ATTRIBUTES = "attributes"
    IDENTIFIERS = "identifiers"
    CONSENTS = "consents"
    HOLDINGS = "holdings"


class _Seen(NamedTuple):
    """Facts, and what is personal: values by name, under the name of what they are of."""

    facts: Json
    personal: Json


class Watching:
    """A member as they are before a write, to be noted with what they are after it."""

    def __init__(
        self,
        changing: Changing,
        member: str,
        programmes: Iterable[Published],
        parts: Collection[Part],
        *,
        new: bool = False,
        pool: str | None = None,
        beside: Collection[str] = (),
    ) -> None:
        """From here on nobody else changes their accounts.

        `new`: nobody is known by this id yet, and nothing is read.  `pool` is the household whose
        holdings are meant, and `beside` are others whose accounts the write changes: all are held
        at once, so that no two writes wait for each other.
        """
        self._changing, self._member, self._holder = changing, member, pool or member
        self._programmes, self._parts = tuple(programmes), parts
        for published in () if new else self._programmes:
            accounts.hold(
                changing.connection, self._scope(published), {member, self._holder, *beside}
            )
        self._before = _Seen({}, {}) if new else self._seen()

    def note(self, action: str, *, before: Json | None = None, after: Json | None = None) -> None:
        """Note what has changed, and what else is said of it."""
        now = self._seen()
        was, became = differing(self._before.facts, now.facts)
        lost, won = differing(self._before.personal, now.personal)
        personal = {name: said for name, said in (("before", lost), ("after", won)) if said}
        self._changing.note(
            action,
            f"member/{self._member}",
            before={**(before or {}), **was} or None,
            after={**(after or {}), **became} or None,
            personal=personal or None,
        )

    def _seen(self) -> _Seen:
        reads, space = self._changing.connection, self._changing.space_id
        seen = _Seen({}, {})
        if Part.IDENTIFIERS in self._parts:
            for one in identifiers.listed(reads, space, self._member):
                of = seen.personal.setdefault("blocked" if one.blocked else "identifiers", {})
                of.setdefault(one.kind, []).append(one.value)
        if Part.CONSENTS in self._parts:
            said = persons.standing_consents(reads, space, self._member)
            seen.facts["consents"] = {_purpose(one): _consent(one) for one in said}
        for published in self._programmes:
            if Part.ATTRIBUTES in self._parts:
                self._attributes(published, seen)
            if Part.HOLDINGS in self._parts:
                self._holdings(published, seen)
        return seen

    def _attributes(self, published: Published, seen: _Seen) -> None:
        changing, scope = self._changing, self._scope(published)
        said = persons.attributes(changing.connection, published, scope, self._member, changing.now)
        version = published.timeline.at(changing.now).version
        conventions = published.versions[version].conventions
        for name, value in said.items():
            personal = conventions.is_personal(name, of_member=True)
            side = seen.personal if personal else seen.facts
            side.setdefault("attributes", {})[name] = value

    def _holdings(self, published: Published, seen: _Seen) -> None:
        changing, scope = self._changing, self._scope(published)
        told = statement(changing.connection, scope, published, self._holder, changing.now)
        if told is None:
            return
        wallet, tiers = told["wallet"].items(), told["tiers"].items()
        usable = (one["reward"] for one in told["vouchers"] if one["state"] == _USABLE)
        held: Mapping[str, Mapping[str, object]] = {
            "balance": {currency: units["balance"] for currency, units in wallet},
            "pending": {currency: units["pending"] for currency, units in wallet},
            "held": {currency: units["held"] for currency, units in wallet},
            "levels": {ladder: standing["level"] for ladder, standing in tiers},
            "levels_until": {ladder: standing["until"] for ladder, standing in tiers},
            "vouchers": Counter(usable),
            "benefits": {one["benefit"]: one["left"] or _STANDING for one in told["benefits"]},
        }
        seen.facts.setdefault("enrolled", {})[published.name] = told["enrolled"]
        for part, values in held.items():
            named = seen.facts.setdefault(part, {})
            named |= {f"{published.name}/{name}": value for name, value in values.items()}

    def _scope(self, published: Published) -> Scope:
        return Scope(self._changing.space_id, published.programme_id)


def differing(before: Json, after: Json) -> tuple[Json, Json]:
    """Of values by name, each under the name of what they are of, those that differ: as they were,
    and as they are."""
    was: Json = {}
    became: Json = {}
    for part in dict.fromkeys((*before, *after)):
        old, new = before.get(part, {}), after.get(part, {})
        names = [name for name in dict.fromkeys((*old, *new)) if old.get(name) != new.get(name)]
        for side, values in ((was, old), (became, new)):
            if said := {name: values[name] for name in names if values.get(name) is not None}:
                side[part] = said
    return was, became


def together(facts: Json | None, personal: Json | None) -> Json | None:
    """Facts and what is personal as they are shown: of one thing, both under its name."""
    if personal is None:
        return facts
    found = dict(facts or {})
    for part, values in personal.items():
        there = found.get(part)
        found[part] = (
            {**there, **values} if isinstance(there, dict) and isinstance(values, dict) else values
        )
    return found


def _purpose(consent: Json) -> str:
    channel = consent["channel"]
    return consent["purpose"] if channel is None else f"{consent['purpose']}/{channel}"


def _consent(consent: Json) -> Json:
    return {name: consent[name] for name in ("given", "text", "source", "at")}


def parts_of(asked: Mapping[str, object]) -> Sequence[Part]:
    """What of a profile somebody wants to change."""
    named = (Part.ATTRIBUTES, Part.IDENTIFIERS, Part.CONSENTS)
    return [part for part in named if asked.get(part) is not None]
