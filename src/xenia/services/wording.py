"""Puts a message to a member into words: the programme's own where it has some, else ours."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from xenia.engine.zones import EPOCH, zone
from xenia.events.moments import parse_time
from xenia.programme.explain.voice import Voice
from xenia.programme.model import Programme
from xenia.programme.words import NoPhrases
from xenia.services.letters import (
    CODE,
    DOWNGRADED,
    EXPIRING,
    NOTIFIED,
    PUBLISHED,
    SIGN_IN,
    UPGRADED,
)
from xenia.services.message_words import words_of

Json = dict[str, Any]

_PART = re.compile(r"\{(\w+)\}")
_FALLBACK = "en"


def voice_of(programme: Programme, locale: str | None) -> Voice:
    """How a programme speaks to a member: in their language, or in English where we lack it."""
    try:
        return Voice(programme, locale or _FALLBACK)
    except NoPhrases:
        return Voice(programme, _FALLBACK)


def worded(voice: Voice, kind: str, effect: Json) -> tuple[str, str]:
    """Subject and text of a message of a type, about an effect or an announcement."""
    words, programme = words_of(voice.locale.language), voice.programme
    name = kind.replace(".", "-")
    if kind == NOTIFIED:
        parts = {"programme": _title(voice)}
        return _title(voice), _filled(_own(voice, effect["text"]) or effect["text"], parts)
    if kind == PUBLISHED:
        return _terms(voice, effect, words)
    parts = {"programme": _title(voice)}
    if kind == CODE:
        parts |= {"code": effect["digits"], "time": _clock(programme, effect["until"])}
        told = [voice.units(key, Decimal(most)) for key, most in effect["units"].items()]
        parts["units"] = ", ".join(told)
    if kind == SIGN_IN:
        parts |= {"code": effect["digits"], "link": effect["link"]}
        parts["time"] = _clock(programme, effect["until"])
        name = name if effect["link"] else f"{name}-without-link"
    if kind == EXPIRING:
        units = Decimal(effect["units"])
        parts["units"] = voice.units(effect["currency"], units)
        parts["day"] = _last_day(voice, programme, effect["expires"])
    elif kind in (UPGRADED, DOWNGRADED):
        if effect["level"] is None:
            name = "tier-lost"
        else:
            parts["level"] = voice.level(effect["tier"], effect["level"])
    subject = words.get(f"{kind.replace('.', '-')}-subject", "{programme}")
    own = _own(voice, name)
    return _filled(subject, parts), _filled(own or words[name], parts)


def _terms(voice: Voice, announced: Json, words: Mapping[str, str]) -> tuple[str, str]:
    parts = {"programme": _title(voice), "day": announced["from"] or ""}
    if announced["from"]:
        parts["day"] = voice.day(_local(voice.programme, announced["from"]))
    subject = _filled(words["programme-published-subject"], parts)
    told = announced["terms"].get(voice.locale.language, {"now": [], "no_longer": []})
    if not announced["terms"]:
        return subject, words["terms-stay"]
    own = _own(voice, "programme-published")
    return subject, "\n".join(
        (
            _filled(own or words["programme-published"], parts),
            *_items(told["now"]),
            *([words["terms-gone"], *_items(told["no_longer"])] if told["no_longer"] else ()),
        )
    )


def _items(sentences: Sequence[str]) -> list[str]:
    return [f"- {sentence}" for sentence in sentences]


def _title(voice: Voice) -> str:
    return voice.text(voice.programme.title, voice.programme.id)


def _own(voice: Voice, name: str) -> str | None:
    """A text of the programme, if it has one of this name."""
    texts = voice.programme.texts.get(name)
    return None if texts is None else voice.text(texts, name)


def _filled(text: str, parts: Mapping[str, str]) -> str:
    """A text with its parts in their places; what is no part stays as it is written."""
    return _PART.sub(lambda found: parts.get(found[1], found[0]), text)


def _last_day(voice: Voice, programme: Programme, until: str) -> str:
    """The last day before the midnight at which something ends."""
    return voice.day(_local(programme, until) - timedelta(days=1))


def _clock(programme: Programme, time: str) -> str:
    """The time of the day."""
    local = zone(programme.timezone).text(parse_time(time))
    return local[11:16]


def _local(programme: Programme, time: str) -> date:
    return EPOCH + timedelta(zone(programme.timezone).day_of(parse_time(time)))
