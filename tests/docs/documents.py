"""Documents that execute: their fenced blocks as files and commands, held against what happens.

In a document, in order of its fences:

- `yaml`: a file.  Its first line names it: `# cafe.yaml` is the whole file; `# cafe.yaml, more`
  adds its sections to the file, or puts them in place of those of the same name; `# cafe.yaml,
  whole` changes nothing and must say what the file says by then.
- `json`, `csv`, `python`: a file as well, named in a comment above the fence, such as
  `<!-- events.jsonl -->`.
- `console`: lines that begin with `$ ` are commands, the others what they print.  There are
  `xenia …` and `curl -s …`, also with `| python3 -m json.tool …` or `| tee FILE` behind it,
  `cp A B`, `NAME=$(jq -r .key FILE)`, of which `$NAME` is the value from then on, and
  `echo $?`, without which a command must end with 0. `xenia serve … &` runs until `kill %1`.
  `python3 FILE` runs to its end; `python3 FILE &` beside the rest: it prints a line at once, the
  others at `wait`. `export NAME=VALUE` holds from there on.
- `sh`: for the reader alone.  No other fence is allowed.

In what is printed, `…` on a line of its own stands for any lines, and elsewhere for anything within
a line; so a long line can be broken behind it.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher, unified_diff
from pathlib import Path

from typer.testing import CliRunner

from tests.docs.serving import Program, Service
from xenia.cli.app import build

ANYTHING = "…"
_LEFT_OUT = re.compile(f"(?P<lines>^{ANYTHING}\n)|{ANYTHING}\n?", re.M)
_FENCE = re.compile(
    r"^(?:<!-- (?P<above>\S+) -->\n)?^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.M | re.S
)
_TITLE = re.compile(r"# (?P<file>[\w.-]+)(?:, (?P<how>more|whole))?\n")
_ASSIGNED = re.compile(r"(?P<name>[A-Z]+)=\$\(jq -r \.(?P<key>\w+) (?P<file>[\w.-]+)\)")
_ENTRY = re.compile(r"(?P<indent> *)(?P<key>[\w.-]+):")


class BrokenDocumentError(Exception):
    """A block that is no longer true, or that nobody can execute."""


@dataclass(frozen=True)
class Block:
    """`at` and `end` are offsets of `text` in the document, `line` its first line, from 1."""

    language: str
    text: str
    at: int
    end: int
    line: int
    above: str | None


def blocks(document: str) -> Iterator[Block]:
    """The fenced blocks, in order."""
    for found in _FENCE.finditer(document):
        at, end = found.span("text")
        line = document.count("\n", 0, at) + 1
        yield Block(found["language"], found["text"], at, end, line, found["above"])


@dataclass
class Execution:
    """A document that is being executed in a folder.

    `accepted` are the texts that would be true: by block, those of its blocks that differ.
    """

    name: str
    folder: Path
    exit_code: int = 0
    accepted: list[tuple[Block, str]] = field(default_factory=list)
    service: Service = field(default_factory=Service)
    variables: dict[str, str] = field(default_factory=dict)
    program: Program = field(default_factory=Program)
    settings: dict[str, str | None] = field(default_factory=dict)  # as they were before

    def run(self, document: str) -> str:
        """Execute all blocks; the document as it would be true.

        Raises BrokenDocumentError where something cannot be executed at all.
        """
        try:
            for block in blocks(document):
                true = self._execute(block)
                if true != block.text:
                    self.accepted.append((block, true))
        finally:
            self.service.abandon()
            self.program.abandon()
            for name, before in self.settings.items():
                if before is None:
                    del os.environ[name]
                else:
                    os.environ[name] = before
        for block, true in reversed(self.accepted):
            document = document[: block.at] + true + document[block.end :]
        return document

    def difference(self) -> str:
        """What is not as the document says, for whoever has to mend one or the other."""
        return "\n".join(
            line
            for block, true in self.accepted
            for line in unified_diff(
                block.text.splitlines(),
                true.splitlines(),
                f"{self.name}:{block.line}, what it says",
                "what is so",
                lineterm="",
                n=2,
            )
        )

    def _execute(self, block: Block) -> str:
        match block.language:
            case "yaml":
                return self._yaml(block)
            case "json" | "csv" | "python" if block.above is not None:
                (self.folder / block.above).write_text(block.text, encoding="utf-8")
                return block.text
            case "console":
                return "".join(self._commands(block))
            case "sh":
                return block.text
        raise self._broken(block, f"nobody can execute this block of {block.language or 'text'}")

    def _broken(self, block: Block, sentence: str) -> BrokenDocumentError:
        return BrokenDocumentError(f"{self.name}:{block.line}: {sentence}")

    # ---- files ----

    def _yaml(self, block: Block) -> str:
        title = _TITLE.match(block.text)
        if title is None:
            raise self._broken(block, "its first line does not name a file: # cafe.yaml")
        path, how = self.folder / title["file"], title["how"]
        if how is None:
            path.write_text(block.text, encoding="utf-8")
            return block.text
        if not path.exists():
            raise self._broken(block, f"there is no {path.name} yet")
        kept = path.read_text(encoding="utf-8")
        if how == "more":
            path.write_text(merged(kept, block.text[title.end() :]), encoding="utf-8")
            return block.text
        return title[0] + kept.partition("\n")[2]

    # ---- commands ----

    def _commands(self, block: Block) -> Iterator[str]:
        for part in re.split(r"^(?=\$ )", block.text, flags=re.M):
            if not part:
                continue
            command, _, said = part.partition("\n")
            if not command.startswith("$ "):
                raise self._broken(block, "a console begins with a command: $ xenia …")
            printed = self._command(block, command[2:])
            yield f"{command}\n{said if same(said, printed) else abbreviated(said, printed)}"
            if self.exit_code and f"{command}\n{said}$ echo $?\n" not in block.text:
                sentence = f"{command[2:]} ends with {self.exit_code}:\n{printed}"
                raise self._broken(block, sentence)

    def _command(self, block: Block, command: str) -> str:
        if command == "echo $?":
            code, self.exit_code = self.exit_code, 0
            return f"{code}\n"
        if found := _ASSIGNED.fullmatch(command):
            text = (self.folder / found["file"]).read_text("utf-8")
            self.variables[found["name"]] = str(json.loads(text)[found["key"]])
            return ""
        for name, value in self.variables.items():
            command = command.replace(f"${name}", value)
        first, _, behind = command.partition(" | ")
        match shlex.split(first):
            case ["cp", one, other] if not behind:
                shutil.copyfile(self.folder / one, self.folder / other)
                return ""
            case ["xenia", "serve", *words, "&"]:
                return self.service.start(words)
            case ["python3", file, *beside] if not behind:
                path = self.folder / file
                return self.program.start(path) if beside else self.service.program(path)
            case ["wait"]:
                return self.program.wait()
            case ["export", setting] if not behind:
                name, _, value = setting.partition("=")
                self.settings.setdefault(name, os.environ.get(name))
                os.environ[name] = value
                return ""
            case ["kill", "%1"]:
                return self.service.stop()
            case ["curl", "-s", *words]:
                printed = self.service.curl(words, self.folder)
                return self._piped(block, behind, printed) if behind else printed
            case ["xenia", *words]:
                app = build(words[0] if words else None)  # as the command line does
                result = CliRunner().invoke(app, words, catch_exceptions=False)
                self.exit_code = result.exit_code
                return self._piped(block, behind, result.output) if behind else result.output
        raise self._broken(block, f"nobody can execute {command}")

    def _piped(self, block: Block, command: str, given: str) -> str:
        match shlex.split(command):
            case ["python3", "-m", "json.tool", *words]:
                line = [sys.executable, "-m", "json.tool", *words]
                found = subprocess.run(
                    line, input=given, capture_output=True, text=True, check=True
                )
                return found.stdout
            case ["tee", name]:
                (self.folder / name).write_text(given, "utf-8")
                return given
        raise self._broken(block, f"nobody can execute {command}")


def same(said: str, printed: str) -> bool:
    """Whether what is said to be printed is what was, with the meaning of `…`."""
    pattern, at = "", 0
    for found in _LEFT_OUT.finditer(said):
        pattern += re.escape(said[at : found.start()])
        pattern += r"(?:.*\n)*?" if found["lines"] else ".*?"
        at = found.end()
    return re.fullmatch(pattern + re.escape(said[at:]), printed) is not None


def abbreviated(said: str, printed: str) -> str:
    """What is printed, with whole lines left out where they were left out before."""
    kept: list[str] = []
    gaps: set[int] = set()
    for line in said.splitlines(keepends=True):
        if line.strip() == ANYTHING:
            gaps.add(len(kept))
        else:
            kept.append(line)
    lines = printed.splitlines(keepends=True)
    found = ""
    for _, first, last, begin, end in SequenceMatcher(None, kept, lines, False).get_opcodes():
        left_out = first == last and first in gaps
        found += f"{ANYTHING}\n" if left_out else "".join(lines[begin:end])
    return found if same(found, printed) else printed


# ---- sections of a YAML file ---------------------------------------------------------------------


def merged(kept: str, more: str) -> str:
    """A YAML text with the sections of another one: entries of the same name are replaced, others
    come behind those that are there."""
    sections = _entries(kept, 0)
    for name, lines in _entries(more, 0).items():
        if name in sections and len(lines) > 1:
            head = sections[name][:1]
            inner = _entries("".join(sections[name][1:]), 2) | _entries("".join(lines[1:]), 2)
            sections[name] = [*head, *(line for entry in inner.values() for line in entry)]
        else:
            sections[name] = lines
    return "".join(line for lines in sections.values() for line in lines)


def _entries(text: str, indent: int) -> dict[str, list[str]]:
    """The lines of each key at an indent; lines before the first one are under the empty name."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in text.splitlines(keepends=True):
        key = _ENTRY.match(line)
        if key is not None and len(key["indent"]) == indent:
            name = key["key"]
            found[name] = []
        found.setdefault(name, []).append(line)
    return found
