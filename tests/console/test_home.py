"""The first page of the console: what needs somebody to do something."""

from __future__ import annotations

import json
from base64 import b64encode

import pytest

from tests.api.client import Request
from tests.connectors.shops import sent
from tests.console.people import came
from tests.console.test_shops import SHOPS, connected
from tests.pages.browsing import Site, text_of

HOME = "/console/"
GIVEN_UP = """
    insert into message (space_id, message_id, programme_id, version, notifier, member_id, type,
                         effect, made_at, next_at, state, reason, attempts)
    values (1, 'm', 1, 1, 'smtp', 'm1', 'tier.upgraded', '{}', '2026-11-18T10:00:00Z', now(), %s,
            'the address is refused (550)', 1)
"""


def test_what_a_shop_sent_in_vain_needs_attention(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XENIA_SECRET_KEY", f"1:{b64encode(bytes(32)).decode()}")
    anna = came(site)
    own, secret, path = connected(anna)
    assert "Nothing: all is as it should be." in text_of(anna.get(HOME))
    head = {"x-xenia-key": secret, "content-type": "application/json"}
    for day in ("nonsense", "worse"):
        order = json.dumps({**sent("odoo-order"), "date_order": day}).encode()
        site.worlds.client.run(site.worlds.client.send(Request("POST", path, (order,), head)))
    page = anna.get(HOME)
    assert "What the shop ermou sent could not be used: 2 See why" in text_of(page)
    assert f'href="{own}">See why' in page.body.decode()
    assert "Could not be used: 2" in text_of(anna.get(SHOPS))
    assert "ermou" not in text_of(came(site, "eva", "manager").get(HOME))


def test_messages_that_were_given_up_need_attention(site: Site) -> None:
    anna, messages = came(site), "/console/messages?state=dead"
    with site.worlds.database.connect() as connection:
        connection.execute(GIVEN_UP, ["unsent"])
    assert "given up" not in text_of(anna.get(HOME)), "that one does not agree to it"
    with site.worlds.database.connect() as connection:
        connection.execute("update message set state = 'dead'")
    page = anna.get(HOME)
    assert "Messages to members could not be sent, and were given up" in text_of(page)
    assert f'href="{messages}">See why' in page.body.decode()
    assert "the address is refused (550)" in text_of(anna.get(messages))
    assert "given up" not in text_of(came(site, "tom", "till").get(HOME))
