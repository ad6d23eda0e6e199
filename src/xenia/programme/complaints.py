"""What the parts of a document must fulfil that no type and no single key can say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from xenia.programme import model, periods
from xenia.programme.demands import Complaint


def dates_in_order(given: Mapping[str, object]) -> Complaint | None:
    """A date and a time compare exactly in the programme's zone only; two days tell for sure."""
    since, until = given.get("since"), given.get("until")
    if not isinstance(since, date) or not isinstance(until, date):
        return None
    if isinstance(since, datetime) == isinstance(until, datetime):
        late = since >= until
    else:
        late = since.toordinal() - until.toordinal() >= 2
    if not late:
        return None
    sentence = f"`until` ({until.isoformat()}) is not after `from` ({since.isoformat()})"
    remedy = "`until` is the first moment that is outside; choose a later one"
    return Complaint("until", "bad-order", sentence, remedy)


def first_purchase_of_who_enrols(given: Mapping[str, object]) -> Complaint | None:
    """Where any event enrols, a purchase need not be of so much."""
    anybody = given.get("enrolment") is model.Enrolment.FIRST_EVENT
    if given.get("first_purchase") is None or not anybody:
        return None
    sentence = "`first-purchase` is of no use where any event enrols"
    remedy = "write `enrolment: enrolment-only`, or take it away"
    return Complaint("first_purchase", "not-together", sentence, remedy)


def fewer_than_every(given: Mapping[str, object]) -> Complaint | None:
    """Whether some of every so many units are fewer than all."""
    for name in ("cheapest", "dearest"):
        count, every = given.get(name), given.get("every")
        if isinstance(count, int) and isinstance(every, int) and count >= every:
            sentence = f"The {name} {count} of every {every} units are all of them"
            return Complaint(name, "not-fewer", sentence, "leave `of` out, or make `every` larger")
    return None


def off_whole_bundles(given: Mapping[str, object]) -> Complaint | None:
    """Money is off, or the price of, what is bought together, not some of so many units."""
    of = given.get("of")
    if not isinstance(of, model.Pick) or of.parts or given.get("percent") is not None:
        return None
    which = "cheapest" if of.dearest is None else "dearest"
    sentence = f"Only a `percent` is taken off the {which} units"
    remedy = f"take `{which}` away for so many units at one price, or write `percent`"
    return Complaint("of", "not-together", sentence, remedy)


def after_how_long(given: Mapping[str, object]) -> Complaint | None:
    """Only inactivity has a length, and needs one."""
    if given.get("on") == "inactivity" and given.get("after") is None:
        return Complaint(
            "on", "missing-key", "`on: inactivity` needs `after`", "say how long: `after: 6 months`"
        )
    if given.get("on") != "inactivity" and given.get("after") is not None:
        return Complaint(
            "after",
            "not-together",
            "Only a rule `on: inactivity` has `after`",
            "take it away, or write `on: inactivity`",
        )
    return None


def notice_in_days(given: Mapping[str, object]) -> Complaint | None:
    """A notice is so many days before an end."""
    notice = given.get("notice")
    if not isinstance(notice, periods.Duration) or not notice.months:
        return None
    sentence = "Months before an end are not always a day: the 31st has none in June"
    return Complaint("notice", "in-days", sentence, "say it in days or weeks: `notice: 30 days`")


def closing_in_order(given: Mapping[str, object]) -> Complaint | None:
    """Begin, last earning, last spending."""
    days = ("since", "from", "earn_until"), ("earn_until", "earn-until", "spend_until")
    for earlier, called, later in days:
        first, then = given.get(earlier), given.get(later)
        if isinstance(first, date) and isinstance(then, date) and then <= first:
            name = later.replace("_", "-")
            sentence = f"`{name}` ({then}) is not after `{called}` ({first})"
            return Complaint(later, "bad-order", sentence, "choose a later day")
    return None


def rollover_of_units(given: Mapping[str, object]) -> Complaint | None:
    """Only what is counted in units that end can be counted on in the next one."""
    if not given.get("rollover"):
        return None
    ends = isinstance(given.get("over"), periods.CalendarWindow | periods.MembershipYear)
    if ends and ("sum" in given or "count" in given):
        return None
    sentence = "Only a `sum` or a `count` over calendar units or membership years has `rollover`"
    return Complaint(
        "rollover", "not-together", sentence, "take it away, or count over such a unit"
    )


def grace_that_ends(given: Mapping[str, object]) -> Complaint | None:
    """Only what ends has a grace."""
    if given.get("grace") is None or not isinstance(given.get("holds"), periods.HoldForEver):
        return None
    sentence = "A level that is held for ever needs no `grace`"
    return Complaint("grace", "not-together", sentence, "take it away, or let `holds` end")


def options_of_text(given: Mapping[str, object]) -> Complaint | None:
    """Only texts are of some options."""
    if not given.get("options") or given.get("type", "text") == "text":
        return None
    return Complaint("options", "not-together", "Only a text has `options`", "take them away")


def money_that_is_left(given: Mapping[str, object]) -> Complaint | None:
    """Only money can be left."""
    discount = given.get("discount")
    if not given.get("partial") or not isinstance(discount, model.Discount):
        return None
    if discount.amount is not None and discount.of is None:
        return None
    sentence = "Only of an `amount` something can be left"
    return Complaint("partial", "not-together", sentence, "take `partial` away")


def once_or_bit_by_bit(given: Mapping[str, object]) -> Complaint | None:
    """A voucher has uses or money, not both."""
    gives, uses = given.get("gives"), given.get("uses", 1)
    if not isinstance(gives, model.Gives) or uses == 1:
        return None
    if gives.gift_card is None and not gives.partial:
        return None
    sentence = "A voucher that keeps what is left can be used until nothing is"
    return Complaint("uses", "not-together", sentence, "take `uses` away")
