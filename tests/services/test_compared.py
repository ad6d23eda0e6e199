"""What a scenario writes is compared, and nothing else; a difference says where and what."""

import pytest

from xenia.services.compared import Difference, differences

ANSWER = {
    "effects": [{"effect": "earn", "units": "2.00"}, {"effect": "tier", "level": None}],
    "refusals": [],
    "wallet": {"stars": {"balance": "3", "pending": "0"}},
    "trace": [{"rule": "a", "applied": True}],
    "expires": "2026-01-01T00:00:00+02:00",
}


@pytest.mark.parametrize(
    "expected",
    [
        {},
        {"refusals": []},
        {"effects": [{}, {}]},
        {"effects": [{"units": "2"}, {"level": None}]},
        {"effects": [{"units": "2.000"}, {"level": "null"}]},
        {"wallet": {"stars": {"balance": "3"}}},
        {"trace": [{"applied": "true"}]},
        {"expires": "2025-12-31T22:00:00Z"},
    ],
)
def test_what_agrees_has_no_difference(expected: object) -> None:
    assert list(differences(expected, ANSWER)) == []


@pytest.mark.parametrize(
    ("expected", "path", "wanted", "got"),
    [
        ({"effects": []}, "effects", "none", '2: [{"effect":"earn","units":"2.00"},{"effec'),
        ({"effects": [{}]}, "effects", "1: [{}]", "2: "),
        ({"refusals": [{"code": "x"}]}, "refusals", '1: [{"code":"x"}]', "none"),
        ({"effects": [{"units": "3"}, {}]}, "effects[0].units", "3", "2.00"),
        ({"effects": [{}, {"level": "gold"}]}, "effects[1].level", "gold", "null"),
        ({"effects": [{"effect": None}, {}]}, "effects[0].effect", "null", "earn"),
        ({"wallet": {"miles": {"balance": "3"}}}, "wallet.miles", '{"balance":"3"}', "nothing"),
        ({"wallet": {"stars": "3"}}, "wallet.stars", "3", '{"balance":"3","pending":"0"}'),
        ({"wallet": []}, "wallet", "[]", "{"),
        ({"refusals": {"code": "x"}}, "refusals", '{"code":"x"}', "[]"),
        ({"efects": []}, "efects", "[]", "nothing of that name"),
        ({"trace": [{"applied": "false"}]}, "trace[0].applied", "false", "true"),
        ({"expires": "2026-01-01T00:00:00Z"}, "expires", "2026-01-01T00:00:00Z", "2026-01-01T00"),
    ],
)
def test_a_difference_says_where_and_what(
    expected: object, path: str, wanted: str, got: str
) -> None:
    (found,) = differences(expected, ANSWER)
    assert (found.path, found.expected) == (path, wanted)
    assert found.got.startswith(got)


def test_order_counts() -> None:
    swapped = {"effects": [{"effect": "tier"}, {"effect": "earn"}]}
    assert list(differences(swapped, ANSWER)) == [
        Difference("effects[0].effect", "tier", "earn"),
        Difference("effects[1].effect", "earn", "tier"),
    ]


def test_a_long_value_is_cut() -> None:
    (found,) = differences("short", "x" * 1000)
    assert len(found.got) < 250
