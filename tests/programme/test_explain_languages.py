"""Armenian and Russian: whole programmes as they are told, plurals, and what is left of others."""

import re
from pathlib import Path

import pytest

from tests.programme.small import HEAD, POINTS, programme
from tests.programme.test_explain import CONDITIONS, EFFECTS, PARTS, told
from xenia.programme.explain import Explanation, explain
from xenia.programme.formulas import analyse
from xenia.services.files import read_programme

FOLDER = Path(__file__).parents[2] / "programmes"
BLANK = "\N{NO-BREAK SPACE}"


def catalogue(name: str, locale: str) -> Explanation:
    found = read_programme(FOLDER / f"{name}.yaml").programme
    assert found is not None
    return explain(found, analyse(found), locale)


GOLDEN = {
    ("department-points", "hy"): """\
Հանրախանութի միավորներ
Ծախսած ամեն 1 $-ի համար ստանում եք 1 միավոր՝ խանութում և համացանցում, ինչպես էլ վճարեք։
Կոսմետիկայի և օծանելիքի համար ստանում եք 2 միավոր՝ 1-ի փոխարեն։
Մեր հատուկ ցանկի ապրանքների համար ստանում եք 3 միավոր՝ 1-ի կամ 2-ի փոխարեն։
Երբ օրացուցային տարվա ընթացքում ծախսած լինեք 3500 $, հաջորդ պատվերից մինչև այդ տարվա վերջը \
ցանկացած ապրանքի վրա ծախսած ամեն 1 $-ի համար կստանաք 4 միավոր։
Ձեր գնած նվեր քարտերը՝ հաշվարկից դուրս։
Կա 2 մակարդակ՝ «Անդամ» և «Լավագույն անդամ»։
«Լավագույն անդամ» մակարդակին հասնում եք, եթե օրացուցային տարվա ընթացքում Ձեր գնումների գումարը \
առնվազն 3 500 $ է։
«Լավագույն անդամ» մակարդակը Ձեզ տալիս է՝ անվճար առաքում։
Մակարդակը գործում է մինչև այն տարվա վերջը, երբ հասել եք դրան։
Եթե այդ ժամանակ պայմաններն այլևս կատարված չեն, անցնում եք այն մակարդակին, որի պայմանները \
կատարում եք։
Ամեն անգամ, երբ հավաքվում է 5 000 միավոր, ինքնաբերաբար ստանում եք՝ 25 դոլարի նվեր քարտ \
(գործում է 12 ամսվա ընթացքում)։
Միավորներ՝ ուժի մեջ մինչև վաստակելու տարվա վերջը և ևս 1 տարի։
Հարկը Ձեր ծախսած գումարի մեջ չի հաշվվում։
Պետք է ուշադիր կարդալ․ հիշելու 17 բան կա։
Պետք է հիշել՝ 4 առավելություն, 7 պայման, մակարդակների 2 պայման, 1 բացառություն, \
կուտակման 1 պայման և պարգևների 2 պայման։
""",
    ("department-points", "ru"): """\
Баллы универмага
Вам начисляется 1 балл за каждый потраченный доллар — в магазине и в интернете, как бы вы ни \
платили.
За косметику и парфюмерию вам начисляется 2 балла вместо 1.
За товары нашего особого списка вам начисляется 3 балла вместо 1 или 2.
Когда за календарный год вы потратите 3500 $, со следующего заказа и до конца этого года вам \
будет начисляться 4 балла за каждый доллар, потраченный на что угодно.
Купленные вами подарочные карты: не в счёт.
Уровней всего 2: «Участник» и «Лучший участник».
Вы достигаете уровня «Лучший участник», если сумма ваших покупок за календарный год — как \
минимум 3 500 $.
Привилегии уровня «Лучший участник»: бесплатная доставка.
Уровень действует до конца года, в котором вы его достигли.
Если тогда условия больше не выполнены, вы переходите на тот уровень, условия которого выполняете.
Каждый раз, когда накапливается 5 000 баллов, вам автоматически выдаётся награда: подарочная \
карта на 25 долларов (действует 12 месяцев).
Срок действия баллов: до конца года начисления и ещё 1 год.
Налог не входит в сумму ваших трат.
Нужно вчитаться: запомнить придётся 17 вещей.
Из чего это складывается: 4 выгоды, 7 условий, 2 условия уровней, 1 исключение, \
1 условие накопления и 2 условия наград.
""",
    ("discount-cumulative", "hy"): """\
Որքան երկար մեզ հետ
«5%» մակարդակում՝ ստանում եք 5% զեղչ։
«7%» մակարդակում՝ ստանում եք 7% զեղչ։
«10%» մակարդակում՝ ստանում եք 10% զեղչ։
Ձեր գնած նվեր քարտերը՝ հաշվարկից դուրս և առանց զեղչի։
Կա 3 մակարդակ՝ «5%», «7%» և «10%»։
«5%» մակարդակին հասնում եք, եթե մինչ օրս Ձեր գնումների գումարը առնվազն 10 000 CZK է։
«7%» մակարդակին հասնում եք, եթե մինչ օրս Ձեր գնումների գումարը առնվազն 20 000 CZK է։
«10%» մակարդակին հասնում եք, եթե մինչ օրս Ձեր գնումների գումարը առնվազն 50 000 CZK է։
Դրանցից որևէ մեկին հասնում եք միայն այն դեպքում, եթե վերջին 1 ամսվա ընթացքում որևէ բան գնել եք։
Մակարդակը գործում է 1 ամսվա ընթացքում՝ սկսած այն օրվանից, երբ վերջին անգամ կատարել եք դրա \
պայմանները։
Եթե այդ ժամանակ պայմաններն այլևս կատարված չեն, իջնում եք մեկ մակարդակով։
Պետք է ուշադիր կարդալ․ հիշելու 14 բան կա։
Պետք է հիշել՝ 3 առավելություն, 3 պայման, մակարդակների 7 պայման և 1 բացառություն։
""",
    ("discount-cumulative", "ru"): """\
Чем дольше с нами
На уровне «5 %»: вы получаете скидку 5 %.
На уровне «7 %»: вы получаете скидку 7 %.
На уровне «10 %»: вы получаете скидку 10 %.
Купленные вами подарочные карты: не в счёт и без скидок.
Уровней всего 3: «5 %», «7 %» и «10 %».
Вы достигаете уровня «5 %», если сумма ваших покупок за всё время — как минимум 10 000 CZK.
Вы достигаете уровня «7 %», если сумма ваших покупок за всё время — как минимум 20 000 CZK.
Вы достигаете уровня «10 %», если сумма ваших покупок за всё время — как минимум 50 000 CZK.
Любого из этих уровней вы достигаете только в том случае, если за последний 1 месяц вы \
что-нибудь купили.
Уровень действует 1 месяц со дня, когда вы в последний раз выполнили его условия.
Если тогда условия больше не выполнены, вы опускаетесь на один уровень.
Нужно вчитаться: запомнить придётся 14 вещей.
Из чего это складывается: 3 выгоды, 3 условия, 7 условий уровней и 1 исключение.
""",
}


@pytest.mark.parametrize(("name", "locale"), GOLDEN)
def test_whole_programmes(name: str, locale: str) -> None:
    found = catalogue(name, locale)
    lines = (found.title, *found.sentences, found.reading, *found.reasons)
    assert [line.replace(BLANK, " ") for line in lines] == GOLDEN[name, locale].splitlines()


STARS = """\
currencies:
  stars:
    title: {en: [star, stars], hy: [աստղ, աստղ, աստղեր], ru: [звезда, звезды, звёзд, звезды]}
"""


@pytest.mark.parametrize(
    ("units", "hy", "ru"),
    [
        ("1", "1 աստղ", "1 звезда"),
        ("2", "2 աստղ", "2 звезды"),
        ("5", "5 աստղ", "5 звёзд"),
        ("11", "11 աստղ", "11 звёзд"),
        ("21", "21 աստղ", "21 звезда"),
        ("22", "22 աստղ", "22 звезды"),
        ("1.5", "1,5 աստղ", "1,5 звезды"),
    ],
)
def test_units_have_the_plural_of_their_number(units: str, hy: str, ru: str) -> None:
    stars = STARS.replace("]}\n", "]}\n    decimals: 1\n")
    text = HEAD + stars + f"rules: {{a: {{then: {{earn: {{stars: '{units}'}}}}}}}}\n"
    assert told(text, "hy").sentences[0] == f"Յուրաքանչյուր գնման համար ստանում եք {hy}։"
    assert told(text, "ru").sentences[0] == f"Вам начисляется {ru} за каждую покупку."


def test_a_currency_without_a_number_has_a_form_that_fits() -> None:
    text = HEAD + STARS + "rules: {a: {then: {multiply: {stars: 2}, earn: {stars: 1}}}}\n"
    assert "Աստղեր՝ առանց ժամկետի սահմանափակման։" in told(text, "hy").sentences
    assert "Срок действия звёзд не ограничен." in told(text, "ru").sentences


@pytest.mark.parametrize(
    ("count", "reading"),
    [
        (1, "Просто: запомнить нужно 1 вещь."),
        (2, "Просто: запомнить нужно 2 вещи."),
        (5, "Просто: запомнить нужно 5 вещей."),
        (21, "Нужно вчитаться: запомнить придётся 21 вещь."),
    ],
)
def test_how_plain_it_is_agrees_with_its_number(count: int, reading: str) -> None:
    rules = "".join(f"  r{n}: {{then: {{discount: {{percent: 1}}}}}}\n" for n in range(count))
    assert told(HEAD + "rules:\n" + rules, "ru").reading == reading


def test_texts_that_lack_a_language_keep_the_plural_of_the_one_they_are_in() -> None:
    english = HEAD + "currencies: {stars: {title: {en: [star, stars]}}}\n"
    text = english + "rules: {a: {then: {earn: {stars: '21'}}}}\n"
    assert told(text, "ru").sentences[0] == "Вам начисляется 21 stars за каждую покупку."
    greek = text.replace("{en: [star, stars]}", "{el: [αστέρι, αστέρια]}")
    assert told(greek, "hy").sentences[0] == "Յուրաքանչյուր գնման համար ստանում եք 21 αστέρια։"


@pytest.mark.parametrize("locale", ["hy", "ru"])
@pytest.mark.parametrize("condition", [condition for condition, _, _ in CONDITIONS])
def test_conditions_have_words(locale: str, condition: str) -> None:
    text = POINTS + PARTS + f"rules:\n  a:\n    when: |-\n      {condition}\n"
    explanation = told(text + "    then: {earn: {points: 2}}\n", locale)
    assert explanation.unsaid == ()
    plain = re.sub("«[^»]*»", "", explanation.sentences[0])
    assert set(re.findall("[a-z]{2,}", plain)) <= {"points"}, plain


@pytest.mark.parametrize("locale", ["hy", "ru"])
@pytest.mark.parametrize("effect", [effect for effect, _ in EFFECTS])
def test_effects_have_words(locale: str, effect: str) -> None:
    then = effect if effect.startswith("{") else f"{{{effect}}}"
    text = POINTS + f"rules: {{a: {{then: {then}}}}}\n"
    text += "rewards: {mug: {title: Mug, gives: {item: Mug}}, card: {gives: {gift-card: 25}}}\n"
    explanation = told(text, locale)
    assert explanation.unsaid == ()
    left = re.findall("[A-Za-z]{2,}", explanation.sentences[0])
    assert {word.lower() for word in left} <= {"mug", "point", "points"}


def test_a_date_at_the_end_of_a_sentence_brings_one_full_stop() -> None:
    text = programme(HEAD + "from: 2026-02-01\nrules: {a: {then: {discount: {percent: 5}}}}\n")
    said = explain(text, analyse(text), "ru").sentences[0]
    assert said.replace(BLANK, " ") == "Программа действует с 1 февраля 2026 г."


# ---- levels side by side, and why a programme reads as it does -----------------------------------

LADDER = (
    POINTS
    + """\
metrics:
  visits: {count: true, over: calendar year}
  spent: {sum: spent, over: calendar year}
tiers:
  status:
    title: {en: Status, ru: Статус}
    levels:
      basic: {title: {en: Basic, ru: Базовый}}
      silver: {title: {en: Silver, ru: Серебро}, any: {visits: 5, spent: 100}, benefits: [lounge]}
      gold: {title: {en: Gold, ru: Золото}, all: {spent: 500}, benefits: [lounge, lift]}
benefits: {lounge: {title: {en: our lounge, ru: наш зал}}, lift: {title: {en: a lift, ru: лифт}}}
rules:
  base: {title: {en: Points, ru: Баллы}, then: {earn: {points: 1 per 1.00}}}
  more: {title: {en: More, ru: Больше}, when: tier.status == "silver",
         then: {multiply: {points: 1.5}}}
  most: {title: {en: Most, ru: Ещё больше}, when: 'at_least(tier.status, "gold")',
         then: {multiply: {points: 2}, discount: {percent: 5}}}
  below: {title: {en: Gift, ru: Подарок}, when: 'tier.status != "gold" && basket.amount > 50',
          then: {earn: {points: {units: '10 * 2', kind: bonus}}}}
"""
)


def test_levels_stand_side_by_side() -> None:
    (table,) = told(LADDER).tables
    assert (table.tier, table.title) == ("status", "Status")
    assert table.levels == (("basic", "Basic"), ("silver", "Silver"), ("gold", "Gold"))
    assert [(row.what, row.id, row.title, row.cells) for row in table.rows] == [
        ("threshold", "visits", "The number of your purchases in a calendar year",
         ("–", "5", "–")),
        ("threshold", "spent", "Your spending in a calendar year", ("–", "or €100", "€500")),
        ("rule", "base", "Points", ("1 point per €1",) * 3),
        ("rule", "more", "More", ("–", "× 1.5", "–")),
        ("rule", "most", "Most", ("–", "–", "× 2, 5% off")),
        ("rule", "below", "Gift", ("20 points", "20 points", "–")),
        ("benefit", "lounge", "our lounge", ("–", "yes", "yes")),
        ("benefit", "lift", "a lift", ("–", "–", "yes")),
    ]  # fmt: skip


def test_levels_stand_side_by_side_in_russian() -> None:
    (table,) = told(LADDER, "ru").tables
    assert table.title == "Статус"
    rows = {row.id: tuple(cell.replace(BLANK, " ") for cell in row.cells) for row in table.rows}
    assert rows["spent"] == ("–", "или 100 €", "500 €")
    assert rows["most"] == ("–", "–", "× 2, скидка 5 %")
    assert rows["lift"] == ("–", "–", "да")


def test_one_level_is_no_table() -> None:
    text = POINTS + "metrics: {a: {count: true}}\n" + "tiers: {t: {levels: {one: {any: {a: 5}}}}}\n"
    assert told(text + "rules: {a: {then: {earn: {points: 1}}}}\n").tables == ()


REASONS = {
    "en": (
        "To remember: 2 things that you get and 1 condition.",
        "Hard: what you buy now shows only in a later week, month or year.",
        "Hard: what you collect, and a percentage off that holds only at times, "
        "go by different rules.",
        "Hard: nothing says what points are worth.",
        "Hard: 3 points per €100 is a rate to puzzle over.",
    ),
    "el": (
        "Να θυμάστε: 2 παροχές και 1 προϋπόθεση.",
        "Δύσκολο: ό,τι αγοράζετε τώρα φαίνεται μόνο σε επόμενη εβδομάδα, μήνα ή έτος.",
        "Δύσκολο: όσα συλλέγετε και ένα ποσοστό έκπτωσης που δεν ισχύει πάντα "
        "ακολουθούν διαφορετικούς κανόνες.",
        "Δύσκολο: η αξία δεν αναφέρεται πουθενά (πόντοι).",
        "Δύσκολο: 3 πόντοι ανά 100 € είναι δύσκολος λογαριασμός.",
    ),
    "hy": (
        "Պետք է հիշել՝ 2 առավելություն և 1 պայման։",
        "Դժվար է․ ինչ գնում եք հիմա, երևում է միայն հաջորդ շաբաթ, ամսում կամ տարում։",
        "Դժվար է․ կուտակումը և ոչ միշտ գործող տոկոսային զեղչը տարբեր կանոններ ունեն։",
        "Դժվար է․ ոչ մի տեղ նշված չէ, թե որքան արժե կուտակածը (միավորներ)։",
        "Դժվար է․ յուրաքանչյուր 100 € ծախսելիս 3 միավոր՝ դժվար է հաշվել։",
    ),
    "ru": (
        "Из чего это складывается: 2 выгоды и 1 условие.",
        "Трудно: то, что вы покупаете сейчас, скажется только на следующей неделе, "
        "в следующем месяце или году.",
        "Трудно: накопление и процентная скидка, которая действует не всегда, "
        "подчиняются разным правилам.",
        "Трудно: нигде не сказано, какова ценность баллов.",
        "Трудно: расчёт «3 балла за 100 €» неудобен.",
    ),
}
BAD = (
    HEAD
    + """\
currencies:
  points:
    title: {en: [point, points], el: [πόντος, πόντοι], hy: [միավոր, միավոր, միավորներ],
            ru: [балл, балла, баллов, балла]}
metrics: {spent: {sum: spent, over: calendar month}}
rules:
  a: {then: {earn: {points: 3 per 100}}}
  b: {when: previous(metric.spent) >= 2000, then: {discount: {percent: 30}}}
"""
)


@pytest.mark.parametrize("locale", REASONS)
def test_the_reading_says_why(locale: str) -> None:
    said = told(BAD, locale).reasons
    assert tuple(reason.replace(BLANK, " ") for reason in said) == REASONS[locale]


@pytest.mark.parametrize("locale", REASONS)
def test_odd_worths_and_too_much_are_reasons_too(locale: str) -> None:
    rules = "".join(f"  r{n}: {{then: {{discount: {{percent: 1}}}}}}\n" for n in range(27))
    text = BAD[: BAD.index("metrics")].replace("points:\n", "points:\n    value: 0.037\n")
    read = programme(text + "rules:\n  a: {then: {earn: {points: 1 per 1.00}}}\n" + rules)
    found = explain(read, analyse(read), locale)
    assert [riddle.kind for riddle in found.simplicity.riddles] == ["odd-worth", "many"]
    assert len(found.reasons) == 3
    assert len(set(found.reasons)) == 3


def test_the_counts_are_the_things() -> None:
    found = told(LADDER).simplicity
    assert dict(found.counts) == {
        "effects": 5, "conditions": 4, "limits": 0, "levels": 3,
        "exclusions": 0, "currencies": 1, "rewards": 0,
    }  # fmt: skip
    assert found.things == 13


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", "If you bought something without saying who you are, you can claim the purchase "
               "within 30 days."),
        ("el", "Αν αγοράσατε κάτι χωρίς να πείτε ποιοι είστε, μπορείτε να ζητήσετε την αγορά "
               "εντός 30 ημερών."),
        ("hy", "Եթե գնել եք՝ առանց ասելու, թե ով եք, կարող եք 30 օրվա ընթացքում պահանջել, որ "
               "գնումը հաշվվի Ձեզ։"),
        ("ru", "Если вы купили что-то, не назвав себя, покупку можно заявить не позднее чем через "
               "30 дней."),
    ],
)  # fmt: skip
def test_until_when_a_purchase_can_be_claimed_is_told(locale: str, said: str) -> None:
    text = POINTS.replace("currencies:", "claims: {within: 30 days}\ncurrencies:")
    told_ = [sentence.replace(BLANK, " ") for sentence in told(text, locale).sentences]
    assert said.replace(BLANK, " ") in told_
