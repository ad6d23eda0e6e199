"""Webhooks: the programs of others that are told what happens; listed, and made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from xenia.client import ProblemError, shapes
from xenia.console.places import WEBHOOKS
from xenia.pages.answering import Page, Shown, csv_file
from xenia.pages.asking import Asked
from xenia.pages.refusals import refusal_of
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.words import marked

_HEADS: Final = (
    marked("URL"),
    marked("What it is for"),
    marked("Of what it is told"),
    marked("State"),
)
HOW: Final[Mapping[str, tuple[str, str, str]]] = {
    "well": (marked("Works"), "positive", "circle-check"),
    "failing": (marked("Fails"), "failed", "circle-alert"),
    "off": (marked("Switched off"), "neutral", "pause"),
}


@shown_at(WEBHOOKS)
def webhooks(asked: Asked) -> Page:
    """All, each with how it does."""
    rows = [(one, how(asked, one)) for one in asked.client.all_webhooks().data]
    if asked.query.one("as") == "csv":
        table = [(one.url, one.description, " ".join(one.types), said[0]) for one, said in rows]
        return csv_file("webhooks.csv", [asked.say(head) for head in _HEADS], table)
    values = {"webhooks": rows, "webhooks_path": WEBHOOKS}
    return Shown("console/developers/webhooks.html", values)


def how(asked: Asked, one: shapes.Webhook | shapes.CountedWebhook) -> tuple[str, str, str]:
    """How an endpoint does: in words, the kind of badge, and its picture."""
    state = "off" if not one.enabled else "failing" if one.failing_since else "well"
    said, kind, picture = HOW[state]
    return asked.say(said), kind, picture


@shown_at(f"{WEBHOOKS}/new")
def new_webhook(asked: Asked) -> Page:
    """Where to send, and what."""
    return webhook_form(asked, WEBHOOKS, _filled(asked), {})


@sent_to(WEBHOOKS)
def made_webhook(asked: Asked) -> Page:
    """The webhook with its secret, shown this once; or what is wrong."""
    filled = _filled(asked)
    wanted = shapes.NewWebhook(
        url=filled["url"], types=tuple(filled["types"]), description=filled["description"]
    )
    try:
        made = asked.client.new_webhook(wanted, idempotency_key=asked.once)
    except ProblemError as error:
        if error.problem.status != 422:
            raise
        return webhook_form(asked, WEBHOOKS, filled, wrong_of(asked, error), 422)
    return secret_page(made)


def _filled(asked: Asked) -> dict[str, Any]:
    """What stands in the form."""
    form = asked.form
    return {
        "url": form.one("url"),
        "description": form.one("description")[:500],
        "types": form.all("types"),
    }


def webhook_form(
    asked: Asked, to: str, filled: Mapping[str, Any], wrong: Mapping[str, Any], status: int = 200
) -> Page:
    """The form of a webhook, which is sent `to`."""
    types = [one.type for one in asked.client.webhook_types().data]
    groups: dict[str, list[str]] = {}
    for name in types:
        groups.setdefault(name.partition(".")[0], []).append(name)
    offered = [
        (name, name, "")
        for group, members in groups.items()
        for name in ([f"{group}.*", *members] if len(members) > 1 else members)
    ]
    values = {
        "filled": filled,
        "offered": offered,
        "wrong": wrong,
        "to": to,
        "is_new": to == WEBHOOKS,
        "webhooks_path": WEBHOOKS,
    }
    return Shown("console/developers/webhook_form.html", values, status)


def wrong_of(asked: Asked, error: ProblemError) -> dict[str, Any]:
    """What is wrong with a webhook, at its fields."""
    places = {one.pointer for one in error.problem.errors}
    if "/url" not in places:
        return {"refused": refusal_of(error, asked.words)}
    said = asked.say("It begins with https:// and leads to the public internet.")
    return {"url": said}


def secret_page(made: shapes.MadeWebhook, *, rotated: bool = False) -> Page:
    """What a webhook signs with; `rotated`: in place of another, which signs for a while, too."""
    values = {"made": made, "rotated": rotated, "webhooks_path": WEBHOOKS}
    return Shown("console/developers/webhook_secret.html", values)


ROUTES = (webhooks, new_webhook, made_webhook)
