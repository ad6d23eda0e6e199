"""One-time codes: who takes much must know what the member was sent, once, and for so much."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Barrier, Event, Thread
from typing import Any

import pytest

from tests.api.guarding import Shop, buy, codes, event, shop, spend
from tests.api.test_events import problem
from tests.live.conftest import discrepancies
from tests.postgres import Server
from xenia.notifiers import Letter
from xenia.services.courier import Messenger
from xenia.services.one_time_codes import digits_of
from xenia.services.posting import post
from xenia.services.published import load_space
from xenia.services.taking import Taken, take


class Post:
    """Whoever is sent something: a notifier that keeps what it sends."""

    name, kind = "post", None

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    def send(self, letter: Letter) -> None:
        self.letters.append(letter)


class Guarded:
    """A shop where more than 50 points at once take a code."""

    def __init__(self, served: Shop) -> None:
        self.shop, self.post = served, Post()

    def ask(self, member: str, units: str = "80", **more: Any) -> Any:
        body = {"units": {"points": units, **more}}
        return self.shop.write("POST", f"/v1/members/{member}/codes", body)

    def told(self) -> list[Letter]:
        """What has been sent by now and was not before."""
        before = len(self.post.letters)
        Messenger(self.shop.database, Event(), lambda: self.shop.now, [self.post]).once()
        return self.post.letters[before:]

    def code(self, member: str, units: str = "80") -> str:
        """What a member reads in the message."""
        assert self.ask(member, units).status == 201
        (letter,) = self.told()
        assert letter.to == member
        return letter.text.split()[0]

    def try_(self, name: str, member: str, code: str | None = None, units: str = "60") -> Any:
        more = {} if code is None else {"one_time_code": code}
        return self.shop.one(spend(name, member, units, **more))


def other(code: str) -> str:
    """Six digits that are not these."""
    return "111111" if code != "111111" else "222222"


@pytest.fixture(scope="module")
def guarded(servers: Callable[[str | None], Server]) -> Iterator[Guarded]:
    """What the tests of this page have left must be provable in the end, and hold no code."""
    with servers(None).fresh(migrated=True) as database, shop(database) as served:
        served.limits(codes={"points": "50"})
        found = Guarded(served)
        yield found
        assert discrepancies(database) == []


def test_much_takes_a_code_that_the_member_is_sent(guarded: Guarded) -> None:
    served, anna = guarded.shop, guarded.shop.rich("anna")
    assert codes(guarded.try_("a0", anna, units="50")) == [], "so much takes none"
    served.one(buy("a1", anna, "90.00"))
    needed = guarded.try_("a2", anna)
    assert codes(needed) == [("code-needed", "spend")]
    assert "POST /v1/members/{member}/codes" in needed["refusals"][0]["text"]
    made = guarded.ask(anna)
    assert (made.status, made.json()["units"], made.json()["tries"]) == (201, {"points": "80"}, 5)
    (letter,) = guarded.told()
    with served.database.connect() as connection:
        digits = digits_of(load_space(connection).secret, made.json()["id"])
    assert (letter.to, letter.locale, letter.subject) == (anna, "en", "Your code")
    assert letter.text.startswith(f"{digits} is your code. With it up to 80 points can be used")
    done = guarded.try_("a3", anna, digits)
    assert codes(done) == []
    assert guarded.try_("a3", anna, digits) == guarded.try_("a3", anna) == done, "the same event"
    assert codes(guarded.try_("a4", anna, digits, "51")) == [("no-code-asked", "spend")]
    assert guarded.told() == [], "once"


def test_nothing_that_is_stored_or_shown_has_the_code(guarded: Guarded) -> None:
    served, ben = guarded.shop, guarded.shop.rich("ben")
    digits = guarded.code(ben)
    used = guarded.try_("b1", ben, digits)
    assert codes(used) == []
    with served.database.connect() as connection:
        for table in (
            "event",
            "personal",
            "record",
            "one_time_code",
            "message",
            "request",
            "change",
        ):
            query = f"select count(*) from {table} as t where t::text like %s".encode()
            assert connection.execute(query, (f"%{digits}%",)).fetchone() == (0,), table
    assert digits not in str(used)
    assert digits not in str(served.till.get("/v1/messages").json())


def test_a_code_is_the_members_for_so_much_and_so_long(guarded: Guarded) -> None:
    served = guarded.shop
    cleo, dan = served.rich("cleo"), served.rich("dan")
    digits = guarded.code(cleo, "60")
    assert codes(guarded.try_("c1", dan, digits)) == [("no-code-asked", "spend")]
    assert codes(guarded.try_("c2", cleo, digits, "61")) == [("code-for-less", "spend")]
    served.later(10)
    assert codes(guarded.try_("c3", cleo, digits)) == [("code-expired", "spend")]
    first, second = guarded.code(cleo), guarded.code(cleo)
    if first != second:
        assert codes(guarded.try_("c4", cleo, first)) == [("wrong-code", "spend")]
    give = event("c5", "transfer", cleo, currency="points", units="60", to=dan)
    assert codes(served.one(give)) == [("code-needed", "transfer")]
    assert codes(served.one({**give, "id": "c6", "one_time_code": second})) == []


def test_five_tries_are_all_and_codes_come_five_an_hour(guarded: Guarded) -> None:
    served, eli = guarded.shop, guarded.shop.rich("eli")
    digits = guarded.code(eli)
    tries = [guarded.try_(f"d{n}", eli, other(digits)) for n in range(5)]
    assert [codes(one)[0][0] for one in tries] == ["wrong-code"] * 5
    assert "(4 left)" in tries[0]["refusals"][0]["text"]
    assert codes(guarded.try_("d6", eli, digits)) == [("code-locked", "spend")]
    assert [guarded.ask(eli).status for _ in range(4)] == [201] * 4
    enough = guarded.ask(eli)
    assert (enough.status, problem(enough)["code"]) == (429, "too-many-codes")
    assert 0 < int(enough.headers["retry-after"]) <= 3600
    served.later(60)
    assert guarded.ask(eli).status == 201
    for wrong in ("½½½½½½", "1" * 200):
        assert codes(guarded.try_(f"d7 {wrong[:6]}", eli, wrong)) == [("wrong-code", "spend")]
    guarded.told()


def test_who_only_asks_learns_that_a_code_is_needed_and_not_which(guarded: Guarded) -> None:
    served, fay = guarded.shop, guarded.shop.rich("fay")
    digits = guarded.code(fay)
    for typed in (digits, other(digits)):
        asked = spend("f1", fay, "60", one_time_code=typed)
        quoted = served.till.post(asked, address="/v1/quotes").json()
        dry = served.till.post(asked, address="/v1/events?dry_run=true").json()
        assert quoted["notes"] == dry["notes"] == ["code-needed"]
        assert quoted["refusals"] == dry["refusals"] == []
        assert quoted["payable"]["to_pay"] == "89.40"
    assert "notes" not in served.till.post(spend("f2", fay, "50"), address="/v1/quotes").json()


def test_a_reservation_takes_the_code_and_counts_tries_whatever_is_undone(guarded: Guarded) -> None:
    served, gus = guarded.shop, guarded.shop.rich("gus")

    def reserve(code: str | None, address: str = "") -> Any:
        more = {} if code is None else {"one_time_code": code}
        body = {"event": spend("g1", gus, "60", **more)}
        return served.write("POST", f"/v1/reservations{address}", body)

    def reason(response: Any) -> str:
        return str(problem(response)["errors"][0]["code"])

    assert reason(reserve(None)) == "code-needed"
    digits = guarded.code(gus)
    assert [reason(reserve(other(digits), "?dry_run=true")) for _ in range(4)] == ["wrong-code"] * 4
    assert [reason(reserve(other(digits))) for _ in range(2)] == ["wrong-code", "code-locked"]
    assert reason(reserve(digits, "?dry_run=true")) == "code-locked"
    digits = guarded.code(gus)
    made = reserve(digits)
    assert made.status == 201
    commit = f"/v1/reservations/{made.json()['reservation']}/commit"
    more = served.write("POST", commit, spend("g2", gus, "61"))
    assert codes(more.json()) == [("code-needed", "spend")], "more than was reserved"
    digits = guarded.code(gus)
    again = reserve(digits).json()["reservation"]
    done = served.write("POST", f"/v1/reservations/{again}/commit", spend("g3", gus, "60"))
    assert codes(done.json()) == [], "it was shown before"


@pytest.mark.parametrize("how", ["merged", "household"])
def test_tries_count_whatever_the_member_is_named_by(guarded: Guarded, how: str) -> None:
    served, ida = guarded.shop, guarded.shop.rich(f"ida-{how}")
    other_name = f"ines-{how}"
    served.one(buy(f"{other_name} 1", other_name))
    if how == "merged":
        made = served.write("POST", "/v1/merges", {"from": other_name, "into": ida})
    else:
        made = served.write("POST", "/v1/households", {"household": ida, "person": other_name})
    assert made.status == 201, made.body
    digits = guarded.code(ida)

    def reserve(code: str) -> str:
        asked = spend(f"{ida} spends", other_name, "60", one_time_code=code)
        told = served.write("POST", "/v1/reservations", {"event": asked})
        return "" if told.status == 201 else str(problem(told)["errors"][0]["code"])

    assert [reserve(other(digits)) for _ in range(6)] == ["wrong-code"] * 5 + ["code-locked"]
    assert reserve(digits) == "code-locked"


def test_who_is_another_member_by_now_is_asked_for_by_that_one(guarded: Guarded) -> None:
    """A code of their old id would be sent to nobody, and open nothing."""
    served, nia = guarded.shop, guarded.shop.rich("nia")
    served.one(buy("nat 1", "nat"))
    assert served.write("POST", "/v1/merges", {"from": "nat", "into": nia}).status == 201
    assert problem(guarded.ask("nat"))["code"] == "merged-member"
    assert codes(guarded.try_("n1", "nat", guarded.code(nia))) == []


def test_who_of_a_household_asks_is_sent_the_code_and_types_it(guarded: Guarded) -> None:
    served, home = guarded.shop, guarded.shop.rich("home", "300.00")
    for name in ("ora", "oda"):
        served.one(buy(f"{name} 1", name))
    made = served.write("POST", "/v1/households", {"household": home, "person": "ora"})
    assert made.status == 201, made.body
    address = f"/v1/households/{home}/persons"
    assert served.write("POST", address, {"member": "oda"}).status == 200
    assert codes(guarded.try_("o0", "ora")) == [("code-needed", "spend")]
    digits = guarded.code("ora")
    assert codes(guarded.try_("o1", "oda", digits)) == [("no-code-asked", "spend")]
    done = guarded.try_("o2", "ora", digits)
    assert (codes(done), done["member"]) == ([], home)
    assert codes(guarded.try_("o3", "ora", digits)) == [("no-code-asked", "spend")], "once"
    digits = guarded.code("ora")

    def reserve(code: str) -> str:
        asked = spend("o4", "ora", "60", one_time_code=code)
        told = served.write("POST", "/v1/reservations", {"event": asked})
        return "" if told.status == 201 else str(problem(told)["errors"][0]["code"])

    assert [reserve(other(digits)) for _ in range(6)] == ["wrong-code"] * 5 + ["code-locked"]


def test_who_asks_is_told_where_it_goes_and_no_more_of_it(guarded: Guarded) -> None:
    leads = {"email": "lia@example.org", "phone": "+302101234567", "card": "c-9"}
    served, lia = guarded.shop, {"member": "lia", "identifiers": leads}
    assert served.write("POST", "/v1/members", lia).status == 201
    served.one(buy("lia 1", "lia"))
    assert guarded.ask("lia").json()["to"] == [
        {"kind": "email", "address": "l…@example.org"}, {"kind": "phone", "address": "…567"},
    ]  # fmt: skip
    note = served.till.get("/v1/changes?about=member/lia").json()["data"][0]
    assert (note["action"], "example.org" in str(note)) == ("code.asked", False)
    assert guarded.ask(served.rich("moe")).json()["to"] == []
    guarded.told()


def test_a_code_that_comes_too_late_is_not_sent(guarded: Guarded) -> None:
    hal = guarded.shop.rich("hal")
    assert guarded.ask(hal).status == 201
    guarded.shop.later(11)
    assert guarded.told() == []
    (row,) = guarded.shop.till.get("/v1/messages?member=hal").json()["data"]
    assert (row["state"], row["type"]) == ("unsent", "member.code")
    assert "ended" in row["reason"]


def test_what_cannot_be_asked_for_is_refused(guarded: Guarded) -> None:
    ivy = guarded.shop.rich("ivy")
    for units, words in (
        ({"pionts": "5"}, 'did you mean "points"'), ({"points": "0"}, "how many units"),
        ({"points": "1.5"}, "points"),
    ):  # fmt: skip
        response = guarded.shop.write("POST", f"/v1/members/{ivy}/codes", {"units": units})
        assert response.status == 422
        assert words in problem(response)["detail"]
    assert problem(guarded.ask("nobody"))["code"] == "unknown-member"
    dry = guarded.shop.write(
        "POST", f"/v1/members/{ivy}/codes?dry_run=true", {"units": {"points": 5}}
    )
    assert (dry.status, guarded.told()) == (201, [])
    assert guarded.ask(ivy).status == 201
    change = guarded.shop.till.get(f"/v1/changes?about=member/{ivy}").json()["data"][0]
    assert change["action"] == "code.asked"
    guarded.told()


@pytest.mark.parametrize("bad", [{"codes": {"x": "5"}}, {"codes": {"points": "-1"}}])
def test_what_takes_a_code_is_said_in_units(guarded: Guarded, bad: dict[str, Any]) -> None:
    response = guarded.shop.write("PUT", "/v1/programmes/shop/safety", bad)
    assert (response.status, problem(response)["errors"][0]["pointer"][:6]) == (422, "/codes")
    assert guarded.shop.till.get("/v1/programmes/shop/safety").json()["codes"] == {"points": "50"}


def test_of_many_who_type_it_at_once_one_has_it(guarded: Guarded) -> None:
    jim = guarded.shop.rich("jim", "900.00")
    digits, database = guarded.code(jim), guarded.shop.database
    with database.connect() as connection:
        space = load_space(connection)
    together, answers = Barrier(20), list[str]()

    def run(place: int) -> None:
        item = take(space, spend(f"j{place}", jim, "60", one_time_code=digits))
        assert isinstance(item, Taken)
        with database.connect() as connection:
            together.wait()
            published = space.programmes["shop"]
            (posted,) = post(connection, space, published, [item], guarded.shop.now)
        answers.append(posted.answer or "")

    threads = [Thread(target=run, args=(place,)) for place in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 20
    assert sum("no-code-asked" not in one for one in answers) == 1
