"""What is said where a reward, a stock or a voucher is not as it would have to be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from xenia.events.errors import did_you_mean
from xenia.services.problems import Problem, Reason


def unknown_reward(name: str, known: Iterable[str]) -> Problem:
    """The programme has none of that id."""
    hint = did_you_mean(name, list(known)) or ": `GET /v1/rewards` lists them"
    sentence = f'there is no reward "{name[:100]}"{hint}'
    return Problem(status=404, code="no-such-reward", detail=sentence)


def price_changed(name: str, price: Mapping[str, str]) -> Problem:
    """It is not sold at what a member was shown."""
    now = ", ".join(f"{units} {currency}" for currency, units in price.items()) or "nothing"
    sentence = f'"{name[:100]}" costs {now} now: take it at this price, or leave it'
    reason = Reason("/price", "price-changed", sentence)
    return Problem(status=409, code="price-changed", detail=sentence, errors=(reason,))


def reward_changed(name: str, version: int) -> Problem:
    """It is not what a member was shown, at the same price."""
    sentence = (
        f'"{name[:100]}" is otherwise since it was looked at: look again, and take it as it is in '
        f"version {version}, or leave it"
    )
    reason = Reason("/version", "reward-changed", sentence)
    return Problem(status=409, code="reward-changed", detail=sentence, errors=(reason,))


def no_stock(name: str) -> Problem:
    """The programme says nothing of how many there are."""
    sentence = f'of "{name[:100]}" there is no end: give it a `stock` in a version of the programme'
    return Problem(status=409, code="no-stock", detail=sentence)


def too_few_left(name: str, left: int) -> Problem:
    """What is used already cannot be taken from a stock."""
    sentence = f'of "{name[:100]}" {left:,} are left: take so many at most'
    reason = Reason("/change", "too-few-left", sentence)
    return Problem(status=409, code="too-few-left", detail=sentence, errors=(reason,))


def too_many_there(most: int) -> Problem:
    """A stock of more than there can be."""
    sentence = f"a stock is of {most:,} at most: add fewer, or leave `stock` out of the programme"
    reason = Reason("/change", "too-many-there", sentence)
    return Problem(status=422, code="too-many-there", detail=sentence, errors=(reason,))


def unknown_voucher(code: str) -> Problem:
    """No voucher of that code was issued."""
    sentence = f'there is no voucher "{code[:100]}" here: compare the code, every character of it'
    return Problem(status=404, code="no-such-voucher", detail=sentence)
