"""The space: what it is called, whether it is live, and whether one person is enough."""

from __future__ import annotations

from xenia.client import shapes
from xenia.console.places import SPACE
from xenia.pages.answering import Flash, Gone, Page, Shown
from xenia.pages.asking import Asked
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.words import marked


@shown_at(SPACE)
def space(asked: Asked) -> Page:
    """As it stands; who may, changes the rule of approval."""
    sees = asked.may("programmes:read")
    values = {
        "four_eyes": asked.client.approval().four_eyes if sees else None,
        "programmes": asked.client.programmes().data if sees else (),
        "command": "xenia space make trial --test",
        "zone": asked.formats.zone,
        "space_path": SPACE,
    }
    return Shown("console/settings/space.html", values)


@sent_to(f"{SPACE}/approval")
def approval(asked: Asked) -> Page:
    """One person is enough from now on, or not any more."""
    wanted = shapes.Approval(four_eyes=asked.form.one("four_eyes") == "yes")
    asked.client.changed_approval(wanted, idempotency_key=asked.once)
    said = (
        marked("A draft takes a second person from now on.")
        if wanted.four_eyes
        else marked("One person is enough from now on.")
    )
    return Gone(SPACE, Flash(said))


ROUTES = (space, approval)
