"""`xenia space`, `xenia key`, and verbs that are told in which space they work."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.test_programme import CAFE, xenia
from xenia.store.database import Database

BAKERY = CAFE.replace("cafe", "loaves").replace("beans", "crumbs")


@pytest.fixture
def two(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two spaces with a programme each."""
    monkeypatch.setenv("XENIA_DATABASE_URL", database.url)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cafe.yaml").write_text(CAFE, "utf-8")
    (tmp_path / "loaves.yaml").write_text(BAKERY, "utf-8")
    event = {
        "id": "e1",
        "type": "purchase",
        "member": "anna",
        "occurred_at": "2026-01-05T10:00:00+02:00",
        "lines": [{"sku": "bread", "category": "food", "quantity": 1, "amount": "3.80"}],
    }
    (tmp_path / "events.jsonl").write_text(json.dumps(event) + "\n", "utf-8")
    assert xenia("space", "make", "bakery", "--test").exit_code == 0
    assert xenia("programme", "publish", "cafe.yaml").exit_code == 0
    assert xenia("programme", "publish", "loaves.yaml", "--space", "bakery").exit_code == 0
    return tmp_path


@pytest.mark.usefixtures("two")
def test_a_space_has_programmes_and_members_of_its_own() -> None:
    assert xenia("space", "list").stdout == "default: live\nbakery: test\n"
    assert "loaves" not in xenia("programme", "list").stdout
    listed = xenia("programme", "list", "--space", "bakery").stdout
    assert "loaves" in listed
    assert "cafe:" not in listed
    assert xenia("import", "purchases", "events.jsonl", "--space", "bakery").exit_code == 0
    assert "1 steps of 1 accounts" in xenia("verify", "--space", "bakery").stdout
    assert "0 steps of 0 accounts" in xenia("verify").stdout
    done = xenia("work", "--once").stdout.splitlines()
    assert [line.split(":")[0] for line in done] == ["cafe", "bakery/loaves"]
    assert "anna: removed" in xenia("erase", "anna", "--space", "bakery").stdout
    assert xenia("verify", "--space", "bakery").exit_code == 0


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(
    "words",
    [
        ("programme", "list"),
        ("programme", "publish", "cafe.yaml"),
        ("import", "purchases", "events.jsonl"),
        ("verify",),
        ("erase", "anna"),
        ("key", "list"),
        ("key", "make", "tills"),
        ("key", "revoke", "k"),
    ],
)
def test_a_space_that_is_not_there_is_not_made(words: tuple[str, ...]) -> None:
    found = xenia(*words, "--space", "bakry")
    assert found.exit_code == 2
    assert 'there is no space "bakry"; did you mean "bakery"?' in found.stderr
    assert "bakry" not in xenia("space", "list").stdout


@pytest.mark.usefixtures("two")
def test_names_of_spaces() -> None:
    for name in ("Bakery", "my bakery", "", "-", "a" * 61):
        assert xenia("space", "make", "--", name).exit_code == 2
    taken = xenia("space", "make", "bakery")
    assert taken.exit_code == 2
    assert "already" in taken.stderr


@pytest.mark.usefixtures("two")
def test_a_key_is_made_listed_and_taken_back() -> None:
    assert "may do everything" in xenia("key", "list").stdout
    made = xenia("key", "make", "tills in Athens", "--scope", "events:write", "--per-minute", "90")
    assert re.match(r"xen_live_\S{32}\n", made.stdout)
    secret, name = made.stdout.split()[0], made.stdout.split()[-1]
    listed = xenia("key", "list").stdout
    assert name in listed
    assert "tills in Athens: events:write; never used" in listed
    assert secret not in listed
    assert name not in xenia("key", "list", "--space", "bakery").stdout
    assert xenia("key", "revoke", name, "--space", "bakery").exit_code == 2, "it is not theirs"
    assert xenia("key", "revoke", name).exit_code == 0
    assert "taken back" in xenia("key", "list").stdout
    assert xenia("key", "revoke", name).exit_code == 2
    tried = json.loads(xenia("key", "make", "x", "--space", "bakery", "--format", "json").stdout)
    assert tried["secret"].startswith("xen_test_")
