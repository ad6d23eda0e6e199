"""The rules of a draft as forms: told in words and as rows, and changed by parts of the text."""

from typing import Any

import pytest

from tests.api.test_drafts import Office, code, office, worlds
from xenia.services.drafts import look
from xenia.services.rule_forms import cards

__all__ = ["office", "worlds"]

TEXT = """\
# Ours.
xenia: 1
programme: cafe
money: EUR
timezone: Europe/Athens
categories: [drink, food]
lists: {hot: [tea, coffee]}
currencies:
  beans: {expires: {after: 12 months}}
metrics:
  visits: {count: true, over: calendar month}
tiers:
  status: {levels: {base: {}, gold: {all: {visits: 3}}}}
rules:
  # Everybody.
  bean-per-euro:
    then: {earn: {beans: 1 per 1.00}}  # one each
  gold:
    title: {en: For gold, el: Για τα χρυσά}
    when: tier.status == "gold" && basket.amount >= 5.00
    lines: l.category in ["drink"]
    then: {earn: {beans: {units: 1 per 1.00, kind: bonus}}}
"""
BASE = "/rules/bean-per-euro"


def changed(
    office: Office, draft: str, *changes: dict[str, Any], revision: int = 1, **more: Any
) -> Any:
    address = f"/v1/drafts/{draft}/changes{more.pop('query', '')}"
    return office.ask("POST", address, {"changes": changes}, if_match=f'"{revision}"', **more)


def text(office: Office, draft: str) -> str:
    found: str = office.ask("GET", f"/v1/drafts/{draft}").json()["document"]
    return found


def row(subject: str, operator: str, *values: str, kind: str = "text") -> dict[str, Any]:
    return {"subject": subject, "operator": operator, "values": list(values), "kind": kind}


def single(found: dict[str, Any]) -> dict[str, Any]:
    return {"join": None, "of": "", "rows": [found]}


def test_rules_are_told_in_pages_in_the_order_of_the_text(office: Office) -> None:
    draft = office.begin(TEXT)
    page = office.ask("GET", f"/v1/drafts/{draft}/rules?limit=1").json()
    assert [one["rule"] for one in page["data"]] == ["bean-per-euro"]
    assert page["data"][0]["sentences"] == ["You earn 1 beans for every €1 you spend."]
    assert (page["data"][0]["line"], page["revision"], page["has_more"]) == (16, 1, True)
    more = f"/v1/drafts/{draft}/rules?limit=1&locale=el&cursor={page['next_cursor']}"
    last = office.ask("GET", more).json()
    assert [one["title"] for one in last["data"]] == ["Για τα χρυσά"]
    assert last["next_cursor"] is None


def test_a_rule_shows_its_conditions_as_rows(office: Office) -> None:
    draft = office.begin(TEXT)
    rule = office.ask("GET", f"/v1/drafts/{draft}/rules/gold")
    assert rule.headers["etag"] == '"1"'
    body = rule.json()
    assert body["when"] == {
        "text": 'tier.status == "gold" && basket.amount >= 5.00',
        "join": "all",
        "parts": [
            single(row("tier.status", "is", "gold")),
            single(row("basket.amount", "at-least", "5.00", kind="number")),
        ],
    }
    assert body["lines"]["parts"] == [single(row("l.category", "one-of", "drink"))]
    assert body["value"]["then"]["earn"]["beans"] == {"units": "1 per 1.00", "kind": "bonus"}
    assert code(office.ask("GET", f"/v1/drafts/{draft}/rules/x")) == (404, "unknown-rule")


def test_what_can_be_named_is_told_with_its_types(office: Office) -> None:
    draft = office.begin(TEXT)
    known = office.ask("GET", f"/v1/drafts/{draft}/choices").json()
    subjects = {one["subject"]: one for one in known["subjects"]}
    assert subjects["tier.status"]["options"] == ["base", "gold"]
    assert subjects["basket.amount"]["decimals"] == 2
    assert subjects["date(occurred_at)"]["type"] == "date"
    assert "with_this(metric.visits)" in subjects
    lines = {one["subject"]: one["options"] for one in known["lines"]}
    assert lines["l.category"] == ["drink", "food"]
    assert (known["lists"], known["money"]) == (["list.hot"], "EUR")
    act = office.ask("GET", f"/v1/drafts/{draft}/choices?on=act&discounting=true").json()
    assert "act" in {one["subject"] for one in act["subjects"]}
    assert act["lines"] == []
    assert office.ask("GET", f"/v1/drafts/{draft}/choices?on=x").status == 400


def test_what_is_changed_is_changed_in_the_text_and_nothing_else(office: Office) -> None:
    draft = office.begin(TEXT)
    rows = [single(row("channel", "is", "web"))]
    done = changed(
        office,
        draft,
        {"do": "set", "at": f"{BASE}/then/earn/beans", "value": "2 per 1.00"},
        {"do": "set", "at": f"{BASE}/when", "condition": {"join": "all", "parts": rows}},
        {"do": "set", "at": f"{BASE}/priority", "value": 5},
    )
    assert done.status == 200, done.body
    assert done.headers["etag"] == '"2"'
    body = done.json()
    assert [one["rule"] for one in body["rules"]] == ["bean-per-euro"]
    assert "2 beans for every €1" in body["rules"][0]["sentences"][0]
    assert text(office, draft) == TEXT.replace(
        "  bean-per-euro:\n    then: {earn: {beans: 1 per",
        '  bean-per-euro:\n    when: channel == "web"\n    priority: 5\n'
        "    then: {earn: {beans: 2 per",
    )


def test_a_condition_that_is_the_same_stays_as_it_is_written(office: Office) -> None:
    document = TEXT.replace('tier.status == "gold" &&', "tier.status   == 'gold'   &&")
    draft = office.begin(document)
    whole = office.ask("GET", f"/v1/drafts/{draft}/rules/gold").json()
    asked = {"join": whole["when"]["join"], "parts": whole["when"]["parts"]}
    value = whole["value"]
    done = changed(
        office,
        draft,
        {"do": "set", "at": "/rules/gold", "value": value},
        {"do": "set", "at": "/rules/gold/when", "condition": asked},
    )
    assert done.status == 200
    assert text(office, draft) == document


def test_rules_are_copied_moved_and_removed(office: Office) -> None:
    draft = office.begin(TEXT)
    done = changed(
        office,
        draft,
        {"do": "copy", "at": BASE, "to": "other"},
        {"do": "move", "at": "/rules/gold", "before": "bean-per-euro"},
        {"do": "remove", "at": BASE},
    )
    assert [one["rule"] for one in done.json()["rules"]] == ["other", "gold"]
    listed = office.ask("GET", f"/v1/drafts/{draft}/rules").json()["data"]
    assert [one["rule"] for one in listed] == ["gold", "other"]


def test_what_would_be_is_told_and_nothing_done(office: Office) -> None:
    draft = office.begin(TEXT)
    change = {"do": "set", "at": f"{BASE}/when", "value": "basket.amuont > 1"}
    tried = changed(office, draft, change, query="?dry_run=true&locale=el").json()
    (wrong,) = tried["rules"][0]["findings"]
    assert (wrong["pointer"], wrong["severity"]) == (f"{BASE}/when", "error")
    assert tried["rules"][0]["sentences"] == []
    assert text(office, draft) == TEXT


@pytest.mark.parametrize(
    ("change", "status", "said", "place"),
    [
        ({"do": "remove", "at": "/rules/x"}, 422, "cannot-change", "/changes/0/at"),
        ({"do": "copy", "at": BASE, "to": "gold"}, 422, "cannot-change", "/changes/0/at"),
        ({"do": "set", "at": "/money/x", "value": "y"}, 422, "cannot-change", "/changes/0/at"),
        ({"do": "set", "at": BASE}, 422, "unreadable-body", "/changes/0"),
        ({"do": "remove", "at": BASE, "value": 1}, 422, "unreadable-body", "/changes/0"),
        ({"do": "remove", "at": ""}, 422, "unreadable-body", "/changes/0/at"),
        ({"do": "remove", "at": "rules"}, 422, "unreadable-body", "/changes/0/at"),
        ({"do": "copy", "at": BASE}, 422, "unreadable-body", "/changes/0/to"),
        ({"do": "set", "at": BASE, "value": 1, "before": "x"}, 422, "unreadable-body",
         "/changes/0/before"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_at_its_place(
    office: Office, change: dict[str, Any], status: int, said: str, place: str
) -> None:
    draft = office.begin(TEXT)
    found = changed(office, draft, change)
    assert code(found) == (status, said)
    assert [one["pointer"] for one in found.json()["errors"]] == [place]
    assert text(office, draft) == TEXT


def test_nobodys_change_is_lost(office: Office) -> None:
    draft = office.begin(TEXT)
    change = {"do": "remove", "at": BASE}
    assert code(changed(office, draft, change, revision=2)) == (412, "changed-meanwhile")
    address = f"/v1/drafts/{draft}/changes"
    assert code(office.ask("POST", address, {"changes": [change]})) == (428, "if-match")
    unknown = office.ask("POST", "/v1/drafts/x/changes", {"changes": [change]}, if_match='"1"')
    assert code(unknown) == (404, "unknown-draft")


def test_a_text_with_errors_shows_what_can_be_read() -> None:
    wrong = look(TEXT.replace("gold:\n    title: {", "gold:\n    titel: {"))
    first, second = cards(wrong, "en", ["bean-per-euro", "gold"])
    assert first["sentences"] == ["You earn 1 beans for every €1 you spend."]
    assert second["sentences"] == []
    assert [one["code"] for one in second["findings"]] == ["unknown-key"]
    elsewhere = look(TEXT.replace("count: true", "count: maybe"))
    assert cards(elsewhere, "en", ["gold"])[0]["title"] == "For gold"
    assert cards(look("xenia: 1\nrules: {a: 3}"), "en", ["a"])[0]["on"] is None
    assert cards(look("a: [b"), "en", []) == []
