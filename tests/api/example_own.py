"""Examples of what members see and do for themselves."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from tests.api.client import purchase
from tests.api.telling import Teller
from xenia.services.member_signing import digits_of

_NAME = "phoebe@example.org"
_NOW = "2026-11-18T13:06:40+02:00"


def own(teller: Teller) -> None:
    """A member has a code sent, comes in, takes a reward, and gives some beans to another."""
    tell = teller.tell
    known = {"email": _NAME, "card": "7011"}
    member = {"member": "own-1", "identifiers": known, "attributes": {"name": "Phoebe"}}
    teller.ask("POST", "/v1/members", member)
    other = {"member": "own-2", "identifiers": {"card": "7012"}}
    assert teller.ask("POST", "/v1/members", other).status == 201
    line = {"sku": "beans", "category": "food", "quantity": 1, "amount": "24.00"}
    teller.ask(
        "POST", "/v1/events", purchase("own-1", member="own-1", lines=[line], occurred_at=_NOW)
    )
    code = tell("By an address", "POST", "/v1/own/codes", {"name": _NAME}, by=None)["code"]
    teller.work()
    digits = digits_of(bytes(32), code)
    wrong = "000001" if digits != "000001" else "000002"
    enter = "/v1/own/sign-in"
    tell("Not what was sent", "POST", enter, {"code": code, "digits": wrong}, by=None)
    sent = {"code": code, "digits": digits}
    token = tell("With what was sent", "POST", enter, sent, by=None)["token"]
    tell("Whose it is", "POST", "/v1/own/session", {"token": token}, by=None)
    tell("It has ended", "POST", "/v1/own/session", {"token": "xen_member_x"}, by=None)
    tell("In English", "GET", "/v1/own", by=token)
    tell("A key is no member", "GET", "/v1/own")
    tell("The first rewards", "GET", "/v1/own/rewards", by=token)
    change = {"attributes": {"locale": "el"}, "consents": [{"purpose": "news", "given": True}]}
    tell("Greek, and news", "PATCH", "/v1/own", change, by=token)
    tell("Not theirs to say", "PATCH", "/v1/own", {"attributes": {"vip": "yes"}}, by=token)
    tea = {"reward": "tea", "price": {"beans": "5"}}
    tell("At a price that is not its own any more", "POST", "/v1/own/redemptions", tea, by=token)
    tea = {"reward": "tea", "price": {"beans": "7"}}
    taken = tell("A tea, as it was seen", "POST", "/v1/own/redemptions", tea, by=token)
    assert taken["answer"]["vouchers"], json.dumps(taken)
    tell("What one has", "GET", "/v1/own/vouchers", by=token)
    given = {"to": "7012", "currency": "beans", "units": "5"}
    tell("Five beans for another", "POST", "/v1/own/transfers", given, by=token)
    tell("To nobody", "POST", "/v1/own/transfers", {**given, "to": "4999"}, by=token)
    tell("Newest first", "GET", "/v1/own/ledger", query={"limit": 2}, by=token)
    tell("Of a purchase", "GET", "/v1/own/explain", query={"event": "own-1"}, by=token)
    tell("Of somebody else", "GET", "/v1/own/explain", query={"event": "e1"}, by=token)
    tell("What is known", "GET", "/v1/own/profile", by=token)
    tell("To keep", "GET", "/v1/own/export", by=token)
    look = {"name": "The café", "colour": "#1d4ed8"}
    tell("A name and a colour", "PUT", "/v1/brand", look)
    tell("Too light", "PUT", "/v1/brand", {"colour": "#ffd400"})
    tell("As the pages look", "POST", "/v1/own/brand", {}, by=None)
    _refused(teller, token)
    tell("It ends", "POST", "/v1/own/leave", {}, by=token)
    tell("The proof", "DELETE", "/v1/own", by=token)
    tell("It had ended by then", "POST", "/v1/own/sign-out", {"token": token}, by=None)
    second = _came(teller, "7012")
    tell("Here and everywhere", "POST", "/v1/own/sign-out", {"token": second}, by=None)


def _came(teller: Teller, card: str) -> str:
    """The session of another member."""
    code = teller.ask("POST", "/v1/own/codes", {"name": card}, by=None).json()["code"]
    came = {"code": code, "digits": digits_of(bytes(32), code)}
    return str(teller.ask("POST", "/v1/own/sign-in", came, by=None).json()["token"])


def _refused(teller: Teller, token: str) -> None:
    """What is no member's, and what cannot be read."""
    tell = teller.tell
    for method, path, body in (
        ("GET", "/v1/own/profile", None),
        ("GET", "/v1/own/rewards", None),
        ("POST", "/v1/own/redemptions", {"reward": "tea"}),
        ("POST", "/v1/own/leave", {}),
    ):
        tell("A key is no member", method, path, body)
    for path in ("/v1/own/ledger", "/v1/own/vouchers"):
        tell("A cursor that is none", "GET", path, query={"cursor": "x"}, by=token)
    tell("Nothing is named", "POST", "/v1/own/codes", {"name": ""}, by=None)
    tell("A space has a name", "POST", "/v1/own/brand", {"space": 1}, by=None)


OWN_STORIES: Mapping[str, Callable[[Teller], None]] = {"own": own}
