"""What forms of rules call things: events, what can be asked of, operators, effects, periods."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from xenia.client import shapes
from xenia.pages.asking import Asked
from xenia.pages.words import marked

EVENTS: Final[Mapping[str, str]] = {
    "purchase": marked("Purchase"),
    "redemption": marked("Reward taken"),
    "enrolment": marked("Joining"),
    "profile": marked("Profile changed"),
    "birthday": marked("Birthday"),
    "anniversary": marked("Anniversary of joining"),
    "month-end": marked("End of a month"),
    "inactivity": marked("Time without a purchase"),
    "act": marked("Act"),
    "stay": marked("Stay"),
    "flight": marked("Flight"),
    "rental": marked("Car rental"),
    "referral": marked("Referral"),
}
SUBJECTS: Final[Mapping[str, str]] = {
    "basket.amount": marked("Basket before discounts"),
    "basket.paid": marked("Basket after discounts"),
    "basket.quantity": marked("Quantity in the basket"),
    "spent": marked("What counts as spent"),
    "payment.method": marked("Way of paying"),
    "payment.amount": marked("Amount of the payment"),
    "receipt": marked("Number of the receipt"),
    "occurred_at": marked("Moment"),
    "date(occurred_at)": marked("Day"),
    "month(occurred_at)": marked("Month, 1 to 12"),
    "weekday(occurred_at)": marked("Day of the week, 1 for Monday"),
    "day(occurred_at)": marked("Day of the month"),
    "hour(occurred_at)": marked("Hour, 0 to 23"),
    "year(occurred_at)": marked("Year"),
    "channel": marked("Channel"),
    "location": marked("Shop"),
    "location.region": marked("Region of the shop"),
    "location.owner": marked("Owner of the shop"),
    "location.partner": marked("Partner of the shop"),
    "partner": marked("Partner"),
    "cashier": marked("Cashier"),
    "terminal": marked("Till"),
    "source": marked("Sender"),
    "member.birthday": marked("Birthday"),
    "month(member.birthday)": marked("Month of birth, 1 to 12"),
    "member.locale": marked("Language of the member"),
    "member.timezone": marked("Time zone of the member"),
    "member.enrolled_on": marked("Day of joining"),
    "month(member.enrolled_on)": marked("Month of joining, 1 to 12"),
    "act": marked("Act"),
    "reward": marked("Reward"),
    "l.category": marked("Category"),
    "l.sku": marked("Article"),
    "l.amount": marked("Price"),
    "l.paid": marked("Price after discounts"),
    "l.quantity": marked("Quantity"),
    "l.brand": marked("Brand"),
    "l.tags": marked("Tags"),
    "l.unit": marked("Unit of the quantity"),
    "l.tax": marked("Tax"),
    "l.seller": marked("Seller"),
    "l.method": marked("Way of paying"),
    "l.kind": marked("Kind"),
}
LISTS: Final[Mapping[str, str]] = {
    "lines": marked("Some line of the basket"),
    "payments": marked("Some payment"),
    "charges": marked("Some charge"),
    "folio": marked("Some item of the bill"),
}
OPERATORS: Final[Mapping[str, str]] = {
    "is": marked("is"),
    "is-not": marked("is not"),
    "at-least": marked("is at least"),
    "more-than": marked("is more than"),
    "at-most": marked("is at most"),
    "less-than": marked("is less than"),
    "level-at-least": marked("is this level or above"),
    "one-of": marked("is one of"),
    "none-of": marked("is none of"),
    "in-list": marked("is in the list"),
    "not-in-list": marked("is not in the list"),
    "has": marked("contains"),
    "has-not": marked("does not contain"),
    "true": marked("is so"),
    "false": marked("is not so"),
    "known": marked("is known"),
    "unknown": marked("is not known"),
    "text": marked("as it is written"),
}
_ORDERED: Final = ("at-least", "more-than", "at-most", "less-than", "is", "is-not")
OF_TYPE: Final[Mapping[str, tuple[str, ...]]] = {
    "number": (*_ORDERED, "one-of", "none-of"),
    "text": ("is", "is-not", "one-of", "none-of", "in-list", "not-in-list"),
    "level": ("is", "is-not", "level-at-least", "one-of", "none-of"),
    "texts": ("has", "has-not"),
    "date": _ORDERED,
    "moment": ("at-least", "less-than", "more-than", "at-most"),
    "truth": ("true", "false"),
}
EFFECTS: Final[Mapping[str, str]] = {
    "earn": marked("Earn units"),
    "multiply": marked("Multiply what is earned"),
    "discount": marked("Discount"),
    "issue": marked("Issue a reward"),
    "badge": marked("Give a badge"),
    "notify": marked("Tell the member"),
    "flag": marked("Tell staff"),
    "refer": marked("Count as a referral"),
}
PERIODS: Final[Mapping[str, str]] = {
    "purchase": marked("one purchase"),
    "day": marked("one day"),
    "week": marked("one week"),
    "month": marked("one month"),
    "year": marked("one year"),
    "ever": marked("all time"),
}
_WITH: Final = re.compile(r"(with_this|previous)\((.*)\)")


class Names:
    """What a rule can name, in the words of the reader."""

    def __init__(self, asked: Asked, choices: shapes.Choices) -> None:
        self._asked, self.choices = asked, choices
        self._titles = {one.subject: one.title for one in choices.subjects if one.title}

    def subject(self, name: str) -> str:
        """A name in words; where there are none, as it is written."""
        say = self._asked.say
        if (held := _WITH.fullmatch(name)) is not None:
            inner = self.subject(held[2])
            if held[1] == "with_this":
                return say(marked("%(metric)s, with this event"), metric=inner)
            return say(marked("%(metric)s, of the period before"), metric=inner)
        kind, _, own = name.partition(".")
        title = self._titles.get(name, own)
        if kind == "balance":
            return say(marked("Balance: %(currency)s"), currency=title)
        if kind == "tier":
            return say(marked("Level: %(tier)s"), tier=title)
        if kind == "metric":
            return title
        known = SUBJECTS.get(name)
        return name.removeprefix("l.") if known is None else say(known)

    def of(self, records: str, prefix: str) -> Mapping[str, shapes.Subject]:
        """What can be asked of a record of a list, or of the event, by its name."""
        found: Sequence[shapes.Subject] = self.choices.subjects
        if prefix == "x":
            found = self.choices.lines
        elif records:
            held = (one.subjects for one in self.choices.records if one.of == records)
            found = next(held, ())
        return {one.subject: one for one in found}

    def groups(
        self, known: Mapping[str, shapes.Subject]
    ) -> list[tuple[str, list[tuple[str, str]]]]:
        """The names in groups, each in words."""
        found: dict[str, list[tuple[str, str]]] = {}
        for name in known:
            found.setdefault(self._asked.say(_group(name)), []).append((name, self.subject(name)))
        return list(found.items())


def _group(name: str) -> str:
    inner = name.rpartition("(")[2].removesuffix(")")
    first = inner.partition(".")[0]
    if inner == "occurred_at":
        return marked("When")
    if first in ("metric", "tier", "balance"):
        return marked("What the member has")
    if first == "member":
        return marked("Who the member is")
    if first in ("location", "partner", "cashier", "terminal", "source", "channel"):
        return marked("Where")
    return marked("What happened")
