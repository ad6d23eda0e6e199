"""Shops: the systems that send what happens in them, and what of it could not be used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, cast

from xenia.client import ProblemError, shapes
from xenia.console.keys import one_of
from xenia.console.nothing import nothing_there
from xenia.console.places import AUDIT, SHOPS
from xenia.pages.answering import Flash, Gone, Page, Shown, csv_file
from xenia.pages.asking import Asked
from xenia.pages.refusals import Refusal, refusal_of
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.templating import address
from xenia.pages.words import marked

_SHOP: Final = f"{SHOPS}/{{shop:str}}"
_DELIVERY: Final = f"{_SHOP}/deliveries/{{delivery:str}}"
_PAGE: Final = 50
_NO_KEY: Final = "no-secret-key"
_NAMES: Final = ("odoo", "shopify", "square", "woocommerce")
_KINDS: Final = {**{name: name.title() for name in _NAMES}, "woocommerce": "WooCommerce"}
_OPTIONS: Final = ("category", "channel", "address", "api")  # that the form has
_FIELDS: Final = ("name", "programme", "secret", "token", *_OPTIONS)
_HEADS: Final = (
    marked("Name"),
    marked("System"),
    marked("Programme"),
    marked("Where the shop sends to"),
)
_TOLD: Final[Mapping[str, str]] = {
    "recorded": marked("It is recorded."),
    "skipped": marked("It is of nothing that counts: it is kept no longer."),
    "waiting": marked("It waits for what it is about."),
    "kept": marked("It still cannot be used."),
    "gone": marked("It had been dealt with already."),
}


@shown_at(SHOPS)
def shops(asked: Asked) -> Page:
    """All that are connected."""
    cursor = asked.query.one("cursor")
    found = asked.client.connections(limit=_PAGE, cursor=cursor or None)
    if asked.query.one("as") == "csv":
        rows = [(one.name, _KINDS.get(one.kind), one.programme, one.path) for one in found.data]
        return csv_file("shops.csv", [asked.say(head) for head in _HEADS], rows)
    values = {
        "shops": found.data,
        "kinds": _KINDS,
        "next_cursor": found.next_cursor,
        "cursor": cursor,
        "shops_path": SHOPS,
    }
    return Shown("console/developers/shops.html", values)


@shown_at(f"{SHOPS}/new")
def new_shop(asked: Asked) -> Page:
    """Which system, and what it signs with."""
    return _form(asked, SHOPS, dict.fromkeys(_FIELDS, "") | {"category": "goods"})


def _form(
    asked: Asked, to: str, filled: Mapping[str, Any], wrong: ProblemError | None = None
) -> Page:
    programmes = asked.client.programmes().data if asked.may("programmes:read") else ()
    values = {
        "filled": filled,
        "kind": one_of(_KINDS, asked.form.one("kind")),
        "kinds": list(_KINDS.items()),
        "programmes": [
            ("", asked.say(marked("Any"))),
            *((one.programme, one.title or one.programme) for one in programmes),
        ],
        "refused": None if wrong is None else _refusal(asked, wrong),
        "to": to,
        "is_new": to == SHOPS,
        "shops_path": SHOPS,
    }
    return Shown("console/developers/shop_form.html", values, 422 if wrong else 200)


def _refusal(asked: Asked, wrong: ProblemError) -> Refusal:
    if wrong.problem.code != _NO_KEY:
        return refusal_of(wrong, asked.words)
    return Refusal(
        asked.say("Secrets cannot be kept yet"),
        asked.say("Whoever runs the service sets XENIA_SECRET_KEY; the guide says how."),
    )


def _can_be_said(error: ProblemError) -> bool:
    """Whether the form can say what is wrong."""
    return error.problem.status in (409, 422) or error.problem.code == _NO_KEY


def _filled(asked: Asked) -> dict[str, str]:
    return {name: asked.form.one(name) for name in _FIELDS}


@sent_to(SHOPS)
def connected(asked: Asked) -> Page:
    """Where the shop sends to, and what was made for it; or what is wrong."""
    filled, kind = _filled(asked), one_of(_KINDS, asked.form.one("kind"))
    wanted = shapes.NewConnection(
        kind=cast('Literal["odoo", "shopify", "square", "woocommerce"]', kind),
        name=filled["name"],
        programme=filled["programme"] or None,
        options=shapes.ShopOptions(**_options(filled)),
        secret=filled["secret"] or None,
        token=filled["token"] or None,
    )
    try:
        made = asked.client.new_connection(wanted, idempotency_key=asked.once)
    except ProblemError as error:
        if not _can_be_said(error):
            raise
        return _form(asked, SHOPS, filled, error)
    values = {"made": made, "own_path": _own(made.connection), "shops_path": SHOPS}
    return Shown("console/developers/shop_made.html", values)


def _options(filled: Mapping[str, str]) -> dict[str, Any]:
    return {name: filled[name] for name in _OPTIONS if filled[name]}


def _own(shop: str) -> str:
    return address("/console/developers/shops/{shop}", shop=shop)


# ---- one -----------------------------------------------------------------------------------------


def _shop(asked: Asked) -> shapes.ListedConnection | None:
    """The shop of the address: there are few, which all come at once."""
    name, cursor = asked.places["shop"], None
    while True:
        page = asked.client.connections(limit=200, cursor=cursor)
        for one in page.data:
            if one.connection == name:
                return one
        if page.next_cursor is None:
            return None
        cursor = page.next_cursor


@shown_at(_SHOP)
def shop(asked: Asked) -> Page:
    """Where it sends to, and what of it could not be used, the newest first."""
    name, cursor = asked.places["shop"], asked.query.one("cursor")
    kept = asked.client.shop_deliveries(name, limit=_PAGE, cursor=cursor or None)
    found = _shop(asked)
    if found is None:
        return nothing_there(asked)
    values = {
        "shop": found,
        "kinds": _KINDS,
        "kept": kept.data,
        "next_cursor": kept.next_cursor,
        "cursor": cursor,
        "own_path": _own(name),
        "shops_path": SHOPS,
        "audit_path": AUDIT,
    }
    return Shown("console/developers/shop.html", values, fragments=frozenset({"results"}))


@shown_at(f"{_SHOP}/change")
def change(asked: Asked) -> Page:
    """What is said of it, to be changed; what it signs with stays, unless another is given."""
    found = _shop(asked)
    if found is None:
        return nothing_there(asked)
    options = {name: found.options.get(name) or "" for name in _OPTIONS}
    filled = {"name": found.name, "programme": found.programme or "", "secret": "", "token": ""}
    to = f"{_own(found.connection)}/change"
    return _form(asked, to, {**filled, **options, "category": options["category"] or "goods"})


@sent_to(f"{_SHOP}/change")
def changed(asked: Asked) -> Page:
    """As it is from now on; options that the form does not have stay."""
    name, filled, found = asked.places["shop"], _filled(asked), _shop(asked)
    if found is None:
        return nothing_there(asked)
    kept = {key: value for key, value in found.options.items() if key not in _OPTIONS}
    wish = shapes.ChangedConnection(
        programme=filled["programme"] or None,
        options=shapes.ShopOptions(**kept, **_options(filled)),
        secret=filled["secret"] or None,
        token=filled["token"] or None,
    )
    try:
        asked.client.changed_connection(name, wish, idempotency_key=asked.once)
    except ProblemError as error:
        if not _can_be_said(error):
            raise
        return _form(asked, f"{_own(name)}/change", filled, error)
    return Gone(_own(name), Flash(marked("The shop is changed.")))


@sent_to(f"{_SHOP}/removal")
def removed(asked: Asked) -> Page:
    """Nothing is taken from it any more."""
    asked.client.removed_connection(asked.places["shop"], idempotency_key=asked.once)
    return Gone(SHOPS, Flash(marked("The shop is removed.")))


@sent_to(f"{_DELIVERY}/replay")
def read_again(asked: Asked) -> Page:
    """Once what was wrong has been put right."""
    name = asked.places["shop"]
    done = asked.client.replayed_shop_delivery(
        name, asked.places["delivery"], idempotency_key=asked.once
    )
    kind = "failed" if done.status == "kept" else "done"
    return Gone(_own(name), Flash(_TOLD[done.status], kind=kind))


@sent_to(f"{_DELIVERY}/discarding")
def discarded(asked: Asked) -> Page:
    """Where it was dealt with otherwise."""
    name = asked.places["shop"]
    asked.client.discarded_shop_delivery(name, asked.places["delivery"], idempotency_key=asked.once)
    return Gone(_own(name), Flash(marked("It is kept no longer.")))


ROUTES = (
    *(shops, new_shop, connected, shop, change, changed, removed),
    *(read_again, discarded),
)
