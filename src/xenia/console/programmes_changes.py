"""What a draft changes, and its way: submitted, approved or sent back, and published."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from xenia.client import ProblemError, shapes
from xenia.console.draft_tabs import draft_values, tab_path
from xenia.console.places import DRAFT, PROGRAMMES
from xenia.console.programmes import steps
from xenia.pages.answering import Flash, Gone, Page, Shown
from xenia.pages.asking import Asked
from xenia.pages.choosing import spoken_by
from xenia.pages.formats import UTC
from xenia.pages.refusals import Refusal
from xenia.pages.rooms import Route, sent_to, shown_at
from xenia.pages.templating import address
from xenia.pages.words import marked
from xenia.programme.words import languages

CHANGES: Final = f"{DRAFT}/changes"
_REFUSALS: Final[Mapping[str, tuple[str, str]]] = {
    "changed-meanwhile": (
        marked("Somebody has changed this draft meanwhile"),
        marked("Look at the changes as they are now, then decide again."),
    ),
    "own-draft": (
        marked("Somebody else has to approve this"),
        marked("You have written in this draft. Ask a second person to look at it."),
    ),
    "not-approved": (
        marked("This draft is not approved as it is now"),
        marked("It was changed or sent back since. Have it approved again."),
    ),
    "approval-outdated": (
        marked("Another version was published or withdrawn meanwhile"),
        marked("So the changes are others now: look at them again, and have them approved again."),
    ),
    "draft-with-errors": (
        marked("There are errors in the text"),
        marked("Mend them first: the text says where they are."),
    ),
    "draft-is-published": (
        marked("This draft is published by now"),
        marked("It stays as it is: begin another one from its version."),
    ),
}
_KINDS: Final[Mapping[str, tuple[str, str]]] = {  # of changes
    "structure": (marked("Rules"), "brand"),
    "number": (marked("Numbers"), "caution"),
    "words": (marked("Words"), "neutral"),
}


@shown_at(CHANGES)
def changes(asked: Asked) -> Page:
    """What it changes of what decides now, in words, and what may be done with it."""
    return _changes(asked)


def _changes(
    asked: Asked, refusal: Refusal | None = None, wrong: Mapping[str, str] | None = None
) -> Page:
    draft = asked.client.draft(asked.places["draft"])
    wish = asked.query.one("told")
    locale = wish if wish in languages() else spoken_by(asked)
    sound = not any(one.severity == "error" for one in draft.findings)
    is_published = draft.version is not None
    difference = (
        asked.client.draft_difference(draft.draft, locale=locale)
        if sound and not is_published
        else None
    )
    own_path = tab_path(CHANGES, draft.draft)
    values = {
        **draft_values(asked, draft),
        "path": own_path,
        "own_path": own_path,
        "text_path": tab_path(DRAFT, draft.draft),
        "sound": sound,
        "difference": difference,
        "rows": [] if difference is None else [_row(asked, one) for one in difference.changes],
        "told_in": locale,
        "zone": UTC if difference is None else difference.timezone,
        "languages_told": languages(),
        "steps": steps(asked, f"draft/{draft.draft}"),
        "may": _may(asked, draft, sound=sound),
        "refusal": refusal,
        "wrong": wrong or {},
        "note": asked.form.one("note"),
        "when": asked.form.one("when"),
        "at": asked.form.one("at"),
        "programme_path": address(
            "/console/programmes/published/{programme}", programme=draft.programme or ""
        ),
    }
    return Shown("console/programmes/changes.html", values, 409 if refusal or wrong else 200)


def _row(asked: Asked, change: shapes.Change) -> dict[str, str]:
    said, kind = _KINDS.get(change.kind, (marked("Rules"), "brand"))
    return {"kind": asked.say(said), "badge": kind, "text": change.text}


def _may(asked: Asked, draft: shapes.WholeDraft, *, sound: bool) -> dict[str, bool]:
    """What whoever asks may do with a draft as it stands."""
    state = draft.state
    is_open, in_hand = state != "published", state in ("written", "sent-back")
    written = f"staff/{asked.staff}" in draft.authors
    approves = asked.may("drafts:approve") and is_open
    judges = approves and (not written or not asked.client.approval().four_eyes)
    return {
        "submit": asked.may("drafts:write") and sound and in_hand,
        "approve": judges and sound and (state == "submitted" or (written and in_hand)),
        "send_back": judges and state in ("submitted", "approved"),
        "publish": asked.may("programmes:write") and state == "approved",
        "drop": asked.may("drafts:write") and is_open,
        "is_own": written,
    }


# ---- what is done with it ------------------------------------------------------------------------


def _done_at(path: str, said: str, work: Callable[[Asked, str], object]) -> Route:
    """What takes one of the forms: it is done, or the page says why it is not."""

    def answer(asked: Asked) -> Page:
        try:
            work(asked, f'"{asked.form.one("revision")}"')
        except ProblemError as error:
            return _changes(asked, _refused(asked, error))
        return Gone(tab_path(CHANGES, asked.places["draft"]), Flash(said))

    return sent_to(f"{DRAFT}/{path}")(answer)


def _refused(asked: Asked, error: ProblemError) -> Refusal:
    """Why something is not done.  Raises what is not about the draft."""
    known = _REFUSALS.get(error.problem.code)
    if known is not None:
        return Refusal(asked.say(known[0]), asked.say(known[1]))
    if error.problem.status not in (409, 422):
        raise error
    return Refusal(asked.say("This was not done"), error.problem.detail, "en")


submitted = _done_at(
    "submission",
    marked("It waits for approval now."),
    lambda asked, tag: asked.client.submitted_draft(
        asked.places["draft"], if_match=tag, idempotency_key=asked.once
    ),
)
approved = _done_at(
    "approval",
    marked("It is approved as it stands."),
    lambda asked, tag: asked.client.approved_draft(
        asked.places["draft"], if_match=tag, idempotency_key=asked.once
    ),
)


@sent_to(f"{DRAFT}/objection")
def objected(asked: Asked) -> Page:
    """It goes back to who has written it, with a note."""
    note = asked.form.one("note")
    if not note:
        wrong = asked.say("Write what has to change, so that whoever wrote it knows.")
        return _changes(asked, wrong={"note": wrong})
    try:
        asked.client.objected_draft(
            asked.places["draft"],
            shapes.Objection(note=note[:2000]),
            if_match=f'"{asked.form.one("revision")}"',
            idempotency_key=asked.once,
        )
    except ProblemError as error:
        return _changes(asked, _refused(asked, error))
    said = marked("It was sent back with your note.")
    return Gone(tab_path(CHANGES, asked.places["draft"]), Flash(said))


@sent_to(f"{DRAFT}/publication")
def published(asked: Asked) -> Page:
    """It becomes the next version, from a time on."""
    start, wrong = _start(asked.form.one("when"), asked.form.one("at"), asked.form.one("zone"))
    if wrong is not None:
        return _changes(asked, wrong={"at": asked.say(wrong)})
    try:
        done = asked.client.published_draft(
            asked.places["draft"],
            shapes.When(from_=start),
            if_match=f'"{asked.form.one("revision")}"',
            idempotency_key=asked.once,
        )
    except ProblemError as error:
        return _changes(asked, _refused(asked, error))
    said = marked("Version %(number)s is published.")
    to = address("/console/programmes/published/{programme}", programme=done.programme)
    return Gone(to, Flash(said, {"number": str(done.version)}))


def _start(when: str, at: str, zone: str) -> tuple[str | None, str | None]:
    """What the interface is told of a time, and what is wrong with it, if anything is."""
    if when != "at":
        return ("now" if when == "now" else None), None
    try:
        local = datetime.fromisoformat(at)
        if local.tzinfo is None:
            local = local.replace(tzinfo=ZoneInfo(zone))
    except (ValueError, KeyError, OSError):
        return None, marked("Say a day and a time, such as 2027-01-01 00:00.")
    return local.isoformat(), None


@sent_to(f"{DRAFT}/dropping")
def dropped(asked: Asked) -> Page:
    """The draft is gone."""
    try:
        asked.client.dropped_draft(
            asked.places["draft"],
            if_match=f'"{asked.form.one("revision")}"',
            idempotency_key=asked.once,
        )
    except ProblemError as error:
        return _changes(asked, _refused(asked, error))
    return Gone(PROGRAMMES, Flash(marked("The draft is gone.")))


ROUTES = (changes, submitted, approved, objected, published, dropped)
