"""Members of whom all kinds of things are known, and what comes before they are changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.api import guarding
from tests.api.test_own import Members
from tests.api.worlds import bearer

Json = dict[str, Any]
YES = {"purpose": "news", "channel": "email", "text": "v1", "source": "form"}


class Club(Members):
    """A shop in which each test has members of its own, of whom all kinds of things are known."""

    def __init__(self, served: guarding.Shop) -> None:
        super().__init__(served)
        self.second = bearer(served.worlds.key())
        body = {"second_person": {"points": "50"}}
        done = self.does("PUT", "/v1/programmes/shop/safety", body, self.key)
        assert done.status == 200, done.body
        served.worlds.look()

    def joined(self, member: str) -> str:
        """Somebody with a hundred points."""
        assert self.done("POST", "/v1/members", profile(member))["member"] == member
        self.rich(member)
        return member

    def done(self, method: str, path: str, body: Any = None, by: Any = None) -> Any:
        """The answer to a write that goes well."""
        answer = self.does(method, path, body, by or self.key)
        assert answer.status < 300, (method, path, answer.body)
        return answer.json()

    def trail(self, about: str, by: Mapping[str, str] | None = None) -> Json:
        """The last that was changed of something."""
        found = self.get(f"/v1/changes?about={about}&limit=1", dict(by or self.key))
        assert found.status == 200, found.body
        row: Json = found.json()["data"][0]
        return row

    def corrects(self, member: str, units: str) -> dict[str, str]:
        """A correction that waits."""
        made = self.done("POST", "/v1/corrections", correction("adjustment", units)(member))
        return {"correction": made["correction"]}

    def merges(self, member: str) -> dict[str, str]:
        """A merge that rests."""
        other = self.joined(f"{member}-too")
        body = {"from": other, "into": self.joined(member)}
        return {"merge": self.done("POST", "/v1/merges", body)["merge"]}

    def lives(self, member: str) -> dict[str, str]:
        """A household of somebody."""
        body = {"person": self.joined(member), "household": f"home-{member}", "name": "Vlahou"}
        return {"household": self.done("POST", "/v1/households", body)["household"]}


def profile(member: str) -> Json:
    """All that somebody says of themselves."""
    return {
        "member": member,
        "identifiers": {"card": f"card-{member}", "email": f"{member}@example.org"},
        "attributes": {"name": "Bohumila", "kind": "adult"},
        "consents": [YES],
    }


# ---- one of each ---------------------------------------------------------------------------------


def joins(club: Club, member: str) -> dict[str, str]:
    """They are a member."""
    club.joined(member)
    return {}


def nobody(_: Club, __: str) -> dict[str, str]:
    """They are not known yet."""
    return {}


def noting(club: Club, member: str) -> dict[str, str]:
    """Somebody has noted something."""
    joins(club, member)
    made = club.done("POST", f"/v1/members/{member}/notes", {"text": "Likes it hot."})
    return {"note": made["note"]}


def waiting(club: Club, member: str) -> dict[str, str]:
    """A correction waits."""
    joins(club, member)
    return club.corrects(member, "60")


def two(club: Club, member: str) -> dict[str, str]:
    """There are two who are one."""
    club.joined(f"{member}-too")
    return joins(club, member)


def empty(club: Club, member: str) -> dict[str, str]:
    """A household that all have left."""
    found = club.lives(member)
    club.done("DELETE", f"/v1/households/{found['household']}/persons/{member}")
    return found


def neighbours(club: Club, member: str) -> dict[str, str]:
    """A household, and somebody else."""
    found = club.lives(f"{member}-too")
    joins(club, member)
    return found


def serving(club: Club, member: str) -> dict[str, str]:
    """A cashier who is a member."""
    joins(club, member)
    club.done("PUT", f"/v1/cashiers/c-{member}", {"member": member})
    return {}


def correction(kind: str, units: str) -> Callable[[str], Json]:
    """What is asked for, of a member."""

    def of(member: str) -> Json:
        said = {"type": kind, "member": member, "currency": "points", "units": units}
        return {**said, "reason": "a cold coffee"}

    return of
