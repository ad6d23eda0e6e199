"""A rule as the fields of a form, and the fields as what the rule is to be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from xenia.pages.forms import Sent

Fields = dict[str, str]

_PER: Final = re.compile(r"([0-9.]+) +per +([0-9.]+)", re.ASCII)
_PERCENT: Final = re.compile(r"([0-9.]+) *%", re.ASCII)
_ROW: Final = re.compile(r"([a-z])\.([0-9]{1,3})\.[a-z-]+", re.ASCII)
_OFF: Final = ("percent", "amount", "price")
COUNTED: Final = ("times", "units", "amount")
_SINGLE: Final = ("issue", "badge", "notify", "flag")
_EFFECTS: Final = ("earn", "multiply", "discount", "refer", *_SINGLE)
_SIMPLE: Final = ("on", "after", "from", "until", "group", "priority")


@dataclass(slots=True)
class Filled:
    """What stands in the form but conditions: single keys, effects, limits, texts by language."""

    single: Fields = field(default_factory=dict)
    effects: list[Fields] = field(default_factory=list)
    limits: list[Fields] = field(default_factory=list)
    texts: dict[str, Fields] = field(default_factory=dict)  # of `title` and `terms`


def can_be_filled(value: Any) -> bool:
    """Whether every part is of the kind that a form has room for."""
    if value is None:
        return True
    if not isinstance(value, dict):
        return False
    then = value.get("then") or {}
    if not isinstance(then, dict):
        return False
    tables = [then.get(key) or {} for key in ("earn", "multiply", "discount")]
    limits = value.get("limits") or []
    listed = limits if isinstance(limits, list) else [limits]
    singles = [value.get(key) or "" for key in (*_SIMPLE, "when", "lines")]
    return (
        all(isinstance(one, dict) for one in (*tables, *listed))
        and all(isinstance(one, str) for one in singles)
        and all(isinstance(value.get(key) or "", str | dict) for key in ("title", "terms"))
        and all(isinstance(then.get(key) or "", str | dict) for key in _SINGLE)
    )


# ---- from what is written ------------------------------------------------------------------------


def filled(value: Mapping[str, Any]) -> Filled:
    """The fields of a rule as it is written."""
    then = value.get("then") or {}
    limits = value.get("limits") or []
    return Filled(
        single={key: str(value.get(key) or "") for key in _SIMPLE},
        effects=[*_earned(then), *_others(then)],
        limits=[_limit(one) for one in (limits if isinstance(limits, list) else [limits])],
        texts={key: _texts(value.get(key)) for key in ("title", "terms")},
    )


def _earned(then: Mapping[str, Any]) -> list[Fields]:
    found = []
    for currency, earn in (then.get("earn") or {}).items():
        units = str(earn.get("units", "") if isinstance(earn, dict) else earn)
        kind = str(earn.get("kind", "base") if isinstance(earn, dict) else "base")
        fields = {"kind": "earn", "currency": currency, "for": kind, "how": "formula"}
        if (per := _PER.fullmatch(units)) is not None:
            fields |= {"how": "per", "units": per[1], "amount": per[2]}
        elif (percent := _PERCENT.fullmatch(units)) is not None:
            fields |= {"how": "percent", "percent": percent[1]}
        else:
            fields["formula"] = units
        found.append(fields)
    for currency, factor in (then.get("multiply") or {}).items():
        found.append({"kind": "multiply", "currency": currency, "factor": str(factor)})
    return found


def _others(then: Mapping[str, Any]) -> list[Fields]:
    found = []
    if discount := then.get("discount"):
        how = next((key for key in _OFF if key in discount), "percent")
        most = str(discount.get("maximum", ""))
        number = str(discount.get(how, ""))
        found.append({"kind": "discount", "by": how, "number": number, "maximum": most})
    for key in _SINGLE:
        if held := then.get(key):
            is_own = isinstance(held, dict)  # words in place, which stay as they are
            found.append({"kind": key, "what": "" if is_own else str(held)})
    if then.get("refer"):
        found.append({"kind": "refer"})
    return found


def _limit(limit: Mapping[str, Any]) -> Fields:
    counted = next((key for key in COUNTED if key in limit), "times")
    return {
        "count": counted,
        "number": str(limit.get(counted, "")),
        "per": str(limit.get("per", "day")),
        "beyond": str(limit.get("beyond", "trim")),
    }


def _texts(value: Any) -> Fields:
    held = value if isinstance(value, dict) else {"en": value} if value else {}
    return {language: one for language, one in held.items() if isinstance(one, str)}


# ---- from what is sent ---------------------------------------------------------------------------


def sent(form: Sent) -> Filled:
    """The fields as somebody has filled them in."""
    texts: dict[str, Fields] = {"title": {}, "terms": {}}
    for name, value in form.items():
        key, _, language = name.partition(".")
        if key in texts and language:
            texts[key][language] = value.strip()
    return Filled(
        single={key: form.one(key) for key in _SIMPLE},
        effects=_rows(form, "e"),
        limits=_rows(form, "l"),
        texts=texts,
    )


def _rows(form: Sent, prefix: str) -> list[Fields]:
    found: dict[int, Fields] = {}
    for name, value in form.items():
        row = _ROW.fullmatch(name)
        if row is not None and row[1] == prefix:
            found.setdefault(int(row[2]), {})[name.rpartition(".")[2]] = value.strip()
    return [found[index] for index in sorted(found)]


# ---- what the rule is to be ----------------------------------------------------------------------


def value_of(filled_: Filled, before: Mapping[str, Any]) -> dict[str, Any]:
    """The rule without its conditions: what stands in the fields, and all else as it was."""
    value = {key: one for key, one in before.items() if key not in ("when", "lines")}
    for key, text in filled_.single.items():
        usual = key == "on" and text == "purchase" and not before.get("on")
        value[key] = None if usual or not text else text
    for key, texts in filled_.texts.items():
        value[key] = _text_value(texts, before.get(key))
    then = before.get("then") or {}
    kept = {key: one for key, one in then.items() if key not in _EFFECTS}
    value["then"] = {**kept, **_then(filled_.effects, then)} or None
    value["limits"] = _limits(filled_.limits, before.get("limits"))
    return {key: one for key, one in value.items() if one is not None}


def _text_value(texts: Fields, before: Any) -> Any:
    old = before if isinstance(before, dict) else {"en": before} if before else {}
    new = {key: one for key, one in old.items() if key not in texts}
    new |= {language: text for language, text in texts.items() if text}
    new = {
        key: new[key] for key in (*(k for k in old if k in new), *(k for k in new if k not in old))
    }
    if set(new) == {"en"} and not isinstance(before, dict):
        return new["en"]
    return new or None


def _then(effects: list[Fields], before: Mapping[str, Any]) -> dict[str, Any]:
    then: dict[str, Any] = {}
    for one in effects:
        kind = one.get("kind", "")
        if kind == "earn":
            currency = one.get("currency", "")
            old = (before.get("earn") or {}).get(currency)
            then.setdefault("earn", {})[currency] = _earn(one, old)
        elif kind == "multiply":
            then.setdefault("multiply", {})[one.get("currency", "")] = one.get("factor", "")
        elif kind == "discount":
            then["discount"] = _discount(one, before.get("discount") or {})
        elif kind == "refer":
            then["refer"] = True
        elif kind in _SINGLE:
            own = before.get(kind)
            keeps = not one.get("what") and isinstance(own, dict)
            then[kind] = own if keeps else one.get("what", "")
    return then


def _earn(one: Fields, old: Any) -> Any:
    match one.get("how"):
        case "percent":
            units = f"{one.get('percent', '')} %"
        case "formula":
            units = one.get("formula", "")
        case _:
            units = f"{one.get('units', '')} per {one.get('amount', '')}"
    kind = one.get("for", "base")
    if isinstance(old, dict):
        kept = {key: held for key, held in old.items() if key not in ("units", "kind")}
        if kind != "base" or old.get("kind"):
            kept["kind"] = kind
        return {"units": units, **kept} if kept else units
    return units if kind == "base" else {"units": units, "kind": kind}


def _discount(one: Fields, old: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: held for key, held in old.items() if key not in (*_OFF, "maximum")}
    most = {"maximum": one["maximum"]} if one.get("maximum") else {}
    by = one.get("by", "")
    return {by if by in _OFF else "percent": one.get("number", ""), **kept, **most}


def _limits(rows: list[Fields], before: Any) -> Any:
    found = []
    for row in rows:
        counted = row.get("count", "")
        counted = counted if counted in COUNTED else "times"
        limit = {counted: row.get("number", ""), "per": row.get("per", "day")}
        if row.get("beyond", "trim") != "trim" and counted != "times":
            limit["beyond"] = row["beyond"]
        found.append(limit)
    if len(found) == 1 and not isinstance(before, list):
        return found[0]
    return found or None
