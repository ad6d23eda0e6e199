"""How programmes are told in Russian.

A currency is named in the genitive plural, which is its form for many (`5 баллов`), so that
programmes need give no other case; what is counted stands in the nominative.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final


def _each(phrase: str, *endings: str) -> tuple[str, ...]:
    """The phrase for one, few, many and fractions: `…` is what differs."""
    return tuple(phrase.replace("…", ending) for ending in endings)


_TIMES: Final = ("раз", "раза", "раз", "раза")
_DAYS: Final = ("{number} день", "{number} дня", "{number} дней", "{number} дня")
_WEEKS: Final = ("{number} неделю", "{number} недели", "{number} недель", "{number} недели")
_MONTHS: Final = ("{number} месяц", "{number} месяца", "{number} месяцев", "{number} месяца")
_YEARS: Final = ("{number} год", "{number} года", "{number} лет", "{number} года")
_LAST_DAYS: Final = tuple(
    f"последн{'ий' if one == 0 else 'ие'} {days}" for one, days in enumerate(_DAYS)
)
_LAST_MONTHS: Final = tuple(
    f"последн{'ий' if one == 0 else 'ие'} {months}" for one, months in enumerate(_MONTHS)
)
_BOUGHT: Final = ("покупку", "покупки", "покупок", "покупки")
_FEWER_BOUGHT: Final = ("покупки", "покупок", "покупок", "покупки")
_GOT: Final = ("награду", "награды", "наград", "награды")
_THINGS: Final = ("вещь", "вещи", "вещей", "вещи")
_TERMS: Final = ("условие", "условия", "условий", "условия")
_FEWER_GOT: Final = ("награды", "наград", "наград", "награды")

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    # sentences
    "quoted": "«{text}»",
    "sentence": "{text}.",
    "with-conditions": "{conditions}: {core}",
    "with-remarks": "{core} ({remarks})",
    "between-conditions": ", ",
    "between-remarks": "; ",
    "or": " или ",
    "beside": "«{title}»: смотрите полные условия",
    "nothing": "Вступать никуда не нужно и копить ничего не нужно: "
    "с первого визита у всех одинаковые преимущества",
    "month-form": "stand-alone",
    "name-form": "counted",
    # the programme
    "runs-from-to": "Программа действует с {first} по {last}",
    "runs-from": "Программа действует с {first}",
    "runs-to": "Программа действует по {last}",
    "enrolment-only": "Вы участвуете после того, как вступите в программу",
    "first-purchase": "Участником вас делает одна покупка на {amount} или больше",
    # what a rule gives
    "earn-per": "вам начисляется {units} за каждую потраченную сумму в {amount}",
    "earn-full": "вам начисляется {units} за каждую полную сумму в {amount} в одной покупке",
    "earn-percent": "вам начисляется {percent} от потраченной суммы в виде {currency}",
    "earn-each": "вам начисляется {units} за каждую покупку",
    "earn-once": "вам начисляется {units}",
    "earn-item": "вам начисляется {units} за каждую единицу товара",
    "bonus": "дополнительно {core}",
    "double": "вам начисляется вдвое больше {currency}",
    "multiply": "начисление {currency} умножается на {factor}",
    "discount-percent": "вы получаете скидку {percent}",
    "discount-amount": "вы получаете скидку {amount}",
    "discount-price": "каждая единица товара стоит {amount}",
    "discount-most": "скидка максимум {amount} на покупку",
    "issue": "ваша награда: {reward}",
    # limits
    "limit-times": _each("максимум {number} … {per}", *_TIMES),
    "limit-units": "максимум {units} {per}",
    "limit-amount": "скидка максимум {amount} {per}",
    "budget": "на всех покупателей вместе: {limits}",
    "stock": "всего в наличии: {number}",
    "per-purchase": "за покупку",
    "per-day": "в день",
    "per-week": "в неделю",
    "per-month": "в месяц",
    "per-year": "в год",
    "per-ever": "за всё время",
    # groups
    "group-best": "К покупке применяется только самое выгодное для вас из следующего: {rules}",
    "group-first": "К покупке применяется только первое подходящее из следующего: {rules}",
    "group-limits": "Для всего этого вместе: {rules} ({remarks})",
    "one-after-another": "Несколько скидок применяются одна за другой, каждая к оставшейся сумме",
    # when
    "on-enrolment": "при вступлении в программу",
    "on-profile": "при обновлении ваших данных",
    "on-redemption": "при получении награды",
    "dates-from-to": "с {first} по {last}",
    "dates-from": "с {first}",
    "dates-to": "по {last}",
    "dates-before": "до {last}",
    "dates-on": "в день {first}",
    "purchase-from": "при покупке на {value} и больше",
    "purchase-over": "при покупке больше чем на {value}",
    "purchase-below": "при покупке меньше чем на {value}",
    "purchase-to": "при покупке максимум на {value}",
    "purchase-between": "при покупке на {low} и больше, но меньше чем на {high}",
    "at-least": "если {noun} — как минимум {value}",
    "more-than": "если {noun} — больше чем {value}",
    "less-than": "если {noun} — меньше чем {value}",
    "at-most": "если {noun} — максимум {value}",
    "equal": "если {noun} — {value}",
    "not-equal": "если {noun} — не {value}",
    "was-at-least": "если {noun} — как минимум {value}",
    "was-more-than": "если {noun} — больше чем {value}",
    "was-less-than": "если {noun} — меньше чем {value}",
    "was-at-most": "если {noun} — максимум {value}",
    "was-equal": "если {noun} — {value}",
    "was-not-equal": "если {noun} — не {value}",
    "bought-within-days": _each("если за … вы что-нибудь купили", *_LAST_DAYS),
    "bought-within-months": _each("если за … вы что-нибудь купили", *_LAST_MONTHS),
    "not-bought-within-days": _each("если за … вы ничего не купили", *_LAST_DAYS),
    "not-bought-within-months": _each("если за … вы ничего не купили", *_LAST_MONTHS),
    "made-purchases": _each("если вы совершили {number} … {window}", *_BOUGHT),
    "not-made-purchases": _each("пока вы совершили меньше {number} … {window}", *_FEWER_BOUGHT),
    "made-redemptions": _each("если вы получили {number} … {window}", *_GOT),
    "not-made-redemptions": _each("пока вы получили меньше {number} … {window}", *_FEWER_GOT),
    "reached": "если {noun} — как минимум {value}",
    "not-reached": "пока {noun} — меньше чем {value}",
    "level-is": "на уровне {values}",
    "level-is-not": "если вы не на уровне {values}",
    "level-from": "на уровне {value} или выше",
    "level-below": "ниже уровня {value}",
    "level-none": "без уровня",
    "weekdays": "в эти дни недели: {values}",
    "months": "в эти месяцы: {values}",
    "hours": "с {first} до {last}",
    "days-of-month": "{values}-го числа месяца",
    "days-of-month-range": "с {first}-го по {last}-е число месяца",
    "birthday": "в ваш день рождения",
    "birthday-month": "в месяц вашего дня рождения",
    "known": "если нам известно следующее: {noun}",
    "marked": "если есть отметка {noun}",
    "not-marked": "если нет отметки {noun}",
    "channel-is": "через канал {values}",
    "channel-is-not": "через любой канал, кроме {values}",
    "location-is": "в магазине {values}",
    "location-is-not": "в любом магазине, кроме {values}",
    "location.region-is": "в регионе {values}",
    "location.region-is-not": "за пределами региона {values}",
    "location.owner-is": "в магазинах владельца {values}",
    "location.owner-is-not": "в любых магазинах, кроме магазинов владельца {values}",
    "location.partner-is": "у нашего партнёра {values}",
    "location.partner-is-not": "везде, кроме нашего партнёра {values}",
    "partner-is": "у нашего партнёра {values}",
    "partner-is-not": "везде, кроме нашего партнёра {values}",
    "payment.method-is": "при оплате {values}",
    "payment.method-is-not": "при любой оплате, кроме оплаты {values}",
    "reward-is": "если награда — {values}",
    "reward-is-not": "если награда — не {values}",
    "other-is": "если {noun} — {values}",
    "other-is-not": "если {noun} — не {values}",
    "pay-cash": "наличными",
    "pay-bank-card": "банковской картой",
    "pay-card-balance": "с баланса вашей карты",
    "pay-gift-card": "подарочной картой",
    "pay-reward": "наградой",
    "pay-other": "другим способом",
    # goods
    "goods": "товары {adjuncts}",
    "all-goods": "все товары",
    "on-goods": "на {goods}",
    "buying": "если вы покупаете {goods}",
    "not-buying": "если ваша покупка не включает {goods}",
    "only-buying": "если вы покупаете только {goods}",
    "goods-total": "сумма, которую вы платите за {goods},",
    "goods-quantity": "количество, которое вы покупаете ({goods}),",
    "goods-count": "число позиций в чеке ({goods})",
    "goods-category-is": "категории {values}",
    "goods-category-is-not": "не из категории {values}",
    "goods-sku-is": "с артикулом {values}",
    "goods-sku-is-not": "не с артикулом {values}",
    "goods-brand-is": "марки {values}",
    "goods-brand-is-not": "не марки {values}",
    "goods-seller-is": "продавца {values}",
    "goods-seller-is-not": "не от продавца {values}",
    "goods-unit-is": "с единицей измерения {values}",
    "goods-unit-is-not": "не с единицей измерения {values}",
    "goods-listed": "из списка {values}",
    "goods-not-listed": "не из списка {values}",
    "goods-tagged": "с меткой {values}",
    "goods-not-tagged": "без метки {values}",
    "goods-reduced": "по сниженной цене",
    "goods-full-price": "по полной цене",
    "goods-at-least": "ценой {value} и больше",
    "goods-more-than": "ценой больше чем {value}",
    "goods-less-than": "ценой меньше чем {value}",
    "goods-at-most": "ценой максимум {value}",
    # nouns
    "noun-spent": "сумма ваших трат",
    "noun-quantity": "количество единиц товара в покупке",
    "noun-payment": "сумма вашего платежа",
    "noun-balance": "ваш баланс {currency}",
    "noun-birthday": "ваш день рождения",
    "noun-locale": "ваш язык",
    "noun-enrolled": "день вашего вступления",
    "noun-reward-quantity": "количество наград",
    "metric-spent": "сумма ваших покупок {window}",
    "metric-goods": "сумма ваших покупок {window} ({goods})",
    "metric-earned": "сумма начисленных вам {currency} {window}",
    "metric-largest": "ваша самая крупная покупка {window}",
    "metric-purchases": "число ваших покупок {window}",
    "metric-redemptions": "число полученных вами наград {window}",
    "metric-enrolments": "число ваших вступлений {window}",
    "metric-profiles": "число обновлений ваших данных {window}",
    "metric-birthdays": "число ваших дней рождения {window}",
    "metric-kinds": "число использованного вами {window} из следующего: {values}",
    "metric-streak-day": "число дней подряд с покупкой",
    "metric-streak-week": "число недель подряд с покупкой",
    "metric-streak-month": "число месяцев подряд с покупкой",
    "metric-streak-year": "число лет подряд с покупкой",
    "metric-counting": "{noun} (только {conditions})",
    "metric-with-this": "{noun}, включая эту покупку,",
    # stretches of time
    "window-day": "за день",
    "window-week": "за неделю (с понедельника по воскресенье)",
    "window-month": "за календарный месяц",
    "window-year": "за календарный год",
    "window-membership": "за год со дня вашего вступления или его годовщины",
    "window-rolling": "за {duration}",
    "window-ever": "за всё время",
    "previous-day": "за предыдущий день",
    "previous-week": "за предыдущую неделю (с понедельника по воскресенье)",
    "previous-month": "за предыдущий календарный месяц",
    "previous-year": "за предыдущий календарный год",
    "previous-membership": "за предыдущий год вашего участия",
    "duration-days": _DAYS,
    "duration-months": _MONTHS,
    # what is left out
    "left-out": "{goods}: {facts}",
    "never-count": "не в счёт",
    "never-discount": "без скидок",
    "never-pay": "без оплаты с помощью {currency}",
    # levels
    "levels": "Уровней всего {number}: {levels}",
    "level-reached": "Вы достигаете уровня {level}, {conditions}",
    "levels-reached": "Любого из этих уровней вы достигаете только в том случае, {conditions}",
    "level-benefits": "Привилегии уровня {level}: {benefits}",
    "hold-for": "Уровень действует {duration} со дня, "
    "когда вы в последний раз выполнили его условия",
    "hold-day": "Уровень действует до конца дня, в который вы его достигли",
    "hold-week": "Уровень действует до конца недели, в которую вы его достигли",
    "hold-month": "Уровень действует до конца месяца, в котором вы его достигли",
    "hold-year": "Уровень действует до конца года, в котором вы его достигли",
    "hold-more-day": _each(
        "Уровень действует до конца дня, в который вы его достигли, и ещё …", *_DAYS
    ),
    "hold-more-week": _each(
        "Уровень действует до конца недели, в которую вы его достигли, и ещё …", *_WEEKS
    ),
    "hold-more-month": _each(
        "Уровень действует до конца месяца, в котором вы его достигли, и ещё …", *_MONTHS
    ),
    "hold-more-year": _each(
        "Уровень действует до конца года, в котором вы его достигли, и ещё …", *_YEARS
    ),
    "hold-ever": "Достигнутый уровень остаётся у вас навсегда",
    "hold-none": "Уровень действует, пока вы выполняете его условия",
    "falls-one": "Если тогда условия больше не выполнены, вы опускаетесь на один уровень",
    "falls-earned": "Если тогда условия больше не выполнены, "
    "вы переходите на тот уровень, условия которого выполняете",
    # currencies and rewards
    "worth": "{units} при оплате — это {amount}",
    "qualifying": "Накопление {currency} влияет только на ваш уровень: тратить их нельзя",
    "expires-after": "срок действия {currency}: {duration} со дня начисления",
    "expires-day": "срок действия {currency}: до конца дня начисления",
    "expires-week": "срок действия {currency}: до конца недели начисления",
    "expires-month": "срок действия {currency}: до конца месяца начисления",
    "expires-year": "срок действия {currency}: до конца года начисления",
    "expires-more-day": _each("срок действия {currency}: до конца дня начисления и ещё …", *_DAYS),
    "expires-more-week": _each(
        "срок действия {currency}: до конца недели начисления и ещё …", *_WEEKS
    ),
    "expires-more-month": _each(
        "срок действия {currency}: до конца месяца начисления и ещё …", *_MONTHS
    ),
    "expires-more-year": _each(
        "срок действия {currency}: до конца года начисления и ещё …", *_YEARS
    ),
    "expires-inactive": "срок действия {currency} истекает, "
    "если за {duration} не было новых начислений",
    "expires-never": "срок действия {currency} не ограничен",
    "pending": "использование {currency}: через {duration} после дня начисления",
    "rounded-down": "дробные доли {currency} отбрасываются",
    "rounded-nearest": "дробные доли {currency} округляются до ближайшего целого",
    "rounded-up": "дробные доли {currency} округляются вверх",
    "reward-price": "награда — {reward}, цена — {units}",
    "reward-automatic": "каждый раз, когда накапливается {units}, "
    "вам автоматически выдаётся награда: {reward}",
    "reward-lasts": "действует {duration}",
    "gift-card": "подарочная карта на {amount}",
    # settings
    "tax-excluded": "Налог не входит в сумму ваших трат",
    "before-discounts": "В счёт идёт цена до скидок",
    "prepaid-earns-not": "За то, что оплачено с предоплаченного баланса "
    "или подарочной картой, ничего не начисляется",
    "rewards-earn": "В счёт идёт и то, что оплачено наградами",
    # what happened
    "free-cheapest": (
        "из каждых {every} товаров самый дешёвый бесплатно",
        *3 * ("из каждых {every} товаров {number} самых дешёвых бесплатно",),
    ),
    "free-dearest": (
        "из каждых {every} товаров самый дорогой бесплатно",
        *3 * ("из каждых {every} товаров {number} самых дорогих бесплатно",),
    ),
    "off-cheapest": (
        "из каждых {every} товаров на самый дешёвый скидка {percent}",
        *3 * ("из каждых {every} товаров на {number} самых дешёвых скидка {percent}",),
    ),
    "off-dearest": (
        "из каждых {every} товаров на самый дорогой скидка {percent}",
        *3 * ("из каждых {every} товаров на {number} самых дорогих скидка {percent}",),
    ),
    "limit-refuse": "{limit}, а если получилось бы больше, то ничего",
    "on-birthday": "в ваш день рождения",
    "noun-timezone": "ваш часовой пояс",
    "entry-given": "Добавлено: {units}",
    "entry-taken": "Снято: {units}",
    "entry-held": "Временно недоступно: {units}",
    "entry-released": "Снова доступно: {units}",
    "event-adjustment": "корректировка {id}",
    "event-hold": "проверка {id}",
    "event-release": "конец проверки {id}",
    "event-birthday": "ваш день рождения",
    "event-grant": "подарок {id}",
    "entry-earned": "{rule}: {units}",
    "entry-pending": "{rule}: {units}, пока недоступно",
    "entry-activated": "Теперь доступно: {units}",
    "entry-spent": "Использовано: {units}",
    "entry-expired": "Срок истёк: {units}",
    "entry-moved": "Корректировка: {units}",
    "entry-of-event": "{core}, {event}",
    "event-purchase": "покупка {id}",
    "event-redemption": "награда {id}",
    "event-enrolment": "вступление {id}",
    "event-profile": "изменение данных {id}",
    # how plain it is
    "none": "Просто: запоминать ничего не нужно",
    "plain": _each("Просто: запомнить нужно {number} …", *_THINGS),
    "fair": _each("Нужно вчитаться: запомнить придётся {number} …", *_THINGS),
    "hard": _each(
        "Трудно понять: запомнить придётся {number} … и решить не одну загадку", *_THINGS
    ),
    # why
    "counted": "Из чего это складывается: {parts}",
    "counted-effects": _each("{number} …", "выгода", "выгоды", "выгод", "выгоды"),
    "counted-conditions": _each("{number} …", *_TERMS),
    "counted-limits": _each(
        "{number} …", "ограничение", "ограничения", "ограничений", "ограничения"
    ),
    "counted-levels": _each("{number} … уровней", *_TERMS),
    "counted-exclusions": _each(
        "{number} …", "исключение", "исключения", "исключений", "исключения"
    ),
    "counted-currencies": _each("{number} … накопления", *_TERMS),
    "counted-rewards": _each("{number} … наград", *_TERMS),
    "riddle-delayed": "Трудно: то, что вы покупаете сейчас, "
    "скажется только на следующей неделе, в следующем месяце или году",
    "riddle-mixed": "Трудно: накопление и процентная скидка, которая действует не всегда, "
    "подчиняются разным правилам",
    "riddle-worthless": "Трудно: нигде не сказано, какова ценность {currency}",
    "riddle-odd-worth": "Трудно: ценность {currency} — не круглое число",
    "riddle-odd-rate": "Трудно: расчёт «{units} за {amount}» неудобен",
    "riddle-many": "Трудно: столько никто не запомнит",
    # levels side by side
    "table": "Уровни",
    "cell-or": "или {value}",
    "cell-rate": "{units} за {amount}",
    "cell-off": "скидка {amount}",
    "cell-yes": "да",
    "cell-no": "–",
}
