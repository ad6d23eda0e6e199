"""States that another build of Xenia has stored are read by the names of their slots."""

import pytest

from tests.services.cafe import SCOPE, Cafe, buy, event, said, time
from xenia.engine.layout import Layout
from xenia.services.sweeping import account_of
from xenia.store import accounts, layouts


def another_build(cafe: Cafe, *, known: bool = True, without: tuple[str, ...] = ()) -> Layout:
    """The accounts as one would have stored them that lays the slots out in the other order, and
    knows nothing of some of them, told by how their names begin."""
    own = next(iter(cafe.published.versions.values())).plan.layout
    # As they stand in the text of a layout: "name:size:ring:levels:swapped".
    described = [one for one in reversed(own.text.split(";")) if not one.startswith(without or "-")]
    other = Layout.of_text(";".join(described))
    with cafe.database.connect() as connection:
        if known:
            layouts.keep(connection, SCOPE.space_id, {other.key(): other.text})
        for row in accounts.accounts(connection, SCOPE, ["m1", "m2"]).values():
            state = other.moved_from(own, own.unpack(row.state))
            connection.execute(
                "update account set layout = %s, state = %s where member_id = %s",
                (other.key(), other.pack(state), row.member),
            )
    cafe.reload()
    return other


def test_a_layout_is_told_and_read(copied: Cafe) -> None:
    layout = next(iter(copied.published.versions.values())).plan.layout
    read = Layout.of_text(layout.text)
    assert read.slots == layout.slots
    assert read.key() == layout.key()


def test_the_layouts_of_a_programme_are_kept(copied: Cafe) -> None:
    layout = next(iter(copied.published.versions.values())).plan.layout
    with copied.database.connect() as connection:
        assert layouts.known(connection, SCOPE.space_id) == {layout.key(): layout.text}


def test_states_of_another_build_are_proved_and_go_on(copied: Cafe) -> None:
    with copied.database.connect() as connection:
        before = account_of(
            copied.published, accounts.accounts(connection, SCOPE, ["m1"])["m1"]
        ).state
    other = another_build(copied)
    assert said(copied.database) == ""
    with copied.database.connect() as connection:
        row = accounts.accounts(connection, SCOPE, ["m1"])["m1"]
    assert row.layout == other.key()
    assert list(account_of(copied.published, row).state) == list(before)
    (posted,) = copied.post(buy("later", "m1", "03-20"))
    assert posted.answer is not None
    with copied.database.connect() as connection:
        assert accounts.accounts(connection, SCOPE, ["m1"])["m1"].layout != other.key()
    assert said(copied.database) == ""


def whole(cafe: Cafe, member: str) -> list[int]:
    """The state of a member's account as it is stored, in the layout of this build."""
    with cafe.database.connect() as connection:
        row = accounts.accounts(connection, SCOPE, [member])[member]
    return list(account_of(cafe.published, row).state)


def test_what_another_build_did_not_keep_is_filled_when_something_is_posted(copied: Cafe) -> None:
    copied.post(buy("climb", "m1", "03-20", "45.00"))
    there = whole(copied, "m1")
    another_build(copied, without=("holds.", "confirmed."))
    assert whole(copied, "m1") != there
    assert said(copied.database) == ""
    copied.post(buy("small", "m1", "03-21", "1.00"))
    assert said(copied.database) == ""
    back = event("return", "back", "m1", "03-22", "12:00", of={"id": "climb"}, all=True)
    (posted,) = copied.post(back)
    assert '"tier"' in (posted.answer or "")
    assert said(copied.database) == ""


def test_what_another_build_did_not_keep_is_filled_by_a_sweep(copied: Cafe) -> None:
    copied.post(buy("climb", "m1", "03-20", "45.00"))
    another_build(copied, without=("holds.", "confirmed."))
    assert copied.sweep(time("03-25"))
    with copied.database.connect() as connection:
        row = accounts.accounts(connection, SCOPE, ["m1"])["m1"]
    own = next(iter(copied.published.versions.values())).plan.layout
    assert row.layout == own.key()
    assert said(copied.database) == ""


def test_an_account_that_cannot_be_folded_goes_on_as_it_was_stored(copied: Cafe) -> None:
    copied.post(buy("climb", "m1", "03-20", "45.00"))
    other = another_build(copied, without=("holds.", "confirmed."))
    with copied.database.connect() as connection:
        connection.execute("update record set inputs = '\\x78' where member_id = 'm1'")
    copied.post(buy("small", "m1", "03-21", "1.00"))
    with copied.database.connect() as connection:
        assert accounts.accounts(connection, SCOPE, ["m1"])["m1"].layout != other.key()
    assert said(copied.database) != ""


def test_a_state_that_nobody_can_read_is_left_alone(copied: Cafe) -> None:
    other = another_build(copied, known=False)
    with pytest.raises(LookupError):
        copied.post(buy("later", "m1", "03-20"))
    with copied.database.connect() as connection:
        assert accounts.accounts(connection, SCOPE, ["m1"])["m1"].layout == other.key()
    assert f"account: layout: stored {other.key()}" in said(copied.database)
