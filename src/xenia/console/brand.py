"""The brand: name, picture and colours of the pages that members see."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Final
from urllib.parse import quote

from xenia.client import ProblemError, shapes
from xenia.console.acts import needed
from xenia.console.places import BRAND
from xenia.pages.answering import Flash, Gone, Page, Shown
from xenia.pages.asking import Asked
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.words import marked

SCOPE: Final = "programmes:write"
_COLOUR: Final = re.compile("#[0-9a-f]{6}")
_PARTS: Final = ("name", "colour", "colour_dark", "picture")
_USUAL: Final = ("#2a52a8", "#9db8f2")  # where no colour is named: on light pages, and on dark
_MOST: Final = 200_000  # bytes of a picture


@dataclass(frozen=True, slots=True)
class _Theme:
    """Behind a card, on the buttons below it, and what is written beside."""

    page: str
    button: str
    on_button: str
    text: str


@shown_at(BRAND)
def brand(asked: Asked) -> Page:
    """As it is said now, to be changed."""
    needed(asked, SCOPE)
    now = _now(asked)
    return _page(asked, now, _filled(now), {})


@sent_to(BRAND)
def changed(asked: Asked) -> Page:
    """All of it anew, or how it would look; a picture stays until it is removed, or another one
    is chosen."""
    now, form = _now(asked), asked.form
    kept = None if form.one("remove") else now.picture
    wanted = shapes.NewBrand(
        name=form.one("name") or None,
        colour=form.one("colour") or None,
        colour_dark=form.one("colour_dark") or None,
        picture=form.one("picture") or kept,
    )
    filled = {part: form.one(part) for part in _PARTS}
    preview = bool(form.one("preview"))
    try:
        look = asked.client.changed_brand(wanted, dry_run=preview, idempotency_key=asked.once)
    except ProblemError as error:
        if error.problem.status not in (400, 422):
            raise
        return _page(asked, now, filled, _wrong(asked, error.problem), 422)
    if preview:
        return _page(asked, look, filled, {"preview": "yes"})
    return Gone(BRAND, Flash(marked("Members' pages look so from now on.")))


def _now(asked: Asked) -> shapes.Brand:
    assert asked.session is not None, "the page is of whoever is signed in"
    return asked.client.brand(shapes.OfSpace(space=asked.session.space, picture=True))


def _filled(now: shapes.Brand) -> Mapping[str, str]:
    return {part: getattr(now, part) or "" for part in _PARTS[:-1]} | {"picture": ""}


def _wrong(asked: Asked, problem: shapes.Problem) -> dict[str, str]:
    """What is wrong with each field, by its name."""
    found: dict[str, str] = {}
    for reason in problem.errors:
        near = _COLOUR.findall(reason.detail)
        if reason.pointer == "/picture":
            said = asked.say("This is no PNG, JPEG or WebP of 200 kB at most.")
        elif reason.code == "too-little-contrast" and near:
            said = asked.say(
                "Too little could be read in it. The nearest that can be: %(colour)s",
                colour=near[-1],
            )
        elif reason.pointer in ("/colour", "/colour_dark"):
            said = asked.say("Write it as #1d4ed8.")
        else:
            said = reason.detail
        found.setdefault(reason.pointer.removeprefix("/"), said)
    return found


def _page(
    asked: Asked,
    look: shapes.Brand,
    filled: Mapping[str, str],
    said: Mapping[str, str],
    status: int = 200,
) -> Page:
    light, dark = look.colour or _USUAL[0], look.colour_dark or _USUAL[1]
    themes = (
        (asked.say("On light pages"), _Theme("#f7f8fa", light, "#ffffff", "#161b26")),
        (asked.say("On dark pages"), _Theme("#10141b", dark, "#11151c", "#eef0f4")),
    )
    values = {
        "filled": filled,
        "said": said,
        "has_picture": look.picture is not None,
        "most": _MOST,
        "cards": [(title, _card(asked, look, light, theme)) for title, theme in themes],
        "brand_path": BRAND,
    }
    return Shown("console/settings/brand.html", values, status)


def _card(asked: Asked, look: shapes.Brand, light: str, theme: _Theme) -> str:
    """The address of a drawing of a member's card: the pages' own styles allow none but theirs."""
    name, word = escape(look.name or "Xenia"), escape(asked.say("Rewards"))
    mark = f'<rect x="20" y="18" width="28" height="28" rx="6" fill="{theme.button}"/>'
    if look.picture is not None:
        image = f"data:{look.picture_kind};base64,{look.picture}"
        mark = f'<image x="20" y="18" width="28" height="28" href="{image}"/>'
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 300" '
        'font-family="system-ui,sans-serif">'
        f'<defs><linearGradient id="g" x2="1" y2="1"><stop stop-color="{light}"/>'
        f'<stop offset="1" stop-color="{_darker(light)}"/></linearGradient></defs>'
        f'<rect width="360" height="300" rx="12" fill="{theme.page}"/>{mark}'
        f'<text x="58" y="38" font-size="16" font-weight="600" fill="{theme.text}">{name}</text>'
        '<rect x="20" y="62" width="320" height="160" rx="16" fill="url(#g)"/>'
        f'<text x="40" y="96" font-size="15" font-weight="600" fill="#fff">{name}</text>'
        '<text x="40" y="172" font-size="44" font-weight="600" fill="#fff">120</text>'
        f'<rect x="20" y="240" width="130" height="40" rx="8" fill="{theme.button}"/>'
        '<text x="85" y="265" font-size="14" font-weight="600" text-anchor="middle" '
        f'fill="{theme.on_button}">{word}</text></svg>'
    )
    return f"data:image/svg+xml,{quote(drawn)}"


def _darker(colour: str) -> str:
    """The other end of a card's colours."""
    parts = (int(colour[at : at + 2], 16) * 74 // 100 for at in (1, 3, 5))
    return "#" + "".join(f"{part:02x}" for part in parts)


ROUTES = (brand, changed)
