"""How members' pages look, said in the console."""

from __future__ import annotations

import base64

import pytest

from tests.console.people import came
from tests.pages.browsing import Site, forms, text_of

BRAND = "/console/settings/brand"
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\nany").decode()


def test_a_brand_is_said_seen_before_and_its_picture_removed(site: Site) -> None:
    anna = came(site)
    wanted = {"name": "The bakery", "colour": "#1d4ed8", "picture": PNG}
    seen = anna.fill(BRAND, BRAND, {**wanted, "preview": "yes"})
    assert "Nothing is saved yet" in text_of(seen)
    assert seen.body.decode().count("%231d4ed8") >= 2, "in both drawings"
    assert forms(anna.get(BRAND).body.decode())[BRAND]["name"] == ""
    done = anna.fill(BRAND, BRAND, wanted)
    assert "Members' pages look so from now on." in text_of(anna.get(done.headers["location"]))
    page = anna.get(BRAND).body.decode()
    form = forms(page)[BRAND]
    assert (form["name"], form["colour"]) == ("The bakery", "#1d4ed8")
    assert form["colour_dark"] not in ("", "#1d4ed8"), "made of the other one"
    assert "image/png" in page
    anna.fill(BRAND, BRAND, {"name": "Bakery"})
    assert "image/png" in anna.get(BRAND).body.decode(), "it stays"
    anna.fill(BRAND, BRAND, {"remove": "yes"})
    page = anna.get(BRAND).body.decode()
    assert "data:image/png" not in page
    assert "Remove the picture" not in page


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"colour": "#ffd400"}, "Too little could be read in it. The nearest that can be: #"),
        ({"colour_dark": "#000000"}, "Too little could be read in it. The nearest that can be: #"),
        ({"colour": "red"}, "Write it as #1d4ed8."),
        ({"picture": "AAAA"}, "This is no PNG, JPEG or WebP of 200 kB at most."),
    ],
)
def test_what_is_wrong_stands_at_its_field(site: Site, values: dict[str, str], said: str) -> None:
    anna = came(site)
    refused = anna.fill(BRAND, BRAND, {"name": "Mine", **values})
    assert refused.status == 422
    assert said in text_of(refused)
    page = refused.body.decode()
    assert page.count('aria-invalid="true"') == 1
    assert forms(page)[BRAND]["name"] == "Mine", "nothing is lost"


@pytest.mark.parametrize(("role", "status"), [("manager", 200), ("support", 403)])
def test_who_may(site: Site, role: str, status: int) -> None:
    assert came(site, "eva", role).get(BRAND).status == status
