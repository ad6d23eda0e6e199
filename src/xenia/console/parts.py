"""The parts of a draft that have forms of their own: each in words, and taken away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from xenia.client import ProblemError, shapes
from xenia.console.draft_steps import turns
from xenia.console.draft_tabs import draft_values, tab_path
from xenia.console.part_words import FORMS
from xenia.console.places import DRAFT
from xenia.console.rules import RULE, may_change, pointer, refusal_flash, sent_changes
from xenia.pages.answering import Flash, Gone, Page, Shown
from xenia.pages.asking import Asked
from xenia.pages.choosing import spoken_by
from xenia.pages.refusals import Refusal
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.templating import address
from xenia.pages.words import marked

PARTS: Final = f"{DRAFT}/parts/{{section:str}}"
PART: Final = f"{PARTS}/one"  # and which one in `id`, for an id may be any word
_PAGE: Final = 100


class Elsewhere(NamedTuple):
    """Something wrong in another part of the document: where, as one goes there, and what."""

    where: str
    href: str
    said: str


@shown_at(PARTS)
def parts(asked: Asked) -> Page:
    """All parts of a section, in the order of the text."""
    return _shown(asked, asked.client.draft(asked.places["draft"]))


@sent_to(PARTS)
def taken_away(asked: Asked) -> Page:
    """One is taken away, unless something would be wrong then."""
    draft, section = asked.client.draft(asked.places["draft"]), asked.places["section"]
    form = asked.form
    to = parts_path(PARTS, draft.draft, section)
    name = form.one("id")
    if form.one("act") != "remove" or not may_change(asked, draft) or section not in FORMS:
        return Gone(to)
    change = shapes.PartChange(do="remove", at=pointer(section, name))
    done = tried(asked, draft, [change])
    if isinstance(done, shapes.Problem):
        return Gone(to, refusal_flash(done))
    wrong = [one for one in done.findings if one.severity == "error"]
    if wrong:
        needed = elsewhere(draft, done.findings, ())
        return _shown(asked, draft, refusal=_refusal(asked, name, needed), needed=needed)
    problem = sent_changes(asked, draft.draft, [change])
    said = Flash(marked("“%(part)s” is gone."), {"part": name})
    return Gone(to, said if problem is None else refusal_flash(problem))


def _refusal(asked: Asked, name: str, needed: Sequence[Elsewhere]) -> Refusal:
    title = asked.say("“%(part)s” cannot be taken away", part=name)
    if needed:
        return Refusal(title, asked.say("These need it: change them first."))
    return Refusal(title, asked.say("Mend the errors of the text first."))


def _shown(
    asked: Asked,
    draft: shapes.WholeDraft,
    *,
    refusal: Refusal | None = None,
    needed: Sequence[Elsewhere] = (),
) -> Page:
    name, section, cursor = draft.draft, asked.places["section"], asked.query.one("cursor")
    found = asked.client.draft_parts(
        name, section, locale=spoken_by(asked), limit=_PAGE, cursor=cursor or None
    )
    if section not in FORMS:
        return Gone(tab_path(DRAFT, name))
    values = {
        **part_values(asked, draft, section),
        "turns": turns(asked, draft) if may_change(asked, draft) else (),
        "parts": found.data,
        "next_cursor": found.next_cursor,
        "cursor": cursor,
        "errors": sum(1 for one in draft.findings if one.severity == "error"),
        "may_change": may_change(asked, draft),
        "refusal": refusal,
        "needed": needed,
    }
    return Shown("console/parts/list.html", values, 422 if refusal else 200)


# ---- what the form of a part shares --------------------------------------------------------------


def parts_path(path: str, draft: str, section: str) -> str:
    """The address of a section's page, of the path of its route."""
    return address(path.replace(":str", ""), draft=draft, section=section)


def part_values(asked: Asked, draft: shapes.WholeDraft, section: str) -> dict[str, Any]:
    """What every page of a section needs to know."""
    called = FORMS[section]
    return {
        **draft_values(asked, draft),
        "section": section,
        "called": {key: asked.say(one) for key, one in called._asdict().items() if key != "icon"},
        "picture": called.icon,
        "parts_path": parts_path(PARTS, draft.draft, section),
        "part_path": parts_path(PART, draft.draft, section),
        "text_path": tab_path(DRAFT, draft.draft),
        "language_told": spoken_by(asked),
        "path": parts_path(PARTS, draft.draft, section),
    }


def tried(
    asked: Asked,
    draft: shapes.WholeDraft,
    changes: Sequence[shapes.PartChange],
    revision: int | None = None,
) -> shapes.ChangedDraft | shapes.Problem:
    """The draft as changes would make it, or why they cannot be done; nothing is kept."""
    try:
        return asked.client.changed_parts(
            draft.draft,
            shapes.PartChanges(changes=tuple(changes)),
            if_match=f'"{draft.revision if revision is None else revision}"',
            locale=spoken_by(asked),
            idempotency_key="try",
            dry_run=True,
        )
    except ProblemError as error:
        if error.problem.status not in (412, 422):
            raise
        return error.problem


def elsewhere(
    draft: shapes.WholeDraft, after: Sequence[shapes.Finding], within: Sequence[str]
) -> list[Elsewhere]:
    """The errors that there were not before, but those of one part."""
    before = Counter(_same(one) for one in draft.findings)
    own = pointer(*within)
    found: list[Elsewhere] = []
    for one in after:
        before[_same(one)] -= 1
        is_own = bool(own) and f"{one.pointer}/".startswith(f"{own}/")
        if one.severity == "error" and before[_same(one)] < 0 and not is_own:
            steps = [each.replace("~1", "/").replace("~0", "~") for each in one.pointer.split("/")]
            where = " › ".join(steps[1:3])
            said = f"{one.text} ({one.remedy})"
            found.append(Elsewhere(where, _href(draft, steps[1:], one.line), said))
    return found


def _same(finding: shapes.Finding) -> tuple[str, str, str]:
    return finding.pointer, finding.code, finding.text


def _href(draft: shapes.WholeDraft, steps: Sequence[str], line: int) -> str:
    """The form of what is wrong, else its line in the text."""
    if len(steps) > 1 and steps[0] == "rules":
        return tab_path(RULE, draft.draft) + _asking(steps[1])
    if len(steps) > 1 and steps[0] in FORMS:
        return parts_path(PART, draft.draft, steps[0]) + _asking(steps[1])
    return f"{tab_path(DRAFT, draft.draft)}#line-{line}"


def _asking(name: str) -> str:
    return f"?{urlencode({'id': name})}"


ROUTES = (parts, taken_away)
