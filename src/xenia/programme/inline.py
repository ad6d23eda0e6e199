"""Messages that rules have in place: they become texts of the programme, each by its rule's id."""

from __future__ import annotations

from dataclasses import replace

from xenia.programme.nodes import Entry, Mapping, Node, Scalar


def with_texts(root: Node) -> Node:
    """The document with what its rules say in place under `texts`.  Where that has no room for it,
    it stays, and is refused where it stands."""
    if not isinstance(root, Mapping):
        return root
    there = root.get("texts")
    if there is not None and not isinstance(there, Mapping):
        return root
    taken = {entry.key.text for entry in there.entries} if there else set[str]()
    moved: list[Entry] = []
    entries = tuple(
        replace(entry, value=_rules(entry.value, taken, moved))
        if entry.key.text == "rules"
        else entry
        for entry in root.entries
    )
    if not moved:
        return root
    if there is None:
        place = moved[0].key.place
        texts = Entry(Scalar("texts", place), Mapping(tuple(moved), place))
        return replace(root, entries=(*entries, texts))
    both = replace(there, entries=(*there.entries, *moved))
    return replace(
        root,
        entries=tuple(
            replace(one, value=both) if one.key.text == "texts" else one for one in entries
        ),
    )


def _rules(rules: Node, taken: set[str], moved: list[Entry]) -> Node:
    if not isinstance(rules, Mapping):
        return rules
    return replace(rules, entries=tuple(_rule(entry, taken, moved) for entry in rules.entries))


def _rule(rule: Entry, taken: set[str], moved: list[Entry]) -> Entry:
    then = rule.value.entry("then") if isinstance(rule.value, Mapping) else None
    said = then.value.entry("notify") if then and isinstance(then.value, Mapping) else None
    name = rule.key.text
    if said is None or not isinstance(said.value, Mapping) or name in taken:
        return rule
    words = said.value
    moved.append(Entry(Scalar(name, words.place), words))
    named = replace(said, value=Scalar(name, words.place, '"'))
    assert isinstance(rule.value, Mapping), "it has a key"
    assert then is not None, "it has a key"
    return replace(rule, value=_with(rule.value, replace(then, value=_with(then.value, named))))


def _with(holder: Node, entry: Entry) -> Mapping:
    """A mapping with another value for a key that it has."""
    assert isinstance(holder, Mapping), "it has that key"
    key = entry.key.text
    return replace(
        holder, entries=tuple(entry if one.key.text == key else one for one in holder.entries)
    )
