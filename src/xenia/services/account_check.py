"""Holds what is stored of one account against the same account folded again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import msgspec

from xenia.effects import Voucher
from xenia.engine.account import Account
from xenia.engine.layout import Layout
from xenia.engine.moments.kinds import next_look
from xenia.engine.operators import FAR
from xenia.engine.views import lots as lots_of_state
from xenia.engine.vouchers import ISSUED, RESERVED
from xenia.engine.zones import EPOCH
from xenia.events.conventions import MERGED_INTO
from xenia.events.model import Event, Merging
from xenia.ledger.lots import Lot, balances
from xenia.services.answer_check import check_answer
from xenia.services.compared import shown
from xenia.services.discrepancies import (
    NOTHING,
    Checked,
    Discrepancy,
    entry_told,
    first_difference,
    numbers_told,
    place_told,
    voucher_told,
)
from xenia.services.due_days import days_of
from xenia.services.fingerprints import Sent
from xenia.services.folding import Folded, Folding, Unfoldable, guest_again, new_folding
from xenia.services.guarding import otherwise, spending_row
from xenia.services.guests_check import GuestsLeft
from xenia.services.kept import joined_on, standing_of
from xenia.services.opened import Decided
from xenia.services.published import Published
from xenia.services.refused_spends import refused_otherwise, refused_spend
from xenia.services.taken_back_check import check_claims, check_taken_back
from xenia.store.accounts import AccountRow, VoucherRow, voucher_row
from xenia.store.guards import SpendingRow
from xenia.store.ledger import EntryRow, LotRow, Step, WalletRow
from xenia.store.refused_spends import RefusedRow
from xenia.store.taken_back import ClaimRow

_OF_A_MEMBER = 20  # discrepancies that are told of one member; one wrong step brings many


@dataclass(frozen=True, slots=True)
class Stored:
    """All that is stored of a member, in the order of recording; steps and entries may stream."""

    account: AccountRow | None
    steps: Iterable[Step]
    entries: Iterable[EntryRow]
    vouchers: Sequence[VoucherRow]
    lots: Sequence[LotRow]
    wallets: Sequence[WalletRow]
    sent: Sent
    remains: Mapping[tuple[str, str], str]  # what is left of events, as JSON
    waiting: Sequence[tuple[tuple[str, str], tuple[str, str]]]  # for what, and what
    claims: Sequence[ClaimRow] = ()
    spending: Sequence[SpendingRow] = ()
    refused: Sequence[RefusedRow] = ()  # for safety, as far as it is kept


def check_account(published: Published, member: str, stored: Stored) -> Checked:
    """Fold a member's account again and hold all that is stored of it against that."""
    checker = _Checker(published, member, stored)
    checker.run()
    found = checker.found
    if checker.number_found > len(found):
        more = str(checker.number_found - len(found))
        found.append(Discrepancy(published.name, member, "", "more of this", more, NOTHING))
    return Checked(1, checker.number, found, checker.folding.used)


def check_guest(
    published: Published, step: Step, sent: Sent, left: GuestsLeft
) -> list[Discrepancy]:
    """Decide again what was recorded without an account, and note what is `left` of purchases: of a
    guest, or of who was no member."""
    member = step.member or None
    try:
        folded = guest_again(published, step)
    except Unfoldable as reason:
        why = f"not to be done: {reason}"
        told = ("the whole", "something", why)
        return [Discrepancy(published.name, member, place_told(step), *told)]
    assert folded.event is not None, "time passes for accounts only"
    left.note(folded)
    found = [*sent.check(step, folded.event), *check_answer(step.answer or "", folded)]
    return [Discrepancy(published.name, member, place_told(step), *one) for one in found]


class _Checker:
    """One member's check; it finds at least what is wrong first, and goes on as far as it can."""

    def __init__(self, published: Published, member: str, stored: Stored) -> None:
        self._published, self._member, self._stored = published, member, stored
        self._zone = published.timeline.zone
        self._entries = _Rows(stored.entries)
        self._issued: dict[str, VoucherRow] = {}
        self._spent: dict[int, SpendingRow] = {}
        self._refused: dict[tuple[str, str], RefusedRow] = {}
        self.folding: Folding = new_folding(published, member)
        self.found: list[Discrepancy] = []
        self.number = self.number_found = 0

    def run(self) -> None:
        """Every step, then the account as it stands."""
        last = 0
        for step in self._stored.steps:
            self.number += 1
            if step.seq != last + 1:
                what = f"steps {last + 1} to {step.seq - 1}" if step.seq > last else "its number"
                self._say(place_told(step), what, NOTHING, "something")
            last = step.seq
            if not self._step(step):
                return
        for row in self._entries.rest():
            self._say(f"step {row.seq}", f"entry {row.n}", entry_told(row), NOTHING)
        self._vouchers()
        self._lots()
        self._taken_back()
        for one in otherwise(self._stored.spending, self._spent):
            self._say(*one)
        for one in refused_otherwise(self._stored.refused, self._refused):
            self._say(*one)
        self._account(last)

    # ---- a step ------------------------------------------------------------------------------

    def _step(self, step: Step) -> bool:
        """Whether the fold can go on."""
        try:
            folded = self.folding.take(step)
        except Unfoldable as reason:
            self._say(place_told(step), "the whole step", "something", f"not to be done: {reason}")
            return False
        if step.version != folded.outcome.version:
            version = str(folded.outcome.version)
            self._say(place_told(step), "the version that decided", str(step.version), version)
        if folded.event is not None:
            self._record(step, folded.event, folded)
        elif step.effects is not None:
            if step.effects != folded.effects:
                self._say(place_told(step), "effects", step.effects, str(folded.effects))
        elif step.notices is not None and step.notices != folded.notices:
            self._say(place_told(step), "notices", step.notices, str(folded.notices))
        self._step_entries(step, folded)
        self._step_vouchers(step, folded)
        return True

    def _step_vouchers(self, step: Step, folded: Folded) -> None:
        """What is issued and used; an event was decided on vouchers as they then were."""
        for n, item in enumerate(folded.outcome.vouchers):
            self._issued[item.code] = voucher_row(self._member, item, step.seq, n)
        if isinstance(folded.event, Merging) and folded.event.step == "done":
            self._issued.clear()  # they are the other member's now
            return
        for given in folded.given.vouchers:
            found = self._issued.get(given.code)
            if found is None or found.voucher() != _as_issued(given):
                now = NOTHING if found is None else voucher_told(found)
                before = voucher_told(voucher_row(self._member, given, 0, 0))
                self._say(place_told(step), "a voucher that was shown", before, now)
        for item in folded.outcome.changed:
            if item.code in self._issued:
                self._issued[item.code] = self._issued[item.code].as_now(item)

    def _record(self, step: Step, event: Event, folded: Folded) -> None:
        at = place_told(step)
        if folded.given.counted:
            decided = Decided(event, step.seq, folded.outcome, folded.given)
            self._spent[step.seq] = spending_row(decided, step.recorded_at)
        if (row := refused_spend(event, folded.outcome, folded.given)) is not None:
            self._refused[event.source, event.id] = row
        if step.event_member != self._member:
            self._say(at, "whose event it is", str(step.event_member), self._member)
        for what, before, now in self._stored.sent.check(step, event):
            self._say(at, what, before, now)
        record = folded.outcome.record
        # Of a plan that is compiled in another way the numbers stand in other places.
        if record is None:
            if step.read is not None or step.posted is not None:
                self._say(at, "what the decision read and posted", "something", NOTHING)
        elif step.plan is None or step.plan == record.plan:
            for what, kept, again in (
                ("what the decision read", step.read, record.read),
                ("what the decision posted", step.posted, record.posted),
            ):
                if kept != again:
                    self._say(at, what, numbers_told(kept), numbers_told(again))
        if step.answer is not None:
            for what, before, now in check_answer(step.answer, folded):
                self._say(at, what, before, now)

    def _step_entries(self, step: Step, folded: Folded) -> None:
        at = place_told(step)
        for row in self._entries.before(step.seq):
            self._say(f"step {row.seq}", f"entry {row.n}", entry_told(row), NOTHING)
        kept = {row.n: row for row in self._entries.before(step.seq + 1)}
        for today in self._expected(step, folded):
            found = kept.pop(today.n, None)
            row = self._as_booked(today, found)
            if found is None:
                self._say(at, f"entry {row.n}", NOTHING, entry_told(row))
            elif found != row:
                for name, before, now in zip(EntryRow._fields, found, row, strict=True):
                    if before != now:
                        self._say(at, f"entry {row.n}.{name}", str(before), str(now))
        for n in sorted(kept):
            self._say(at, f"entry {n}", entry_told(kept[n]), NOTHING)

    def _as_booked(self, row: EntryRow, found: EntryRow | None) -> EntryRow:
        """An entry of a clock that was slow is booked on the first day that was open then."""
        open_from = self._published.open_from
        if found is None or open_from is None or not row.accounting_on < found.accounting_on:
            return row
        begins_a_month = (EPOCH + timedelta(found.accounting_on)).day == 1
        if not begins_a_month or found.accounting_on > open_from:
            return row
        return row._replace(accounting_on=found.accounting_on)

    def _expected(self, step: Step, folded: Folded) -> Iterator[EntryRow]:
        today = self._zone.day_of(step.recorded_at)
        for n, entry in enumerate(folded.entries):
            happened = step.occurred_at
            if entry.due or happened is None:
                happened = self._zone.start_of(entry.day)
            yield EntryRow(
                member=self._member,
                seq=step.seq,
                n=n,
                currency=entry.currency,
                debit=entry.debit.value,
                credit=entry.credit.value,
                units=entry.units,
                earned=entry.earned,
                ends=entry.ends,
                accrual=entry.accrual,
                funder=entry.funder,
                rule=entry.rule,
                effect=entry.effect,
                occurred_at=happened,
                recorded_at=step.recorded_at,
                accounting_on=today,
            )

    # ---- what it comes to ----------------------------------------------------------------------

    def _vouchers(self) -> None:
        kept = {(row.seq, row.n): row for row in self._stored.vouchers}
        for row in self._issued.values():
            found = kept.pop((row.seq, row.n), None)
            if found != row:
                before = NOTHING if found is None else voucher_told(found)
                self._say(f"step {row.seq}", f"voucher {row.n}", before, voucher_told(row))
        for row in kept.values():
            self._say(f"step {row.seq}", f"voucher {row.n}", voucher_told(row), NOTHING)

    def _lots(self) -> None:
        """The sums of the entries, the state and the views say the same of every lot."""
        folded = {lot: units for lot, units in self.folding.lots.items() if units}
        account = self.folding.account
        plan = self._published.timeline.of(account.version).plan
        self._same_lots("state", lots_of_state(plan, account.state), folded)
        kept = {row[1:5]: row.units for row in self._stored.lots}
        self._same_lots("entries", kept, folded)
        sums = balances(folded)
        for row in self._stored.wallets:  # a balance below 0 is an account of its own
            owed = sums.pop((row.currency, "deficit"), 0)
            if owed:
                sums[row.currency, "wallet"] = sums.get((row.currency, "wallet"), 0) + owed
        for row in self._stored.wallets:
            for name in ("balance", "pending", "held"):
                units = sums.pop((row.currency, "wallet" if name == "balance" else name), 0)
                if units != getattr(row, name):
                    what = f"{name} of {row.currency}"
                    self._say("wallet", what, str(getattr(row, name)), str(units))
        for (currency, name), units in sorted(sums.items()):
            if units:
                self._say("wallet", f"{name} of {currency}", NOTHING, str(units))

    def _same_lots(self, at: str, kept: Mapping[Lot, int], folded: Mapping[Lot, int]) -> None:
        for lot in sorted(kept.keys() | folded.keys(), key=str):
            if kept.get(lot, 0) != folded.get(lot, 0):
                what = "units of the lot " + " ".join(str(part) for part in lot)
                self._say(at, what, str(kept.get(lot, 0)), str(folded.get(lot, 0)))

    def _taken_back(self) -> None:
        """What is left of events, and what waits for one."""
        stored = self._stored
        over = MERGED_INTO in self.folding.account.attributes
        recorded = self.folding.recorded
        told = check_taken_back(recorded, stored.remains, stored.waiting, over=over)
        for at, what, before, now in (*told, *check_claims(recorded, stored.claims)):
            self._say(at, what, before, now)
        waiting = sum(len(events) for events in self.folding.recorded.waits.values())
        if stored.account is not None and stored.account.waiting != waiting:
            self._say("account", "how many wait", str(stored.account.waiting), str(waiting))

    def _account(self, last: int) -> None:
        row, account = self._stored.account, self.folding.account
        if row is None:
            if last:
                self._say("account", "the whole", NOTHING, f"{last} steps")
            return
        if row.seq != last:
            self._say("account", "how many steps", str(row.seq), str(last))
        if last == 0:
            # It was opened, and nothing has happened since: in whichever version that was.
            account = Account(self._member, self._fresh(row.version), version=row.version)
        plan = self._published.timeline.of(account.version).plan
        if row.version != account.version:
            self._say("account", "version", str(row.version), str(account.version))
        self._state(row, account, plan.layout)
        standing = standing_of(plan.layout, account.state)
        if row.standing != standing:
            self._say("account", "standing", row.standing or NOTHING, standing or NOTHING)
        if row.joined != joined_on(account.state):
            since = str(joined_on(account.state))
            self._say("account", "since when they are a member", str(row.joined), since)
        if row.next_due not in days_of(self._published, account):
            now = next_look(self._published.timeline, account)
            self._say("account", "next due day", str(row.next_due), str(now))
        try:
            kept = msgspec.json.decode(row.attributes)
        except msgspec.DecodeError:
            kept = row.attributes
        if kept != dict(account.attributes):
            self._say("account", "attributes", row.attributes, shown(dict(account.attributes)))

    def _state(self, row: AccountRow, account: Account, layout: Layout) -> None:
        folded, stored = layout.pack(account.state), row.state
        if row.layout != layout.key():
            # Another build of Xenia has stored it: it is compared as this one opens it.
            if (old := self._published.layouts.get(row.layout)) is None:
                self._say("account", "layout", row.layout, layout.key())
                return
            moved = layout.moved_from(old, old.unpack(stored))
            stored = layout.pack(layout.with_slots(moved, account.state, layout.lacking(old)))
        if stored != folded:
            self._say("account", "state", *first_difference(stored, folded))

    def _fresh(self, version: int) -> Sequence[int]:
        known = self._published.versions
        found = known.get(version) or next(iter(known.values()))
        return found.plan.layout.fresh()

    def _say(self, at: str, what: str, stored: str, folded: str) -> None:
        self.number_found += 1
        if self.number_found <= _OF_A_MEMBER:
            self.found.append(
                Discrepancy(self._published.name, self._member, at, what, stored, folded)
            )


class _Rows:
    """Entries in the order of their steps, read once."""

    def __init__(self, rows: Iterable[EntryRow]) -> None:
        self._rows = iter(rows)
        self._next = next(self._rows, None)

    def before(self, seq: int) -> Iterator[EntryRow]:
        """Those of steps before this one that have not been read yet."""
        while self._next is not None and self._next.seq < seq:
            row, self._next = self._next, next(self._rows, None)
            yield row

    def rest(self) -> Iterator[EntryRow]:
        """All that is left."""
        return self.before(FAR)


def _as_issued(voucher: Voucher) -> Voucher:
    """A voucher; one that was reserved as what it is: reservations are no part of an account."""
    return msgspec.structs.replace(voucher, state=ISSUED) if voucher.state == RESERVED else voucher
