"""A space as it decides: which programme an event is for, and each version compiled once."""

import json
from queue import Queue

import pytest

from tests.services.publishing import published
from xenia.engine.since import ALWAYS
from xenia.events.errors import EventError
from xenia.services.posted import Posted
from xenia.services.poster import Poster, Result
from xenia.services.published import Published, Space, load_space, programme_of
from xenia.services.taking import Taken, take
from xenia.store.database import Database

CAFE = """
xenia: 1
programme: cafe
money: EUR
timezone: Europe/Athens
currencies: {beans: {value: 0.01, expires: {after: 1 year}}}
rules: {all: {then: {earn: {beans: 1 per 1.00}}}}
"""
BAR = CAFE.replace("programme: cafe", "programme: bar")
LATER = CAFE.replace("1 per", "2 per")
NOW = 1_800_000_000_000_000


def loaded(database: Database, known: Space | None = None) -> Space:
    with database.connect() as connection:
        return load_space(connection, known=known)


def refused(space: Space, name: str | None) -> tuple[str, str, str]:
    error = space.published(name)
    assert isinstance(error, EventError)
    return error.code, error.pointer, error.text


def test_nothing_decides_where_nothing_is_published(database: Database) -> None:
    space = loaded(database)
    text = "no programme is published here yet: run `xenia programme publish FILE`"
    assert refused(space, None) == refused(space, "cafe")
    assert refused(space, None) == ("unknown-programme", "/programme", text)
    assert (space.space_id, space.name, len(space.secret)) == (1, "default", 32)


def test_the_only_programme_need_not_be_named(database: Database) -> None:
    published(database, CAFE)
    space = loaded(database)
    assert space.published(None) is space.published("cafe") is space.programmes["cafe"]


def test_one_of_several_programmes_must_be_named(database: Database) -> None:
    published(database, CAFE)
    published(database, BAR)
    space = loaded(database)
    found = space.published("bar")
    assert isinstance(found, Published)
    assert (found.name, found.programme_id) == ("bar", 2)
    text = 'say which programme the event is for: "bar", "cafe"'
    assert refused(space, None) == ("which-programme", "/programme", text)
    text = 'there is no programme "cfae" here; did you mean "cafe"?'
    assert refused(space, "cfae") == ("unknown-programme", "/programme", text)
    assert refused(space, "zoo")[2] == 'there is no programme "zoo" here'


def test_each_version_decides_in_its_time(database: Database) -> None:
    published(database, CAFE)
    published(database, LATER, now=NOW, start=NOW + 5)
    found = loaded(database).programmes["cafe"]
    assert found.revision == 2
    first, second = found.versions[1], found.versions[2]
    assert (first.effective_from, second.effective_from) == (ALWAYS, NOW + 5)
    assert (first.version, first.plan.version, first.writer.version) == (1, 1, 1)
    assert (second.version, second.plan.version, second.writer.version) == (2, 2, 2)
    assert first.conventions.programme == "cafe"
    assert first.plan.key == second.plan.key
    assert first.plan.params != second.plan.params
    timeline = found.timeline
    assert [timeline.at(at).version for at in (0, NOW + 4, NOW + 5)] == [1, 1, 2]
    assert timeline.of(2).plan is second.plan
    assert timeline.of(2).key == second.code_key


def test_a_version_is_compiled_once(database: Database) -> None:
    published(database, CAFE)
    published(database, BAR)
    before = loaded(database)
    published(database, LATER, now=NOW)
    after = loaded(database, before)
    assert after.programmes["bar"] is before.programmes["bar"]
    cafe, old = after.programmes["cafe"], before.programmes["cafe"]
    assert (cafe.revision, old.revision) == (2, 1)
    assert cafe.versions.keys() == {1, 2}
    assert cafe.versions[1].plan is old.versions[1].plan
    assert loaded(database).programmes["cafe"].versions[2].plan is cafe.versions[2].plan


def test_what_is_known_of_another_space_is_not_taken(database: Database) -> None:
    published(database, CAFE)
    known = loaded(database)
    with database.connect() as connection:
        other = load_space(connection, "test", known=known)
        assert (other.space_id, dict(other.programmes)) == (2, {})
        assert other.secret != known.secret
        assert load_space(connection, "test").secret == other.secret


@pytest.mark.parametrize(
    "document",
    [
        CAFE,
        '{"xenia": 1, "programme": "cafe", "money": "EUR",\n\t"timezone": "Europe/Athens", '
        '"currencies": {"beans": {"value": 0.01, "expires": {"after": "1 year"}}}, '
        '"rules": {"all": {"then": {"earn": {"beans": "1 per 1.00"}}}}}',
    ],
)
def test_a_stored_document_is_yaml_or_json(document: str) -> None:
    assert programme_of(document) == programme_of(CAFE)
    json = document.replace('"programme"', '"title": "\\ud83d\\ude00", "programme"')
    if json != document:
        title = programme_of(json).title
        assert title is not None
        assert title.forms["en"] == ("\N{GRINNING FACE}",)
    with pytest.raises(AssertionError):
        programme_of("xenia: 1")


def test_a_process_that_was_there_before_decides_by_what_is_published_now(
    database: Database,
) -> None:
    published(database, CAFE)
    poster = Poster(database, loaded(database))
    try:
        found: list[tuple[int, str]] = []
        published(database, LATER, now=NOW, start=NOW + 1_000_000)
        for second, name in ((0, "a"), (1, "b"), (0, "late"), (2, "c")):
            line = {"sku": "tea", "category": "drink", "quantity": 1, "amount": "4.00"}
            at = f"2027-01-15T08:00:{second:02}Z"
            event = {"type": "purchase", "id": name, "member": "m", "occurred_at": at}
            item = take(poster.space, {**event, "lines": [line]})
            assert isinstance(item, Taken)
            answers: Queue[list[Result]] = Queue()
            poster.submit([item], answers.put)
            (result,) = answers.get(timeout=60)
            assert isinstance(result, Posted)
            answer = json.loads(result.answer or "")
            found.append((answer["version"], answer["effects"][0]["units"]))
        assert found == [(1, "4"), (2, "8"), (1, "4"), (2, "8")]
        assert poster.space.programmes["cafe"].revision == 2
    finally:
        poster.close()
