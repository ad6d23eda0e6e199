"""Which tests show that what users complain of does not happen here: none is missing, no name rots.

A complaint is what somebody has reported of other loyalty software, where it can be read.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
GENERAL, RETURNS, VOUCHERS = (f"test_complaints{of}.py" for of in ("", "_returns", "_vouchers"))
TILL, MEMBERS = "browser/test_till.py", "console/test_members.py"
RACES, RESERVED = "live/test_races.py", "live/test_reservations.py"

COMPLAINTS: dict[str, dict[str, tuple[str, ...]]] = {
    # ---- refunds and cancellations
    "points stay after a refund: buy, spend, refund, again (odoo PR#257854, PR#238806)": {
        RETURNS: (
            "points_do_not_stay_after_a_refund",
            "buying_spending_and_refunding_round_and_round_gains_nothing",
            "a_refund_of_both_leaves_no_points_and_no_money",
            "what_is_sent_back_twice_is_refunded_once",
        )
    },
    "redeemed points are deducted again on a refund (odoo PR#212922, PR#221928)": {
        RETURNS: (
            "redeemed_points_come_back_and_are_not_deducted_again",
            "a_part_of_what_points_paid_for_brings_its_part_of_them",
            "points_that_come_back_end_when_they_would_have",
        )
    },
    "the return of an invoice keeps its points (erpnext#32951)": {
        RETURNS: (
            "what_comes_back_of_an_invoice_keeps_no_points",
            "a_lower_price_afterwards_keeps_no_points_either",
            "parts_that_come_back_are_rounded_no_further_than_the_whole",
            "a_level_is_not_kept_by_what_was_returned",
        )
    },
    "points should wait until nothing can be returned (nopCommerce#576)": {
        RETURNS: ("what_comes_back_in_time_never_gave_points_to_spend",)
    },
    "the balance is wrong after a cancellation (nopCommerce#5595)": {
        RETURNS: ("the_balance_is_right_when_some_of_what_was_cancelled_is_pending",)
    },
    "a cancelled order still uses up the limit of a code (vendure#1466)": {
        RETURNS: (
            "a_cancelled_order_uses_up_no_limit",
            "an_order_of_which_something_is_kept_uses_its_limit",
            "a_limit_in_units_has_room_again_for_what_came_back",
        )
    },
    "a charge-back frees a limit (polar PR#13394)": {
        VOUCHERS: ("what_a_bank_has_paid_back_frees_no_limit",)
    },
    "a discount is spread anew when one line is cancelled (vendure#4811)": {
        RETURNS: (
            "what_is_kept_of_an_order_costs_what_it_would_have_cost_alone",
            "a_line_that_comes_back_leaves_the_others_their_percentage",
        )
    },
    # ---- what points are earned on, tax, rounding
    "points are earned on rewards, or pay for what earns them (odoo#114004, #150833, #117988)": {
        GENERAL: (
            "points_are_not_earned_on_what_a_discount_took_off",
            "points_are_not_earned_on_what_points_paid_for",
            "points_of_a_purchase_cannot_pay_for_it",
        )
    },
    "points have the decimals of money; a cent too many or few (odoo PR#259660, #95617)": {
        GENERAL: (
            "points_have_decimals_of_their_own_not_those_of_money",
            "a_hundred_per_cent_off_leaves_nothing_and_no_cent_less",
        )
    },
    "discounts and tax (medusa#12226, vendure#1237, vendure#653)": {
        GENERAL: ("tax_is_counted_as_the_programme_says_however_prices_are_shown",)
    },
    "rounding drifts, and cannot be chosen (vendure#3091, vendure#3003, saleor#12040)": {
        GENERAL: (
            "a_discount_on_a_basket_is_the_same_to_the_cent_as_its_parts",
            "how_money_is_rounded_can_be_chosen",
            "rounding_does_not_drift_from_line_to_line",
        )
    },
    # ---- stacking
    "one code only on a basket (saleor#14995, Sylius#13760, Sylius#1499)": {
        VOUCHERS: ("several_codes_and_a_gift_card_are_used_on_one_basket",)
    },
    "what excludes one another excludes others too; order decides (vendure#3585, OCA#336)": {
        GENERAL: (
            "the_best_of_a_group_excludes_no_other_rule",
            "the_order_of_the_file_decides_nothing",
        )
    },
    "the amount of a gift card is wrong after a voucher (saleor#12890)": {
        VOUCHERS: ("a_gift_card_pays_what_is_left_of_a_voucher_whichever_is_named_first",)
    },
    "buy some, get some takes off too much (medusa#14432, #14934, #11259, #8829)": {
        GENERAL: ("three_for_two_never_takes_off_more_than_the_third",)
    },
    # ---- limits
    "a limit of three, redeemed by five at once (eventyay#1398, pretalx#2393, mall#1003)": {
        RACES: (
            "a_campaign_for_three_is_for_three",
            "a_stock_of_three_is_three",
            "a_budget_of_1000_points_is_1000_points",
            "one_account_is_spent_dry_and_no_further",
        )
    },
    "a code counts twice where paying takes a second step (saleor#8219)": {
        RESERVED: ("fifty_reserve_and_spend_the_same",)
    },
    "once for a customer is got round (saleor#3569)": {
        VOUCHERS: ("a_code_is_used_once_and_by_whom_it_was_given_to",)
    },
    "no limit for rules without a code, or of a customer (vendure#4353, Sylius#6167)": {
        GENERAL: ("a_limit_of_a_customer_is_counted_for_rules_that_need_no_code",)
    },
    "a gift card is used again and again (odoo#79235)": {
        VOUCHERS: ("a_gift_card_is_worth_what_is_on_it_and_no_more",)
    },
    # ---- the till
    "points are lost or doubled after an outage (odoo PR#270532, OCA/pos PR#185, erpnext#14885)": {
        GENERAL: ("what_a_till_sends_again_after_an_outage_counts_once",),
        RETURNS: (
            "a_return_that_a_till_sends_before_its_purchase_counts_once",
            "the_same_return_sent_again_by_a_till_takes_once",
        ),
        RACES: ("one_event_from_fifty_connections_is_one_event",),
    },
    "two cards of one member (odoo PR#145782)": {
        VOUCHERS: ("two_cards_of_one_member_have_one_balance",)
    },
    "how many points to use cannot be chosen (odoo#264931)": {
        GENERAL: ("the_customer_chooses_how_many_points_to_spend",)
    },
    "a refund goes to the wrong means of payment": {
        RETURNS: ("a_refund_goes_back_to_the_gift_card_and_the_cash_that_paid",)
    },
    # ---- levels
    "a level goes by the balance (open-loyalty#131)": {
        GENERAL: ("a_level_goes_by_what_was_earned_not_by_what_is_left",)
    },
    "the wrong level is picked (erpnext#24672, erpnext#22167, erpnext#45450)": {
        GENERAL: ("the_threshold_itself_is_enough",)
    },
    # ---- ends
    "points should end, counted from when they were earned (odoo PR#206048, OCA PR#214)": {
        GENERAL: (
            "units_end_counted_from_when_they_were_earned",
            "units_end_although_nobody_swept",
        )
    },
    "balances collapse as points end that had been spent (FloCafe#78)": {
        GENERAL: ("what_is_spent_is_taken_from_the_oldest_so_that_nothing_ends_twice",)
    },
    "points as a payment or as a discount (SyliusRewardPlugin#2)": {
        GENERAL: ("points_are_a_discount_or_a_payment_as_accounting_wants",)
    },
    # ---- what people see
    "an offline till doubles points, drops rewards (OCA/pos#185, odoo#270532, POS-Awesome#3059)": {
        TILL: (
            "through_a_network_cut_it_goes_on_earning",
            "the_server_dies_and_the_browser_is_closed_and_nothing_is_lost_or_doubled",
        ),
        "till/test_away.py": (
            "a_sale_that_waited_is_booked_once",
            "what_the_till_really_gave_is_recorded_as_given",
        ),
    },
    "the cashier cannot spend a part of a balance (odoo#264931)": {
        "till/test_selling.py": ("part_of_a_balance_is_spent",)
    },
    "what was paid with points comes back as money (odoo#212922, odoo#221928)": {
        "till/test_returns.py": (
            "one_line_comes_back_with_its_money_and_points",
            "what_was_spent_comes_back_too",
        )
    },
    "filters are lost when one comes back or reloads (saleor-dashboard#4703, #3373)": {
        MEMBERS: ("the_address_says_who_is_shown", "a_walk_by_the_links_sees_everybody_once")
    },
    "a filter that is on cannot be seen, and is not saved (saleor-dashboard#3961, #3272)": {
        MEMBERS: ("what_is_looked_for_stays_in_the_form", "the_file_says_what_is_shown")
    },
    "some words stay English (medusa PR#14887)": {
        "pages/test_words.py": (
            "a_template_says_nothing_that_is_not_marked",
            "a_module_says_nothing_that_is_not_marked",
            "every_sentence_is_in_every_catalog",
            "no_english_is_left_on_a_page",
        )
    },
    "with many languages the page is too wide (django-unfold#685)": {
        "browser/test_pages.py": (
            "nothing_stands_in_anybodys_way",
            "a_page_that_is_no_good_is_found",
        )
    },
    "pages are slow for who may do less, hard to find (metabase#8168, metabase#47276)": {
        MEMBERS: ("a_page_asks_once_however_many_there_are",),
        "console/test_finding_ones_way.py": (
            "a_role_sees_its_sections_and_no_others",
            "every_link_leads_somewhere",
        ),
    },
    "the same event of a webhook with two balances (Square forum 23847)": {
        "services/test_webhooks.py": (
            "it_is_sent_again_on_the_schedule_and_then_given_up",
            "what_was_told_is_proved_after_it_has_left_the_outbox",
        )
    },
}


@cache
def shown_by(file: str) -> frozenset[str]:
    body = ast.parse((HERE / file).read_text("utf-8")).body
    functions = [each.name for each in body if isinstance(each, ast.FunctionDef)]
    return frozenset(name for name in functions if name.startswith("test_"))


@pytest.mark.parametrize("complaint", COMPLAINTS)
def test_the_tests_of_a_complaint_are_there(complaint: str) -> None:
    for file, names in COMPLAINTS[complaint].items():
        assert names
        assert {f"test_{name}" for name in names} <= shown_by(file)


@pytest.mark.parametrize("file", [GENERAL, RETURNS, VOUCHERS])
def test_each_of_these_tests_is_of_a_complaint(file: str) -> None:
    named = {f"test_{name}" for found in COMPLAINTS.values() for name in found.get(file, ())}
    assert shown_by(file) == named
