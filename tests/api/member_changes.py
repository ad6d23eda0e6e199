"""Every write by which members are changed, with what the trail says of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.api.changed_members import (
    Club,
    Json,
    correction,
    empty,
    joins,
    neighbours,
    nobody,
    noting,
    profile,
    serving,
    two,
    waiting,
)

OFTEN = "news/email"
Said = Callable[[str], Any]


@dataclass(frozen=True)
class Case:
    """A write: what comes before it and stands in its address, what is sent, by whom, and what the
    trail says of what."""

    name: str
    method: str
    path: str
    before: Said
    after: Said
    body: Said = field(default=lambda _: None)
    prepare: Callable[[Club, str], dict[str, str]] = joins
    about: str = "member/{member}"
    by: str = "key"


def points(units: str) -> Json:
    """What can be spent."""
    return {"balance": {"shop/points": units}}


CHANGED = {
    "attributes": {"name": "Bea", "kind": "child"},
    "consents": [{"purpose": "news", "channel": "email", "given": False}],
}
CARDS, CORRECTIONS, OWN = "/v1/members/{member}/cards", "/v1/corrections", "/v1/own"
HOUSEHOLD = "/v1/households/{household}"
PERSON = f"{HOUSEHOLD}/persons/{{member}}"
CASES = (
    Case(
        "enrolled",
        "POST",
        "/v1/members",
        before=lambda _: {"enrolled": {"shop": False}},
        after=lambda m: {
            "enrolled": {"shop": True},
            "attributes": {"name": "Bohumila", "kind": "adult"},
            "identifiers": {"card": [f"card-{m}"], "email": [f"{m}@example.org"]},
        },
        body=profile,
        prepare=nobody,
    ),
    Case(
        "profile",
        "PATCH",
        "/v1/members/{member}",
        before=lambda m: {
            "attributes": {"name": "Bohumila", "kind": "adult"},
            "identifiers": {"email": [f"{m}@example.org"]},
        },
        after=lambda m: {
            "attributes": {"name": "Bea", "kind": "child"},
            "identifiers": {"email": [f"{m}@example.com"]},
        },
        body=lambda m: {**CHANGED, "identifiers": {"email": f"{m}@example.com"}},
    ),
    Case(
        "card added",
        "POST",
        CARDS,
        before=lambda m: {"identifiers": {"card": [f"card-{m}"]}},
        after=lambda m: {"identifiers": {"card": [f"card-{m}", f"card-{m}-2"]}},
        body=lambda m: {"card": f"card-{m}-2"},
    ),
    Case(
        "card blocked",
        "POST",
        CARDS,
        before=lambda m: {"identifiers": {"card": [f"card-{m}"]}},
        after=lambda m: {"blocked": {"card": [f"card-{m}"]}},
        body=lambda m: {"card": f"card-{m}", "action": "block"},
    ),
    Case(
        "card replaced",
        "POST",
        CARDS,
        before=lambda m: {"identifiers": {"card": [f"card-{m}"]}},
        after=lambda m: {
            "identifiers": {"card": [f"card-{m}-2"]},
            "blocked": {"card": [f"card-{m}"]},
        },
        body=lambda m: {"card": f"card-{m}", "action": "replace", "new": f"card-{m}-2"},
    ),
    Case(
        "card removed",
        "POST",
        CARDS,
        before=lambda m: {"identifiers": {"card": [f"card-{m}"]}},
        after=lambda _: {"said": ["action", "card"]},
        body=lambda m: {"card": f"card-{m}", "action": "remove"},
    ),
    Case(
        "left",
        "POST",
        "/v1/members/{member}/leave",
        before=lambda _: {"enrolled": {"shop": True}, **points("100")},
        after=lambda _: {"enrolled": {"shop": False}, **points("0")},
        body=lambda _: {},
    ),
    Case(
        "erased",
        "DELETE",
        "/v1/members/{member}",
        before=lambda _: None,
        after=lambda _: {"erasure": ...},
    ),
    Case(
        "note",
        "POST",
        "/v1/members/{member}/notes",
        before=lambda _: None,
        after=lambda _: {"note": ..., "text": "Likes it hot."},
        body=lambda _: {"text": "Likes it hot."},
    ),
    Case(
        "note removed",
        "DELETE",
        "/v1/members/{member}/notes/{note}",
        before=lambda _: {"note": ..., "text": "Likes it hot."},
        after=lambda _: None,
        prepare=noting,
    ),
    Case(
        "code",
        "POST",
        "/v1/members/{member}/codes",
        before=lambda _: None,
        after=lambda _: {"units": {"points": "5"}},
        body=lambda _: {"units": {"points": "5"}},
    ),
    Case(
        "adjusted",
        "POST",
        CORRECTIONS,
        before=lambda _: points("100"),
        after=lambda _: {**points("105"), "units": "5"},
        body=correction("adjustment", "5"),
    ),
    Case(
        "held",
        "POST",
        CORRECTIONS,
        before=lambda _: {**points("100"), "held": {"shop/points": "0"}},
        after=lambda _: {**points("95"), "held": {"shop/points": "5"}},
        body=correction("hold", "5"),
    ),
    Case(
        "waits",
        "POST",
        CORRECTIONS,
        before=lambda _: None,
        after=lambda _: {"correction": ..., "state": "waiting", "units": "60"},
        body=correction("adjustment", "60"),
    ),
    Case(
        "confirmed",
        "POST",
        f"{CORRECTIONS}/{{correction}}/confirm",
        before=lambda _: {"state": "waiting", **points("100")},
        after=lambda _: {"state": "confirmed", **points("160")},
        prepare=waiting,
        by="second",
    ),
    Case(
        "declined",
        "POST",
        f"{CORRECTIONS}/{{correction}}/decline",
        before=lambda _: {"state": "waiting"},
        after=lambda _: {"state": "declined"},
        prepare=waiting,
        by="second",
    ),
    Case(
        "merged",
        "POST",
        "/v1/merges",
        before=lambda _: {"state": "apart"},
        after=lambda m: {"state": "merged", "from": f"{m}-too", "into": m, "merge": ...},
        body=lambda m: {"from": f"{m}-too", "into": m},
        prepare=two,
    ),
    Case(
        "merge confirmed",
        "POST",
        "/v1/merges/{merge}/confirm",
        before=lambda _: {"state": "merged", **points("100")},
        after=lambda _: {"state": "final", **points("200")},
        prepare=Club.merges,
    ),
    Case(
        "merge undone",
        "POST",
        "/v1/merges/{merge}/undo",
        before=lambda _: {"state": "merged"},
        after=lambda _: {"state": "undone"},
        prepare=Club.merges,
    ),
    Case(
        "household",
        "POST",
        "/v1/households",
        before=lambda _: None,
        after=lambda m: {"household": f"home-{m}", "may_spend": True},
        body=lambda m: {"person": m, "household": f"home-{m}", "name": "Vlahou"},
    ),
    Case(
        "household joined",
        "POST",
        f"{HOUSEHOLD}/persons",
        before=lambda _: None,
        after=lambda m: {"household": f"home-{m}-too", "may_spend": False},
        body=lambda m: {"member": m, "may_spend": False},
        prepare=neighbours,
    ),
    Case(
        "may spend",
        "PATCH",
        PERSON,
        before=lambda _: {"may_spend": True},
        after=lambda _: {"may_spend": False},
        body=lambda _: {"may_spend": False},
        prepare=Club.lives,
    ),
    Case(
        "household left",
        "DELETE",
        PERSON,
        before=lambda m: {"household": f"home-{m}", "may_spend": True},
        after=lambda _: None,
        prepare=Club.lives,
    ),
    Case(
        "household dissolved",
        "DELETE",
        HOUSEHOLD,
        before=lambda _: {"dissolved": False},
        after=lambda _: {"dissolved": True},
        prepare=empty,
        about="household/home-{member}",
    ),
    Case(
        "cashier",
        "PUT",
        "/v1/cashiers/{cashier}",
        before=lambda _: None,
        after=lambda m: {"member": m},
        body=lambda m: {"member": m},
        about="cashier/c-{member}",
    ),
    Case(
        "no cashier",
        "DELETE",
        "/v1/cashiers/{cashier}",
        before=lambda m: {"member": m},
        after=lambda _: None,
        prepare=serving,
        about="cashier/c-{member}",
    ),
    Case(
        "own profile",
        "PATCH",
        OWN,
        before=lambda _: {"attributes": {"name": "Bohumila"}, "consents": {OFTEN: ...}},
        after=lambda _: {"attributes": {"name": "Bea"}, "consents": {OFTEN: ...}},
        body=lambda _: {"attributes": {"name": "Bea"}, "consents": CHANGED["consents"]},
        by="own",
    ),
    Case(
        "own reward",
        "POST",
        f"{OWN}/redemptions",
        before=lambda _: points("100"),
        after=lambda _: {**points("93"), "vouchers": {"shop/tea": 1}},
        body=lambda _: {"reward": "tea"},
        by="own",
    ),
    Case(
        "own transfer",
        "POST",
        f"{OWN}/transfers",
        before=lambda _: points("100"),
        after=lambda _: points("95"),
        body=lambda m: {"to": f"card-{m}-too", "currency": "points", "units": "5"},
        prepare=two,
        by="own",
    ),
    Case(
        "own leaving",
        "POST",
        f"{OWN}/leave",
        before=lambda _: {"enrolled": {"shop": True}},
        after=lambda _: {"enrolled": {"shop": False}},
        body=lambda _: {},
        by="own",
    ),
    Case(
        "own erasure",
        "DELETE",
        OWN,
        before=lambda _: None,
        after=lambda _: {"erasure": ...},
        by="own",
    ),
)
