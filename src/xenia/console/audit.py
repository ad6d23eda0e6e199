"""The audit: who has changed what, and when; what it was before, and what it is after."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from xenia.client import shapes
from xenia.console.places import AUDIT
from xenia.pages.answering import Download, Page, Shown, csv_file
from xenia.pages.asking import Asked
from xenia.pages.rooms import shown_at
from xenia.pages.words import marked

_PAGE: Final = 50
_HEADS: Final = (
    marked("At"),
    marked("By"),
    marked("Name"),
    marked("Action"),
    marked("Of what"),
    marked("Before"),
    marked("After"),
)
_ACTIONS: Final[Mapping[str, str]] = {
    "approval.changed": marked("The rule of approval was changed"),
    "backtest.asked": marked("A backtest was asked for"),
    "backtest.cancelled": marked("A backtest was cancelled"),
    "brand.changed": marked("The looks of members' pages were changed"),
    "cashier.linked": marked("A cashier was linked to a member"),
    "cashier.unlinked": marked("A cashier was unlinked from a member"),
    "code.asked": marked("A one-time code was sent"),
    "connection.changed": marked("A connection was changed"),
    "connection.made": marked("A connection was made"),
    "connection.removed": marked("A connection was removed"),
    "correction.asked": marked("A second person was asked for a correction"),
    "correction.confirmed": marked("A correction was confirmed"),
    "correction.declined": marked("A correction was declined"),
    "correction.made": marked("A correction was made"),
    "correction.withdrawn": marked("A correction was taken back"),
    "delivery.discarded": marked("A delivery was discarded"),
    "delivery.replayed": marked("A delivery was taken again"),
    "draft.approved": marked("A draft was approved"),
    "draft.begun": marked("A draft was begun"),
    "draft.changed": marked("A draft was changed"),
    "draft.dropped": marked("A draft was dropped"),
    "draft.redone": marked("A change of a draft was done again"),
    "draft.sent-back": marked("A draft was sent back"),
    "draft.submitted": marked("A draft was submitted for approval"),
    "draft.undone": marked("A change of a draft was undone"),
    "household.made": marked("A household was made"),
    "household.person-added": marked("Somebody joined a household"),
    "household.person-changed": marked("Who may spend in a household was changed"),
    "household.person-removed": marked("Somebody left a household"),
    "household.dissolved": marked("A household was dissolved"),
    "key.made": marked("A key was made"),
    "key.revoked": marked("A key was taken back"),
    "member.enrolment": marked("A member was enrolled"),
    "member.profile": marked("A profile was changed"),
    "member.leave": marked("A member left"),
    "member.card.add": marked("A card was added"),
    "member.card.block": marked("A card was blocked"),
    "member.card.replace": marked("A card was replaced"),
    "member.card.remove": marked("A card was removed"),
    "member.redemption": marked("A member took a reward"),
    "member.transfer": marked("A member gave units away"),
    "member.erased": marked("A member was erased"),
    "member.merging": marked("A merge of members was begun"),
    "member.merged": marked("Members were merged"),
    "member.unmerged": marked("A merge was undone"),
    "member.signed-in": marked("A member signed in"),
    "member.signed-out": marked("A member was signed out"),
    "message.again": marked("A message is tried again"),
    "note.added": marked("A note was written"),
    "note.removed": marked("A note was removed"),
    "month.closed": marked("A month was closed"),
    "notifier.tested": marked("A notifier was tried"),
    "programme.published": marked("A programme was published"),
    "programme.withdrawn": marked("A publication was withdrawn"),
    "reservation.made": marked("A reservation was made"),
    "reservation.committed": marked("A reservation was committed"),
    "reservation.released": marked("A reservation was released"),
    "safety.changed": marked("The limits of spending were changed"),
    "staff.came": marked("Somebody took up an invitation"),
    "staff.invited": marked("Somebody was invited"),
    "staff.changed": marked("An account was changed"),
    "staff.erased": marked("An account was erased"),
    "staff.signed-in": marked("Somebody signed in"),
    "staff.signed-out": marked("Somebody was signed out"),
    "stock.changed": marked("A stock was changed"),
    "totals.made": marked("All days were summed up again"),
    "valuation.changed": marked("What units are worth in the books was changed"),
    "webhook.made": marked("A webhook was made"),
    "webhook.changed": marked("A webhook was changed"),
    "webhook.removed": marked("A webhook was removed"),
    "webhook.enabled": marked("A webhook was switched on"),
    "webhook.disabled": marked("A webhook was switched off"),
    "webhook.replayed": marked("Messages of a webhook were sent again"),
    "webhook.secret-rotated": marked("A webhook got another secret"),
}


@shown_at(AUDIT)
def audit(asked: Asked) -> Page:
    """The trail, the newest first; all that is chosen stands in its address."""
    about, by = asked.query.one("about"), asked.query.one("by")
    cursor = asked.query.one("cursor")
    found = asked.client.changes(
        about=about or None, by=by or None, limit=_PAGE, cursor=cursor or None
    )
    if asked.query.one("as") == "csv":
        return _file(asked, found)
    values = {
        "rows": [told(asked, one) for one in found.data],
        "next_cursor": found.next_cursor,
        "cursor": cursor,
        "about": about,
        "by": by,
        "chosen": [(name, value) for name, value in (("about", about), ("by", by)) if value],
        "audit_path": AUDIT,
    }
    return Shown("console/audit/trail.html", values, fragments=frozenset({"results"}))


def told(asked: Asked, change: shapes.ShownChange) -> dict[str, Any]:
    """One change as it is read."""
    return {
        "at": change.at,
        "by": change.by,
        "name": change.name,
        "action": said_of(asked, change.action),
        "object": change.object,
        "lines": differences(change.before, change.after),
    }


def said_of(asked: Asked, action: str) -> str:
    """What was done, in words; its code, where there are none."""
    return asked.say(_ACTIONS[action]) if action in _ACTIONS else action


def differences(before: Any, after: Any) -> list[tuple[str, str | None, str | None]]:
    """Each thing that differs, by its name, before and after; None: it was or is nothing."""
    old, new = dict(_named(before)), dict(_named(after))
    names = [*old, *(name for name in new if name not in old)]
    return [
        (name, _text(old, name), _text(new, name))
        for name in names
        if old.get(name) != new.get(name)
    ]


def _named(values: Any, above: str = "") -> Iterator[tuple[str, Any]]:
    """Values by their names, each behind the names of what it is of."""
    for name, value in (values or {}).items():
        if isinstance(value, dict):
            yield from _named(value, f"{above}{name} › ")
        else:
            yield above + name, value


def _text(values: Mapping[str, Any], name: str) -> str | None:
    """A value as people read it."""
    value = values.get(name)
    if value is None:
        return None
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _file(asked: Asked, found: shapes.Changes) -> Download:
    """The rows of this page, with instants and values as machines read them."""
    rows = [
        (
            *(one.at, one.by, one.name, one.action, one.object),
            *("" if said is None else json.dumps(said, ensure_ascii=False)
              for said in (one.before, one.after)),
        )
        for one in found.data
    ]  # fmt: skip
    return csv_file("audit.csv", [asked.say(head) for head in _HEADS], rows)


ROUTES = (audit,)
