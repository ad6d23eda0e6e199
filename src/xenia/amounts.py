"""Exact amounts: decimals as whole smallest units, named rounding, splits that lose nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

LIMIT = 2**53  # every amount is below it, so that it stays exact wherever it is read

_LONGEST_TEXT = 60
_SHORT = 15  # characters: so few digits are a number below the limit
_PLAIN = re.compile(r"([0-9]+)(?:\.([0-9]+))?", re.ASCII)

# ISO 4217 by its number of decimals ("minor unit"): today's moneys, and those withdrawn since 2010,
# in which past purchases may stand.  Codes without a minor unit (gold, test codes) are no money.
_BY_DECIMALS = {
    0: "BIF BYR CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: """
        AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN
        BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EEK EGP ERN ETB EUR FJD
        FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD
        KZT LAK LBP LKR LRD LSL LTL LVL MAD MDL MGA MKD MMK MNT MOP MRO MRU MUR MVR MWK MXN MXV MYR
        MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD
        SHP SLE SLL SOS SRD SSP STD STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU
        UZS VED VEF VES WST XAD XCD XCG YER ZAR ZMK ZMW ZWG ZWL
    """,
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
MONEYS: Mapping[str, int] = MappingProxyType(
    {code: decimals for decimals, codes in _BY_DECIMALS.items() for code in codes.split()}
)


class UnknownMoney(ValueError):  # noqa: N818 - it is named after what it says
    """A code that is not an ISO 4217 money with a minor unit."""


class NotAnAmount(ValueError):  # noqa: N818
    """A text that cannot be read as an amount.  `code` is one of the contract's error codes:
    `not-a-decimal`, `negative`, `too-precise`, `too-large`."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


def money_decimals(code: str) -> int:
    """How many decimals a money's amounts have (USD 2, JPY 0).  Raises UnknownMoney."""
    try:
        return MONEYS[code]
    except KeyError:
        raise UnknownMoney(f'"{code}" is not an ISO 4217 code such as EUR or USD') from None


def parse_decimal(written: str | int, decimals: int, *, what: str) -> int:
    """`written` in units of 10**-decimals: "4.50" with 2 decimals is 450.

    Zeros beyond the decimals are let through, other digits are not.  `what` names the field in the
    sentence of the error.  Raises NotAnAmount; never rounds.
    """
    if isinstance(written, str):
        if len(written) <= _SHORT:
            value = _parse_usual(written, decimals)
            if value is not None:
                return value
    elif type(written) is int and 0 <= written < LIMIT:
        scaled: int = written * 10**decimals
        if scaled < LIMIT:
            return scaled
    return _parse_any(written, decimals, what)


def parse_signed(written: str | int, decimals: int, *, what: str) -> int:
    """As `parse_decimal`, and perhaps below 0.  Raises NotAnAmount."""
    if isinstance(written, str):
        if not written.startswith("-") or written.startswith("--"):
            return parse_decimal(written, decimals, what=what)
        return -parse_decimal(written[1:], decimals, what=what)
    size = parse_decimal(abs(written), decimals, what=what)
    return -size if written < 0 else size


# Prices and quantities repeat.
@lru_cache(maxsize=2**14)
def _parse_usual(written: str, decimals: int) -> int | None:
    """A short text in one of the two ways in which nearly every amount is written: whole, or with
    all its decimals; None of any other."""
    whole, point, fraction = written.partition(".")
    if not written.isascii() or not whole.isdigit():
        return None
    if not point:
        value: int = int(whole) * 10**decimals
        return value if value < LIMIT else None
    if len(fraction) == decimals and fraction.isdigit():
        return int(whole + fraction)
    return None


def _parse_any(written: str | int, decimals: int, what: str) -> int:
    """Any text or number, or why it is no amount.  Raises NotAnAmount."""
    # A huge number is not even printed: that alone would take long.
    if isinstance(written, int) and abs(written) >= LIMIT:
        raise NotAnAmount("too-large", f"{what} must be below {LIMIT:,}")
    text = str(written)
    if len(text) > _LONGEST_TEXT:
        raise NotAnAmount("too-large", f"{what} has {len(text)} characters: too large or precise")
    match = _PLAIN.fullmatch(text)
    if match is None:
        raise _not_plain(text, what)
    whole, fraction = match[1], match[2] or ""
    if fraction[decimals:].strip("0"):
        most = "no decimals" if decimals == 0 else f"at most {decimals} decimals"
        raise NotAnAmount("too-precise", f"{what} can have {most}, but is {text}: round it first")
    value = int(whole + fraction[:decimals].ljust(decimals, "0"))
    if value >= LIMIT:
        raise NotAnAmount("too-large", f"{what} is {text}, more than can be counted exactly")
    return value


def _not_plain(text: str, what: str) -> NotAnAmount:
    """Why a text is no plain decimal, and what to write instead."""
    if _PLAIN.fullmatch(text.removeprefix("-")):
        return NotAnAmount("negative", f"{what} must not be negative, but is {text}")
    remedy = "write plain digits such as 12.50"
    if re.fullmatch(r"[0-9.]+[eE][+-]?[0-9]+", text, re.ASCII):
        remedy = "write it without an exponent, in plain digits such as 12.50"
    elif re.fullmatch(r"[0-9.]*,[0-9.,]*", text, re.ASCII):
        remedy = "write it without commas, with a point before the decimals, such as 1234.50"
    return NotAnAmount("not-a-decimal", f'{what} is "{text}", which is not a decimal: {remedy}')


def _format_decimal(value: int, decimals: int) -> str:
    """`value` units of 10**-decimals with exactly so many decimals: 450 with 2 is "4.50"."""
    if decimals == 0:
        return str(value)
    if value < 0:
        return "-" + _format_decimal(-value, decimals)
    digits = str(value)
    if len(digits) <= decimals:
        digits = digits.zfill(decimals + 1)
    return f"{digits[:-decimals]}.{digits[-decimals:]}"


# Prices, and balances of nothing, repeat.  The type is said, which a cache would hide.
format_decimal: Callable[[int, int], str] = lru_cache(maxsize=2**14)(_format_decimal)


def largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """`total` split in proportion to `weights`, to the last unit; in the order of the weights.

    Each share is its exact part rounded down; the units left go one each to the largest remainders,
    ties to the earlier.  Weights that sum to 0 share nothing.  Raises ValueError where a number is
    negative, or where there is something to share and no weight.
    """
    if total < 0 or min(weights, default=0) < 0:
        raise ValueError("a total and its weights must not be negative")
    whole = sum(weights)
    if whole == 0:
        if total:
            raise ValueError(f"{total} cannot be shared: all weights are 0")
        return [0] * len(weights)
    shares = [total * weight // whole for weight in weights]
    left = total - sum(shares)
    if left:
        remainders = [total * weight % whole for weight in weights]
        by_remainder = sorted(range(len(weights)), key=remainders.__getitem__, reverse=True)
        for place in by_remainder[:left]:
            shares[place] += 1
    return shares
