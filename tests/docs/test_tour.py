"""The tour has a picture of every page, at both widths, and none of pages that are gone."""

from pathlib import Path

from tests.browser.looking import WIDTHS
from tests.tour.stations import stations

DOCS = Path(__file__).parents[2] / "docs"
TOUR = (DOCS / "tour.md").read_text("utf-8")


def test_every_page_is_in_the_tour_with_its_pictures() -> None:
    wanted = {f"{one.name}-{width}.webp" for one in stations() for width in WIDTHS}
    there = {path.name for path in (DOCS / "pictures" / "tour").glob("*")}
    assert there == wanted, "take the pictures again: make tour"
    assert [one.route for one in stations() if f"`{one.route}`" not in TOUR] == []
    assert [name for name in wanted if f"pictures/tour/{name}" not in TOUR] == []
