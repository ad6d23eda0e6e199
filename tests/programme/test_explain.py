"""A programme is told in plain words of each language, and what has no plain words is reported."""

import re
from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from string import Formatter

import pytest
from babel.core import Locale

from tests.programme.small import (
    DEPARTMENT,
    DISCOUNT_THRESHOLD,
    FOURTEEN_POINTS,
    HEAD,
    NEXT_VISIT,
    PLAIN,
    POINTS,
    THREE_PER_HUNDRED,
    programme,
)
from tests.reference.random_programmes import random_programme
from xenia.programme import words
from xenia.programme.explain import Explanation, NoPhrases, Unsaid, explain
from xenia.programme.formulas import analyse
from xenia.programme.simplicity import simplicity
from xenia.programme.words import Phrase, languages, phrases


def told(text: str, locale: str = "en") -> Explanation:
    read = programme(text)
    return explain(read, analyse(read), locale)


GOLDEN: Mapping[tuple[str, str], tuple[str, str, tuple[str, ...]]] = {
    (DISCOUNT_THRESHOLD, "en"): (
        "The more at once",
        "Easy: 5 things to remember.",
        (
            "On purchases of €10,000 or more but less than €20,000, you get 5% off.",
            "On purchases of €20,000 or more, you get 10% off.",
        ),
    ),
    (DISCOUNT_THRESHOLD, "el"): (
        "Όσο περισσότερα μαζί",
        "Εύκολο: 5 πράγματα να θυμάστε.",
        (
            "Σε αγορές από 10.000 € και πάνω, αλλά κάτω των 20.000 €, έχετε έκπτωση 5%.",
            "Σε αγορές από 20.000 € και πάνω, έχετε έκπτωση 10%.",
        ),
    ),
    (DEPARTMENT, "en"): (
        "Department points",
        "Takes some reading: 14 things to remember.",
        (
            "The programme runs from January 1, 2017.",
            "You earn 1 point for every $1 you spend.",
            "On goods of the category “cosmetics” or “perfume”, "
            "you earn 2 points for every $1 you spend.",
            "On goods on the list “special”, you earn 3 points for every $1 you spend.",
            "At level “Top”, you earn 4 points for every $1 you spend "
            "(at most 50,000 points a month).",
            "Of these, only the one that is best for you applies to a purchase: "
            "“Every purchase”, “Cosmetics”, “Special list”, and “Top members”.",
            "Goods of the category “gift-card” do not count.",
            "There are 2 levels: “Basic” and “Top”.",
            "You reach level “Top” once your spending in a calendar year has reached $3,500.",
            "Level “Top” brings you: free delivery.",
            "A level lasts until the end of the year in which you reach it.",
            "If you no longer qualify then, you go to the level that you qualify for.",
            "Each time you have collected 5,000 points, you automatically receive: "
            "25-dollar gift card (valid for 12 months).",
            "Points earned in one year will expire at the end of the next.",
            "Tax does not count towards what you spend.",
        ),
    ),
    (DEPARTMENT, "el"): (
        "Πόντοι πολυκαταστήματος",
        "Θέλει λίγη μελέτη: 14 πράγματα να θυμάστε.",
        (
            "Το πρόγραμμα ισχύει από 1 Ιανουαρίου 2017.",
            "Σας πιστώνεται 1 πόντος για κάθε 1 $ που ξοδεύετε.",
            "Σε είδη της κατηγορίας «cosmetics» ή «perfume», "
            "σας πιστώνονται 2 πόντοι για κάθε 1 $ που ξοδεύετε.",
            "Σε είδη του καταλόγου «special», σας πιστώνονται 3 πόντοι για κάθε 1 $ που ξοδεύετε.",
            "Στο επίπεδο «Κορυφή», σας πιστώνονται 4 πόντοι για κάθε 1 $ που ξοδεύετε "
            "(έως 50.000 πόντοι τον μήνα).",
            "Από τα παρακάτω, σε κάθε αγορά ισχύει μόνο το πιο συμφέρον για εσάς: "
            "«Κάθε αγορά», «Καλλυντικά», «Ειδικός κατάλογος» και «Κορυφαία μέλη».",
            "Είδη της κατηγορίας «gift-card» δεν μετρούν.",
            "Υπάρχουν 2 επίπεδα: «Βασικό» και «Κορυφή».",
            "Φτάνετε στο επίπεδο «Κορυφή» εφόσον το σύνολο των αγορών σας "
            "μέσα σε ένα ημερολογιακό έτος είναι τουλάχιστον 3.500 $.",
            "Το επίπεδο «Κορυφή» σας προσφέρει: δωρεάν παράδοση.",
            "Ένα επίπεδο ισχύει έως το τέλος του έτους κατά το οποίο το φτάνετε.",
            "Αν τότε δεν πληροίτε πια τις προϋποθέσεις, "
            "μεταφέρεστε στο επίπεδο που σας αντιστοιχεί.",
            "Κάθε φορά που συγκεντρώνονται 5.000 πόντοι, λαμβάνετε αυτόματα: δωροκάρτα 25 δολαρίων "
            "(ισχύει για διάστημα 12 μηνών).",
            "Πόντοι: λήγουν στο τέλος του έτους που ακολουθεί το έτος της πίστωσης.",
            "Ο φόρος δεν μετρά στο ποσό που ξοδεύετε.",
        ),
    ),
    (THREE_PER_HUNDRED, "en"): (
        "Three per hundred",
        "Hard to understand: 4 things to remember, and more than one riddle.",
        (
            "You earn 3 points for every full €100 you spend in one purchase.",
            "When your spending in the previous calendar month was at least €2,000, "
            "you get 30% off.",
            "1 point is worth €1 when you pay.",
            "Points will not expire.",
        ),
    ),
    (THREE_PER_HUNDRED, "el"): (
        "Τρεις στα εκατό",
        "Δύσκολο: 4 πράγματα να θυμάστε και περισσότεροι από ένας γρίφοι.",
        (
            "Σας πιστώνονται 3 πόντοι κάθε φορά που συμπληρώνετε 100 € σε μια αγορά.",
            "Όταν το σύνολο των αγορών σας τον προηγούμενο ημερολογιακό μήνα ήταν τουλάχιστον "
            "2.000 €, έχετε έκπτωση 30%.",
            "1 πόντος αξίζει 1 € όταν πληρώνετε.",
            "Πόντοι: δεν λήγουν.",
        ),
    ),
    (NEXT_VISIT, "en"): (
        "cafe",
        "Easy: 2 things to remember.",
        (
            "You are credited 20% of what you spend (credit).",
            "1 credit is worth €1 when you pay.",
            "Credit will not expire.",
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "locale"), GOLDEN, ids=lambda part: part[-9:].strip())
def test_golden_texts(text: str, locale: str) -> None:
    title, reading, sentences = GOLDEN[text, locale]
    explanation = told(text, locale)
    assert explanation.sentences == sentences
    assert (explanation.title, explanation.reading) == (title, reading)
    assert explanation.unsaid == ()


# A rule's condition, and how it is said in English and in Greek.
CONDITIONS = [
    ("basket.amount > 50", "on purchases of more than €50", "σε αγορές άνω των 50 €"),
    ("50 <= basket.amount", "on purchases of €50 or more", "σε αγορές από 50 € και πάνω"),
    ("basket.amount <= 9.5", "on purchases of up to €9.50", "σε αγορές έως 9,50 €"),
    (
        "spent >= 50",
        "when what you spend is at least €50",
        "όταν το ποσό που ξοδεύετε είναι τουλάχιστον 50 €",
    ),
    ('channel == "web"', "through the channel “web”", "μέσω του καναλιού «web»"),
    (
        'channel == "web" || channel == "app"',
        "through the channel “web” or “app”",
        "μέσω του καναλιού «web» ή «app»",
    ),
    (
        '!(channel in ["web", "app"])',
        "through any channel but “web” or “app”",
        "μέσω οποιουδήποτε καναλιού εκτός από «web» ή «app»",
    ),
    (
        'payment.method in ["cash", "bank-card"]',
        "when you pay in cash or by bank card",
        "όταν πληρώνετε με μετρητά ή με τραπεζική κάρτα",
    ),
    (
        'payments.exists(p, p.method == "gift-card")',
        "when you pay with a gift card",
        "όταν πληρώνετε με δωροκάρτα",
    ),
    (
        "weekday(occurred_at) >= 6",
        "every Saturday and Sunday",
        "κάθε Σάββατο και Κυριακή",
    ),
    ("month(occurred_at) in [4, 5]", "in April and May", "εντός Απριλίου και Μαΐου"),
    (
        "hour(occurred_at) >= 15 && hour(occurred_at) < 18",
        "from 15:00 to 18:00",
        "από τις 15:00 έως τις 18:00",
    ),
    (
        "day(occurred_at) <= 10",
        "from day 1 to day 10 of the month",
        "από την ημέρα 1 έως την ημέρα 10 του μήνα",
    ),
    (
        'date(occurred_at) == date("2026-05-01")',
        "on May 1, 2026",
        "την ημέρα: 1 Μαΐου 2026",
    ),
    (
        "month(occurred_at) == month(member.birthday) && day(member.birthday) == day(occurred_at)",
        "on your birthday",
        "την ημέρα των γενεθλίων σας",
    ),
    (
        "month(member.birthday) == month(occurred_at)",
        "in the month of your birthday",
        "τον μήνα των γενεθλίων σας",
    ),
    (
        "has(member.birthday)",
        "if we know your birthday",
        "αν έχει δηλωθεί η ημερομηνία γέννησής σας",
    ),
    ("member.vip", "when “vip” is marked", "όταν ισχύει «vip»"),
    ("!member.vip", "when “vip” is not marked", "όταν δεν ισχύει «vip»"),
    (
        "member.age >= 65",
        "when “age” is at least 65",
        "όταν «age» είναι τουλάχιστον 65",
    ),
    (
        'at_least(tier.status, "silver")',
        "at level “silver” or higher",
        "στο επίπεδο «silver» ή ψηλότερα",
    ),
    (
        '!at_least(tier.status, "silver")',
        "below level “silver”",
        "κάτω από το επίπεδο «silver»",
    ),
    (
        'tier.status != "gold"',
        "unless you are at level “gold”",
        "εφόσον δεν είστε στο επίπεδο «gold»",
    ),
    (
        "balance.points >= 100",
        "when your balance of points is at least 100 points",
        "όταν το υπόλοιπό σας (πόντοι) είναι τουλάχιστον 100 πόντοι",
    ),
    (
        "metric.visits >= 3",
        "once you have made 3 purchases within 30 days",
        "εφόσον έχετε κάνει τουλάχιστον 3 αγορές σε διάστημα 30 ημερών",
    ),
    (
        "metric.visits == 0",
        "if you have bought nothing within the last 30 days",
        "εφόσον δεν έχετε αγοράσει τίποτα τις τελευταίες 30 ημέρες",
    ),
    (
        "metric.visits < 4",
        "until you have made 4 purchases within 30 days",
        "όσο έχετε κάνει λιγότερες από 4 αγορές σε διάστημα 30 ημερών",
    ),
    (
        "metric.paid > 0",
        "if you have bought something within the last month",
        "εφόσον έχετε αγοράσει κάτι τον τελευταίο μήνα",
    ),
    (
        "metric.web == 0",
        "until you have made a purchase in a calendar month (only through the channel “web”)",
        "όσο δεν έχετε κάνει καμία αγορά μέσα σε έναν ημερολογιακό μήνα (μόνο μέσω του καναλιού "
        "«web»)",
    ),
    (
        "metric.used >= 2",
        "once you have used 2 rewards so far",
        "εφόσον έχετε εξαργυρώσει τουλάχιστον 2 ανταμοιβές μέχρι σήμερα",
    ),
    (
        "previous(metric.web) < 2",
        "when the number of your purchases in the previous calendar month (only through the "
        "channel “web”) was less than 2",
        "όταν ο αριθμός των αγορών σας τον προηγούμενο ημερολογιακό μήνα (μόνο μέσω του "
        "καναλιού «web») ήταν κάτω από 2",
    ),
    (
        "metric.coffees > 100",
        "when your spending on goods of the category “coffee” so far is more than €100",
        "όταν το σύνολο των αγορών σας σε είδη της κατηγορίας «coffee» μέχρι σήμερα "
        "είναι πάνω από 100 €",
    ),
    (
        "metric.weeks >= 4",
        "once the number of weeks in a row with a purchase has reached 4",
        "εφόσον ο αριθμός των συνεχόμενων εβδομάδων με αγορά είναι τουλάχιστον 4",
    ),
    (
        "metric.web >= 2",
        "once you have made 2 purchases in a calendar month (only through the channel “web”)",
        "εφόσον έχετε κάνει τουλάχιστον 2 αγορές μέσα σε έναν ημερολογιακό μήνα (μόνο μέσω του "
        "καναλιού «web»)",
    ),
    (
        "with_this(metric.visits) >= 3",
        "when the number of your purchases within 30 days, this purchase included, is at least 3",
        "όταν ο αριθμός των αγορών σας σε διάστημα 30 ημερών, μαζί με αυτή την αγορά, "
        "είναι τουλάχιστον 3",
    ),
    (
        'lines.exists(x, x.brand == "acme")',
        "when you buy goods of the brand “acme”",
        "όταν αγοράζετε είδη της μάρκας «acme»",
    ),
    (
        'lines.filter(x, "new" in x.tags).map(x, x.amount).sum() >= 20',
        "when what you pay for goods marked “new” is at least €20",
        "όταν το ποσό που πληρώνετε για είδη με σήμανση «new» είναι τουλάχιστον 20 €",
    ),
    (
        'channel == "web" || basket.amount >= 50',
        "through the channel “web” or on purchases of €50 or more",
        "μέσω του καναλιού «web» ή σε αγορές από 50 € και πάνω",
    ),
    (
        'member.city == "athens"',
        "when “city” is “athens”",
        "όταν «city» είναι «athens»",
    ),
]
PARTS = """\
attributes: {member: {vip: boolean, age: integer, city: text}}
metrics:
  visits: {count: true, over: rolling 30 days}
  paid: {count: true, when: basket.amount > 0, over: rolling 1 month}
  used: {count: true, on: redemption}
  web: {count: true, when: channel == "web", over: calendar month}
  weeks: {streak: week}
  coffees:
    sum: 'lines.filter(l, l.category == "coffee").map(l, l.amount).sum()'
tiers: {status: {by: visits, levels: {basic: 0, silver: 5, gold: 9}}}
"""


@pytest.mark.parametrize(("condition", "english", "greek"), CONDITIONS)
def test_conditions(condition: str, english: str, greek: str) -> None:
    text = POINTS + PARTS + f"rules:\n  a:\n    when: |-\n      {condition}\n"
    text += "    then: {earn: {points: 2}}\n"
    for locale, said, core in (
        ("en", english, "you earn 2 points for each purchase"),
        ("el", greek, "σας πιστώνονται 2 πόντοι για κάθε αγορά"),
    ):
        explanation = told(text, locale)
        assert explanation.unsaid == ()
        assert explanation.sentences[0] == f"{said[0].upper()}{said[1:]}, {core}."


EFFECTS = [
    ("earn: {points: 5 %}", "You are credited 5% of what you spend (points)."),
    ("earn: {points: 1}", "You earn 1 point for each purchase."),
    ("earn: {points: 'per(spent, 20) * 3'}", "You earn 3 points for every full €20 you spend in "
     "one purchase."),
    ("earn: {points: basket.quantity}", "You earn 1 point for each item."),
    ("earn: {points: {units: 2 per 1.00, kind: bonus}}", "You earn 2 points for every €1 you spend "
     "on top."),
    ("earn: {points: {units: 10, expires: {after: 30 days}}}", "You earn 10 points for each "
     "purchase (points will expire 30 days after the day of earning)."),
    ("multiply: {points: 2}", "You earn twice as many points."),
    ("multiply: {points: 1.5}", "You earn 1.5 times as many points."),
    ("discount: {percent: 12.5, maximum: 50}", "You get 12.5% off (at most €50 off a purchase)."),
    ("discount: {amount: 2.50}", "You get €2.50 off."),
    ("discount: {price: 9.99}", "Each item costs €9.99."),
    ("issue: mug", "You receive: a mug."),
    ("issue: card", "You receive: a gift card of €25."),
    ("{earn: {points: 1}, issue: mug}", "You earn 1 point for each purchase and you receive: "
     "a mug."),
]  # fmt: skip


@pytest.mark.parametrize(("effect", "said"), EFFECTS)
def test_effects(effect: str, said: str) -> None:
    then = effect if effect.startswith("{") else f"{{{effect}}}"
    text = POINTS + f"rules: {{a: {{then: {then}}}}}\n"
    text += "rewards: {mug: {title: a mug, gives: {item: A mug}}, card: {gives: {gift-card: 25}}}\n"
    explanation = told(text)
    assert explanation.sentences[0] == said
    assert explanation.unsaid == ()


def test_dates_and_limits() -> None:
    text = POINTS + (
        "rules: {a: {from: 2026-02-01, until: 2026-03-01, then: {earn: {points: 1}},"
        " limits: [{times: 1, per: day}, {units: 500, per: ever}]}}\n"
    )
    assert told(text).sentences[0] == (
        "From February 1, 2026 to February 28, 2026, you earn 1 point for each purchase "
        "(at most 1 time a day; at most 500 points in all)."
    )
    assert told(text, "el").sentences[0] == (
        "Από 1 Φεβρουαρίου 2026 έως και 28 Φεβρουαρίου 2026, σας πιστώνεται 1 πόντος για κάθε "
        "αγορά (έως 1 φορά την ημέρα· έως 500 πόντοι συνολικά)."
    )


def test_budgets_and_stock() -> None:
    text = POINTS + (
        "groups: {g: {budget: {units: 9000, per: month}}}\n"
        "rules:\n"
        "  a: {group: g, then: {earn: {points: 1}}, limits: {times: 1, per: day},\n"
        "      budget: [{times: 1}, {units: 500, per: week}]}\n"
        "  b: {group: g, then: {issue: mug}, budget: {times: 40}}\n"
        "rewards: {mug: {price: {points: 50}, stock: 1200, lasts: 30 days,\n"
        "                title: {en: a mug, el: μια κούπα}, gives: {item: A mug}}}\n"
    )
    assert told(text).sentences[:4] == (
        "You earn 1 point for each purchase (at most 1 time a day; for all customers together, "
        "at most 1 time in all and at most 500 points a week).",
        "You receive: a mug (there are only 1,200; for all customers together, at most 40 times "
        "in all).",
        "All of these together: “a” and “b” (for all customers together, at most 9,000 points a "
        "month).",
        "For 50 points you can have: a mug (there are only 1,200; valid for 30 days).",
    )
    assert told(text, "el").sentences[:4] == (
        "Σας πιστώνεται 1 πόντος για κάθε αγορά (έως 1 φορά την ημέρα· για όλους τους πελάτες "
        "μαζί, έως 1 φορά συνολικά και έως 500 πόντοι την εβδομάδα).",
        "Λαμβάνετε: μια κούπα (διατίθενται μόνο 1.200· για όλους τους πελάτες μαζί, έως 40 φορές "
        "συνολικά).",
        "Για όλα αυτά μαζί: «a» και «b» (για όλους τους πελάτες μαζί, έως 9.000 πόντοι τον μήνα).",
        "Χρειάζονται 50 πόντοι για: μια κούπα (διατίθενται μόνο 1.200· ισχύει για διάστημα 30 "
        "ημερών).",
    )
    one = text.replace("stock: 1200", "stock: 1")
    assert "(there is only 1; valid for 30 days)" in " ".join(told(one).sentences)
    assert "(διατίθεται μόνο 1· ισχύει" in " ".join(told(one, "el").sentences)
    # 2 effects, 1 limit, 4 budgets; a price, a stock and how long it lasts; a worth.
    assert told(text).simplicity.things == 11


def test_rounding_is_told_where_it_matters() -> None:
    rounded = "Fractions of points are dropped."
    assert rounded in told(POINTS + "rules: {a: {then: {earn: {points: 5 %}}}}\n").sentences
    assert rounded not in told(POINTS + "rules: {a: {then: {earn: {points: 5}}}}\n").sentences


def test_discounts_that_can_meet_are_told_to_follow_each_other() -> None:
    after = "Several discounts are taken one after another, each off what is left."
    two = HEAD + (
        "rules: {a: {when: basket.amount >= 5, then: {discount: {percent: 5}}},"
        " b: {when: basket.amount >= 9, then: {discount: {percent: 6}}}}\n"
    )
    assert after in told(two).sentences
    assert after not in told(two.replace("basket.amount >= 5", "basket.amount < 9")).sentences


OWN_TERMS = (
    POINTS
    + """\
rules:
  double:
    title: {en: Double points}
    terms: {en: 'Points count twice.', el: Οι πόντοι μετράνε διπλά.}
    then: {multiply: {points: 2}}
"""
)


def test_terms_of_its_own_replace_the_sentence_of_a_rule() -> None:
    assert told(OWN_TERMS).sentences[0] == "Points count twice."
    assert told(OWN_TERMS, "el-GR").sentences[0] == "Οι πόντοι μετράνε διπλά."
    english_only = OWN_TERMS.replace(", el: Οι πόντοι μετράνε διπλά.", "")
    greek = "Η πίστωσή σας διπλασιάζεται (πόντοι)."
    assert told(english_only, "el").sentences[0] == greek


def test_what_has_no_plain_words_is_reported_and_named() -> None:
    complicated = POINTS + (
        "rules:\n"
        "  odd:\n"
        "    title: {en: The odd one, el: Το παράξενο}\n"
        "    then: {earn: {points: 'spent > 50 ? 3 : 2'}}\n"
        "  plain: {then: {earn: {points: 1}}}\n"
    )
    explanation = told(complicated)
    assert explanation.unsaid == (Unsaid(("rules", "odd"), "The odd one"),)
    assert explanation.sentences[:2] == (
        "“The odd one”: see the full terms.",
        "You earn 1 point for each purchase.",
    )
    assert told(complicated, "el").sentences[0] == "«Το παράξενο»: δείτε τους πλήρεις όρους."


CARDS = """\
exclusions: {cards: {title: {en: Cards, el: Οι κάρτες}, lines: l.category == "card"}}
"""
OFF = "rules: {a: {then: {discount: {percent: 5}}}}\n"
EARN = "rules: {a: {then: {earn: {points: 1 per 1.00}}}}\n"
SPENT = "metrics: {spent: {sum: spent, over: calendar year}}\n"
EXCLUDED = [
    (HEAD + OFF, "Cards are never discounted."),
    (HEAD + SPENT + OFF, "Cards do not count and are never discounted."),
    (HEAD + "currencies: {points: {}}\n" + EARN, "Cards do not count."),
    (POINTS + EARN, "Cards do not count and cannot be paid for with points."),
    (POINTS + EARN + "settings: {spend-as: tender}\n", "Cards do not count."),
    (POINTS + EARN.replace("{earn", "{discount: {percent: 5}, earn"),
     "Cards do not count, are never discounted, and cannot be paid for with points."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), EXCLUDED)
def test_what_is_left_out_is_told_as_far_as_it_matters(text: str, said: str) -> None:
    cards = [sentence for sentence in told(text + CARDS).sentences if sentence.startswith("Cards")]
    assert cards == [said]


def test_what_is_left_out_of_nothing_is_not_told() -> None:
    never = CARDS.replace('"card"}', '"card", never: discount}')
    told_ = told(HEAD + "currencies: {points: {}}\n" + EARN + never)
    assert not [sentence for sentence in told_.sentences if sentence.startswith("Cards")]
    assert told_.unsaid == ()


def test_cards_in_greek_cannot_be_paid_from_the_balance() -> None:
    greek = "Οι κάρτες δεν μετρούν και δεν πληρώνονται από το υπόλοιπό σας (πόντοι)."
    assert greek in told(POINTS + EARN + CARDS, "el").sentences


@pytest.mark.parametrize(
    ("value", "english", "greek"),
    [
        ("0.01", "100 points are worth €1", "100 πόντοι αξίζουν 1 €"),
        ("0.03", "1 point is worth €0.03", "1 πόντος αξίζει 0,03 €"),
        ("0.005", "200 points are worth €1", "200 πόντοι αξίζουν 1 €"),
        ("1", "1 point is worth €1", "1 πόντος αξίζει 1 €"),
        ("2.50", "1 point is worth €2.50", "1 πόντος αξίζει 2,50 €"),
    ],
)
def test_what_units_are_worth(value: str, english: str, greek: str) -> None:
    text = POINTS.replace("0.01", value) + EARN
    assert f"{english} when you pay." in told(text).sentences
    assert f"{greek} όταν πληρώνετε." in told(text, "el").sentences


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", "On purchases of more than CZK 50, you get 5% off."),
        ("en-GB", "On purchases of more than CZK 50, you get 5% off."),
        ("el", "Σε αγορές άνω των 50 CZK, έχετε έκπτωση 5%."),
    ],
)
def test_a_code_stands_apart_from_its_number(locale: str, said: str) -> None:
    text = HEAD.replace("EUR", "CZK") + OFF.replace("then", "when: basket.amount > 50, then", 1)
    assert told(text, locale).sentences == (said,)


LADDER = (
    HEAD
    + OFF
    + """metrics:
  spent: {sum: spent}
  visits: {count: true, when: basket.amount > 0, over: rolling 1 month}
tiers:
  step:
    levels:
      one: {all: {spent: 100, visits: 1}}
      two: {all: {visits: 1, spent: 200}}
    holds: 1 month
"""
)


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", "It then stays for another 2 months, in which you can still qualify for it."),
        ("el", "Μετά παραμένει για επιπλέον διάστημα 2 μηνών, ώστε να προλάβετε να καλύψετε πάλι "
         "τις προϋποθέσεις."),
        ("hy", "Դրանից հետո այն մնում է ևս 2 ամսվա ընթացքում, երբ դեռ կարող եք կատարել դրա "
         "պայմանները։"),
        ("ru", "Затем он остаётся у вас ещё 2 месяца: за это время можно снова выполнить его "
         "условия."),
    ],
)  # fmt: skip
def test_a_grace_is_told_behind_the_hold(locale: str, said: str) -> None:
    plain, graced = (
        told(text, locale).sentences
        for text in (
            LADDER,
            LADDER.replace("holds: 1 month", "holds: 1 month\n    grace: 2 months"),
        )
    )
    assert [each for each in graced if each not in plain] == [said]
    assert graced.index(said) == len(plain) - 1


@pytest.mark.parametrize(
    ("locale", "earning", "spending"),
    [
        ("en", "The last day on which you earn anything is May 31, 2026.",
         "The last day on which you can use what you have is August 31, 2026; after it everything "
         "ends."),
        ("el", "Τελευταία ημέρα συλλογής: 31 Μαΐου 2026.",
         "Τελευταία ημέρα χρήσης όσων έχετε: 31 Αυγούστου 2026· μετά λήγουν όλα."),
        ("hy", "Կուտակելու վերջին օրը՝ 31 մայիսի, 2026 թ.։",
         "Ունեցածն օգտագործելու վերջին օրը՝ 31 օգոստոսի, 2026 թ., իսկ դրանից հետո ամեն ինչ "
         "ավարտվում է։"),
        ("ru", "Последний день накопления: 31 мая 2026 г.",
         "Последний день, когда можно использовать накопленное: 31 августа 2026 г.; затем всё "
         "сгорает."),
    ],
)  # fmt: skip
def test_the_end_of_a_programme_is_told_first(locale: str, earning: str, spending: str) -> None:
    text = LADDER.replace("money:", "earn-until: 2026-06-01\nspend-until: 2026-09-01\nmoney:")
    assert told(text, locale).sentences[:2] == (earning, spending)


ROLLED = "What you have beyond the level that you reached counts towards the next period"


def test_a_rollover_is_told_of_the_metrics_that_have_it() -> None:
    rolling = LADDER.replace("over: rolling 1 month", "over: calendar year, rollover: true")
    titled = rolling.replace("visits: {", "visits: {title: Visits, ")
    assert f"{ROLLED}: “Visits”." in told(titled).sentences
    alone = rolling.replace("spent: 100, ", "").replace(", spent: 200", "")
    assert f"{ROLLED}." in told(alone).sentences
    said = "То, что превышает достигнутый уровень, учитывается в следующем периоде."
    assert said in told(alone, "ru").sentences


EACH = "You reach any of these only if you have bought something within the last month."


def test_what_all_levels_ask_for_is_told_once() -> None:
    sentences = told(LADDER).sentences
    assert sentences[2:5] == (
        "You reach level “one” once your spending so far has reached €100.",
        "You reach level “two” once your spending so far has reached €200.",
        EACH,
    )
    assert (
        "Σε οποιοδήποτε από αυτά φτάνετε μόνο εφόσον έχετε αγοράσει κάτι τον τελευταίο μήνα."
        in told(LADDER, "el").sentences
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("two: {all: {visits: 1", "two: {all: {visits: 2",
         "You reach level “two” once you have made 2 purchases within 1 month and "
         "once your spending so far has reached €200."),
        ("one: {all: {spent: 100, visits: 1}}", "one: {all: {visits: 1}}",
         "You reach level “one” if you have bought something within the last month."),
    ],
)  # fmt: skip
def test_what_levels_ask_for_differently_is_told_of_each(old: str, new: str, said: str) -> None:
    assert LADDER.count(old) == 1
    sentences = told(LADDER.replace(old, new)).sentences
    assert said in sentences
    assert EACH not in sentences


def test_a_benefit_is_told_by_its_title() -> None:
    brings = LADDER.replace("visits: 1}}", "visits: 1}, benefits: [free-lift, lounge]}", 1)
    declared = (
        "benefits: {lounge: {title: {en: our lounge, el: το σαλόνι μας}}, "
        "free-lift: {title: {en: a free lift, el: δωρεάν μεταφορά}}}\n"
    )
    english = "Level “one” brings you: a free lift and our lounge."
    assert english in told(brings + declared).sentences
    greek = "Το επίπεδο «one» σας προσφέρει: δωρεάν μεταφορά και το σαλόνι μας."
    assert greek in told(brings + declared, "el").sentences
    assert "Level “one” brings you: free lift and lounge." in told(brings).sentences


def test_a_choice_of_goods_stands_next_to_what_it_earns() -> None:
    text = POINTS + EARN.replace("then", "lines: l.amount > 5, when: basket.amount > 9, then", 1)
    assert told(text).sentences[0] == (
        "On purchases of more than €9, on goods for more than €5, "
        "you earn 1 point for every €1 you spend."
    )


def test_no_programme_is_told_as_well() -> None:
    assert told(HEAD).reading == "Easy: nothing to remember."
    assert told(HEAD, "el").reading == "Εύκολο: δεν χρειάζεται να θυμάστε τίποτα."
    assert told(HEAD).sentences == (
        "There is nothing to join and nothing to collect: "
        "everyone has the same advantages from the first visit on.",
    )


@pytest.mark.parametrize("locale", ["fr", "xx-yy", "", "English"])
def test_a_language_without_phrases_is_refused(locale: str) -> None:
    with pytest.raises(NoPhrases, match="there are for: el, en, hy, ru"):
        told(HEAD, locale)


def test_a_region_formats_numbers_its_own_way() -> None:
    assert told(DISCOUNT_THRESHOLD, "en-IE").sentences == told(DISCOUNT_THRESHOLD).sentences
    assert "1 January 2017" in told(DEPARTMENT, "en-GB").sentences[0]


# ---- simplicity ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "grade", "riddles"),
    [
        *((text, "fair" if name == "department-points" else "plain", 0)
          for name, text in PLAIN.items()),
        (THREE_PER_HUNDRED, "hard", 3),
        (FOURTEEN_POINTS, "hard", 2),
        (THREE_PER_HUNDRED.replace("3 per 100", "1 per 1.00"), "hard", 2),
        (POINTS + "rules: {a: {then: {earn: {points: 3 per 100}}}}\n", "fair", 1),
    ],
)  # fmt: skip
def test_simplicity(text: str, grade: str, riddles: int) -> None:
    read = programme(text)
    measured = simplicity(read, analyse(read))
    assert measured.grade == grade
    assert len(measured.riddles) == riddles


def test_many_things_are_a_riddle() -> None:
    rules = "".join(f"  r{n}: {{then: {{discount: {{percent: {n}}}}}}}\n" for n in range(1, 27))
    read = programme(HEAD + "rules:\n" + rules)
    assert [riddle.path for riddle in simplicity(read, analyse(read)).riddles] == [("rules",)]


# ---- every language ------------------------------------------------------------------------------


def holes(phrase: Phrase) -> list[set[str]]:
    forms = (phrase,) if isinstance(phrase, str) else phrase
    return [{name for _, name, _, _ in Formatter().parse(form) if name} for form in forms]


@pytest.mark.parametrize("language", languages())
def test_a_language_says_all_that_english_says(language: str) -> None:
    english, other = phrases("en"), phrases(language)
    assert set(other) == set(english)
    forms = len({*Locale.parse(language).plural_form.tags, "other"})
    for key, phrase in other.items():
        # Where nothing agrees with the number, one form is enough.
        assert isinstance(phrase, str) or not isinstance(english[key], str), key
        assert isinstance(phrase, str) or len(phrase) == forms, key
        assert set.union(*holes(phrase)) == set.union(*holes(english[key])), key


LETTERS = {"el": "[α-ωά-ώ]", "en": "[a-z]", "hy": "[ա-և]", "ru": "[а-яё]"}


@pytest.mark.parametrize("language", languages())
def test_no_phrase_of_another_alphabet_is_left(language: str) -> None:
    letters = re.compile(LETTERS[language])
    others = re.compile("|".join(found for key, found in LETTERS.items() if key != language), re.I)
    silent = {"quoted", "sentence", "with-conditions", "with-remarks", "between-conditions",
              "between-remarks", "left-out", "entry-earned", "entry-of-event",
              "cell-rate", "cell-no", "metric-of", "reason-earned-formula",
              "reason-seen"}  # fmt: skip
    for key, phrase in phrases(language).items():
        if key in ("month-form", "name-form"):  # settings, which nobody reads
            continue
        for form in (phrase,) if isinstance(phrase, str) else phrase:
            words = re.sub(r"\{\w+\}", "", form)
            assert key in silent or letters.search(words), key
            assert not others.search(words), key


def test_no_two_subjects_say_the_same() -> None:
    subjects = [found.name for found in iter_modules(words.__path__)]
    said = [key for subject in subjects
            for key in import_module(f"{words.__name__}.{subject}.en").PHRASES]  # fmt: skip
    assert len(subjects) > 1
    assert sorted(said) == sorted(phrases("en"))


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("locale", languages())
def test_any_programme_can_be_told(seed: int, locale: str) -> None:
    read = random_programme(seed)
    explanation = explain(read, analyse(read), locale)
    assert explanation.sentences
    for sentence in explanation.sentences:
        assert sentence[0] == sentence[0].upper()
        assert not re.search(r"[{}]|  |\(\)|, ,|\.\.| ,", sentence), sentence
    told_parts = {unsaid.path[0] for unsaid in explanation.unsaid}
    assert told_parts <= {"rules", "exclusions", "tiers", "rewards", "currencies"}


def test_both_ends_of_units_and_the_time_for_returns_are_told() -> None:
    text = HEAD + (
        "returns: {within: 30 days}\n"
        "currencies:\n  points:\n    title: {en: [point, points]}\n"
        "    value: 0.01\n    pending: return-window\n"
        "    expires: {inactive: 6 months, after: 3 years}\n"
        "rules: {a: {then: {earn: {points: 1 per 1.00}}}}\n"
    )
    assert told(text).sentences[-5:] == (
        "100 points are worth €1 when you pay.",
        "Points can be used 30 days after the day of earning.",
        "Points will expire when you earn none for 6 months.",
        "Even so, points will expire 36 months after the day of earning at the latest.",
        "What you buy can be returned within 30 days.",
    )
    for language in languages():
        assert len(told(text, language).sentences) == len(told(text).sentences)
