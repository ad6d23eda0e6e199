"""Undo and Redo above a draft in the console: in words, and back to the page where one was."""

from __future__ import annotations

import re
from html import unescape

from tests.api.client import Response
from tests.api.test_draft_parts import TEXT
from tests.console.test_parts import Desk, desk, desks
from tests.pages.browsing import Browser, forms, text_of
from xenia.client import shapes

__all__ = ["desk", "desks"]


def base(desk: Desk) -> str:
    return f"/console/programmes/drafts/{desk.draft}"


def buttons(page: Response) -> list[tuple[str, bool]]:
    """What the buttons say, and whether they can be pressed."""
    found = re.findall(
        r'<form[^>]*action="[^"]*/(?:undo|redo)".*?<button([^>]*)>(.*?)</button>',
        page.body.decode(),
        re.S,
    )
    return [
        (" ".join(unescape(re.sub(r"<svg.*?</svg>|<[^>]+>", " ", said, flags=re.S)).split()),
         " disabled" not in attributes)
        for attributes, said in found
    ]  # fmt: skip


def press(browser: Browser, page: str, action: str) -> Response:
    """Press one of them; the page that comes."""
    shown = browser.get(page)
    done = browser.post(action, forms(shown.body.decode())[action])
    assert (done.status, done.headers["location"]) == (303, page), text_of(done)
    return browser.get(page)


def change(desk: Desk, *changes: shapes.PartChange) -> None:
    tag = f'"{desk.client.draft(desk.draft).revision}"'
    body = shapes.PartChanges(changes=changes)
    desk.client.changed_parts(desk.draft, body, if_match=tag)


def test_a_form_is_undone_and_done_again(desk: Desk) -> None:
    page, undo, redo = desk.path("rewards"), f"{base(desk)}/undo", f"{base(desk)}/redo"
    nothing = [("Undo", False), ("Redo", False)]
    assert buttons(desk.anna.get(page)) == nothing
    assert desk.send("rewards", desk.open("rewards", "tea"), "save", v__stock="20").status == 303
    filled = desk.text
    assert filled != TEXT
    there = ("Undo: reward “tea” changed", True)
    for one in (page, base(desk), f"{base(desk)}/rules"):
        assert buttons(desk.anna.get(one)) == [there, ("Redo", False)]
    undone = press(desk.anna, page, undo)
    assert "It is undone." in text_of(undone)
    assert buttons(undone) == [("Undo", False), ("Redo: reward “tea” changed", True)]
    assert desk.text == TEXT
    assert "It is done again." in text_of(press(desk.anna, f"{base(desk)}/rules", redo))
    assert desk.text == filled


def test_what_would_be_undone_is_said_in_words(desk: Desk) -> None:
    def said(*changes: shapes.PartChange) -> str:
        change(desk, *changes)
        return buttons(desk.anna.get(base(desk)))[0][0]

    gone = shapes.PartChange(do="remove", at="/rewards/gift")
    assert said(gone) == "Undo: reward “gift” taken away"
    copy = shapes.PartChange(do="copy", at="/rules/bean-per-euro", to="more")
    assert said(copy) == "Undo: rule “more” added"
    up = shapes.PartChange(do="move", at="/rules/more", before="bean-per-euro")
    assert said(up) == "Undo: rule “more” moved"
    assert said(shapes.PartChange(do="set", at="/money", value="USD")) == "Undo: money changed"
    two = [shapes.PartChange(do="remove", at=at) for at in ("/rules/more", "/texts/hello")]
    assert said(*two) == "Undo: rule “more” and 1 more taken away"
    desk.client.changed_draft(
        desk.draft, shapes.Document(document=f"# Ours.\n{desk.text}"), if_match='"6"'
    )
    assert buttons(desk.anna.get(base(desk)))[0][0] == "Undo: the text changed"


def test_a_change_of_somebody_else_is_undone_by_who_has_seen_it(desk: Desk) -> None:
    page, undo = base(desk), f"{base(desk)}/undo"
    shown = desk.anna.get(page)
    document = TEXT.replace("beans: 7", "beans: 8")
    fields = {"document": document}
    assert desk.anna.fill(page, page, fields).status == 303
    stale = {**forms(shown.body.decode())[undo], "once": "another"}
    assert desk.anna.post(undo, stale).status == 303
    assert "Somebody changed this draft meanwhile." in text_of(desk.anna.get(page))
    assert desk.text == document
    other = desk.other.get(page)
    assert buttons(other)[0] == ("Undo: reward “tea” changed by somebody else", True)
    press(desk.other, page, undo)
    assert desk.text == TEXT


def test_a_text_that_is_not_saved_is_not_lost_by_undoing(desk: Desk) -> None:
    page = base(desk)
    form = forms(desk.anna.get(page).body.decode())[page]
    other = TEXT.replace("beans: 7", "beans: 8")
    desk.client.changed_draft(desk.draft, shapes.Document(document=other), if_match='"1"')
    mine = {**form, "document": TEXT.replace("beans: 7", "beans: 9")}
    refused = desk.anna.post(page, mine)
    assert refused.status == 409
    assert buttons(refused) == []
    assert len(buttons(desk.anna.get(page))) == 2


def test_who_may_only_look_undoes_nothing(desk: Desk) -> None:
    for page in (base(desk), f"{base(desk)}/rules", desk.path("rewards")):
        assert buttons(desk.eva.get(page)) == []
    form = forms(desk.anna.get(base(desk)).body.decode())[f"{base(desk)}/undo"]
    own = forms(desk.eva.get("/console/").body.decode())["/console/sign-out"]["form"]
    change(desk, shapes.PartChange(do="set", at="/money", value="USD"))
    refused = desk.eva.post(f"{base(desk)}/undo", {**form, "form": own, "revision": "2"})
    assert (refused.status, "money: USD" in desk.text) == (403, True)
