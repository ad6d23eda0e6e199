"""The rules of a draft as forms show them: each in words, as rows, and with what it can name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from xenia.language import types as t
from xenia.language.rows import Group, Row, form_of
from xenia.language.types import Name, Scope
from xenia.programme.edit.pieces import Text
from xenia.programme.edit.spans import CannotEditError, Leaf, Plain, Table, found, plain
from xenia.programme.explain import rules_told, titled
from xenia.programme.findings import Finding
from xenia.programme.formulas import analyse, scope_in
from xenia.programme.model import EventType, Programme
from xenia.programme.scope import EVENT_TYPES, Standing, written
from xenia.programme.texts import Texts
from xenia.services.draft_parts import part_ids, part_of, sayable
from xenia.services.drafts import Looked, told

Json = dict[str, Any]
_RULES = "rules"
_CALENDAR = ("month", "weekday", "day", "hour", "year")  # of the moment of an event


def rule_ids(looked: Looked) -> list[str]:
    """The rules that the text has, in its order, whatever is wrong with them."""
    return part_ids(looked, _RULES)


def cards(looked: Looked, locale: str, rules: Sequence[str]) -> list[Json]:
    """Some rules in words.  Raises words.NoPhrases."""
    programme = sayable(looked)
    said: Mapping[str, tuple[str, ...] | None] = {}
    if programme is not None:
        known = [key for key in rules if key in programme.rules]
        said = rules_told(programme, analyse(programme), locale, known)
    shown = looked.reading.programme or programme or part_of(looked)
    return [_card(looked, key, shown, said, locale) for key in rules]


def _card(
    looked: Looked,
    key: str,
    programme: Programme | None,
    said: Mapping[str, tuple[str, ...] | None],
    locale: str,
) -> Json:
    rule = None if programme is None else programme.rules.get(key)
    title = key
    if programme is not None and rule is not None:
        title = titled(programme, locale, rule.title, key)
    return {
        "rule": key,
        "title": title,
        "line": looked.reading.places.key((_RULES, key)).line,
        "on": None if rule is None else rule.on,
        "sentences": list(said.get(key) or ()),
        "sayable": said.get(key) is not None,
        "findings": told([one for one in looked.findings if one.path[:2] == (_RULES, key)]),
    }


def whole(looked: Looked, locale: str, rule: str) -> Json | None:
    """One rule with all that it says, and its conditions as rows; None: there is none of that id.

    Raises words.NoPhrases.
    """
    if rule not in rule_ids(looked):
        return None
    try:
        span = found(Text(looked.document).root, (_RULES, rule))
    except CannotEditError:
        span = None
    value = None if span is None else plain(span)
    keys = value if isinstance(value, dict) else {}
    return {
        **cards(looked, locale, [rule])[0],
        "value": value,
        "editable": isinstance(span, Table) or (isinstance(span, Leaf) and span.null),
        "when": condition(keys.get("when")),
        "lines": condition(keys.get("lines")),
    }


def condition(written_: Plain) -> Json | None:
    """A condition as rows; None where there is none, or what is no text."""
    if not isinstance(written_, str):
        return None
    form = form_of(written_)
    return {"text": written_, "join": form.join, "parts": [_part_shown(one) for one in form.parts]}


def _part_shown(part: Row | Group) -> Json:
    rows = part.rows if isinstance(part, Group) else (part,)
    return {
        "join": part.join if isinstance(part, Group) else None,
        "of": part.of if isinstance(part, Group) else "",
        "rows": [
            {
                "subject": row.subject,
                "operator": row.operator,
                "values": list(row.values),
                "kind": row.kind,
            }
            for row in rows
        ],
    }


# ---- what can be named ---------------------------------------------------------------------------


def choices(looked: Looked, locale: str, on: EventType, *, discounting: bool) -> Json | None:
    """What a rule about events of one type can ask of and name; None where so much is wrong that
    nothing is known.  Raises words.NoPhrases."""
    programme = looked.reading.programme or part_of(looked)
    if programme is None:
        return None
    standing = Standing.DISCOUNT if discounting else Standing.EARN
    scope = scope_in(programme, standing, on)
    line = scope_in(programme, Standing.LINES, on) if on == "purchase" else None
    name = partial(titled, programme, locale)
    return {
        "on": on,
        "events": list(EVENT_TYPES),
        "money": programme.money,
        "subjects": [*_subjects(programme, scope, name), *_reads(scope)],
        "records": [
            {"of": of, "subjects": _fields(fields, of)} for of, fields in scope.lists.items()
        ],
        "lines": _fields(line.lists["lines"], "lines") if line is not None else [],
        "lists": sorted(scope.constants),
        "currencies": [
            {"id": key, "title": name(one.title, key)} for key, one in programme.currencies.items()
        ],
        "rewards": _named(programme.rewards, name),
        "badges": _named(programme.badges, name),
        "groups": _named(programme.groups, name),
        "texts": [{"id": key, "title": name(one, key)} for key, one in programme.texts.items()],
    }


def _named(parts: Mapping[str, Any], name: Any) -> list[Json]:
    return [{"id": key, "title": name(one.title, key)} for key, one in parts.items()]


def _subjects(programme: Programme, scope: Scope, name: Any) -> Iterator[Json]:
    """The names, and what a calendar says of the moments among them."""
    titles = _titles(programme, name)
    for key, one in scope.names.items():
        yield _subject(key, one, titles.get(key))
        if isinstance(one.type, t.Instant):
            yield _subject(f"date({key})", Name(t.Date()))
            for part in _CALENDAR:
                yield _subject(f"{part}({key})", Name(t.Number()))
        elif isinstance(one.type, t.Date):
            yield _subject(f"month({key})", Name(t.Number()))


def _reads(scope: Scope) -> Iterator[Json]:
    for key, one in scope.with_this.items():
        yield _subject(f"with_this({key})", one)
    for key, one in scope.previous.items():
        yield _subject(f"previous({key})", one)


def _titles(programme: Programme, name: Any) -> dict[str, str]:
    """What the programme calls its own."""
    found: dict[str, str] = {}
    parts: tuple[tuple[str, Mapping[str, Any]], ...] = (
        ("metric", programme.metrics),
        ("tier", programme.tiers),
        ("balance", programme.currencies),
    )
    for before, held in parts:
        for key, one in held.items():
            title: Texts | None = one.title
            if title is not None:
                found[f"{before}.{written(key)}"] = name(title, key)
    return found


def _fields(fields: Mapping[str, Name], _of: str) -> list[Json]:
    return [_subject(f"l.{key}", one) for key, one in fields.items()]


def _subject(key: str, name: Name, title: str | None = None) -> Json:
    kind, options, decimals = _kind(name)
    return {
        "subject": key,
        "title": title,
        "type": kind,
        "options": options,
        "decimals": decimals,
        "missing": name.nullable,
    }


def _kind(name: Name) -> tuple[str, list[str] | None, int | None]:
    match name.type:
        case t.Number(scale):
            return "number", None, scale
        case t.Text(options):
            return "text", None if options is None else list(options), None
        case t.Level(_, levels):
            return "level", list(levels), None
        case t.Texts():
            return "texts", None, None
        case t.Date():
            return "date", None, None
        case t.Instant():
            return "moment", None, None
        case t.Bool():
            return "truth", None, None


def errors_at(findings: Sequence[Finding], rule: str) -> list[Finding]:
    """What is wrong with a rule."""
    return [one for one in findings if one.path[:2] == (_RULES, rule) and one.severity == "error"]
