"""The openings of an import: whose rows there are, what is wrong with them, how they are posted.

Rows are read once: what is fine is kept beside them as it will be posted.
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec import structs
from psycopg import Connection

from xenia.events.content import fingerprint
from xenia.events.model import OWN, Opening
from xenia.events.values import IDENTIFIERS
from xenia.services.inputs import UnusableError, opening
from xenia.services.opening_events import (
    Brought,
    RowOf,
    Terms,
    brought,
    opening_id,
    told,
)
from xenia.services.opening_keeping import Keeping
from xenia.services.opening_tables import (
    KINDS,
    MEMBERS,
    UNREADABLE,
    VOUCHERS,
    Header,
    read_table,
    several,
)
from xenia.services.opening_values import Flaw
from xenia.services.poster import NotPosted, Poster, QueueFull, Result
from xenia.services.published import Published, Space
from xenia.services.purchase_rows import Row, Wrong
from xenia.services.taking import Taken
from xenia.store import members as persons
from xenia.store import moving_in as store
from xenia.store import personal
from xenia.store.posting import Scope
from xenia.store.staging import Staged, Staging

_BATCH = 500  # members that are looked up, and posted, together
_UNDER_WAY = 4  # batches that wait for their answers
_SHARED = 100_000  # rows that share what only one may have


class _Answer(msgspec.Struct):
    """What is read of an answer."""

    refusals: list[msgspec.Raw]


_encode = msgspec.json.encode
_answer = msgspec.json.Decoder(_Answer).decode
_cells = msgspec.json.Decoder(dict[str, str])

Progress = Callable[[int, str], AbstractContextManager[Callable[[], None]]]
Errors = Callable[[int, Wrong], None]  # by the file's place


@dataclass(slots=True)
class Totals:
    """What there is to be brought in, by what was found good; units are in smallest units."""

    members: int = 0
    known: int = 0  # of them that are recorded already
    lots: int = 0
    vouchers: int = 0
    units: Counter[str] = field(default_factory=Counter)
    wrong: int = 0  # rows

    def add(self, one: Brought) -> None:
        """A member who is fine."""
        assert one.opening is not None, "nothing is wrong with them"
        self.members += 1
        self.lots += len(one.opening.lots)
        self.vouchers += len(one.opening.vouchers)
        self.units.update(one.units)  # `+=` would forget what is below 0


class _Found(NamedTuple):
    """A member: what they bring along, their rows, and whether that is new."""

    one: Brought
    rows: list[RowOf]
    new: bool


@dataclass(slots=True)
class _Parcel:
    """Members whose openings are posted together."""

    members: Sequence[str]
    results: Sequence[Result] = ()
    answered: threading.Event = field(default_factory=threading.Event)

    def done(self, results: Sequence[Result]) -> None:
        """The poster's answers."""
        self.results = results
        self.answered.set()


class Moving:
    def __init__(
        self,
        connection: Connection[Any],
        space: Space,
        published: Published,
        terms: Terms,
        staged: Staging,
    ) -> None:
        self._connection, self._space, self._published = connection, space, published
        self._scope = Scope(space.space_id, published.programme_id)
        self._terms, self._staged = terms, staged
        self._keeping = Keeping(terms, published.name, space.secret)
        self._shared: dict[tuple[int, int], Flaw] = {}  # rows that share something, by file, number
        self.wrong = 0  # rows that are nobody's
        self.lost = 0  # of these, such as may have been anybody's

    # ---- reading -------------------------------------------------------------------------------

    def stage(self, files: Sequence[Path], errors: Errors) -> dict[str, tuple[str, ...]]:
        """Set all rows out; the columns that are not read, by file."""
        passed_over: dict[str, tuple[str, ...]] = {}
        for place, path in enumerate(files):
            with opening(path), path.open("rb") as stream:
                header, rows = read_table(stream, path, self._terms.mapped)
                if header.passed_over:
                    passed_over[str(path)] = header.passed_over
                for item in rows:
                    wrong = self._stage(place, header, item)
                    if wrong is not None:
                        self.wrong += 1
                        errors(place, wrong)
        self._staged.sort()
        for what, _, file, number in self._staged.shared():
            if len(self._shared) >= _SHARED:
                raise UnusableError("too much is given twice: look at what the files' columns are")
            kind, _, value = what.partition(" ")
            text = f"{kind} {value} is in another row, too: it can be one member's only"
            self._shared[file, number] = Flaw("given-twice", text)
        return passed_over

    def _stage(
        self, file: int, header: Header, item: tuple[int, dict[str, str]] | Wrong
    ) -> Wrong | None:
        """Set a row out; or what is wrong with one that is nobody's."""
        kind = KINDS.index(header.kind)
        if isinstance(item, Wrong):
            if item.event is None:
                self.lost += header.kind != MEMBERS
                return item
            values = {UNREADABLE: item.code, "text": item.text, "row": item.row.text[:1000]}
            self._staged.add(Staged(item.event, kind, file, item.row.number, _encode(values)))
            return None
        number, values = item
        member = values.pop("member", None)
        if member is None:
            row = Row(number, _encode(values).decode())
            return Wrong(row, "missing-field", 'the column "member" is empty')
        names = []
        if header.kind == MEMBERS:
            names = [
                f"{name} {each}"
                for name in IDENTIFIERS
                if name in values
                for each in several(values[name])
            ]
        elif header.kind == VOUCHERS and "code" in values:
            names = [f"code {values['code']}"]
        self._staged.add(Staged(member, kind, file, number, _encode(values)), names)
        return None

    # ---- checking ------------------------------------------------------------------------------

    def check(self, errors: Errors, progress: Progress, *, keep: bool = True) -> Totals:
        """Look at every member; what is wrong is told, and what is fine and new kept, if wanted."""
        totals = Totals(wrong=self.wrong)
        with progress(self._staged.number, "rows checked") as done:
            for batch in self._batches():
                for one, rows, new in batch:
                    for _ in rows:
                        done()
                    if one.flaws:
                        totals.wrong += len(rows)
                        for row, flaw in told(one.flaws, rows):
                            errors(row.file, self._wrong(one.member, row, flaw))
                    else:
                        totals.add(one)
                        totals.known += not new
                        if new and keep:
                            self._staged.keep(self._keeping.packed(one))
        return totals

    def _wrong(self, member: str, row: RowOf, flaw: Flaw) -> Wrong:
        text = row.values.get("row") or _encode({"member": member, **row.values}).decode()
        name = opening_id(self._published.name, member)
        return Wrong(Row(row.number, text), flaw.code, flaw.text, name)

    def _batches(self) -> Iterator[list[_Found]]:
        """Members, so many at a time."""
        batch: list[tuple[Brought, list[RowOf]]] = []
        for member, staged in self._staged.by_member():
            rows = [
                RowOf(KINDS[row.kind], row.file, row.number, _cells.decode(row.cells))
                for row in staged
            ]
            one = brought(self._terms, member, rows)
            if self._shared:
                one.flaws += [
                    (row, flaw)
                    for row in rows
                    if (flaw := self._shared.get((row.file, row.number))) is not None
                ]
            batch.append((one, rows))
            if len(batch) >= _BATCH:
                yield self._looked_up(batch)
                batch = []
        if batch:
            yield self._looked_up(batch)

    def _looked_up(self, batch: Sequence[tuple[Brought, list[RowOf]]]) -> list[_Found]:
        """By what the database knows: who is there already, and whose names and codes are."""
        connection, space = self._connection, self._space.space_id
        ids = [one.member for one, _ in batch]
        names = {opening_id(self._published.name, member): member for member in ids}
        recorded = store.recorded(connection, space, OWN, [*names])
        busy = store.busy(connection, self._scope, ids)
        erased = personal.erased_of(connection, space, ids)
        known = persons.known(connection, space, {name for one, _ in batch for name in one.names})
        codes = {
            voucher.code
            for one, _ in batch
            if one.opening is not None
            for voucher in one.opening.vouchers
        }
        owners = store.owners(connection, space, codes) if codes else {}
        found = []
        for one, rows in batch:
            row = recorded.get(opening_id(self._published.name, one.member))
            new = row is None
            refused = row is not None and row.refused
            if row is not None and not refused and not one.flaws:
                # Of its own instant: this may be another import, in which others were put right.
                again = self._again(one, rows, row.at)
                if fingerprint(again, self._space.secret) != row.fingerprint:
                    text = "the member was brought in before, with other content: it stays as it is"
                    one.flaws.append((rows[0], Flaw("different-content", text)))
            elif one.member in erased:
                text = "the member has been erased: they can come back under another id only"
                one.flaws.append((rows[0], Flaw("erased", text)))
            elif (refused or one.member in busy) and not one.flaws:
                text = "something has happened to the member here: correct it with adjustments"
                one.flaws.append((rows[0], Flaw("already-a-member", text)))
            for name in one.names:
                if known.get(name, one.member) != one.member:
                    text = f"{name[0]} {name[1]} is another member's: take it from one of them"
                    one.flaws.append((rows[0], Flaw("identifier-taken", text)))
            if new and one.opening is not None:
                for voucher in one.opening.vouchers:
                    if voucher.code in owners:
                        text = f"there is a voucher {voucher.code} already: give it another code"
                        one.flaws.append((rows[0], Flaw("code-taken", text)))
            found.append(_Found(one, rows, new))
        return found

    def _again(self, one: Brought, rows: list[RowOf], at: int) -> Opening:
        """The opening as it is of another instant."""
        assert one.opening is not None, "nothing is wrong with them"
        if at == self._terms.at:
            return one.opening
        version = self._published.versions[self._published.timeline.at(at).version]
        other = brought(Terms(version, self._terms.mapped, at), one.member, rows).opening
        return structs.replace(one.opening, occurred_at=at) if other is None else other

    # ---- recording -----------------------------------------------------------------------------

    def open(
        self, poster: Poster, totals: Totals, clock: Callable[[], int], progress: Progress
    ) -> tuple[int, int]:
        """Record the openings that were kept; how many were new, and how many could not be, as
        something has happened to the member since they were looked at."""
        recorded = missed = 0
        under_way: deque[_Parcel] = deque()

        def finish() -> None:
            nonlocal recorded, missed
            new, others = _finished(under_way.popleft())
            recorded, missed = recorded + new, missed + others

        with progress(totals.members - totals.known, "members") as done:
            for batch, kept in self._kept():
                fine = [(one, new) for one, _, new in batch if not one.flaws]
                for _ in fine:
                    done()
                missed += len(batch) - len(fine)
                new = [one for one, new in fine if new]
                parcel = self._parcel(new, [kept[one.member] for one in new], clock())
                if not parcel[0].members:
                    continue
                while len(under_way) >= _UNDER_WAY:
                    finish()
                under_way.append(parcel[0])
                while True:
                    try:
                        poster.submit(parcel[1], parcel[0].done)
                        break
                    except QueueFull:
                        finish()
            while under_way:
                finish()
        return recorded, missed

    def _kept(self) -> Iterator[tuple[list[_Found], dict[str, Taken]]]:
        """Members whose openings were kept, so many at a time, as they stand now."""
        batch: dict[str, tuple[Brought, Taken]] = {}
        for what in self._staged.kept():
            one, taken = self._keeping.unpacked(what)
            batch[one.member] = (one, taken)
            if len(batch) >= _BATCH:
                yield self._now(batch)
                batch = {}
        if batch:
            yield self._now(batch)

    def _now(
        self, batch: Mapping[str, tuple[Brought, Taken]]
    ) -> tuple[list[_Found], dict[str, Taken]]:
        row = RowOf(MEMBERS, 0, 0, {})  # nobody is told of it: something has happened meanwhile
        found = self._looked_up([(one, [row]) for one, _ in batch.values()])
        return found, {member: taken for member, (_, taken) in batch.items()}

    def _parcel(
        self, those: Sequence[Brought], taken: list[Taken], now: int
    ) -> tuple[_Parcel, list[Taken]]:
        """What is to be posted; identifiers are there before it."""
        names = [(name, one.member) for one in those for name in one.names]
        if names:
            space = self._space.space_id
            with self._connection.transaction():
                persons.ensure_members(self._connection, space, {who for _, who in names}, now)
                store.name(self._connection, space, names, now)
        return _Parcel([one.member for one in those]), taken


def _finished(parcel: _Parcel) -> tuple[int, int]:
    """Wait for a parcel; how many of its members are recorded now, and of how many the opening was
    refused, or is another one."""
    parcel.answered.wait()
    new = missed = 0
    for member, result in zip(parcel.members, parcel.results, strict=True):
        if isinstance(result, NotPosted):
            raise UnusableError(
                f"{member} could not be recorded ({result.code}): import the same again when the "
                "database can be reached; what is recorded is known then"
            )
        if result.answer is None or _answer(result.answer).refusals:
            missed += 1
        else:
            new += result.new
    return new, missed
