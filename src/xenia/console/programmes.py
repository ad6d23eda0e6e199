"""Programmes: what runs, since when, what comes, and which drafts are open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from xenia.client import ProblemError, shapes
from xenia.console.audit import said_of
from xenia.console.draft_tabs import STATES, tab_path
from xenia.console.places import DRAFT, PROGRAMMES
from xenia.pages.answering import Page, Shown
from xenia.pages.asking import Asked
from xenia.pages.refusals import of_status
from xenia.pages.rooms import shown_at
from xenia.pages.templating import address
from xenia.pages.words import marked

PROGRAMME: Final = f"{PROGRAMMES}/published/{{programme:str}}"
BEGIN: Final = f"{PROGRAMMES}/begin"
DRAFTS_SHOWN: Final = 100  # the newest
_STEPS: Final = 20
VERSION_STATES: Final[Mapping[str, tuple[str, str]]] = {  # in words, and the kind of the badge
    "running": (marked("Running"), "positive"),
    "waiting": (marked("Waits for its time"), "caution"),
    "past": (marked("Has ended"), "neutral"),
    "replaced": (marked("Replaced before it began"), "neutral"),
    "withdrawn": (marked("Withdrawn"), "neutral"),
}


@shown_at(PROGRAMMES)
def programmes(asked: Asked) -> Page:
    """All of them, and all drafts that are not published."""
    drafts = asked.client.drafts(limit=DRAFTS_SHOWN, unpublished=True)
    values = {
        "programmes": [_summary(one) for one in asked.client.programmes().data],
        "drafts": draft_rows(asked, drafts.data),
        "has_more": drafts.has_more,
        "begin_path": BEGIN,
    }
    return Shown("console/programmes/list.html", values)


def _summary(listed: shapes.Listed) -> dict[str, Any]:
    """What the list says of a programme."""

    def last(state: str) -> shapes.ListedVersion | None:
        return next((one for one in reversed(listed.versions) if one.state == state), None)

    return {
        "name": listed.programme,
        "title": listed.title or listed.programme,
        "members": listed.members,
        "running": last("running"),
        "waiting": next((one for one in listed.versions if one.state == "waiting"), None),
        "path": address("/console/programmes/published/{programme}", programme=listed.programme),
    }


def draft_rows(asked: Asked, drafts: Sequence[shapes.Draft]) -> list[dict[str, Any]]:
    """Drafts as a list shows them."""
    found = []
    for one in drafts:
        said, kind = STATES[one.state]
        found.append(
            {
                "path": tab_path(DRAFT, one.draft),
                "name": one.programme or asked.say("A draft without a name"),
                "id": one.draft,
                "state": asked.say(said),
                "kind": kind,
                "changed_at": one.changed_at,
                "revision": one.revision,
            }
        )
    return found


@shown_at(PROGRAMME)
def programme(asked: Asked) -> Page:
    """One programme: its versions, the document that decides now, its drafts, and who did what."""
    name = asked.places["programme"]
    listed = next((one for one in asked.client.programmes().data if one.programme == name), None)
    if listed is None:
        refusal = of_status(404, asked.words)
        return Shown("console/error.html", {"refusal": refusal, "status": 404}, 404)
    own_path = address("/console/programmes/published/{programme}", programme=name)
    values = {
        "name": name,
        "title": listed.title or name,
        "members": listed.members,
        "versions": version_rows(asked, listed, own_path),
        "current": asked.client.programme_version(name),
        "drafts": draft_rows(
            asked,
            asked.client.drafts(limit=DRAFTS_SHOWN, programme=name, unpublished=True).data,
        ),
        "steps": steps(asked, f"programme/{name}"),
        "programmes_path": PROGRAMMES,
        "own_path": own_path,
    }
    return Shown("console/programmes/one.html", values)


def version_rows(asked: Asked, listed: shapes.Listed, own_path: str) -> list[dict[str, Any]]:
    """The versions, the newest first, with when each decided."""
    rows: list[dict[str, Any]] = []
    ends: str | None = None  # when the next one that decides begins
    for one in reversed(listed.versions):
        said, kind = VERSION_STATES[one.state]
        decides = one.state in ("running", "waiting", "past")
        rows.append(
            {
                "version": one.version,
                "since": one.since,
                "until": ends if decides else None,
                "decides": decides,
                "published_at": one.published_at,
                "code": one.state,
                "state": asked.say(said),
                "kind": kind,
                "path": f"{own_path}/versions/{one.version}",
            }
        )
        if decides:
            ends = one.since
    return rows


def steps(asked: Asked, about: str) -> list[dict[str, Any]] | None:
    """Who did what with something, the newest first; None for who may not know."""
    if not asked.may("audit:read"):
        return None
    found = asked.client.changes(about=about, limit=_STEPS)
    return [
        {
            "at": one.at,
            "by": one.name or one.by,
            "said": said_of(asked, one.action),
            "version": _told(one.after, "version"),
            "note": _told(one.after, "note"),
        }
        for one in found.data
    ]


def _told(values: Any, name: str) -> Any:
    return values.get(name) if isinstance(values, dict) else None


def explained(asked: Asked, document: str) -> shapes.Findings:
    """What is to be said of a document, and how customers are told it.  One that cannot even be
    sent has nothing said of it."""
    return asked.client.checked_document(shapes.Document(document=document), explain=True)


def is_code(error: ProblemError, *codes: str) -> bool:
    """Whether the interface has refused for one of these reasons."""
    return error.problem.code in codes


ROUTES = (programmes, programme)
