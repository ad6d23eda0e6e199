"""Every write that changes a member says in the trail what was before it, and what is after."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from psycopg import errors

from tests.api import guarding
from tests.api.changed_members import Club, Json, correction, joins, noting, profile
from tests.api.client import NOW
from tests.api.guarding import buy, shop
from tests.api.member_changes import CARDS, CASES, CHANGED, CORRECTIONS, Case
from tests.api.test_access import ALL, WRITES
from tests.api.worlds import bearer
from tests.postgres import Server
from tests.services.cafe import said
from tests.services.test_erasing import places
from tests.statements import noted
from xenia.services.access import Actor, Scope
from xenia.services.changing import Changing
from xenia.services.erasing import erase_member
from xenia.services.published import load_space
from xenia.services.watching import Part, Watching, differing, together
from xenia.store import changes

# What is written there is of no member, or is told otherwise: events tell of themselves.
OF_OTHERS = (
    *("/v1/events", "/v1/reservations", "/v1/quotes", "/v1/simulations", "/v1/messages"),
    *("/v1/programmes", "/v1/drafts", "/v1/approval", "/v1/rewards", "/v1/notifiers"),
    *("/v1/keys", "/v1/staff", "/v1/brand", "/v1/own/brand", "/v1/finance", "/v1/backtests"),
    *("/v1/wizards", "/v1/connections", "/v1/connectors", "/v1/webhooks"),
    *("/v1/invitations", "/v1/sign-in", "/v1/sign-out", "/v1/session"),
    *("/v1/own/codes", "/v1/own/sign-in", "/v1/own/sign-out", "/v1/own/session"),
)


@pytest.fixture(scope="module")
def club(servers: Callable[[str | None], Server]) -> Iterator[Club]:
    """What the tests of this page have left must be provable in the end."""
    kinds = "name: {type: text}, kind: {type: text, options: [adult, child]}"
    with pytest.MonkeyPatch.context() as patch, servers(None).fresh(migrated=True) as database:
        patch.setattr(guarding, "SHOP", f"{guarding.SHOP}attributes: {{member: {{{kinds}}}}}\n")
        with shop(database) as served:
            yield Club(served)
            assert said(database) == ""


def test_every_write_that_changes_a_member_is_here() -> None:
    """One that is new has to be put where it belongs."""
    writes = {(method, path) for method, path, _ in ALL if method in WRITES}
    others = {(method, path) for method, path in writes if of_others(path)}
    assert writes - others == {(case.method, case.path) for case in CASES}


def of_others(path: str) -> bool:
    """Whether what is written there is of no member."""
    return any(path == one or path.startswith(f"{one}/") for one in OF_OTHERS)


@pytest.mark.parametrize("case", CASES, ids=[case.name.replace(" ", "-") for case in CASES])
def test_the_trail_has_what_was_before_and_after(club: Club, case: Case) -> None:
    member = case.name.replace(" ", "-")
    named = {"member": member, "cashier": f"c-{member}", **case.prepare(club, member)}
    keys = {"key": club.key, "second": club.second}
    if case.by == "own":
        club.told()  # what others were sent
        keys["own"] = club.came(f"{member}@example.org")
    club.done(case.method, case.path.format(**named), case.body(member), keys[case.by])
    told = club.trail(case.about.format(**named))
    for side, wanted in (("before", case.before(member)), ("after", case.after(member))):
        if wanted is None:
            assert told[side] is None, told
        else:
            assert fitting(told[side], wanted) == wanted, told
    assert told["before"] != told["after"]


def fitting(there: Json | None, wanted: Json) -> Json:
    """What is there of what is wanted, to be compared; what can be anything (`...`) has to be
    there."""
    found: Json = {}
    for name, value in wanted.items():
        if there is None or there.get(name) is None:
            continue
        held = there[name]
        inner = isinstance(value, dict) and isinstance(held, dict)
        found[name] = ... if value is ... else fitting(held, value) if inner else held
    return found


def test_nothing_comes_between_what_was_and_what_is(club: Club) -> None:
    for member in ("busy", "busy-too"):
        joins(club, member)
    database, taking = club.shop.database, "select from account where member_id = %s for update"
    with database.connect() as connection, connection.transaction():
        space = load_space(connection)
        changing = Changing(connection, Actor(space.space_id, "test"), NOW)
        Watching(changing, "busy", space.programmes.values(), [Part.HOLDINGS], beside=["busy-too"])
        for held in ("busy", "busy-too"):
            with database.connect() as other, pytest.raises(errors.LockNotAvailable):
                other.execute(f"{taking} nowait".encode(), [held])


def test_of_a_household_it_is_told_what_it_holds(club: Club) -> None:
    home = club.lives("lodger")["household"]
    assert club.shop.till.post(buy("h1", "lodger", "100.00"), **club.key).status == 200
    club.told()
    keys = club.came("lodger@example.org")
    club.done("POST", "/v1/own/redemptions", {"reward": "tea"}, keys)
    told = club.trail("member/lodger")
    assert told["after"]["household"] == home
    assert (told["before"]["balance"], told["after"]["balance"]) == (
        {"shop/points": "100"},
        {"shop/points": "93"},
    )


# ---- what is of a person -------------------------------------------------------------------------


def test_what_tells_who_somebody_was_goes_with_them(club: Club) -> None:
    noting(club, "gone")
    club.done("PATCH", "/v1/members/gone", {"attributes": {"name": "Zoya"}})
    home = {"person": "gone", "household": "home-of-gone", "name": "Zoyas"}
    club.done("POST", "/v1/households", home)
    waits = {**correction("adjustment", "70")("gone"), "reason": "the soup was cold"}
    name = club.done("POST", CORRECTIONS, waits)["correction"]
    club.done("POST", f"{CORRECTIONS}/{name}/decline", None, club.second)
    club.done("POST", "/v1/members/gone/notes", {"text": "Allergic to nuts."})
    club.done("POST", CARDS.format(member="gone"), {"card": "card-of-gone"})
    secrets = ("Zoya", "Allergic to nuts.", "card-of-gone", "gone@example.org")
    answered = ("Zoya", "Allergic to nuts.", "the soup was cold")
    kept = club.get("/v1/members/gone/export", club.key).json()["kept"]["changes"]
    assert all(secret in str(kept) for secret in secrets), "who asks is given it"
    with club.shop.database.connect() as connection:
        assert all("change.personal" in places(connection, secret) for secret in secrets)
        assert all("request.answer" in places(connection, secret) for secret in answered)
        proof = club.done("DELETE", "/v1/members/gone")
        assert (proof["removed"]["change"], proof["removed"]["request"]) == (5, 4)
        club.done("DELETE", "/v1/members/home-of-gone")
        for secret in (*secrets, *answered):
            assert places(connection, secret) == set(), secret
    trail = club.get("/v1/changes?about=member/gone", club.key).json()["data"]
    assert [one["action"] for one in trail][1] == "member.card.add", "that it was changed stays"
    assert club.done("DELETE", "/v1/members/gone") == proof


def test_what_is_left_of_who_was_erased_is_found(club: Club) -> None:
    joins(club, "left")
    club.done("DELETE", "/v1/members/left")
    spoilt = "update change set personal = %s where object = 'member/left'"
    with club.shop.database.connect() as connection:
        connection.execute(spoilt, ['{"after": {"attributes": {"name": "Bohumila"}}}'])
    assert "left: erased, and in change" in said(club.shop.database)
    with club.shop.database.connect() as connection:
        connection.execute(spoilt, [None])


def test_who_is_erased_meanwhile_is_not_told_of(club: Club) -> None:
    joins(club, "quick")
    database = club.shop.database
    with database.connect() as connection, connection.transaction():
        space = load_space(connection)
        changing = Changing(connection, Actor(space.space_id, "test"), NOW)
        watching = Watching(changing, "quick", space.programmes.values(), [*Part])
        with database.connect() as other:
            erase_member(other, "quick", now=NOW)
        watching.note("member.profile", after={"said": ["attributes"]})
        (row, *_) = changes.trail(connection, space.space_id, limit=1, about="member/quick")
    assert (row.action, row.personal) == ("member.profile", None)
    assert "quick@" not in str(row)


def test_who_may_not_read_members_is_not_told_who_they_are(club: Club) -> None:
    joins(club, "shy")
    club.done("PATCH", "/v1/members/shy", CHANGED)
    auditor = bearer(club.shop.worlds.key([Scope.AUDIT]))
    told = club.trail("member/shy", auditor)
    assert (told["before"]["attributes"], told["after"]["attributes"]) == (
        {"kind": "adult"},
        {"kind": "child"},
    )
    assert club.trail("member/shy")["after"]["attributes"] == {"name": "Bea", "kind": "child"}


def test_the_reason_of_a_correction_is_about_a_person(club: Club) -> None:
    joins(club, "cold")
    club.done("POST", CORRECTIONS, correction("adjustment", "5")("cold"))
    assert "coffee" not in str(club.trail("member/cold"))


# ---- what it costs -------------------------------------------------------------------------------


def test_what_happens_pays_nothing_and_a_change_one_insert(club: Club) -> None:
    joins(club, "often")
    with noted("") as asked:
        club.rich("often-bought")
        assert club.shop.till.post(buy("o1", "often", "3.00"), **club.key).status == 200
    assert [one.name for one in asked if "change" in one.text.decode().split()] == []
    with noted("") as asked:
        club.done("PATCH", "/v1/members/often", CHANGED)
    assert sum(b"insert into change" in one.text for one in asked) == 1


def test_of_somebody_new_nothing_is_read_that_was_before(club: Club) -> None:
    body = profile("new")
    with noted("") as known:
        club.done("POST", "/v1/members", body)
    del body["member"]
    body["identifiers"] = {"card": "card-newer"}
    with noted("") as unknown:
        club.done("POST", "/v1/members", body)
    assert len(unknown) < len(known)


# ---- values --------------------------------------------------------------------------------------


def test_only_what_differs_is_noted() -> None:
    was = {"attributes": {"name": "A", "kind": "adult"}, "balance": {"x": "0"}, "gone": {"a": 1}}
    now = {"attributes": {"name": "B", "kind": "adult"}, "balance": {"x": "5"}, "new": {"b": None}}
    assert differing(was, now) == (
        {"attributes": {"name": "A"}, "balance": {"x": "0"}, "gone": {"a": 1}},
        {"attributes": {"name": "B"}, "balance": {"x": "5"}},
    )
    assert differing(was, was) == ({}, {})


def test_facts_and_what_is_personal_are_shown_together() -> None:
    facts = {"attributes": {"kind": "adult"}, "said": ["attributes"]}
    shown = together(facts, {"attributes": {"name": "A"}, "text": "x"})
    assert shown == {
        "attributes": {"kind": "adult", "name": "A"}, "said": ["attributes"], "text": "x",
    }  # fmt: skip
    assert facts["attributes"] == {"kind": "adult"}
    assert together(None, {"text": "x"}) == {"text": "x"}
    assert (together(None, None), together(facts, None)) == (None, facts)
