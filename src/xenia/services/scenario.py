"""Golden scenarios: events for a programme, and what each of them is expected to bring."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from xenia.programme.document import Document, parse
from xenia.programme.findings import START, line_of
from xenia.programme.nodes import Mapping, Node, Scalar, Sequence
from xenia.services.answers import Json
from xenia.services.compared import Difference, differences
from xenia.services.event_files import KEY_BYTES
from xenia.services.inputs import UnusableError, read_text
from xenia.services.programmes import sound_programme
from xenia.services.replay import Replay, replay_of

KEYS = ("programme", "events", "expect", "final", "later")
SUFFIXES = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True)
class Placed:
    """A value of the scenario file, and the line on which it begins."""

    value: dict[str, Any]
    line: int


@dataclass(frozen=True, slots=True)
class Scenario:
    """`expect`: each with the event that it is about.  `final`: by member.  `later`: sentences."""

    path: Path
    programme: Path
    events: tuple[Placed, ...]
    expect: tuple[Placed, ...]
    final: dict[str, Placed]
    later: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """A difference, the event or member it was found at, and the line of the scenario file."""

    about: str
    line: int
    difference: Difference


# ---- reading -------------------------------------------------------------------------------------


def read_scenario(path: Path) -> Scenario:
    """The scenario in a file.  Raises UnusableError with all that is wrong with its form."""
    document = parse(read_text(path), json=path.suffix == ".json")
    if document.findings:
        raise UnusableError("\n".join(line_of(item, str(path)) for item in document.findings))
    root = _root(document, path)
    reader = _Reader(path)
    programme = root.get("programme")
    if not isinstance(programme, Scalar):
        raise reader.wrong(programme or root, "`programme` names the programme's file or id")
    return Scenario(
        path=path,
        programme=_programme_file(path, programme.text),
        events=tuple(reader.mappings(root.get("events"), "events")),
        expect=tuple(reader.expectations(root.get("expect"))),
        final=dict(reader.named(root.get("final"))),
        later=tuple(reader.sentences(root.get("later"))),
    )


def _root(document: Document, path: Path) -> Mapping:
    root = document.root
    if not isinstance(root, Mapping):
        raise UnusableError(f"{path}: a scenario is a mapping of {', '.join(KEYS)}")
    if any(entry.key.text == "xenia" for entry in root.entries):
        raise UnusableError(f"{path}: this is a programme, not a scenario: run `xenia check` on it")
    for entry in root.entries:
        if entry.key.text not in KEYS:
            near = get_close_matches(entry.key.text, KEYS, 1)
            hint = f"did you mean `{near[0]}`?" if near else f"known are {', '.join(KEYS)}"
            where = f"{path}:{entry.key.place.line}:{entry.key.place.column}"
            raise UnusableError(f"{where}: a scenario has no key `{entry.key.text}`: {hint}")
    return root


def _programme_file(scenario: Path, name: str) -> Path:
    """A file name is relative to the scenario; an id is that of a programme beside it."""
    return scenario.parent / (name if name.endswith(SUFFIXES) else f"{name}.yaml")


class _Reader:
    """Takes the parts of a scenario out of its nodes."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def wrong(self, node: Node | None, sentence: str) -> UnusableError:
        place = START if node is None else node.place
        return UnusableError(f"{self._path}:{place.line}:{place.column}: {sentence}")

    def mappings(self, node: Node | None, key: str) -> Iterator[Placed]:
        if node is None:
            return
        if not isinstance(node, Sequence):
            raise self.wrong(node, f"`{key}` is a list")
        for item in node.items:
            value = plain(item)
            if not isinstance(value, dict):
                raise self.wrong(item, f"an item of `{key}` is a mapping, such as `{{event: e1}}`")
            yield Placed(value, item.place.line)

    def expectations(self, node: Node | None) -> Iterator[Placed]:
        for item in self.mappings(node, "expect"):
            if not isinstance(item.value.get("event"), str):
                raise UnusableError(
                    f"{self._path}:{item.line}: an item of `expect` names its event: add `event:`"
                )
            yield item

    def named(self, node: Node | None) -> Iterator[tuple[str, Placed]]:
        if node is None:
            return
        if not isinstance(node, Mapping):
            raise self.wrong(node, "`final` is a mapping of members")
        for entry in node.entries:
            value = plain(entry.value)
            if not isinstance(value, dict):
                raise self.wrong(entry.value, "a member of `final` is a mapping of what they hold")
            yield entry.key.text, Placed(value, entry.key.place.line)

    def sentences(self, node: Node | None) -> Iterator[str]:
        if node is None:
            return
        if not isinstance(node, Sequence):
            raise self.wrong(node, "`later` is a list of sentences")
        for item in node.items:
            if not isinstance(item, Scalar):
                raise self.wrong(item, "an item of `later` is a sentence: put it in quotes")
            yield item.text


def plain(node: Node) -> Any:
    """The value of a node: dicts, lists, texts and None; no scalar is interpreted."""
    if isinstance(node, Mapping):
        return {entry.key.text: plain(entry.value) for entry in node.entries}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    if isinstance(node, Scalar):
        return None if node.null else node.text
    return None


# ---- running -------------------------------------------------------------------------------------

# What is held against an expectation about a clock by which nothing fell due.
_NOTHING: Json = {
    name: []
    for name in ("effects", "refusals", "trace", "refund", "vouchers", "benefits", "badges")
}


def check_scenario(scenario: Scenario) -> tuple[Failure, ...]:
    """Run a scenario with its programme.  Raises UnusableError where that cannot be used."""
    return run_scenario(scenario, replay_of(sound_programme(scenario.programme), bytes(KEY_BYTES)))


def run_scenario(scenario: Scenario, replay: Replay[Any]) -> tuple[Failure, ...]:
    """What differs from what the scenario expects, in the order of its file."""
    lines = list(replay.run((event.line, event.value) for event in scenario.events))
    expected = _Expected(scenario, lines)
    failures = [failure for item in scenario.expect for failure in expected.compare(item)]
    failures.extend(expected.surprises())
    finals = {line["final"]: line for line in lines if "final" in line}
    for member, item in scenario.final.items():
        about = f"final {member}"
        if member in finals:
            failures.extend(_failures(about, item.line, item.value, finals[member]))
        else:
            failures.append(_missing(about, item.line, "a member", "no event is theirs"))
    return tuple(failures)


def _failures(about: str, line: int, expected: object, got: object) -> list[Failure]:
    return [Failure(about, line, item) for item in differences(expected, got)]


def _missing(about: str, line: int, expected: str, got: str) -> Failure:
    return Failure(about, line, Difference("", expected, got))


class _Expected:
    """The answers, each to be held against one expectation at most, in order."""

    def __init__(self, scenario: Scenario, lines: list[Json]) -> None:
        self._types = {event.value.get("id"): event.value.get("type") for event in scenario.events}
        self._waiting = [line for line in lines if "final" not in line]

    def compare(self, item: Placed) -> list[Failure]:
        """Hold the next answer to an event (and of a member, where one is named) against it."""
        name, member = item.value["event"], item.value.get("member")
        for place, line in enumerate(self._waiting):
            if line["event"] == name and member in (None, line.get("member")):
                return _failures(name, item.line, item.value, self._waiting.pop(place))
        if name not in self._types:
            return [_missing(name, item.line, "an event of that id", "there is none in `events`")]
        if self._types[name] != "clock":
            return [_missing(name, item.line, "one more answer to it", "none is left")]
        nothing = {"event": name, "member": member, **_NOTHING}
        return _failures(name, item.line, item.value, nothing)

    def surprises(self) -> Iterator[Failure]:
        """Events that could not be read, where no expectation says so."""
        for line in self._waiting:
            if "error" in line:
                got = f"{line['error']} at {line['pointer'] or 'the whole'}: {line['text']}"
                about = line["event"] or "an event without an id"
                yield _missing(about, line["line"] or 0, "an event that can be read", got)
