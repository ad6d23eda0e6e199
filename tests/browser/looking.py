"""All pages of the console, each with whoever sees it, and the ways in which they are looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from typing import Final

from tests.browser import sent, simulating
from tests.browser.chromium import Chromium, Tab
from tests.browser.place import TRIAL, Place
from xenia.console import backtests, simulate
from xenia.console.rooms import ROOM
from xenia.pages.words import LANGUAGES

WIDTHS: Final = (360, 1440)
THEMES: Final = ("light", "dark")


def nothing_else(_tab: Tab) -> None:
    """A page is looked at as it comes."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Something to look at: an address, who goes there, and what they are answered."""

    address: Callable[[Place], str]
    who: str | None = "anna"  # None: nobody is signed in
    space: str = "default"
    role: str = "owner"
    status: int = 200
    then: Callable[[Tab], None] = nothing_else  # what is done there


def _at(path: str) -> Callable[[Place], str]:
    return lambda _place: path


def _wrong_password(tab: Tab) -> None:
    tab.click("#f-email")
    tab.write("nobody@example.org")
    tab.press("Tab")
    tab.write("wrong")
    tab.press("Enter")
    tab.page_has("[role=alert]")


def _other_passwords(tab: Tab) -> None:
    for field, text in (("password", "seven purple lanterns"), ("again", "seven")):
        tab.click(f"#f-{field}")
        tab.write(text)
    tab.press("Enter")
    tab.page_has("[aria-invalid]")


def _refused(tab: Tab) -> None:
    tab.click("#f-units")
    tab.write("-5")
    tab.click("#f-reason")
    tab.write("too many")
    tab.click("main form button[data-variant=primary]")
    tab.page_has("[aria-invalid]")


def _saved_by_two(tab: Tab) -> None:
    tab.evaluate(
        "() => { const area = document.querySelector('#document');"
        " area.value += '# mine'; area.form.elements.revision.value = '9';"
        " area.form.requestSubmit() }"
    )
    tab.page_has("#differs")


_BAKERY: Final = "programme=bakery-crumbs-and-loaves"
# What is done with a member, each by a form.
ACTS: Final = (
    *("adjust", "grant", "hold", "release", "profile", "cards"),
    *("consents", "leave", "merge", "household", "household/dissolve", "erase", "erasures"),
)
# Addresses with places in them: where something is, for each.
PLACES: Final[Mapping[str, Callable[[Place], str]]] = {
    "/console/invitation/{invitation:str}": lambda place: f"/console/invitation/{place.invitation}",
    "/console/finance/{month:str}": lambda _place: (
        f"/console/finance/{datetime.now(UTC):%Y-%m}?programme=cafe"
    ),
    "/console/members/{member:str}": lambda _place: "/console/members/m1",
    "/console/members/{member:str}/event": lambda _place: (
        "/console/members/m1/event?programme=cafe&source=api&event=1"
    ),
    "/console/rewards/{reward:str}": lambda _place: f"/console/rewards/loaf?{_BAKERY}&changed=5",
    "/console/vouchers/{code:str}": lambda place: f"/console/vouchers/{place.voucher}",
    "/console/programmes/published/{programme:str}": _at("/console/programmes/published/cafe"),
    "/console/programmes/published/{programme:str}/versions/{version:str}": _at(
        "/console/programmes/published/cafe/versions/1"
    ),
    "/console/programmes/published/{programme:str}/versions/{version:str}/withdrawal": _at(
        "/console/programmes/published/bakery-crumbs-and-loaves/versions/2/withdrawal"
    ),
    "/console/programmes/templates/{template:str}": _at(
        "/console/programmes/templates/coffee-stars"
    ),
    "/console/programmes/drafts/{draft:str}": lambda place: (
        f"/console/programmes/drafts/{place.draft}"
    ),
    "/console/programmes/drafts/{draft:str}/changes": lambda place: (
        f"/console/programmes/drafts/{place.draft}/changes"
    ),
    "/console/programmes/drafts/{draft:str}/rules": lambda place: (
        f"/console/programmes/drafts/{place.draft}/rules"
    ),
    "/console/programmes/drafts/{draft:str}/rule": lambda place: (
        f"/console/programmes/drafts/{place.draft}/rule?id=bean-per-euro"
    ),
    "/console/programmes/drafts/{draft:str}/parts/{section:str}": lambda place: (
        f"/console/programmes/drafts/{place.draft}/parts/currencies"
    ),
    "/console/programmes/drafts/{draft:str}/parts/{section:str}/one": lambda place: (
        f"/console/programmes/drafts/{place.draft}/parts/currencies/one?id=beans"
    ),
    simulate.OF_DRAFT: simulating.of_draft,
    backtests.OF_DRAFT: simulating.backtest_of_draft,
    backtests.ONE: simulating.backtest,
    "/console/developers/keys/{key:str}": lambda place: place.of("keys"),
    "/console/developers/webhooks/{webhook:str}": lambda place: place.of("webhooks"),
    "/console/developers/webhooks/{webhook:str}/change": lambda place: (
        f"{place.of('webhooks')}/change"
    ),
    "/console/developers/webhooks/{webhook:str}/deliveries/{delivery:str}": lambda place: (
        f"{place.of('webhooks')}/deliveries/{place.made['delivery']}"
    ),
    "/console/developers/shops/{shop:str}": lambda place: place.of("shops"),
    "/console/developers/shops/{shop:str}/change": lambda place: f"{place.of('shops')}/change",
    "/console/developers/reference/{operation:str}": lambda _place: (
        "/console/developers/reference/new_key"
    ),
    "/console/settings/staff/{staff:str}": lambda place: (
        f"/console/settings/staff/{place.made['staff']}"
    ),
    **{
        f"/console/members/{{member:str}}/{name}": _at(f"/console/members/m1/{name}")
        for name in ACTS
    },
}
# What is no page, but a file.
FILES: Final = frozenset({"/console/members/{member:str}/export"})
# What whoever is signed in does not see.
_STRANGERS: Final = frozenset({"/console/sign-in", "/console/invitation/{invitation:str}"})
# States of pages, beside their first.
_MORE: Final[Mapping[str, Sight]] = {
    "adjust, refused": Sight(_at("/console/members/m1/adjust"), then=_refused),
    "sign-in, refused": Sight(_at("/console/sign-in?space=default"), None, then=_wrong_password),
    "sign-in, another space": Sight(_at("/console/sign-in?space=bakery"), None),
    "invitation, refused": Sight(
        PLACES["/console/invitation/{invitation:str}"], None, then=_other_passwords
    ),
    "invitation of the first": Sight(lambda place: place.first_link(), None),
    "invitation that has ended": Sight(_at("/console/invitation/none"), None, status=404),
    "nothing there": Sight(_at("/console/nothing-here"), status=404),
    "nothing there, for a stranger": Sight(_at("/console/nothing-here"), None, status=404),
    "home of a test space": Sight(_at("/console/"), "olga", TRIAL),
    "home of who may see little": Sight(_at("/console/"), "tom", role="till"),
    "rewards of several": Sight(_at(f"/console/rewards?{_BAKERY}")),
    "draft that another has saved": Sight(
        PLACES["/console/programmes/drafts/{draft:str}"], then=_saved_by_two
    ),
    "a new ladder": Sight(
        lambda place: f"/console/programmes/drafts/{place.draft}/parts/tiers/one"
    ),
    "a new metric": Sight(
        lambda place: f"/console/programmes/drafts/{place.draft}/parts/metrics/one"
    ),
    "a new exclusion": Sight(
        lambda place: f"/console/programmes/drafts/{place.draft}/parts/exclusions/one"
    ),
    "menu of what few programmes need": Sight(
        lambda place: f"/console/programmes/drafts/{place.draft}/parts/lists",
        then=lambda tab: tab.click("main details[data-menu] > summary"),
    ),
    "no rewards yet": Sight(
        lambda place: f"/console/programmes/drafts/{place.draft}/parts/rewards"
    ),
    "a key, shown this once": Sight(_at("/console/developers/keys/new"), then=sent.key),
    "a webhook, shown this once": Sight(_at("/console/developers/webhooks/new"), then=sent.webhook),
    "a shop, shown this once": Sight(_at("/console/developers/shops/new"), then=sent.shop),
    "an invitation, shown this once": Sight(
        _at("/console/settings/staff/new"), then=sent.invitation
    ),
    "a rule that no form has room for": Sight(
        lambda place: f"/console/programmes/drafts/{place.strange}/rule?id=bean-per-euro"
    ),
    "a currency that no form has room for": Sight(
        lambda place: f"/console/programmes/drafts/{place.strange}/parts/currencies/one?id=beans"
    ),
    "a new rule": Sight(lambda place: f"/console/programmes/drafts/{place.draft}/rule"),
    "simulation of a real member": Sight(
        _at("/console/simulate?who=real&member=m1&find=m&amount=12.50&category=drink")
    ),
    "simulation that cannot be": Sight(
        _at("/console/simulate?amount=many&amount=2&b.beans=lots&category=drink&category=x")
    ),
    "programme that is ready-made": Sight(
        _at("/console/wizards/ready-made?programme=corner&margin=33&operator=Nikos")
    ),
    "palette": Sight(_at("/console/"), then=lambda tab: tab.press("Control+k")),
    "menu of the account": Sight(
        _at("/console/account"), then=lambda tab: tab.click("[data-account] > summary")
    ),
}


# Templates that are shown after something was sent, or at times: by which sight each is seen.
SOMETIMES: Final[Mapping[str, str]] = {
    "console/developers/made_key.html": "a key, shown this once",
    "console/developers/webhook_secret.html": "a webhook, shown this once",
    "console/developers/shop_made.html": "a shop, shown this once",
    "console/settings/invited.html": "an invitation, shown this once",
    "console/developers/key.html": "/console/developers/keys/{key:str}",
    "console/developers/webhook.html": "/console/developers/webhooks/{webhook:str}",
    "console/finance/months.html": "/console/finance",
    "console/programmes/list.html": "/console/programmes",
    "console/programmes/one.html": "/console/programmes/published/{programme:str}",
    "console/rewards/list.html": "rewards of several",
    "console/rewards/one.html": "/console/rewards/{reward:str}",
    "console/settings/account.html": "/console/settings/staff/{staff:str}",
    "console/rules/one.html": "/console/programmes/drafts/{draft:str}/rule",
    "console/rules/only_text.html": "a rule that no form has room for",
    "console/parts/one.html": "/console/programmes/drafts/{draft:str}/parts/{section:str}/one",
    "console/parts/only_text.html": "a currency that no form has room for",
    "console/error.html": "nothing there",
}


def sights() -> Mapping[str, Sight]:
    """Every page of the console that is shown at an address, and what else there is."""
    found = {}
    for route in ROOM.routes:
        if route.method == "GET" and route.path not in FILES:
            where = PLACES.get(route.path) or _at(route.path)
            found[route.path] = Sight(where, None if route.path in _STRANGERS else "anna")
    return {**found, **_MORE}


@dataclass(frozen=True, slots=True)
class Look:
    """One way to look at a page."""

    language: str
    width: int
    theme: str


ALL: Final[Sequence[Look]] = [
    Look(language.code, width, theme)
    for language, width, theme in product(LANGUAGES, WIDTHS, THEMES)
]


def five(number: int) -> Sequence[Look]:
    """Those for the page of this number in the long proof: every language, and every theme at every
    width; what else can meet does within three pages."""
    return [
        Look(
            language.code,
            WIDTHS[(number + place) % 2],
            THEMES[(number // 2 + place // 2 + place) % 2],
        )
        for place, language in enumerate(LANGUAGES)
    ]


def one(number: int) -> Look:
    """That of each day: any two languages, widths and themes meet within fifteen pages."""
    looks = five(number // len(LANGUAGES))
    return looks[number % len(looks)]


class Tabs:
    """A tab of each who sees something: one after the other is looked at in it."""

    def __init__(self, chromium: Chromium, place: Place) -> None:
        self._chromium, self._place = chromium, place
        self._kept: dict[tuple[str | None, str], Tab] = {}

    @contextmanager
    def lent(self, sight: Sight) -> Iterator[Tab]:
        """A tab of whoever sees it, which must have done nothing wrong when it is given back."""
        if sight.then is not nothing_else:
            with watched(self._new(sight)) as tab:
                yield tab
            return
        whose = (sight.who, sight.space)
        tab = self._kept.pop(whose) if whose in self._kept else self._new(sight)
        yield tab
        assert tab.wrong == []
        self._kept[whose] = tab

    def close(self) -> None:
        """Close all."""
        for tab in self._kept.values():
            tab.close()

    def _new(self, sight: Sight) -> Tab:
        who, place = sight.who, self._place
        token = None if who is None else place.token(who, sight.role, sight.space)
        tab = self._chromium.tab(place.address, token)
        tab.brings_axe()
        return tab


@contextmanager
def watched(tab: Tab) -> Iterator[Tab]:
    """A tab that is closed at the end, and must have done nothing wrong until then."""
    try:
        yield tab
    finally:
        wrong = tab.close()
    assert wrong == []


def barriers(sight: Sight, look: Look, tab: Tab, place: Place) -> list[str]:
    """What stands in somebody's way who looks at it so."""
    tab.looks(language=look.language, width=look.width, theme=look.theme)
    status = tab.open(sight.address(place))
    sight.then(tab)
    wrong = [] if status == sight.status else [f"answered with {status}"]
    return [f"{look}: {found}" for found in [*wrong, *tab.barriers()]]
