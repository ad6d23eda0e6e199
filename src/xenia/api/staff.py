"""`/v1/staff`: the people of an operator, and what each may do."""

from __future__ import annotations

import re
from typing import Annotated, Any

from litestar import Response, delete, get, patch, post
from litestar.params import PathParameter
from msgspec import UNSET, Meta, Struct, UnsetType

from xenia.api.asking import PAGE, Cursor, Limit, Reading, ok, paged, place_of, read
from xenia.api.problems import refused
from xenia.api.scopes import needs
from xenia.api.service import AnyRequest
from xenia.api.writing import DryRun, IdempotencyKey, written, written_of
from xenia.events.errors import did_you_mean
from xenia.services import staff as service
from xenia.services.access import Scope
from xenia.services.changing import Changing, Done
from xenia.services.problems import Problem, Reason, unreadable_body
from xenia.services.published import Space
from xenia.services.roles import MEANT, ROLES
from xenia.services.staff import Person, Wish
from xenia.services.staff_problems import unknown_staff
from xenia.store import staff as store
from xenia.store.staff import StaffRow

_TAGS = ["staff"]
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")

StaffId = Annotated[str, PathParameter(description="The account's id.")]
Email = Annotated[str, Meta(min_length=3, max_length=254)]
Name = Annotated[str, Meta(min_length=1, max_length=100)]


class NewStaff(Struct, forbid_unknown_fields=True):
    """Who is to be invited."""

    email: Email
    name: Name
    role: str


class ChangedStaff(Struct, forbid_unknown_fields=True):
    """What is to be changed; what is not named stays."""

    role: str | None = None
    name: Name | None = None
    disabled: bool | None = None


class Account(Struct, kw_only=True, forbid_unknown_fields=True):
    """An account: invited, active, disabled, or erased, of which only the id is left."""

    staff: str
    role: str
    state: str
    created_at: str
    created_by: str
    last_sign_in_at: str | None
    email: str | UnsetType | None = UNSET
    name: str | UnsetType | None = UNSET


class InvitedAccount(Account, kw_only=True, forbid_unknown_fields=True):
    """An account with an invitation, which is shown this once."""

    invitation: str | UnsetType = UNSET
    invited_until: str | UnsetType = UNSET


class Accounts(Struct, kw_only=True, forbid_unknown_fields=True):
    """A page of accounts, the oldest first."""

    data: list[Account]
    next_cursor: str | None
    has_more: bool


class ErasedAccount(Struct, kw_only=True, forbid_unknown_fields=True):
    """An account of which only the id is left."""

    staff: str
    erased: bool


class SignedOut(Struct, kw_only=True, forbid_unknown_fields=True):
    """Somebody who is signed in nowhere any more."""

    staff: str
    signed_out: bool


class Role(Struct, kw_only=True, forbid_unknown_fields=True):
    """What those of a role may do."""

    role: str
    means: str
    scopes: list[str]


class Roles(Struct, kw_only=True, forbid_unknown_fields=True):
    """All roles."""

    data: list[Role]


@get(
    "/v1/roles",
    summary="The roles",
    tags=_TAGS,
    opt=needs(Scope.ACCOUNTS),
    responses=ok(Roles, "What the people of each may do."),
)
async def roles(request: AnyRequest) -> Response[Any]:
    """Roles are sets of scopes, as keys have them one by one."""
    shown = [
        {"role": role, "means": MEANT[role], "scopes": sorted(scopes)}
        for role, scopes in ROLES.items()
    ]
    return await read(request, lambda _reads, _space, _now: {"data": shown})


@get(
    "/v1/staff",
    summary="The staff",
    tags=_TAGS,
    opt=needs(Scope.ACCOUNTS),
    responses=ok(Accounts, "A page of accounts."),
)
async def accounts(
    *, request: AnyRequest, limit: Limit = PAGE, cursor: Cursor = None
) -> Response[Any]:
    """Those that are disabled or erased, too."""
    after = place_of(cursor)
    if isinstance(after, Problem):
        return refused(after, request)

    def found(reads: Reading, space: Space, _now: int) -> Any:
        rows = store.page(reads, space.space_id, after=after or 0, limit=limit + 1)
        return paged(rows, limit, _whole, lambda row: row.position)

    return await read(request, found)


@get(
    "/v1/staff/{staff:str}",
    summary="An account",
    tags=_TAGS,
    opt=needs(Scope.ACCOUNTS),
    responses=ok(Account, "One of the staff."),
)
async def account(*, staff: StaffId, request: AnyRequest) -> Response[Any]:
    """By the id by which the trail names whose doing something was."""

    def found(reads: Reading, space: Space, _now: int) -> Any:
        row = store.account(reads, space.space_id, staff)
        return unknown_staff(staff) if row is None else _whole(row)

    return await read(request, found)


@post(
    "/v1/staff",
    summary="Invite somebody",
    tags=_TAGS,
    status_code=201,
    opt=needs(Scope.ACCOUNTS, body=NewStaff),
    responses=ok(InvitedAccount, "The account, with an invitation that is shown this once.", 201),
)
async def invited(
    *, request: AnyRequest, idempotency_key: IdempotencyKey = None, dry_run: DryRun = False
) -> Response[Any]:
    """Give them the invitation: with it they choose a password (`POST /v1/invitations`). Nobody can
    give more than they may do themselves."""

    def work(changing: Changing, _space: Space, wanted: NewStaff) -> Done | Problem:
        person = Person(wanted.email.strip().lower(), wanted.name, wanted.role)
        return service.invite(changing, person)

    return await written_of(request, idempotency_key, NewStaff, work, dry_run=dry_run, wrong=_wrong)


@post(
    "/v1/staff/{staff:str}/invitation",
    summary="Invite somebody again",
    tags=_TAGS,
    status_code=201,
    opt=needs(Scope.ACCOUNTS),
    responses=ok(InvitedAccount, "The account, with an invitation that is shown this once.", 201),
)
async def invited_again(
    *,
    staff: StaffId,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """For whoever has forgotten the password, too: the old one holds until it is replaced."""

    def work(changing: Changing, _space: Space) -> Done | Problem:
        return service.invite_again(changing, staff)

    return await written(request, idempotency_key, work, dry_run=dry_run)


@patch(
    "/v1/staff/{staff:str}",
    summary="Change an account",
    tags=_TAGS,
    opt=needs(Scope.ACCOUNTS, body=ChangedStaff),
    responses=ok(Account, "The account as it is from now on."),
)
async def changed_account(
    *,
    staff: StaffId,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """Role, name, or whether they may still sign in. The last owner stays one."""

    def work(changing: Changing, _space: Space, wanted: ChangedStaff) -> Done | Problem:
        wish = Wish(wanted.role, wanted.name, wanted.disabled)
        return service.change(changing, staff, wish)

    return await written_of(
        request,
        idempotency_key,
        ChangedStaff,
        work,
        dry_run=dry_run,
        wrong=lambda wanted: _unknown_role(wanted.role),
    )


@delete(
    "/v1/staff/{staff:str}",
    summary="Erase somebody",
    tags=_TAGS,
    status_code=200,
    opt=needs(Scope.ACCOUNTS),
    responses=ok(ErasedAccount, "Only the id is left."),
)
async def erased_account(
    *,
    staff: StaffId,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """Name, address and password go for ever; what they have done stays in the trail, under an id
    that says nothing."""

    def work(changing: Changing, _space: Space) -> Done | Problem:
        return service.erase(changing, staff)

    return await written(request, idempotency_key, work, dry_run=dry_run)


@delete(
    "/v1/staff/{staff:str}/sessions",
    summary="End somebody's sessions",
    tags=_TAGS,
    status_code=200,
    opt=needs(Scope.ACCOUNTS),
    responses=ok(SignedOut, "They have to sign in again."),
)
async def ended_sessions(
    *,
    staff: StaffId,
    request: AnyRequest,
    idempotency_key: IdempotencyKey = None,
    dry_run: DryRun = False,
) -> Response[Any]:
    """Wherever they were signed in, within seconds."""

    def work(changing: Changing, _space: Space) -> Done | Problem:
        return service.end_sessions(changing, staff)

    return await written(request, idempotency_key, work, dry_run=dry_run)


def _whole(row: StaffRow) -> dict[str, Any]:
    return {**service.fields(row), **service.personal(row)}


def _wrong(wanted: NewStaff) -> Problem | None:
    return wrong_email(wanted.email) or _unknown_role(wanted.role)


def wrong_email(email: str) -> Problem | None:
    """What is wrong with the `email` of a body, as an address; None: nothing."""
    if _ADDRESS.fullmatch(email.strip()):
        return None
    sentence = "this is no address for e-mail: it is like anna@example.org"
    return unreadable_body([Reason("/email", "unreadable-body", sentence)])


def _unknown_role(role: str | None) -> Problem | None:
    if role is None or role in ROLES:
        return None
    hint = did_you_mean(role, ROLES) or f": there are {', '.join(ROLES)}"
    sentence = f'"{role[:40]}" is no role{hint}'
    return unreadable_body([Reason("/role", "unknown-role", sentence)])
