"""Mappings with known keys, as dataclasses of the model."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from xenia.programme import nodes
from xenia.programme.demands import Demand
from xenia.programme.findings import suggestion
from xenia.programme.nodes import Node
from xenia.programme.shapes import (
    FAULT,
    At,
    Bare,
    Book,
    Fault,
    Schema,
    Shape,
    Tree,
    plain,
    wrong_kind,
)


@dataclass(frozen=True, slots=True)
class Slot:
    """One field of a record under its key.  `says` describes it for whoever writes one;
    `notation`: it only makes other fields shorter."""

    name: str
    key: str
    shape: Shape
    required: bool
    default: object = None
    says: str = ""
    notation: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping with known keys, as a dataclass.  `fixed`: a key with its only value, for the file
    alone (`xenia: 1`).  `noun` has its article: "a rule"."""

    cls: type
    noun: str
    slots: tuple[Slot, ...]
    demands: tuple[Demand, ...] = ()
    says: str = ""
    fixed: tuple[str, str] | None = None

    @property
    def what(self) -> str:
        return "a mapping of keys to values"

    def read(self, node: Node, at: At) -> object:
        if not isinstance(node, nodes.Mapping):
            keys = ", ".join(f"`{slot.key}`" for slot in self.slots[:4])
            return wrong_kind(node, at, self.what, f"write keys below it, such as {keys}")
        slots = {slot.key: slot for slot in self.slots}
        given: dict[str, object] = {}
        sound = self._read_fixed(node, at)
        for entry in node.entries:
            key = entry.key.text
            here = at.below(node, key, entry.key.place)
            if key in slots:
                given[slots[key].name] = slots[key].shape.read(entry.value, here)
            elif self.fixed is None or key != self.fixed[0]:
                sentence = f"`{key}` is not a key of {self.noun}"
                here.refuse(entry.key.place, "unknown-key", sentence, suggestion(key, slots))
                sound = False
        for slot in self.slots:
            if slot.required and slot.name not in given:
                sentence = f"{at.name} has no `{slot.key}`"
                at.refuse(at.place, "missing-key", sentence, f"add {slot.key}: {slot.shape.what}")
                sound = False
        sound = self._fulfilled(node, given, at) and sound
        if not sound or any(isinstance(value, Fault) for value in given.values()):
            return FAULT
        value: object = self.cls(**given)
        return value

    def _read_fixed(self, node: nodes.Mapping, at: At) -> bool:
        if self.fixed is None:
            return True
        key, text = self.fixed
        entry = node.entry(key)
        if entry is None:
            sentence = f"The document does not begin with `{key}: {text}`"
            at.refuse(at.place, "missing-key", sentence, f"add `{key}: {text}` as its first line")
            return False
        if not (isinstance(entry.value, nodes.Scalar) and entry.value.text == text):
            at.below(node, key, entry.key.place).refuse(
                entry.value.place,
                "unknown-format",
                f"This is not format {text} of the programme document",
                f"write `{key}: {text}`, the only format there is",
            )
            return False
        return True

    def _fulfilled(self, node: nodes.Mapping, given: dict[str, object], at: At) -> bool:
        keys = {slot.name: slot.key for slot in self.slots}
        sound = True
        for demand in self.demands:
            complaint = demand.broken(given)
            if complaint is None:
                continue
            sound = False
            key = None if complaint.name is None else keys[complaint.name]
            entry = None if key is None else node.entry(key)
            here, place = at, at.place
            if key is not None and entry is not None:
                here, place = at.below(node, key, entry.key.place), entry.value.place
            here.refuse(place, complaint.code, complaint.sentence, complaint.remedy)
        return sound

    def write(self, value: Any) -> Tree:
        tree: dict[str, Any] = {}
        if self.fixed is not None:
            tree[self.fixed[0]] = Bare(self.fixed[1])
        for slot in self.slots:
            held = getattr(value, slot.name)
            if slot.required or held != slot.default:
                tree[slot.key] = slot.shape.write(held)
        return tree

    def schema(self, book: Book) -> Schema:
        if self.cls.__name__ not in book:
            book[self.cls.__name__] = {}  # keeps its place, and stops a record within itself
            book[self.cls.__name__] = self._definition(book)
        return {"$ref": f"#/$defs/{self.cls.__name__}"}

    def _definition(self, book: Book) -> Schema:
        properties: dict[str, Schema] = {}
        required = [slot.key for slot in self.slots if slot.required]
        if self.fixed is not None:
            properties[self.fixed[0]] = {"const": int(self.fixed[1])}
            required.insert(0, self.fixed[0])
        for slot in self.slots:
            entry = dict(slot.shape.schema(book))
            if slot.says:
                entry["description"] = slot.says
            settled = slot.required or "const" in entry
            if not settled and slot.default not in (None, (), {}):
                entry["default"] = plain(slot.shape.write(slot.default))
            properties[slot.key] = entry
        definition: Schema = {
            "type": "object",
            "properties": properties,
            "additionalProperties": False,
        }
        if self.says:
            definition["description"] = self.says
        if required:
            definition["required"] = required
        keys = {slot.name: slot.key for slot in self.slots}
        parts = [part for demand in self.demands if (part := demand.schema(keys))]
        if parts:
            definition["allOf"] = parts
        return definition


@dataclass(frozen=True, slots=True)
class Variants:
    """One of several records, told apart by the key that each must have: none of the others has
    it, but in one that has a key of its own, too."""

    noun: str
    records: tuple[tuple[str, Record], ...]
    elsewhere: tuple[str, str] | None = None  # a key of another place, and why it is not of this

    @property
    def what(self) -> str:
        return f"{self.noun}: a mapping with " + " or ".join(f"`{key}`" for key, _ in self.records)

    def read(self, node: Node, at: At) -> object:
        keys = [key for key, _ in self.records]
        if not isinstance(node, nodes.Mapping):
            return wrong_kind(node, at, self.what, f"write {{{keys[0]}: …}}")
        if self.elsewhere is not None and (entry := node.entry(self.elsewhere[0])) is not None:
            here = at.below(node, entry.key.text, entry.key.place)
            sentence = f"`{entry.key.text}` cannot stand here: {self.elsewhere[1]}"
            return here.refuse(entry.key.place, "unknown-key", sentence, suggestion("", keys))
        matching = self.matching([entry.key.text for entry in node.entries])
        if len(matching) == 1:
            return matching[0][1].read(node, at)
        named = ", ".join(f"`{key}`" for key in keys)
        sentence = f"{at.name} needs exactly one of {named}"
        return at.refuse(node.place, "exactly-one", sentence, "write one of them")

    def matching(self, keys: Collection[str]) -> list[tuple[str, Record]]:
        """The records that a mapping with these keys can be, each under its own key."""
        found = {key: record for key, record in self.records if key in keys}
        also = {one.key for key, record in found.items() for one in record.slots if one.key != key}
        return [(key, record) for key, record in found.items() if key not in also]

    def write(self, value: Any) -> Tree:
        return next(record for _, record in self.records if type(value) is record.cls).write(value)

    def schema(self, book: Book) -> Schema:
        return {"oneOf": [record.schema(book) for _, record in self.records]}
