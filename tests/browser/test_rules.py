"""A rule is built in the browser: rows come and go in place, and the sentence follows."""

from __future__ import annotations

from tests.browser.chromium import Tab
from tests.browser.place import Place
from xenia.client import shapes

_CHOOSE = """([name, value]) => {
  const field = document.querySelector(`[name="${name}"]`);
  field.focus();
  field.value = value;
  field.dispatchEvent(new Event("change", {bubbles: true}));
}"""


def test_a_rule_is_built_and_its_sentence_follows(owner: Tab, place: Place) -> None:
    with place.client(place.token("anna", "owner")) as client:
        document = client.draft(place.draft).document
        draft = client.new_draft(shapes.NewDraft(document=document)).draft
        base = f"/console/programmes/drafts/{draft}"
        assert owner.open(f"{base}/rule?id=bean-per-euro") == 200
        owner.click('button[value="w.add"]')
        # What has come listens only when it is settled.
        owner.page_has('#editing:not(.htmx-settling) [name="w.0.0.subject"]:focus')
        owner.evaluate(_CHOOSE, ["w.0.0.subject", "payment.method"])
        owner.page_has('#editing:not(.htmx-settling) select[name="w.0.0.value"]')
        owner.evaluate(_CHOOSE, ["w.0.0.value", "bank-card"])
        owner.page_has('#preview p[lang]:has-text("card")')
        owner.click('[name="priority"]')
        owner.write("5")
        owner.press("Enter")
        owner.comes_to(f"{base}/rules#rule-bean-per-euro")
        changed = client.draft(draft).document
        undo = 'form[action$="/undo"] button'
        assert owner.text(undo) == "Undo: rule “bean-per-euro” changed"
        owner.evaluate("selector => document.querySelector(selector).focus()", undo)
        owner.press("Enter")
        owner.page_has('form[action$="/redo"] button:not([disabled])')
        assert client.draft(draft).document == document
    assert changed == document.replace(
        "  bean-per-euro:\n",
        '  bean-per-euro:\n    when: payment.method == "bank-card"\n    priority: 5\n',
    )
