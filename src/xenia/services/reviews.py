"""A draft before it is approved: submitted by who has written it, and perhaps sent back."""

from __future__ import annotations

from xenia.services.changing import Changing, Done
from xenia.services.drafts import held, look, shown
from xenia.services.problems import Problem
from xenia.services.programme_problems import with_errors
from xenia.store import drafts as store

NOTE_MOST = 2000  # characters


def submit(changing: Changing, name: str, revision: int) -> Done | Problem:
    """Say that a draft is ready for approval as it stands; one with errors is not."""
    row = held(changing, name, revision)
    if isinstance(row, Problem):
        return row
    looked = look(row.document)
    if looked.sound is None:
        return with_errors(looked.findings)
    by, now = changing.actor.name, changing.now
    store.submit(changing.connection, changing.space_id, name, by=by, now=now)
    changing.note("draft.submitted", f"draft/{name}", after={"revision": row.revision})
    return Done(shown(changing, name, looked))


def send_back(changing: Changing, name: str, revision: int, note: str) -> Done | Problem:
    """Say why a draft is not approved as it stands; an approval that it has is taken back."""
    row = held(changing, name, revision)
    if isinstance(row, Problem):
        return row
    by, now = changing.actor.name, changing.now
    store.send_back(changing.connection, changing.space_id, name, by=by, note=note, now=now)
    after = {"revision": row.revision, "note": note}
    changing.note("draft.sent-back", f"draft/{name}", after=after)
    return Done(shown(changing, name, look(row.document)))
