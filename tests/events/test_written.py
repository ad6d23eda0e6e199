"""Whatever is written is read back the same, and whatever is damaged is told or still an event."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import inspect

from tests.broken.events import CONVENTIONS, purchase
from tests.events.written import events
from xenia.events.content import fingerprint
from xenia.events.diagnose import diagnose
from xenia.events.errors import Unreadable
from xenia.events.model import Event
from xenia.events.read import read_event
from xenia.events.wire import SHAPES, Shape
from xenia.events.write import write_event


@given(events)
def test_what_is_written_is_read_back(event: Event) -> None:
    fields = write_event(event, CONVENTIONS)
    assert read_event(fields, CONVENTIONS) == event
    again = read_event(json.dumps(fields), CONVENTIONS)
    assert not isinstance(again, Unreadable)
    assert fingerprint(again) == fingerprint(event)


@pytest.mark.parametrize("kind", sorted(SHAPES))
def test_no_shape_has_a_pattern(kind: str) -> None:
    """With one, in a union with a mapping, msgspec crashes now and then when the process ends."""
    assert "pattern='" not in repr(inspect.type_info(SHAPES[kind]))
    assert "pattern=None" in repr(inspect.type_info(SHAPES[kind]))


scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 10**20), st.floats(), st.text(max_size=3)
)
values = scalars | st.lists(scalars, max_size=2) | st.dictionaries(st.text(), scalars, max_size=2)


def paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where there is something to replace within a JSON value."""
    steps = value.items() if isinstance(value, dict) else enumerate(value)
    found: list[tuple[Any, ...]] = []
    for step, item in steps:
        found.append((*at, step))
        if isinstance(item, dict | list):
            found.extend(paths(item, (*at, step)))
    return found


@given(st.data(), events, values)
def test_the_shape_is_diagnosed_exactly_where_it_cannot_be_decoded(
    data: st.DataObject, event: Event, value: Any
) -> None:
    """The decoder and the diagnosis read the same shapes: neither finds what the other does not."""
    fields = write_event(event, CONVENTIONS)
    *steps, last = data.draw(st.sampled_from(paths(fields)))
    parent = fields
    for step in steps:
        parent = parent[step]
    parent[last] = value
    try:
        msgspec.convert(fields, Shape)
    except msgspec.ValidationError:
        assert diagnose(fields)
    else:
        assert diagnose(fields) == []
    read_event(fields, CONVENTIONS)


@given(st.data())
def test_damaged_text_never_raises(data: st.DataObject) -> None:
    text = purchase().encode()
    place = data.draw(st.integers(0, len(text)))
    damaged = text[:place] + data.draw(st.binary(max_size=3)) + text[place + 1 :]
    event = read_event(damaged, CONVENTIONS)
    if isinstance(event, Unreadable):
        assert event.errors


@pytest.mark.parametrize("value", [0.5, {}, [1], None, True, 3])
def test_what_is_no_object_is_no_event(value: object) -> None:
    found = read_event(json.dumps(value), CONVENTIONS)
    assert isinstance(found, Unreadable)
    assert found.errors[0].code in ("wrong-type", "missing-field")
