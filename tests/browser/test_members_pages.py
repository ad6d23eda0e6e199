"""Members' pages in a browser: nothing stands in anybody's way, and the card works without a
network, so that a till can read it."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image

from tests.browser.chromium import Chromium, Tab
from tests.browser.keyboard import hindered
from tests.browser.looking import Look, five, one
from tests.browser.place import Place
from xenia.client import shapes
from xenia.portal.rooms import ROOM
from xenia.services.member_signing import digits_of

CARD = "4000123412349"
BAKERY = "bakery-crumbs-and-loaves"
# What is no page by itself, and what takes more than its address.
PARTS = {
    *("/my/brand.css", "/my/manifest.webmanifest", "/my/icon.svg", "/my/picture"),
    *("/my/worker.js", "/my/profile/data"),
}
ALSO = {
    "/my/link/{code:str}/{text:str}": "/my/link/mco_0/000000",
    "/my/": f"/my/?programme={BAKERY}",
    "/my/rewards": f"/my/rewards?programme={BAKERY}",
    "/my/vouchers": f"/my/vouchers?programme={BAKERY}",
    "/my/history": f"/my/history?programme={BAKERY}",
    "/my/give": f"/my/give?programme={BAKERY}",
    "/my/history/event": f"/my/history/event?programme={BAKERY}&source=api&event=own%20buys",
    "/my/rewards/take": f"/my/rewards/take?programme={BAKERY}&reward=loaf",
}
# What is shown at no address of its own.
MORE = {"nothing there": "/my/nothing-here"}
PATHS = [route.path for route in ROOM.routes if route.method == "GET" and route.path not in PARTS]
SIGHTS = [*PATHS, *MORE]
# Templates that are shown after something was sent, or at times: by which sight each is seen.
SOMETIMES = {"portal/error.html": "nothing there"}
STRANGERS = {route.path for route in ROOM.routes if route.to_all}


def session(place: Place) -> str:
    """The token of a member who has signed in."""
    with place.client() as client:
        code = client.asked_own_code(shapes.AskedCode(name=CARD)).code
        with place.database.connect() as connection:
            row = connection.execute("select secret from space where name = 'default'").fetchone()
        assert row is not None
        digits = digits_of(bytes(row[0]), code)
        return client.signed_in_member(shapes.OwnSignIn(code=code, digits=digits)).token


@pytest.fixture(scope="module")
def token(place: Place) -> str:
    """The session of a member of the café who has bought something."""
    with place.client(place.token("anna", "owner")) as client:
        known = {"card": CARD, "email": "member@example.org"}
        joined = shapes.NewMember(member="own", programme=BAKERY, identifiers=known)
        client.new_member(joined)
        line = shapes.Line(sku="latte", category="drink", quantity=1, amount="63.80")
        client.record(
            shapes.Purchase(
                id="own buys",
                occurred_at="2026-11-02T10:00:00+02:00",
                programme=BAKERY,
                member="own",
                lines=(line,),
            )
        )
    token = session(place)
    with place.client(token) as client:
        client.own_redemption(shapes.OwnRedemption(reward="loaf", programme=BAKERY))
    return token


@pytest.fixture
def member(chromium: Chromium, place: Place, token: str) -> Iterator[Tab]:
    """A telephone of theirs."""
    tab = chromium.tab(place.address)
    tab.keep("xenia-member", token)
    yield tab
    assert tab.close() == []


def barriers(tab: Tab, path: str, look: Look) -> list[str]:
    tab.looks(language=look.language, width=look.width, theme=look.theme)
    tab.open({**ALSO, **MORE}.get(path, path))
    return [f"{path} {look}: {found}" for found in tab.barriers()]


@pytest.mark.parametrize("number", range(len(SIGHTS)), ids=lambda number: SIGHTS[number])
def test_nothing_stands_in_a_member_s_way(
    number: int, chromium: Chromium, place: Place, token: str
) -> None:
    tab, path = chromium.tab(place.address), SIGHTS[number]
    if path not in STRANGERS:
        tab.keep("xenia-member", token)
    assert [*barriers(tab, path, one(number)), *hindered(tab)] == []
    assert tab.close() == []


@pytest.mark.prove
@pytest.mark.parametrize("number", range(len(SIGHTS)), ids=lambda number: SIGHTS[number])
def test_nothing_stands_in_a_member_s_way_however_they_look(
    number: int, chromium: Chromium, place: Place, token: str
) -> None:
    tab, path = chromium.tab(place.address), SIGHTS[number]
    if path not in STRANGERS:
        tab.keep("xenia-member", token)
    for look in five(number):
        assert [*barriers(tab, path, look), *hindered(tab)] == []
    assert tab.close() == []


def read(picture: bytes) -> list[str]:
    """What a till reads there."""
    with Image.open(BytesIO(picture)) as image:
        return [found.text for found in zxingcpp.read_barcodes(image.convert("RGB"))]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_till_reads_the_card_also_without_a_network(member: Tab, theme: str) -> None:
    member.looks(width=360, theme=theme)
    member.open("/my/")
    member.page_has("[data-kept]")
    assert read(member.picture("[data-code=qr]")) == [CARD]
    assert read(member.picture("[data-code=bars]")) == [CARD]
    assert not member.sees("[data-offline]")
    member.cut()
    member.open("/my/")
    member.page_has("[data-offline]")
    assert read(member.picture("[data-code=qr]")) == [CARD]
    assert read(member.picture("[data-code=bars]")) == [CARD]
    member.open("/my/rewards")
    assert member.sees("[data-code=qr]"), "the card is what there is without a network"
    assert member.barriers() == []
    member.cut(off=False)


def test_whoever_signs_out_leaves_no_card_in_the_telephone(
    chromium: Chromium, place: Place
) -> None:
    tab = chromium.tab(place.address)
    tab.keep("xenia-member", session(place))
    tab.looks(width=360)
    tab.open("/my/")
    tab.page_has("[data-kept]")
    tab.open("/my/profile")
    tab.click("form[action='/my/sign-out'] button")
    tab.comes_to("/my/sign-in?space=default")
    tab.cut()
    tab.open("/my/")
    assert not tab.sees("[data-code=qr]")
    assert tab.close() == []
