"""Coming into a room: by an address and a password, and what a browser keeps of a session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from xenia.client import ProblemError, shapes
from xenia.pages.answering import Cookie, Flash, Gone, Page, Shown
from xenia.pages.asking import Asked
from xenia.pages.browsers import ours
from xenia.pages.preferring import preferring
from xenia.pages.refusals import Refusal, refusal_of
from xenia.pages.rooms import Route
from xenia.pages.words import marked

SPACE: Final = "default"
# Seconds for which it is known, after its end, that there was a session.
_STAYS: Final = 30 * 86_400


@dataclass(frozen=True, slots=True)
class Entrance:
    """Where the staff comes into a room.

    Addresses of the room begin with `before`; who signs in at `sign_in` is led to `home`.
    `template` is the form, which extends `pages/sign_in.html`.
    """

    before: str
    home: str
    sign_in: str
    cookie: str
    template: str

    @property
    def ways(self) -> tuple[Route, ...]:
        """Signing in and out, and choosing a language and a theme on the way."""
        return (
            Route("GET", self.sign_in, self.shown, to_all=True),
            Route("POST", self.sign_in, self.sent, to_all=True),
            Route("POST", f"{self.before}/sign-out", self.left, to_all=True),
            preferring(self.before, self.home),
        )

    def shown(self, asked: Asked) -> Page:
        """The form; whoever is signed in goes on."""
        to = ours(asked.query.one("next"), self.home)
        if asked.session is not None:
            return Gone(to)
        return self._form(to, asked.query.one("space", SPACE))

    def sent(self, asked: Asked) -> Page:
        """A session, or what is wrong."""
        form = asked.form
        to, email = ours(form.one("next"), self.home), form.one("email")
        space, password = form.one("space", SPACE) or SPACE, form.as_is("password")
        if not email or not password:
            wrong = Refusal(
                asked.say("You could not be signed in"),
                asked.say("Write your address and your password."),
            )
            return self._form(to, space, email, wrong, 422)
        who = shapes.SignIn(
            email=email, password=password, space=space, before=before(asked.cookies, self.cookie)
        )
        try:
            session = asked.client.signed_in(who)
        except ProblemError as error:
            if error.problem.status not in (401, 422, 429):
                raise
            return self._form(
                to, space, email, refusal_of(error, asked.words), error.problem.status
            )
        return Gone(to, cookies=begun(self.cookie, session.token, session.expires_at))

    def left(self, asked: Asked) -> Page:
        """The session ends; all that the person has, if that is asked for."""
        everywhere = asked.form.one("everywhere") == "yes"
        return ended(
            asked,
            self.cookie,
            lambda token: asked.client.signed_out(
                shapes.SignOut(token=token, everywhere=everywhere)
            ),
            self.sign_in,
        )

    def _form(
        self,
        to: str,
        space: str,
        email: str = "",
        wrong: Refusal | None = None,
        status: int = 200,
    ) -> Page:
        values = {"to": to, "email": email, "space": space, "wrong": wrong, "usual": SPACE}
        return Shown(self.template, values, status)


def ended(asked: Asked, cookie: str, end: Callable[[str], object], to: str) -> Page:
    """The session ends by `end` of its token, if it has not; on the way to where one comes in."""
    if asked.token is not None:
        try:
            end(asked.token)
        except ProblemError as error:
            if error.problem.code != "session-over":
                raise
    return Gone(to, Flash(marked("You are signed out.")), (Cookie(cookie, "", 0),))


def begun(cookie: str, token: str, until: str) -> tuple[Cookie, Cookie]:
    """A session that has begun; and, beyond its end, that it was there: whoever comes back in this
    browser does not wait for strangers who have tried to come in as them."""
    left = max(1, int((datetime.fromisoformat(until) - datetime.now(UTC)).total_seconds()))
    return Cookie(cookie, token, left), Cookie(_before(cookie), token, left + _STAYS)


def before(cookies: Mapping[str, str], cookie: str) -> str | None:
    """The token of the session that this browser had last."""
    said = cookies.get(_before(cookie), "")
    return said if 0 < len(said) <= 200 else None


def _before(cookie: str) -> str:
    return f"{cookie}-before"
