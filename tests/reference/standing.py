"""Tiers of the reference: what is earned, climbing after an event, reviews, falling."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from tests.reference import metrics
from tests.reference.days import ONE_DAY, after, maybe_number, number, unit_start
from tests.reference.holdings import FAR, Member, Tenure
from tests.reference.rulebook import Rulebook, calendar_unit
from xenia.effects import Effect, Kind
from xenia.programme.ladders import Fall, Tier
from xenia.programme.periods import Hold, HoldFor, HoldToEnd


def places(book: Rulebook, tier: Tier) -> list[str | None]:
    """The names of the places on the ladder; None is below a level that has to be reached."""
    return [None, *tier.levels] if book.has_none_level(tier) else list(tier.levels)


def earned(book: Rulebook, member: Member, tier: Tier, seen: date, *, review: bool = False) -> int:
    """The highest place whose thresholds are reached as seen on a day."""

    def value(metric: str) -> int:
        found = metrics.value(book, member, metric, seen)
        if review and ending_with(book, tier, metric):
            found = max(found, metrics.value(book, member, metric, seen, read="previous"))
        return found

    return reached_by(book, tier, value)


def reached_by(book: Rulebook, tier: Tier, value: Callable[[str], int]) -> int:
    """The highest place whose thresholds are reached by so much of each metric."""

    def reached(metric: str, threshold: Decimal) -> bool:
        return book.threshold_reached(metric, value(metric), threshold)

    ladder = places(book, tier)
    for place in range(len(ladder) - 1, 0, -1):
        level = tier.levels[ladder[place] or ""]
        some = any(reached(metric, need) for metric, need in level.any.items())
        if (some or not level.any) and all(
            reached(metric, need) for metric, need in level.all.items()
        ):
            return place
    return 0


def metrics_of(tier: Tier) -> list[str]:
    """The metrics on which a ladder sets thresholds."""
    return sorted({key for level in tier.levels.values() for key in (*level.any, *level.all)})


def win(book: Rulebook, member: Member, key: str, seen: date, *, review: bool = False) -> None:
    """Note with what the level is won: each metric as of the day, or of the unit before it where a
    review found more in that."""
    tier, tenure = book.programme.tiers[key], member.tenures[key]
    tenure.won = {}
    for metric in metrics_of(tier):
        now = metrics.value(book, member, metric, seen)
        tenure.won[metric] = now if book.programme.metrics[metric].streak else seen
        if review and ending_with(book, tier, metric):
            unit = calendar_unit(book.programme.metrics[metric])
            if unit and metrics.value(book, member, metric, seen, read="previous") > now:
                tenure.won[metric] = unit_start(unit, seen, -1)


def reached(book: Rulebook, member: Member, key: str) -> tuple[int, int]:
    """The place that is reached now or by what the level was won with, and the one that is reached
    by what the level held before was won with."""
    tier, tenure = book.programme.tiers[key], member.tenures[key]
    now = max(earned(book, member, tier, member.today), still_won(book, member, key, tenure))
    return now, still_won(book, member, key, tenure.before) if tenure.before else 0


def still_won(book: Rulebook, member: Member, key: str, tenure: Tenure) -> int:
    """The place that is reached by what the level was won with, as far as it was not returned."""
    won = tenure.won

    def value(metric: str) -> int:
        then = won.get(metric, 0)
        return then if isinstance(then, int) else metrics.value_then(book, member, metric, then)

    return reached_by(book, book.programme.tiers[key], value)


def ending_with(book: Rulebook, tier: Tier, metric: str) -> bool:
    """Whether the metric's calendar unit is the hold's, so that its review looks back."""
    holds = tier.holds
    unit = calendar_unit(book.programme.metrics[metric])
    return isinstance(holds, HoldToEnd) and holds.plus >= 1 and holds.unit == unit


def hold_end(holds: Hold | None, day: date) -> date | None:
    """Until when a level is held that was qualified for on a day; None: by nothing, or for ever."""
    match holds:
        case HoldFor(length):
            return after(day, length)
        case HoldToEnd(unit, plus):
            return unit_start(unit, day, plus + 1)
        case _:
            return None


def climb(book: Rulebook, member: Member, key: str, day: date) -> Effect | None:
    """After an event of a day: up at once, held anew; metrics are as seen today."""
    tier, tenure = book.programme.tiers[key], member.tenures[key]
    place = earned(book, member, tier, member.today)
    until = hold_end(tier.holds, day)
    if tier.holds is None:
        return settle(book, member, key, place, day)
    longer = place > tenure.place or (until or FAR) > (tenure.until or FAR)
    if place > tenure.place or (place == tenure.place > 0 and (longer or tenure.ended)):
        tenure.remember()
        tenure.until = until if longer else tenure.until
        tenure.anchor, tenure.reviews, tenure.ended = day, 0, None
        win(book, member, key, member.today)
        return move(book, key, tenure, place, day)
    return None


def count_anew(book: Rulebook, member: Member, key: str, day: date) -> None:
    """What a ladder's levels bring is counted from this day on."""
    member.reviewed[key] = day
    for level in book.programme.tiers[key].levels.values():
        for benefit in level.benefits:
            member.uses.pop(benefit, None)


def review(book: Rulebook, member: Member, key: str, day: date) -> Effect | None:
    """On a due day: where a hold has ended, or nothing holds the level."""
    tier, tenure = book.programme.tiers[key], member.tenures[key]
    if tier.holds and (tenure.place == 0 or tenure.until is None or tenure.until > day):
        return None
    if tenure.place == 0 and book.closed(day):
        return None
    place = earned(book, member, tier, day, review=True)
    if tier.holds is None:
        if max(place, tenure.grant_on(day)[0]) < tenure.place:
            count_anew(book, member, key, day)
        return settle(book, member, key, place, day, due=True)
    if place < tenure.place and tier.falls is Fall.ONE_LEVEL:
        place = max(place, tenure.place - 1)
    granted, until = tenure.grant_on(day)
    if tier.grace and place < tenure.place and granted < tenure.place and has_grace(tenure):
        tenure.ended = tenure.until
        tenure.until = after(tenure.until or day, tier.grace)
        tenure.settle()
        return review(book, member, key, day)
    tenure.reviews += 1
    tenure.until = held_on(tier.holds, tenure, tenure.ended or day) if place else None
    tenure.ended = None
    if granted > place:
        place = granted
        anchor_on(tenure, until)
    win(book, member, key, day, review=True)
    count_anew(book, member, key, day)
    effect = move(book, key, tenure, place, day, due=True)
    tenure.before = None
    tenure.settle()
    return effect


def holding(book: Rulebook, member: Member, key: str, day: date, places: tuple[int, int]) -> bool:
    """An event of a day holds another place than it has held until now: whether it has held one."""
    tenure, (was, now) = member.tenures[key], places
    holds = book.programme.tiers[key].holds
    end = hold_end(holds, day) or FAR
    counts = day if isinstance(holds, HoldFor) else None
    over(tenure, member.today)
    held = (end, counts, was) in tenure.holds
    if held:
        tenure.holds.remove((end, counts, was))
    if now > was or (now and held):
        tenure.holds.append((end, counts, now))
    return held


def over(tenure: Tenure, today: date) -> None:
    """Of the holds that are over the last is remembered."""
    for end, day, place in in_time(tenure):
        if end <= today:
            tenure.holds.remove((end, day, place))
            last = tenure.settled
            if not last or not last.place or (end, place) > (last.until or FAR, last.place):
                tenure.settled = Tenure(place=place, until=end, anchor=day)


def in_time(tenure: Tenure) -> list[tuple[date, date | None, int]]:
    return sorted(tenure.holds, key=lambda hold: (hold[0], hold[1] or date.min, hold[2]))


def hold_again(tenure: Tenure, today: date) -> None:
    """Hold the place until the latest end of all that holds it, or a higher one; as it is, if
    nothing does."""
    if tenure.place == 0:
        tenure.until = None
        return
    over(tenure, today)
    last, anchor = tenure.settled, tenure.anchor
    if last and last.place >= tenure.place:
        until, tenure.anchor, tenure.reviews = last.until or FAR, last.anchor, last.reviews
        tenure.ended = last.ended
    else:
        last, until = None, tenure.until or FAR
    holds = [hold for hold in in_time(tenure) if hold[2] >= tenure.place]
    graced = last is not None and last.ended is not None
    if holds and (last is None or graced or holds[-1][0] > until):
        days = [day for end, day, _ in holds if end == holds[-1][0]]
        tenure.anchor = anchor if anchor in days else days[0]
        until = max(until, holds[-1][0]) if graced else holds[-1][0]
        tenure.reviews, tenure.ended = 0, None
    tenure.until = None if until == FAR else until
    granted = tenure.granted.get(tenure.place)
    alone = last is None and not holds  # perhaps not for long any more
    if granted is not None and (alone or granted > max(until, today)):
        anchor_on(tenure, granted)


def fall(
    book: Rulebook, member: Member, key: str, day: date, was: tuple[int, int], *, held: bool
) -> Effect | None:
    """After something was returned: down, where what reached the level before does not any more;
    `was` is what was reached before; `held`: what came back had held a place."""
    tier, tenure, today = book.programme.tiers[key], member.tenures[key], member.today
    if tier.holds is None:
        if book.closed(today):  # there are no levels any more
            return None
        return settle(book, member, key, earned(book, member, tier, today), day)
    if getattr(tier, "returns", "now") == "at-review":
        return None
    place, left = reached(book, member, key)
    before, old = tenure.before, tenure.place
    if before and was[1] >= before.place > left:
        before.place = left
    if not was[0] >= old > place:
        if held:
            hold_again(tenure, today)
        return None
    if before and before.place > place:
        tenure.place = before.place
        hold_again(tenure, today)
        if (tenure.until or FAR) > today:
            place, tenure.won = before.place, before.won
    tenure.before = None
    tenure.place = place
    hold_again(tenure, today)
    granted, end = tenure.grant_on(today)
    if granted > place:
        place = granted
        anchor_on(tenure, end)
    tenure.place = old
    return move(book, key, tenure, place, day)


def remembers(tier: Tier) -> bool:
    """Whether a return may take a level that is held, or shorten its hold."""
    now = getattr(tier, "returns", "now") != "at-review"
    return tier.holds is not None and now and bool(metrics_of(tier))


def stays(book: Rulebook, tier: Tier, on: str) -> bool:
    """Whether events of a type add to a metric of the ladder that never goes down."""
    metrics = [book.programme.metrics[key] for key in metrics_of(tier)]
    return any(each.on == on and (each.max or each.streak) for each in metrics)


def has_grace(tenure: Tenure) -> bool:
    """Whether a level whose hold has ended may stay: once, and not if it was granted until then."""
    return tenure.ended is None and tenure.granted.get(tenure.place) != tenure.until


def held_on(holds: Hold, tenure: Tenure, day: date) -> date | None:
    match holds:
        case HoldFor(length):
            return after(tenure.anchor or day, length, tenure.reviews + 1)
        case HoldToEnd(plus=plus):
            return hold_end(holds, day if plus == 0 else day - ONE_DAY)
        case _:
            return None


def settle(
    book: Rulebook, member: Member, key: str, place: int, day: date, *, due: bool = False
) -> Effect | None:
    """On a ladder without a hold: what is earned, or granted."""
    tenure = member.tenures[key]
    granted, until = tenure.grant_on(member.today)
    tenure.until = None
    if granted > place:
        place = granted
        anchor_on(tenure, until)
    return move(book, key, tenure, place, day, due=due)


def anchor_on(tenure: Tenure, until: date) -> None:
    """Hold until a day of a grant, from which the next hold counts."""
    tenure.until = None if until == FAR else until
    tenure.anchor, tenure.reviews, tenure.ended = until, -1, None


def grant_level(
    book: Rulebook, member: Member, key: str, grant: tuple[int, date], day: date
) -> Effect | None:
    """Give a place on a ladder until a day; never a lower one."""
    place, until = grant
    tenure = member.tenures[key]
    tenure.granted[place] = until
    if place > tenure.place or (place == tenure.place and until > (tenure.until or FAR)):
        anchor_on(tenure, until)
        return move(book, key, tenure, place, day)
    return None


def move(
    book: Rulebook, key: str, tenure: Tenure, place: int, day: date, *, due: bool = False
) -> Effect | None:
    """Put the member on a place; an effect where it is another one."""
    if place == tenure.place:
        return None
    tenure.place = place
    return Effect(
        kind=Kind.TIER,
        day=number(day),
        due=due,
        tier=key,
        level=places(book, book.programme.tiers[key])[place],
        expires=maybe_number(book.no_later(tenure.until) if place else tenure.until),
    )
