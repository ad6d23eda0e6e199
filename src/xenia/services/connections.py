"""Connects shops: makes, changes and removes connections, and reads what was sent to them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from xenia.connectors.asking import Asks, NotFetched
from xenia.connectors.inbound import (
    Connector,
    Delivery,
    Fetched,
    Needs,
    Read,
    Refused,
    Shop,
    ShopOptions,
    Skipped,
    Told,
)
from xenia.connectors.shops import ASKED_AT, CONNECTORS
from xenia.services.changing import Changing, Done
from xenia.services.problems import Problem, connection_taken, unknown_connection
from xenia.services.sealing import Sealing
from xenia.services.times import utc_text
from xenia.store import connections as store
from xenia.store.connections import ConnectionRow

_ID_BYTES = 16  # nobody finds the address by trying
_SECRET_BYTES = 32
_ROUNDS = 4  # of fetching for one delivery
NOT_FETCHED = "not-fetched"

Whole = Told | Skipped | Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A shop that somebody wants to connect; without a `secret` one is made."""

    kind: str
    name: str
    programme: str | None
    options: ShopOptions
    secret: str | None
    token: str | None


def connect(changing: Changing, sealing: Sealing, wanted: Wanted) -> Done | Problem:
    """A new connection; the secret that was made for it is shown once.  Raises CannotSeal."""
    name = secrets.token_hex(_ID_BYTES)
    secret = wanted.secret or secrets.token_urlsafe(_SECRET_BYTES)
    row = ConnectionRow(
        space_id=changing.space_id,
        connection_id=name,
        kind=wanted.kind,
        name=wanted.name,
        programme=wanted.programme,
        options=msgspec.to_builtins(wanted.options),
        secret=sealing.seal(secret, f"{name}/secret"),
        token=None if wanted.token is None else sealing.seal(wanted.token, f"{name}/token"),
        created_at=changing.now,
        created_by=changing.actor.name,
    )
    if not store.add(changing.connection, row):
        return connection_taken(wanted.kind, wanted.name)
    changing.note("connection.made", f"connection/{name}", after=_told(row))
    once = None if wanted.secret else {"secret": secret}
    return Done(shown(row), 201, once=once)


def change(
    changing: Changing, sealing: Sealing, name: str, changes: Mapping[str, Any]
) -> Done | Problem:
    """Change some of `programme`, `options`, `secret`, `token`.  Raises CannotSeal."""
    row = store.one(changing.connection, changing.space_id, name)
    if row is None:
        return unknown_connection(name)
    values = dict(changes)
    for kind in ("secret", "token"):
        if values.get(kind) is not None:
            values[kind] = sealing.seal(values[kind], f"{name}/{kind}")
    if "options" in values:
        values["options"] = msgspec.to_builtins(values["options"])
    new = replace(row, **values)
    store.change(changing.connection, new)
    said = {kind: "another" for kind in ("secret", "token") if kind in changes}
    after = {**_told(new), **said}
    changing.note("connection.changed", f"connection/{name}", before=_told(row), after=after)
    return Done(shown(new))


def remove(changing: Changing, name: str) -> Done | Problem:
    """Nothing is taken from the shop any more; what it has told stays."""
    row = store.one(changing.connection, changing.space_id, name)
    if row is None:
        return unknown_connection(name)
    store.remove(changing.connection, changing.space_id, name)
    changing.note("connection.removed", f"connection/{name}", before=_told(row))
    return Done({"connection": name, "removed": True})


def _told(row: ConnectionRow) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "name": row.name,
        "programme": row.programme,
        "options": {**row.options},
        "token": row.token is not None,
    }


def shown(row: ConnectionRow) -> dict[str, Any]:
    """A connection as it is shown, without its secrets."""
    return {
        "connection": row.connection_id,
        **_told(row),
        "path": f"/v1/connectors/{row.kind}/{row.connection_id}",
        "created_by": row.created_by,
        "created_at": utc_text(row.created_at),
    }


@dataclass(frozen=True, slots=True)
class Means:
    """What secrets are opened with, and shops are asked by."""

    sealing: Sealing
    asks: Asks


# ---- what is sent to it --------------------------------------------------------------------------


def connector_of(row: ConnectionRow) -> Connector:
    """What reads the deliveries of a shop."""
    return CONNECTORS[row.kind]


def comes_from(row: ConnectionRow, sealing: Sealing, delivery: Delivery) -> bool:
    """Whether a delivery was sent by who knows the secret.  Raises CannotSeal."""
    secret = sealing.opened(row.secret, f"{row.connection_id}/secret")
    return connector_of(row).signed(delivery, secret)


def shop_of(row: ConnectionRow) -> Shop:
    """The shop as its connector knows it."""
    options = msgspec.convert(row.options, ShopOptions)
    base = options.api or ASKED_AT.get(row.kind)
    asks = row.token is not None and base is not None and connector_of(row).asking is not None
    return Shop(row.kind, row.name, options, row.programme, asks)


def read_at_once(row: ConnectionRow, topic: str, body: bytes, fetched: Fetched) -> Read:
    """Events of a delivery, or what is needed for them."""
    return connector_of(row).read(topic, body, shop_of(row), fetched)


def read_whole(
    row: ConnectionRow,
    means: Means,
    topic: str,
    body: bytes,
    fetched: dict[str, bytes | None],
) -> Whole:
    """The same with all that is needed, which is added to `fetched`.  Raises CannotSeal."""
    shop, asking = shop_of(row), connector_of(row).asking
    for _ in range(_ROUNDS):
        found = connector_of(row).read(topic, body, shop, fetched)
        if not isinstance(found, Needs):
            return found
        assert row.token is not None, "a shop that cannot be asked needs nothing"
        assert asking is not None, "a shop that cannot be asked needs nothing"
        headers = asking(means.sealing.opened(row.token, f"{row.connection_id}/token"))
        base = shop.options.api or ASKED_AT[row.kind]
        try:
            for path in found.paths:
                fetched[path] = means.asks.fetch(base, path, headers)
        except NotFetched as trouble:
            return Refused("", NOT_FETCHED, f"{trouble}: see that its token is valid")
    return Refused("", NOT_FETCHED, "the shop was asked again and again: this is a fault of ours")
