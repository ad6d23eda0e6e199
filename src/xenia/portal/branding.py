"""What makes the pages the operator's own, and an app on a telephone: colours, pictures, manifest
and the worker that keeps the card."""

from __future__ import annotations

import base64
from html import escape
from typing import Final

import msgspec

from xenia.pages.answering import Page, Raw, Shown
from xenia.pages.asking import Asked
from xenia.pages.assets import body_of
from xenia.pages.refusals import of_status
from xenia.pages.rooms import shown_at
from xenia.portal.places import BEFORE, CARD
from xenia.portal.showing import USUAL, brand_of, shown, space_of

COLOUR: Final = "#2a52a8"  # as the pages come
COLOUR_DARK: Final = "#9db8f2"
_MINUTES: Final = 5 * 60  # seconds


@shown_at(f"{BEFORE}/brand.css", to_all=True)
def style(asked: Asked) -> Page:
    """The brand's colours in place of ours, each with its dark value."""
    brand = brand_of(asked)
    light, dark = brand.colour or COLOUR, brand.colour_dark or COLOUR_DARK
    rules = "".join(
        f"--{name}:{value};"
        for name, value in {
            "brand": f"light-dark({light},{dark})",
            "primary": f"light-dark({light},{dark})",
            "primary-foreground": "light-dark(#fff,#11151c)",
            "brand-soft": f"light-dark(color-mix(in srgb,{light} 6%,#fff),"
            f"color-mix(in srgb,{dark} 10%,#1b212c))",
            "ring": f"light-dark({light},{dark})",
            "card-from": light,
            "card-to": f"color-mix(in oklab,{light} 74%,#000)",
        }.items()
    )
    return Raw("text/css; charset=utf-8", f":root{{{rules}}}".encode(), _MINUTES)


@shown_at(f"{BEFORE}/manifest.webmanifest", to_all=True)
def manifest(asked: Asked) -> Page:
    """How a telephone installs the pages."""
    brand, space = brand_of(asked), space_of(asked)
    where = "" if space == USUAL else f"?space={space}"
    icons = [{"src": f"{BEFORE}/icon.svg{where}", "sizes": "any", "type": "image/svg+xml"}]
    if brand.picture_kind:
        icons.append({"src": f"{BEFORE}/picture{where}", "type": brand.picture_kind})
    name = brand.name or asked.say("My card")
    body = {
        "id": f"{CARD}{where}",
        "name": name,
        "short_name": name[:12].strip(),
        "lang": asked.words.code,
        "dir": asked.words.direction,
        "start_url": f"{CARD}{where}",
        "scope": CARD,
        "display": "standalone",
        "background_color": "#f7f8fa",
        "theme_color": brand.colour or COLOUR,
        "icons": icons,
    }
    return Raw("application/manifest+json", msgspec.json.encode(body), _MINUTES)


@shown_at(f"{BEFORE}/icon.svg", to_all=True)
def icon(asked: Asked) -> Page:
    """The first letter of the brand in its colour."""
    brand = brand_of(asked)
    letter = escape((brand.name or "X").strip()[:1].upper())
    body = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512">'
        f'<rect width="512" height="512" fill="{brand.colour or COLOUR}"/>'
        '<text x="256" y="268" fill="#fff" font-family="system-ui,sans-serif" font-size="240" '
        f'font-weight="600" text-anchor="middle" dominant-baseline="middle">{letter}</text></svg>'
    )
    return Raw("image/svg+xml", body.encode(), _MINUTES)


@shown_at(f"{BEFORE}/picture", to_all=True)
def picture(asked: Asked) -> Page:
    """The picture that the operator has given."""
    brand = brand_of(asked, picture=True)
    if brand.picture is None or brand.picture_kind is None:
        values = {"refusal": of_status(404, asked.words), "status": 404}
        return Shown("portal/error.html", values, 404)
    return Raw(brand.picture_kind, base64.b64decode(brand.picture), _MINUTES)


@shown_at(f"{BEFORE}/worker.js", to_all=True)
def worker(_asked: Asked) -> Page:
    """What keeps the card in the telephone: from here it may see to these pages, and no others."""
    return Raw("text/javascript; charset=utf-8", body_of("portal-worker.js"))


@shown_at(f"{BEFORE}/offline", to_all=True)
def offline(asked: Asked) -> Page:
    """Where there is no network, and no card has been kept yet."""
    return shown(asked, "portal/offline.html", {})


ROUTES = (style, manifest, icon, picture, worker, offline)
