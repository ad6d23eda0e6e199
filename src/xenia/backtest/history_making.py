"""A history from beginning to end: files are looked at, imported, and told of in `history.json`."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from xenia.backtest import history_shuffle as shuffle
from xenia.backtest.history import SCHEMA, TOLD, Bad, History, Source, Told
from xenia.backtest.history_files import Table, attributes, table
from xenia.backtest.history_import import Steps, Tell
from xenia.backtest.history_mapping import Terms
from xenia.backtest.history_members import Members
from xenia.backtest.history_sql import connected
from xenia.backtest.history_sums import together
from xenia.services.error_file import ErrorFile
from xenia.services.inputs import UnusableError, opening
from xenia.services.purchase_rows import Row, Wrong

_WORK, _PLAN = "work", "plan.json"
_PER_BUCKET = 32 * 2**20  # bytes of the files
_MOST = 256  # buckets


@dataclass(frozen=True, slots=True)
class Making:
    """An import that is about to begin, or to go on."""

    folder: Path
    tables: Sequence[Table]
    terms: Terms
    database: duckdb.DuckDBPyConnection
    members: Members | None = None

    @classmethod
    def of(
        cls,
        files: Sequence[Path],
        folder: Path,
        terms: Terms,
        said: Sequence[str],
        *,
        members: Path | None = None,
        said_of_members: Sequence[str] = (),
    ) -> Making:
        """Files and their mappings; and of a file of members.  Raises UnusableError."""
        if (folder / TOLD).exists():
            raise UnusableError(f"{folder}: a history is there already: name another folder")
        if folder.exists() and not (folder / _WORK).is_dir() and any(folder.iterdir()):
            raise UnusableError(f"{folder}: something else is in there: name another folder")
        named = [*files, *([] if members is None else [members])]
        if twice := [path for path in named if named.count(path) > 1]:
            raise UnusableError(f"{twice[0]}: named twice: leave it out once")
        database = connected(folder / _WORK / "spilled")
        tables = [table(path, said, terms, database) for path in files]
        who = None if members is None else Members.of(members, said_of_members, terms, database)
        return cls(folder, tables, terms, database, who)

    @property
    def all_tables(self) -> Sequence[Table]:
        """Those of purchases, and behind them that of members."""
        return [*self.tables, *([] if self.members is None else [self.members.table])]

    def make(self, tell: Tell, buckets: int | None = None) -> History:
        """All of it; what is done already is passed over.  Raises UnusableError."""
        work = self.folder / _WORK
        size = sum(each.weight for each in self.tables)
        count = buckets or max(1, min(_MOST, -(-size // _PER_BUCKET)))
        kinds = dict(attributes(self.tables, self.terms))
        known = {} if self.members is None else dict(self.members.kinds)
        self._begin(work / _PLAN, {"buckets": count, "attributes": kinds, "members": known})
        steps = Steps(
            self.tables, self.folder, work, self.database,
            terms=self.terms, attributes=kinds, members=self.members, buckets=count, tell=tell,
        )  # fmt: skip
        steps.read()
        steps.bring_together()
        steps.enrol()
        parts = steps.order()
        members, guests = together(parts[:count]), together(parts[count:])
        told = Told(
            schema=SCHEMA,
            complete=True,
            money=self.terms.money,
            money_decimals=self.terms.decimals,
            timezone=self.terms.timezone,
            buckets=count,
            members=members.members,
            of_members=members.sums,
            of_guests=guests.sums,
            lacks=together([members, guests]).lacks,
            attributes=kinds,
            sources=tuple(_source(each.path) for each in self.all_tables),
            bad=self._left_out(steps, members.known),
            member_attributes=known,
        )
        with shuffle.whole(self.folder / TOLD) as made:
            made.write_bytes(msgspec.json.format(msgspec.json.encode(told)))
        self.database.close()
        shutil.rmtree(work)
        return History.open(self.folder)

    def _begin(self, path: Path, how: dict[str, Any]) -> None:
        """Write down what is to be done, or see that it is the same as what was begun."""
        files = [
            [str(each.path.resolve()), stat.st_size, stat.st_mtime_ns, each.mapped.fields]
            for each in self.all_tables
            for stat in [each.path.stat()]
        ]
        written = self.terms.written
        how |= {"files": files, "money": self.terms.money, "timezone": self.terms.timezone}
        how |= {"written": written, "duckdb": duckdb.__version__, "schema": SCHEMA}
        plan = msgspec.json.encode(how)
        if not path.exists():
            with shuffle.whole(path) as made:
                made.write_bytes(plan)
        elif path.read_bytes() != plan:
            raise UnusableError(
                f"{self.folder}: another import was begun here (other files, or another mapping): "
                "remove the folder, or name another"
            )

    def _left_out(self, steps: Steps, known: int) -> Bad:
        """Writes a file of errors beside each file of which something was left out."""
        rows, seen = 0, None
        with ExitStack() as stack:
            files = [stack.enter_context(ErrorFile(each.path)) for each in self.all_tables]
            bad = []
            for file, number, _, text, code, reason, event in steps.wrong():
                rows += (file, number) != seen
                seen = (file, number)
                if files[file].path not in bad:
                    bad.append(files[file].path)
                files[file].write(Wrong(Row(number, text), code, reason, event))
        return Bad(
            rows=rows,
            known=steps.known() + known,
            later=steps.later(),
            files=tuple(map(str, bad)),
        )


def _source(path: Path) -> Source:
    with opening(path), path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return Source(name=path.name, size=path.stat().st_size, sha256=digest)
