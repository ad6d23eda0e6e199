"""The rules of a draft: each in words, moved, copied and taken away."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Final

from xenia.client import ProblemError, shapes
from xenia.console.draft_steps import turns
from xenia.console.draft_tabs import draft_values, tab_path
from xenia.console.places import DRAFT
from xenia.console.rule_words import EVENTS
from xenia.pages.answering import Flash, Gone, Page, Shown
from xenia.pages.asking import Asked
from xenia.pages.choosing import spoken_by
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.words import marked

RULES: Final = f"{DRAFT}/rules"
RULE: Final = f"{DRAFT}/rule"  # and which one in `id`, for an id may be any word
_PAGE: Final = 100


@shown_at(RULES)
def rules(asked: Asked) -> Page:
    """All of them, in the order of the text."""
    name, cursor = asked.places["draft"], asked.query.one("cursor")
    draft = asked.client.draft(name)
    found = asked.client.draft_rules(
        name, locale=spoken_by(asked), limit=_PAGE, cursor=cursor or None
    )
    errors = [one for one in draft.findings if one.severity == "error"]
    values = {
        **draft_values(asked, draft),
        "turns": turns(asked, draft) if may_change(asked, draft) else (),
        "rules": found.data,
        "next_cursor": found.next_cursor,
        "cursor": cursor,
        "rules_path": tab_path(RULES, name),
        "rule_path": tab_path(RULE, name),
        "text_path": tab_path(DRAFT, name),
        "events": {key: asked.say(title) for key, title in EVENTS.items()},
        "errors": len(errors),
        "may_change": may_change(asked, draft),
        "language_told": spoken_by(asked),
    }
    return Shown("console/rules/list.html", values)


@sent_to(RULES)
def changed_rules(asked: Asked) -> Page:
    """One is moved, copied or taken away."""
    name, form = asked.places["draft"], asked.form
    to = tab_path(RULES, name)
    act, rule = form.one("act"), form.one("rule")
    at = pointer("rules", rule)
    if act == "remove":
        change = shapes.PartChange(do="remove", at=at)
        said = Flash(marked("The rule “%(rule)s” is gone."), {"rule": rule})
    elif act == "copy":
        other = _free(asked, name, rule)
        change = shapes.PartChange(do="copy", at=at, to=other)
        said = Flash(marked("The copy is called “%(rule)s”: make it what it is to be."),
                     {"rule": other})  # fmt: skip
    elif act in ("up", "down"):
        change = shapes.PartChange(do="move", at=at, before=form.one("before") or None)
        said = Flash(marked("The rule “%(rule)s” stands elsewhere now."), {"rule": rule})
    else:
        return Gone(to)
    problem = sent_changes(asked, name, [change])
    return Gone(to, said if problem is None else refusal_flash(problem))


def _free(asked: Asked, draft: str, rule: str) -> str:
    """An id for a copy that no rule has."""
    base = f"{rule[:56]}-copy"
    for number in count(1):
        name = base if number == 1 else f"{base}-{number}"
        try:
            asked.client.draft_rule(draft, name)
        except ProblemError as error:
            if error.problem.code == "unknown-rule":
                return name
            raise
    raise AssertionError("numbers do not end")


# ---- what the form of a rule shares --------------------------------------------------------------


def sent_changes(
    asked: Asked, draft: str, changes: Sequence[shapes.PartChange]
) -> shapes.Problem | None:
    """Do changes to the revision of which the form was made; what is said where they are not."""
    try:
        asked.client.changed_parts(
            draft,
            shapes.PartChanges(changes=tuple(changes)),
            if_match=f'"{asked.form.one("revision")}"',
            idempotency_key=asked.once,
        )
    except ProblemError as error:
        if error.problem.status not in (409, 412, 422):
            raise
        return error.problem
    return None


def refusal_flash(problem: shapes.Problem) -> Flash:
    """What is said of changes that were not done."""
    if problem.code == "changed-meanwhile":
        sentence = marked("Somebody changed this draft meanwhile. Look at it, and do it again.")
        return Flash(sentence, kind="failed")
    return Flash(marked("This can only be changed in the text."), kind="failed")


def may_change(asked: Asked, draft: shapes.Draft | shapes.WholeDraft) -> bool:
    """Whether who asks can change this draft."""
    return draft.version is None and asked.may("drafts:write")


def pointer(*steps: str) -> str:
    """A place in a document, as a JSON Pointer."""
    return "".join(f"/{step.replace('~', '~0').replace('/', '~1')}" for step in steps)


ROUTES = (rules, changed_rules)
