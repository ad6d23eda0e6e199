"""The operators: everything that can happen to a member's state, on whole numbers only.

This file is in the subset of Python that Numba compiles: it is run interpreted, on lists, for one
event, and compiled, on int64 arrays, for a history (see `link`).  So: no allocation, no text, no
float, no exception but the two that a broken driver or an impossible balance would raise.

`state` is one flat sequence of integers.  Times in it are local day numbers.  One structure, the
ring, serves lots, pending accruals and rolling windows: a header at `at`, and entries
(key1, key2, units) sorted by their keys, equal keys merged:

    lots       key1 the day they end       key2 the day earned   (first earned: swapped)
    pending    key1 the day they activate  key2 the day earned
    window     key1 the day it is left     key2 the day it happened
    holds      key1 the day they end       key2 the day of the event, times PLACES, and the level
"""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence

Ints = MutableSequence[int]

FAR = 1 << 40  # the day that never comes
AWAY = FAR + 1  # in place of the day of the enrolment: the member has left
UNITS_MAX = 1 << 53
ISSUES_MAX = 1000  # rewards that one balance issues by itself at a time

# The state's header, and what a ring, a calendar counter and a tier keep.
DAY, NEXT_DUE, ENROLLED, HEADER = 0, 1, 2, 3
BASE, CAPACITY, HEAD, TAIL, TOTAL, RING = 0, 1, 2, 3, 4, 5
KEY, VALUE, PREVIOUS, COUNTER = 0, 1, 2, 3
LAST, RUN, STREAK = 0, 1, 2
LEVEL, UNTIL, ANCHOR, REVIEWS, TIER = 0, 1, 2, 3, 4
LAPSED, RESUMED, WIPED_BEFORE, LAPSE = 0, 1, 2, 3
GRACE = 1 << 20  # what a level in its grace has more in REVIEWS
PLACES = 1 << 12  # more than any ladder has
# Behind the calendar unit, or the day of a window: the value; of distinct values a count for each.
WON_VALUE, WON = 1, 2

# An event's columns: the header, then the plan's own, then the slices.
# EVENT_DAY is that of what is decided, TODAY that of what makes it be decided, perhaps AGAIN: then
# SPENT_AT says where the lots are that were spent on it (their number, and four numbers each); of
# what is received, where the lots are that were given.
KIND, EVENT_DAY, SLICES, SLICES_AT, STRIDE, REST, TENDER = 0, 1, 2, 3, 4, 5, 6
TODAY, AGAIN, SPENT_AT, COLUMNS = 7, 8, 9, 10
FIRST, SOME_LEFT, NONE_LEFT = 0, 1, 2  # AGAIN
AMOUNT, MASK, TAX, FIXED = 0, 1, 2, 3  # of a slice; its price at each fixed price follows
DISCOUNTABLE, EARNING = 1, 2  # the first two bits of every mask
WHOLE_BILL = -1  # a TENDER without an amount
ALL = -1  # units of a hold or release that names no number

# Working memory of a decision: five rows of WIDTH numbers, one for each slice and one for the rest.
WIDTH = 65
LEFT, SPENT, WEIGHT, SHARE, REMAINDER, MEMORY = 0, 65, 130, 195, 260, 325
GONE = SPENT  # until it is counted what is spent: amounts of units that vouchers have taken off

DOWN, NEAREST, UP, ORIGINAL = 0, 1, 2, 3

# An offer in the table: its place in a decision, and what it earns: `number` / `by` for each whole
# `per` that is spent on the slices with all of the bits (`per` 0: once), perhaps rounded by line.
OFFER_PLACE, OFFER_BITS, OFFER_PER, OFFER_NUMBER, OFFER_BY, OFFER_MODE = 0, 1, 2, 3, 4, 5
OFFER_BY_LINE, OFFER_TALLY, OFFER_POSTING, OFFER = 6, 7, 8, 9


# ---- exact ratios --------------------------------------------------------------------------------


def round_ratio(number: int, by: int, mode: int) -> int:
    """number / by, whole, for number >= 0 and by > 0; NEAREST takes a half up."""
    whole = number // by
    rest = number - whole * by
    if mode == NEAREST:
        if 2 * rest >= by:
            whole += 1
    elif mode == UP and rest > 0:
        whole += 1
    return whole


def divide_product(a: int, b: int, by: int) -> tuple[int, int]:
    """Quotient and remainder of a * b / by for 0 <= a, b, by < 2**45, a <= by or b small, exactly.

    The product itself may not fit 63 bits: b is taken 15 bits at a time, as in long division.
    """
    if a < 2147483648 and b < 2147483648:
        product = a * b
        whole = product // by
        return whole, product - whole * by
    whole = a // by * b
    a = a % by
    rest = 0
    part = 0
    for shift in (30, 15, 0):
        rest = rest * 32768 + a * ((b >> shift) & 32767)
        part = part * 32768 + rest // by
        rest = rest % by
    return whole + part, rest


def spread(memory: Ints, total: int, count: int) -> None:
    """Split `total` over the first `count` WEIGHTs into SHAREs by largest remainder, ties first."""
    weights = 0
    for i in range(count):
        weights += memory[WEIGHT + i]
    given = 0
    for i in range(count):
        memory[SHARE + i] = 0
        memory[REMAINDER + i] = 0
        if memory[WEIGHT + i] > 0 and total > 0:
            share, rest = divide_product(total, memory[WEIGHT + i], weights)
            memory[SHARE + i] = share
            memory[REMAINDER + i] = rest
            given += share
    while given < total:
        best = 0
        for i in range(count):
            if memory[REMAINDER + i] > memory[REMAINDER + best]:
                best = i
        memory[SHARE + best] += 1
        memory[REMAINDER + best] = -1
        given += 1


# ---- calendar: closed form, proleptic Gregorian (Howard Hinnant, chrono-compatible algorithms) ---


def month_of(day: int) -> int:
    """Months since year 0."""
    shifted = day + 719468
    era = shifted // 146097
    day_of_era = shifted - era * 146097
    year = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
    month = (5 * (day_of_era - (365 * year + year // 4 - year // 100)) + 2) // 153
    return (year + era * 400) * 12 + month + 2


def month_start(month: int) -> int:
    """The first day of a month that is counted as by `month_of`."""
    year = (month - 2) // 12
    of_year = (month - 2) - year * 12
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * of_year + 2) // 5 - 719468


def add_months(day: int, months: int) -> int:
    """The same day of the month, so many months on, or that month's last day."""
    month = month_of(day)
    target = month_start(month + months) + day - month_start(month)
    return min(target, month_start(month + months + 1) - 1)


def week_of(day: int) -> int:
    """Weeks, Monday first; consecutive."""
    return (day + 3) // 7


def week_start(week: int) -> int:
    """The Monday of a week that is counted as by `week_of`."""
    return week * 7 - 3


def year_of(day: int) -> int:
    """The calendar year."""
    return month_of(day) // 12


def month_of_year(day: int) -> int:
    """1 to 12."""
    return month_of(day) % 12 + 1


def day_of_month(day: int) -> int:
    """1 to 31."""
    return day - month_start(month_of(day)) + 1


def weekday_of(day: int) -> int:
    """Monday is 1."""
    return (day + 3) % 7 + 1


def after(day: int, today: int) -> int:
    """A day that is still to come; what is past never comes."""
    return day if day > today else FAR


def membership_year(day: int, enrolled: int) -> int:
    """Whole years since enrolment."""
    years = (month_of(day) - month_of(enrolled)) // 12
    if add_months(enrolled, 12 * years) > day:
        years -= 1
    return years


# ---- the log: a count, then (code, units, key1, key2) each ---------------------------------------


def emit(log: Ints, code: int, units: int, key1: int, key2: int) -> None:
    """Write a line."""
    at = 1 + 4 * log[0]
    log[at] = code
    log[at + 1] = units
    log[at + 2] = key1
    log[at + 3] = key2
    log[0] += 1


# ---- rings ---------------------------------------------------------------------------------------


def place(state: Ints, at: int, key1: int, key2: int) -> int:
    """Where the entry (key1, key2) is; made with 0 units if it is not there yet."""
    base = state[at]
    i = state[at + TAIL]
    while i > state[at + HEAD]:
        entry = base + 3 * (i - 1)
        if state[entry] < key1 or (state[entry] == key1 and state[entry + 1] <= key2):
            if state[entry] == key1 and state[entry + 1] == key2:
                return entry
            break
        i -= 1
    if state[at + TAIL] >= state[at + CAPACITY]:
        raise IndexError("a ring is full: the caller has not made room")
    for j in range(base + 3 * state[at + TAIL] - 1, base + 3 * i - 1, -1):
        state[j + 3] = state[j]
    entry = base + 3 * i
    state[entry] = key1
    state[entry + 1] = key2
    state[entry + 2] = 0
    state[at + TAIL] += 1
    return entry


def put(state: Ints, at: int, key1: int, key2: int, units: int) -> None:
    """Add units to the entry (key1, key2)."""
    entry = place(state, at, key1, key2)
    state[entry + 2] += units
    state[at + TOTAL] += units
    if state[at + TOTAL] >= UNITS_MAX:
        raise OverflowError("more units than a balance can hold")
    if state[entry + 2] == 0:
        remove(state, at, entry)


def remove(state: Ints, at: int, entry: int) -> None:
    """Close the gap that an empty entry would be."""
    for j in range(entry, state[at] + 3 * state[at + TAIL] - 3):
        state[j] = state[j + 3]
    state[at + TAIL] -= 1


def credit(state: Ints, at: int, key1: int, key2: int, units: int, log: Ints, fill: int) -> None:
    """Put units into lots; what the balance is below 0 is filled first."""
    owed = min(units, -state[at + TOTAL])
    if owed > 0:
        emit(log, fill, owed, key1, key2)
        state[at + TOTAL] += owed
        units -= owed
    if units > 0:
        put(state, at, key1, key2, units)


def take_at(state: Ints, at: int, key1: int, key2: int, units: int) -> int:
    """Take units of the entry (key1, key2), as far as it has them; how many it had not."""
    for i in range(state[at + HEAD], state[at + TAIL]):
        entry = state[at] + 3 * i
        if state[entry] == key1 and state[entry + 1] == key2:
            part = min(units, state[entry + 2])
            state[entry + 2] -= part
            state[at + TOTAL] -= part
            if state[entry + 2] == 0:
                remove(state, at, entry)
            return units - part
    return units


def take_back(
    state: Ints, at: int, units: int, key1: int, key2: int, log: Ints, code: int, owed: int
) -> None:
    """Take units that the lot they were earned into no longer has: from the lots in order, then
    into a deficit, which is told of that lot; unless it is absorbed (`owed` is -1)."""
    part = min(units, max(0, state[at + TOTAL]))
    take(state, at, part, log, code)
    if units > part and owed >= 0:
        emit(log, owed, units - part, key1, key2)
        state[at + TOTAL] -= units - part


def give_back(
    state: Ints,
    at: int,
    event: Ints,
    currency: int,
    units: int,
    least: int,
    swapped: int,
    log: Ints,
    code: int,
    fill: int,
) -> None:
    """Give spent units back to their lots, the last spent first; none ends before `least`."""
    spent = event[SPENT_AT]
    for i in range(event[spent] - 1, -1, -1):
        lot = spent + 1 + 4 * i
        if event[lot] == currency and units > 0:
            part = min(units, event[lot + 3])
            key1 = max(event[lot + 2], least)
            key2 = event[lot + 1]
            if swapped == 1:
                key1 = event[lot + 1]
                key2 = max(event[lot + 2], least)
            emit(log, code, part, key1, key2)
            credit(state, at, key1, key2, part, log, fill)
            units -= part


def receive(
    state: Ints, at: int, event: Ints, currency: int, swapped: int, log: Ints, code: int, fill: int
) -> None:
    """Put the lots of a currency that an event's row has into lots, in their order."""
    given = event[SPENT_AT]
    for i in range(event[given]):
        lot = given + 1 + 4 * i
        if event[lot] == currency:
            earned, ends, units = event[lot + 1], event[lot + 2], event[lot + 3]
            key1, key2 = (earned, ends) if swapped else (ends, earned)
            emit(log, code, units, key1, key2)
            credit(state, at, key1, key2, units, log, fill)


def put_largest(state: Ints, at: int, key1: int, key2: int, value: int) -> None:
    """Keep the largest value under (key1, key2)."""
    entry = place(state, at, key1, key2)
    state[entry + 2] = max(state[entry + 2], value)


def take(state: Ints, at: int, units: int, log: Ints, code: int) -> None:
    """Take units from the front, which holds them; one log line for each entry touched."""
    while units > 0 and state[at + HEAD] < state[at + TAIL]:
        entry = state[at] + 3 * state[at + HEAD]
        part = min(units, state[entry + 2])
        emit(log, code, part, state[entry], state[entry + 1])
        state[entry + 2] -= part
        state[at + TOTAL] -= part
        units -= part
        if state[entry + 2] == 0:
            state[at + HEAD] += 1


def shift(state: Ints, at: int, to: int, units: int, log: Ints, code: int, fill: int) -> None:
    """Take units from the front of lots, which hold them, into other lots of the same order."""
    while units > 0 and state[at + HEAD] < state[at + TAIL]:
        entry = state[at] + 3 * state[at + HEAD]
        part = min(units, state[entry + 2])
        emit(log, code, part, state[entry], state[entry + 1])
        credit(state, to, state[entry], state[entry + 1], part, log, fill)
        state[entry + 2] -= part
        state[at + TOTAL] -= part
        units -= part
        if state[entry + 2] == 0:
            state[at + HEAD] += 1


def leave(state: Ints, at: int, day: int) -> None:
    """Drop the entries of a window that have left by `day`."""
    while state[at + HEAD] < state[at + TAIL] and state[state[at] + 3 * state[at + HEAD]] <= day:
        state[at + TOTAL] -= state[state[at] + 3 * state[at + HEAD] + 2]
        state[at + HEAD] += 1


def forget(state: Ints, at: int, day: int, last: int) -> None:
    """Drop the entries of a window that have left by `day`; `last` is where the latest key1 of all
    that have is kept."""
    while state[at + HEAD] < state[at + TAIL] and state[state[at] + 3 * state[at + HEAD]] <= day:
        state[last] = max(state[last], state[state[at] + 3 * state[at + HEAD]])
        state[at + TOTAL] -= state[state[at] + 3 * state[at + HEAD] + 2]
        state[at + HEAD] += 1


def latest(state: Ints, at: int, last: int) -> int:
    """The latest key1 of a window, or of what has left it; FAR where there was nothing ever."""
    day = state[last]
    if state[at + HEAD] < state[at + TAIL]:
        day = max(day, state[state[at] + 3 * (state[at + TAIL] - 1)])
    return FAR if day == 0 else day


def front(state: Ints, at: int) -> int:
    """The first key1: the day on which this ring is next due."""
    if state[at + HEAD] < state[at + TAIL]:
        return state[state[at] + 3 * state[at + HEAD]]
    return FAR


def first_leaving(state: Ints, at: int) -> int:
    """The next day on which anything leaves a window."""
    leave(state, at, state[DAY])
    return front(state, at)


def earliest_end(state: Ints, at: int) -> int:
    """The least key2 of lots in order of earning, each with an end of its own."""
    day = FAR
    for i in range(state[at + HEAD], state[at + TAIL]):
        entry = state[at] + 3 * i
        if state[entry + 2] > 0:
            day = min(day, state[entry + 1])
    return day


def expire(state: Ints, at: int, day: int, log: Ints, code: int) -> None:
    """End the lots, in order of their end."""
    while state[at + HEAD] < state[at + TAIL] and state[state[at] + 3 * state[at + HEAD]] <= day:
        entry = state[at] + 3 * state[at + HEAD]
        emit(log, code, state[entry + 2], state[entry], state[entry + 1])
        state[at + TOTAL] -= state[entry + 2]
        state[at + HEAD] += 1


def expire_anywhere(state: Ints, at: int, day: int, log: Ints, code: int) -> None:
    """End the lots that are kept in order of earning; key2 is their end."""
    kept = state[at + HEAD]
    for i in range(state[at + HEAD], state[at + TAIL]):
        entry = state[at] + 3 * i
        if state[entry + 1] <= day:
            emit(log, code, state[entry + 2], state[entry], state[entry + 1])
            state[at + TOTAL] -= state[entry + 2]
        else:
            target = state[at] + 3 * kept
            state[target] = state[entry]
            state[target + 1] = state[entry + 1]
            state[target + 2] = state[entry + 2]
            kept += 1
    state[at + TAIL] = kept


def largest(state: Ints, at: int) -> int:
    """The largest value in a window, 0 of an empty one."""
    value = 0
    for i in range(state[at + HEAD], state[at + TAIL]):
        value = max(value, state[state[at] + 3 * i + 2])
    return value


def distinct(state: Ints, at: int, values: int) -> int:
    """How many different values (key2 % values) are in a window."""
    seen = 0
    count = 0
    for i in range(state[at + HEAD], state[at + TAIL]):
        bit = 1 << (state[state[at] + 3 * i + 1] % values)
        if seen & bit == 0:
            seen |= bit
            count += 1
    return count


def pending_key(day: int, ends: int) -> int:
    """The day earned and the end of a pending accrual as one key."""
    return (day << 41) | ends


def earned_and_end(key: int) -> tuple[int, int]:
    """The inverse of `pending_key`."""
    return key >> 41, key & ((1 << 41) - 1)


# ---- calendar counters ---------------------------------------------------------------------------


def turn(state: Ints, at: int, key: int) -> None:
    """Move a counter on to a later unit."""
    if key > state[at]:
        state[at + PREVIOUS] = state[at + VALUE] if key == state[at] + 1 else 0
        state[at] = key
        state[at + VALUE] = 0


def count(state: Ints, at: int, key: int, value: int) -> None:
    """Add to the unit `key`, if it is the present one or the one before."""
    turn(state, at, key)
    if key == state[at]:
        state[at + VALUE] += value
        if state[at + VALUE] >= UNITS_MAX:
            raise OverflowError("more than a metric can hold")
    elif key == state[at] - 1:
        state[at + PREVIOUS] += value


def count_largest(state: Ints, at: int, key: int, value: int) -> None:
    """Keep the largest value of the unit `key`."""
    turn(state, at, key)
    if key == state[at]:
        state[at + VALUE] = max(state[at + VALUE], value)
    elif key == state[at] - 1:
        state[at + PREVIOUS] = max(state[at + PREVIOUS], value)


def counted(state: Ints, at: int, key: int) -> int:
    """The value of the unit `key`; 0 where it is not remembered."""
    if key == state[at]:
        return state[at + VALUE]
    if key == state[at] - 1:
        return state[at + PREVIOUS]
    return 0


def mark_value(state: Ints, at: int, key: int, value: int, values: int) -> None:
    """Distinct values of a calendar unit: behind the counter stand one count for each value in it,
    and as many for the unit before."""
    if key > state[at]:
        for i in range(values):
            counts = at + COUNTER + i
            state[counts + values] = state[counts] if key == state[at] + 1 else 0
            state[counts] = 0
        turn(state, at, key)
    if key == state[at]:
        tally(state, at + VALUE, at + COUNTER + value, 1)
    elif key == state[at] - 1:
        tally(state, at + PREVIOUS, at + COUNTER + values + value, 1)


def unmark_value(state: Ints, at: int, key: int, value: int, values: int) -> None:
    """The inverse of `mark_value`, as far as the unit is remembered."""
    if key == state[at]:
        tally(state, at + VALUE, at + COUNTER + value, -1)
    elif key == state[at] - 1:
        tally(state, at + PREVIOUS, at + COUNTER + values + value, -1)


def tally(state: Ints, total: int, at: int, times: int) -> None:
    """Count one value so many times more, or fewer, and how many have been counted at all."""
    was = state[at]
    state[at] = max(was + times, 0)
    state[total] += (1 if state[at] > 0 else 0) - (1 if was > 0 else 0)


def win_unit(state: Ints, won: int, at: int, values: int) -> None:
    """With which values of the calendar unit in `won` a level is won."""
    for i in range(values):
        count = 0
        if state[won] == state[at]:
            count = state[at + COUNTER + i]
        elif state[won] == state[at] - 1:
            count = state[at + COUNTER + values + i]
        state[won + WON + i] = count


def win_window(state: Ints, won: int, at: int, values: int) -> None:
    """With which values in a window a level is won."""
    for i in range(values):
        state[won + WON + i] = 0
    for i in range(state[at + HEAD], state[at + TAIL]):
        entry = state[at] + 3 * i
        state[won + WON + state[entry + 1] % values] += state[entry + 2]


def mark_unit(state: Ints, at: int, key: int) -> None:
    """A streak: the last unit with a mark, and how many before it in a row had one."""
    if key > state[at + LAST]:
        state[at + RUN] = state[at + RUN] + 1 if key == state[at + LAST] + 1 else 1
        state[at + LAST] = key


def streak(state: Ints, at: int, key: int) -> int:
    """The run that ends in the unit `key` or the one before."""
    if key - 1 <= state[at + LAST]:
        return state[at + RUN]
    return 0


# ---- baskets -------------------------------------------------------------------------------------


def begin(event: Ints, memory: Ints) -> None:
    """Nothing is taken off yet."""
    at = event[SLICES_AT] + AMOUNT
    for i in range(event[SLICES]):
        memory[LEFT + i] = event[at]
        memory[GONE + i] = 0
        at += event[STRIDE]


def total(event: Ints, memory: Ints, row: int, bits: int) -> int:
    """The sum of a row of the working memory over the slices that have all of `bits`."""
    found = 0
    at = event[SLICES_AT] + MASK
    for i in range(row, row + event[SLICES]):
        if event[at] & bits == bits:
            found += memory[i]
        at += event[STRIDE]
    return found


def total_rounded(
    event: Ints, memory: Ints, bits: int, per: int, number: int, by: int, mode: int
) -> int:
    """So much for every whole `per` that is spent on a slice, rounded for each of the slices that
    have all of `bits`, and summed up."""
    found = 0
    at = event[SLICES_AT] + MASK
    for i in range(SPENT, SPENT + event[SLICES]):
        if event[at] & bits == bits:
            found += round_ratio(memory[i] // per * number, by, mode)
        at += event[STRIDE]
    return found


def sum_of(numbers: Ints, at: int, size: int) -> int:
    """The sum of `size` numbers from `at` on."""
    found = 0
    for i in range(at, at + size):
        found += numbers[i]
    return found


def total_amount(event: Ints, bits: int) -> int:
    """The amounts, before discounts, of the slices that have all of `bits`."""
    found = 0
    for i in range(event[SLICES]):
        at = event[SLICES_AT] + event[STRIDE] * i
        if event[at + MASK] & bits == bits:
            found += event[at + AMOUNT]
    return found


def total_above(event: Ints, memory: Ints, bits: int, column: int) -> int:
    """What a fixed price takes off: what is left of each slice above its price at that."""
    found = 0
    for i in range(event[SLICES]):
        at = event[SLICES_AT] + event[STRIDE] * i
        if event[at + MASK] & bits == bits:
            found += max(0, memory[LEFT + i] - event[at + column])
    return found


def picked(event: Ints, memory: Ints, i: int, column: int, mode: int) -> int:
    """What a discount of some units takes off a slice: of what is left the part that `column` is of
    the amount of the units that are not gone, rounded; with the `mode` ORIGINAL all of it, as far
    as there is so much left."""
    at = event[SLICES_AT] + event[STRIDE] * i
    part = event[at + column]
    if part == 0:
        return 0
    amount = event[at + AMOUNT] - memory[GONE + i]
    if mode == ORIGINAL or part >= amount:
        return min(part, memory[LEFT + i])
    part, rest = divide_product(part, memory[LEFT + i], amount)
    if mode == NEAREST:
        if 2 * rest >= amount:
            part += 1
    elif mode == UP and rest > 0:
        part += 1
    return part


def total_picked(event: Ints, memory: Ints, bits: int, column: int, mode: int) -> int:
    """The same over the slices that have all of `bits`."""
    found = 0
    for i in range(event[SLICES]):
        if event[event[SLICES_AT] + event[STRIDE] * i + MASK] & bits == bits:
            found += picked(event, memory, i, column, mode)
    return found


def mark_gone(event: Ints, memory: Ints, bits: int, column: int) -> None:
    """What a voucher has taken off some units is no part of what later ones take theirs of."""
    for i in range(event[SLICES]):
        at = event[SLICES_AT] + event[STRIDE] * i
        if event[at + MASK] & bits == bits:
            memory[GONE + i] += event[at + column]


def take_off(
    event: Ints, memory: Ints, units: int, bits: int, column: int, mode: int, result: Ints, at: int
) -> None:
    """Spread a discount over its slices; `result` from `at` on gets each slice's share.

    Weights are what is left, or with a `column` what is left above that fixed price, or, with a
    `mode` of 0 or more, what is `picked`.
    """
    for i in range(event[SLICES]):
        slice_at = event[SLICES_AT] + event[STRIDE] * i
        memory[WEIGHT + i] = 0
        if event[slice_at + MASK] & bits == bits:
            memory[WEIGHT + i] = memory[LEFT + i]
            if mode >= 0:
                memory[WEIGHT + i] = picked(event, memory, i, column, mode)
            elif column > 0:
                memory[WEIGHT + i] = max(0, memory[LEFT + i] - event[slice_at + column])
    spread(memory, units, event[SLICES])
    for i in range(event[SLICES]):
        memory[LEFT + i] -= memory[SHARE + i]
        result[at + i] = memory[SHARE + i]


def take_given(event: Ints, memory: Ints, column: int, result: Ints, at: int) -> int:
    """Take off each slice what its number at `column` says; `result` from `at` on gets each slice's
    share.  How much it is together."""
    whole = 0
    slice_at = event[SLICES_AT] - event[STRIDE]
    for i in range(event[SLICES]):
        slice_at += event[STRIDE]
        off = event[slice_at + column]
        memory[LEFT + i] -= off
        result[at + i] = off
        whole += off
    return whole


def count_spent(event: Ints, memory: Ints, tendered: int, before: int) -> None:
    """Fill the row SPENT: what each slice counts as spent, after discounts or `before` them.

    `tendered` is reward-funded value beside the event's own TENDER.
    """
    slices = event[SLICES]
    bill = event[REST]
    for i in range(slices):
        memory[SHARE + i] = 0
        bill += memory[LEFT + i]
    tender = bill
    if event[TENDER] != WHOLE_BILL:
        tender = min(bill, event[TENDER] + tendered)
    if tender > 0:
        for i in range(slices):
            memory[WEIGHT + i] = memory[LEFT + i]
        memory[WEIGHT + slices] = event[REST]
        spread(memory, tender, slices + 1)
    at = event[SLICES_AT] - event[STRIDE]
    for i in range(slices):
        at += event[STRIDE]
        basis = event[at + AMOUNT] if before == 1 else memory[LEFT + i]
        tax = event[at + TAX]
        if tax != 0 and event[at + AMOUNT] > 0:
            share, rest = divide_product(abs(tax), basis, event[at + AMOUNT])
            if 2 * rest >= event[at + AMOUNT]:
                share += 1
            basis += share if tax > 0 else -share
        memory[SPENT + i] = max(0, basis - memory[SHARE + i])


# ---- tiers ---------------------------------------------------------------------------------------


def climb(state: Ints, at: int, earned: int, day: int, until: int, log: Ints, code: int) -> None:
    """Qualify on `day`: up at once, or, earned again, held for longer; in its grace, held anew."""
    if earned > state[at + LEVEL]:
        state[at + LEVEL] = earned
        state[at + UNTIL] = until
        state[at + ANCHOR] = day
        state[at + REVIEWS] = 0
        emit(log, code, earned, until, 0)
    elif (
        earned == state[at + LEVEL]
        and earned > 0
        and (until > state[at + UNTIL] or in_grace(state, at))
    ):
        state[at + UNTIL] = max(until, state[at + UNTIL])
        state[at + ANCHOR] = day
        state[at + REVIEWS] = 0


def settle_level(state: Ints, at: int, level: int, until: int, log: Ints, code: int) -> None:
    """After a review."""
    changed = level != state[at + LEVEL]
    state[at + LEVEL] = level
    state[at + UNTIL] = until if level > 0 else FAR
    state[at + REVIEWS] += 1
    if changed:
        emit(log, code, level, state[at + UNTIL], 0)


def grant_level(state: Ints, at: int, level: int, until: int, log: Ints, code: int) -> None:
    """Give a level until a day: up at once, or held for longer; never down.

    Its next hold counts from that day, on which the present one ends.
    """
    if level > state[at + LEVEL] or (level == state[at + LEVEL] and until > state[at + UNTIL]):
        changed = level != state[at + LEVEL]
        state[at + LEVEL] = level
        state[at + UNTIL] = until
        state[at + ANCHOR] = until
        state[at + REVIEWS] = -1
        if changed:
            emit(log, code, level, until, 0)


def in_grace(state: Ints, at: int) -> bool:
    """Whether the hold of a level has ended and the level is still there; reviews start at -1."""
    return state[at + REVIEWS] >= GRACE - 1


def begin_grace(state: Ints, at: int, until: int, anchor: int) -> None:
    """Leave a level until a day although its hold has ended; the next hold counts from `anchor`."""
    state[at + UNTIL] = until
    state[at + ANCHOR] = anchor
    state[at + REVIEWS] += GRACE


def copy(state: Ints, at: int, to: int, size: int) -> None:
    """Remember a part of the state elsewhere in it."""
    for i in range(size):
        state[to + i] = state[at + i]


def settle_hold(state: Ints, at: int, holds: int, last: int) -> None:
    """What events have held a level by is over: from now on the `last` hold is the present one."""
    copy(state, at, last, TIER)
    state[holds + HEAD] = 0
    state[holds + TAIL] = 0
    state[holds + TOTAL] = 0


def forget_holds(state: Ints, holds: int, last: int) -> None:
    """Of the holds that are over the last is remembered."""
    while front(state, holds) <= state[DAY]:
        entry = state[holds] + 3 * state[holds + HEAD]
        ends, level = state[entry], state[entry + 1] % PLACES
        until = state[last + UNTIL]
        if state[last] == 0 or ends > until or (ends == until and level > state[last]):
            state[last] = level
            state[last + UNTIL] = ends
            state[last + ANCHOR] = state[entry + 1] // PLACES
            state[last + REVIEWS] = 0
        state[holds + TOTAL] -= state[entry + 2]
        state[holds + HEAD] += 1


def qualify(state: Ints, holds: int, last: int, ends: int, day: int, was: int, now: int) -> int:
    """An event of a day holds the level `now`, rather than `was`, until `ends`; whether that had
    been held by it until now."""
    forget_holds(state, holds, last)
    missing = 1
    if was > 0:
        missing = take_at(state, holds, ends, day * PLACES + was, 1)
    if now > was or (now > 0 and missing == 0):
        put(state, holds, ends, day * PLACES + now, 1)
    return 1 - missing


def hold_again(state: Ints, at: int, holds: int, last: int, granted: int) -> None:
    """Hold the level until the latest end of all that holds it or a higher one: the `last` hold,
    events that stand, and a grant, if it was `granted`; as it is, if nothing is known to."""
    level = state[at]
    if level == 0:
        state[at + UNTIL] = FAR
        return
    forget_holds(state, holds, last)
    until, anchor, reviews = state[at + UNTIL], state[at + ANCHOR], state[at + REVIEWS]
    settled = state[last] >= level
    if settled:
        until, anchor, reviews = state[last + UNTIL], state[last + ANCHOR], state[last + REVIEWS]
    ends, held = 0, 0
    for i in range(state[holds + HEAD], state[holds + TAIL]):
        entry = state[holds] + 3 * i
        day = state[entry + 1] // PLACES
        better = state[entry] > ends or day == state[at + ANCHOR]
        if better and state[entry + 1] % PLACES >= level:
            ends, held = state[entry], day
    graced = settled and in_grace(state, last)
    if ends > 0 and (graced or not settled or ends > until):
        until = max(ends, until) if graced else ends
        anchor, reviews = held, 0
    own = state[granted + level - 1]
    alone = own > 0 and not settled and ends == 0  # perhaps not for long any more
    if alone or own > max(until, state[DAY]):
        until, anchor, reviews = own, own, -1
    state[at + UNTIL] = until
    state[at + ANCHOR] = anchor
    state[at + REVIEWS] = reviews


# ---- rewards -------------------------------------------------------------------------------------


def issue_by_balance(state: Ints, at: int, price: int, log: Ints, spend: int, issue: int) -> None:
    """Spend the price of as many rewards as the balance reaches, and issue them."""
    number = min(state[at + TOTAL] // price, ISSUES_MAX)
    if number > 0:
        take(state, at, number * price, log, spend)
        emit(log, issue, number, 0, 0)


# ---- lots that end soon --------------------------------------------------------------------------


def ending(state: Ints, at: int, key: int, first: int, last: int) -> int:
    """The units of lots that end from one day to another; the entries' number `key` is their
    end."""
    units = 0
    for i in range(state[at + HEAD], state[at + TAIL]):
        entry = state[at] + 3 * i
        if first <= state[entry + key] <= last:
            units += state[entry + 2]
    return units


def next_notice(state: Ints, at: int, key: int, notice: int) -> int:
    """The first day to come that is `notice` days before the end of lots."""
    day = FAR
    for i in range(state[at + HEAD], state[at + TAIL]):
        entry = state[at] + 3 * i
        end = state[entry + key]
        if state[entry + 2] > 0 and state[DAY] + notice < end < FAR:
            day = min(day, end - notice)
    return day


# ---- lots that inactivity has ended, and that may come back --------------------------------------


def lapse(state: Ints, at: int, gone: int, idle: int, wiped: int) -> None:
    """All lots end now, as the member has been inactive until the day at `idle`; what ended so
    before is forgotten, but for what was put off until the same day."""
    if state[at + LAPSED] != state[idle]:
        drop(state, at, gone)
        state[at + WIPED_BEFORE] = state[wiped]
    state[at + LAPSED] = state[idle]
    state[at + RESUMED] = 0


def drop(state: Ints, at: int, gone: int) -> None:
    """Forget what has ended."""
    state[at + LAPSED] = 0
    state[at + RESUMED] = 0
    state[gone + HEAD] = 0
    state[gone + TAIL] = 0
    state[gone + TOTAL] = 0


def keep_lapsed(state: Ints, at: int, gone: int, swapped: int, held: int) -> None:
    """Remember the lots of a ring which do not end by themselves today: by their end, and by the
    day earned with whether they were held."""
    for i in range(state[at + HEAD], state[at + TAIL]):
        entry = state[at] + 3 * i
        ends, earned = state[entry + swapped], state[entry + 1 - swapped]
        if ends > state[DAY]:
            put(state, gone, ends, 2 * earned + held, state[entry + 2])


def active_again(state: Ints, at: int, gone: int, idle: int, day: int) -> None:
    """Something is earned on a day, which puts nothing off yet: who has been active since all lots
    ended, and inactive once more, has lost them for good."""
    if state[at + RESUMED] > 0 and state[idle] <= day:
        drop(state, at, gone)


def put_off_lapse(state: Ints, at: int, idle: int, day: int, later: int) -> bool:
    """Something was earned on a day, which puts the end off until `later`: whether lots that have
    ended come back, as they would not have ended until today."""
    if state[at + LAPSED] == 0:
        return False
    if day >= state[at + LAPSED]:
        if state[at + RESUMED] == 0 or day < state[at + RESUMED]:
            state[at + RESUMED] = day
        return False
    if later <= state[at + LAPSED]:
        return False
    state[at + LAPSED] = later
    if 0 < state[at + RESUMED] < later:
        state[at + LAPSED] = max(later, state[idle])
        state[at + RESUMED] = 0
    return state[at + LAPSED] > state[DAY]


def reinstate(
    state: Ints,
    at: int,
    gone: int,
    lots: int,
    held: int,
    swapped: int,
    wiped: int,
    log: Ints,
    code: int,
    code_held: int,
    fill: int,
) -> None:
    """Give back the lots that have ended, but for those that have ended by themselves by now."""
    for i in range(state[gone + HEAD], state[gone + TAIL]):
        entry = state[gone] + 3 * i
        ends, earned, units = state[entry], state[entry + 1] // 2, state[entry + 2]
        key1, key2 = (earned, ends) if swapped else (ends, earned)
        if ends > state[DAY]:
            if state[entry + 1] % 2 == 1:
                emit(log, code_held, units, key1, key2)
                put(state, held, key1, key2, units)
            else:
                emit(log, code, units, key1, key2)
                credit(state, lots, key1, key2, units, log, fill)
    drop(state, at, gone)
    state[wiped] = state[at + WIPED_BEFORE]


# ---- offers: rules of one shape, as rows of a table among the parameters -------------------------
#
# An event's row lists the offers that it is about, each as twice its place in the table, and 1 more
# where it holds; the others have been posted before.  `column` says where, 0: there are none.


def offers(
    event: Ints, decision: Ints, memory: Ints, params: Sequence[int], table: int, column: int
) -> None:
    """Decide the offers that hold."""
    listed = event[column]
    if listed == 0:
        return
    known, spent = -1, 0
    for i in range(listed + 1, listed + 1 + event[listed]):
        if event[i] % 2 == 1:
            at = table + event[i] // 2 * OFFER
            bits, mode = params[at + OFFER_BITS], params[at + OFFER_MODE]
            per, number, by = (
                params[at + OFFER_PER],
                params[at + OFFER_NUMBER],
                params[at + OFFER_BY],
            )
            if params[at + OFFER_BY_LINE] == 1:
                units = total_rounded(event, memory, bits, per, number, by, mode)
            else:
                if bits != known:
                    known, spent = bits, total(event, memory, SPENT, bits)
                units = round_ratio(offer_times(spent, per) * number, by, mode)
            decision[params[at + OFFER_PLACE]] = units


def offer_times(spent: int, per: int) -> int:
    """How often there is so much in what is spent; once where it is asked `per` 0."""
    return 1 if per == 0 else spent // per


def offered(
    event: Ints, numbers: Ints, params: Sequence[int], table: int, column: int, tally: int
) -> int:
    """What the listed offers of one tally come to in a decision, or in what was posted."""
    found = 0
    listed = event[column]
    if listed > 0:
        for i in range(listed + 1, listed + 1 + event[listed]):
            at = table + event[i] // 2 * OFFER
            if params[at + OFFER_TALLY] == tally:
                found += numbers[params[at + OFFER_PLACE]]
    return found


def offered_bonus(
    event: Ints,
    decision: Ints,
    memory: Ints,
    params: Sequence[int],
    table: int,
    column: int,
    tally: int,
    number: int,
    by: int,
    exact: int,
) -> int:
    """What is added to the offers of one tally that hold by `number` / `by` times as much: of what
    each came to, or (`exact`) of what it was before it was rounded."""
    found = 0
    listed = event[column]
    if listed == 0:
        return 0
    for i in range(listed + 1, listed + 1 + event[listed]):
        at = table + event[i] // 2 * OFFER
        if event[i] % 2 == 1 and params[at + OFFER_TALLY] == tally:
            units, mode = decision[params[at + OFFER_PLACE]], params[at + OFFER_MODE]
            of, under = units, 1
            if exact == 1:
                spent = total(event, memory, SPENT, params[at + OFFER_BITS])
                times = offer_times(spent, params[at + OFFER_PER])
                of, under = times * params[at + OFFER_NUMBER], params[at + OFFER_BY]
            found += round_ratio(of * number, under * by, mode) - units
    return found
