"""Every address but that of events: an application of Litestar."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
from litestar import Litestar, Response, get
from litestar.datastructures import CacheControlHeader

from xenia.api.audit import changes
from xenia.api.backtests import (
    backtest,
    backtest_report,
    backtests,
    cancelled_backtest,
    histories,
    new_backtest,
)
from xenia.api.brands import brand, changed_brand
from xenia.api.cashiers import cashiers, linked_cashier, staff_report, unlinked_cashier
from xenia.api.connections import (
    changed_connection,
    connections,
    new_connection,
    removed_connection,
)
from xenia.api.corrections import (
    confirmed_correction,
    corrections,
    declined_correction,
    new_correction,
)
from xenia.api.deliveries import all_deliveries, delivery, replayed_delivery, replayed_webhook
from xenia.api.document import document
from xenia.api.draft_parts import draft_part, draft_parts, draft_titles
from xenia.api.draft_reading import (
    checked_document,
    draft,
    draft_difference,
    draft_explained,
    drafts,
)
from xenia.api.draft_reviews import objected_draft, submitted_draft
from xenia.api.draft_steps import redone_draft, undone_draft
from xenia.api.drafts import (
    approved_draft,
    changed_draft,
    dropped_draft,
    new_draft,
    published_draft,
)
from xenia.api.enrolling import changed_card, changed_member, left_member, new_member
from xenia.api.entries import entries
from xenia.api.figures import programme_figures
from xenia.api.finance import (
    booked_month,
    booked_months,
    changed_valuation,
    closed_month,
    summed_again,
    valuation,
)
from xenia.api.finding import members
from xenia.api.from_shops import from_shop
from xenia.api.health import healthz, metrics, readyz
from xenia.api.households import (
    changed_person,
    dissolved_household,
    household,
    households,
    new_household,
    new_person,
    removed_person,
)
from xenia.api.keys import keys, new_key, revoked_key
from xenia.api.members import explain, ledger, member, wallet
from xenia.api.merges import confirmed_merge, merge, merges, new_merge, undone_merge
from xenia.api.messages import message_again, message_texts, messages
from xenia.api.notes import new_note, notes, removed_note
from xenia.api.notifiers import notifiers, sent_test
from xenia.api.own import (
    own,
    own_explanation,
    own_export,
    own_ledger,
    own_profile,
    own_rewards,
    own_vouchers,
)
from xenia.api.own_signing import (
    asked_own_code,
    member_session,
    signed_in_member,
    signed_out_member,
)
from xenia.api.own_writes import (
    changed_own,
    erased_own,
    left_own,
    own_redemption,
    own_transfer,
)
from xenia.api.privacy import erased, erasures, exported
from xenia.api.problem_pages import problem_page
from xenia.api.problems import on_exception
from xenia.api.programmes import programmes
from xenia.api.quotes import new_quote
from xenia.api.refused_spends import refused_spends
from xenia.api.requests import requests
from xenia.api.reservations import committed, new_reservation, released, reservation
from xenia.api.rewards import all_vouchers, changed_stock, rewards, voucher, vouchers
from xenia.api.rule_forms import changed_parts, draft_choices, draft_rule, draft_rules
from xenia.api.safety import changed_safety, programme_safety, sent_code
from xenia.api.scopes import FOR_ANYBODY, is_signed, looked_at, scope_of
from xenia.api.shop_deliveries import (
    discarded_shop_delivery,
    replayed_shop_delivery,
    shop_deliveries,
)
from xenia.api.signing_in import (
    accepted,
    own_session,
    shown_invitation,
    signed_in,
    signed_out,
)
from xenia.api.simulations import new_simulation, simulation_vocabulary
from xenia.api.staff import (
    account,
    accounts,
    changed_account,
    ended_sessions,
    erased_account,
    invited,
    invited_again,
    roles,
)
from xenia.api.tills import till_member, till_programme, till_purchase
from xenia.api.versions import (
    approval,
    changed_approval,
    explained_programme,
    programme_version,
    template,
    templates,
    withdrawn_version,
)
from xenia.api.webhooks import (
    all_webhooks,
    changed_webhook,
    disabled_webhook,
    enabled_webhook,
    new_secret,
    new_webhook,
    removed_webhook,
    tried_webhook,
    webhook,
    webhook_types,
)
from xenia.api.wizards import programme_choice, ready_made

ROUTES: list[Any] = [
    *(healthz, readyz, metrics),
    *(programmes, programme_figures, member, wallet, ledger, explain),
    *(new_simulation, simulation_vocabulary),
    *(new_quote, new_reservation, reservation, committed, released),
    *(members, new_member, changed_member, changed_card, left_member),
    *(new_correction, corrections, confirmed_correction, declined_correction),
    *(new_note, notes, removed_note),
    *(new_merge, confirmed_merge, undone_merge, merge, merges),
    *(new_household, household, households, dissolved_household),
    *(new_person, changed_person, removed_person),
    *(exported, erased, erasures),
    *(keys, new_key, revoked_key, requests, changes),
    *(from_shop, connections, new_connection, changed_connection, removed_connection),
    *(shop_deliveries, replayed_shop_delivery, discarded_shop_delivery),
    *(new_draft, changed_draft, dropped_draft, approved_draft, published_draft),
    *(submitted_draft, objected_draft, undone_draft, redone_draft),
    *(checked_document, drafts, draft, draft_difference, draft_explained),
    *(draft_rules, draft_rule, draft_choices, changed_parts),
    *(draft_titles, draft_parts, draft_part),
    *(programme_version, explained_programme, withdrawn_version, approval, changed_approval),
    *(invited, invited_again, account, accounts, changed_account, erased_account, ended_sessions),
    *(roles, shown_invitation, accepted, signed_in, own_session, signed_out),
    *(templates, template, rewards, changed_stock, all_vouchers, voucher, vouchers),
    *(all_webhooks, new_webhook, webhook, changed_webhook, removed_webhook, new_secret),
    *(webhook_types, disabled_webhook, enabled_webhook, tried_webhook),
    *(all_deliveries, delivery, replayed_delivery, replayed_webhook),
    *(programme_safety, changed_safety, sent_code),
    *(cashiers, linked_cashier, unlinked_cashier, staff_report, refused_spends),
    *(histories, new_backtest, backtests, backtest, backtest_report, cancelled_backtest),
    *(ready_made, programme_choice),
    *(messages, message_again, message_texts, notifiers, sent_test),
    *(entries, booked_months, booked_month, closed_month, summed_again),
    *(valuation, changed_valuation),
    *(till_programme, till_member, till_purchase),
    *(asked_own_code, signed_in_member, member_session, signed_out_member),
    *(own, own_ledger, own_explanation, own_rewards, own_vouchers, own_profile, own_export),
    *(brand, changed_brand),
    *(changed_own, own_redemption, own_transfer, left_own, erased_own),
]


@cache
def described() -> bytes:
    """The description of the interface, as JSON."""
    return msgspec.json.format(msgspec.json.encode(document(ROUTES)), indent=2) + b"\n"


@get("/openapi.json", include_in_schema=False, opt=FOR_ANYBODY)
async def openapi() -> Response[bytes]:
    """The description of the interface."""
    return Response(described(), media_type="application/json")


PAGES: list[Any] = [openapi, problem_page]  # what is read, not called


def for_anybody() -> frozenset[str]:
    """The addresses that take no key.  Raises KeyError where one does not say what it takes."""
    return frozenset(
        path
        for one in (*ROUTES, *PAGES)
        if scope_of(one) is None and not is_signed(one)
        for path in one.paths
    )


@cache
def rest() -> Litestar:
    """The application of every worker; what a worker has comes with each request."""
    return Litestar(
        [*ROUTES, *PAGES],
        before_request=looked_at,
        exception_handlers={Exception: on_exception},
        cache_control=CacheControlHeader(no_store=True),
        openapi_config=None,
        logging_config=None,
    )
