"""Takes a picture of every page at both widths, and writes docs/tour.md: `python -m tests.tour`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from tests.browser.chromium import Chromium, Tab
from tests.browser.looking import WIDTHS
from tests.browser.place import Place, serving
from tests.services.publishing import published
from tests.tour import town
from tests.tour.stations import STRANGERS, Station, stations
from xenia.console.rooms import ROOM as CONSOLE
from xenia.portal.rooms import ROOM as PORTAL
from xenia.services.poster import now
from xenia.store.database import Database
from xenia.store.embedded import EmbeddedServer
from xenia.store.migrate import upgrade
from xenia.till.rooms import ROOM as TILL

DOCS: Final = Path(__file__).parents[2] / "docs"
PICTURES: Final = DOCS / "pictures" / "tour"
QUALITY: Final = 60  # of a hundred
TITLES: Final = {CONSOLE.name: "The console", TILL.name: "The till", PORTAL.name: "Members' pages"}
HEAD: Final = """\
# A tour

Every page that people see, on a desk and on a phone. The people in the pictures do not exist; `make
tour` takes the pictures again and writes this page.
"""
# The first heading of a page, and what stands below it.
_SAID: Final = """() => {
  const title = document.querySelector("main h1, h1");
  const below = title?.parentElement?.querySelector("p");
  const text = one => (one?.textContent ?? "").replace(/\\s+/g, " ").trim();
  return [text(title), text(below)];
}"""


class Seen(NamedTuple):
    """A page as it was found."""

    station: Station
    title: str
    said: str


def main() -> int:
    """All of it, anew."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for path in PICTURES.glob("*.webp"):
        path.unlink()
    with TemporaryDirectory(prefix="xenia-tour-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the database may run as another user
        with EmbeddedServer(folder / "home") as server:
            database = Database(server.url)
            upgrade(database)
            published(database, town.DOCUMENT, now=now())
            with serving(database, folder) as place:
                town.filled(place)
                seen = _pictures(place, town.session(place))
    (DOCS / "tour.md").write_text(written(seen), "utf-8")
    return 0


def _pictures(place: Place, member: str) -> Sequence[Seen]:
    """`member` is the session of a member."""
    chromium, found = Chromium(), []
    try:
        for station in stations():
            found.append(_shot(station, chromium, place, member))
            print(f"{station.route}: {found[-1].title}", flush=True)
    finally:
        chromium.close()
    return found


def _shot(station: Station, chromium: Chromium, place: Place, member: str) -> Seen:
    tab = chromium.tab(place.address)
    if station.route not in STRANGERS:
        _come_in(tab, station, place, member)
    for width in WIDTHS:
        tab.looks(width=width)
        status = tab.open(station.address(place))
        if status >= 500:
            raise RuntimeError(f"{station.route} answers with {status}")
        name = PICTURES / f"{station.name}-{width}.webp"
        name.write_bytes(tab.pictured(QUALITY))
    title, said = tab.evaluate(_SAID)
    tab.close()
    return Seen(station, title or station.route, said)


def _come_in(tab: Tab, station: Station, place: Place, member: str) -> None:
    if station.room is PORTAL:
        tab.keep(PORTAL.cookie, member)
        return
    tab.keep(station.room.cookie, place.token("anna", "owner"))
    if station.room is TILL:
        tab.keep("xenia-till", f"programme%3D{town.PROGRAMME}")


def written(seen: Sequence[Seen]) -> str:
    """The tour as Markdown."""
    narrow, wide = WIDTHS
    found, room = [HEAD], ""
    for station, title, said in seen:
        if station.room.name != room:
            room = station.room.name
            found.append(f"## {TITLES[room]}\n")
        desk, phone = (f"pictures/tour/{station.name}-{width}.webp" for width in (wide, narrow))
        below = f"{said}\n\n" if said else ""
        found.append(
            f"### {title}\n\n{below}`{station.route}`\n\n"
            f'<img src="{desk}" alt="{title}, on a desk" width="640"> '
            f'<img src="{phone}" alt="{title}, on a phone" width="160">\n'
        )
    return "\n".join(found)


if __name__ == "__main__":
    sys.exit(main())
