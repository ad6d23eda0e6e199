"""Undoes the changes of a draft, one by one back to its beginning, and does them again."""

from __future__ import annotations

from xenia.services.changing import Changing, Done
from xenia.services.drafts import held, rewritten, shown
from xenia.services.problems import Problem
from xenia.services.programme_problems import NOTHING_TO_REDO, NOTHING_TO_UNDO
from xenia.store import draft_steps as store
from xenia.store.draft_steps import Step
from xenia.store.drafts import DraftRow


def undo(changing: Changing, name: str, revision: int) -> Done | Problem:
    """The text as it was before the last change that stands; it is a change of its own, by whoever
    undoes it."""
    row = held(changing, name, revision)
    if isinstance(row, Problem):
        return row
    step, _ = store.ends(changing.connection, changing.space_id, name)
    return NOTHING_TO_UNDO if step is None else _turned(changing, row, step, "draft.undone")


def redo(changing: Changing, name: str, revision: int) -> Done | Problem:
    """The text as it was before the last change was undone; nobody has changed it otherwise."""
    row = held(changing, name, revision)
    if isinstance(row, Problem):
        return row
    _, step = store.ends(changing.connection, changing.space_id, name)
    return NOTHING_TO_REDO if step is None else _turned(changing, row, step, "draft.redone")


def _turned(changing: Changing, row: DraftRow, step: Step, action: str) -> Done:
    connection, space, name = changing.connection, changing.space_id, row.draft_id
    document = store.document(connection, space, name, step.step)
    looked = rewritten(changing, row, document, action)
    store.turn(connection, space, name, step.step, row.document)
    return Done(shown(changing, name, looked))
