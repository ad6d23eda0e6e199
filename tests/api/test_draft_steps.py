"""The changes of a draft are undone back to its beginning, and done again; none of them is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.api.client import CAFE, Response
from tests.api.test_drafts import DOUBLE, LATER, Office, code
from tests.api.test_rule_forms import TEXT, changed, text
from tests.api.worlds import Worlds
from tests.postgres import Server
from tests.services.publishing import published
from xenia.services import draft_steps
from xenia.store.draft_steps import Kept


@pytest.fixture(scope="module")
def office(servers: Callable[[str | None], Server]) -> Iterator[Office]:
    with servers(None).fresh(migrated=True) as database:
        published(database, CAFE)
        worlds = Worlds(database)
        yield Office(worlds)
        worlds.close()


def saved(office: Office, draft: str, revision: int, document: str, **more: str) -> Any:
    address = f"/v1/drafts/{draft}"
    put = office.ask("PUT", address, {"document": document}, if_match=f'"{revision}"', **more)
    assert put.status == 200, put.body
    return put.json()


def turned(office: Office, draft: str, what: str, revision: int, **more: str) -> Response:
    query = more.pop("query", "")
    address = f"/v1/drafts/{draft}/{what}{query}"
    return office.ask("POST", address, if_match=f'"{revision}"', **more)


def parts(step: Any) -> list[str]:
    return [f"{one['do']} {one['section']}/{one['part']}" for one in step["parts"]]


def test_every_change_is_undone_back_to_the_beginning_and_done_again(office: Office) -> None:
    draft = office.begin(TEXT)
    texts = [TEXT, TEXT.replace("# Ours.", "# Mine.")]
    saved(office, draft, 1, texts[-1])
    for change in (
        {"do": "set", "at": "/rules/gold/priority", "value": "5"},
        {"do": "move", "at": "/rules/gold", "before": "bean-per-euro"},
        {"do": "copy", "at": "/rules/gold", "to": "more"},
        {"do": "remove", "at": "/rules/bean-per-euro"},
    ):
        assert changed(office, draft, change, revision=len(texts)).status == 200
        texts.append(text(office, draft))
    named = [
        [],
        ["changed rules/gold"],
        ["moved rules/gold"],
        ["added rules/more"],
        ["removed rules/bean-per-euro"],
    ]
    whole = office.ask("GET", f"/v1/drafts/{draft}").json()
    assert (parts(whole["undo"]), whole["undo"]["count"]) == (named[-1], 1)
    assert (whole["undo"]["by"], whole["redo"]) == (whole["authors"][0], None)
    for revision, known in enumerate(reversed(texts[:-1]), len(texts)):
        done = turned(office, draft, "undo", revision)
        assert (done.status, done.headers["etag"]) == (200, f'"{revision + 1}"')
        assert parts(done.json()["redo"]) == named[len(texts) - 2 - (revision - len(texts))]
        assert text(office, draft) == known
    assert office.ask("GET", f"/v1/drafts/{draft}").json()["undo"] is None
    assert code(turned(office, draft, "undo", 11)) == (409, "nothing-to-undo")
    for revision, known in enumerate(texts[1:], 11):
        done = turned(office, draft, "redo", revision)
        assert parts(done.json()["undo"]) == named[revision - 11]
        assert text(office, draft) == known
    assert code(turned(office, draft, "redo", 16)) == (409, "nothing-to-redo")


def test_another_change_takes_the_place_of_what_was_undone(office: Office) -> None:
    draft = office.begin(TEXT)
    saved(office, draft, 1, TEXT.replace("EUR", "USD"))
    saved(office, draft, 2, TEXT.replace("EUR", "GBP"))
    assert turned(office, draft, "undo", 3).status == 200
    assert text(office, draft) == TEXT.replace("EUR", "USD")
    done = saved(office, draft, 4, TEXT.replace("EUR", "CHF"))
    assert (parts(done["undo"]), done["redo"]) == (["changed money/None"], None)
    assert turned(office, draft, "undo", 5).status == 200
    assert text(office, draft) == TEXT.replace("EUR", "USD")
    assert turned(office, draft, "undo", 6).status == 200
    assert text(office, draft) == TEXT


def test_the_same_text_again_is_no_step(office: Office) -> None:
    draft = office.begin(TEXT)
    saved(office, draft, 1, TEXT + "# more\n")
    assert turned(office, draft, "undo", 2).json()["redo"]["parts"] == []
    same = saved(office, draft, 3, TEXT)
    assert (same["revision"], same["undo"], same["redo"]["count"]) == (4, None, 0)


def test_nobody_undoes_what_they_have_not_seen(office: Office) -> None:
    draft = office.begin(TEXT)
    saved(office, draft, 1, TEXT.replace("EUR", "USD"))
    shown = office.ask("GET", f"/v1/drafts/{draft}").headers["etag"]
    saved(office, draft, 2, TEXT.replace("EUR", "GBP"), by=office.boris)
    assert shown == '"2"'
    assert code(turned(office, draft, "undo", 2)) == (412, "changed-meanwhile")
    assert code(office.ask("POST", f"/v1/drafts/{draft}/undo")) == (428, "if-match")
    assert turned(office, draft, "undo", 3).status == 200
    assert code(turned(office, draft, "redo", 3)) == (412, "changed-meanwhile")
    assert code(turned(office, "0123456789abcdef", "undo", 1)) == (404, "unknown-draft")


def test_a_dry_run_leaves_all_as_it_is(office: Office) -> None:
    draft = office.begin(TEXT)
    saved(office, draft, 1, TEXT.replace("EUR", "USD"))
    tried = turned(office, draft, "undo", 2, query="?dry_run=true").json()
    assert (tried["revision"], tried["undo"], tried["redo"]["count"]) == (3, None, 1)
    whole = office.ask("GET", f"/v1/drafts/{draft}").json()
    assert (whole["revision"], whole["undo"]["count"], whole["redo"]) == (2, 1, None)


def test_what_is_undone_is_written_by_who_undoes_it(office: Office) -> None:
    draft = office.begin(DOUBLE)
    saved(office, draft, 1, CAFE)
    assert office.approve(draft, 2).json()["state"] == "approved"
    done = turned(office, draft, "undo", 2, by=office.boris).json()
    assert (done["state"], len(done["authors"])) == ("written", 2)
    assert done["redo"]["by"] == done["authors"][0]
    assert code(office.approve(draft, 3)) == (403, "own-draft")
    turned(office, draft, "redo", 3)
    trail = office.ask("GET", f"/v1/changes?about=draft/{draft}").json()["data"]
    assert [item["action"] for item in trail[:2]] == ["draft.redone", "draft.undone"]
    assert [item["by"] for item in trail[:2]] == done["authors"]
    assert trail[0]["after"] == {"programme": "cafe", "revision": 4}


def test_what_is_published_is_not_undone(office: Office) -> None:
    draft = office.begin(CAFE)
    saved(office, draft, 1, DOUBLE)
    office.approve(draft, 2)
    assert office.publish(draft, LATER, 2).status == 201
    whole = office.ask("GET", f"/v1/drafts/{draft}").json()
    assert (whole["undo"], whole["redo"]) == (None, None)
    assert code(turned(office, draft, "undo", 2)) == (409, "draft-is-published")


@pytest.mark.parametrize(("kept", "left"), [(Kept(2, 1_000_000), 2), (Kept(50, 1), 1)])
def test_only_so_many_are_kept(
    office: Office, kept: Kept, left: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft_steps, "KEPT", kept)
    draft = office.begin(TEXT)
    texts = [TEXT.replace("EUR", money) for money in ("USD", "GBP", "CHF", "JPY")]
    for revision, one in enumerate(texts, 1):
        saved(office, draft, revision, one)
    for revision in range(5, 5 + left):
        assert turned(office, draft, "undo", revision).status == 200
    assert code(turned(office, draft, "undo", 5 + left)) == (409, "nothing-to-undo")
    assert text(office, draft) == texts[3 - left]


def test_of_many_parts_the_first_are_named(office: Office) -> None:
    draft = office.begin(TEXT)
    texts = ", ".join(f"t{number}: {{en: Hello}}" for number in range(30))
    step = saved(office, draft, 1, f"{TEXT}texts: {{{texts}}}\n")["undo"]
    assert (len(step["parts"]), step["count"], parts(step)[0]) == (20, 30, "added texts/t0")


def test_a_draft_that_is_dropped_leaves_nothing(office: Office) -> None:
    draft = office.begin(TEXT)
    saved(office, draft, 1, CAFE)
    assert office.ask("DELETE", f"/v1/drafts/{draft}", if_match='"2"').status == 200
    with office.worlds.database.connect() as connection:
        found = connection.execute("select from draft_step where draft_id = %s", (draft,))
        assert found.fetchone() is None
