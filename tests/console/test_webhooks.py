"""Webhooks in the console: made, tried, looked after, and sent to once more."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.api.client import NOW
from tests.api.test_webhooks import Stop
from tests.console.people import came
from tests.console.test_keys import secret_of
from tests.console.test_members import calls
from tests.pages.browsing import Browser, Site, text_of
from tests.services.receiving import Receiver, is_signed
from xenia.connectors.sending import Sender
from xenia.console.webhook import instant_of
from xenia.services.courier import Courier

HOOKS = "/console/developers/webhooks"
FIT = "https://93.184.216.34/hook"


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("XENIA_WEBHOOK_HOSTS", "127.0.0.1")
    receiver = Receiver()
    yield receiver
    receiver.close()


def work(site: Site) -> None:
    Courier(site.worlds.database, Stop(), lambda: NOW, Sender({"127.0.0.1"})).once()


def made(browser: Browser, url: str = FIT, **more: str) -> tuple[str, str]:
    """The page of a webhook that is new, and its secret."""
    done = browser.fill(f"{HOOKS}/new", HOOKS, {"url": url, **more})
    assert done.status == 200, text_of(done)
    found = re.search(rf'href="({HOOKS}/whk_[0-9a-f]+)"', done.body.decode())
    assert found is not None
    return found[1], secret_of(done.body)


def send(browser: Browser, own: str, action: str, values: dict[str, str]) -> str:
    """Send a form of a webhook's page, and see what is said afterwards."""
    done = browser.fill(own, f"{own}/{action}", values)
    assert done.status == 303, text_of(done)
    return text_of(browser.get(done.headers["location"]))


def test_a_test_is_sent_and_seen(site: Site, receiver: Receiver) -> None:
    anna = came(site)
    assert "There is no webhook yet" in text_of(anna.get(HOOKS))
    own, secret = made(anna, receiver.url, types="points.*", description="our app")
    assert "Nothing was sent yet" in text_of(anna.get(own))
    assert "A test is sent in a moment" in send(anna, own, "test", {})
    work(site)
    assert receiver.types == ["webhook.test"]
    assert is_signed(receiver.got[-1], secret)
    said = text_of(anna.get(own))
    assert "webhook.test Delivered" in said
    one = re.search(rf'href="({own}/deliveries/[^"]+)"', anna.get(own).body.decode())
    assert one is not None
    shown = text_of(anna.get(one[1]))
    assert "What is sent" in shown
    assert "webhook.test" in shown
    done = anna.fill(one[1], f"{one[1]}/replay", {})
    assert "It is sent again" in text_of(anna.get(done.headers["location"]))
    work(site)
    assert receiver.types == ["webhook.test"] * 2


def test_what_a_time_brought_is_sent_again(site: Site, receiver: Receiver) -> None:
    anna = came(site)
    own, _ = made(anna, receiver.url)
    send(anna, own, "test", {})
    work(site)
    wrong = anna.fill(own, f"{own}/replay", {"since": "", "until": "2099-01-01T00:00"})
    assert wrong.status == 422
    assert "Write a day and a time." in text_of(wrong)
    far = anna.fill(
        own, f"{own}/replay", {"since": "2000-01-01T00:00", "until": "2099-01-01T00:00"}
    )
    assert far.status == 422
    ends = {"since": "2000-01-01T00:00", "until": "2050-01-01T00:00"}
    assert "0 are sent again." in send(anna, own, "replay", {**ends, "states": "dead"})
    assert "1 are sent again." in send(anna, own, "replay", {**ends, "states": "delivered"})
    work(site)
    assert len(receiver.got) == 2


def test_it_is_changed_switched_off_and_removed(site: Site) -> None:
    anna = came(site)
    own, first = made(anna)
    done = anna.fill(own, f"{own}/secret", {"hours": "24"})
    assert secret_of(done.body) != first
    assert "the secret before signs, too" in text_of(done)
    changed = {"url": f"{FIT}/2", "types": "tier.*", "description": "other"}
    done = anna.fill(f"{own}/change", f"{own}/change", changed)
    said = text_of(anna.get(done.headers["location"]))
    assert f"{FIT}/2" in said
    assert "tier.*" in said
    assert "It is off." in send(anna, own, "state", {"to": "off"})
    assert "It is switched off" in text_of(anna.get(own))
    assert "It is on." in send(anna, own, "state", {"to": "on"})
    assert "The webhook is removed." in send(anna, own, "removal", {})
    assert anna.get(own).status == 404


def test_an_address_within_the_network_is_refused(site: Site) -> None:
    anna = came(site)
    values = {"url": "https://169.254.169.254/latest", "description": "x"}
    done = anna.fill(f"{HOOKS}/new", HOOKS, values)
    assert done.status == 422
    assert 'aria-invalid="true"' in done.body.decode()
    assert 'value="https://169.254.169.254/latest"' in done.body.decode()
    assert "There is no webhook yet" in text_of(anna.get(HOOKS))


def test_states_are_chosen_by_the_address(site: Site) -> None:
    anna = came(site)
    own, _ = made(anna)
    send(anna, own, "test", {})
    assert "webhook.test Waits" in text_of(anna.get(f"{own}?only=waiting"))
    assert "Nothing is like that" in text_of(anna.get(f"{own}?only=dead"))
    assert b"webhook.test" in anna.get(f"{own}?only=waiting&as=csv").body
    assert FIT.encode() in anna.get(f"{HOOKS}?as=csv").body


def test_only_owners_see_them(site: Site) -> None:
    eva = came(site, "eva", "manager")
    assert eva.get(HOOKS).status == 403
    assert f'href="{HOOKS}"' not in eva.get("/console/").body.decode()


def test_a_page_asks_for_each_part_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = came(site)
    own, _ = made(anna)
    for _ in range(2):
        send(anna, own, "test", {})
    assert len(calls(anna, own, monkeypatch)) == 3


def test_a_time_is_the_readers() -> None:
    assert instant_of("2026-07-01T12:00", "Europe/Athens") == "2026-07-01T09:00:00+00:00"
    for wrong in ("", "noon", "0001-01-01T00:00"):
        with pytest.raises(ValueError, match=r"Invalid isoformat|0001"):
            instant_of(wrong, "Europe/Athens")
