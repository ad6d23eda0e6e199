"""What staff does with a member: a form for each act, and what is said where it is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import yaml

from xenia.client import ProblemError, shapes
from xenia.console.places import MEMBERS
from xenia.pages.answering import Flash, Gone, Page, Shown
from xenia.pages.asking import Asked
from xenia.pages.not_granted import in_words
from xenia.pages.refusals import Refusal, refusal_of
from xenia.pages.templating import address, with_query
from xenia.pages.words import marked

MEMBER: Final = f"{MEMBERS}/{{member:str}}"
Kind = Literal["text", "number", "date", "email", "tel", "select", "area"]

_SAID: Final[Mapping[str, str]] = {
    "already-a-member": marked("They have joined already: change their profile instead."),
    "already-blocked": marked("This card is blocked already."),
    "already-yours": marked("This card is theirs already."),
    "ambiguous-member": marked("This leads to several members: merge them if they are one."),
    "card-taken": marked("Another member has this card."),
    "correction-over": marked("Somebody has decided this already."),
    "erased-member": marked("They have been erased."),
    "household-dissolved": marked("This household is dissolved: make a new one."),
    "household-not-empty": marked("Somebody belongs to it still."),
    "household-taken": marked("There was such a household already: take another id."),
    "identifier-taken": marked(
        "This leads to another member already: leave it out, or merge the two if they are one."
    ),
    "in-household": marked("They belong to a household already: remove them there first."),
    "insufficient-balance": marked("They do not have that much."),
    "is-household": marked("This is a household: name a person."),
    "left-survivor": marked("Who is to stay has left: merge them the other way round."),
    "merge-over": marked("Somebody has decided this already."),
    "merge-rests": marked("A merge with them can still be undone: confirm or undo it first."),
    "merged-member": marked("They are merged into another member."),
    "not-a-member": marked("They have not joined this programme."),
    "not-in-household": marked("They do not belong to this household."),
    "own-correction": marked("Somebody else has to confirm what you have asked for."),
    "reserved-member": marked("Something is reserved for them. Try again in a day."),
    "same-member": marked("This is the same member."),
    "too-many-persons": marked("No more people can belong to this household."),
    "unknown-household": marked("There is no household of this id."),
    "unknown-member": marked("There is nobody of this id."),
}
EXPECTED: Final = (400, 404, 409, 422)


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is asked for; `wrong` is what is wrong with what was written, in `language`
    if that is not the reader's."""

    name: str
    label: str
    kind: Kind = "text"
    value: str = ""
    choices: Sequence[tuple[str, str]] = ()
    hint: str = ""
    required: bool = False
    longest: int = 200
    wrong: str = ""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """A form: what it does, where it is sent, and what it asks for; `seen` is what would come of
    it, each with its name.  Without a `button` it cannot be done now; `said` says why."""

    title: str
    said: str
    action: str
    button: str
    fields: Sequence[Field] = ()
    grave: bool = False  # it cannot be undone
    preview: bool = False  # what would come of it can be seen before
    seen: Sequence[tuple[str, str]] = ()
    notes: Sequence[str] = ()  # what else is said of what would come of it


@dataclass(frozen=True, slots=True)
class Whom:
    """The member whom something is done with, in which programme."""

    known: shapes.Member
    programme: str

    @property
    def member(self) -> str:
        """Their id."""
        return self.known.member

    @property
    def here(self) -> shapes.MemberProgramme | None:
        """What is known of them in the programme."""
        return next((one for one in self.known.programmes if one.programme == self.programme), None)

    @property
    def name(self) -> str:
        """What they are called."""
        said = self.here.attributes.get("name") if self.here else None
        return str(said or self.member)

    def path(self, below: str = "") -> str:
        """The address of what is done with them."""
        return address("/console/members/{member}", member=self.member) + below

    @property
    def page(self) -> str:
        """The address of their page."""
        return with_query(self.path(), [("programme", self.programme)])


def whom(asked: Asked, scope: str) -> Whom:
    """Who is meant; in the programme of the form or of the address, else in their first.  Raises
    ProblemError for who may not do such a thing."""
    needed(asked, scope)
    known = asked.client.member(asked.places["member"])
    wish = asked.form.one("programme") or asked.query.one("programme")
    programmes = [one.programme for one in known.programmes]
    return Whom(known, wish if wish in programmes else next(iter(programmes), ""))


def needed(asked: Asked, scope: str) -> None:
    """A form is shown to whoever may send it; to all others what the interface would answer."""
    if not asked.may(scope):
        raise ProblemError(
            shapes.Problem(
                type="/problems/not-allowed",
                title="",
                status=403,
                code="not-allowed",
                detail=scope,
                errors=(),
                request_id="",
            )
        )


def shown(of: Whom | None, act: Act, *, status: int = 200, wrong: Refusal | None = None) -> Page:
    """The form."""
    values = {"act": act, "of": of, "refusal": wrong, "members_path": MEMBERS}
    return Shown("console/members/act.html", values, status)


def refused(
    asked: Asked,
    of: Whom | None,
    act: Act,
    error: ProblemError,
    pointers: Mapping[str, str],
) -> Page:
    """The form again, with what is wrong at its fields, or above them.  Raises the error again
    where it says nothing of what was written."""
    if error.problem.status not in EXPECTED:
        raise error
    found: dict[str, tuple[str, str | None]] = {}
    for reason in error.problem.errors:
        name = pointers.get(reason.pointer)
        if name is not None:
            found.setdefault(name, said_of(asked, reason.code, reason.detail))
    fields = [
        replace(one, wrong=found[one.name][0], language=found[one.name][1])
        if one.name in found
        else one
        for one in act.fields
    ]
    placed = any(one.wrong for one in fields)
    above = None if placed else above_of(asked, error)
    return shown(of, replace(act, fields=fields), status=422, wrong=above)


def said_of(asked: Asked, code: str, detail: str) -> tuple[str, str | None]:
    """What a reason comes to for people, and in which language, if it is not theirs."""
    said = _said(asked, code)
    return (detail, "en") if said is None else (said, None)


def _said(asked: Asked, code: str) -> str | None:
    known = _SAID.get(code)
    return in_words(code, asked.words) if known is None else asked.say(known)


def above_of(asked: Asked, error: ProblemError) -> Refusal:
    """What is said of a refusal as a whole."""
    problem = error.problem
    for code in (problem.code, *(one.code for one in problem.errors)):
        if (said := _said(asked, code)) is not None:
            return Refusal(asked.say("This was not done"), said)
    return refusal_of(error, asked.words)


def filled(asked: Asked, act: Act) -> Act:
    """The form with what was written in it."""
    form = asked.form
    fields = [replace(one, value=form.one(one.name)) for one in act.fields]
    return replace(act, fields=fields)


def wrong_at(act: Act, name: str, said: str) -> Act:
    """The form, with what is wrong with one of its fields."""
    fields = [replace(one, wrong=said) if one.name == name else one for one in act.fields]
    return replace(act, fields=fields)


def lacking(asked: Asked, act: Act) -> Act | None:
    """The form with what is missing, if something is."""
    fields = [
        replace(one, wrong=asked.say("This is needed."))
        if one.required and not one.value.strip()
        else one
        for one in act.fields
    ]
    return replace(act, fields=fields) if any(one.wrong for one in fields) else None


def typed(asked: Asked, of: Whom) -> Field:
    """What is written to confirm what cannot be undone: the member's id."""
    hint = asked.say("Write their id, %(id)s, to confirm it.", id=of.member)
    return Field("typed", asked.say("Id"), required=True, hint=hint)


def mistyped(asked: Asked, of: Whom, act: Act) -> Page | None:
    """The form again, where another id was written."""
    if asked.form.one("typed") == of.member:
        return None
    return shown(of, wrong_at(act, "typed", asked.say("This is not their id.")), status=422)


def done(of: Whom, sentence: str, undo: str = "", **values: str) -> Gone:
    """Back to the member, with what was done; `undo` leads to where that is undone."""
    return Gone(of.page, Flash(sentence, values, undo=undo))


def failed(of: Whom, error: ProblemError) -> Gone:
    """Back to the member, with why a button did not do it."""
    if error.problem.status not in EXPECTED:
        raise error
    for code in (error.problem.code, *(one.code for one in error.problem.errors)):
        if code in _SAID:
            return Gone(of.page, Flash(_SAID[code], kind="failed"))
    sentence = marked("This was not done. Look at what is shown now, then try again.")
    return Gone(of.page, Flash(sentence, kind="failed"))


def document(asked: Asked, programme: str) -> Mapping[str, Any]:
    """What a programme says now, as far as who asks may read it; empty: nothing."""
    if not programme or not asked.may("programmes:read"):
        return {}
    try:
        found = yaml.safe_load(asked.client.programme_version(programme).document)
    except (ProblemError, yaml.YAMLError):
        return {}
    return found if isinstance(found, dict) else {}


def within(said: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    """A part of a document that has parts of its own; empty where it has not."""
    found: Any = said
    for name in names:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}
