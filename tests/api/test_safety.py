"""Limits of spending: so much for a member in so long, exactly, and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Barrier, Thread
from typing import Any

import pytest

from tests.api.guarding import Shop, buy, codes, event, shop, spend
from tests.api.test_events import problem
from tests.live.conftest import discrepancies
from tests.postgres import Server
from xenia.services.guarding import guarding
from xenia.services.member_checks import check_members
from xenia.services.posted import OutdatedError
from xenia.services.posting import post
from xenia.services.published import load_space
from xenia.services.taking import Taken, take

REFUSED = "spending-limit"
THRICE = {"name": "thrice", "counts": "spends", "most": 3, "minutes": 60}
FIFTY = {"name": "fifty", "counts": "units", "most": "50", "currency": "points", "minutes": 1440}


@pytest.fixture(scope="module")
def world(servers: Callable[[str | None], Server]) -> Iterator[Shop]:
    """What the tests of this page have left must be provable in the end."""
    with servers(None).fresh(migrated=True) as database, shop(database) as found:
        yield found
        assert discrepancies(database) == []


@pytest.fixture
def served(world: Shop) -> Iterator[Shop]:
    """The shop, in which nothing is said as yet."""
    yield world
    world.limits()


def write(served: Shop, address: str, body: Any = None) -> Any:
    return served.write("POST", f"/v1/reservations{address}", body)


# ---- what is counted -----------------------------------------------------------------------------


def test_a_member_spends_so_often_only_and_again_when_it_opens(served: Shop) -> None:
    anna, bob = served.rich("anna"), served.rich("bob")
    served.limits(THRICE)
    first = served.one(spend("a1", anna))
    served.later(10)
    more = served.send(
        event("a2", "redemption", anna, reward="tea"),
        event("a3", "transfer", anna, currency="points", units="5", to=bob),
    )
    assert [codes(one) for one in (first, *more)] == [[]] * 3
    quoted = served.till.post(spend("a4", anna, "2"), address="/v1/quotes").json()
    asked = served.one(spend("a4", anna, "2"))
    assert codes(asked) == codes(quoted) == [(REFUSED, "spend")]
    (refusal,) = asked["refusals"]
    # The first of the three goes out of the hour then.
    assert refusal["opens_at"] == "2026-11-18T14:06:40+02:00"
    assert refusal["text"] == (
        '"thrice" lets a member take something 3 times in 1 hour: the same can be had from '
        "2026-11-18T14:06:40+02:00 on"
    )
    assert (asked["payable"]["to_pay"], len(asked["effects"])) == ("90.00", 1), "it earns"
    assert served.one(spend("a4", anna, "2")) == asked, "the same event again"
    refused = served.send(
        event("a5", "redemption", anna, reward="tea"),
        event("a6", "transfer", anna, currency="points", units="5", to=bob),
        spend("b1", bob),
    )
    assert [codes(one) for one in refused] == [
        [(REFUSED, "redemption")], [(REFUSED, "transfer")], [],
    ]  # fmt: skip
    served.later(49)
    assert codes(served.one(spend("a7", anna))) == [(REFUSED, "spend")]
    served.later(1)
    two = served.send(spend("a8", anna), spend("a9", anna))
    assert [codes(one) for one in two] == [[], [(REFUSED, "spend")]]


def test_vouchers_count_and_what_takes_nothing_does_not(served: Shop) -> None:
    eva = served.rich("eva")
    named = [
        served.one(buy(f"v{place}", eva, channel="thanks"))["vouchers"][0]["code"]
        for place in range(2)
    ]
    served.limits({**THRICE, "most": "1"})
    none = served.send(
        spend("e1", eva, "100000"),  # more than the bill: refused for that
        event("e2", "redemption", eva, reward="cake"),
        buy("e3", eva, vouchers=["ABCD"]),
    )
    assert all(REFUSED not in [code for code, _ in codes(one)] for one in none)
    used = served.send(
        buy("e4", eva, "5.00", vouchers=named[:1]),
        buy("e5", eva, "5.00", vouchers=named[1:], spend={"points": "1", "stamps": "1"}),
        event("e6", "use", eva, voucher=named[1]),
    )
    assert codes(used[0]) == []
    assert codes(used[1]) == [(REFUSED, "vouchers"), (REFUSED, "spend"), (REFUSED, "spend")]
    assert codes(used[2]) == [(REFUSED, "use")]
    assert used[1]["payable"]["to_pay"] == "5.00"
    # What comes back of it comes back as of a purchase that took nothing.
    back = served.one(event("e7", "return", eva, purchase="e5", all=True))
    assert (codes(back), back["refund"][0]["amount"]) == ([], "5.00")


def test_units_are_counted_and_the_rest_can_be_had(served: Shop) -> None:
    leo = served.rich("leo")
    served.limits(FIFTY)
    answers = served.send(
        spend("l1", leo, "30"), spend("l2", leo, "21"), spend("l3", leo, "20"), spend("l4", leo)
    )
    assert [codes(one) for one in answers] == [
        [], [(REFUSED, "spend")], [], [(REFUSED, "spend")],
    ]  # fmt: skip
    (alone,) = served.one(spend("l5", leo, "51"))["refusals"]
    assert "opens_at" not in alone, "no time will do"
    assert alone["text"].endswith("50 points in 1 day, and this alone is more: ask for less")


@pytest.mark.parametrize(
    ("counts", "most", "passes"),
    [("locations", 1, [True, True, False, False]), ("terminals", 2, [True, True, True, False])],
)
def test_places_are_counted(served: Shop, counts: str, most: int, passes: list[bool]) -> None:
    member = served.rich(f"at {counts}")
    served.limits({"name": "places", "counts": counts, "most": most, "minutes": 5})
    where = [("north", "1"), ("north", "1"), ("south", "1"), ("south", "2")]
    answers = served.send(
        *[
            spend(f"{counts} {place}", member, location=location, terminal=terminal)
            for place, (location, terminal) in enumerate(where)
        ]
    )
    assert [codes(one) == [] for one in answers] == passes


# ---- held ----------------------------------------------------------------------------------------


def test_what_goes_beyond_is_held_until_staff_has_looked(served: Shop) -> None:
    ida = served.rich("ida")
    served.limits(THRICE, {**THRICE, "name": "twice", "most": "2", "then": "hold"})
    dry = served.till.post(
        [spend(f"i{n}", ida) for n in range(3)], address="/v1/events?dry_run=true"
    )
    answers = served.send(*[spend(f"i{n}", ida, "2") for n in range(4)])
    assert [codes(one) for one in answers] == [
        [], [], [("held-for-review", "spend")], [("insufficient-balance", "spend")],
    ]  # fmt: skip
    assert codes(dry.json()[2]) == codes(answers[2])
    # What is earned after the hold is not held; what points have paid earns nothing.
    assert served.balance(ida) == ("90", str(100 - 2 * 2 + 2 * 89 + 90))
    facts = served.till.get(f"/v1/members/{ida}/ledger").json()
    assert "xenia" in str(facts), "the hold is in the history"
    free = event("i9", "release", ida, reason="it was her", currency="points")
    assert codes(served.one(free)) == []
    served.limits()
    assert codes(served.one(spend("i10", ida, "200"))) == []


# ---- reservations --------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["rests", "confirm", "undo"])
def test_who_is_found_to_be_another_has_taken_what_either_took(served: Shop, how: str) -> None:
    whom, into = served.rich(f"whom {how}"), served.rich(f"into {how}")
    served.limits(FIFTY)
    assert codes(served.one(spend(f"{how} 1", whom, "30"))) == []
    served.later(1)
    made = served.write("POST", "/v1/merges", {"from": whom, "into": into}).json()
    if how != "rests":
        assert served.write("POST", f"/v1/merges/{made['merge']}/{how}").status == 200
    one = served.one(spend(f"{how} 2", into, "15"))
    other = served.one(spend(f"{how} 3", whom, "15"))
    assert codes(one) == []
    assert codes(other) == ([] if how == "undo" else [(REFUSED, "spend")])


def test_what_is_reserved_counts_and_can_be_committed(served: Shop) -> None:
    mia = served.rich("mia")
    served.limits(FIFTY, {**THRICE, "most": 2, "then": "hold"})
    asked = spend("m1", mia, "40")
    made = write(served, "", {"event": asked}).json()
    served.later(2 * 60)
    assert write(served, "", {"event": asked}).status == 201, "as the first is over"
    beyond = write(served, "", {"event": spend("m2", mia, "11")})
    assert (beyond.status, problem(beyond)["errors"][0]["code"]) == (409, REFUSED)
    assert served.balance(mia) == ("60", "40"), "a reservation holds nothing back but itself"
    over = write(served, f"/{made['reservation']}/commit", asked)
    assert problem(over)["code"] == "reservation-over"
    kept = write(served, "", {"event": spend("m3", mia, "5")}).json()["reservation"]
    assert codes(served.one(spend("m4", mia, "1"))) == [("held-for-review", "spend")]
    done = write(served, f"/{kept}/commit", spend("m3", mia, "5"))
    assert codes(done.json()) == [], "what was promised is not held"


def test_what_is_reserved_and_takes_nothing_does_not_count(served: Shop) -> None:
    ava = served.rich("ava")
    served.limits({**THRICE, "most": 1})
    assert write(served, "", {"event": buy("n1", ava)}).status == 201
    assert codes(served.one(spend("n2", ava, "5"))) == []
    assert codes(served.one(spend("n3", ava, "5"))) == [(REFUSED, "spend")]


def test_a_commit_that_takes_more_than_was_reserved_is_looked_at_again(served: Shop) -> None:
    zoe = served.rich("zoe")
    served.limits(FIFTY)
    one = write(served, "", {"event": spend("z1", zoe, "50")}).json()["reservation"]
    done = write(served, f"/{one}/commit", spend("z1", zoe, "50"))
    assert codes(done.json()) == []
    served.later(24 * 60)
    two = write(served, "", {"event": spend("z2", zoe, "20")}).json()["reservation"]
    done = write(served, f"/{two}/commit", spend("z2", zoe, "51"))
    assert codes(done.json()) == [(REFUSED, "spend")]


# ---- said by whom --------------------------------------------------------------------------------


def test_what_is_said_is_shown_and_noted(served: Shop) -> None:
    path = "/v1/programmes/shop/safety"
    nothing = served.till.get(path).json()
    assert nothing == {
        "programme": "shop",
        "limits": [],
        "codes": {},
        "second_person": {},
        "second_person_grants": False,
    }
    dry = served.write("PUT", f"{path}?dry_run=true", {"limits": [FIFTY]})
    assert (dry.status, served.till.get(path).json()) == (200, nothing)
    said = served.limits(FIFTY)
    assert served.till.get(path).json() == said == dry.json()
    assert said["limits"][0] == {**FIFTY, "then": "refuse"}
    change = served.till.get("/v1/changes?about=programme/shop/safety").json()["data"][0]
    assert (change["action"], change["before"], change["after"]) == (
        "safety.changed",
        nothing,
        said,
    )
    unknown = served.write("PUT", "/v1/programmes/shpo/safety", {})
    assert (unknown.status, problem(unknown)["code"]) == (404, "no-such-programme")
    assert 'did you mean "shop"' in problem(unknown)["detail"]
    assert served.till.get("/v1/programmes/shpo/safety").status == 404


@pytest.mark.parametrize(
    ("limits", "pointer", "words"),
    [
        ([{**THRICE, "most": 0}], "/limits/0/most", "1 or more"),
        ([{**THRICE, "most": "2.5"}], "/limits/0/most", "2.5"),
        ([{**THRICE, "minutes": 0}], "/limits/0/minutes", ">= 1"),
        ([{**THRICE, "then": "cry"}], "/limits/0/then", "cry"),
        ([{**THRICE, "currency": "points"}], "/limits/0/currency", "leave it out"),
        ([{**FIFTY, "currency": "pionts"}], "/limits/0/currency", 'did you mean "points"'),
        ([{**FIFTY, "currency": None}], "/limits/0/currency", "points, stamps"),
        ([{**FIFTY, "most": "1.5"}], "/limits/0/most", "points"),
        ([FIFTY, {**THRICE, "name": "fifty"}], "/limits/0/name", "two limits"),
        ([{**THRICE, "name": "No name"}], "/limits/0/name", "matching regex"),
    ],
)
def test_what_cannot_be_a_limit_is_refused(
    served: Shop, limits: Any, pointer: str, words: str
) -> None:
    response = served.write("PUT", "/v1/programmes/shop/safety", {"limits": limits})
    told = problem(response)
    assert (response.status, told["errors"][0]["pointer"]) == (422, pointer), told
    assert words in told["detail"], told
    assert served.till.get("/v1/programmes/shop/safety").json()["limits"] == []


# ---- at once -------------------------------------------------------------------------------------


def test_of_fifty_at_once_exactly_so_many_get_through(served: Shop) -> None:
    """Each over a connection of its own, as so many services would."""
    rex = served.rich("rex")
    served.limits(THRICE)
    database = served.database
    with database.connect() as connection:
        space = load_space(connection)
    together, answers = Barrier(50), list[str]()

    def run(place: int) -> None:
        item = take(space, spend(f"r{place}", rex))
        assert isinstance(item, Taken)
        with database.connect() as connection:
            together.wait()
            posted = post(connection, space, space.programmes["shop"], [item], served.now)
        answers.append(posted[0].answer or "")

    threads = [Thread(target=run, args=(place,)) for place in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 50
    assert sum(REFUSED not in one for one in answers) == 3


def test_whoever_knows_an_older_saying_has_to_look_again(served: Shop) -> None:
    tim = served.rich("tim")
    with served.database.connect() as connection:
        before = load_space(connection)
        item = take(before, spend("t1", tim))
        assert isinstance(item, Taken)
        connection.commit()
        served.limits(THRICE)
        with pytest.raises(OutdatedError):
            post(connection, before, before.programmes["shop"], [item], served.now)


def test_where_nothing_is_said_nothing_is_asked_or_kept(served: Shop) -> None:
    served.rich("sue")
    assert codes(served.one(spend("s1", "sue"))) == []
    with served.database.connect() as connection:
        space = load_space(connection)
        query = "select inputs from record where event_id = 's1'"
        assert connection.execute(query).fetchall() == [(None,)]
        query = "select count(*) from spending where member_id = 'sue'"
        assert connection.execute(query).fetchall() == [(0,)]
    assert guarding(None, space.programmes["shop"], b"") is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("""update spending set units = '{"points":1}'""", '{"points":7}'),
        ("update spending set location = 'x'", "at no place"),
        ("delete from spending", "stored nothing"),
        ("update spending set seq = seq + 1", "folded nothing"),
        ("update spending set recorded_at = recorded_at - interval '1 day'", "spent: stored"),
    ],
)
def test_what_is_counted_is_proved(served: Shop, change: str, said: str) -> None:
    served.limits(THRICE)
    amy = "amy"
    if served.till.get(f"/v1/members/{amy}/wallet").status == 404:
        served.rich(amy)
    served.later(61)
    name = f"p {served.now}"
    served.one(spend(name, amy, "7"))
    with served.database.connect() as connection:
        connection.execute(f"{change} where member_id = 'amy'".encode())
        found = _found(connection)
        connection.rollback()
    assert any(said in one for one in found), found


def _found(connection: Any) -> list[str]:
    """What is said of Amy within a transaction that is taken back."""
    space = load_space(connection)
    checked = check_members(connection, space, space.programmes["shop"], ["amy"])
    return [str(one) for one in checked.discrepancies]
