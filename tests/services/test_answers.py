"""Answers have the shapes of the contract: every field, in the decimals of what it counts."""

import msgspec
import pytest
from msgspec import structs

from tests.services.counting import DAY, WRITER
from xenia.effects import (
    Balance,
    Effect,
    Kind,
    LineDiscount,
    LinePayable,
    Outcome,
    Payable,
    Reason,
    Refusal,
    Standing,
    View,
    Voucher,
)
from xenia.events.errors import EventError, Unreadable
from xenia.events.model import Line, Purchase
from xenia.events.parts import Charge
from xenia.services.answers import error

LINE = Line(id="1", sku="tea", category="drink", quantity=1000, amount=250)
EVENT = Purchase(
    id="e1",
    member="zoe",
    occurred_at=3 * DAY + 5_000_000,
    lines=(LINE,),
    charges=(Charge(kind="delivery", amount=100),),
)
VIEW = View(
    wallet={"stars": Balance(3, 1, 2), "credit": Balance(-150, 0)},
    tiers={"status": Standing("gold", 40, (("spent", 4000),), (("seen", 2),))},
    metrics={"seen": 7, "spent": 12345},
    benefits={"wifi": None},
)
VOUCHER = Voucher("AB12", "mug", "issued", 9)


def test_an_answer_has_all_that_the_contract_names() -> None:
    outcome = Outcome(
        effects=(),
        refusals=(Refusal("insufficient-balance", "spend", "too few", subject="stars"),),
        trace=(Reason("star", False, "not gold"),),
        payable=Payable(
            350, 25, 100, 225, (LinePayable("1", (LineDiscount("tea-time", 25),), 25),)
        ),
        view=VIEW,
        vouchers=(VOUCHER,),
    )
    assert WRITER.event(EVENT, outcome) == {
        "event": "e1",
        "source": "api",
        "member": "zoe",
        "programme": "stars",
        "version": 1,
        "occurred_at": "day 3, second 5",
        "status": "recorded",
        "effects": [],
        "refusals": [
            {
                "code": "insufficient-balance",
                "claim": "spend",
                "subject": "stars",
                "rule": None,
                "text": "too few",
            }
        ],
        "trace": [{"rule": "star", "applied": False, "because": "not gold"}],
        "payable": {
            "total": "3.50",
            "discount": "0.25",
            "tendered": "1.00",
            "to_pay": "2.25",
            "lines": [
                {
                    "line": "1",
                    "discounts": [{"rule": "tea-time", "amount": "0.25"}],
                    "discount": "0.25",
                }
            ],
            "charges": [{"line": "1", "discounts": [], "discount": "0.00"}],
        },
        "refund": [],
        "wallet": {
            "stars": {"balance": "3", "pending": "1", "held": "2"},
            "credit": {"balance": "-1.50", "pending": "0.00", "held": "0.00"},
        },
        "tiers": {
            "status": {
                "level": "gold",
                "until": "day 40, second 0",
                "to_next": [{"metric": "spent", "units": "40.00"}],
                "to_keep": [{"metric": "seen", "units": "2"}],
            }
        },
        "metrics": {"seen": "7", "spent": "123.45"},
        "vouchers": [
            {"code": "AB12", "reward": "mug", "state": "issued", "expires": "day 9, second 0"}
        ],
        "benefits": [{"benefit": "wifi", "left": None, "until": None}],
        "badges": [],
    }


EARN = Effect(
    kind=Kind.EARN,
    id="api/e1/1",
    day=3,
    rule="star",
    currency="credit",
    units=150,
    accrual="base",
    expires=13,
)
COMMON = {"id": "api/e1/1", "member": "zoe", "occurred_at": "day 3, second 5", "state": "posted"}


@pytest.mark.parametrize(
    ("effect", "fields"),
    [
        (
            EARN,
            {
                "effect": "earn",
                "currency": "credit",
                "units": "1.50",
                "kind": "base",
                "rule": "star",
                "line": None,
                "available_at": None,
                "expires": "day 13, second 0",
                "funder": None,
            },
        ),
        (
            structs.replace(EARN, available=5, expires=None),
            {
                "effect": "earn",
                "currency": "credit",
                "units": "1.50",
                "kind": "base",
                "rule": "star",
                "line": None,
                "available_at": "day 5, second 0",
                "expires": None,
                "funder": None,
                "state": "pending",
            },
        ),
        (
            Effect(kind=Kind.SPEND, id="api/e1/1", day=3, currency="stars", units=4),
            {"effect": "spend", "currency": "stars", "units": "4", "rule": None, "expires": None},
        ),
        (
            Effect(
                kind=Kind.EXPIRE,
                id="api/e1/1",
                day=2,
                due=True,
                currency="stars",
                units=4,
                expires=2,
            ),
            {
                "effect": "expire",
                "currency": "stars",
                "units": "4",
                "rule": None,
                "expires": "day 2, second 0",
                "occurred_at": "day 2, second 0",
            },
        ),
        (
            Effect(kind=Kind.DISCOUNT, id="api/e1/1", day=3, rule="tea-time", amount=25),
            {
                "effect": "discount",
                "amount": "0.25",
                "line": None,
                "funder": None,
                "rule": "tea-time",
            },
        ),
        (
            Effect(kind=Kind.ISSUE, id="api/e1/1", day=3, reward="mug", voucher="AB12", expires=9),
            {
                "effect": "issue",
                "reward": "mug",
                "voucher": "AB12",
                "rule": None,
                "expires": "day 9, second 0",
            },
        ),
        (
            Effect(kind=Kind.TIER, id="api/e1/1", day=3, tier="status", level="gold"),
            {"effect": "tier", "tier": "status", "level": "gold", "rule": None, "expires": None},
        ),
    ],
)
def test_each_effect_has_its_own_fields(effect: Effect, fields: dict[str, object]) -> None:
    answer = WRITER.event(EVENT, Outcome(effects=(effect,)))
    assert answer["effects"] == [{**COMMON, **fields}]


def test_what_is_no_purchase_has_nothing_to_pay() -> None:
    assert WRITER.passed(None, "zoe", DAY, Outcome(effects=()))["payable"] is None


def test_what_is_encoded_at_once_is_the_same() -> None:
    effects = (EARN, structs.replace(EARN, kind=Kind.SPEND))
    for outcome in (
        Outcome(effects=effects, view=VIEW, vouchers=(VOUCHER,), notes=("not a member",)),
        Outcome(effects=()),
    ):
        encoded = msgspec.json.encode(WRITER.answer(EVENT, outcome))
        assert msgspec.json.decode(encoded) == WRITER.event(EVENT, outcome)


def test_notes_are_there_only_where_there_are_any() -> None:
    noted = WRITER.event(EVENT, Outcome(effects=(), notes=("not a member",)))
    assert noted["notes"] == ["not a member"]
    assert "notes" not in WRITER.event(EVENT, Outcome(effects=()))


def test_an_error_tells_the_first_and_all_of_several() -> None:
    one = EventError("float", "/lines/0/amount", "write it as a string")
    two = EventError("unknown-field", "/x", "no such field")
    assert error(Unreadable((one,), "e1"), 7) == {
        "error": "float",
        "event": "e1",
        "line": 7,
        "pointer": "/lines/0/amount",
        "text": "write it as a string",
    }
    both = error(Unreadable((one, two)), None)
    assert [item["code"] for item in both["errors"]] == ["float", "unknown-field"]
