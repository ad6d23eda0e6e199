"""How members come in: by a code or a link that they are sent."""

from __future__ import annotations

from typing import Final

from xenia.client import ProblemError, shapes
from xenia.pages.answering import Flash, Gone, Page
from xenia.pages.asking import Asked
from xenia.pages.browsers import ours
from xenia.pages.coming_in import before, begun, ended
from xenia.pages.refusals import Refusal, refusal_of
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.templating import with_query
from xenia.pages.words import marked
from xenia.portal.places import BEFORE, CARD, CODE, COOKIE, SIGN_IN
from xenia.portal.showing import shown, space_of

_LINK: Final = f"{BEFORE}/link/{{code:str}}/{{text:str}}"


@shown_at(SIGN_IN, to_all=True)
def sign_in(asked: Asked) -> Page:
    """By what one is known; whoever is signed in goes on."""
    to = ours(asked.query.one("next"), CARD)
    return Gone(to) if asked.session is not None else _sign_in(asked, to)


@sent_to(SIGN_IN, to_all=True)
def asked_for(asked: Asked) -> Page:
    """A code is sent, if anybody is known: the same is said either way."""
    to, name = ours(asked.form.one("next"), CARD), asked.form.one("name")
    if not name or len(name) > 200:
        said = asked.say("Write your e-mail address, your phone or the number of your card.")
        return _sign_in(asked, to, Refusal(asked.say("No code was sent"), said), 422)
    space = space_of(asked)
    try:
        known = before(asked.cookies, COOKIE)
        sent = asked.client.asked_own_code(shapes.AskedCode(name=name, space=space, before=known))
    except ProblemError as error:
        if error.problem.status != 429:
            raise
        return _sign_in(asked, to, refusal_of(error, asked.words), 429)
    fields = [("code", sent.code), ("space", space), ("next", to)]
    return Gone(with_query(CODE, fields))


def _sign_in(asked: Asked, to: str, wrong: Refusal | None = None, status: int = 200) -> Page:
    values = {"to": to, "name": asked.form.one("name"), "wrong": wrong}
    return shown(asked, "portal/sign_in.html", values, status)


@shown_at(CODE, to_all=True)
def code(asked: Asked) -> Page:
    """Where the digits are typed."""
    if asked.session is not None:
        return Gone(CARD)
    return _code(asked, asked.query.one("code"), ours(asked.query.one("next"), CARD))


@sent_to(CODE, to_all=True)
def typed(asked: Asked) -> Page:
    """Signed in, or not with this."""
    form = asked.form
    to, name = ours(form.one("next"), CARD), form.one("code")
    digits = "".join(form.one("digits").split())
    wrong = Refusal(
        asked.say("This code does not work"),
        asked.say("Look at the last message that you were sent, or ask for another code."),
    )
    if not name or not digits or len(digits) > 200:
        return _code(asked, name, to, wrong, 422)
    return _came(asked, name, digits, to) or _code(asked, name, to, wrong, 422)


def _code(
    asked: Asked, name: str, to: str, wrong: Refusal | None = None, status: int = 200
) -> Page:
    values = {"code": name, "to": to, "wrong": wrong}
    return shown(asked, "portal/code.html", values, status)


@shown_at(_LINK, to_all=True)
def link(asked: Asked) -> Page:
    """Asks once more: programs that look at links in messages use nothing up."""
    if asked.session is not None:
        return Gone(CARD)
    return shown(asked, "portal/link.html", {"here_to": asked.path})


@sent_to(_LINK, to_all=True)
def followed(asked: Asked) -> Page:
    """Signed in by the link, or asked for another one."""
    came = _came(asked, asked.places["code"], asked.places["text"], CARD)
    if came is not None:
        return came
    said = marked("This link was used, or has ended: ask for another code.")
    return Gone(with_query(SIGN_IN, [("space", space_of(asked))]), Flash(said, kind="failed"))


def _came(asked: Asked, name: str, digits: str, to: str) -> Page | None:
    """On the way, with a session; None where the code does not hold."""
    wanted = shapes.OwnSignIn(code=name[:200], digits=digits[:200], space=space_of(asked))
    try:
        session = asked.client.signed_in_member(wanted)
    except ProblemError as error:
        if error.problem.code != "bad-code":
            raise
        return None
    return Gone(to, cookies=begun(COOKIE, session.token, session.expires_at))


@sent_to(f"{BEFORE}/sign-out", to_all=True)
def signed_out(asked: Asked) -> Page:
    """The session ends; all of the member, if that is asked for."""
    everywhere = asked.form.one("everywhere") == "yes"
    return ended(
        asked,
        COOKIE,
        lambda token: asked.client.signed_out_member(
            shapes.SignOut(token=token, everywhere=everywhere)
        ),
        with_query(SIGN_IN, [("space", space_of(asked))]),
    )


ROUTES = (sign_in, asked_for, code, typed, link, followed, signed_out)
