"""The household of a member: who belongs to it, who may spend what it holds, and what that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from xenia.client import ProblemError, shapes
from xenia.console import acts
from xenia.console.acts import MEMBER, Act, Field, Whom
from xenia.console.places import HOUSEHOLDS, MEMBERS
from xenia.pages.answering import Flash, Gone, Page, Shown
from xenia.pages.asking import Asked
from xenia.pages.refusals import Refusal
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.templating import address, with_query
from xenia.pages.words import marked

_READS: Final = "members:read"
_CHANGES: Final = "members:write"
_PAGE: Final = f"{MEMBER}/household"
_YES, _NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class _Pool:
    """What a household holds in one of its programmes."""

    programme: str
    wallet: dict[str, shapes.Held]


@shown_at(_PAGE)
def household(asked: Asked) -> Page:
    """The one to which they belong, or which they are; else how they come to one."""
    return _shown(asked, acts.whom(asked, _READS))


def _shown(asked: Asked, of: Whom, wrong: Refusal | None = None) -> Page:
    found = _household(asked, of)
    pool = None if found is None else _pool(asked, of, found.household)
    may = ((_YES, asked.say("May spend")), (_NO, asked.say("May not spend")))
    form, query = asked.form, asked.query
    values = {
        "of": of,
        "found": found,
        "pool": pool,
        "members_path": MEMBERS,
        "households_path": HOUSEHOLDS,
        "own_path": of.path("/household"),
        "may": may,
        "refusal": wrong,
        "open": found is not None and found.dissolved_at is None,
        "changes": asked.may(_CHANGES) and of.known.erased_at is None,
        "add": Field("person", asked.say("Id of the person"), value=_typed(asked, "person")),
        "join": Field("household", asked.say("Id of the household"), value=form.one("household")),
        "name": Field("name", asked.say("Name"), value=form.one("name")),
        "may_now": form.one("may") or query.one("may") or _YES,
    }
    return Shown("console/members/household.html", values, 422 if wrong else 200)


def _typed(asked: Asked, name: str) -> str:
    return asked.form.one(name) or asked.query.one(name)


def _household(asked: Asked, of: Whom) -> shapes.Household | None:
    """The one to which they belong; else the one that they are."""
    belongs = of.known.household
    try:
        return asked.client.household(belongs.household if belongs else of.member)
    except ProblemError as error:
        if error.problem.code != "unknown-household":
            raise
        return None


def _pool(asked: Asked, of: Whom, name: str) -> _Pool | None:
    """What it holds in the programme that is looked at, or in its first."""
    known = of.known if name == of.member else asked.client.member(name)
    programmes = [one.programme for one in known.programmes]
    programme = of.programme if of.programme in programmes else next(iter(programmes), "")
    if not programme:
        return None
    return _Pool(programme, dict(asked.client.wallet(name, programme=programme).wallet))


# ---- what is done --------------------------------------------------------------------------------


@sent_to(f"{_PAGE}/make")
def made(asked: Asked) -> Page:
    """There is a household, and they are its first person."""
    of = acts.whom(asked, _CHANGES)
    body = shapes.NewHousehold(person=of.member, name=asked.form.one("name")[:200] or None)
    try:
        asked.client.new_household(body, idempotency_key=asked.once)
    except ProblemError as error:
        return _refused(asked, of, error)
    return _back(of, marked("The household is made, and they belong to it."))


@sent_to(f"{_PAGE}/join")
def joined(asked: Asked) -> Page:
    """They belong to a household that there is."""
    of = acts.whom(asked, _CHANGES)
    return _added(asked, of, asked.form.one("household"), of.member)


@sent_to(f"{_PAGE}/add")
def added(asked: Asked) -> Page:
    """Somebody else belongs to theirs."""
    of = acts.whom(asked, _CHANGES)
    return _added(asked, of, _own(of), asked.form.one("person"))


def _added(asked: Asked, of: Whom, household: str, person: str) -> Page:
    if not household or not person:
        title = asked.say("This was not done")
        return _shown(asked, of, Refusal(title, asked.say("Write an id.")))
    body = shapes.NewPerson(member=person, may_spend=asked.form.one("may") != _NO)
    try:
        asked.client.new_person(household, body, idempotency_key=asked.once)
    except ProblemError as error:
        return _refused(asked, of, error)
    return _back(of, marked("%(person)s belongs to it now."), person=person)


@sent_to(f"{_PAGE}/spend")
def let_spend(asked: Asked) -> Page:
    """Somebody may spend what it holds, or may no more."""
    of, person = acts.whom(asked, _CHANGES), asked.form.one("person")
    may = asked.form.one("may") == _YES
    try:
        asked.client.changed_person(
            _own(of), person, shapes.ChangedPerson(may_spend=may), idempotency_key=asked.once
        )
    except ProblemError as error:
        return _refused(asked, of, error)
    said = marked("%(person)s may spend what it holds.")
    not_ = marked("%(person)s may not spend what it holds any more.")
    return _back(of, said if may else not_, person=person)


@sent_to(f"{_PAGE}/remove")
def removed(asked: Asked) -> Page:
    """Somebody belongs to it no more; that is undone by adding them again."""
    of, person = acts.whom(asked, _CHANGES), asked.form.one("person")
    household = _own(of)
    try:
        asked.client.removed_person(household, person, idempotency_key=asked.once)
    except ProblemError as error:
        return _refused(asked, of, error)
    # Who has left has no page of it any more: it is undone on the household's own.
    own = address("/console/members/{member}", member=household) + "/household"
    again = [("person", person), ("may", asked.form.one("may"))]
    said = Flash(marked("%(person)s has left."), {"person": person}, undo=with_query(own, again))
    return Gone(_page(of), said)


def _dissolving(asked: Asked, of: Whom) -> Act:
    return Act(
        asked.say("Dissolve the household"),
        asked.say(
            "Nobody comes to it any more, and it is not made again. What it holds stays there, and "
            "can still be given away."
        ),
        of.path("/household/dissolve"),
        asked.say("Dissolve"),
        (acts.typed(asked, of),),
        grave=True,
    )


@shown_at(f"{_PAGE}/dissolve")
def dissolve(asked: Asked) -> Page:
    """What ends by it; of a household to which nobody belongs."""
    of = acts.whom(asked, _CHANGES)
    return acts.shown(of, _dissolving(asked, of))


@sent_to(f"{_PAGE}/dissolve")
def dissolved(asked: Asked) -> Page:
    """It is none any more."""
    of = acts.whom(asked, _CHANGES)
    act = acts.filled(asked, _dissolving(asked, of))
    wrong = acts.mistyped(asked, of, act)
    if wrong is not None:
        return wrong
    try:
        asked.client.dissolved_household(of.member, idempotency_key=asked.once)
    except ProblemError as error:
        return acts.refused(asked, of, act, error, {})
    return _back(of, marked("The household is dissolved."))


def _own(of: Whom) -> str:
    """The id of theirs, be it themselves."""
    return of.known.household.household if of.known.household else of.member


def _page(of: Whom) -> str:
    return with_query(of.path("/household"), [("programme", of.programme)])


def _back(of: Whom, sentence: str, **values: str) -> Gone:
    return Gone(_page(of), Flash(sentence, values))


def _refused(asked: Asked, of: Whom, error: ProblemError) -> Page:
    if error.problem.status not in acts.EXPECTED:
        raise error
    return _shown(asked, of, acts.above_of(asked, error))


ROUTES = (household, made, joined, added, let_spend, removed, dissolve, dissolved)
