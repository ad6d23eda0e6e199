"""The parts of a draft as forms show them: each in words, as it is written, and as a value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xenia.programme import nodes
from xenia.programme.edit.pieces import Text
from xenia.programme.edit.sections import SECTIONS
from xenia.programme.edit.spans import CannotEditError, found, plain
from xenia.programme.explain import parts_told, titled
from xenia.programme.formulas import analyse
from xenia.programme.model import Programme
from xenia.programme.part import readable_part
from xenia.programme.texts import Texts
from xenia.services.drafts import Looked, told
from xenia.services.files import zones

Json = dict[str, Any]
_RULES = "rules"  # nothing else depends on one


def part_ids(looked: Looked, section: str) -> list[str]:
    """What a section of the text has, in its order, whatever is wrong with it."""
    root = looked.reading.places.root
    held = root.get(section) if isinstance(root, nodes.Mapping) else None
    return [entry.key.text for entry in held.entries] if isinstance(held, nodes.Mapping) else []


def part_cards(looked: Looked, locale: str, section: str, parts: Sequence[str]) -> list[Json]:
    """Some parts of a section in words.  Raises words.NoPhrases."""
    programme = sayable(looked)
    said: Mapping[str, tuple[str, ...] | None] = {}
    if programme is not None:
        there = getattr(programme, section)
        known = [key for key in parts if key in there]
        said = parts_told(programme, analyse(programme), locale, section, known)
    shown = looked.reading.programme or programme or part_of(looked)
    text = _editable(looked)
    return [
        {
            **_card(looked, (section, key), text),
            "title": _title(shown, section, key, locale),
            "sentences": list(said.get(key) or ()),
            "sayable": said.get(key) is not None,
        }
        for key in parts
    ]


def sayable(looked: Looked) -> Programme | None:
    """The programme, without rules in which something is wrong; None where other errors are."""
    errors = [one for one in looked.findings if one.severity == "error"]
    if not errors:
        return looked.reading.programme
    if any(one.path[:1] != (_RULES,) or len(one.path) < 2 for one in errors):
        return None
    return part_of(looked, sorted({one.path[:2] for one in errors}))


def part_of(looked: Looked, without: Sequence[tuple[str, ...]] = ()) -> Programme | None:
    """As much of the programme as can be read."""
    text = looked.document
    return readable_part(text, zones=zones(), json=text.lstrip()[:1] == "{", without=without)


def _editable(looked: Looked) -> Text | None:
    """The text, if parts of it can be changed."""
    text = Text(looked.document)
    try:
        text.root  # noqa: B018 - it is read the first time that it is asked for
    except CannotEditError:
        return None
    return text


def _card(looked: Looked, path: tuple[str, str], text: Text | None) -> Json:
    """What does not depend on a language."""
    section, key = path
    return {
        "section": section,
        "id": key,
        "line": looked.reading.places.key(path).line,
        "written": "" if text is None else text.lines_at(path),
        "findings": told([one for one in looked.findings if one.path[:2] == path]),
    }


def whole_part(looked: Looked, locale: str, section: str, part: str) -> Json | None:
    """One part with all that it says; None: there is none of that id.  Raises words.NoPhrases."""
    if part not in part_ids(looked, section):
        return None
    text = _editable(looked)
    span = None if text is None else found(text.root, (section, part))
    return {
        **part_cards(looked, locale, section, [part])[0],
        "value": None if span is None else plain(span),
        "editable": span is not None,
    }


def titles(looked: Looked, locale: str) -> list[Json]:
    """What the parts of each section are called.  Raises words.NoPhrases."""
    programme = looked.reading.programme or part_of(looked)
    return [
        {
            "section": section,
            "parts": [
                {"id": key, "title": _title(programme, section, key, locale)}
                for key in part_ids(looked, section)
            ],
        }
        for section in SECTIONS
    ]


def _title(programme: Programme | None, section: str, key: str, locale: str) -> str:
    held = {} if programme is None else getattr(programme, section)
    title = getattr(held.get(key), "title", None)
    if programme is None or not isinstance(title, Texts):
        return key
    return titled(programme, locale, title, key)
