"""What stands in an address is what was put there, whatever it is."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote

from hypothesis import example, given
from hypothesis import strategies as st

from xenia.client.sending import in_query, placed

# Also what takes part in taking an address apart, and what stands there as it is.
VALUES = st.text(st.sampled_from("aZ09_~.-%/?&=+# é世2EF") | st.characters(codec="utf-8"))


@given(value=VALUES)
@example(value=".")
@example(value="..")
@example(value="a.b")
@example(value="%2E")
def test_a_place_takes_whatever_is_put_there(value: str) -> None:
    written = placed(value)
    assert re.fullmatch("[A-Za-z0-9_.~%-]*", written)
    assert written not in (".", ".."), "these lead elsewhere"
    # The server decodes an address as a whole, and then what was encoded twice.
    assert re.sub("%2[5EF]", lambda found: unquote(found[0]), unquote(written)) == value


@given(name=VALUES.filter(bool), value=VALUES)
def test_so_does_a_query(name: str, value: str) -> None:
    written = f"{in_query(name)}={in_query(value)}"
    assert parse_qsl(written, keep_blank_values=True) == [(name, value)]
