"""One rule of a draft as a form: looked at, filled in, shown in words before it is saved."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from xenia.client import ProblemError, shapes
from xenia.console import rule_fields as fields
from xenia.console.draft_tabs import draft_values, tab_path
from xenia.console.places import DRAFT
from xenia.console.rule_conditions import (
    Condition,
    acted,
    drawn,
    from_form,
    from_shape,
    to_shape,
    unfilled,
)
from xenia.console.rule_words import EFFECTS, EVENTS, LISTS, OPERATORS, PERIODS, Names
from xenia.console.rules import (
    RULE,
    RULES,
    may_change,
    pointer,
    refusal_flash,
    sent_changes,
)
from xenia.pages.answering import Flash, Gone, Page, Shown
from xenia.pages.asking import Asked
from xenia.pages.choosing import spoken_by
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.words import marked
from xenia.programme.words import languages

_ID: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", re.ASCII)
_ID_MOST: Final = 64
_SHOWN: Final = frozenset(
    {"on", "after", "from", "until", "group", "priority", "title", "terms", "when", "lines",
     "then", "limits"}
)  # fmt: skip
_ONLY_PURCHASES: Final = "purchase"


@dataclass(slots=True)
class _Form:
    """The form as it stands: `rule` is empty for a new one, whose id is `id`."""

    rule: str
    id: str
    revision: int
    before: Mapping[str, Any]
    filled: fields.Filled
    names: Names
    when: Condition
    lines: Condition
    wrong: dict[str, str] = field(default_factory=dict)  # at fields, in the reader's words
    told: dict[str, str] = field(default_factory=dict)  # at fields, in the interface's
    conflict: bool = False
    focus: str = ""  # where one goes on after a button was pressed


# ---- looking -------------------------------------------------------------------------------------


@shown_at(RULE)
def rule(asked: Asked) -> Page:
    """A rule by its id; without one, a new rule."""
    draft = asked.client.draft(asked.places["draft"])
    name = asked.query.one("id")
    whole = asked.client.draft_rule(draft.draft, name, locale=spoken_by(asked)) if name else None
    if whole is not None and not (whole.editable and fields.can_be_filled(whole.value)):
        return _only_text(asked, draft, whole)
    if not may_change(asked, draft):
        return Gone(tab_path(RULES, draft.draft))
    value = (whole.value if whole is not None else None) or {}
    filled = fields.filled(value)
    if whole is None:
        filled.effects.append({"kind": "earn", "how": "per", "units": "1", "amount": "1.00"})
    form = _Form(
        rule=name,
        id=name,
        revision=draft.revision,
        before=value,
        filled=filled,
        names=_names(asked, draft.draft, filled),
        when=from_shape(whole.when if whole is not None else None),
        lines=from_shape(whole.lines if whole is not None else None),
    )
    return _shown(asked, draft, form, _tried(asked, draft, form))


def _names(asked: Asked, draft: str, filled: fields.Filled) -> Names:
    on = filled.single.get("on", "")
    known = on if on in EVENTS else _ONLY_PURCHASES
    discounting = any(one.get("kind") == "discount" for one in filled.effects)
    choices = asked.client.draft_choices(
        draft, on=cast(Any, known), discounting=discounting, locale=spoken_by(asked)
    )
    return Names(asked, choices)


def _only_text(asked: Asked, draft: shapes.WholeDraft, whole: shapes.WholeRule) -> Page:
    values = {
        **draft_values(asked, draft),
        "rule": whole,
        "rules_path": tab_path(RULES, draft.draft),
        "text_path": tab_path(DRAFT, draft.draft),
        "language_told": spoken_by(asked),
    }
    return Shown("console/rules/only_text.html", values)


# ---- filling in ----------------------------------------------------------------------------------


@sent_to(RULE)
def changed_rule(asked: Asked) -> Page:
    """Something was filled in: shown anew, tried, or saved."""
    draft = asked.client.draft(asked.places["draft"])
    if not may_change(asked, draft):
        return Gone(tab_path(RULES, draft.draft))
    form, act = _sent(asked, draft), asked.form.one("act")
    _act(form, act)
    if not act.startswith("save"):
        return _shown(asked, draft, form, _tried(asked, draft, form))
    _check(asked, draft, form)
    tried = None if form.wrong else _tried(asked, draft, form)
    if form.wrong or (act == "save" and form.told) or form.conflict:
        return _shown(asked, draft, form, tried, status=422)
    problem = sent_changes(asked, draft.draft, _changes(form))
    if problem is not None:
        return Gone(tab_path(RULES, draft.draft), refusal_flash(problem))
    said = marked("The rule “%(rule)s” is saved.")
    return Gone(f"{tab_path(RULES, draft.draft)}#rule-{form.id}", Flash(said, {"rule": form.id}))


def _sent(asked: Asked, draft: shapes.WholeDraft) -> _Form:
    sent = asked.form
    name = sent.one("rule")
    value: Any = None
    if name:
        value = asked.client.draft_rule(draft.draft, name, locale=spoken_by(asked)).value
    filled = fields.sent(sent)
    names = _names(asked, draft.draft, filled)
    revision = sent.one("revision")
    return _Form(
        rule=name,
        id=name or sent.one("id"),
        revision=int(revision) if revision.isdecimal() else 0,
        before=value if isinstance(value, dict) else {},
        filled=filled,
        names=names,
        when=from_form(sent, "w", names),
        lines=from_form(sent, "x", names),
        conflict=revision != str(draft.revision),
    )


def _act(form: _Form, act: str) -> None:
    """What a button of the form does to it."""
    prefix, _, rest = act.partition(".")
    if prefix == "w":
        form.focus = acted(form.when, rest, form.names, "w")
    elif prefix == "x":
        form.focus = acted(form.lines, rest, form.names, "x")
    elif prefix == "e":
        _listed(form.filled.effects, rest, {"kind": "earn", "how": "per"})
        last = f"e.{len(form.filled.effects) - 1}.kind"
        form.focus = last if rest == "add" else "e.add"
    elif prefix == "l":
        _listed(form.filled.limits, rest, {"count": "times", "per": "day"})
        last = f"l.{len(form.filled.limits) - 1}.number"
        form.focus = last if rest == "add" else "l.add"


def _listed(rows: list[fields.Fields], act: str, new: fields.Fields) -> None:
    if act == "add":
        rows.append(new)
    index, _, what = act.partition(".")
    if what == "drop" and index.isdecimal() and int(index) < len(rows):
        del rows[int(index)]


def _check(asked: Asked, draft: shapes.WholeDraft, form: _Form) -> None:
    """What is wrong before the interface is asked."""
    if not form.rule:
        if len(form.id) > _ID_MOST or not _ID.fullmatch(form.id):
            form.wrong["id"] = asked.say("Small letters, digits and hyphens: extra-points.")
        elif _is_taken(asked, draft.draft, form.id):
            form.wrong["id"] = asked.say("There is a rule of this id already.")
    for name in (*unfilled(form.when, "w"), *unfilled(form.lines, "x")):
        form.wrong[name] = asked.say("Fill this in, or take the row away.")


def _is_taken(asked: Asked, draft: str, name: str) -> bool:
    try:
        asked.client.draft_rule(draft, name)
    except ProblemError as error:
        if error.problem.code == "unknown-rule":
            return False
        raise
    return True


def _changes(form: _Form) -> list[shapes.PartChange]:
    """What makes the rule what the form says: its conditions from rows, all else as a value."""
    at = pointer("rules", form.id)
    value = fields.value_of(form.filled, form.before)
    kept = {key: form.before[key] for key in ("when", "lines") if form.before.get(key)}
    changes = [shapes.PartChange(do="set", at=at, value={**value, **kept})]
    for key, condition in (("when", form.when), ("lines", form.lines)):
        if condition.parts or key in kept:
            asked = to_shape(condition)
            changes.append(shapes.PartChange(do="set", at=f"{at}/{key}", condition=asked))
    return changes


def _tried(asked: Asked, draft: shapes.WholeDraft, form: _Form) -> shapes.Rule | None:
    """The rule in words as it would be, with what would be wrong with it; None: it cannot be
    told."""
    if not form.id or not _ID.fullmatch(form.id) or form.conflict:
        return None
    if unfilled(form.when, "w") or unfilled(form.lines, "x"):
        return None
    try:
        done = asked.client.changed_parts(
            draft.draft,
            shapes.PartChanges(changes=tuple(_changes(form))),
            if_match=f'"{form.revision}"',
            locale=spoken_by(asked),
            idempotency_key="try",
            dry_run=True,
        )
    except ProblemError as error:
        if error.problem.status not in (412, 422):
            raise
        form.told["rule"] = error.problem.detail
        return None
    found = next((one for one in done.rules if one.rule == form.id), None)
    for finding in found.findings if found is not None else ():
        if finding.severity == "error":
            key = _field_of(finding.pointer, form)
            form.told.setdefault(key, f"{finding.text} ({finding.remedy})")
    return found


def _field_of(place: str, form: _Form) -> str:
    """The part of the form in which an error is said."""
    rest = place.removeprefix(pointer("rules", form.id)).split("/")[1:]
    first = rest[0] if rest else ""
    if first in ("limits", "then", "when", "lines"):
        return first
    return first if first in form.filled.single else "rule"


# ---- drawing -------------------------------------------------------------------------------------


def _shown(
    asked: Asked,
    draft: shapes.WholeDraft,
    form: _Form,
    tried: shapes.Rule | None,
    status: int = 200,
) -> Page:
    choices, say = form.names.choices, asked.say
    on = form.filled.single.get("on") or _ONLY_PURCHASES
    values: dict[str, Any] = {
        **draft_values(asked, draft),
        "form": form,
        "on": on,
        "events": [(key, say(EVENTS[key])) for key in choices.events if key in EVENTS],
        "choices": choices,
        "when": drawn(form.when, "w", form.names),
        "lines": drawn(form.lines, "x", form.names) if on == _ONLY_PURCHASES else None,
        "records": [(one.of, say(LISTS[one.of])) for one in choices.records],
        "operators": {key: say(title) for key, title in OPERATORS.items()},
        "effects": [(key, say(title)) for key, title in EFFECTS.items()],
        "periods": [(key, say(title)) for key, title in PERIODS.items()],
        "currencies": _options(choices.currencies),
        "rewards": _options(choices.rewards),
        "badges": _options(choices.badges),
        "texts": _options(choices.texts),
        "groups": _options(choices.groups),
        "kept": sorted(set(form.before) - _SHOWN),
        "spoken_languages": languages(),
        "tried": tried,
        "errors": any(one.severity == "error" for one in draft.findings),
        "rules_path": tab_path(RULES, draft.draft),
        "rule_path": tab_path(RULE, draft.draft),
        "form_path": tab_path(RULE, draft.draft),
        "text_path": tab_path(DRAFT, draft.draft),
        "language_told": spoken_by(asked),
    }
    fragments = frozenset({"editing", "preview"})
    return Shown("console/rules/one.html", values, status, fragments=fragments)


def _options(titled: tuple[shapes.Titled, ...]) -> list[tuple[str, str]]:
    return [(one.id, one.title) for one in titled]


ROUTES = (rule, changed_rule)
