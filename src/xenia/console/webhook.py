"""A webhook: what was sent to it, what it answered, and what is done about it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, Literal, cast
from zoneinfo import ZoneInfo

from xenia.client import ProblemError, shapes
from xenia.console.places import AUDIT, MEMBERS, WEBHOOKS
from xenia.console.webhooks import how, secret_page, webhook_form, wrong_of
from xenia.pages.answering import Download, Flash, Gone, Page, Shown, csv_file
from xenia.pages.asking import Asked
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.templating import address
from xenia.pages.words import marked

_WEBHOOK: Final = f"{WEBHOOKS}/{{webhook:str}}"
_DELIVERY: Final = f"{_WEBHOOK}/deliveries/{{delivery:str}}"
_PAGE: Final = 50
_HOURS: Final = ("0", "1", "24", "168")  # that the secret before signs, too
STATES: Final[Mapping[str, tuple[str, str]]] = {
    "waiting": (marked("Waits"), "brand"),
    "delivered": (marked("Delivered"), "positive"),
    "dead": (marked("Given up"), "failed"),
    "dropped": (marked("Dropped"), "neutral"),
}
_HEADS: Final = (
    marked("Id"),
    marked("Type"),
    marked("Member"),
    marked("State"),
    marked("Tries"),
    marked("Made at"),
)


@shown_at(_WEBHOOK)
def webhook(asked: Asked) -> Page:
    """How it does, and what was sent, the newest first."""
    return _page(asked, {})


def _page(asked: Asked, wrong: Mapping[str, str], status: int = 200) -> Page:
    name, query = asked.places["webhook"], asked.query
    found = asked.client.webhook(name)
    only = query.one("only") if query.one("only") in STATES else ""
    cursor = query.one("cursor")
    sent = asked.client.all_deliveries(name, only=only or None, limit=_PAGE, cursor=cursor or None)
    if query.one("as") == "csv":
        return _file(asked, sent)
    values = {
        "webhook": found,
        "how": how(asked, found),
        "sent": sent.data,
        "next_cursor": sent.next_cursor,
        "cursor": cursor,
        "only": only,
        "chosen": [("only", only)],
        "states": states(asked),
        "own_path": _own(name),
        "webhooks_path": WEBHOOKS,
        "audit_path": AUDIT,
        "hours": _HOURS,
        "wrong": wrong,
        "since": asked.form.one("since"),
        "until": asked.form.one("until"),
        "zone": asked.formats.zone,
    }
    return Shown(
        "console/developers/webhook.html", values, status, fragments=frozenset({"results"})
    )


def states(asked: Asked) -> dict[str, tuple[str, str]]:
    """The states of deliveries: in words, and the kind of badge."""
    return {name: (asked.say(said), kind) for name, (said, kind) in STATES.items()}


def _own(webhook: str) -> str:
    return address("/console/developers/webhooks/{webhook}", webhook=webhook)


def _file(asked: Asked, sent: shapes.Deliveries) -> Download:
    rows = [
        (one.delivery, one.type, one.member, one.state, one.tried, one.made_at) for one in sent.data
    ]
    return csv_file("deliveries.csv", [asked.say(head) for head in _HEADS], rows)


# ---- what is changed -----------------------------------------------------------------------------


@shown_at(f"{_WEBHOOK}/change")
def change(asked: Asked) -> Page:
    """Its address and types, to be changed."""
    found = asked.client.webhook(asked.places["webhook"])
    filled = {"url": found.url, "types": found.types, "description": found.description}
    return webhook_form(asked, f"{_own(found.webhook)}/change", filled, {})


@sent_to(f"{_WEBHOOK}/change")
def changed(asked: Asked) -> Page:
    """What waits is sent to the new address."""
    name, form = asked.places["webhook"], asked.form
    filled: dict[str, Any] = {
        "url": form.one("url"),
        "types": form.all("types"),
        "description": form.one("description")[:500],
    }
    patch = shapes.WebhookPatch(
        url=filled["url"], types=tuple(filled["types"]), description=filled["description"]
    )
    try:
        asked.client.changed_webhook(name, patch, idempotency_key=asked.once)
    except ProblemError as error:
        if error.problem.status != 422:
            raise
        to = f"{_own(name)}/change"
        return webhook_form(asked, to, filled, wrong_of(asked, error), 422)
    return Gone(_own(name), Flash(marked("The webhook is changed.")))


@sent_to(f"{_WEBHOOK}/secret")
def rotated(asked: Asked) -> Page:
    """Another secret; the one before signs for some hours, too."""
    hours = asked.form.one("hours")
    wanted = shapes.NewSecret(overlap_hours=int(hours) if hours in _HOURS else 24)
    made = asked.client.new_secret(asked.places["webhook"], wanted, idempotency_key=asked.once)
    return secret_page(made, rotated=True)


@sent_to(f"{_WEBHOOK}/state")
def switched(asked: Asked) -> Page:
    """On or off."""
    name, wish = asked.places["webhook"], asked.form.one("to")
    if wish == "off":
        asked.client.disabled_webhook(name, shapes.Nothing(), idempotency_key=asked.once)
        return Gone(_own(name), Flash(marked("It is off. What happens is kept for 30 days.")))
    wanted = shapes.Enabling(drop=wish == "on-empty")
    asked.client.enabled_webhook(name, wanted, idempotency_key=asked.once)
    return Gone(_own(name), Flash(marked("It is on.")))


@sent_to(f"{_WEBHOOK}/removal")
def removed(asked: Asked) -> Page:
    """Nothing is sent there any more."""
    asked.client.removed_webhook(asked.places["webhook"], idempotency_key=asked.once)
    return Gone(WEBHOOKS, Flash(marked("The webhook is removed.")))


# ---- what is sent --------------------------------------------------------------------------------


@sent_to(f"{_WEBHOOK}/test")
def tried(asked: Asked) -> Page:
    """A message that only says that it came."""
    name = asked.places["webhook"]
    asked.client.tried_webhook(name, shapes.Nothing(), idempotency_key=asked.once)
    return Gone(_own(name), Flash(marked("A test is sent in a moment: load the page again.")))


@sent_to(f"{_WEBHOOK}/replay")
def replayed(asked: Asked) -> Page:
    """All of a time once more, under the same ids."""
    name, form = asked.places["webhook"], asked.form
    ends, wrong = {}, {}
    for end in ("since", "until"):
        try:
            ends[end] = instant_of(form.one(end), asked.formats.zone)
        except ValueError:
            wrong[end] = asked.say("Write a day and a time.")
    chosen = [one for one in form.all("states") if one in ("dead", "delivered", "dropped")]
    if not chosen:
        wrong["states"] = asked.say("Choose which.")
    if wrong:
        return _page(asked, wrong, 422)
    wanted = shapes.Again(
        **ends, states=cast('tuple[Literal["dead", "delivered", "dropped"], ...]', tuple(chosen))
    )
    try:
        done = asked.client.replayed_webhook(name, wanted, idempotency_key=asked.once)
    except ProblemError as error:
        if error.problem.status != 422:
            raise
        said = asked.say("Write a day and a time.")
        places = [one.pointer.removeprefix("/") for one in error.problem.errors]
        return _page(asked, dict.fromkeys(places or ends, said), 422)
    if done.has_more:
        said = marked("%(number)s are sent again; there are more: ask once more for the rest.")
    else:
        said = marked("%(number)s are sent again.")
    number = asked.formats.number(done.replayed).striptags()
    return Gone(_own(name), Flash(said, {"number": number}))


def instant_of(text: str, zone: str) -> str:
    """What was chosen where the reader is, as an instant.  Raises ValueError for what is none."""
    at = datetime.fromisoformat(text)
    at = at.replace(tzinfo=ZoneInfo(zone)) if at.tzinfo is None else at
    try:
        return at.astimezone(UTC).isoformat()
    except OverflowError as error:
        raise ValueError(text) from error


@shown_at(_DELIVERY)
def delivery(asked: Asked) -> Page:
    """What is sent, and every try."""
    name = asked.places["webhook"]
    found = asked.client.delivery(name, asked.places["delivery"])
    own = _own(name)
    values = {
        "delivery": found,
        "body": _laid_out(found.body),
        "states": states(asked),
        "webhook_path": own,
        "own_path": f"{own}{address('/deliveries/{delivery}', delivery=found.delivery)}",
        "webhooks_path": WEBHOOKS,
        "members_path": MEMBERS,
    }
    return Shown("console/developers/delivery.html", values)


def _laid_out(body: str) -> str:
    """JSON as people read it; what is none, as it is."""
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body


@sent_to(f"{_DELIVERY}/replay")
def resent(asked: Asked) -> Page:
    """Once more, under the same id."""
    name, one = asked.places["webhook"], asked.places["delivery"]
    asked.client.replayed_delivery(name, one, shapes.Nothing(), idempotency_key=asked.once)
    to = f"{_own(name)}{address('/deliveries/{delivery}', delivery=one)}"
    return Gone(to, Flash(marked("It is sent again in a moment: load the page again.")))


ROUTES = (
    *(webhook, change, changed, rotated, switched, removed),
    *(tried, replayed, delivery, resent),
)
