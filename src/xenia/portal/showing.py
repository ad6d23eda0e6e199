"""What all pages of members have: the brand, the programme that is looked at, and who looks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from xenia.client import Client, ProblemError, shapes
from xenia.pages.answering import Shown
from xenia.pages.asking import Asked, Session
from xenia.pages.choosing import spoken_by, wished

USUAL: Final = "default"  # the space that there is without being named


def session_of(client: Client, token: str | None) -> Session | None:
    """Whose session a token is; None where it is none, or none any more."""
    if token is None:
        return None
    try:
        return client.member_session(shapes.Token(token=token))
    except ProblemError as error:
        if error.problem.status == 401:
            return None
        raise


def space_of(asked: Asked) -> str:
    """In whose world of data somebody is, or wants to be."""
    if asked.session is not None:
        return asked.session.space
    return asked.form.one("space") or asked.query.one("space") or USUAL


def brand_of(asked: Asked, *, picture: bool = False) -> shapes.Brand:
    """How the pages of that space look."""
    return asked.client.brand(shapes.OfSpace(space=space_of(asked), picture=picture))


def shown(
    asked: Asked, template: str, values: Mapping[str, Any], status: int = 200, **more: Any
) -> Shown:
    """A page with what all have."""
    space = space_of(asked)
    known = {
        "brand": brand_of(asked),
        "space": space,
        "usual": USUAL,
        "of_space": "" if space == USUAL else f"?space={space}",
        "language_told": spoken_by(asked),
        "programme": wished(asked),
    }
    return Shown(template, {**known, **values}, status, **more)
