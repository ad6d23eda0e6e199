"""The form of a backtest: what can be chosen, and what it is sent as."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from xenia.client import shapes
from xenia.pages.asking import Asked
from xenia.pages.forms import Sent
from xenia.pages.words import marked

_DRAFTS: Final = 50  # the newest
_LONGEST: Final = 200
# How members spend, where it has no number of its own.
POLICIES: Final = (
    ("", marked("As the history says, else as soon as they can")),
    ("eager", marked("As soon as they can")),
    ("never", marked("Never")),
    ("fitted", marked("As often as the history lets one guess")),
    ("share", marked("Some of them, as soon as they can")),
)
FIELDS: Final = (
    *("programme", "against", "history", "redeem", "share", "enrolled"),
    *("margin", "cost_ratio", "cannibalised", "running"),
)
_SHARES: Final = ("margin", "cost_ratio", "cannibalised", "running")


@dataclass(frozen=True, slots=True)
class Choices:
    """What a backtest can be of: programmes and drafts with templates apart, and histories."""

    own: tuple[tuple[str, str], ...]
    templates: tuple[tuple[str, str], ...]
    histories: tuple[shapes.History, ...]

    @property
    def known(self) -> frozenset[str]:
        """The keys of all programmes."""
        return frozenset(key for key, _ in (*self.own, *self.templates))


def choices(asked: Asked, spoken: str) -> Choices:
    """All that there is to choose from."""
    histories = tuple(one for one in asked.client.histories(limit=200).data if one.complete)
    templates = tuple(
        (f"template/{one.template}", one.title)
        for one in asked.client.templates(locale=spoken).data
    )
    return Choices(tuple(_own(asked)), templates, histories)


def _own(asked: Asked) -> Iterator[tuple[str, str]]:
    for one in asked.client.programmes().data:
        title = one.title or one.programme
        yield f"published/{one.programme}", title
        if len(one.versions) > 1:
            for version in reversed(one.versions):
                number = version.version
                said = asked.say("%(name)s, version %(number)s", name=title, number=number)
                yield f"published/{one.programme}/{number}", said
    for draft in asked.client.drafts(limit=_DRAFTS).data:
        if draft.state != "published":
            name = draft.programme or draft.draft
            yield f"draft/{draft.draft}", asked.say("Draft of %(name)s", name=name)


def filled(sent: Sent) -> dict[str, str]:
    """What stands in the fields."""
    return {name: sent.one(name)[:_LONGEST] for name in FIELDS}


def source_of(key: str) -> shapes.ProgrammeSource | None:
    """A programme by its key; None: none at all."""
    kind, _, name = key.partition("/")
    if kind == "published" and name:
        name, _, version = name.partition("/")
        number = int(version) if version.isascii() and version.isdecimal() else None
        return shapes.ProgrammeSource(published=name, version=number)
    if kind == "draft" and name:
        return shapes.ProgrammeSource(draft=name)
    return shapes.ProgrammeSource(template=name) if kind == "template" and name else None


def sent_as(fields: dict[str, str]) -> shapes.NewBacktest:
    """What the interface is asked; shares as they are written there."""
    more: dict[str, Any] = {name: share(fields[name]) for name in _SHARES if fields.get(name)}
    redeem = fields["redeem"]
    if redeem == "share":
        more["redeem"] = f"share:{share(fields['share'] or '50')}"
    elif redeem:
        more["redeem"] = redeem
    if fields["enrolled"]:
        more["enrolled"] = "first-purchase"
    source = source_of(fields["programme"])
    return shapes.NewBacktest(
        programme=shapes.ProgrammeSource() if source is None else source,
        against=source_of(fields["against"]),
        history=fields["history"],
        **more,
    )


def share(written: str) -> str:
    """A share in per cent, as the interface writes it; what is none, as it is."""
    text = written.replace("%", "").replace(",", ".").strip()
    try:
        return f"{format(Decimal(text), 'f')}%" if Decimal(text).is_finite() else written
    except InvalidOperation:
        return written


def at_fields(problem: shapes.Problem) -> dict[str, str]:
    """What is wrong, by the fields that show it."""
    found: dict[str, str] = {}
    for reason in problem.errors:
        name = reason.pointer.removeprefix("/").partition("/")[0]
        if name in FIELDS:
            found.setdefault("share" if name == "redeem" else name, reason.detail)
    return found
