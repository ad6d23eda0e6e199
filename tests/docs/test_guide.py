"""The README and the guide are true: every file, command and answer in them is executed.

`XENIA_ACCEPT=1 make test ARGS=tests/docs` writes what is printed now into them.
"""

import os
from base64 import b64encode
from pathlib import Path

import pytest

from tests.docs.documents import (
    BrokenDocumentError,
    Execution,
    abbreviated,
    blocks,
    merged,
    same,
)
from xenia.store.database import Database

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs" / "guide").glob("*.md"))]
ACCEPT = os.environ.get("XENIA_ACCEPT") == "1"


def executed(text: str, folder: Path, name: str = "page.md") -> tuple[str, Execution]:
    execution = Execution(name, folder)
    return execution.run(text), execution


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_what_a_document_says_is_so(
    path: Path, folder: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XENIA_DATABASE_URL", database.url)
    monkeypatch.setenv("XENIA_SECRET_KEY", f"1:{b64encode(bytes(32)).decode()}")
    text = path.read_text(encoding="utf-8")
    true, execution = executed(text, folder, path.relative_to(ROOT).as_posix())
    if ACCEPT:
        path.write_text(true, encoding="utf-8")
    elif true != text:
        hint = "correct the code, or accept it: XENIA_ACCEPT=1 make test ARGS=tests/docs"
        pytest.fail(f"{execution.difference()}\n\n{hint}", pytrace=False)


def test_every_document_has_something_to_execute() -> None:
    for path in DOCUMENTS:
        languages = [block.language for block in blocks(path.read_text(encoding="utf-8"))]
        assert "console" in languages, path.name


# ---- that a document can fail --------------------------------------------------------------------

PROGRAMME = """
```yaml
# tea.yaml
xenia: 1
programme: tea-house
money: EUR
timezone: Europe/Athens
rules:
  tea:
    lines: l.sku == "tea"
    then: {discount: {percent: 10}}
```
"""
CHECKED = """
```console
$ xenia check tea.yaml
No errors, no advice.
```
"""
WRONG = CHECKED.replace("no advice", "much advice")
EVENTS = """
<!-- events.jsonl -->
```json
{"type": "clock", "id": "e1", "occurred_at": "2026-11-01T00:00:00Z", "member": "a"}
```
"""


def test_a_document_that_is_so_stays_as_it_is(folder: Path) -> None:
    text = PROGRAMME + CHECKED
    true, execution = executed(text, folder)
    assert true == text
    assert execution.difference() == ""


def test_a_difference_is_shown_with_its_place_and_accepted(folder: Path) -> None:
    true, execution = executed(PROGRAMME + WRONG, folder)
    assert true == PROGRAMME + CHECKED
    assert execution.difference().splitlines() == [
        "--- page.md:15, what it says",
        "+++ what is so",
        "@@ -1,2 +1,2 @@",
        " $ xenia check tea.yaml",
        "-No errors, much advice.",
        "+No errors, no advice.",
    ]


def test_a_section_is_added_or_replaced(folder: Path) -> None:
    more = "```yaml\n# tea.yaml, more\nrules:\n  tea:\n    then: {discount: {percent: 20}}\n```\n"
    executed(PROGRAMME + more, folder)
    text = (folder / "tea.yaml").read_text("utf-8")
    assert text.endswith("rules:\n  tea:\n    then: {discount: {percent: 20}}\n")
    assert merged("# x\na:\n  b: 1\nc: 2\n", "a:\n  d: 3\ne:\n  f: 4\nc: 5\n") == (
        "# x\na:\n  b: 1\n  d: 3\nc: 5\ne:\n  f: 4\n"
    )


def test_a_whole_file_must_be_what_it_has_become(folder: Path) -> None:
    whole = "```yaml\n# tea.yaml, whole\nxenia: 1\n```\n"
    true, execution = executed(PROGRAMME + whole, folder)
    assert "+programme: tea-house" in execution.difference()
    assert true.endswith("# tea.yaml, whole\n" + PROGRAMME.split("# tea.yaml\n")[1])


def test_an_exit_code_must_be_told(folder: Path) -> None:
    text = PROGRAMME + EVENTS + "```console\n$ xenia replay tea.yaml events.jsonl\n…\n```\n"
    with pytest.raises(BrokenDocumentError, match=r"(?s)page.md:\d+: xenia replay .* ends with 2"):
        executed(text, folder)
    told = text.replace("…\n", "…\n$ echo $?\n2\n")
    assert executed(told, folder)[0] == told


def test_an_answer_can_be_broken_into_lines(folder: Path) -> None:
    command = "$ xenia explain tea.yaml --format json | python3 -m json.tool --compact\n"
    text = f'{PROGRAMME}```console\n{command}{{"title":"tea house",…\n"unsaid":…}}\n```\n'
    assert executed(text, folder)[0] == text


@pytest.mark.parametrize(
    ("said", "printed", "alike"),
    [
        ("a\n", "a\n", True),
        ("a\n", "a\nb\n", False),
        ("a\n…\n", "a\nb\n", True),
        ("…\nb\n", "a\nb\n", True),
        ("a…\nd\n", "abc\n", False),
        ("a…\nd\n", "abcd\n", True),
        ("a…\nd\n", "ab\ncd\n", False),
        ("a…\n…\nd\n", "ab\ncd\n", False),
        ("a…", "a\n", False),
        ("a.c\n", "abc\n", False),
    ],
)
def test_what_is_left_out_may_be_anything(said: str, printed: str, alike: bool) -> None:
    assert same(said, printed) is alike


def test_what_is_left_out_stays_so_where_the_rest_has_changed() -> None:
    said = "a\n…\nd\ne\n…\n"
    assert abbreviated(said, "a\nb\nc\nd\nE\nf\n") == "a\n…\nd\nE\nf\n"
    assert abbreviated(said, "a\nb\nc\nd\n") == "a\n…\nd\n"
    assert abbreviated("a…\nc\n", "x\n") == "x\n"


@pytest.mark.parametrize(
    "block",
    [
        "```console\nxenia check tea.yaml\n```\n",
        "```console\n$ rm tea.yaml\n```\n",
        "```console\n$ xenia check tea.yaml | sort\n```\n",
        "```yaml\nxenia: 1\n```\n",
        "```yaml\n# none.yaml, more\nxenia: 1\n```\n",
        "```json\n{}\n```\n",
        "```python\n1\n```\n",
        "```\n1\n```\n",
    ],
)
def test_what_nobody_can_execute_is_refused(block: str, folder: Path) -> None:
    with pytest.raises(BrokenDocumentError, match=r"^page.md:\d+: "):
        executed(PROGRAMME + block, folder)
