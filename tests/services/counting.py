"""A decider of a few lines: each event brings a star, which is gone ten days later."""

from dataclasses import dataclass, field, replace

from xenia.effects import NOTHING, Balance, Effect, Given, Kind, Outcome, View, Voucher
from xenia.events.conventions import Conventions
from xenia.events.model import Claim, Event, Purchase, TakingBack
from xenia.services.answers import Writer
from xenia.services.replay import Replay

DAY = 86_400_000_000
LIFE = 10  # days


class Utc:
    """Local time that is UTC, written as day and second."""

    def text(self, instant: int) -> str:
        return f"day {instant // DAY}, second {instant % DAY // 1_000_000}"

    def start_text(self, day: int) -> str:
        return self.text(day * DAY)


@dataclass(frozen=True)
class Stars:
    member: str
    ends: tuple[int, ...] = field(default=())


class Counting:
    def new_account(self, member: str) -> Stars:
        return Stars(member)

    def decide(self, account: Stars, event: Event, given: Given = NOTHING) -> tuple[Stars, Outcome]:
        del given
        account, due = self.pass_time(account, event.occurred_at)
        day = event.occurred_at // DAY
        earned = Effect(
            kind=Kind.EARN,
            id=f"{event.source}/{event.id}/1",
            day=day,
            rule="star",
            currency="stars",
            units=1,
            accrual="base",
            expires=day + LIFE,
        )
        account = replace(account, ends=(*account.ends, day + LIFE))
        view = self.view(account, event.occurred_at)
        return account, Outcome(effects=(*due.effects, earned), view=view)

    def moment(self, account: Stars, until: int) -> None:
        del account, until

    def pass_time(self, account: Stars, until: int) -> tuple[Stars, Outcome]:
        gone = [end for end in account.ends if end <= until // DAY]
        effects = tuple(
            Effect(
                kind=Kind.EXPIRE,
                id=f"due/{account.member}/{end}/1",
                day=end,
                due=True,
                currency="stars",
                units=1,
                expires=end,
            )
            for end in gone
        )
        account = replace(account, ends=account.ends[len(gone) :])
        return account, Outcome(effects=effects, view=self.view(account, until))

    def view(self, account: Stars, at: int) -> View:
        held = Balance(len(account.ends), 0)
        return View(wallet={"stars": held}, tiers={}, metrics={"seen": at // DAY})

    def is_member(self, account: Stars) -> bool:
        return not account.member.startswith("passer-by")

    refers = False

    def referrer(self, account: Stars) -> str | None:
        del account
        return None

    def guest(self, event: Purchase | TakingBack) -> Outcome:
        return Outcome(effects=(), notes=(f"{event.id} is a guest's",))

    def awaited(self, event: Event) -> tuple[Claim, ...]:
        del event
        return ()

    def vouchers(self, account: Stars, at: int) -> tuple[Voucher, ...]:
        del account, at
        return ()


WRITER = Writer(
    programme="stars",
    version=1,
    clock=Utc(),
    money=2,
    currencies={"stars": 0, "credit": 2},
    metrics={1: {"seen": 0, "spent": 2}},
)
CONVENTIONS = Conventions(
    programme="stars", money="EUR", money_decimals=2, currencies={"stars": 0, "credit": 2}
)


def replay() -> Replay[Stars]:
    return Replay(Counting(), CONVENTIONS, WRITER)
