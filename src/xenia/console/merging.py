"""Merging two members who are found to be one person: seen before, undone or confirmed after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from xenia.client import ProblemError, shapes
from xenia.console import acts
from xenia.console.acts import MEMBER, Act, Field, Whom
from xenia.pages.answering import Page
from xenia.pages.asking import Asked
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.words import marked

_SCOPE: Final = "staff:write"
_DAYS: Final = "14"
_POINTERS: Final = {"/from": "other", "/into": "other", "/undo_days": "days"}


def _merge(asked: Asked, of: Whom) -> Act:
    return Act(
        asked.say("Merge with another member"),
        asked.say(
            "From now on all that leads to the other leads here. What the other holds lies still "
            "until you confirm it or the days have passed; until then it can be undone."
        ),
        of.path("/merge"),
        asked.say("Merge"),
        (
            Field(
                *("other", asked.say("Id of the member who goes"), "text"),
                value=asked.query.one("other"),
                required=True,
            ),
            Field("days", asked.say("Days in which it can be undone"), "number", _DAYS, longest=2),
        ),
        preview=True,
    )


@shown_at(f"{MEMBER}/merge")
def merge(asked: Asked) -> Page:
    """Who goes; whose page it is stays."""
    of = acts.whom(asked, _SCOPE)
    return acts.shown(of, _merge(asked, of))


@sent_to(f"{MEMBER}/merge")
def merged(asked: Asked) -> Page:
    """It rests, or what would come of it is shown."""
    of = acts.whom(asked, _SCOPE)
    act = acts.filled(asked, _merge(asked, of))
    lacks = acts.lacking(asked, act)
    if lacks is not None:
        return acts.shown(of, lacks, status=422)
    days = asked.form.one("days") or _DAYS
    if not days.isdecimal():
        said = asked.say("Write a number of days, 1 to 90.")
        fields = [replace(one, wrong=said) if one.name == "days" else one for one in act.fields]
        return acts.shown(of, replace(act, fields=fields), status=422)
    body = shapes.NewMerge(from_=asked.form.one("other"), into=of.member, undo_days=int(days))
    preview = bool(asked.form.one("preview"))
    try:
        found = asked.client.new_merge(body, dry_run=preview, idempotency_key=asked.once)
    except ProblemError as error:
        return acts.refused(asked, of, act, error, _POINTERS)
    if preview:
        return acts.shown(of, _seen(asked, act, found.preview))
    return acts.done(of, marked("They are merged. It can still be undone below."))


def _seen(asked: Asked, act: Act, preview: shapes.Preview) -> Act:
    """What they would hold together, and what would be lost."""
    seen = []
    for one in preview.after:
        for currency, held in _wallet(one).items():
            number = asked.formats.number(held.get("balance", "0")).striptags()
            name = f"{one.get('programme', '')} · {currency}"
            seen.append((name, number))
    said = {
        "joined": asked.say("The day on which the other joined is lost."),
        "attribute": asked.say("What the other's profile says otherwise is lost."),
        "metric": asked.say("Some counters are not the sum of both."),
    }
    notes = dict.fromkeys(said[one.what] for one in preview.lost if one.what in said)
    return replace(act, seen=seen, notes=tuple(notes))


def _wallet(one: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    found = one.get("wallet")
    return found if isinstance(found, Mapping) else {}


@sent_to(f"{MEMBER}/merge/undo")
def undone(asked: Asked) -> Page:
    """Each has again what was theirs."""
    of = acts.whom(asked, _SCOPE)
    try:
        asked.client.undone_merge(asked.form.one("merge"), idempotency_key=asked.once)
    except ProblemError as error:
        return acts.failed(of, error)
    return acts.done(of, marked("The merge is undone."))


@sent_to(f"{MEMBER}/merge/confirm")
def confirmed(asked: Asked) -> Page:
    """All that the other had comes over."""
    of = acts.whom(asked, _SCOPE)
    try:
        asked.client.confirmed_merge(asked.form.one("merge"), idempotency_key=asked.once)
    except ProblemError as error:
        return acts.failed(of, error)
    return acts.done(of, marked("The merge is confirmed. It cannot be undone any more."))


ROUTES = (merge, merged, undone, confirmed)
