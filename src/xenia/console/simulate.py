"""Simulate: what a purchase would come to, step by step, and what each rule says of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from xenia.client import ProblemError, shapes
from xenia.console import simulated_event as event
from xenia.console.backtest_form import source_of
from xenia.console.draft_tabs import draft_values, tab_path
from xenia.console.places import DRAFT, SIMULATE
from xenia.pages.answering import Page, Shown
from xenia.pages.asking import Asked
from xenia.pages.choosing import spoken_by
from xenia.pages.not_granted import why
from xenia.pages.rooms import shown_at
from xenia.pages.words import LANGUAGES, marked

OF_DRAFT: Final = f"{DRAFT}/simulate"
_PAGE: Final = "console/simulate/page.html"
_ALONE: Final = "console/simulate/alone.html"
_WITHIN_DRAFT: Final = "console/programmes/draft.html"
_FRAGMENTS: Final = frozenset({"results", "simulation"})
_FOUND: Final = 6  # members that are offered
_DRAFTS: Final = 50  # the newest
_SHOWN: Final[Mapping[str, str]] = {  # of effects, what each is
    "earn": marked("Earned"),
    "spend": marked("Spent"),
    "discount": marked("Taken off"),
    "issue": marked("Voucher"),
    "tier": marked("Level"),
    "benefit": marked("Benefit"),
    "badge": marked("Badge"),
    "notify": marked("Message"),
    "flag": marked("For staff to look at"),
    "use": marked("Used"),
    "activate": marked("Can be spent"),
    "expire": marked("Has ended"),
    "adjust": marked("Adjusted"),
    "give-back": marked("Given back"),
    "take-back": marked("Taken back"),
}
# Effects of which each adds to a sum of units or money.
_ADDING: Final = frozenset({"earn", "discount"})


@dataclass(frozen=True, slots=True)
class Step:
    """One effect: what it is, by which rule, how much, and what all so far come to."""

    what: str
    rule: str
    much: str
    unit: str
    whole: str
    named: str


@shown_at(SIMULATE)
def simulate(asked: Asked) -> Page:
    """Of a programme that runs, or of a draft; everything that is asked stands in the address."""
    sources = [*_sources(asked)]
    wish = asked.query.one("of")
    of = wish if wish in dict(sources) else next((key for key, _ in sources), "")
    values = {"sources": sources, "of": of, "own_path": SIMULATE, "base": _ALONE}
    return Shown(_PAGE, values | _played(asked, of), fragments=_FRAGMENTS)


@shown_at(OF_DRAFT)
def of_draft(asked: Asked) -> Page:
    """Of one draft, as it stands."""
    draft = asked.client.draft(asked.places["draft"])
    values = {"of": "", "own_path": tab_path(OF_DRAFT, draft.draft), "base": _WITHIN_DRAFT}
    values |= draft_values(asked, draft) | _played(asked, f"draft/{draft.draft}")
    return Shown(_PAGE, values, fragments=_FRAGMENTS)


def _sources(asked: Asked) -> Iterator[tuple[str, str]]:
    """What can be simulated: programmes that run, and drafts that are being written."""
    for one in asked.client.programmes().data:
        yield f"published/{one.programme}", one.title or one.programme
    for draft in asked.client.drafts(limit=_DRAFTS).data:
        if draft.state != "published":
            name = draft.programme or draft.draft
            yield f"draft/{draft.draft}", asked.say("Draft of %(name)s", name=name)


def _played(asked: Asked, of: str) -> dict[str, Any]:
    """The form as it is filled in, and what comes of it; nothing of what cannot run."""
    empty: dict[str, Any] = {"names": None, "done": None, "problem": None, "wrong": {}}
    source = source_of(of)
    if source is None:
        return empty
    spoken = spoken_by(asked)
    try:
        names = asked.client.simulation_vocabulary(
            shapes.NewVocabulary(programme=source), locale=spoken
        )
    except ProblemError as error:
        if error.problem.status != 422:
            raise
        return {**empty, "problem": error.problem}
    form = event.filled(asked.query, names, members=asked.may("members:read"))
    people = [*_people(asked, form)]
    values = {**empty, "names": names, "form": form, "people": people}
    if form.who == "real" and not form.member:
        return values
    try:
        done = asked.client.new_simulation(event.sent(form, names, source), locale=spoken)
    except ProblemError as error:
        if error.problem.status not in (404, 422):
            raise
        return {**values, "problem": error.problem, "wrong": event.at_fields(error.problem, form)}
    return {
        **values,
        "done": done,
        "language_told": spoken,
        **_titles(names),
        **_shown(asked, done),
        "steps": [*_steps(asked, done)],
    }


def _people(asked: Asked, form: event.Form) -> Iterator[shapes.ShownPerson]:
    """Whom what was written may mean."""
    if form.who == "real" and form.find and form.find != form.member:
        yield from asked.client.members(find=form.find, limit=_FOUND).data


# ---- what came of it -----------------------------------------------------------------------------


def _shown(asked: Asked, done: shapes.Simulation) -> dict[str, Any]:
    return {
        "titles": {one.rule: one.title for one in done.rules},
        "not_granted": [(one.subject, why(one, asked.words)) for one in done.refusals],
        "silent": [one for one in done.rules if not one.applied],
        "applied": [one for one in done.rules if one.applied],
        "told": [(one, _language_named(one.locale)) for one in done.told],
        "earned": _earned(done),
    }


def _titles(names: shapes.Vocabulary) -> dict[str, Any]:
    return {
        "currency_titles": {one.id: one.title for one in names.currencies},
        "tier_titles": {one.id: one.title for one in names.tiers},
        "metric_titles": {one.id: one.title for one in names.metrics},
    }


def _language_named(code: str) -> str:
    return next((one.name for one in LANGUAGES if one.code == code), code)


def _earned(done: shapes.Simulation) -> dict[str, str]:
    """What is earned in all, by currency."""
    found: dict[str, Decimal] = {}
    for one in done.effects:
        if one.effect == "earn" and one.currency and one.units:
            found[one.currency] = found.get(one.currency, Decimal()) + Decimal(one.units)
    return {name: str(units) for name, units in found.items()}


def _steps(asked: Asked, done: shapes.Simulation) -> Iterator[Step]:
    """Each effect in its order, with the sum of its kind so far."""
    sums: dict[tuple[str, str], Decimal] = {}
    for one in done.effects:
        much = one.units if one.units is not None else one.amount
        unit = one.currency or ""
        whole = ""
        if one.effect in _ADDING and much is not None:
            key = (one.effect, unit)
            sums[key] = sums.get(key, Decimal()) + Decimal(much)
            whole = str(sums[key])
        named = one.reward or one.level or one.benefit or one.badge or one.text or one.reason
        what = asked.say(_SHOWN[one.effect]) if one.effect in _SHOWN else one.effect
        yield Step(what, one.rule or "", much or "", unit, whole, named or "")


ROUTES = (simulate, of_draft)
