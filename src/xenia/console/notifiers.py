"""The ways by which members and staff are reached: how that goes, and a test message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xenia.client import ProblemError, shapes
from xenia.console.places import MESSAGES, NOTIFIERS
from xenia.pages.answering import Flash, Gone, Page, Shown
from xenia.pages.asking import Asked
from xenia.pages.choosing import spoken_by
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.words import marked

KINDS: Final[Mapping[str, str]] = {
    "email": marked("Sends e-mails"),
    "phone": marked("Sends to telephones"),
    "app": marked("Sends to the app"),
}
_OTHER: Final = marked("Hands messages to another program")


@shown_at(NOTIFIERS)
def notifiers(asked: Asked) -> Page:
    """Each with what became of the last messages, and of the last test of whoever looks."""
    found = asked.client.notifiers().data
    values = {
        "rows": [(one, asked.say(KINDS.get(one.kind or "", _OTHER)), _state(one)) for one in found],
        "waits": any(one.test is not None and one.test.state == "waiting" for one in found),
        "notifiers_path": NOTIFIERS,
        "messages_path": MESSAGES,
    }
    return Shown("console/settings/notifiers.html", values, fragments=frozenset({"results"}))


def _state(one: shapes.NotifierState) -> str:
    """What is said of one at a glance."""
    if not one.working:
        return "away"
    return "failing" if one.failures else "working"


@sent_to(f"{NOTIFIERS}/{{notifier:str}}/test")
def tested(asked: Asked) -> Page:
    """A message to whoever asks is on its way."""
    name = asked.places["notifier"]
    body = shapes.TestMessage(locale=spoken_by(asked))
    try:
        asked.client.sent_test(name, body, idempotency_key=asked.once)
    except ProblemError as error:
        if error.problem.code not in ("unknown-notifier", "no-test-address"):
            raise
        said = marked("This notifier cannot send you a test message.")
        return Gone(NOTIFIERS, Flash(said, kind="failed"))
    return Gone(NOTIFIERS, Flash(marked("The test message is on its way to you.")))


ROUTES = (notifiers, tested)
