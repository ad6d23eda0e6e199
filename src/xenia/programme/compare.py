"""What changed between two programmes, in words, and whether only numbers did."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from enum import IntEnum, StrEnum
from typing import Any, Final

from xenia.programme.model import Programme
from xenia.programme.notations import duration_text
from xenia.programme.periods import Duration
from xenia.programme.settings import NewTerms, Settings
from xenia.programme.shapes import Bare, Tree
from xenia.programme.surface import PROGRAMME

Path = tuple[str, ...]


class Kind(IntEnum):
    """What a change touches: how the programme works, one of its numbers, or only its words."""

    STRUCTURE = 0
    NUMBER = 1
    WORDS = 2


@dataclass(frozen=True, slots=True)
class Change:
    """One difference, said in `text`; `path` are the keys down to it."""

    path: Path
    kind: Kind
    text: str


# The sections of a document, most important to members first, with the name of one of their parts.
_SECTIONS: Final[Mapping[str, str]] = {
    "rules": "rule",
    "rewards": "reward",
    "currencies": "currency",
    "tiers": "tier",
    "benefits": "benefit",
    "metrics": "metric",
    "groups": "group",
    "exclusions": "exclusion",
    "lists": "list",
    "locations": "location",
    "acts": "act",
    "settings": "setting",
    "badges": "badge",
    "texts": "text",
    "attributes": "attributes",
}
_TEXTS: Final = frozenset({"title", "terms", "notes", "operator"})
_SAME_METRIC: Final = frozenset({"title", "rollover"})  # what is no part of what one counts
# Numbers that decide how things are counted or ordered, rather than how much they are.
_STRUCTURAL: Final = frozenset({"decimals", "priority", "categories"})

# How what changed is said: `{key}` is the last key, `{level}` that of a tier, `{new}` and `{old}`
# the values.
_SAID: Final[tuple[tuple[Path, str], ...]] = (
    (("rules", "*", "then", "earn", "*"), "earns {new} {key}, was {old}"),
    (("rules", "*", "then", "multiply", "*"), "multiplies {key} by {new}, was {old}"),
    (("rules", "*", "then", "discount", "percent"), "takes {new} % off, was {old} %"),
    (("rules", "*", "then", "discount", "of", "every"), "counts every {new} units, was {old}"),
    (("rules", "*", "then", "discount", "of", "cheapest"), "the cheapest {new}, was {old}"),
    (("rules", "*", "then", "discount", "of", "dearest"), "the dearest {new}, was {old}"),
    (("rules", "*", "then", "discount", "of", "bundle"), "bundles {new}, was {old}"),
    (("rules", "*", "then", "discount", "amount"), "takes {new} off, was {old}"),
    (("rules", "*", "then", "discount", "price"), "sells at {new} each, was {old}"),
    (("rules", "*", "then", "discount", "maximum"), "takes at most {new} off, was {old}"),
    (("rules", "*", "then", "issue"), "issues {new}, was {old}"),
    (("rules", "*", "then", "badge"), "gives the badge {new}, was {old}"),
    (("rules", "*", "then", "notify"), "sends {new}, was {old}"),
    (("rules", "*", "then", "flag"), "flags {new}, was {old}"),
    (("rules", "*", "when"), "holds when {new}, was {old}"),
    (("rules", "*", "chance"), "holds by chance {new} times, was {old}"),
    (("rules", "*", "lines"), "is about lines with {new}, was {old}"),
    (("rules", "*", "budget", "times"), "has a budget of {new} times, was {old}"),
    (("rules", "*", "budget", "units"), "has a budget of {new} units, was {old}"),
    (("rules", "*", "budget", "amount"), "has a budget of {new} off, was {old}"),
    (("groups", "*", "budget", "times"), "has a budget of {new} times, was {old}"),
    (("groups", "*", "budget", "units"), "has a budget of {new} units, was {old}"),
    (("groups", "*", "budget", "amount"), "has a budget of {new} off, was {old}"),
    (("rewards", "*", "price", "*"), "costs {new} {key}, was {old}"),
    (("rewards", "*", "stock"), "has a stock of {new}, was {old}"),
    (("tiers", "*", "levels", "*"), "level {key} is reached at {new}, was {old}"),
    (("tiers", "*", "levels", "*", "any", "*"), "level {level} takes {new} {key}, was {old}"),
    (("tiers", "*", "levels", "*", "all", "*"), "level {level} takes {new} {key}, was {old}"),
    (
        ("tiers", "*", "levels", "*", "benefits", "*"),
        "level {level} brings {key} {new} times, was {old}",
    ),
    (("currencies", "*", "value"), "a unit is worth {new}, was {old}"),
    (("currencies", "*", "expires"), "units end {new}, was {old}"),
    (("currencies", "*", "pending"), "what is earned can be used after {new}, was {old}"),
    (("currencies", "*", "notice"), "members are told {new} before units end, was {old}"),
    (("rules", "*", "limits", "units"), "earns at most {new} units, was {old}"),
    (("rules", "*", "limits", "times"), "holds at most {new} times, was {old}"),
    (("rules", "*", "limits", "amount"), "takes at most {new} off in all, was {old}"),
    (("groups", "*", "limits", "units"), "earns at most {new} units, was {old}"),
    (("groups", "*", "limits", "times"), "holds at most {new} times, was {old}"),
    (("groups", "*", "limits", "amount"), "takes at most {new} off in all, was {old}"),
    (("rewards", "*", "gives", "gift-card"), "gives a gift card of {new}, was {old}"),
    (("rewards", "*", "lasts"), "can be used for {new}, was {old}"),
    (("tiers", "*", "holds"), "a level is held for {new}, was {old}"),
    (("tiers", "*", "grace"), "a level that is not kept stays for {new}, was {old}"),
    (("tiers", "*", "falls"), "a level that is not kept falls {new}, was {old}"),
)
# What is said of it as a whole, and how a value, or none, is said.
_WHOLE: Final[tuple[Path, ...]] = (("currencies", "*", "expires"),)
_NONE: Final[Mapping[Path, str]] = {
    ("currencies", "*", "expires"): "never",
    ("currencies", "*", "pending"): "no time",
}

# What is said where the first or the second of them is not there.
_CLAIMS: Final = ("claims", "within")
_BEGINS: Final = "purchases made without a member can be claimed for {new}"
_ENDS: Final = "purchases made without a member cannot be claimed any more, could for {old}"


def compare(old: Programme, new: Programme) -> tuple[str, ...]:
    """A sentence for each change, what members feel first, and one that sums up their kinds.

    Empty where the two say the same.
    """
    found = changes(old, new)
    return (*(change.text for change in found), *_summary(found))


def changes(old: Programme, new: Programme) -> tuple[Change, ...]:
    """Every difference, the most important first."""
    found = [*_differences((), _written(old), _written(new)), *_reordered(old, new)]
    if new.settings.new_terms is NewTerms.ALL:
        found = [_for_all(change) for change in found]
    return tuple(sorted(found, key=_importance))


def _for_all(change: Change) -> Change:
    """When units end, where that is for those that members have, too."""
    if change.path[::2] != ("currencies", "expires"):
        return change
    return replace(change, text=f"{change.text}; also those that members have")


def _written(programme: Programme) -> dict[str, Tree]:
    """The programme as its document would be, every setting spelt out."""
    tree = PROGRAMME.write(programme)
    assert isinstance(tree, dict)
    settings: dict[str, Tree] = {}
    for item in fields(Settings):
        value = getattr(programme.settings, item.name)
        settings[item.name.replace("_", "-")] = Bare(_setting(value))
    return tree | {"settings": settings}


def _setting(value: bool | StrEnum | Duration) -> str:
    if isinstance(value, Duration):
        return duration_text(value)
    return str(value).lower() if isinstance(value, bool) else value.value


def _summary(found: tuple[Change, ...]) -> Iterator[str]:
    if not found:
        return
    counts = {kind: sum(change.kind is kind for change in found) for kind in Kind}
    if counts[Kind.STRUCTURE]:
        yield (
            f"the structure changes: {counts[Kind.STRUCTURE]} of {len(found)} changes, "
            f"beside {counts[Kind.NUMBER]} of numbers and {counts[Kind.WORDS]} of words"
        )
    elif counts[Kind.NUMBER]:
        yield "only numbers change: the structure stays"
    else:
        yield "only words change: every decision stays"


def _importance(change: Change) -> tuple[bool, int, Path, Kind]:
    """Words last; else by section, by part, what is new or gone before what differs."""
    section = change.path[0]
    rank = list(_SECTIONS).index(section) if section in _SECTIONS else -1
    return change.kind is Kind.WORDS, rank, change.path, change.kind


# ---- differences ---------------------------------------------------------------------------------


def _differences(path: Path, old: Tree | None, new: Tree | None) -> Iterator[Change]:
    if old == new:
        return
    if _opens(path, old) and _opens(path, new):
        one, other = _entries(old), _entries(new)
        for key in sorted({*one, *other}):
            yield from _differences((*path, key), one.get(key), other.get(key))
        return
    yield Change(path, _kind(path, old, new), _sentence(path, old, new))


def _opens(path: Path, tree: Tree | None) -> bool:
    """Whether a difference is looked for further down: not in what is new or gone as a whole."""
    if any(_matches(keys, path) for keys in _WHOLE):
        return False
    whole_part = len(path) == 2 and path[0] in _SECTIONS
    return isinstance(tree, dict) or (tree is None and not whole_part and len(path) < 2)


def _entries(tree: Tree | None) -> dict[str, Any]:
    return tree if isinstance(tree, dict) else {}


def _reordered(old: Programme, new: Programme) -> Iterator[Change]:
    """The order of levels counts, unlike that of every other mapping."""
    for key in old.tiers.keys() & new.tiers.keys():
        one, other = old.tiers[key].levels, new.tiers[key].levels
        if [level for level in one if level in other] != [level for level in other if level in one]:
            path = ("tiers", key, "levels")
            yield Change(path, Kind.STRUCTURE, f"tier {key}: levels are in another order")


def _kind(path: Path, old: Tree | None, new: Tree | None) -> Kind:
    if path[0] in ("benefits", "badges", "texts") or _TEXTS.intersection(path):
        return Kind.WORDS
    if old is None or new is None or _STRUCTURAL.intersection(path):
        return Kind.STRUCTURE
    return Kind.NUMBER if _masked(_shown(old)) == _masked(_shown(new)) else Kind.STRUCTURE


_TOKEN: Final = re.compile(r""""[^"]*"|'[^']*'|[^\W\d][\w.-]*|[0-9]+(?:\.[0-9]+)?""")


def _masked(text: str) -> str:
    """The text with each number that is no part of a name or of a quoted text as one sign."""
    return _TOKEN.sub(lambda found: "#" if found[0][0].isdecimal() else found[0], text)


# ---- words ---------------------------------------------------------------------------------------


def _sentence(path: Path, old: Tree | None, new: Tree | None) -> str:
    """What is said of a difference, and of what comes with it."""
    said = _difference(path, old, new)
    counts = path[0] == "metrics" and (new is not None or len(path) > 2)
    if counts and not _SAME_METRIC.intersection(path[2:]):
        return f"{said}; what happened before counts, too"
    return said


def _difference(path: Path, old: Tree | None, new: Tree | None) -> str:
    part, rest = _part(path)
    if not rest and path[0] in _SECTIONS and path[0] != "settings":
        if old is None:
            return f"{part} is new: {_shown(new)}"
        if new is None:
            return f"{part} is gone, was {_shown(old)}"
    keys, pattern = next((one for one in _SAID if _matches(one[0], path)), ((), None))
    if pattern is not None and (keys in _NONE or (old is not None and new is not None)):
        level = path[3] if len(path) > 3 else ""
        after, before = (_valued(keys, tree) for tree in (new, old))
        return f"{part}: {pattern.format(key=path[-1], level=level, new=after, old=before)}"
    if path == _CLAIMS and (old is None or new is None):
        return (_BEGINS if old is None else _ENDS).format(new=_shown(new), old=_shown(old))
    what = f"{part}: {rest}" if rest else part
    return f"{what} is {_or_default(new)}, was {_or_default(old)}"


def _part(path: Path) -> tuple[str, str]:
    """`rule cosmetics`, and the keys within it."""
    if path[0] not in _SECTIONS:
        return " ".join(path), ""
    return " ".join([_SECTIONS[path[0]], *path[1:2]]), " ".join(path[2:])


def _matches(keys: Path, path: Path) -> bool:
    return len(keys) == len(path) and all(
        key in ("*", step) for key, step in zip(keys, path, strict=True)
    )


def _valued(keys: Path, tree: Tree | None) -> str:
    """A value of a part for which there are words."""
    if tree is None:
        return _NONE[keys]
    return _ending(_entries(tree)) if keys in _WHOLE else _shown(tree)


def _ending(expiry: Mapping[str, Tree]) -> str:
    """When units end: what is written under `expires`."""
    said = []
    if "inactive" in expiry:
        said.append(f"once none was earned for {_shown(expiry['inactive'])}")
    if "after" in expiry:
        said.append(f"{_shown(expiry['after'])} after they were earned")
    if "end-of" in expiry:
        unit = _shown(expiry["end-of"])
        plus = f", and {_shown(expiry['plus'])} more" if "plus" in expiry else ""
        said.append(f"with the {unit} in which they were earned{plus}")
    return ", or ".join(said)


def _or_default(tree: Tree | None) -> str:
    return "the default" if tree is None else _shown(tree)


def _shown(tree: Tree | None) -> str:
    """A value on one line, as a document would have it."""
    match tree:
        case None:
            return "nothing"
        case Bare(text=text):
            return text
        case str():
            return tree
        case list():
            return f"[{', '.join(_shown(item) for item in tree)}]"
        case dict():
            return f"{{{', '.join(f'{key}: {_shown(item)}' for key, item in tree.items())}}}"
