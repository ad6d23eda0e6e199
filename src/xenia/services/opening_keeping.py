"""Openings that were read and found good, kept until they are posted: they are not read again."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from xenia.events.content import fingerprint
from xenia.events.facts import read_facts, split
from xenia.events.model import OWN, TYPE_NAMES, Opening
from xenia.services.opening_events import Brought, Terms, opening_id
from xenia.services.taking import Taken


class _Kept(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """An opening as it will be posted, and the identifiers of its member."""

    member: str
    facts: str
    personal: str | None
    fingerprint: bytes
    names: list[tuple[str, str]]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Kept).decode


@dataclass(frozen=True, slots=True)
class Keeping:
    """How openings of a programme are kept; `secret` is the space's."""

    terms: Terms
    programme: str
    secret: bytes

    def packed(self, one: Brought) -> bytes:
        """A member with whom nothing is wrong."""
        assert one.opening is not None, "nothing is wrong with them"
        facts, said = split(one.opening, self.terms.version.conventions)
        personal = None if said is None else said.decode()
        told = fingerprint(one.opening, self.secret)
        return _encode(_Kept(one.member, facts.decode(), personal, told, one.names))

    def unpacked(self, what: bytes) -> tuple[Brought, Taken]:
        """The same member, and their opening as it is posted."""
        kept = _decode(what)
        event = read_facts(
            TYPE_NAMES[Opening],
            kept.facts,
            id=opening_id(self.programme, kept.member),
            source=OWN,
            member=kept.member,
            occurred_at=self.terms.at,
            personal=kept.personal,
        )
        assert isinstance(event, Opening), "it was one"
        taken = Taken(
            event=event,
            programme=self.programme,
            facts=kept.facts,
            personal=kept.personal,
            fingerprint=kept.fingerprint,
        )
        return Brought(kept.member, event, kept.names), taken
