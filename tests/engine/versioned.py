"""A replay of one programme in several versions, without what members share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from xenia.amounts import money_decimals
from xenia.effects import NOTHING, Given, Outcome, View
from xenia.engine.account import Account
from xenia.engine.compile import compile_programme
from xenia.engine.since import ALWAYS
from xenia.engine.timeline import Timeline
from xenia.engine.versions import TimelineVersion
from xenia.events.model import Event
from xenia.programme.model import Programme
from xenia.services.answers import Writer
from xenia.services.conventions import conventions_of
from xenia.services.deciding import EngineDecider
from xenia.services.event_files import KEY_BYTES
from xenia.services.replay import Replay


@dataclass(frozen=True)
class VersionsDecider(EngineDecider):
    """Decides by the version in force; all else is that of `plan`."""

    line: Timeline = field(kw_only=True)

    def new_account(self, member: str) -> Account:
        return self.line.new_account(member)

    def decide(
        self, account: Account, event: Event, given: Given = NOTHING
    ) -> tuple[Account, Outcome]:
        event = self.recorded.chosen(event)
        given = self.recorded.given(event, given, self.line.at(event.occurred_at).plan)
        after, outcome = self.line.decide(
            account, event, given=given, past=self.recorded.past(event), trace=True
        )
        self.recorded.keep(event, outcome)
        return after, outcome

    def pass_time(self, account: Account, until: int) -> tuple[Account, Outcome]:
        return self.line.pass_time(account, until)

    def view(self, account: Account, at: int) -> View:
        return self.line.view(account, at)


def versions_of(programmes: Sequence[Programme], starts: Sequence[int]) -> Timeline:
    """The versions of a programme, each but the first in force from an instant on."""
    return Timeline(
        [
            TimelineVersion(n, start, compile_programme(programme, n), bytes(KEY_BYTES))
            for n, (programme, start) in enumerate(
                zip(programmes, [ALWAYS, *starts], strict=True), start=1
            )
        ]
    )


def replay_of_versions(programmes: Sequence[Programme], starts: Sequence[int]) -> Replay[Account]:
    """An empty space in memory for a programme in versions."""
    line = versions_of(programmes, starts)
    plan = line.versions[-1].plan
    writer = Writer(
        programme=plan.programme.id,
        version=plan.version,
        clock=plan.zone,
        money=money_decimals(plan.programme.money),
        currencies={name: each.decimals for name, each in plan.programme.currencies.items()},
        metrics={each.version: each.plan.analysis.metric_scales for each in line.versions},
    )
    decider = VersionsDecider(plan, bytes(KEY_BYTES), line=line)
    return Replay(decider, conventions_of(plan.programme), writer)
