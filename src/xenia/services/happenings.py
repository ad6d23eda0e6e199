"""What others are told of what was recorded: messages of named types, each small enough to send."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec

from xenia.services.times import utc_text

MOST = 20_000  # bytes of a message

Json = dict[str, Any]
Levels = dict[str, str | None]  # by ladder, the level that a member holds
Ranks = Mapping[str, Sequence[str]]  # by ladder, its levels, the lowest first

TYPES = {
    "member.created": "a member has joined",
    "member.updated": "a member's profile or cards, or into whom they are merged, has changed",
    "member.left": "a member has left",
    "member.merged": "two members have become one",
    "points.earned": "units were earned; `state` says whether they can be spent yet",
    "points.available": "units that were pending can be spent",
    "points.redeemed": "units were spent",
    "points.expired": "units have ended",
    "points.expiring": "units will end soon",
    "points.adjusted": "staff has given or taken units",
    "points.held": "units are held back",
    "points.released": "units that were held can be spent again",
    "points.reversed": "units were taken back, as what had brought them was",
    "points.restored": "units that were spent or had ended came back",
    "points.transferred": "a member has given units to another, or got them",
    "tier.upgraded": "a member has reached a higher level",
    "tier.downgraded": "a member has fallen to a lower level",
    "reward.issued": "a member has got a voucher",
    "reward.redeemed": "a voucher was used",
    "reward.revoked": "a voucher was taken back",
    "reward.restored": "a voucher that was used can be used again",
    "benefit.granted": "a member has got a benefit",
    "benefit.used": "a member has used a benefit",
    "badge.earned": "a member has got a badge",
    "badge.revoked": "a badge was taken back",
    "member.notified": "a rule tells the member something",
    "member.flagged": "a rule asks staff to look",
    "programme.published": "a version was published that changes something for members",
    "programme.withdrawn": "a version that was published will not take effect",
}
TEST = "webhook.test"

_OF_EVENTS = {
    "enrolment": "member.created",
    "profile": "member.updated",
    "card": "member.updated",
    "leave": "member.left",
    "merge": "member.merged",
    "merging": "member.updated",
}
_OF_UNITS = {
    "earn": "points.earned",
    "activate": "points.available",
    "spend": "points.redeemed",
    "expire": "points.expired",
    "notify": "points.expiring",
    "adjust": "points.adjusted",
    "hold": "points.held",
    "release": "points.released",
    "take-back": "points.reversed",
    "give-back": "points.restored",
    "reinstate": "points.restored",
    "transfer": "points.transferred",
}
_OF_VOUCHERS = {
    "issue": "reward.issued",
    "use": "reward.redeemed",
    "take-back": "reward.revoked",
    "give-back": "reward.restored",
}
_OF_BENEFITS = {"benefit": "benefit.granted", "use": "benefit.used", "give-back": "benefit.granted"}
_OF_BADGES = {"badge": "badge.earned", "take-back": "badge.revoked"}

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that others are told of; `key` is its own among all of a space, and the same
    whenever it is made again."""

    type: str
    key: str
    member: str | None
    body: str  # JSON: type, timestamp, data
    effects: Sequence[Json] = ()

    def message_id(self, webhook: str) -> str:
        """The id under which an endpoint gets it, each time that it is sent."""
        digest = sha256(f"{webhook}\0{self.key}".encode()).hexdigest()
        return f"msg_{digest[:32]}"


@dataclass(frozen=True, slots=True)
class About:
    """What the messages of one record share: where it stands, and what all of them tell."""

    key: str
    at: int  # recorded, in microseconds
    member: str | None
    data: Json

    def of_event(self, kind: str) -> Iterator[Happening]:
        """What an event is by its type, whatever it brought."""
        if named := _OF_EVENTS.get(kind):
            yield from self._told(named, {})

    def of_effects(
        self,
        effects: Sequence[Json],
        wallet: Mapping[str, Json],
        levels: Callable[[], Levels],
        ranks: Ranks,
    ) -> Iterator[Happening]:
        """Effects by what they are: all of a type in one message, or in several where they are
        many.  `levels` are those before; asked only where one changes."""
        by_type: dict[str, list[Json]] = {}
        held: Levels | None = None
        for effect in effects:
            if effect["effect"] == "tier":
                held = levels() if held is None else held
                ladder, level = effect["tier"], effect["level"]
                before = held.get(ladder)
                held[ladder] = level
                named: str | None = _direction(ranks.get(ladder, ()), before, level)
                told = {**effect, "from": before}
            else:
                named, told = _type_of(effect), effect
            if named is not None:
                by_type.setdefault(named, []).append(told)
        for named, items in by_type.items():
            touched = {item["currency"] for item in items if "currency" in item}
            now = {name: wallet[name] for name in sorted(touched) if name in wallet}
            yield from self._parts(named, items, {"wallet": now} if now else {})

    def of_version(self, announced: Json) -> Iterator[Happening]:
        """A version as it is announced, without the sentences for members, which are long."""
        told = {name: announced[name] for name in ("version", "follows", "replaces", "from")}
        changes = list(announced["changes"])
        while True:
            (found,) = self._told("programme.published", {**told, "changes": changes})
            if len(found.body.encode()) <= MOST:
                yield found
                return
            changes = [*changes[: len(changes) // 2], "and more: compare the two versions"]

    def of_withdrawal(self, told: Json) -> Iterator[Happening]:
        """Versions that were withdrawn before they took effect."""
        yield from self._told("programme.withdrawn", told)

    def _parts(
        self, named: str, items: Sequence[Json], more: Json, part: str = ""
    ) -> Iterator[Happening]:
        (whole,) = self._told(named, {"effects": items, **more}, part)
        if len(whole.body.encode()) <= MOST or len(items) == 1:
            yield whole
            return
        middle = len(items) // 2
        yield from self._parts(named, items[:middle], more, f"{part}a")
        yield from self._parts(named, items[middle:], more, f"{part}b")

    def _told(self, named: str, more: Json, part: str = "") -> Iterator[Happening]:
        body = {"type": named, "timestamp": utc_text(self.at), "data": {**self.data, **more}}
        key = f"{self.key}\0{named}\0{part}"
        yield Happening(named, key, self.member, _encode(body).decode(), more.get("effects", ()))


def test_body(at: int, webhook: str) -> str:
    """What is sent to try an endpoint out."""
    data = {"webhook": webhook, "text": "This is a test: nothing has happened."}
    return _encode({"type": TEST, "timestamp": utc_text(at), "data": data}).decode()


def levels_before(tiers: str | None, sweeps: Sequence[str]) -> Levels:
    """The levels of a member by `tiers` of an answer and the effects of sweeps since then."""
    standing: Json = {} if tiers is None else msgspec.json.decode(tiers)
    held: Levels = {ladder: one["level"] for ladder, one in standing.items()}
    for text in sweeps:
        for effect in msgspec.json.decode(text):
            if effect["effect"] == "tier":
                held[effect["tier"]] = effect["level"]
    return held


def _type_of(effect: Json) -> str | None:
    kind = effect["effect"]
    if effect.get("voucher"):
        return _OF_VOUCHERS.get(kind)
    if effect.get("benefit"):
        return _OF_BENEFITS.get(kind)
    if effect.get("badge"):
        return _OF_BADGES.get(kind)
    if kind == "flag":
        return "member.flagged"
    if kind == "notify" and "text" in effect:
        return "member.notified"
    return _OF_UNITS.get(kind) if effect.get("units") is not None else None


def _direction(ranks: Sequence[str], before: str | None, level: str | None) -> str:
    place = {name: n for n, name in enumerate(ranks)}
    up = place.get(level or "", -1) >= place.get(before or "", -1)
    return "tier.upgraded" if up else "tier.downgraded"
