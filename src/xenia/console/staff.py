"""The staff: who may come in, what each may do, and who may not any more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from xenia.client import ProblemError, shapes
from xenia.console.places import AUDIT, STAFF
from xenia.console.roles import TITLES
from xenia.console.scopes import explained
from xenia.pages.answering import Download, Flash, Gone, Page, Shown, csv_file
from xenia.pages.asking import Asked
from xenia.pages.refusals import refusal_of
from xenia.pages.rooms import sent_to, shown_at
from xenia.pages.templating import address
from xenia.pages.words import marked

_ACCOUNT: Final = f"{STAFF}/{{staff:str}}"
_PAGE: Final = 50
_STATES: Final[Mapping[str, tuple[str, str]]] = {
    "invited": (marked("Invited"), "brand"),
    "active": (marked("Active"), "positive"),
    "disabled": (marked("Blocked"), "failed"),
    "erased": (marked("Erased"), "neutral"),
}
_HEADS: Final = (
    marked("Name"),
    marked("E-mail address"),
    marked("Role"),
    marked("State"),
    marked("Last signed in"),
)


@shown_at(STAFF)
def staff(asked: Asked) -> Page:
    """All accounts, and what the roles may do."""
    cursor = asked.query.one("cursor")
    found = asked.client.accounts(limit=_PAGE, cursor=cursor or None)
    if asked.query.one("as") == "csv":
        return _file(asked, found)
    values = {
        "accounts": found.data,
        "next_cursor": found.next_cursor,
        "cursor": cursor,
        "states": _states(asked),
        "titles": _titles(asked),
        "roles": [(one.role, explained(asked, one.scopes)) for one in asked.client.roles().data],
        "staff_path": STAFF,
    }
    return Shown("console/settings/staff.html", values)


def _states(asked: Asked) -> dict[str, tuple[str, str]]:
    return {name: (asked.say(said), kind) for name, (said, kind) in _STATES.items()}


def _titles(asked: Asked) -> dict[str, str]:
    return {role: asked.say(title) for role, title in TITLES.items()}


def _file(asked: Asked, found: shapes.Accounts) -> Download:
    rows = [(one.name, one.email, one.role, one.state, one.last_sign_in_at) for one in found.data]
    return csv_file("staff.csv", [asked.say(head) for head in _HEADS], rows)


# ---- inviting ------------------------------------------------------------------------------------


@shown_at(f"{STAFF}/new")
def new_staff(asked: Asked) -> Page:
    """Whom, and as what."""
    return _form(asked, {})


def _form(asked: Asked, wrong: Mapping[str, Any], status: int = 200) -> Page:
    titles, form = _titles(asked), asked.form
    values = {
        "name": form.one("name"),
        "email": form.one("email"),
        "role": form.one("role", "read-only"),
        "roles": [(one.role, titles.get(one.role, one.role)) for one in asked.client.roles().data],
        "wrong": wrong,
        "staff_path": STAFF,
    }
    return Shown("console/settings/new_staff.html", values, status)


@sent_to(STAFF)
def invited(asked: Asked) -> Page:
    """A link, shown this once, by which they come in; or what is wrong."""
    form, say = asked.form, asked.say
    wanted = shapes.NewStaff(email=form.one("email"), name=form.one("name"), role=form.one("role"))
    if not wanted.name:
        return _form(asked, {"name": say("Write a name.")}, 422)
    try:
        made = asked.client.invited(wanted, idempotency_key=asked.once)
    except ProblemError as error:
        if error.problem.status not in (409, 422):
            raise
        if any(one.pointer == "/email" for one in error.problem.errors):
            said = say("This is no address: it is like anna@example.org.")
            return _form(asked, {"email": said}, 422)
        return _form(asked, {"refused": refusal_of(error, asked.words)}, error.problem.status)
    return _invitation(made)


def _invitation(made: shapes.InvitedAccount) -> Page:
    values = {"made": made, "staff_path": STAFF}
    return Shown("console/settings/invited.html", values)


# ---- one account ---------------------------------------------------------------------------------


@shown_at(_ACCOUNT)
def account(asked: Asked) -> Page:
    """What they may do, and what is done about it."""
    return _account(asked)


def _account(asked: Asked, wrong: Mapping[str, Any] | None = None, status: int = 200) -> Page:
    found = asked.client.account(asked.places["staff"])
    titles = _titles(asked)
    values = {
        "account": found,
        "states": _states(asked),
        "titles": titles,
        "roles": list(titles.items()),
        "wrong": wrong or {},
        "own_path": _own(found.staff),
        "is_own": asked.staff == found.staff,
        "staff_path": STAFF,
        "audit_path": AUDIT,
    }
    return Shown("console/settings/account.html", values, status)


def _own(staff: str) -> str:
    return address("/console/settings/staff/{staff}", staff=staff)


@sent_to(_ACCOUNT)
def changed(asked: Asked) -> Page:
    """Name and role."""
    form = asked.form
    return _change(
        asked,
        shapes.ChangedStaff(name=form.one("name") or None, role=form.one("role") or None),
        Flash(marked("The account is changed.")),
    )


@sent_to(f"{_ACCOUNT}/block")
def blocked(asked: Asked) -> Page:
    """They may not sign in, or may again."""
    is_off = asked.form.one("to") != "open"
    said = marked("They cannot sign in any more.") if is_off else marked("They can sign in again.")
    return _change(asked, shapes.ChangedStaff(disabled=is_off), Flash(said))


def _change(asked: Asked, wish: shapes.ChangedStaff, said: Flash) -> Page:
    name = asked.places["staff"]
    try:
        asked.client.changed_account(name, wish, idempotency_key=asked.once)
    except ProblemError as error:
        if error.problem.status not in (409, 422):
            raise
        refused = {"refused": refusal_of(error, asked.words)}
        return _account(asked, refused, error.problem.status)
    return Gone(_own(name), said)


@sent_to(f"{_ACCOUNT}/invitation")
def invited_again(asked: Asked) -> Page:
    """Another link: for who has lost the first, or has forgotten the password."""
    made = asked.client.invited_again(asked.places["staff"], idempotency_key=asked.once)
    return _invitation(made)


@sent_to(f"{_ACCOUNT}/sessions")
def signed_out(asked: Asked) -> Page:
    """They have to sign in again, wherever they were."""
    name = asked.places["staff"]
    asked.client.ended_sessions(name, idempotency_key=asked.once)
    return Gone(_own(name), Flash(marked("They are signed out everywhere.")))


@sent_to(f"{_ACCOUNT}/erasure")
def erased(asked: Asked) -> Page:
    """Only the id is left."""
    name = asked.places["staff"]
    try:
        asked.client.erased_account(name, idempotency_key=asked.once)
    except ProblemError as error:
        if error.problem.status not in (409, 422):
            raise
        refused = {"refused": refusal_of(error, asked.words)}
        return _account(asked, refused, error.problem.status)
    return Gone(STAFF, Flash(marked("The account is erased.")))


ROUTES = (
    *(staff, new_staff, invited, account, changed, blocked),
    *(invited_again, signed_out, erased),
)
