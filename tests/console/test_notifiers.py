"""Notifiers: how they are doing, and a test message to whoever asks."""

from __future__ import annotations

from threading import Event

from tests.api.client import NOW
from tests.api.test_events import problem
from tests.api.worlds import bearer
from tests.console.people import came
from tests.pages.browsing import Site, forms, text_of
from xenia.notifiers import Letter, UnsentError
from xenia.services.courier import Messenger
from xenia.services.notifying import AWAY_AFTER

PAGE = "/console/settings/notifiers"
TEST = f"{PAGE}/email/test"


class Post:
    """Takes letters, or says why not."""

    name, kind = "email", "email"

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.why = ""

    def send(self, letter: Letter) -> None:
        if self.why:
            raise UnsentError(self.why)
        self.letters.append(letter)


def works(site: Site, post: Post, now: int = NOW) -> None:
    """One who does the work does what there is."""
    Messenger(site.worlds.database, Event(), lambda: now, [post]).once()


def test_a_test_message_arrives_and_that_is_shown(site: Site) -> None:
    browser, post = came(site), Post()
    assert "No notifier is set" in text_of(browser.get(PAGE))
    works(site, post)
    shown = browser.get(PAGE)
    assert "email" in text_of(shown)
    assert "Works Sent last Never" in text_of(shown)
    done = browser.fill(PAGE, TEST, {})
    assert (done.status, done.headers["location"]) == (303, PAGE)
    page = browser.get(PAGE)
    assert "Waits to be sent" in text_of(page)
    assert 'hx-trigger="every' in page.body.decode()
    browser.fill(PAGE, TEST, {})
    works(site, post)
    (letter,) = post.letters
    assert (letter.to, letter.subject) == ("anna@example.org", "A test message")
    assert "email from the space default" in letter.text
    page = browser.get(PAGE)
    assert "look whether it came" in text_of(page)
    assert 'hx-trigger="every' not in page.body.decode()
    trail = text_of(browser.get("/console/audit"))
    assert "notifier/email" in trail


def test_why_it_fails_is_shown_until_something_goes(site: Site) -> None:
    browser, post = came(site), Post()
    post.why = "the server is not reached: ConnectionRefusedError"
    works(site, post)
    browser.fill(PAGE, TEST, {})
    works(site, post)
    shown = text_of(browser.get(PAGE))
    assert "Fails" in shown
    assert f"Not sent: {post.why}" in shown
    assert "1 message" in shown
    post.why = ""
    browser.fill(PAGE, TEST, {})
    works(site, post)
    shown = text_of(browser.get(PAGE))
    assert "Works" in shown
    assert "Fails since" not in shown
    assert "Why it last failed" in shown


def test_who_may_not_send_sees_them_and_no_button(site: Site) -> None:
    works(site, Post(), NOW - AWAY_AFTER)
    browser = came(site, "rita", "read-only")
    page = browser.get(PAGE)
    assert "Does not run" in text_of(page)
    assert TEST not in forms(page.body.decode())
    assert browser.post(TEST, {}).status == 403


def test_a_key_has_no_address(site: Site) -> None:
    works(site, Post())
    head = {**bearer(site.worlds.key()), "idempotency-key": "a test"}
    asked = site.worlds.client.ask("POST", "/v1/notifiers/email/test", {}, head)
    assert (asked.status, problem(asked)["code"]) == (409, "no-test-address")
    head["idempotency-key"] = "another"
    asked = site.worlds.client.ask("POST", "/v1/notifiers/pigeon/test", {}, head)
    assert (asked.status, problem(asked)["code"]) == (404, "unknown-notifier")
