"""Signing in at a till, and out; and what a browser keeps of language and theme."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from xenia.client import ProblemError, shapes
from xenia.pages.answering import YEAR, Cookie, Flash, Gone, Page, Shown
from xenia.pages.asking import Asked
from xenia.pages.browsers import LANGUAGE, THEME, THEMES, ours
from xenia.pages.refusals import Refusal, refusal_of
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.words import LANGUAGES, marked
from xenia.till.places import BEFORE, COOKIE, HOME, SIGN_IN

_SPACE: Final = "default"


@shown_at(SIGN_IN, to_all=True)
def sign_in(asked: Asked) -> Page:
    """The form; whoever is signed in goes on."""
    to = ours(asked.query.one("next"), HOME)
    if asked.session is not None:
        return Gone(to)
    return _form(to, asked.query.one("space", _SPACE))


@sent_to(SIGN_IN, to_all=True)
def signed_in(asked: Asked) -> Page:
    """A session, or what is wrong."""
    form = asked.form
    to, email = ours(form.one("next"), HOME), form.one("email")
    space, password = form.one("space", _SPACE) or _SPACE, form.as_is("password")
    if not email or not password:
        title = asked.say("You could not be signed in")
        wrong = Refusal(title, asked.say("Write your address and your password."))
        return _form(to, space, email, wrong, 422)
    try:
        session = asked.client.signed_in(shapes.SignIn(email=email, password=password, space=space))
    except ProblemError as error:
        if error.problem.status not in (401, 422, 429):
            raise
        return _form(to, space, email, refusal_of(error, asked.words), error.problem.status)
    left = datetime.fromisoformat(session.expires_at) - datetime.now(UTC)
    cookie = Cookie(COOKIE, session.token, max(1, int(left.total_seconds())))
    return Gone(to, cookies=(cookie,))


def _form(
    to: str, space: str, email: str = "", wrong: Refusal | None = None, status: int = 200
) -> Page:
    values = {"to": to, "email": email, "space": space, "wrong": wrong, "usual": _SPACE}
    return Shown("till/sign_in.html", values, status)


@sent_to(f"{BEFORE}/sign-out", to_all=True)
def signed_out(asked: Asked) -> Page:
    """The session ends."""
    if asked.token is not None:
        try:
            asked.client.signed_out(shapes.SignOut(token=asked.token))
        except ProblemError as error:
            if error.problem.code != "session-over":
                raise
    return Gone(SIGN_IN, Flash(marked("You are signed out.")), cookies=(Cookie(COOKIE, "", 0),))


@sent_to(f"{BEFORE}/preferences", to_all=True)
def preferred(asked: Asked) -> Page:
    """Language and theme, as far as they are named; kept in this browser."""
    cookies = []
    language, theme = asked.form.one("language"), asked.form.one("theme")
    if language in {one.code for one in LANGUAGES}:
        cookies.append(Cookie(LANGUAGE, language, YEAR))
    if theme in THEMES:
        cookies.append(Cookie(THEME, theme, YEAR))
    return Gone(ours(asked.form.one("next"), HOME), cookies=cookies)


ROUTES = (sign_in, signed_in, signed_out, preferred)
