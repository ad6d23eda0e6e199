"""Whether a page can be used by the keyboard alone: looked at in one go, without many presses.

That Tab goes from one control to the next as they stand in the page is the browser's own doing, as
long as no page takes a hand in it: so what is looked for is whatever would, and what Tab would pass
by. What is found so of a page is what real presses find, which `pressed` is for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

import xenia.pages
from tests.browser.chromium import Tab

# What the browser itself gives the focus to.
_NATIVE: Final = (
    "a[href], button:enabled, input:enabled:not([type=hidden]), select:enabled, textarea:enabled, "
    "summary, [tabindex], [contenteditable]"
)
_ROLES: Final = "[role=button], [role=link], [role=tab], [role=menuitem], [role=switch], [onclick]"
_SOURCES: Final = Path(xenia.pages.__file__).parent / "sources"
_LISTENS: Final = re.compile(r'event\.target\.closest\("([^"]+)"\)')
_FOUND: Final = """([native, acts]) => {
  const dialog = document.querySelector("dialog:modal");
  const within = dialog ?? document;
  const all = (selector) => [...within.querySelectorAll(selector)];
  const named = (one) => {
    const name = one.getAttribute("aria-label") ?? one.labels?.[0]?.textContent ?? one.textContent;
    const own = one.id ? `#${one.id}` : one.name ? `[name=${one.name}]` : "";
    return `<${one.localName}${own}> ${name.replace(/\\s+/g, " ").trim().slice(0, 60)}`;
  };
  const shown = (one) => !one.closest("[inert]") && one.checkVisibility({
    visibilityProperty: true, contentVisibilityAuto: true });
  const found = [];
  const say = (one, what) => found.push(`keyboard: ${what}: ${named(one)}`);

  // Nothing may be on its way while it is looked at.
  const still = new CSSStyleSheet();
  still.replaceSync("*, ::before, ::after { transition: none !important }");
  document.adoptedStyleSheets.push(still);

  const controls = all(native).filter(shown);
  const reached = controls.filter((one) => one.tabIndex >= 0);
  for (const one of controls) {
    if (one.tabIndex > 0) say(one, "has a place of its own in the order");
    // A heading is led to, and a button may stand for the Enter key alone: where nobody sees it.
    const away = one.tabIndex < 0 && !/^h[1-6]$/.test(one.localName);
    const box = one.getBoundingClientRect();
    if (away && (box.width > 1 || box.height > 1)) say(one, "is passed by");
  }
  for (const one of all(acts).filter(shown)) {
    const is_one = !one.matches("form, [role=option]");
    if (is_one && !reached.includes(one.closest(native))) say(one, "acts by the mouse alone");
  }
  for (const one of all("label").filter((each) => shown(each) && each.control)) {
    const to = one.control;
    if (!to.disabled && !reached.includes(to)) say(one, "leads where the mouse alone can go");
  }
  const clicked = (one) => getComputedStyle(one).cursor === "pointer";
  const elsewhere = `${native}, label, [role=option]`;
  for (const one of all("body *")) {
    if (one.closest(elsewhere) || !clicked(one) || clicked(one.parentElement)) continue;
    if (shown(one)) {
      say(one, "looks as if it acted by the mouse alone");
    }
  }

  // Where one is, is seen: at the control, at what is around it, or at its label.
  const around = new Map(reached.map((one) => [one, [
    one, one.parentElement, one.parentElement?.parentElement, ...(one.labels ?? []),
  ].filter(Boolean)]));
  const ring = (one) => {
    const { outlineStyle, outlineWidth, outlineColor, boxShadow } = getComputedStyle(one);
    const outline = `${outlineStyle} ${outlineWidth} ${outlineColor}`;
    return `${outlineStyle === "none" ? "" : outline} ${boxShadow}`;
  };
  const was = document.activeElement;
  was?.blur();
  const open = new Set(all("details[data-menu][open]")); // which close when one is elsewhere
  const before = new Map(reached.map((one) => [one, around.get(one).map(ring)]));
  const key = (one, name) => one.dispatchEvent(
    new KeyboardEvent("keydown", { key: name, code: name, bubbles: true, cancelable: true }));
  let last = null;
  for (const one of reached) {
    const menu = one.closest("details[data-menu]");
    if (open.has(menu)) menu.open = true;
    one.focus({ preventScroll: true });
    if (document.activeElement !== one) {
      say(one, last ? `cannot be gone to from ${named(last)}` : "cannot be gone to");
      continue;
    }
    last = one;
    if (around.get(one).every((each, at) => ring(each) === before.get(one)[at])) {
      say(one, "does not show that one is there");
    }
    const box = one.getBoundingClientRect();
    if (box.width === 0 || box.height === 0) say(one, "has no size while one is there");
    if (!key(one, "Tab")) say(one, "keeps Tab for itself");
    if (one.matches("button, summary") && !(key(one, " ") && key(one, "Enter"))) {
      say(one, "keeps Space or Enter for itself");
    }
  }

  // Each form that is filled in is sent by a button that can be gone to, and so by Enter.
  for (const form of [...document.forms].filter((one) => !dialog || dialog.contains(one))) {
    const fields = [...form.elements].filter((one) => reached.includes(one));
    if (fields.length === 0) continue;
    const sends = fields.some((one) => one.matches("button[type=submit], button:not([type]), "
      + "input[type=submit], input[type=image], [data-sends]"));
    if (!sends) say(form, "nothing sends this form");
    const first = form.querySelector("button[type=submit], button:not([type]), input[type=submit]");
    if (first?.disabled) say(form, "Enter does not send this form");
  }

  for (const menu of open) menu.open = true;
  document.activeElement?.blur();
  was?.focus?.({ preventScroll: true });
  document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== still);
  return found;
}"""
# The controls in the order in which Tab comes to them: of buttons of one choice, to one.
_ORDER: Final = """native => {
  const seen = new Set();
  return [...document.querySelectorAll(native)].filter((one) => {
    if (one.tabIndex < 0 || one.closest("[inert]") || !one.checkVisibility({
      visibilityProperty: true, contentVisibilityAuto: true })) return false;
    if (one.type !== "radio") return true;
    const of = [...(one.form ?? document).querySelectorAll(`[name="${one.name}"]`)];
    return (of.find((each) => each.checked) ?? of[0]) === one;
  }).map((one, at) => (one.dataset.inOrder = at));
}"""
# From where Tab goes to the first of them.
_TOP: Final = """() => {
  const top = document.createElement("span");
  top.tabIndex = -1;
  document.body.prepend(top);
  top.focus();
}"""
_AT: Final = "() => Number(document.activeElement?.dataset?.inOrder ?? -1)"


@cache
def _acts() -> str:
    """What acts when it is clicked: by its role, or because a script listens for it."""
    texts = [path.read_text("utf-8") for path in sorted(_SOURCES.glob("*.js"))]
    heard = {found for text in texts for found in _LISTENS.findall(text)} - {"button"}
    assert "[data-opens]" in heard, "scripts listen in another way: say here how"
    return ", ".join([_ROLES, *sorted(heard)])


def hindered(tab: Tab) -> list[str]:
    """What of the page that is shown cannot be reached, seen, left or done by the keyboard."""
    tab.press("Shift")  # whoever has pressed a key is shown where the focus is
    found: list[str] = tab.evaluate(_FOUND, [_NATIVE, _acts()])
    return found


def pressed(tab: Tab) -> tuple[Sequence[int], Sequence[int]]:
    """By real presses of Tab from the top of the page: the controls in the order in which they are
    to come, and that in which they do."""
    order: list[int] = tab.evaluate(_ORDER, _NATIVE)
    tab.evaluate(_TOP)
    came: list[int] = []
    for _ in range(2 * len(order)):  # a date has parts, to each of which it comes
        if len(came) == len(order):
            break
        tab.press("Tab")
        at: int = tab.evaluate(_AT)
        if at not in came[-1:]:
            came.append(at)
    return order, came
