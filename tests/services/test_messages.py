"""Messages to members: in their language, once each, to who agrees and has an address."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from tests.services.cafe import Cafe, Line, event, said
from tests.services.mailing import Mailbox
from tests.services.merging import merge
from xenia.connectors.sending import Sender
from xenia.events.moments import parse_time
from xenia.notifiers import Letter, Notifier, UnsentError, notifiers
from xenia.notifiers.file import File
from xenia.notifiers.smtp import Smtp
from xenia.programme.words import languages
from xenia.services import messaging
from xenia.services.access import Actor
from xenia.services.changing import Changing, Done
from xenia.services.courier import Courier, Messenger
from xenia.services.delivering import LEASE, SECOND
from xenia.services.erasing import erase_member
from xenia.services.message_texts import texts
from xenia.services.message_words import words_of
from xenia.services.messaging import Messaging, send_again
from xenia.services.problems import Problem
from xenia.store.database import Database

CLUB = """\
xenia: 1
programme: club
title: {en: The club, el: Η λέσχη}
money: EUR
timezone: Europe/Athens
currencies:
  points:
    title: {en: [point, points], el: [πόντος, πόντοι], hy: [միավոր, միավոր],
            ru: [балл, балла, баллов, балла]}
    expires: {after: 2 months}
    notice: 10 days
metrics:
  spent-this-month: {sum: spent, over: calendar month}
tiers:
  status:
    by: spent-this-month
    levels: {basic: 0, gold: 40}
    holds: end of month
rules:
  rate: {then: {earn: {points: 1 per 1.00}}}
  hello: {on: enrolment, then: {notify: welcome}}
texts:
  welcome: {en: "Welcome to {programme}, {stranger}!", el: "Καλώς ήρθατε: {programme}!"}
"""
DAY = 86_400 * SECOND


def at(day: str) -> int:
    return parse_time(f"2026-{day}T12:00:00+02:00")


def buy(name: str, member: str, day: str, amount: str) -> Line:
    lines = [{"sku": "s", "category": "c", "quantity": 1, "amount": amount}]
    return event("purchase", name, member, day, "12:00", lines=lines)


class Club:
    """A club with members, and how it tells them."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.cafe = Cafe(database, CLUB)
        self.path = folder / "messages.jsonl"
        self.by: list[Notifier] = [File(self.path)]
        self.now = at("01-02")

    @property
    def database(self) -> Database:
        return self.cafe.database

    def join(self, member: str, locale: str | None = None, email: str = "", **more: Any) -> None:
        self.cafe.post(event("enrolment", f"join {member}", member, "01-02", "11:00", **more))
        if locale is not None:
            said = json.dumps({"locale": locale})
            self.cafe.change(f"update member set personal = '{said}' where member_id = '{member}'")
        if email:
            self.cafe.change(
                f"insert into identifier values (1, 'email', '{email}', '{member}', now())"
            )

    def tell(self) -> int:
        """Whatever there is to tell: how many messages were sent."""
        stop = Event()
        Courier(self.database, stop, lambda: self.now, Sender(), self.by).once()
        return self.send()

    def send(self) -> int:
        return Messenger(self.database, Event(), lambda: self.now, self.by).once()

    @property
    def told(self) -> list[dict[str, str]]:
        if not self.path.exists():
            return []
        return [json.loads(line) for line in self.path.read_text("utf-8").splitlines()]

    def again(self, message: str) -> Done | Problem:
        with self.database.connect() as connection, connection.transaction():
            return send_again(Changing(connection, Actor(1, "anna"), self.now), message)

    def log(self) -> list[tuple[Any, ...]]:
        return self.cafe.rows(
            "select member_id, type, state, reason from message order by position"
        )


@pytest.fixture
def club(database: Database, tmp_path: Path) -> Club:
    return Club(database, tmp_path)


@pytest.fixture
def mailbox(club: Club) -> Iterator[Mailbox]:
    mailbox = Mailbox()
    club.by = notifiers({"XENIA_NOTIFY_SMTP": mailbox.setting})
    yield mailbox
    mailbox.close()


# ---- what is told --------------------------------------------------------------------------------


def test_a_member_reads_of_an_end_in_their_language_once(club: Club) -> None:
    for member, locale in (("ann", None), ("eleni", "el-GR"), ("ani", "hy"), ("olga", "ru")):
        club.join(member, locale)
        club.cafe.post(buy(f"b {member}", member, "01-02", "12.00"))
    assert club.tell() == 0
    club.cafe.sweep(at("02-20"))
    club.now = at("02-20")
    assert club.tell() == 4
    assert club.tell() == 0
    found = {one["to"]: one for one in club.told}
    assert found["ann"]["subject"] == "12 points will end soon"
    assert found["ann"]["text"] == (
        "12 points will end soon. The last day to use them is March 1, 2026."
    )
    assert found["eleni"]["text"] == (
        "Λήγουν σύντομα: 12 πόντοι. Τελευταία ημέρα χρήσης: 1 Μαρτίου 2026."
    )
    assert found["ani"]["text"].startswith("Ժամկետը շուտով կլրանա՝ 12 միավոր")
    assert "12 баллов" in found["olga"]["text"]
    assert found["olga"]["locale"] == "ru"
    assert said(club.database) == ""


def test_a_member_reads_of_a_new_level_and_of_a_lower_one(club: Club) -> None:
    club.join("ann")
    club.cafe.post(buy("b", "ann", "01-02", "50.00"))
    club.tell()
    assert [one["text"] for one in club.told] == ["You have reached level “gold”."]
    club.now = at("02-02")
    club.cafe.sweep(at("02-02"))
    club.tell()
    assert club.told[-1]["text"] == "You are now on level “basic”."
    assert club.told[-1]["subject"] == "Your level has changed"


def test_what_a_rule_says_is_for_who_agreed(club: Club) -> None:
    club.join("ann", consents=["marketing"])
    club.join("ben")
    assert club.tell() == 1
    (told,) = club.told
    assert (told["to"], told["subject"]) == ("ann", "The club")
    assert told["text"] == "Welcome to The club, {stranger}!", "what is no part stays"
    assert club.log() == [
        ("ann", "member.notified", "sent", None),
        ("ben", "member.notified", "unsent", "no consent to marketing by file"),
    ]


def consent(member: str, day: str, **said: Any) -> Line:
    return event("profile", f"consent {day}", member, day, "09:00", **said)


def test_the_programme_may_say_it_in_its_own_words(database: Database, tmp_path: Path) -> None:
    club = Club(database, tmp_path)
    own = '  tier-upgraded: {en: "Well done! {level} it is."}\n'
    club.cafe.publish(CLUB + own, start=at("01-02") - 1)
    club.join("ann")
    club.cafe.post(buy("b", "ann", "01-02", "50.00"))
    club.tell()
    assert club.told[-1]["text"] == "Well done! “gold” it is."


def test_all_who_have_joined_are_told_of_other_terms(
    club: Club, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messaging, "_MEMBERS", 2)
    for n in range(5):
        club.join(f"m{n}", "el" if n == 3 else None)
    club.tell()
    before = len(club.told)
    new = CLUB.replace("1 per 1.00", "2 per 1.00")
    club.cafe.publish(new, start=at("07-01"))
    assert club.tell() == 5
    found = {one["to"]: one for one in club.told[before:]}
    assert set(found) == {f"m{n}" for n in range(5)}
    assert found["m0"]["subject"] == "The terms change: The club"
    assert found["m0"]["text"].splitlines() == [
        "From July 1, 2026:",
        "- You earn 2 points for every €1 you spend.",
        "No longer:",
        "- You earn 1 point for every €1 you spend.",
    ]
    assert found["m3"]["text"].startswith("Από 1 Ιουλίου 2026:")
    assert club.tell() == 0
    assert club.cafe.rows("select count(*) from announcing") == [(0,)]
    club.cafe.publish(CLUB + "# As it was.\n", start=at("07-01"))
    assert club.tell() == 5
    assert club.told[-1]["text"].startswith(("What we announced", "Όσα είχαμε"))


def test_of_a_version_that_was_withdrawn_meanwhile_nothing_is_told(club: Club) -> None:
    """And whatever else is to be told goes on."""
    club.join("ann")
    club.tell()
    club.cafe.publish(CLUB.replace("1 per 1.00", "2 per 1.00"), start=at("07-01"))
    Courier(club.database, Event(), lambda: club.now, Sender(), club.by).once()
    connection = club.database.connect(autocommit=True)
    with connection:
        assert Messaging(connection, club.by, lambda: club.now)._spread() == 1
    club.cafe.change("update programme_version set withdrawn_at = now() where version = 2")
    club.cafe.change("update programme set revision = revision + 1")
    club.send()
    why = "the version of the programme that it tells of has been withdrawn"
    assert club.log()[-1] == ("ann", "programme.published", "unsent", why)


def test_what_has_long_happened_is_no_news(club: Club) -> None:
    club.join("ann")
    club.tell()
    club.cafe.post(buy("b", "ann", "01-03", "50.00"), now=at("02-20"))
    assert club.tell() == 0
    assert club.log() == [("ann", "member.notified", "unsent", "no consent to marketing by file")]


def test_an_end_that_is_over_is_told_to_nobody(club: Club) -> None:
    """Nothing was sent in between: of 12 points nobody reads that they will end who has none."""
    club.join("ann")
    club.cafe.post(buy("b", "ann", "01-02", "12.00"))
    club.tell()
    club.cafe.sweep(at("02-20"))
    club.now = at("03-05")
    assert club.tell() == 0
    assert club.log()[-1] == (
        *("ann", "points.expiring", "unsent"),
        "what it tells of had ended before it could be sent",
    )


def test_who_is_merged_reads_of_an_end_by_who_stays(club: Club, mailbox: Mailbox) -> None:
    """While it rests the units of the one still end, and all that led to them leads to the
    other."""
    club.join("ann", email="ann@example.com")
    club.join("ben", email="ben@example.com")
    club.join("zoe", email="zoe@example.com", consents=[{"purpose": "service", "given": False}])
    for name in ("ann", "zoe"):
        club.cafe.post(buy(f"b {name}", name, "01-02", "12.00"))
        merge(club.cafe, name, "ben", at("02-15"))
    club.cafe.sweep(at("02-20"))
    club.now = at("02-20")
    club.tell()
    told = [one for one in club.log() if one[1] == "points.expiring"]
    assert told == [
        ("ann", "points.expiring", "sent", None),
        ("zoe", "points.expiring", "unsent", "no consent to service by email"),
    ]
    assert [mail["subject"] for _, mail in mailbox.got] == ["12 points will end soon"]


def test_where_nobody_is_to_be_told_nothing_is_kept(club: Club) -> None:
    club.by = []
    club.join("ann", consents=["marketing"])
    assert club.tell() == 0
    assert club.log() == []


@pytest.mark.parametrize("language", languages())
def test_every_language_says_the_same_with_the_same_parts(language: str) -> None:
    def parts(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    english, other = words_of("en"), words_of(language)
    assert english.keys() == other.keys()
    for name, text in english.items():
        assert parts(text) == parts(other[name]), name


# ---- consents ------------------------------------------------------------------------------------


def test_the_last_word_counts(club: Club) -> None:
    from xenia.services.letters import MARKETING, SERVICE, may_be_sent  # noqa: PLC0415

    assert may_be_sent([], SERVICE, "email")
    assert not may_be_sent([], MARKETING, "email")
    yes, no = '["marketing"]', '[{"purpose": "marketing", "given": false}]'
    assert may_be_sent([yes], MARKETING, "email")
    assert not may_be_sent([yes, no], MARKETING, "email")
    assert may_be_sent([no, yes], MARKETING, "email")
    by_phone = '[{"purpose": "marketing", "channel": "sms", "given": false}]'
    assert may_be_sent([yes, by_phone], MARKETING, "email")
    assert not may_be_sent([yes, by_phone], MARKETING, "sms")
    stop = '[{"purpose": "service", "channel": "email", "given": false}]'
    assert not may_be_sent([stop], SERVICE, "email")
    club.join("ann")
    club.cafe.post(consent("ann", "01-02", consents=["marketing"]))
    assert club.tell() == 1, "said before it was sent"


# ---- e-mails -------------------------------------------------------------------------------------


def test_an_email_goes_to_the_newest_address(club: Club, mailbox: Mailbox) -> None:
    club.join("ann", "el", "ann@example.com", consents=["marketing"])
    assert club.tell() == 1
    ((to, mail),) = mailbox.got
    assert to == "ann@example.com"
    assert mail["from"] == "club@shop.example"
    assert mail["subject"] == "Η λέσχη"
    assert mail["content-language"] == "el"
    assert mail["message-id"].startswith("<let_")
    assert mail.get_content().strip() == "Καλώς ήρθατε: Η λέσχη!"


def test_who_has_no_address_is_told_of_in_the_log(club: Club, mailbox: Mailbox) -> None:
    club.join("ann", consents=["marketing"])
    assert club.tell() == 0
    assert club.log() == [
        ("ann", "member.notified", "unsent", "no address: no identifier of the kind email")
    ]
    assert mailbox.got == []


def test_what_fails_is_tried_again_and_what_cannot_go_is_given_up(
    club: Club, mailbox: Mailbox
) -> None:
    answers = {"ann@example.com": b"451 ann@example.com is busy", "ben@example.com": b"550 nobody"}
    mailbox.answers = lambda to: answers.get(to, b"250 fine")
    for name in ("ann", "ben"):
        club.join(name, email=f"{name}@example.com", consents=["marketing"])
    assert club.tell() == 0
    assert club.log() == [
        ("ann", "member.notified", "waiting", "the address is refused (451)"),
        ("ben", "member.notified", "dead", "the address is refused (550)"),
    ]
    # The server names the address; we keep it nowhere but with the member.
    assert club.cafe.rows("select 1 from message where message::text like '%example.com%'") == []
    answers.clear()
    assert club.send() == 0, "not before its time"
    club.now += 6 * SECOND
    assert club.send() == 1
    assert [to for to, _ in mailbox.got] == ["ann@example.com"]


def test_a_server_that_is_not_there_loses_nothing(club: Club, mailbox: Mailbox) -> None:
    club.join("ann", email="ann@example.com", consents=["marketing"])
    club.by = [Smtp("127.0.0.1", 1, "club@shop.example", tls=None)]
    assert club.tell() == 0
    assert club.log()[0][3] == "the server is not reached: ConnectionRefusedError"
    club.by = notifiers({"XENIA_NOTIFY_SMTP": mailbox.setting})
    club.now += 6 * SECOND
    assert club.send() == 1


def test_who_was_erased_meanwhile_gets_nothing(club: Club, mailbox: Mailbox) -> None:
    club.join("ann", email="ann@example.com", consents=["marketing"])
    mailbox.answers = lambda _: b"451 later"
    club.tell()
    with club.database.connect() as connection:
        erase_member(connection, "ann", now=club.now)
    mailbox.answers = lambda _: b"250 fine"
    club.now += DAY
    assert club.send() == 0
    assert club.log()[0][2:] == ("unsent", "nobody is known under this id any more")


@pytest.mark.parametrize(
    "address", ["", "ann", "@example.com", "ann@", "ann@example.com\nBcc: x@y.z"]
)
def test_what_is_no_address_is_given_up(mailbox: Mailbox, address: str) -> None:
    (smtp,) = notifiers({"XENIA_NOTIFY_SMTP": mailbox.setting})
    with pytest.raises(UnsentError) as refused:
        smtp.send(Letter("let_1", address, "en", "Hello", "You"))
    assert refused.value.for_good
    assert mailbox.got == []


def test_a_subject_is_one_line(mailbox: Mailbox) -> None:
    (smtp,) = notifiers({"XENIA_NOTIFY_SMTP": mailbox.setting})
    smtp.send(Letter("let_1", "ann@example.com", "en", "Hello\nBcc: x@example.com", "You"))
    ((_, mail),) = mailbox.got
    assert mail["subject"] == "Hello Bcc: x@example.com"
    assert mail["bcc"] is None


# ---- several at once, and one that dies ----------------------------------------------------------


def test_several_send_each_once(club: Club) -> None:
    for n in range(12):
        club.join(f"m{n}", consents=["marketing"])
    Courier(club.database, Event(), lambda: club.now, Sender(), club.by).once()
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: club.send(), range(4))) == 12
    assert sorted(one["to"] for one in club.told) == sorted(f"m{n}" for n in range(12))


def test_what_somebody_took_who_died_is_sent_by_another(club: Club) -> None:
    class Dies:
        name, kind = "file", None

        def send(self, letter: Letter) -> None:
            raise SystemExit(letter.id)

    good, club.by = club.by, [Dies()]
    club.join("ann", consents=["marketing"])
    with pytest.raises(SystemExit) as died:
        club.tell()
    club.by = good
    assert club.send() == 0, "it may still be about to send it"
    club.now += LEASE
    assert club.send() == 1
    assert club.told[0]["id"] == str(died.value)


def test_a_notifier_that_breaks_holds_up_nobody(club: Club) -> None:
    class Breaks:
        name, kind = "file", None

        def send(self, letter: Letter) -> None:
            if letter.to == "ann":
                raise RuntimeError(letter.to)
            good.send(letter)

    (good,), club.by = club.by, [Breaks()]
    for name in ("ann", "ben"):
        club.join(name, consents=["marketing"])
    assert club.tell() == 1
    assert club.log()[0][2:] == ("waiting", "a fault of the notifier: RuntimeError")


def test_what_was_not_sent_is_tried_again_when_somebody_asks(club: Club) -> None:
    club.join("ann", consents=["marketing"])
    club.join("ben")
    club.tell()
    (sent,), (unsent,) = club.cafe.rows("select message_id from message order by position")
    assert club.again(unsent) == Done({"message": unsent, "state": "waiting"}, 202)
    for other in (sent, unsent, "let_none"):
        found = club.again(other)
        assert isinstance(found, Problem)
        assert found.code == "unknown-message"
    assert club.send() == 0
    assert club.log()[1][2:] == ("unsent", "no consent to marketing by file"), "looked at again"
    club.cafe.post(consent("ben", "01-02", consents=["marketing"]))
    club.again(unsent)
    assert club.send() == 1
    assert club.told[-1]["to"] == "ben"


@pytest.mark.parametrize("language", ["en", "el", "hy", "ru", "ar"])
def test_all_that_members_are_told_can_be_read_before(club: Club, language: str) -> None:
    programme = club.cafe.published.timeline.at(club.now).plan.programme
    found = {one["type"]: one for one in texts(programme, language, club.now)}
    assert [*found] == [
        *("points.expiring", "tier.upgraded", "tier.downgraded", "member.notified"),
        *("programme.published", "member.code", "member.sign-in"),
    ]
    for kind in ("member.code", "member.sign-in"):
        assert "123456" in found[kind]["text"]
        assert found[kind]["purpose"] is None
    assert found["member.notified"]["purpose"] == "marketing"
    for one in found.values():
        assert not re.search(r"{(?!stranger)", one["subject"] + one["text"]), one


def test_what_is_old_is_forgotten(club: Club) -> None:
    club.join("ann", consents=["marketing"])
    club.tell()
    club.now += 91 * DAY
    club.send()
    assert club.log() == []


# ---- settings ------------------------------------------------------------------------------------


def test_settings_say_by_whom_members_are_told(tmp_path: Path) -> None:
    assert notifiers({}) == []
    found = notifiers(
        {
            "XENIA_NOTIFY_FILE": str(tmp_path / "out"),
            "XENIA_NOTIFY_SMTP": "smtps://user:p%40ss@mail.example?from=club@shop.example",
        }
    )
    assert found == [
        Smtp("mail.example", 465, "club@shop.example", "smtps", "user", "p@ss"),
        File(tmp_path / "out"),
    ]
    assert "p@ss" not in repr(found)


@pytest.mark.parametrize(
    "setting",
    [
        "mail.example",
        "http://mail.example?from=a@b.c",
        "smtp://mail.example",
        "smtp://mail.example?from=me",
        "smtp://mail.example?from=a@b.c&tls=maybe",
    ],
)
def test_a_setting_that_cannot_be_used_is_refused(setting: str) -> None:
    with pytest.raises(ValueError, match="XENIA_NOTIFY_SMTP: "):
        notifiers({"XENIA_NOTIFY_SMTP": setting})


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnsentError, match="the file cannot be written"):
        File(tmp_path).send(Letter("let_1", "ann", "en", "Hello", "You"))
