"""Signing in and out, and taking up an invitation."""

from __future__ import annotations

from typing import Final

from xenia.client import ProblemError, shapes
from xenia.console.places import BEFORE, COOKIE, HOME, SIGN_IN
from xenia.pages.answering import Flash, Gone, Page, Shown
from xenia.pages.asking import Asked
from xenia.pages.coming_in import Entrance, begun
from xenia.pages.forms import at_fields
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.words import marked

_INVITATION: Final = f"{BEFORE}/invitation"
_FIELDS: Final = {"/password": "password", "/email": "email", "/name": "name"}
_ENTRANCE: Final = Entrance(BEFORE, HOME, SIGN_IN, COOKIE, "console/sign_in.html")


# ---- invitations ---------------------------------------------------------------------------------


@shown_at(f"{_INVITATION}/{{invitation:str}}", to_all=True)
def invitation(asked: Asked) -> Page:
    """Whom it is for, and a form to choose a password."""
    return _invitation(asked)


@sent_to(f"{_INVITATION}/{{invitation:str}}", to_all=True)
def accepted(asked: Asked) -> Page:
    """The password holds, and its owner is signed in."""
    form = asked.form
    password = form.as_is("password")
    if password != form.as_is("again"):
        return _invitation(
            asked, {"again": asked.say("This is not the same password: write it once more.")}
        )
    email, name = form.one("email") or None, form.one("name") or None
    try:
        came = asked.client.accepted(
            shapes.Acceptance(
                invitation=asked.places["invitation"], password=password, email=email, name=name
            )
        )
    except ProblemError as error:
        if error.problem.status != 422:
            raise
        return _invitation(asked, _wrong(asked, error))
    try:
        session = asked.client.signed_in(shapes.SignIn(email=came.email, password=password))
    except ProblemError:  # of another space, which they name when they sign in
        return Gone(SIGN_IN, Flash(marked("Your password holds: sign in with it.")))
    said = Flash(marked("Welcome! From now on you sign in with your address and this password."))
    return Gone(HOME, said, begun(COOKIE, session.token, session.expires_at))


def _wrong(asked: Asked, error: ProblemError) -> dict[str, str]:
    """What is said at the fields, in the reader's words where there are some."""
    say, found = asked.say, at_fields(error.problem, _FIELDS)
    known = {
        "password": say("It has 15 to 256 characters, and is not your address: take a few words."),
        "email": say("This is no address: it is like anna@example.org."),
        "name": say("Write your name."),
    }
    return {name: known[name] for name in found or {"password": ""}}


def _invitation(asked: Asked, wrong: dict[str, str] | None = None) -> Page:
    text = asked.places["invitation"]
    shown = asked.client.shown_invitation(shapes.Invitation(invitation=text))
    values = {
        "invitation": shown,
        "wrong": wrong or {},
        "email": asked.form.one("email"),
        "name": asked.form.one("name"),
        "is_first": shown.email is None,
    }
    return Shown("console/invitation.html", values, 422 if wrong else 200)


ROUTES = (*_ENTRANCE.ways, invitation, accepted)
