"""A member: who they are, what they hold, how they came to it, and why."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from xenia.client import shapes
from xenia.console.acts import MEMBER
from xenia.console.audit import told as change_told
from xenia.console.places import AUDIT, MEMBERS
from xenia.console.second import CORRECTIONS, said_of
from xenia.pages.answering import Page, Shown
from xenia.pages.asking import Asked, beside
from xenia.pages.choosing import spoken_by
from xenia.pages.ending import next_endings
from xenia.pages.not_granted import why
from xenia.pages.rooms import shown_at
from xenia.pages.templating import address, with_query
from xenia.pages.words import marked

_ENTRIES: Final = 20  # of the ledger on a page
_VOUCHERS: Final = 50  # the newest
_NOTES: Final = 50  # the newest
_WAITING: Final = 50
_CHANGED: Final = 5  # the newest
_OWN: Final = frozenset({"wallet", "pending", "held"})  # accounts of the member's
KINDS: Final[Mapping[str, str]] = {
    "card": marked("Card"),
    "phone": marked("Phone"),
    "email": marked("E-mail address"),
    "app": marked("App"),
    "pass": marked("Pass"),
}
ATTRIBUTES: Final[Mapping[str, str]] = {
    "name": marked("Name"),
    "birthday": marked("Birthday"),
    "locale": marked("Language"),
    "timezone": marked("Time zone"),
}
_VOUCHER_STATES: Final[Mapping[str, str]] = {
    "issued": marked("Can be used"),
    "used": marked("Used"),
    "expired": marked("Has ended"),
    "cancelled": marked("Cancelled"),
    "reserved": marked("Reserved"),
}


_CORRECTS: Final = (
    (marked("Adjust"), "/adjust", "plus", "staff:write"),
    (marked("Grant"), "/grant", "gift", "staff:write"),
    (marked("Hold"), "/hold", "pause", "staff:write"),
    (marked("Release"), "/release", "play", "staff:write"),
)
_CHANGES: Final = (
    (marked("Change the profile"), "/profile", "pencil", "members:write"),
    (marked("Add a card"), "/cards", "credit-card", "members:write"),
    (marked("Note a consent"), "/consents", "check", "members:write"),
    (marked("Household"), "/household", "house", "members:write"),
    (marked("Merge"), "/merge", "merge", "staff:write"),
    (marked("Leave"), "/leave", "log-out", "members:write"),
)


@shown_at(MEMBER)
def member(asked: Asked) -> Page:
    """Everything of one member in one programme; each part is asked for once."""
    name = asked.places["member"]
    known = asked.client.member(name)
    programmes = [one.programme for one in known.programmes]
    wish = asked.query.one("programme")
    programme = wish if wish in programmes else next(iter(programmes), "")
    here = next((one for one in known.programmes if one.programme == programme), None)
    notes = beside(lambda: asked.client.notes(name, limit=_NOTES).data)
    waiting = beside(lambda: _waiting(asked, name))
    changes = beside(lambda: _changes(asked, name))
    held = {} if here is None else _held(asked, name, programme)
    values: dict[str, object] = {
        "known": known,
        "here_known": here,
        "who": (here.attributes.get("name") if here else None) or name,
        "programmes": programmes,
        "programme": programme,
        "own_path": address("/console/members/{member}", member=name),
        "members_path": MEMBERS,
        "kinds": {kind: asked.say(title) for kind, title in KINDS.items()},
        "attributes": {key: asked.say(title) for key, title in ATTRIBUTES.items()},
        "voucher_states": {key: asked.say(title) for key, title in _VOUCHER_STATES.items()},
        "statement": None,
        "ledger": None,
        "notes": notes.result(),
        "waiting": waiting.result(),
        "corrections_path": CORRECTIONS,
        "acts": _acts(asked, known, programme),
        "changes": changes.result(),
        "changes_path": with_query(AUDIT, [("about", f"member/{name}")]),
    }
    return Shown("console/members/one.html", values | held, fragments=frozenset({"timeline"}))


def _changes(asked: Asked, name: str) -> list[dict[str, object]] | None:
    """What was changed of them lately, and by whom; None: it is not for everybody to read."""
    if not asked.may("audit:read"):
        return None
    found = asked.client.changes(about=f"member/{name}", limit=_CHANGED)
    return [change_told(asked, one) for one in found.data]


def _waiting(asked: Asked, name: str) -> list[tuple[shapes.Correction, str]]:
    """What waits for a second person, in words."""
    found = asked.client.corrections(member=name, state="waiting", limit=_WAITING)
    return [(one, said_of(asked, one)) for one in found.data]


def _acts(asked: Asked, known: shapes.Member, programme: str) -> list[tuple[str, str, str]]:
    """What may be done with them: name, address and picture."""
    path = address("/console/members/{member}", member=known.member)
    if known.merged_into is not None:
        return []
    found = [(marked("Export"), "/export", "download", "privacy:write")]
    if known.erased_at is not None:
        found.append((marked("Proofs of erasure"), "/erasures", "shield-check", "privacy:write"))
    else:
        corrects = _CORRECTS if programme else ()
        found = [
            *corrects,
            *_CHANGES,
            *found,
            (marked("Erase"), "/erase", "trash-2", "privacy:write"),
        ]
    return [
        (asked.say(title), with_query(path + below, [("programme", programme)]), picture)
        for title, below, picture, scope in found
        if asked.may(scope)
    ]


def _held(asked: Asked, name: str, programme: str) -> dict[str, object]:
    """What they hold in a programme, and how it came."""
    cursor = asked.query.one("cursor")
    ledger = beside(
        lambda: asked.client.ledger(
            name,
            programme=programme,
            limit=_ENTRIES,
            cursor=cursor or None,
            locale=spoken_by(asked),
        )
    )
    vouchers = beside(
        lambda: asked.client.vouchers(name, programme=programme, limit=_VOUCHERS).data
    )
    statement = asked.client.wallet(name, programme=programme)
    endings = {
        currency: next_endings([one for one in statement.endings if one.currency == currency])
        for currency in statement.wallet
    }
    return {
        "statement": statement,
        "endings": endings,
        "ladders": {key: _progress(one, statement) for key, one in statement.tiers.items()},
        "ledger": ledger.result(),
        "cursor": cursor,
        "vouchers": vouchers.result(),
        "signs": signs,
        "language_told": spoken_by(asked),
    }


@shown_at(f"{MEMBER}/event")
def event(asked: Asked) -> Page:
    """Why one event came out as it did."""
    name, query = asked.places["member"], asked.query
    told = asked.client.explain(
        name,
        event=query.one("event"),
        source=query.one("source"),
        programme=query.one("programme") or None,
        locale=spoken_by(asked),
    )
    values: dict[str, object] = {
        "told": told,
        "name": name,
        "own_path": address("/console/members/{member}", member=name),
        "members_path": MEMBERS,
        "not_granted": [(one.subject, why(one, asked.words)) for one in told.refusals],
        "signs": signs,
        "language_told": spoken_by(asked),
    }
    return Shown("console/members/event.html", values)


def signs(entry: shapes.Entry) -> int:
    """Whether a movement gives the member units (1), takes some (-1), or leaves them theirs (0)."""
    return (entry.credit in _OWN) - (entry.debit in _OWN)


def _progress(standing: shapes.Standing, statement: shapes.Statement) -> list[dict[str, str]]:
    """How much there is of what the next level asks for, and of how much."""
    found = []
    for lacking in standing.to_next:
        there = max(Decimal(statement.metrics.get(lacking.metric, "0")), Decimal())
        whole = there + Decimal(lacking.units)
        found.append(
            {
                "metric": lacking.metric,
                "missing": lacking.units,
                "there": str(there),
                "whole": str(whole),
            }
        )
    return found


ROUTES = (member, event)
