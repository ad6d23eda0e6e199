"""A service as people run it, with something to see: programmes, drafts, members and staff."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from os import environ
from pathlib import Path
from typing import Final
from unittest.mock import patch

from tests.api.backtesting import history
from tests.api.client import CAFE
from tests.live.running import Service, wait_until
from tests.services.publishing import published
from xenia.client import Client, ProblemError, shapes
from xenia.services.access import Actor
from xenia.services.changing import Changing
from xenia.services.first_owner import link_of
from xenia.services.poster import now
from xenia.services.problems import Problem
from xenia.services.spaces import known_space, make_space
from xenia.services.staff import Person, invite
from xenia.store.database import Database

WORDS: Final = "seven purple lanterns"
TRIAL: Final = "trial"  # a test space
EMPTY: Final = "empty"  # one in which nothing has happened
BAKERY: Final = """
xenia: 1
programme: bakery-crumbs-and-loaves
title: The bakery on the corner, crumbs and loaves
money: EUR
timezone: Europe/Athens
currencies:
  crumbs: {expires: {after: 12 months}, transfers: {}, value: 0.10}
metrics:
  visits: {count: true}
tiers:
  regulars: {by: visits, levels: {guest: 0, regular: 10}}
rules:
  crumb-per-euro:
    then: {earn: {crumbs: 1 per 1.00}}
rewards:
  loaf: {title: {en: a loaf of rye bread}, price: {crumbs: 20}, gives: {item: a loaf}, stock: 12}
  cake: {price: {crumbs: 500}, gives: {item: a cake}}
texts: {welcome: {en: Welcome to the bakery!}}
"""
BREAD: Final = "bakery-crumbs-and-loaves"
# More crumbs at once take a code that only the member is sent.
WITHOUT_CODE: Final = 30
# What no form has room for.
STRANGE: Final = CAFE.replace("{after: 12 months}", "12 months").replace(
    "{earn: {beans: 1 per 1.00}}", "[1]"
)
COMES: Final = 2_682_374_400_000_000  # 2055, when the bakery has another version, in microseconds
HOOK: Final = "https://93.184.216.34/a-rather-long-address-of-a-webhook/that/has/to/be/broken"


class Place:
    """A running service; its people sign in once."""

    def __init__(self, database: Database, service: Service, histories: Path) -> None:
        self.database = database
        self.histories = histories  # a folder of past purchases for each space
        self.address = f"http://127.0.0.1:{service.port}"
        self._tokens: dict[tuple[str, str], str] = {}
        self.made: dict[str, str] = {}  # ids, by the kinds of what there is one of
        self.invitation = self.invited("zoe", "support")  # which nobody takes up
        self.voucher = ""  # the code of one
        self.draft = ""  # of the café; `serving` begins it
        self.strange = ""  # a draft with parts that no form has room for

    def invited(self, name: str, role: str, space: str = "default") -> str:
        """The secret of an invitation."""
        with self.database.connect() as connection, connection.transaction():
            world = known_space(connection, space)
            changing = Changing(connection, Actor(world.space_id, "command-line"), now())
            done = invite(changing, Person(f"{name}@example.org", name.title(), role))
        assert not isinstance(done, Problem), done
        return str((done.once or {})["invitation"])

    def token(self, name: str, role: str, space: str = "default") -> str:
        """A session of somebody of that role."""
        if (name, space) not in self._tokens:
            with self.client() as client:
                asked = shapes.Acceptance(
                    invitation=self.invited(name, role, space), password=WORDS
                )
                email = client.accepted(asked).email
                signed = shapes.SignIn(email=email, password=WORDS, space=space)
                self._tokens[name, space] = client.signed_in(signed).token
        return self._tokens[name, space]

    def client(self, token: str | None = None) -> Client:
        """The interface, in somebody's name."""
        return Client(self.address, token)

    def of(self, kind: str) -> str:
        """The page of a key, a webhook or a shop."""
        return f"/console/developers/{kind}/{self.made[kind]}"

    def first_link(self) -> str:
        """The address of the page that makes the first account of a space that has none."""
        with self.database.connect() as connection, connection.transaction():
            world = known_space(connection, EMPTY)
            secret = link_of(connection, world.space_id, now())
        assert secret is not None, "nobody is there yet"
        return f"/console/invitation/{secret}"


@contextmanager
def serving(database: Database, folder: Path) -> Iterator[Place]:
    """A service that is ready."""
    for document in (CAFE, BAKERY):
        published(database, document, now=now())
    published(database, BAKERY.replace("1 per", "2 per"), now=now(), start=COMES)
    with database.connect() as connection:
        for name in (TRIAL, EMPTY):
            make_space(connection, name, "test")
    histories = folder / "histories"
    history(histories, "last-year")
    settings = {
        "XENIA_SECRET_KEY": f"1:{b64encode(bytes(32)).decode()}",
        "XENIA_HISTORIES": str(histories),
    }
    with patch.dict(environ, settings):
        service = Service(database, folder)
    try:
        service.start()
        service.ready()
        place = Place(database, service, histories)
        _fill(place)
        yield place
        service.stop()
    finally:
        service.cleaned()


def _fill(place: Place) -> None:
    """What there is to see."""
    with place.client(place.token("anna", "owner")) as client:
        for number in range(3):
            client.new_member(shapes.NewMember(member=f"m{number}", programme="cafe"))
        line = shapes.Line(sku="latte", category="drink", quantity=1, amount="3.80")
        client.record(
            shapes.Purchase(
                id="1",
                occurred_at="2026-11-02T10:00:00+02:00",
                programme="cafe",
                member="m1",
                lines=(line,),
            )
        )
        granted = shapes.Grant(
            id="2",
            occurred_at="2026-11-02T10:00:00+02:00",
            programme=BREAD,
            member="m2",
            voucher="loaf",
            reason="a birthday",
            author="staff/anna",
        )
        client.record(granted)
        place.voucher = client.all_vouchers().data[0].code
        client.changed_safety(BREAD, shapes.NewSafety(codes={"crumbs": WITHOUT_CODE}))
        place.strange = client.new_draft(shapes.NewDraft(document=STRANGE)).draft
        client.new_draft(shapes.NewDraft(document=CAFE.replace("1 per", "2 per")))
        place.draft = client.new_draft(shapes.NewDraft(document=CAFE)).draft
        for revision, units in enumerate(("2 per", "3 per"), 1):
            changed = shapes.Document(document=CAFE.replace("1 per", units))
            client.changed_draft(place.draft, changed, if_match=f'"{revision}"')
        client.undone_draft(place.draft, if_match='"3"')  # which could be done again
        made = client.new_webhook(shapes.NewWebhook(url=HOOK))
        place.made["webhooks"] = made.webhook
        place.made["delivery"] = client.tried_webhook(made.webhook, shapes.Nothing()).delivery
        client.disabled_webhook(made.webhook, shapes.Nothing())
        key = client.new_key(shapes.NewKey(name="tills", scopes=("events:write", "members:read")))
        place.made["keys"] = key.key
        shop = client.new_connection(shapes.NewConnection(kind="odoo", name="harbour-shop"))
        place.made["shops"] = shop.connection
        place.made["staff"] = client.accounts().data[0].staff
    with place.client(key.secret) as till, suppress(ProblemError):
        wait_until(lambda: _is_known(till), "a new key is let in")
        till.wallet("nobody")


def _is_known(till: Client) -> bool:
    try:
        till.member("m1")
    except ProblemError:
        return False
    return True
