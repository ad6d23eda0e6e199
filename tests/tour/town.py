"""Who is in the pictures: people who do not exist, and what they bought in a café that does not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

from tests.browser.place import Place
from xenia.client import shapes
from xenia.services.member_signing import digits_of

PROGRAMME: Final = "harbour-cafe"
MEMBER: Final = "guest-01"  # of whom there are most pictures
CARD: Final = "4000-1037"
DOCUMENT: Final = """
xenia: 1
programme: harbour-cafe
title: {en: The harbour café, el: Το καφέ του λιμανιού, hy: Նավահանգստի սրճարան, ru: Кафе у гавани}
money: EUR
timezone: Europe/Athens
attributes:
  member: {name: {type: text}}
currencies:
  beans:
    title: {en: [bean, beans], el: [κόκκος, κόκκοι]}
    expires: {after: 12 months}
    value: 0.05
    notice: 30 days
metrics:
  spent-lately: {sum: spent, over: rolling 12 months}
tiers:
  status:
    by: spent-lately
    levels: {guest: 0, friend: 60, neighbour: 180}
    holds: 12 months
rules:
  bean-per-euro: {then: {earn: {beans: 1 per 1.00}}}
  happy-hour:
    when: hour(occurred_at) >= 15 && hour(occurred_at) < 17
    then: {multiply: {beans: 2}}
  friends: {when: 'at_least(tier.status, "friend")', then: {discount: {percent: 5}}}
rewards:
  coffee: {title: {en: a coffee, el: ένας καφές}, price: {beans: 20}, gives: {item: a coffee}}
  cake:
    title: {en: a piece of cake}
    price: {beans: 45}
    gives: {item: cake}
    stock: 40
    lasts: 3 months
"""
PEOPLE: Final = (
    *("Anna Müller", "Νίκος Παπαδόπουλος", "Անի Սարգսյան", "Ольга Смирнова", "Sam Okafor"),
    *("Lena Fischer", "Ελένη Γεωργίου", "Տիգրան Հակոբյան", "Иван Петров", "Maria Rossi"),
    *("Tom Baker", "Γιώργος Δήμου", "Նարե Պետրոսյան", "Мария Козлова", "Layla Haddad"),
    *("Jonas Berg", "Κατερίνα Λάμπρου", "Արամ Գրիգորյան", "Пётр Волков", "Chloé Martin"),
)
_MENU: Final = (("latte", "drink", "3.80"), ("filter", "drink", "2.60"), ("cake", "food", "4.90"))
_AT_ONCE: Final = 100


def filled(place: Place) -> None:
    """Have them join, buy, take rewards and bring something back, in the last ten months."""
    with place.client(place.token("anna", "owner")) as client:
        told = sorted(_told(Random(7)), key=lambda event: event.occurred_at)
        for first in range(0, len(told), _AT_ONCE):
            for answer in client.record_all(told[first : first + _AT_ONCE]):
                if isinstance(answer, shapes.Problem):
                    raise TypeError(f"{answer.code}: {answer.detail}")


def _told(random: Random) -> Iterator[shapes.Event]:
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    for number, name in enumerate(PEOPLE, 1):
        member = f"guest-{number:02}"
        joined = now - timedelta(days=300 - 9 * number)
        yield shapes.Enrolment(
            id=f"join-{number}",
            occurred_at=_text(joined),
            programme=PROGRAMME,
            member=member,
            identifiers={"card": f"4000-{1000 + 37 * number}"},
            attributes={"name": name},
            consents=("news",) if number % 3 else (),
        )
        if number == 1:
            yield shapes.Purchase(
                id="R-1001", source="till", occurred_at=_text(now - timedelta(days=1)),
                programme=PROGRAMME, member=member, location="harbour",
                lines=(
                    shapes.Line(sku="latte", category="drink", quantity=2, amount="7.60"),
                    shapes.Line(sku="cake", category="food", quantity=1, amount="4.90"),
                ),
            )  # fmt: skip
        for visit in range(6 + number % 5 * 4):
            at = joined + (now - joined) * random.random() - timedelta(hours=random.randrange(5))
            those = random.sample(_MENU, 1 + visit % 2)
            yield shapes.Purchase(
                id=f"visit-{number}-{visit}",
                occurred_at=_text(max(at, joined + timedelta(minutes=5))),
                programme=PROGRAMME,
                member=member,
                location="harbour",
                lines=tuple(
                    shapes.Line(sku=sku, category=kind, quantity=1 + visit % 3, amount=amount)
                    for sku, kind, amount in those
                ),
            )
        if number % 2:
            yield shapes.Redemption(
                id=f"take-{number}",
                occurred_at=_text(now - timedelta(days=number, hours=2)),
                programme=PROGRAMME,
                member=member,
                reward="coffee" if number % 4 == 1 else "cake",
            )


def _text(at: datetime) -> str:
    return at.isoformat()


def session(place: Place) -> str:
    """The token of the first of them, who has signed in."""
    with place.client() as client:
        code = client.asked_own_code(shapes.AskedCode(name=CARD)).code
        with place.database.connect() as connection:
            row = connection.execute("select secret from space where name = 'default'").fetchone()
        assert row is not None
        digits = digits_of(bytes(row[0]), code)
        return client.signed_in_member(shapes.OwnSignIn(code=code, digits=digits)).token
