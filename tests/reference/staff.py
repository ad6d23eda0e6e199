"""What staff does in the reference: corrections and holds of what a member has."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from tests.reference.accruals import put_off
from tests.reference.days import (
    ONE_DAY,
    day_start,
    end_of_lot,
    local_day,
    maybe_number,
    number,
)
from tests.reference.deciding import Deciding
from tests.reference.holdings import FAR
from tests.reference.passing import issue
from tests.reference.rulebook import Rulebook
from tests.reference.standing import grant_level, hold_end, places
from xenia.effects import Effect, Kind
from xenia.events.model import Adjustment, Event, Grant, Hold, Release


def asked_by_staff(event: Event) -> str | None:
    """What an event of staff claims, as refusals name it; None: it is another's."""
    match event:
        case Adjustment():
            return "adjustment"
        case Hold():
            return "hold"
        case Release():
            return "release"
        case Grant():
            return "grant"
    return None


def corrected(deciding: Deciding) -> bool:
    """Do what an event of staff asks for, or refuse it; False where it is none."""
    claim = asked_by_staff(deciding.event)
    if claim is not None and deciding.closed():
        deciding.refusals.append(("programme-closed", claim))
        return True
    match deciding.event:
        case Adjustment() as event:
            adjust(deciding, event)
        case Hold() as event:
            hold(deciding, event)
        case Release() as event:
            release(deciding, event)
        case Grant() as event:
            grant(deciding, event)
        case _:
            return False
    return True


def adjust(deciding: Deciding, event: Adjustment) -> None:
    key, day = event.currency, deciding.day
    currency = deciding.book.programme.currencies.get(key)
    if currency is None:
        deciding.refusals.append(("unknown-currency", "adjustment"))
        return
    units = int(Fraction(event.units) * deciding.book.unit(key))
    purse = deciding.member.purses[key]
    end = None
    if units == 0:
        deciding.refusals.append(("nothing-to-adjust", "adjustment"))
        return
    if units < 0 and purse.balance + units < 0:
        deciding.refusals.append(("insufficient-balance", "adjustment"))
        return
    if units > 0:
        end = deciding.book.no_later(end_of_lot(currency.expires, day))
        purse.put(day, end, units)
    else:
        purse.take(-units, currency.spend_first)
    deciding.effects.append(
        Effect(
            kind=Kind.ADJUST,
            day=number(day),
            currency=key,
            units=units,
            expires=maybe_number(end),
        )
    )
    if units > 0:
        put_off(deciding, key, day)


def hold(deciding: Deciding, event: Hold) -> None:
    there = {key: max(0, purse.balance) for key, purse in deciding.member.purses.items()}
    for key, units in asked(deciding, event, there, "hold", "insufficient-balance").items():
        deciding.member.purses[key].hold(units, deciding.book.programme.currencies[key].spend_first)
        say(deciding, Kind.HOLD, key, units)


def release(deciding: Deciding, event: Release) -> None:
    there = {key: purse.kept for key, purse in deciding.member.purses.items()}
    for key, units in asked(deciding, event, there, "release", "more-than-held").items():
        order = deciding.book.programme.currencies[key].spend_first
        deciding.member.purses[key].release(units, order)
        say(deciding, Kind.RELEASE, key, units)


def asked(
    deciding: Deciding, event: Hold | Release, there: dict[str, int], claim: str, too_few: str
) -> dict[str, int]:
    """The units to move of each currency, or none where that is refused."""
    known = sorted(deciding.book.programme.currencies)
    if event.currency is not None and event.currency not in known:
        deciding.refusals.append(("unknown-currency", claim))
        return {}
    keys = known if event.currency is None else [event.currency]
    if event.units is None:
        wanted = {key: there.get(key, 0) for key in keys}
    else:
        wanted = {key: int(Fraction(event.units) * deciding.book.unit(key)) for key in keys}
    if not any(wanted.values()):
        deciding.refusals.append((f"nothing-to-{claim}", claim))
        return {}
    if any(units > there.get(key, 0) for key, units in wanted.items()):
        deciding.refusals.append((too_few, claim))
        return {}
    return {key: units for key, units in wanted.items() if units}


def say(deciding: Deciding, kind: Kind, key: str, units: int) -> None:
    deciding.effects.append(Effect(kind=kind, day=number(deciding.day), currency=key, units=units))


def grant(deciding: Deciding, event: Grant) -> None:
    refusal = granted(deciding, event)
    if refusal is not None:
        deciding.refusals.append((refusal, "grant"))


def granted(deciding: Deciding, event: Grant) -> str | None:
    """Grant what is asked for, or why not."""
    book, member, day = deciding.book, deciding.member, deciding.day
    until = None if event.until is None else first_midnight(book, event.until)
    if event.tier:
        return granted_level(deciding, event, until)
    if event.benefit is not None:
        if event.benefit not in book.programme.benefits:
            return "unknown-benefit"
        until = until or FAR
        if until <= member.today:
            return "already-over"
        if event.benefit in member.benefits and member.benefits[event.benefit] >= until:
            return "already-granted"
        member.benefits[event.benefit] = until
        expires = maybe_number(book.no_later(None if until == FAR else until))
        deciding.effects.append(
            Effect(kind=Kind.BENEFIT, day=number(day), benefit=event.benefit, expires=expires)
        )
        return None
    reward = event.voucher or ""
    if reward not in book.programme.rewards:
        return "unknown-reward"
    if until is not None and until <= member.today:
        return "already-over"
    if deciding.left(reward) == 0:
        return "out-of-stock"
    deciding.pool.issued[reward] += 1
    deciding.issued.append((None, len(member.vouchers)))
    deciding.effects += issue(book, member, reward, day, until=until)
    return None


def granted_level(deciding: Deciding, event: Grant, until: date | None) -> str | None:
    book, member, day = deciding.book, deciding.member, deciding.day
    ((key, level),) = (event.tier or {}).items()
    tier = book.programme.tiers.get(key)
    if tier is None:
        return "unknown-tier"
    names = places(book, tier)
    if level not in names[1:]:
        return "unknown-level"
    if until is None and tier.holds is None:
        return "until-needed"
    until = until or hold_end(tier.holds, day) or FAR
    place = names.index(level)
    if until <= member.today:
        return "already-over"
    before = member.tenures[key].granted.get(place)
    if before is not None and before >= until:
        return "already-granted"
    effect = grant_level(book, member, key, (place, until), day)
    deciding.effects += [effect] if effect else []
    return None


def first_midnight(book: Rulebook, instant: int) -> date:
    """The first local day that begins no earlier than an instant."""
    zone = book.programme.timezone
    day = local_day(zone, instant)
    return day if day_start(zone, day) >= instant else day + ONE_DAY
