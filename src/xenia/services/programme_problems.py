"""What is said where a programme, a draft or a version is not as it would have to be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from xenia.events.errors import did_you_mean, pointer
from xenia.programme.findings import START, Finding
from xenia.services.problems import Problem, Reason
from xenia.services.publishing import NotPublishableError

_MOST = 50  # errors of a document in one problem


def unknown_programme(name: str, known: Iterable[str]) -> Problem:
    """Nothing of that name is published."""
    hint = did_you_mean(name, list(known)) or ": `GET /v1/programmes` lists them"
    sentence = f'no programme "{name[:100]}" is published here{hint}'
    return Problem(status=404, code="no-such-programme", detail=sentence)


def unknown_version(name: str, version: int) -> Problem:
    """The programme has no such version, or it was withdrawn."""
    sentence = f'"{name[:100]}" has no version {version}: `GET /v1/programmes` lists them'
    return Problem(status=404, code="unknown-version", detail=sentence)


def unknown_draft(draft: str) -> Problem:
    """There is none of that id."""
    sentence = f'there is no draft "{draft[:100]}": `GET /v1/drafts` lists them'
    return Problem(status=404, code="unknown-draft", detail=sentence)


def unknown_rule(name: str, known: Iterable[str]) -> Problem:
    """The draft has no rule of that id."""
    hint = did_you_mean(name, list(known)) or ": `GET /v1/drafts/{draft}/rules` lists them"
    sentence = f'the draft has no rule "{name[:100]}"{hint}'
    return Problem(status=404, code="unknown-rule", detail=sentence)


def unknown_section(name: str, known: Iterable[str]) -> Problem:
    """Documents have no section of that key with parts of their own."""
    listed = list(known)
    hint = did_you_mean(name, listed) or f": there are {', '.join(listed)}"
    sentence = f'no section is called "{name[:100]}"{hint}'
    return Problem(status=404, code="unknown-section", detail=sentence)


def unknown_part(section: str, name: str, known: Iterable[str]) -> Problem:
    """The section of the draft has no part of that id."""
    hint = did_you_mean(name, list(known)) or ": `GET /v1/drafts/{draft}/parts` lists them"
    sentence = f'the draft has no "{name[:100]}" in {section}{hint}'
    return Problem(status=404, code="unknown-part", detail=sentence)


def unknown_template(name: str, known: Iterable[str]) -> Problem:
    """The catalogue has none of that name."""
    hint = did_you_mean(name, list(known)) or ": `GET /v1/templates` lists them"
    sentence = f'there is no template "{name[:100]}"{hint}'
    return Problem(status=404, code="unknown-template", detail=sentence)


# ---- drafts --------------------------------------------------------------------------------------

NO_IF_MATCH = Problem(
    status=428,
    code="if-match",
    detail="say which state of the draft you have read: send its ETag in the header If-Match, so "
    "that nobody's change is lost",
)


def changed_meanwhile(revision: int) -> Problem:
    """Somebody has changed the draft since it was read."""
    sentence = (
        f"the draft was changed meanwhile, and is of revision {revision} now: read it again, and "
        "do what you wanted to the text as it is"
    )
    return Problem(status=412, code="changed-meanwhile", detail=sentence)


def is_published(version: int) -> Problem:
    """The draft has become a version, and stays what it is."""
    sentence = f"this draft was published as version {version}: begin a new one from it"
    return Problem(status=409, code="draft-is-published", detail=sentence)


NOTHING_TO_UNDO = Problem(
    status=409,
    code="nothing-to-undo",
    detail="the draft is as it was begun, or as it was 50 changes ago: there is nothing to undo",
)
NOTHING_TO_REDO = Problem(
    status=409,
    code="nothing-to-redo",
    detail="nothing of the draft was undone since it was changed last: there is nothing to do "
    "again",
)


def with_errors(findings: Sequence[Finding]) -> Problem:
    """A document that nobody can run."""
    errors = [item for item in findings if item.severity == "error"]
    reasons = tuple(reason_of(item) for item in errors[:_MOST])
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return Problem(
        status=422, code="draft-with-errors", detail=f"{reasons[0].detail}{more}", errors=reasons
    )


def reason_of(finding: Finding) -> Reason:
    """An error of a document as one reason of a problem."""
    place = finding.place or START
    where = f"line {place.line}, column {place.column}"
    sentence = f"{where}: {finding.sentence} ({finding.remedy})"
    return Reason(pointer(finding.path), finding.code, sentence)


OWN_DRAFT = Problem(
    status=403,
    code="own-draft",
    detail="you have written in this draft, and somebody else approves it: ask a second person; or "
    "let the space say that one is enough (`PUT /v1/approval`)",
)
NOT_APPROVED = Problem(
    status=409,
    code="not-approved",
    detail="nobody has approved the draft as it is: a change after an approval needs another one",
)


def others_published(programme: str) -> Problem:
    """Another version came between the approval and the publication."""
    sentence = (
        f'another version of "{programme[:100]}" was published or withdrawn since this draft was '
        "approved: look at the difference again, and have it approved again"
    )
    return Problem(status=409, code="approval-outdated", detail=sentence)


# ---- versions ------------------------------------------------------------------------------------


def not_publishable(error: NotPublishableError) -> Problem:
    """A version that may not follow the one before, or not at that time."""
    status = 422 if error.findings else 409
    reasons = tuple(reason_of(item) for item in error.findings[:_MOST])
    return Problem(status=status, code=error.code, detail=error.sentence, errors=reasons)


def withdraw_later_first(version: int, later: int) -> Problem:
    """Another version was published on top of it."""
    sentence = f"version {later} was published after version {version}: withdraw it first"
    return Problem(status=409, code="out-of-order", detail=sentence)


def not_waiting(version: int) -> Problem:
    """It has taken effect, or there is none that could go on in its stead."""
    sentence = (
        f"version {version} cannot be withdrawn any more, as it decides already, or as there is "
        "none before it: publish another one to take its place"
    )
    return Problem(status=409, code="not-waiting", detail=sentence)
