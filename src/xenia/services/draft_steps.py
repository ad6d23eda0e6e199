"""What each change did to a draft, so that it can be undone, and done again."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from psycopg import Connection
from psycopg.rows import TupleRow

from xenia.programme.document import parse
from xenia.programme.edit.touched import touched
from xenia.programme.nodes import Node
from xenia.services.changing import Changing
from xenia.services.times import utc_text
from xenia.store import draft_steps as store
from xenia.store.draft_steps import Kept, Step
from xenia.store.drafts import DraftRow

KEPT: Final = Kept(steps=50, bytes=32_000_000)
_NAMED_MOST: Final = 20  # parts of one step
Json = dict[str, Any]


def keep(changing: Changing, row: DraftRow, root: Node | None) -> None:
    """Keep the text of a draft that is replaced by another one, of this root."""
    text = row.document
    before = parse(text, json=text.lstrip()[:1] == "{").root
    found = touched(before, root)
    parts = [{"do": one.do, "section": one.section, "part": one.part} for one in found]
    said = {"parts": parts[:_NAMED_MOST], "count": len(parts)}
    store.add(
        changing.connection,
        changing.space_id,
        row.draft_id,
        text,
        touched=msgspec.json.encode(said).decode(),
        actor=changing.actor.name,
        now=changing.now,
        kept=KEPT,
    )


def ends(connection: Connection[TupleRow], space: int, draft: str) -> Json:
    """What can be undone and what can be done again; None: nothing."""
    done, undone = store.ends(connection, space, draft)
    return {"undo": _told(done), "redo": _told(undone)}


def _told(step: Step | None) -> Json | None:
    if step is None:
        return None
    said: Json = msgspec.json.decode(step.touched)
    return {**said, "by": step.actor, "at": utc_text(step.at)}
