"""From where a request comes, and whom that is believed of."""

from __future__ import annotations

import asyncio
import logging

import pytest

from xenia.api.service import Queue
from xenia.api.whence import Proxies
from xenia.services.inputs import UnusableError
from xenia.services.slowing import Whence

PROXY, INNER, ANNA = "10.0.0.5", "192.168.7.9", "203.0.113.7"
KNOWN = f"{PROXY}, 192.168.7.0/24 fd00::/8"


@pytest.mark.parametrize(
    ("peer", "said", "found"),
    [
        (ANNA, [], ANNA),
        (ANNA, ["198.51.100.1"], ANNA),  # nobody's word for it
        (PROXY, [], PROXY),
        (PROXY, [ANNA], ANNA),
        (PROXY, [f"{ANNA}:51234"], ANNA),
        (PROXY, ["[2001:db8::7]:443"], "2001:db8::7"),
        ("::ffff:10.0.0.5", [ANNA], ANNA),
        ("fd00::1", [ANNA], ANNA),
        (PROXY, [f"198.51.100.1, {ANNA}"], ANNA),  # what Anna says of herself
        (PROXY, [f"198.51.100.1, {ANNA}", INNER], ANNA),  # by two of ours
        (PROXY, [INNER], INNER),
        (PROXY, ["unknown"], PROXY),
        (PROXY, [f"{ANNA}, "], PROXY),
        ("", [ANNA], ""),
    ],
)
def test_only_proxies_that_are_named_are_believed(peer: str, said: list[str], found: str) -> None:
    assert Proxies(KNOWN).client(peer, said) == found
    assert Proxies().client(peer, said) == peer


def test_what_is_no_address_is_said_with_its_remedy() -> None:
    for wrong in ("10.0.0", "10.0.0.5/24", "proxy.example"):
        with pytest.raises(UnusableError, match=r"XENIA_PROXIES.*neither an address nor a network"):
            Proxies(wrong)


def test_a_proxy_that_is_not_named_is_told_of_once(caplog: pytest.LogCaptureFixture) -> None:
    proxies = Proxies()
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            proxies.client(PROXY, [ANNA])
    (said,) = [one.getMessage() for one in caplog.records]
    assert "XENIA_PROXIES" in said


def test_a_network_is_what_nobody_chooses_for_themselves() -> None:
    assert Whence("2001:db8:1:2::7").network == Whence("2001:db8:1:2:ffff::9").network
    assert Whence("2001:db8:1:2::7").network != Whence("2001:db8:1:3::7").network
    assert Whence("::ffff:203.0.113.7").network == Whence(ANNA).network == ANNA
    assert Whence("192.0.2.1").network != Whence("192.0.2.2").network


def test_nobody_takes_all_places_where_passwords_are_looked_at() -> None:
    queue = Queue()

    async def stand(network: str, held: asyncio.Event) -> bool:
        with queue.standing(network) as may:
            await held.wait()
            return may

    async def together() -> list[bool]:
        held = asyncio.Event()
        waiting = [asyncio.create_task(stand(one, held)) for one in [ANNA] * 7 + [PROXY]]
        await asyncio.sleep(0)
        held.set()
        return await asyncio.gather(*waiting)

    assert asyncio.run(together()) == [True] * 5 + [False] * 2 + [True]
    with queue.standing(ANNA) as may:
        assert may
