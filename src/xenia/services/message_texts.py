"""What the messages of a programme say in a language, with figures that are made up for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from xenia.programme.model import Programme
from xenia.services.letters import (
    CODE,
    DOWNGRADED,
    EXPIRING,
    NOTIFIED,
    PUBLISHED,
    SIGN_IN,
    UPGRADED,
    purpose_of,
)
from xenia.services.times import utc_text
from xenia.services.wording import voice_of, worded

Json = dict[str, Any]

_UNITS, _DIGITS = "100", "123456"
_LINK = "https://…/my/link/…"  # where the service knows its address, a message has it
_MONTH = 30 * 86_400_000_000  # microseconds


def texts(programme: Programme, locale: str, now: int) -> list[Json]:
    """One of each kind that the programme can send, as told to somebody of a language; `now` in
    microseconds."""
    voice = voice_of(programme, locale)
    found = []
    for kind, effect in _effects(programme, now, voice.locale.language):
        subject, text = worded(voice, kind, effect)
        purpose = None if kind in (CODE, SIGN_IN) else purpose_of(kind)
        found.append({"type": kind, "purpose": purpose, "subject": subject, "text": text})
    return found


def _effects(programme: Programme, now: int, language: str) -> Iterator[tuple[str, Json]]:
    soon = utc_text(now + _MONTH)
    for name, currency in programme.currencies.items():
        if currency.notice is not None:
            yield EXPIRING, {"currency": name, "units": _UNITS, "expires": soon}
    for name, tier in programme.tiers.items():
        levels = [*tier.levels]
        yield UPGRADED, {"tier": name, "level": levels[-1]}
        yield DOWNGRADED, {"tier": name, "level": levels[0]}
    told = {rule.then.notify for rule in programme.rules.values() if rule.then.notify is not None}
    for name in sorted(told):
        yield NOTIFIED, {"text": name}
    changed = {"now": ["…"], "no_longer": ["…"]}  # sentences of the difference of two versions
    yield PUBLISHED, {"from": soon, "terms": {language: changed}}
    units = dict.fromkeys([*programme.currencies][:1], _UNITS)
    yield CODE, {"code": "", "digits": _DIGITS, "units": units, "until": soon}
    yield SIGN_IN, {"digits": _DIGITS, "link": _LINK, "until": soon}
