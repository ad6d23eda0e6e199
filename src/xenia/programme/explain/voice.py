"""How numbers, money, days and the programme's own texts are said in one locale."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Final

from babel import dates, lists, numbers
from babel.core import Locale, UnknownLocaleError

from xenia.programme.model import Programme
from xenia.programme.periods import Duration
from xenia.programme.texts import Texts
from xenia.programme.words import Phrase, locale_of, phrases

_CATEGORIES: Final = ("zero", "one", "two", "few", "many", "other")  # CLDR's order
_FALLBACK: Final = "en"
_MANY: Final = Decimal(5)  # of which every language has the form for many


class Voice:
    """Says parts of one programme in one locale.  Raises words.NoPhrases for an unknown one."""

    def __init__(self, programme: Programme, locale: str) -> None:
        self.programme = programme
        self.locale = locale_of(locale)
        self._code = str(self.locale)
        self.phrases: Mapping[str, Phrase] = phrases(locale)

    # ---- phrases ---------------------------------------------------------------------------------

    def say(self, key: str, *, count: Decimal | int | None = None, **parts: str) -> str:
        """A phrase with its parts; `count` chooses the plural form."""
        phrase = self.phrases[key]
        if not isinstance(phrase, str):
            phrase = _form(self._code, phrase, Decimal(1 if count is None else count))
        return phrase.format(**parts)

    def sentence(self, text: str) -> str:
        """The text as a sentence: a capital, one full stop, single blanks."""
        plain = " ".join(text.split()).replace(" ,", ",").replace(" )", ")").replace(",:", ":")
        said = self.say("sentence", text=plain[:1].upper() + plain[1:])
        return said[:-1] if said.endswith("..") else said

    def quoted(self, text: str) -> str:
        """The text in the language's quotation marks."""
        return self.say("quoted", text=text)

    def listed(self, parts: Iterable[str], *, either: bool = False) -> str:
        """`a, b and c`, or `a, b or c`."""
        words = list(parts)
        if either:
            return lists.format_list(words, style="or", locale=self.locale)
        return lists.format_list(words, style="standard", locale=self.locale)

    def among(self, values: Iterable[str]) -> str:
        """Quoted values, one of which is meant."""
        return self.listed((self.quoted(value) for value in values), either=True)

    # ---- the programme's texts -------------------------------------------------------------------

    def text(self, texts: Texts | None, otherwise: str, count: Decimal | None = None) -> str:
        """A text in this language, else in English, else in any, else an id as words; without a
        `count` as of many."""
        if texts is None or not texts.forms:
            return otherwise.replace("-", " ")
        language, forms = self._nearest(texts)
        return _form(language, forms, _MANY if count is None else count)

    def _nearest(self, texts: Texts) -> tuple[str, tuple[str, ...]]:
        if (own := self.own(texts)) is not None:
            return self._code, own
        key = _FALLBACK if _FALLBACK in texts.forms else next(iter(texts.forms))
        try:
            return str(Locale.parse(key, sep="-")), texts.forms[key]
        except (UnknownLocaleError, ValueError):
            return _FALLBACK, texts.forms[key]

    def own(self, texts: Texts) -> tuple[str, ...] | None:
        """The forms of a text in exactly this locale, or in its language."""
        return texts.forms.get(self._code.replace("_", "-")) or texts.forms.get(
            self.locale.language
        )

    def currency(self, key: str) -> str:
        """The name of a currency where none are counted: as of many, or, in languages that count
        in the singular, the form after the plural ones."""
        title = self.programme.currencies[key].title
        own = None if title is None else self.own(title)
        if own is not None and self.say("name-form") == "own":
            return own[-1]
        return self.text(title, key)

    def units(self, key: str, count: Decimal) -> str:
        """`2 points`."""
        title = self.programme.currencies[key].title
        return f"{self.number(count)} {self.text(title, key, count)}"

    def level(self, ladder: str, level: str) -> str:
        """The quoted title of a level."""
        rung = self.programme.tiers[ladder].levels.get(level)
        if rung is None:
            return self.quoted(self.say("level-none"))
        return self.quoted(self.text(rung.title, level))

    def benefit(self, key: str) -> str:
        """The title of a benefit, or its id as words."""
        declared = self.programme.benefits.get(key)
        return self.text(None if declared is None else declared.title, key)

    # ---- numbers and days ------------------------------------------------------------------------

    def number(self, value: Decimal) -> str:
        """A number with its own decimals and no more."""
        return _number(self._code, str(_plain(value)))

    def percent(self, value: Decimal) -> str:
        """`value` per cent."""
        share = _plain(value).scaleb(-2)
        return numbers.format_percent(share, locale=self.locale, decimal_quantization=False)

    def money(self, value: Decimal) -> str:
        """An amount of the programme's money, whole amounts without decimals."""
        pattern = self.locale.currency_formats["standard"].pattern
        whole = value == value.to_integral_value()
        said = numbers.format_currency(
            _plain(value),
            self.programme.money,
            format=pattern.replace(".00", "") if whole else pattern,
            locale=self.locale,
            currency_digits=False,
            decimal_quantization=False,
        )
        # CLDR's spacing between a code of letters and the number, which Babel leaves out.
        return re.sub(r"(?<=[^\W\d_])(?=\d)", "\N{NO-BREAK SPACE}", said)

    def day(self, day: date) -> str:
        """A day, or a moment on its own clock."""
        if isinstance(day, datetime):
            return dates.format_datetime(day, "d MMMM y, HH:mm", locale=self.locale)
        return dates.format_date(day, "long", locale=self.locale)

    def last_day(self, until: date) -> str:
        """The last day before an end that is a day; an end that is a moment as it is."""
        return self.day(until if isinstance(until, datetime) else until - timedelta(days=1))

    def months(self, months: Iterable[int]) -> str:
        """Months of the year (January is 1)."""
        genitive = self.say("month-form") == "format"
        names = dates.get_month_names("wide", "format" if genitive else "stand-alone", self.locale)
        return self.listed((names[month] for month in months), either=False)

    def weekdays(self, days: Iterable[int]) -> str:
        """Days of the week (Monday is 1)."""
        names = dates.get_day_names("wide", "stand-alone", self.locale)
        return self.listed(names[day - 1] for day in days)

    def duration(self, length: Duration) -> str:
        """`12 months`, `30 days`."""
        count = length.months or length.days
        key = "duration-months" if length.months else "duration-days"
        return self.say(key, count=count, number=self.number(Decimal(count)))


def _form(locale: str, forms: tuple[str, ...], count: Decimal) -> str:
    """The plural form for a count; the last one where there are too few."""
    return forms[min(_place(locale, str(count)), len(forms) - 1)]


# The same numbers come again and again.  As texts: 1.0 has another form than 1, which equals it.
@lru_cache(maxsize=2**12)
def _place(locale: str, count: str) -> int:
    """Which of the plural forms of a locale, in CLDR's order, is for a count."""
    rule = Locale.parse(locale).plural_form
    ordered: list[str] = [tag for tag in _CATEGORIES if tag == "other" or tag in rule.tags]
    return ordered.index(rule(Decimal(count)))


@lru_cache(maxsize=2**12)
def _number(locale: str, plain: str) -> str:
    return numbers.format_decimal(plain, locale=locale, decimal_quantization=False)


def _plain(value: Decimal) -> Decimal:
    """The number without zeros behind its decimals and without an exponent."""
    return value.to_integral_value() if value == value.to_integral_value() else value.normalize()
