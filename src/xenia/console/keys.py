"""Keys: by which programs come in.  They are made, replaced by others, and taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from xenia.client import ProblemError, shapes
from xenia.console.nothing import nothing_there
from xenia.console.places import AUDIT, KEYS, REQUESTS
from xenia.console.scopes import explained
from xenia.pages.answering import Download, Flash, Gone, Page, Shown, csv_file
from xenia.pages.asking import Asked
from xenia.pages.refusals import refusal_of
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.templating import address
from xenia.pages.words import marked

_KEY: Final = f"{KEYS}/{{key:str}}"
_STATES: Final[Mapping[str, str]] = {
    "use": marked("In use"),
    "back": marked("Taken back"),
    "all": marked("All"),
}
_ORDERS: Final[Mapping[str, str]] = {
    "newest": marked("Newest first"),
    "oldest": marked("Oldest first"),
    "used": marked("Last used first"),
    "name": marked("By name"),
}
_SORTS: Final[Mapping[str, tuple[Callable[[shapes.ShownKey], str], bool]]] = {
    "newest": (lambda key: key.created_at, True),
    "oldest": (lambda key: key.created_at, False),
    "used": (lambda key: key.last_used_at or "", True),
    "name": (lambda key: key.name.casefold(), False),
}
_HEADS: Final = (
    marked("Name"),
    marked("Begins with"),
    marked("Scopes"),
    marked("Requests a minute"),
    marked("Made at"),
    marked("Last used"),
    marked("Taken back"),
)


@shown_at(KEYS)
def keys(asked: Asked) -> Page:
    """Those in use, unless others are asked for."""
    state = one_of(_STATES, asked.query.one("state"))
    order = one_of(_ORDERS, asked.query.one("order"))
    by, backwards = _SORTS[order]
    everything = asked.client.keys().data
    rows = [
        one for one in everything if state == "all" or (state == "back") == bool(one.revoked_at)
    ]
    rows.sort(key=by, reverse=backwards)
    if asked.query.one("as") == "csv":
        return _file(asked, rows)
    values = {
        "keys": rows,
        "are_any": bool(everything),
        "state": state,
        "order": order,
        "states": [(name, asked.say(title)) for name, title in _STATES.items()],
        "orders": [(name, asked.say(title)) for name, title in _ORDERS.items()],
        "chosen": [("state", state), ("order", order)],
        "keys_path": KEYS,
    }
    return Shown("console/developers/keys.html", values, fragments=frozenset({"results"}))


def one_of(known: Mapping[str, str], wish: str) -> str:
    """What was chosen; the first where that is nothing that there is."""
    return wish if wish in known else next(iter(known))


def _file(asked: Asked, rows: Sequence[shapes.ShownKey]) -> Download:
    """The keys that are shown, with instants as machines read them."""
    found = [
        (
            *(one.name, one.shown, " ".join(one.scopes), one.per_minute),
            *(one.created_at, one.last_used_at, one.revoked_at),
        )
        for one in rows
    ]
    return csv_file("keys.csv", [asked.say(head) for head in _HEADS], found)


# ---- making one ----------------------------------------------------------------------------------


@shown_at(f"{KEYS}/new")
def new_key(asked: Asked) -> Page:
    """What it is for, and what it may do."""
    return _form(asked, {})


def _form(asked: Asked, wrong: Mapping[str, Any], status: int = 200) -> Page:
    assert asked.session is not None, "whoever makes keys is signed in"
    scopes = [
        (name, said, name if name != said else "")
        for name, said in explained(asked, asked.session.scopes)
    ]
    values = {
        "offered": scopes,
        "name": asked.form.one("name"),
        "scopes_chosen": asked.form.all("scopes"),
        "per_minute": asked.form.one("per_minute"),
        "wrong": wrong,
        "keys_path": KEYS,
    }
    return Shown("console/developers/new_key.html", values, status)


@sent_to(KEYS)
def made_key(asked: Asked) -> Page:
    """The key, shown this once; or what is wrong."""
    form, say = asked.form, asked.say
    name, scopes, limit = form.one("name"), form.all("scopes"), form.one("per_minute")
    wrong: dict[str, Any] = {}
    if not name:
        wrong["name"] = say("Write what the key is for.")
    if not scopes:
        wrong["scopes"] = say("Choose what the key may do.")
    if limit and not (limit.isascii() and limit.isdigit() and 1 <= int(limit[:9]) <= 1_000_000):
        wrong["per_minute"] = say("Write a whole number from 1 to 1,000,000, or nothing.")
    if wrong:
        return _form(asked, wrong, 422)
    wanted = shapes.NewKey(
        name=name, scopes=tuple(scopes), per_minute=int(limit) if limit else None
    )
    try:
        made = asked.client.new_key(wanted, idempotency_key=asked.once)
    except ProblemError as error:
        if error.problem.status != 422:
            raise
        return _form(asked, {"refused": refusal_of(error, asked.words)}, 422)
    return _shown(made)


def _shown(made: shapes.MadeKey, before: shapes.ShownKey | None = None) -> Page:
    values = {
        "made": made,
        "before": before,
        "header": "authorization: Bearer …",
        "keys_path": KEYS,
    }
    return Shown("console/developers/made_key.html", values)


# ---- one -----------------------------------------------------------------------------------------


@shown_at(_KEY)
def key(asked: Asked) -> Page:
    """What it may do, and how it is replaced or taken back."""
    found = _named(asked)
    if found is None:
        return nothing_there(asked)
    values = {
        "key": found,
        "may_do": explained(asked, found.scopes),
        "own_path": address("/console/developers/keys/{key}", key=found.key),
        "keys_path": KEYS,
        "audit_path": AUDIT,
        "requests_path": REQUESTS,
    }
    return Shown("console/developers/key.html", values)


def _named(asked: Asked) -> shapes.ShownKey | None:
    """The key of the address."""
    name = asked.places["key"]
    return next((one for one in asked.client.keys().data if one.key == name), None)


@sent_to(f"{_KEY}/rotation")
def rotated_key(asked: Asked) -> Page:
    """Another key that may do the same; the one before works until it is taken back."""
    old = _named(asked)
    if old is None:
        return nothing_there(asked)
    wanted = shapes.NewKey(name=old.name, scopes=old.scopes, per_minute=old.per_minute)
    made = asked.client.new_key(wanted, idempotency_key=asked.once)
    return _shown(made, old)


@sent_to(f"{_KEY}/revocation")
def revoked_key(asked: Asked) -> Page:
    """Nobody comes in with it any more."""
    asked.client.revoked_key(asked.places["key"], idempotency_key=asked.once)
    return Gone(KEYS, Flash(marked("The key is taken back: nobody comes in with it any more.")))


ROUTES = (keys, new_key, made_key, key, rotated_key, revoked_key)
