"""The pages of the tour: every page that has an address, and where it shows something."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tests.browser import looking, tills
from tests.browser.place import Place
from tests.browser.test_members_pages import PARTS
from tests.tour.town import MEMBER, PROGRAMME
from xenia.console.rooms import ROOM as CONSOLE
from xenia.pages.rooms import Room
from xenia.portal.rooms import ROOM as PORTAL
from xenia.till.rooms import ROOM as TILL

STRANGERS: Final = frozenset(
    route.path for room in (CONSOLE, TILL, PORTAL) for route in room.routes if route.to_all
)
_MINE: Final = f"programme={PROGRAMME}"
_MEMBERS: Final = "/console/members/{member:str}"
# Where the people of the pictures are, instead of those of the tests.
_THERE: Final[Mapping[str, str]] = {
    _MEMBERS: f"/console/members/{MEMBER}?{_MINE}",
    f"{_MEMBERS}/event": f"/console/members/{MEMBER}/event?{_MINE}&source=api&event=visit-1-3",
    **{f"{_MEMBERS}/{act}": f"/console/members/{MEMBER}/{act}?{_MINE}" for act in looking.ACTS},
    "/console/rewards": f"/console/rewards?{_MINE}",
    "/console/rewards/{reward:str}": f"/console/rewards/cake?{_MINE}",
    "/console/messages/texts": f"/console/messages/texts?{_MINE}",
    "/console/ledger": f"/console/ledger?{_MINE}",
    "/console/finance": f"/console/finance?{_MINE}",
    "/console/simulate": (
        f"/console/simulate?of=published/{PROGRAMME}&who=real&member={MEMBER}&amount=12.50"
        "&category=drink"
    ),
    "/console/programmes/published/{programme:str}": f"/console/programmes/published/{PROGRAMME}",
    "/console/wizards/ready-made": (
        "/console/wizards/ready-made?programme=corner&margin=33&operator=Nikos"
    ),
    "/till/": f"/till/?line=latte;drink;2;3.80&line=cake;food;1;4.90&member={MEMBER}",
    "/till/receipts/{receipt:str}": "/till/receipts/R-1001",
    "/till/returns/{receipt:str}": "/till/returns/R-1001",
    "/my/link/{code:str}/{text:str}": "/my/link/mco_0/000000",
    **{
        f"/my/{page}": f"/my/{page}?{_MINE}"
        for page in ("", "rewards", "vouchers", "history", "give", "profile")
    },
    "/my/history/event": f"/my/history/event?{_MINE}&source=api&event=visit-1-3",
    "/my/rewards/take": f"/my/rewards/take?{_MINE}&reward=coffee",
}
_NO_PAGES: Final = frozenset({*PARTS, *tills.SCRIPTS, *looking.FILES})


@dataclass(frozen=True, slots=True)
class Station:
    """A page: the route by which it is shown, and its address."""

    room: Room
    route: str
    address: Callable[[Place], str]

    @property
    def name(self) -> str:
        """That of its pictures."""
        bare = self.route.replace(":str", "").replace("{", "").replace("}", "")
        return bare.strip("/").replace("/", "-") or "home"


def stations() -> Iterator[Station]:
    """All of them, room by room."""
    for room in (CONSOLE, TILL, PORTAL):
        for route in room.routes:
            if route.method == "GET" and route.path not in _NO_PAGES:
                yield Station(room, route.path, _address(route.path))


def _address(path: str) -> Callable[[Place], str]:
    there = _THERE.get(path)
    if there is None and path in looking.PLACES:
        return looking.PLACES[path]
    return lambda _place: there or path
