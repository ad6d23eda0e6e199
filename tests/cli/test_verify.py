"""`xenia verify` is content with what was recorded, and tells each difference otherwise."""

import json

import pytest
from typer.testing import CliRunner, Result

from tests.services.cafe import Cafe, buy, filled
from xenia.cli import verify
from xenia.cli.app import build
from xenia.store.database import Database

FOUND = """\
cafe: member m1: step 2 (api/a1): entry 0.funder: stored x, folded None
cafe: member m2: account: how many steps: stored 99, folded 8
"""


@pytest.fixture
def cafe(database: Database, monkeypatch: pytest.MonkeyPatch) -> Cafe:
    monkeypatch.setenv("XENIA_DATABASE_URL", database.url)
    return filled(Cafe(database))


def run(*words: str) -> Result:
    return CliRunner().invoke(build("verify"), ["verify", *words])


def tamper(cafe: Cafe) -> None:
    cafe.change("update entry set funder = 'x' where effect = 'api/a1/1'")
    cafe.change("update account set seq = 99 where member_id = 'm2'")


def test_sound_data(cafe: Cafe) -> None:
    found = run()
    steps = cafe.rows("select (select count(*) from record) + count(*) from sweep")[0][0]
    assert found.stdout == f"{steps} steps of 3 accounts done again: no difference.\n"
    assert (found.stderr, found.exit_code) == ("", 0)


def test_how_far_long_work_has_come(cafe: Cafe, monkeypatch: pytest.MonkeyPatch) -> None:
    del cafe
    monkeypatch.setattr(verify, "_WORTH_WATCHING", 3)
    assert "3 of 3 accounts" in run().stderr


def test_differences_for_people(cafe: Cafe) -> None:
    tamper(cafe)
    found = run()
    assert found.stdout.startswith(FOUND)
    assert found.stdout.endswith("of 3 accounts done again: 2 differences.\n")
    assert found.exit_code == 1


def test_differences_for_programs(cafe: Cafe) -> None:
    tamper(cafe)
    found = run("--member", "m2", "--format", "json")
    assert json.loads(found.stdout) == {
        "accounts": 1,
        "steps": 8,
        "differences": 1,
        "told": [
            {
                "programme": "cafe",
                "member": "m2",
                "at": "account",
                "what": "how many steps",
                "stored": "99",
                "folded": "8",
            }
        ],
    }
    assert found.exit_code == 1


def test_only_so_many_are_told(cafe: Cafe, monkeypatch: pytest.MonkeyPatch) -> None:
    tamper(cafe)
    monkeypatch.setattr(verify, "_TOLD", 1)
    found = run()
    first, more, last = found.stdout.splitlines()
    assert first == FOUND.splitlines()[0]
    assert more == "… and 1 more"
    assert last.endswith("2 differences.")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--member", "m7"], "--member: nothing is recorded of a member m7: check the id\n"),
        (["--programme", "bar"], '--programme: there is no programme "bar" here'),
    ],
)
def test_what_is_not_there_is_wrong_usage(cafe: Cafe, words: list[str], sentence: str) -> None:
    cafe.post(buy("z1", "m1", "02-07"))
    found = run(*words)
    assert found.stderr.startswith(sentence)
    assert (found.stdout, found.exit_code) == ("", 2)
