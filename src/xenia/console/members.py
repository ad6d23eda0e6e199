"""Members: whoever is looked for, in pages, as a table or as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, cast

from xenia.client import shapes
from xenia.console.places import ENROL, HOUSEHOLDS, MEMBERS
from xenia.pages.answering import Download, Page, Shown, csv_file
from xenia.pages.asking import Asked
from xenia.pages.rooms import shown_at
from xenia.pages.words import marked

State = Literal["joined", "left", "not-joined"]
_PAGE: Final = 50
_ORDERS: Final = ("id", "newest")
_KNOWN, _ERASED, _ALL = "", "erased", "all"
# What can be chosen of a member's state, and what the interface is asked for then.
_STATES: Final[Mapping[str, tuple[State | None, Literal["no", "yes", "any"]]]] = {
    _KNOWN: (None, "no"),
    "joined": ("joined", "no"),
    "left": ("left", "no"),
    "not-joined": ("not-joined", "no"),
    _ERASED: (None, "yes"),
    _ALL: (None, "any"),
}
STATES: Final[Mapping[State, str]] = {
    "joined": marked("Member"),
    "left": marked("Has left"),
    "not-joined": marked("Has not joined"),
}
_LONGEST: Final = 200  # characters that can be looked for


@dataclass(frozen=True, slots=True)
class _Level:
    """A level that can be chosen: of which programme and tier."""

    programme: str
    tier: str
    level: str

    @property
    def value(self) -> str:
        """As it stands in an address."""
        return f"{self.programme}/{self.tier}/{self.level}"


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What is looked for, as far as there is such a thing."""

    text: str
    programme: str
    level: _Level | None
    state: str
    order: str

    def fields(self) -> list[tuple[str, str]]:
        """All that is otherwise than usual, as it stands in the address."""
        level = "" if self.level is None else self.level.value
        said = (
            ("q", self.text, ""),
            ("programme", self.programme, ""),
            ("level", level, ""),
            ("state", self.state, _KNOWN),
            ("order", self.order, _ORDERS[0]),
        )
        return [(name, value) for name, value, usual in said if value != usual]


@shown_at(MEMBERS)
def members(asked: Asked) -> Page:
    """The list; all that is chosen stands in its address."""
    programmes = _programmes(asked)
    levels = _levels(programmes)
    chosen = _chosen(asked, programmes, levels)
    state, erased = _STATES[chosen.state]
    level = chosen.level
    found = asked.client.members(
        find=chosen.text or None,
        programme=(level.programme if level else chosen.programme) or None,
        state=state,
        tier=level.tier if level else None,
        level=level.level if level else None,
        erased=erased,
        order=cast("Literal['id', 'newest']", chosen.order),
        limit=_PAGE,
        cursor=asked.query.one("cursor") or None,
    )
    only = programmes[0].programme if len(programmes) == 1 else ""
    here = level.programme if level else chosen.programme or only
    if asked.query.one("as") == "csv":
        return _file(asked, found, here)
    fields = chosen.fields()
    values = {
        "people": [(one, _here(one, here)) for one in found.data],
        "next_cursor": found.next_cursor,
        "cursor": asked.query.one("cursor"),
        "wanted": chosen,
        "looked_at": here,
        "leads_in": level.programme if level else chosen.programme,
        "programmes": programmes,
        "levels": [(one.value, _said(one, programmes)) for one in levels],
        "states": {key: asked.say(title) for key, title in STATES.items()},
        "chosen": fields,
        "is_narrowed": any(name != "order" for name, _ in fields),
        "members_path": MEMBERS,
        "enrol_path": ENROL,
        "households_path": HOUSEHOLDS,
    }
    return Shown("console/members/list.html", values, fragments=frozenset({"results"}))


def _chosen(asked: Asked, programmes: Sequence[shapes.Listed], levels: Sequence[_Level]) -> _Chosen:
    """What the address says; what there is not is as if it were not said."""
    query = asked.query
    names = {one.programme for one in programmes}
    programme = query.one("programme") if query.one("programme") in names else ""
    level = next((one for one in levels if one.value == query.one("level")), None)
    if level is not None and programme not in ("", level.programme):
        level = None
    return _Chosen(
        query.one("q")[:_LONGEST],
        programme,
        level,
        _one_of(tuple(_STATES), query.one("state")),
        _one_of(_ORDERS, query.one("order")),
    )


def _one_of(known: tuple[str, ...], wish: str) -> str:
    """What was chosen; the first where that is nothing that there is."""
    return wish if wish in known else known[0]


def _programmes(asked: Asked) -> tuple[shapes.Listed, ...]:
    """Those that can be chosen; none for who may not know which there are."""
    return asked.client.programmes().data if asked.may("programmes:read") else ()


def _levels(programmes: Sequence[shapes.Listed]) -> list[_Level]:
    """Those of all of them: which are shown does not hang on what else is chosen."""
    return [
        _Level(one.programme, tier, level)
        for one in programmes
        for tier, levels in one.tiers.items()
        for level in levels
    ]


def _said(level: _Level, programmes: Sequence[shapes.Listed]) -> str:
    """A level as it is chosen from a list; with its tier and programme where there are several."""
    parts = [level.level]
    if any(one.programme == level.programme and len(one.tiers) > 1 for one in programmes):
        parts.append(level.tier)
    if len(programmes) > 1:
        parts.append(level.programme)
    return " · ".join(parts)


def _here(one: shapes.ShownPerson, programme: str) -> shapes.PersonIn | None:
    """Somebody in the programme that is looked at; None: nothing was recorded of them there."""
    return next((found for found in one.programmes if found.programme == programme), None)


_HEADS = (
    *(marked("Member"), marked("Name"), marked("Programme"), marked("State"), marked("Level")),
    *(marked("Known since"), marked("Erased on")),
)


def _file(asked: Asked, found: shapes.Persons, here: str) -> Download:
    """The rows of this page, with the instants as machines read them; who is in several programmes
    and none is chosen has a row for each."""
    heads = [asked.say(head) for head in _HEADS]
    rows = []
    for one in found.data:
        theirs = [_in_it(asked, part) for part in one.programmes if here in ("", part.programme)]
        rows += [
            (one.member, one.name, *said, one.since, one.erased_at)
            for said in theirs or [("", "", "")]
        ]
    return csv_file("members.csv", heads, rows)


def _in_it(asked: Asked, part: shapes.PersonIn) -> tuple[str, str, str]:
    state = asked.say(STATES[part.state])
    return part.programme, state, ", ".join(part.levels.values())


ROUTES = (members,)
