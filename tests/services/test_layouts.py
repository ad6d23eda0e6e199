"""States that another build of Xenia has stored are read by the names of their slots."""

import pytest

from tests.services.cafe import SCOPE, Cafe, buy, said
from xenia.engine.layout import Layout
from xenia.services.sweeping import account_of
from xenia.store import accounts, layouts


def another_build(cafe: Cafe, *, known: bool = True) -> Layout:
    """The accounts as one would have stored them that lays the slots out in the other order."""
    own = next(iter(cafe.published.versions.values())).plan.layout
    # As they stand in the text of a layout: "name:size:ring:levels:swapped".
    other = Layout.of_text(";".join(reversed(own.text.split(";"))))
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


def test_a_state_that_nobody_can_read_is_left_alone(copied: Cafe) -> None:
    other = another_build(copied, known=False)
    with pytest.raises(LookupError):
        copied.post(buy("later", "m1", "03-20"))
    with copied.database.connect() as connection:
        assert accounts.accounts(connection, SCOPE, ["m1"])["m1"].layout == other.key()
    assert f"account: layout: stored {other.key()}" in said(copied.database)
