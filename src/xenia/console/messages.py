"""Messages: what members were told, why not where they were not, and what they are told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from xenia.client import shapes
from xenia.console.places import MESSAGES
from xenia.pages.answering import Download, Flash, Gone, Page, Shown, csv_file
from xenia.pages.asking import Asked
from xenia.pages.choosing import chosen, spoken_by
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.words import LANGUAGES, marked
from xenia.programme.words import languages

TEXTS: Final = f"{MESSAGES}/texts"
_PAGE: Final = 50
KINDS: Final[Mapping[str, str]] = {
    "points.expiring": marked("Units will end"),
    "tier.upgraded": marked("A new level"),
    "tier.downgraded": marked("A lower level"),
    "member.notified": marked("What a rule says"),
    "programme.published": marked("The terms change"),
    "member.code": marked("A one-time code"),
    "member.sign-in": marked("A code to sign in"),
}
_STATES: Final[Mapping[str, str]] = {
    "waiting": marked("Waits to be sent"),
    "sent": marked("Sent"),
    "unsent": marked("Not sent"),
    "dead": marked("Given up"),
}
_HEADS: Final = (
    *(marked("At"), marked("Member"), marked("Message"), marked("By")),
    *(marked("State"), marked("Reason"), marked("Tries"), marked("Sent at")),
)


@shown_at(MESSAGES)
def messages(asked: Asked) -> Page:
    """The log, the newest first; all that is chosen stands in its address."""
    query = asked.query
    member, cursor = query.one("member"), query.one("cursor")
    state = query.one("state") if query.one("state") in _STATES else ""
    found = asked.client.messages(
        member=member or None, only=state or None, limit=_PAGE, cursor=cursor or None
    )
    if query.one("as") == "csv":
        return _file(asked, found)
    values = {
        "rows": found.data,
        "next_cursor": found.next_cursor,
        "cursor": cursor,
        "member": member,
        "state": state,
        "kinds": {key: asked.say(title) for key, title in KINDS.items()},
        "states": {key: asked.say(title) for key, title in _STATES.items()},
        "chosen": [
            (name, value) for name, value in (("member", member), ("state", state)) if value
        ],
        "messages_path": MESSAGES,
        "texts_path": TEXTS,
    }
    return Shown("console/messages/log.html", values, fragments=frozenset({"results"}))


@sent_to(f"{MESSAGES}/{{message:str}}/again")
def again(asked: Asked) -> Page:
    """One that was not sent is tried again."""
    asked.client.message_again(
        asked.places["message"], shapes.Nothing(), idempotency_key=asked.once
    )
    kept = [(name, asked.form.one(name)) for name in ("member", "state", "cursor")]
    back = urlencode([(name, value) for name, value in kept if value])
    return Gone(f"{MESSAGES}?{back}" if back else MESSAGES, Flash(marked("It is tried again.")))


@shown_at(TEXTS)
def message_texts(asked: Asked) -> Page:
    """What each kind of message says, in a language."""
    programmes, programme = chosen(asked)
    wish = asked.query.one("language")
    language = wish if wish in languages() else spoken_by(asked)
    known = {one.code: one.name for one in LANGUAGES}
    values = {
        "programmes": programmes,
        "programme": programme,
        "spoken": language,
        "spoken_languages": [(code, known.get(code, code)) for code in languages()],
        "rows": asked.client.message_texts(programme=programme, locale=language).data
        if programme
        else (),
        "kinds": {key: asked.say(title) for key, title in KINDS.items()},
        "messages_path": MESSAGES,
        "texts_path": TEXTS,
    }
    return Shown("console/messages/texts.html", values, fragments=frozenset({"results"}))


def _file(asked: Asked, found: shapes.Messages) -> Download:
    rows = [
        (one.made_at, one.member, one.type, one.by, one.state, one.reason, one.tried, one.sent_at)
        for one in found.data
    ]
    return csv_file("messages.csv", [asked.say(head) for head in _HEADS], rows)


ROUTES = (messages, again, message_texts)
