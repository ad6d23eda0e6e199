"""What a member sees of themselves, in the words of their language: all that they hold, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.programme.explain.conditions import Conditions
from xenia.programme.explain.goods import Unsayable
from xenia.programme.explain.rules import rule_said
from xenia.programme.explain.voice import Voice
from xenia.programme.ladders import Level
from xenia.programme.model import CurrencyKind
from xenia.services import persons
from xenia.services.explaining import explanation
from xenia.services.published import Published, Space, Version
from xenia.services.statements import statement
from xenia.store import households, identifiers
from xenia.store.posting import Scope

Json = dict[str, Any]
Reads = Connection[TupleRow]
_CARDS = ("card", "pass", "app")  # what a till reads, the likeliest first


def overview(
    reads: Reads, space: Space, published: Published, member: str, *, locale: str, now: int
) -> Json:
    """A member at an instant (microseconds) in one programme, told in a locale.

    Raises words.NoPhrases.
    """
    scope = Scope(space.space_id, published.programme_id)
    version = published.versions[published.timeline.at(now).version]
    voice = Voice(version.plan.programme, locale)
    said = persons.attributes(reads, published, scope, member, now)
    return {
        "member": member,
        "name": said.get("name"),
        "space": space.name,
        "mode": space.mode,
        "programme": published.name,
        "title": voice.text(voice.programme.title, voice.programme.id),
        "programmes": [*_programmes(space, locale, now)],
        "at": published.timeline.zone.text(now),
        "card": _card(reads, space, member),
        **_held(voice, statement(reads, scope, published, member, now)),
        "household": _household(reads, scope, published, voice, member=member, now=now),
    }


def _held(voice: Voice, held: Json | None) -> Json:
    return {
        "enrolled": bool(held and held["enrolled"]),
        "currencies": [] if held is None else [*_currencies(voice, held)],
        "ladders": [] if held is None else [*_ladders(voice, held)],
        "benefits": [] if held is None else [_benefit(voice, one) for one in held["benefits"]],
        "badges": [] if held is None else [_badge(voice, one) for one in held.get("badges", ())],
    }


def _household(
    reads: Reads, scope: Scope, published: Published, voice: Voice, *, member: str, now: int
) -> Json | None:
    """The household for which a member buys, and by which they take rewards, and what it holds; its
    id, by which whoever knows it spends, and who else belongs to it are not told."""
    lead = households.belongs(reads, scope.space_id, [member]).get(member)
    if lead is None:
        return None
    known = households.one(reads, scope.space_id, lead.household)
    return {
        "name": known and known.name,
        "may_spend": lead.may_spend,
        **_held(voice, statement(reads, scope, published, lead.household, now)),
    }


def _programmes(space: Space, locale: str, now: int) -> Iterator[Json]:
    for one in space.programmes.values():
        programme = one.timeline.at(now).plan.programme
        title = Voice(programme, locale).text(programme.title, programme.id)
        yield {"programme": one.name, "title": title}


def _card(reads: Reads, space: Space, member: str) -> Json | None:
    """What a till may read from the member's telephone."""
    found = [one for one in identifiers.listed(reads, space.space_id, member) if not one.blocked]
    for kind in _CARDS:
        of_kind = [one for one in found if one.kind == kind]
        if of_kind:
            return {"kind": kind, "value": of_kind[-1].value}
    return None


def _currencies(voice: Voice, held: Json) -> Iterator[Json]:
    for key, balance in held["wallet"].items():
        currency = voice.programme.currencies.get(key)
        yield {
            "currency": key,
            "title": voice.currency(key) if currency is not None else key,
            "qualifying": currency is not None and currency.kind is CurrencyKind.QUALIFYING,
            "transfers": currency is not None and currency.transfers is not None,
            **balance,
            "endings": [
                {"units": one["units"], "at": one["at"]}
                for one in held["endings"]
                if one["currency"] == key
            ],
        }


def _ladders(voice: Voice, held: Json) -> Iterator[Json]:
    for key, standing in held["tiers"].items():
        tier = voice.programme.tiers.get(key)
        if tier is None:
            continue
        names = [*tier.levels]
        level = standing["level"]
        at = names.index(level) if level in names else -1
        above = names[at + 1] if at + 1 < len(names) else None
        yield {
            "ladder": key,
            "title": voice.text(tier.title, key),
            "level": level,
            "level_title": None if level is None else _rung(voice, tier.levels, level),
            "until": standing["until"],
            "next": None if above is None else _rung(voice, tier.levels, above),
            "to_next": [_missing(voice, one, held["metrics"]) for one in standing["to_next"]],
            "to_keep": [_missing(voice, one, held["metrics"]) for one in standing["to_keep"]],
        }


def _rung(voice: Voice, levels: Mapping[str, Level], name: str) -> str:
    known = levels.get(name)
    return voice.text(None if known is None else known.title, name)


def _missing(voice: Voice, one: Json, metrics: Json) -> Json:
    metric = voice.programme.metrics.get(one["metric"])
    there = max(Decimal(metrics.get(one["metric"], "0")), Decimal())
    return {
        "metric": one["metric"],
        "title": voice.text(None if metric is None else metric.title, one["metric"]),
        "there": str(there),
        "missing": one["units"],
    }


def _benefit(voice: Voice, one: Json) -> Json:
    return {**one, "title": voice.benefit(one["benefit"])}


def _badge(voice: Voice, one: Json) -> Json:
    known = voice.programme.badges.get(one["badge"])
    title = voice.text(None if known is None else known.title, one["badge"])
    return {**one, "title": title}


# ---- why -----------------------------------------------------------------------------------------


def why(
    reads: Reads,
    scope: Scope,
    published: Published,
    member: str,
    *,
    source: str,
    event: str,
    locale: str,
) -> Json | None:
    """What an event of theirs has come to, and which rules are why; None where it is not theirs.

    Of rules only those are told that did something.  Raises words.NoPhrases.
    """
    told = explanation(reads, scope, published, source, event, locale=locale, names_events=False)
    if told is None or told["member"] != member:
        return None
    version = published.versions[told["version"]]
    payable = told["payable"] or {}
    return {
        "event": told["event"],
        "source": told["source"],
        "programme": told["programme"],
        "occurred_at": told["occurred_at"],
        "type": next((one["event"]["type"] for one in told["entries"] if one["event"]), None),
        "entries": told["entries"],
        "refusals": told["refusals"],
        "discount": payable.get("discount"),
        "to_pay": payable.get("to_pay"),
        "money": version.plan.programme.money,
        "because": [*_because(version, told, locale)],
    }


def _because(version: Version, told: Json, locale: str) -> Iterator[Json]:
    programme = version.plan.programme
    voice = Voice(programme, locale)
    conditions = Conditions(voice, version.plan.analysis)
    for rule in dict.fromkeys(one["rule"] for one in told["effects"] if one["rule"]):
        known = programme.rules.get(rule)
        if known is None:
            continue
        try:
            text = " ".join(rule_said(voice, conditions, rule, known))
        except Unsayable:
            text = ""
        yield {"title": voice.text(known.title, rule), "text": text}


# ---- what one may say of oneself -----------------------------------------------------------------

# What rules may ask is the operator's to say: of that, a member says nothing of themselves.
SAID_BY_MEMBERS = ("name", "birthday", "locale")
_ONCE = "birthday"  # is said once; whoever mistyped it asks the staff


def asked(published: Published, now: int) -> Iterator[str]:
    """Of what members may say themselves, what a programme's profiles have at an instant."""
    version = published.versions[published.timeline.at(now).version]
    known = version.conventions.attributes(of_member=True)
    return (name for name in SAID_BY_MEMBERS if name in known)


def not_theirs_to_say(said_before: Json, wanted: Json) -> str | None:
    """The first attribute that a member may not change themselves."""
    for name, value in wanted.items():
        again = name == _ONCE and said_before.get(name) not in (None, value)
        if name not in SAID_BY_MEMBERS or again:
            return name
    return None
