"""What is said where nothing is done with a household."""

from __future__ import annotations

from xenia.effects import Guarded
from xenia.services.problems import Problem

PERSONS_MOST = 50  # who belong to a household


def unknown_household(name: str) -> Problem:
    """There is none of that id."""
    sentence = f'there is no household "{name[:100]}": `GET /v1/households` lists them'
    return Problem(status=404, code="unknown-household", detail=sentence)


def household_taken(name: str) -> Problem:
    """There is one, or was."""
    sentence = f'"{name[:100]}" is a household already, or was one: take another id, or none'
    return Problem(status=409, code="household-taken", detail=sentence)


def household_dissolved(name: str) -> Problem:
    """Nobody belongs to it any more."""
    sentence = f'the household "{name[:100]}" is dissolved: make a new one'
    return Problem(status=409, code="household-dissolved", detail=sentence)


def household_not_empty(name: str) -> Problem:
    """Somebody does."""
    sentence = f'somebody belongs to the household "{name[:100]}": remove its persons first'
    return Problem(status=409, code="household-not-empty", detail=sentence)


def is_household(member: str) -> Problem:
    """A household is no person."""
    sentence = f'"{member[:100]}" is, or was, a household: name a person'
    return Problem(status=409, code="is-household", detail=sentence)


def in_household(member: str, household: str) -> Problem:
    """Nobody belongs to two."""
    sentence = f'"{member[:100]}" belongs to the household "{household[:100]}": remove them there'
    return Problem(status=409, code="in-household", detail=f"{sentence} first")


def not_in_household(member: str, household: str) -> Problem:
    """They do not belong to it."""
    sentence = (
        f'"{member[:100]}" does not belong to the household "{household[:100]}": '
        "`GET /v1/households/{household}` lists who does"
    )
    return Problem(status=404, code="not-in-household", detail=sentence)


def too_many_persons(household: str) -> Problem:
    """It is no household any more."""
    sentence = (
        f'{PERSONS_MOST} persons belong to the household "{household[:100]}", which is all that '
        "may: make another one"
    )
    return Problem(status=409, code="too-many-persons", detail=sentence)


def may_not_spend(member: str) -> Guarded:
    """Who belongs to it may take nothing of what it has."""
    sentence = (
        f'"{member}" may not spend for the household: ask somebody of it who may, or have staff '
        "change it"
    )
    return Guarded("may-not-spend", sentence)
