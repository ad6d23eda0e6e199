"""`xenia staff`: people are invited and listed."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner, Result

from xenia.cli.app import build
from xenia.store.database import Database


def xenia(*words: str) -> Result:
    return CliRunner().invoke(build("staff"), ["staff", *words], catch_exceptions=False)


@pytest.fixture(autouse=True)
def _database(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XENIA_DATABASE_URL", database.url)


def test_the_first_owner_is_invited_on_the_machine(database: Database) -> None:
    assert xenia("list").stdout.startswith("There are no accounts")
    invited = xenia("invite", "Anna@Example.org", "--name", "Anna")
    assert invited.exit_code == 0
    assert invited.stdout.startswith("xen_invite_")
    assert "Anna <anna@example.org>: owner, invited; never here" in xenia("list").stdout
    (listed,) = json.loads(xenia("list", "--format", "json").stdout)
    assert (listed["role"], listed["created_by"]) == ("owner", "command-line")
    told = json.loads(
        xenia("invite", "b@x.org", "--name", "B", "--role", "till", "--format", "json").stdout
    )
    assert told.keys() == {"staff", "role", "invitation"}
    with database.connect() as connection:
        trail = connection.execute("select actor, action from change").fetchall()
    assert trail == [("command-line", "staff.invited")] * 2


def test_whoever_has_forgotten_their_password_is_invited_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also the only owner, whom nobody else could let in."""
    monkeypatch.setenv("XENIA_PUBLIC_URL", "https://club.example/")
    first = xenia("invite", "anna@example.org", "--name", "Anna").stdout.split()[0]
    again = xenia("invite-again", "Anna@example.org").stdout
    assert again.startswith("xen_invite_")
    assert first not in again
    assert f"https://club.example/console/invitation/{again.split()[0]}" in again
    told = json.loads(xenia("invite-again", "anna@example.org", "--format", "json").stdout)
    assert told["role"] == "owner"
    with database.connect() as connection:
        counted = connection.execute("select count(*) from staff").fetchone()
    assert counted == (1,)
    nobody = xenia("invite-again", "ben@example.org")
    assert (nobody.exit_code, "`xenia staff list` names them" in nobody.output) == (2, True)


def test_what_cannot_be_is_refused() -> None:
    for words in (
        ("anna", "--name", "Anna"),
        ("anna@example.org", "--name", "Anna", "--role", "chief"),
        ("anna@example.org", "--name", "Anna", "--space", "nowhere"),
    ):
        assert xenia("invite", *words).exit_code == 2
    xenia("invite", "anna@example.org", "--name", "Anna")
    again = xenia("invite", "anna@example.org", "--name", "Anna")
    assert (again.exit_code, "there is an account" in again.output) == (2, True)
