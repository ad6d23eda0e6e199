"""Home: what needs attention, and what runs."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from xenia.client import shapes
from xenia.console.accounting import TITLES, liability_of, said
from xenia.console.draft_tabs import tab_path
from xenia.console.places import DRAFT, HOME, MEMBERS, MESSAGES, SHOPS
from xenia.console.second import CORRECTIONS
from xenia.pages.answering import Page, Shown
from xenia.pages.asking import Asked
from xenia.pages.rooms import shown_at
from xenia.pages.templating import address, with_query

_DRAFTS = 20  # the newest
_CORRECTIONS = 200
_SHOPS = 100
_CURRENCIES: Final = 3  # of which the figures are shown


@shown_at(HOME)
def home(asked: Asked) -> Page:
    """As far as who asks may see it."""
    programmes: tuple[shapes.Listed, ...] = ()
    waiting: list[shapes.Draft] = []
    corrections: tuple[shapes.Correction, ...] = ()
    failing: list[shapes.Webhook] = []
    if asked.may("programmes:read"):
        programmes = asked.client.programmes().data
        waiting = list(asked.client.drafts(limit=_DRAFTS, unpublished=True).data)
    if asked.may("staff:write") and asked.may("members:read"):
        found = asked.client.corrections(state="waiting", others=True, limit=_CORRECTIONS)
        corrections = found.data
    if asked.may("webhooks:write"):
        failing = [
            one for one in asked.client.all_webhooks().data if one.failing_since or not one.enabled
        ]
    shops: list[shapes.ListedConnection] = []
    if asked.may("connections:write"):
        shops = [one for one in asked.client.connections(limit=_SHOPS).data if one.kept]
    given_up: tuple[shapes.Message, ...] = ()
    if asked.may("messages:write"):
        given_up = asked.client.messages(only="dead", limit=1).data
    figures = people = None
    if programmes:
        most = max(programmes, key=lambda one: one.members)
        people = asked.client.programme_figures(most.programme)
        if asked.may("finance:read"):
            figures = _figures(asked, most.programme)
    return Shown(
        "console/home.html",
        {
            "figures": figures,
            "people": people,
            "joined_path": _joined(asked, people),
            "programmes": programmes,
            "drafts": [(one, tab_path(f"{DRAFT}/changes", one.draft)) for one in waiting],
            "webhooks": failing,
            "shops": shops,
            "shops_path": SHOPS,
            "given_up": given_up,
            "given_up_path": with_query(MESSAGES, [("state", "dead")]),
            "corrections": len(corrections),
            "corrections_path": CORRECTIONS,
            "greeting": _greeting(asked),
        },
    )


def _figures(asked: Asked, programme: str) -> dict[str, Any] | None:
    """What the present month of a programme has come to, each figure with what it was in the month
    before; None: nothing was ever moved."""
    books = asked.client.booked_months(programme=programme, limit=2)
    if not books.data:
        return None
    now, before = books.data[0], books.data[1] if len(books.data) > 1 else None
    then = {} if before is None else {one.currency: one for one in before.currencies}
    found = [
        (currency.currency, name, getattr(currency, name), _since(currency, then, name))
        for currency in now.currencies[:_CURRENCIES]
        for name in ("issued", "redeemed")
    ]
    liability = liability_of(now)
    earlier = None if before is None else liability_of(before)
    return {
        "programme": programme,
        "month": now.month,
        "money": books.money,
        "found": found,
        "titles": said(asked, TITLES),
        "liability": liability,
        "liability_since": None
        if liability is None or earlier is None
        else str(Decimal(liability) - Decimal(earlier)),
        "path": with_query(
            address("/console/finance/{month}", month=now.month), [("programme", programme)]
        ),
    }


def _joined(asked: Asked, people: shapes.MemberFigures | None) -> str:
    """Where those are listed who have joined; empty for who may not know who they are."""
    if people is None or not asked.may("members:read"):
        return ""
    chosen = [("programme", people.programme), ("state", "joined"), ("order", "newest")]
    return with_query(MEMBERS, chosen)


def _since(
    now: shapes.BookedCurrency, before: Mapping[str, shapes.BookedCurrency], name: str
) -> str | None:
    """By how much a figure has changed against the month before; None: there was none."""
    then = before.get(now.currency)
    if then is None:
        return None
    return str(Decimal(getattr(now, name)) - Decimal(getattr(then, name)))


def _greeting(asked: Asked) -> str:
    name = "" if asked.session is None else asked.session.name or ""
    return asked.say("Welcome, %(name)s", name=name) if name else asked.say("Home")


ROUTES = (home,)
