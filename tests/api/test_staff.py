"""Staff: invited, signed in and out, with a role; and what is left of whoever is erased."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.api.client import CAFE, NOW, Response, purchase
from tests.api.test_drafts import Office, code, opened
from tests.api.test_events import problem
from tests.api.worlds import THEIRS, Worlds, bearer
from tests.services.publishing import published
from tests.services.test_erasing import places
from xenia.services import passwords
from xenia.services.access import Actor, Scope
from xenia.services.changing import Answer, Changing, Done, changed
from xenia.services.passwords import Cost, fits, hashed
from xenia.services.problems import Problem
from xenia.services.roles import MEANT, ROLES
from xenia.services.signing_in import HELD
from xenia.services.staff import Wish, change
from xenia.store.database import Database

WORDS = "seven purple lanterns"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a password costs to try is not what these tests are about."""
    monkeypatch.setattr(passwords, "COST", Cost(log_n=4))


@pytest.fixture
def office(database: Database) -> Iterator[Office]:
    with opened(database, CAFE) as found:
        yield found


def invite(office: Office, name: str, role: str = "owner", **more: str) -> Response:
    body = {"email": f"{name}@example.org", "name": name.title(), "role": role}
    return office.ask("POST", "/v1/staff", body, **more)


def post(office: Office, address: str, **body: str) -> Response:
    """What takes no key."""
    return office.worlds.client.ask("POST", address, body)


def sign_in(office: Office, name: str, password: str = WORDS, **more: str) -> Response:
    return post(office, "/v1/sign-in", email=f"{name}@example.org", password=password, **more)


def came(office: Office, name: str, role: str = "owner", **more: str) -> str:
    """Somebody who has accepted the invitation; the account's id."""
    invited = invite(office, name, role, **more).json()
    done = post(office, "/v1/invitations", invitation=invited["invitation"], password=WORDS)
    assert done.status == 200, done.body
    account: str = invited["staff"]
    return account


def token(office: Office, name: str) -> str:
    found: str = sign_in(office, name).json()["token"]
    return found


# ---- coming in -----------------------------------------------------------------------------------


def test_somebody_is_invited_chooses_a_password_and_signs_in(office: Office) -> None:
    invited = invite(office, "anna", "manager")
    account = invited.json()
    assert (invited.status, account["state"], account["role"]) == (201, "invited", "manager")
    secret = account["invitation"]
    assert code(sign_in(office, "anna", "")) == (422, "unreadable-body")
    assert code(sign_in(office, "anna")) == (401, "bad-sign-in")
    assert post(office, "/v1/invitations", invitation=secret, password=WORDS).json() == {
        "staff": account["staff"],
        "email": "anna@example.org",
        "role": "manager",
    }
    again = post(office, "/v1/invitations", invitation=secret, password=WORDS + "!")
    assert code(again) == (404, "bad-invitation")
    session = post(office, "/v1/sign-in", email=" Anna@Example.ORG ", password=WORDS).json()
    assert (session["staff"], session["name"]) == (account["staff"], "Anna")
    assert session["scopes"] == sorted(ROLES["manager"])
    assert session["expires_at"] == "2026-11-18T23:06:40Z"
    # At once, and without anybody having looked for it.
    assert office.ask("GET", "/v1/drafts", by=session["token"]).status == 200
    shown = office.ask("GET", f"/v1/staff/{account['staff']}").json()
    assert (shown["state"], shown["last_sign_in_at"]) == ("active", "2026-11-18T11:06:40Z")


def test_what_is_secret_is_stored_nowhere(office: Office) -> None:
    secret = invite(office, "anna").json()["invitation"]
    post(office, "/v1/invitations", invitation=secret, password=WORDS)
    session = token(office, "anna")
    with office.worlds.database.connect() as connection:
        for text in (secret, session, WORDS):
            assert places(connection, text) == set()
        stored = connection.execute("select password from staff").fetchone()
    assert stored is not None
    assert stored[0].startswith("scrypt$")


def test_an_invitation_is_shown_once_and_a_new_one_takes_its_place(office: Office) -> None:
    first = invite(office, "anna", idempotency_key="once").json()
    again = invite(office, "anna", idempotency_key="once")
    assert (again.headers["idempotent-replayed"], "invitation" in again.json()) == ("true", False)
    second = office.ask("POST", f"/v1/staff/{first['staff']}/invitation").json()
    late = post(office, "/v1/invitations", invitation=first["invitation"], password=WORDS)
    assert code(late) == (404, "bad-invitation")
    done = post(office, "/v1/invitations", invitation=second["invitation"], password=WORDS)
    assert done.status == 200


def test_who_has_forgotten_the_password_is_invited_again(office: Office) -> None:
    account = came(office, "anna")
    old = token(office, "anna")
    again = office.ask("POST", f"/v1/staff/{account}/invitation").json()
    assert sign_in(office, "anna").status == 200, "until the new one is chosen"
    post(office, "/v1/invitations", invitation=again["invitation"], password=WORDS + " more")
    assert code(sign_in(office, "anna")) == (401, "bad-sign-in")
    assert sign_in(office, "anna", WORDS + " more").status == 200
    office.worlds.look()
    assert code(office.ask("GET", "/v1/staff", by=old)) == (401, "session-over")


@pytest.mark.parametrize("password", ["short", "x" * 257, "ANNA.LONGER.NAME@example.org"])
def test_a_password_that_is_easily_guessed_is_refused(office: Office, password: str) -> None:
    invited = invite(office, "anna.longer.name").json()["invitation"]
    found = post(office, "/v1/invitations", invitation=invited, password=password)
    assert code(found) == (422, "weak-password")
    assert post(office, "/v1/invitations", invitation=invited, password=WORDS).status == 200


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"email": "anna", "name": "Anna", "role": "till"}, "/email"),
        ({"email": "a@b.org", "name": "", "role": "till"}, "/name"),
        ({"email": "a@b.org", "name": "Anna", "role": "chief"}, "/role"),
        ({"email": "a@b.org", "name": "Anna", "role": "till", "password": "x"}, ""),
    ],
)
def test_an_account_that_cannot_be_is_refused(office: Office, body: Any, pointer: str) -> None:
    found = office.ask("POST", "/v1/staff", body)
    assert code(found) == (422, "unreadable-body")
    assert problem(found)["errors"][0]["pointer"] == pointer


def test_one_address_has_one_account(office: Office) -> None:
    invite(office, "anna")
    assert code(invite(office, "anna")) == (409, "address-taken")
    assert invite(office, "anna", by=office.worlds.key(space=THEIRS)).status == 201


def together(work: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=one) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# ---- sessions ------------------------------------------------------------------------------------


def test_a_session_opens_every_address_for_which_the_role_has_the_scope(office: Office) -> None:
    came(office, "anna", "till")
    till = token(office, "anna")
    sent = office.ask("POST", "/v1/events", purchase("e1"), by=till)
    assert sent.json()["wallet"]["beans"]["balance"] == "3"
    assert office.ask("GET", "/v1/programmes", by=till).status == 200
    for address in ("/v1/members/anna", "/v1/changes", "/v1/staff", "/v1/keys"):
        assert code(office.ask("GET", address, by=till)) == (403, "not-allowed")


def test_a_session_ends_when_its_time_is_over(office: Office) -> None:
    came(office, "anna")
    session = token(office, "anna")
    assert office.ask("GET", "/v1/staff", by=session).status == 200
    gate = office.worlds.client.gate
    gate._wall = lambda: NOW + HELD - 1
    assert office.ask("GET", "/v1/staff", by=session).status == 200
    gate._wall = lambda: NOW + HELD
    assert code(office.ask("GET", "/v1/staff", by=session)) == (401, "session-over")


def test_who_signs_out_is_out(office: Office) -> None:
    came(office, "anna")
    session, other = token(office, "anna"), token(office, "anna")
    assert office.ask("GET", "/v1/staff", by=session).status == 200
    assert post(office, "/v1/sign-out", token=session).json() == {"signed_out": True}
    assert code(post(office, "/v1/sign-out", token=session)) == (401, "session-over")
    office.worlds.look()
    assert code(office.ask("GET", "/v1/staff", by=session)) == (401, "session-over")
    assert office.ask("GET", "/v1/staff", by=other).status == 200


def test_a_session_that_ends_while_it_is_looked_for_is_not_let_in(office: Office) -> None:
    """The gate has heard of the end; what was read before that counts no more."""
    came(office, "anna")
    gate, session = office.worlds.client.gate, token(office, "anna")
    before = gate.generation
    post(office, "/v1/sign-out", token=session)
    office.worlds.look()
    assert gate.generation > before
    from xenia.services.access import Key, digest_of  # noqa: PLC0415 - only here

    key = Key(1, "x", frozenset(), None, "staff", NOW + HELD)
    assert not gate.let_in(digest_of(session), key, before)
    assert code(office.ask("GET", "/v1/staff", by=session)) == (401, "session-over")


def test_strange_sessions_do_not_keep_the_database_busy(office: Office) -> None:
    office.worlds.look()
    gate = office.worlds.client.gate
    gate._clock = lambda: gate._looks.at
    gate._looks.left = 2.0
    strange = ["xen_session_" + str(n) for n in range(3)]
    found = [office.ask("GET", "/v1/staff", by=one) for one in strange]
    assert [one.status for one in found] == [401, 401, 503]


def test_a_key_is_none_the_worse_for_it(office: Office) -> None:
    came(office, "anna")
    office.worlds.look()
    assert office.ask("GET", "/v1/staff", by=office.anna).status == 200
    none = office.worlds.client.ask("GET", "/v1/staff")
    assert code(none) == (401, "no-key")


def test_once_there_is_an_account_nobody_gets_in_without(database: Database) -> None:
    published(database, CAFE)
    worlds = Worlds(database)
    try:
        body = {"email": "anna@example.org", "name": "Anna", "role": "owner"}
        made = worlds.client.ask("POST", "/v1/staff", body, {"idempotency-key": "1"})
        assert made.status == 201
        worlds.look()
        assert code(worlds.client.ask("GET", "/v1/staff")) == (401, "no-key")
        secret = made.json()["invitation"]
        worlds.client.ask("POST", "/v1/invitations", {"invitation": secret, "password": WORDS})
        signed = {"email": "anna@example.org", "password": WORDS}
        session = worlds.client.ask("POST", "/v1/sign-in", signed).json()["token"]
        assert worlds.client.ask("GET", "/v1/staff", fields=bearer(session)).status == 200
    finally:
        worlds.close()


def test_spaces_have_staff_of_their_own(office: Office) -> None:
    came(office, "anna", by=office.worlds.key(space=THEIRS))
    account = came(office, "boris")
    assert code(sign_in(office, "anna")) == (401, "bad-sign-in")
    assert code(sign_in(office, "anna", space="nowhere")) == (401, "bad-sign-in")
    session = sign_in(office, "anna", space=THEIRS).json()["token"]
    assert [item["name"] for item in office.ask("GET", "/v1/staff", by=session).json()["data"]] == [
        "Anna"
    ]
    for method, part, body in (
        ("GET", "", None), ("PATCH", "", {"role": "till"}), ("DELETE", "", None),
        ("POST", "/invitation", None), ("DELETE", "/sessions", None),
    ):  # fmt: skip
        found = office.ask(method, f"/v1/staff/{account}{part}", body, by=session)
        assert code(found) == (404, "no-such-staff"), part
    assert "cafe" not in office.ask("GET", "/v1/programmes", by=session).body.decode()


# ---- who may do what -----------------------------------------------------------------------------


def test_the_trail_names_the_person(office: Office) -> None:
    account = came(office, "anna", "manager")
    draft = office.begin(by=token(office, "anna"))
    trail = office.ask("GET", f"/v1/changes?about=draft/{draft}").json()["data"]
    assert [(item["by"], item["name"]) for item in trail] == [(f"staff/{account}", "Anna")]
    said = office.ask("GET", f"/v1/changes?about=staff/{account}").json()["data"]
    assert [item["action"] for item in said] == [
        "staff.signed-in", "staff.came", "staff.invited"
    ]  # fmt: skip


def test_a_person_and_the_keys_they_make_are_one(office: Office) -> None:
    came(office, "anna")
    came(office, "boris")
    anna, boris = token(office, "anna"), token(office, "boris")
    draft = office.begin(by=anna)
    body = {"name": "mine", "scopes": ["drafts:approve"]}
    key = office.ask("POST", "/v1/keys", body, by=anna).json()["secret"]
    office.worlds.look()
    for one in (anna, key):
        assert code(office.approve(draft, by=one)) == (403, "own-draft")
    assert office.approve(draft, by=boris).status == 200


def test_a_role_is_changed_and_sessions_follow(office: Office) -> None:
    account = came(office, "anna", "till")
    session = token(office, "anna")
    assert code(office.ask("GET", "/v1/changes", by=session)) == (403, "not-allowed")
    new = office.ask("PATCH", f"/v1/staff/{account}", {"role": "manager", "name": "Anna M."})
    assert (new.json()["role"], new.json()["name"]) == ("manager", "Anna M.")
    office.worlds.look()
    assert office.ask("GET", "/v1/changes", by=session).status == 200


def test_who_is_disabled_is_out_until_they_are_not(office: Office) -> None:
    account = came(office, "anna", "till")
    session = token(office, "anna")
    address = f"/v1/staff/{account}"
    assert office.ask("PATCH", address, {"disabled": True}).json()["state"] == "disabled"
    office.worlds.look()
    assert code(office.ask("GET", "/v1/programmes", by=session)) == (401, "session-over")
    assert code(sign_in(office, "anna")) == (401, "bad-sign-in")
    assert code(office.ask("POST", f"{address}/invitation")) == (404, "no-such-staff")
    assert office.ask("PATCH", address, {"disabled": False}).json()["state"] == "active"
    assert sign_in(office, "anna").status == 200
    office.worlds.look()
    assert code(office.ask("GET", "/v1/programmes", by=session)) == (401, "session-over")


def test_all_sessions_of_somebody_are_ended(office: Office) -> None:
    account = came(office, "anna")
    sessions = [token(office, "anna") for _ in range(2)]
    assert office.ask("DELETE", f"/v1/staff/{account}/sessions").json()["signed_out"]
    office.worlds.look()
    for one in sessions:
        assert code(office.ask("GET", "/v1/staff", by=one)) == (401, "session-over")
    assert sign_in(office, "anna").status == 200


def test_nobody_gives_or_takes_more_than_they_may(office: Office) -> None:
    owner = came(office, "anna")
    clerk = office.worlds.key([Scope.ACCOUNTS, *ROLES["till"]])
    assert invite(office, "boris", "till", by=clerk).status == 201
    assert code(invite(office, "carla", "owner", by=clerk)) == (403, "not-allowed")
    address = f"/v1/staff/{owner}"
    for method, part, body in (
        ("PATCH", "", {"disabled": True}), ("DELETE", "", None), ("POST", "/invitation", None),
        ("DELETE", "/sessions", None),
    ):  # fmt: skip
        found = office.ask(method, address + part, body, by=clerk)
        assert code(found) == (403, "not-allowed"), part


def test_the_last_owner_stays(office: Office) -> None:
    first = came(office, "anna")
    invite(office, "boris")  # who has not come yet
    address = f"/v1/staff/{first}"
    for method, body in (
        ("PATCH", {"role": "manager"}), ("PATCH", {"disabled": True}), ("DELETE", None)
    ):  # fmt: skip
        assert code(office.ask(method, address, body)) == (409, "last-owner")
    assert office.ask("PATCH", address, {"name": "Anna II"}).status == 200
    came(office, "carla")
    assert office.ask("PATCH", address, {"role": "manager"}).json()["role"] == "manager"


def test_of_two_owners_who_leave_at_once_one_stays(office: Office) -> None:
    accounts = [came(office, name) for name in ("anna", "boris")]
    database, found = office.worlds.database, []
    start = threading.Barrier(2)

    def leave(account: str) -> None:
        def work(changing: Changing) -> Done | Problem:
            return change(changing, account, Wish(disabled=True))

        with database.connect() as connection:
            changing = Changing(connection, Actor(1, "somebody"), NOW)
            start.wait()
            found.append(changed(changing, account, b"", b"", work, dry_run=False))

    together([lambda account=account: leave(account) for account in accounts])  # type: ignore[misc]
    assert sorted(isinstance(one, Answer) for one in found) == [False, True]
    (lost,) = [one.code for one in found if isinstance(one, Problem)]
    assert lost == "last-owner"


def test_roles_are_sets_of_scopes(office: Office) -> None:
    listed = {item["role"]: item for item in office.ask("GET", "/v1/roles").json()["data"]}
    assert listed.keys() == ROLES.keys() == MEANT.keys()
    assert listed["owner"]["scopes"] == sorted(set(Scope) - {Scope.OWN})
    for role in ("support", "till", "analyst", "manager"):
        assert set(listed[role]["scopes"]) < set(Scope)
        assert not ROLES[role] & {Scope.KEYS, Scope.ACCOUNTS}


def test_accounts_come_in_pages(office: Office) -> None:
    for name in ("anna", "boris", "carla"):
        invite(office, name, "till")
    page = office.ask("GET", "/v1/staff?limit=2").json()
    rest = office.ask("GET", f"/v1/staff?limit=2&cursor={page['next_cursor']}").json()
    names = [item["name"] for item in (*page["data"], *rest["data"])]
    assert (names, page["has_more"], rest["has_more"]) == (["Anna", "Boris", "Carla"], True, False)


# ---- erasing -------------------------------------------------------------------------------------


def test_nothing_tells_who_was_erased_and_the_trail_stays(office: Office) -> None:
    account = came(office, "anna", "manager")
    draft = office.begin(by=token(office, "anna"))
    office.ask("PATCH", f"/v1/staff/{account}", {"name": "Anna Papadaki"})
    personal = ("anna@example.org", "Anna Papadaki")
    with office.worlds.database.connect() as connection:
        assert places(connection, personal[0]) == {"staff.email"}
        assert places(connection, personal[1]) == {"staff.name"}
        connection.commit()
        gone = office.ask("DELETE", f"/v1/staff/{account}")
        assert gone.json() == {"staff": account, "erased": True}
        for text in (*personal, '"Anna'):
            assert places(connection, text) == set()
    trail = office.ask("GET", f"/v1/changes?about=draft/{draft}").json()["data"]
    assert [(item["by"], item["name"]) for item in trail] == [(f"staff/{account}", None)]
    shown = office.ask("GET", f"/v1/staff/{account}").json()
    assert (shown["state"], shown["email"], shown["name"]) == ("erased", None, None)
    assert code(sign_in(office, "anna")) == (401, "bad-sign-in")
    assert code(office.ask("PATCH", f"/v1/staff/{account}", {"role": "till"})) == (
        404, "no-such-staff"
    )  # fmt: skip
    assert invite(office, "anna").status == 201, "as somebody new"


# ---- passwords -----------------------------------------------------------------------------------


def test_a_password_is_hashed_as_slowly_as_is_advised() -> None:
    """OWASP: N = 2^17, r = 8, p = 1."""
    assert Cost() == Cost(log_n=17, r=8, p=1)
    stored = hashed(WORDS, Cost())
    assert stored.split("$")[:4] == ["scrypt", "17", "8", "1"]
    assert fits(WORDS, stored)


def test_a_password_fits_its_own_hash_and_no_other() -> None:
    one, other = hashed(WORDS), hashed(WORDS)
    assert one != other, "each has a salt of its own"
    for stored in (one, other, hashed(WORDS, Cost(log_n=5, r=4, p=2))):
        assert fits(WORDS, stored)
        assert not fits(WORDS + " ", stored)
    assert not fits("", None)
    assert fits("Ζωή 🗝 \ud800", hashed("Ζωή 🗝 \ud800"))
