"""How the numbers of a record are stored."""

from hypothesis import given
from hypothesis import strategies as st

from xenia.engine.records import packed, unpacked

NUMBERS = st.lists(st.just(0) | st.integers(-(2**63), 2**63 - 1), max_size=40)


@given(NUMBERS)
def test_what_is_packed_is_unpacked_the_same(numbers: list[int]) -> None:
    assert list(unpacked(packed(numbers))) == numbers


def test_zeros_take_no_room() -> None:
    assert len(packed([0] * 1000)) == 8
