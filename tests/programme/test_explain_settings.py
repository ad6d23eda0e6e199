"""What settings change for members, as it is told; each only where it matters to a programme."""

import pytest

from tests.programme.small import POINTS
from tests.programme.test_explain import told
from xenia.programme.words import languages

EARN = "rules: {base: {then: {earn: {points: 1 per 1.00}}}}\n"
FIXED = "rules: {base: {then: {earn: {points: 5}}}}\n"
TWICE = "rules: {base: {then: {earn: {points: 10 %}}}, b: {then: {multiply: {points: 2}}}}\n"
TENTH = "rules: {base: {then: {discount: {percent: 10}}}}\n"
CARD = "rules: {base: {then: {issue: card}}}\nrewards: {card: {gives: {gift-card: 5.00}}}\n"
OFF = "rules: {base: {then: {issue: off}}}\nrewards: {off: {gives: {discount: {amount: 5}}}}\n"
MUG = "rules: {base: {then: {issue: mug}}}\nrewards: {mug: {gives: {item: A mug}}}\n"

BY_LINE = "What you earn is worked out and rounded for each line of a receipt by itself."
BEFORE = "What you earn is rounded before it is multiplied."
TODAY = (
    "After a return, what you keep is worked out anew with the level and the totals that you "
    "have then."
)
LINE_PAID = (
    "What you return brings back what you paid for it, also where a discount is no longer earned."
)
BROUGHT = "If you return a purchase that brought you a gift card or a voucher, "
KEPT_BACK = BROUGHT + "what you have used of it is taken off the refund."
BORNE = BROUGHT + "you need not pay for what you have used of it."
FOR_ALL = "When new terms change how long what you collect lasts, that goes for what you have, too."

SAID = [
    (EARN, "round-per: line", BY_LINE),
    (TWICE, "multiply-round: before", BEFORE),
    (EARN, "return-inputs: today", TODAY),
    (TENTH, "refund: line-paid", LINE_PAID),
    (CARD, "used-voucher: absorbed", BORNE),
    (OFF, "used-voucher: absorbed", BORNE),
    (CARD, "used-voucher: deficit", KEPT_BACK),
    (EARN, "new-terms: all", FOR_ALL),
]
UNSAID = [
    (EARN, "round-per: purchase", BY_LINE),
    (FIXED, "round-per: line", BY_LINE),
    (TWICE, "multiply-round: after", BEFORE),
    (EARN, "multiply-round: before", BEFORE),
    (EARN, "return-inputs: original", TODAY),
    (TENTH, "refund: paid-less-discount", LINE_PAID),
    (EARN, "refund: line-paid", LINE_PAID),
    (MUG, "used-voucher: deficit", KEPT_BACK),
    (MUG, "used-voucher: absorbed", BORNE),
    (EARN, "new-terms: new-lots", FOR_ALL),
]


def text(rules: str, setting: str) -> str:
    return f"{POINTS}settings: {{{setting}}}\n{rules}"


@pytest.mark.parametrize(("rules", "setting", "sentence"), SAID)
def test_a_setting_is_told(rules: str, setting: str, sentence: str) -> None:
    assert sentence in told(text(rules, setting)).sentences


@pytest.mark.parametrize(("rules", "setting", "sentence"), UNSAID)
def test_what_does_not_matter_is_not_told(rules: str, setting: str, sentence: str) -> None:
    assert sentence not in told(text(rules, setting)).sentences


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(("rules", "setting", "sentence"), SAID)
def test_every_language_tells_it(rules: str, setting: str, sentence: str, language: str) -> None:
    english = told(text(rules, setting)).sentences
    other = told(text(rules, setting), language).sentences
    assert len(other) == len(english)
    assert (other[english.index(sentence)] == sentence) == (language == "en")
