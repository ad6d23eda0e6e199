"""What pages say where the interface refuses something, in words that every reader has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from xenia.client import ProblemError, shapes
from xenia.pages.words import Words, marked


class Refusal(NamedTuple):
    """A title, what to do about it, and in which language that is, if it is another one."""

    title: str
    said: str
    language: str | None = None


_BY_CODE: Final[Mapping[str, tuple[str, str]]] = {
    "bad-sign-in": (
        marked("You could not be signed in"),
        marked(
            "The address or the password is wrong, or the account may not sign in. Try again, or "
            "ask whoever invited you for another invitation."
        ),
    ),
    "bad-invitation": (
        marked("This invitation does not hold any more"),
        marked("It was used, or has ended. Ask whoever invited you for another one."),
    ),
    "weak-password": (
        marked("Take a longer password"),
        marked("It has 15 to 256 characters, and is not your address: take a few words."),
    ),
    "session-over": (
        marked("You have been signed out"),
        marked("Your session has ended. Sign in again."),
    ),
    "not-allowed": (
        marked("You may not see this"),
        marked("Your role does not include it. An owner can give you another one."),
    ),
}
_BY_STATUS: Final[Mapping[int, tuple[str, str]]] = {
    403: _BY_CODE["not-allowed"],
    404: (
        marked("There is nothing here"),
        marked("What you looked for does not exist, or has another address by now."),
    ),
    405: (
        marked("There is nothing here"),
        marked("What you looked for does not exist, or has another address by now."),
    ),
    429: (
        marked("That was too often"),
        marked("Wait a little, then try again."),
    ),
    500: (
        marked("Something went wrong"),
        marked("It is not your fault, and nothing was lost. It has been noted in the logs."),
    ),
    503: (
        marked("Xenia is busy, or its database is not there"),
        marked("Nothing was lost. Try again in a moment."),
    ),
}


def refusal(problem: shapes.Problem, words: Words, retry_after: int | None = None) -> Refusal:
    """What a problem comes to, for people."""
    if problem.code == "too-many-tries" and retry_after is not None:
        return Refusal(
            words.say("Too many tries"),
            words.say("This did not succeed too often. ")
            + words.sentences.ngettext(
                "Try again in %(num)s second.", "Try again in %(num)s seconds.", retry_after
            )
            % {"num": retry_after},
        )
    known = _BY_CODE.get(problem.code)
    if known is None and problem.status in (403, 404, 405, 429, 500, 503):
        known = _BY_STATUS[problem.status]
    if known is None:
        return Refusal(words.say("This was not done"), problem.detail, "en")
    return Refusal(words.say(known[0]), words.say(known[1]))


def refusal_of(error: ProblemError, words: Words) -> Refusal:
    """The same of what a call has raised."""
    return refusal(error.problem, words, error.retry_after)


def of_status(status: int, words: Words) -> Refusal:
    """What is said of a status, where nothing else is known."""
    title, said = _BY_STATUS.get(status, _BY_STATUS[500])
    return Refusal(words.say(title), words.say(said))
