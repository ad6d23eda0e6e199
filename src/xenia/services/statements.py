"""What a member is shown: what they hold now, and every entry of their ledger in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import chain
from typing import Any, NamedTuple

from msgspec import structs
from psycopg import Connection

from xenia.amounts import format_decimal
from xenia.engine.account import Account
from xenia.engine.account import vouchers as as_they_stand
from xenia.engine.reserving import kept_apart, reserved
from xenia.engine.views import lots
from xenia.engine.zones import EPOCH
from xenia.ledger.accounts import LedgerAccount
from xenia.programme.explain.voice import Voice
from xenia.services.answers import Json
from xenia.services.filling import Pasts
from xenia.services.published import Published, Version
from xenia.services.sweeping import account_of
from xenia.store import accounts, ledger, reservations
from xenia.store.ledger import EntryRow, TracedEntry
from xenia.store.posting import Scope

PAGE = 50  # entries on a page where no number is given
PAGE_MAX = 500

_SAID: Mapping[tuple[str, str], str] = {
    (LedgerAccount.ISSUANCE, LedgerAccount.WALLET): "entry-earned",
    (LedgerAccount.ISSUANCE, LedgerAccount.PENDING): "entry-pending",
    (LedgerAccount.PENDING, LedgerAccount.WALLET): "entry-activated",
    (LedgerAccount.WALLET, LedgerAccount.REDEEMED): "entry-spent",
    (LedgerAccount.WALLET, LedgerAccount.BREAKAGE): "entry-expired",
    (LedgerAccount.ADJUSTMENT, LedgerAccount.WALLET): "entry-given",
    (LedgerAccount.WALLET, LedgerAccount.ADJUSTMENT): "entry-taken",
    (LedgerAccount.WALLET, LedgerAccount.HELD): "entry-held",
    (LedgerAccount.HELD, LedgerAccount.WALLET): "entry-released",
    (LedgerAccount.HELD, LedgerAccount.BREAKAGE): "entry-expired",
    (LedgerAccount.BREAKAGE, LedgerAccount.WALLET): "entry-reinstated",
    (LedgerAccount.BREAKAGE, LedgerAccount.HELD): "entry-reinstated",
    (LedgerAccount.REDEEMED, LedgerAccount.WALLET): "entry-given-back",
    (LedgerAccount.PENDING, LedgerAccount.ISSUANCE): "entry-taken",
    (LedgerAccount.WALLET, LedgerAccount.ISSUANCE): "entry-taken",
    (LedgerAccount.HELD, LedgerAccount.ISSUANCE): "entry-taken",
    (LedgerAccount.DEFICIT, LedgerAccount.ISSUANCE): "entry-owed",
    (LedgerAccount.WALLET, LedgerAccount.DEFICIT): "entry-filled",
    (LedgerAccount.WALLET, LedgerAccount.TRANSIT): "entry-handed",
    (LedgerAccount.TRANSIT, LedgerAccount.WALLET): "entry-received",
    (LedgerAccount.HELD, LedgerAccount.TRANSIT): "entry-handed",
    (LedgerAccount.TRANSIT, LedgerAccount.HELD): "entry-received",
    (LedgerAccount.PENDING, LedgerAccount.TRANSIT): "entry-handed",
    (LedgerAccount.TRANSIT, LedgerAccount.PENDING): "entry-received",
    (LedgerAccount.TRANSIT, LedgerAccount.DEFICIT): "entry-filled",
    (LedgerAccount.DEFICIT, LedgerAccount.TRANSIT): "entry-owed",
    (LedgerAccount.OPENING, LedgerAccount.WALLET): "entry-brought",
    (LedgerAccount.OPENING, LedgerAccount.HELD): "entry-brought",
    (LedgerAccount.OPENING, LedgerAccount.PENDING): "entry-brought",
    (LedgerAccount.DEFICIT, LedgerAccount.OPENING): "entry-owed",
}
_MERGED = {"entry-handed": "entry-merged-away", "entry-received": "entry-merged"}
_EVENTS = frozenset(
    {
        "purchase",
        "redemption",
        "enrolment",
        "profile",
        "adjustment",
        "hold",
        "release",
        "grant",
        "use",
        "return",
        "cancel",
        "claim",
        "birthday",
        "act",
        "stay",
        "flight",
        "rental",
        "anniversary",
        "month-end",
        "inactivity",
        "transfer",
        "received",
        "opening",
        "merge",
        "merging",
    }
)


# ---- what is held --------------------------------------------------------------------------------


class _Held(NamedTuple):
    """What a member has at an instant, as it is told, and from what."""

    told: Json
    version: Version
    account: Account


def statement(
    connection: Connection[Any], scope: Scope, published: Published, member: str, now: int
) -> Json | None:
    """Wallet, tiers, metrics, vouchers and benefits of a member at an instant (microseconds).

    What is due by then and has not been swept yet is taken in, and written by nobody.  None where
    nothing has happened to the member in this programme.
    """
    held = _held(connection, scope, published, member, now)
    if held is None:
        return None
    return {**held.told, "endings": _endings(published, held.version, held.account)}


def membership(
    connection: Connection[Any], scope: Scope, published: Published, member: str, now: int
) -> Json | None:
    """The same without what is held: whether they have joined, and their tiers."""
    held = _held(connection, scope, published, member, now)
    if held is None:
        return None
    return {part: held.told[part] for part in ("programme", "version", "enrolled", "tiers")}


def _held(
    connection: Connection[Any], scope: Scope, published: Published, member: str, now: int
) -> _Held | None:
    row = accounts.account(connection, scope, member)
    if row is None:
        return None
    timeline = published.timeline
    issued = tuple(row.voucher() for row in accounts.vouchers(connection, scope, [member]))
    before = structs.replace(account_of(published, row), vouchers=issued)
    as_if = Pasts(connection, scope, timeline).of(member)
    account, outcome = timeline.pass_time(before, now, as_if)
    assert outcome.view is not None, "time that passes ends with a view"
    version = published.versions[outcome.version]
    vouchers = as_they_stand(version.plan, account, now)
    view = outcome.view
    if row.reserving:
        for one in reservations.live(connection, scope, [member], now):
            view = kept_apart(view, one.units)
            vouchers = reserved(vouchers, one.vouchers)
    held = version.writer.final(member, view, vouchers)
    del held["final"]
    told = {
        "member": member,
        "programme": published.name,
        "version": version.version,
        "at": timeline.zone.text(now),
        "enrolled": account.enrolled,
        **held,
    }
    return _Held(told, version, account)


def _endings(published: Published, version: Version, account: Account) -> list[Json]:
    """When units that can be spent, or are held, will end, the soonest first; those without an end
    of their own do not."""
    found: defaultdict[tuple[int, str], int] = defaultdict(int)
    for (currency, kind, _earned, ends), units in lots(version.plan, account.state).items():
        if kind in ("wallet", "held") and ends is not None:
            found[ends, currency] += units
    currencies, zone = version.plan.programme.currencies, published.timeline.zone
    return [
        {
            "currency": currency,
            "units": format_decimal(units, currencies[currency].decimals),
            "at": zone.start_text(day),
        }
        for (day, currency), units in sorted(found.items())
    ]


# ---- the ledger ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Page:
    """Entries, newest first; `cursor` leads to those before them, None: there are none."""

    entries: tuple[Json, ...]
    cursor: str | None


def ledger_page(
    connection: Connection[Any],
    scope: Scope,
    published: Published,
    member: str,
    *,
    locale: str = "en",
    currency: str | None = None,
    cursor: str | None = None,
    limit: int = PAGE,
    names_events: bool = True,
) -> Page:
    """A page of a member's ledger, each entry with its event, its lot and a sentence; of one
    currency, or of all.

    Raises ValueError for a cursor that no page has given, and words.NoPhrases for a locale in whose
    language nothing is written.
    """
    most = max(1, min(limit, PAGE_MAX))
    before = None if cursor is None else _place(cursor)
    rows = ledger.page_of_entries(
        connection, scope, member, before=before, limit=most + 1, currency=currency
    )
    teller = Teller(published, locale, names_events=names_events)
    last = rows[most - 1].entry if len(rows) > most else None
    return Page(
        tuple(teller.entry(row) for row in rows[:most]),
        None if last is None else f"{last.seq}.{last.n}",
    )


def _place(cursor: str) -> tuple[int, int]:
    seq, dot, n = cursor.partition(".")
    if not (dot and seq.isdecimal() and n.isdecimal() and len(cursor) < 40):
        raise ValueError(f'"{cursor[:40]}" is not a cursor: take the one that a page has given')
    return int(seq), int(n)


class Teller:
    """Tells entries in one language, by the texts of the version that made each; with the ids of
    their events, which say nothing to members, or without."""

    def __init__(self, published: Published, locale: str, *, names_events: bool = True) -> None:
        self._names_events = names_events
        self._published, self._locale = published, locale
        self._zone = published.timeline.zone
        # Also where there is nothing to tell, an unknown language is refused.
        self._newest_first = sorted(published.versions, reverse=True)
        newest = self._newest_first[0]
        self._voices = {newest: Voice(published.versions[newest].plan.programme, locale)}

    def entry(self, traced: TracedEntry) -> Json:
        """One entry as it is shown; units in the currency's decimals, times in the programme's
        offset."""
        entry, voice = traced.entry, self._voice(traced)
        return {
            "id": f"{entry.seq}.{entry.n}",
            "effect": entry.effect,
            "currency": entry.currency,
            "units": format_decimal(entry.units, _decimals(voice, entry)),
            "debit": entry.debit,
            "credit": entry.credit,
            "lot": {
                "earned": (EPOCH + timedelta(entry.earned)).isoformat(),
                "expires": self._start(entry.ends),
            },
            "kind": entry.accrual,
            "rule": entry.rule,
            "funder": entry.funder,
            "version": traced.version,
            "event": traced.source
            and {"source": traced.source, "id": traced.event_id, "type": traced.type},
            "occurred_at": self._zone.text(entry.occurred_at),
            "recorded_at": self._zone.text(entry.recorded_at),
            "accounting_on": (EPOCH + timedelta(entry.accounting_on)).isoformat(),
            "words": self._words(voice, traced),
        }

    def words(self, traced: TracedEntry) -> str:
        """What an entry did, in a few words: "1 point per dollar: 12 points, purchase e1"."""
        return self._words(self._voice(traced), traced)

    def _words(self, voice: Voice, traced: TracedEntry) -> str:
        entry = traced.entry
        units = Decimal(entry.units).scaleb(-_decimals(voice, entry))
        # "1 point", where "1.00" would be several.
        whole = units.to_integral_value()
        said = voice.units(entry.currency, whole if whole == units else units.normalize())
        phrase = _SAID.get((entry.debit, entry.credit), "entry-moved")
        if entry.effect.startswith("due/") and LedgerAccount.TRANSIT in (entry.debit, entry.credit):
            phrase = "entry-renewed"
        if phrase in _MERGED and traced.type in ("merge", "merging"):
            phrase = _MERGED[phrase]
        core = voice.say(phrase, units=said, rule=self._rule(voice, entry))
        own = entry.effect.startswith(f"{traced.source}/{traced.event_id}/")
        if not self._names_events or traced.type not in _EVENTS or not own:
            return core  # or it fell due, and the event only came after it
        event = voice.say(f"event-{traced.type}", id=traced.event_id or "")
        return voice.say("entry-of-event", core=core, event=event)

    def _rule(self, voice: Voice, entry: EntryRow) -> str:
        if entry.rule is None:
            return ""
        rule = voice.programme.rules.get(entry.rule)
        return voice.text(None if rule is None else rule.title, entry.rule)

    def _voice(self, traced: TracedEntry) -> Voice:
        """In the words of the version that decided; of due work, whose currency may have gone with
        an earlier one, of the newest that knows it."""
        currency = traced.entry.currency
        for number in chain((traced.version or 0,), self._newest_first):
            version = self._published.versions.get(number)
            if version is None or currency not in version.plan.programme.currencies:
                continue
            if number not in self._voices:
                self._voices[number] = Voice(version.plan.programme, self._locale)
            return self._voices[number]
        raise LookupError(f"no version has a currency {currency}")

    def _start(self, day: int | None) -> str | None:
        return None if day is None else self._zone.start_text(day)


def _decimals(voice: Voice, entry: EntryRow) -> int:
    return voice.programme.currencies[entry.currency].decimals
