"""Examples of what is about members: events, quotes, reservations, profiles, vouchers, privacy."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.api.client import purchase
from tests.api.telling import Teller

UNREADABLE = [{"sku": "latte", "category": "drink", "quantity": 1, "amount": "seven"}]
AT = "2026-11-18T10:00:00+02:00"
MEMBERS = "/v1/members"
PROFILE = {
    "member": "anna",
    "identifiers": {"card": "4000-1", "email": "anna@example.org"},
    "attributes": {"name": "Anna", "locale": "el", "birthday": "1987-03-09"},
    "consents": [{"purpose": "news", "channel": "email", "text": "v3", "source": "web/form"}],
    "channel": "web",
}


def basket(name: str, **more: Any) -> dict[str, Any]:
    """A purchase of a coffee and a cake."""
    lines: list[dict[str, Any]] = [
        {"sku": "latte", "category": "drink", "quantity": 2, "amount": "7.60"},
        {"sku": "baklava", "category": "cake", "quantity": 1, "amount": "4.40"},
    ]
    return purchase(name, **{"lines": lines, **more})


def redeemed(name: str, reward: str) -> dict[str, Any]:
    """Somebody takes a reward for what they hold."""
    kind = {"type": "redemption", "id": name, "member": "anna", "occurred_at": AT}
    return {**kind, "reward": reward}


def operations(teller: Teller) -> None:
    """Whether it runs, and its numbers."""
    teller.tell("It runs", "GET", "/healthz", by=None)
    teller.tell("It can take events", "GET", "/readyz", by=None)
    teller.tell("The numbers, in part", "GET", "/metrics")


def members(teller: Teller) -> None:
    """Somebody joins, is found, changes their profile and card, and leaves."""
    tell = teller.tell
    tell("Enrol with a card and consents", "POST", MEMBERS, PROFILE)
    tell("Who has joined before", "POST", MEMBERS, PROFILE)
    taken = {"identifiers": {"card": "4000-1"}, "member": "ben"}
    tell("A card that another has", "POST", MEMBERS, taken)
    tell("Somebody who is not known yet", "POST", MEMBERS, {"identifiers": {"phone": "+30210123"}})
    tell("Something that nobody reads", "POST", MEMBERS, {"membre": "anna"})
    teller.ask("POST", "/v1/events", [basket("e1"), basket("e2")])
    tell("By a card", "GET", MEMBERS, query={"card": "4000-1"})
    found = {"find": "ann", "programme": "cafe", "erased": "no", "order": "newest"}
    tell("By what a name or an address begins with", "GET", MEMBERS, query=found)
    tell("A page that is too long", "GET", MEMBERS, query={"limit": "1000"})
    who = {"member": "anna"}
    one = MEMBERS + "/{member}"
    nobody = {"member": "zoe"}
    tell("Who they are", "GET", one, **who)
    tell("Nobody", "GET", one, **nobody)
    change = {"attributes": {"locale": "en"}, "identifiers": {"phone": "+302101234567"}}
    tell("Another language, and a telephone", "PATCH", one, change, **who)
    tell("Who is not there", "PATCH", one, change, **nobody)
    cards = one + "/cards"
    swap = {"card": "4000-1", "action": "replace", "new": "4000-2"}
    tell("A lost card is replaced", "POST", cards, swap, **who)
    tell("A card that they have already", "POST", cards, swap, **who)
    for part in ("wallet", "ledger"):
        tell(
            "What anna holds" if part == "wallet" else "What has moved",
            "GET",
            f"{one}/{part}",
            **who,
        )
        tell("Nobody", "GET", f"{one}/{part}", **nobody)
    why = one + "/explain"
    tell("Why it came to that", "GET", why, query={"event": "e1"}, **who)
    tell("An event that is not theirs", "GET", why, query={"event": "e9"}, **who)
    teller.ask("POST", MEMBERS, {"member": "ben"})
    tell("They leave", "POST", one + "/leave", {}, member="ben")
    tell("Who has left already", "POST", one + "/leave", {}, member="ben")


def events(teller: Teller) -> None:
    """A till tells what has happened."""
    path = "/v1/events"
    teller.tell("A purchase", "POST", path, basket("till-7/1001"))
    teller.tell("A reward is redeemed", "POST", path, redeemed("till-7/1002", "euro"))
    several = [
        basket("till-7/1003"),
        {"type": "return", "id": "till-7/1004", "member": "anna", "occurred_at": AT,
         "purchase": "till-7/1003", "lines": [{"line": "2"}]},
    ]  # fmt: skip
    teller.tell("A purchase, and what came back of it", "POST", path, several)
    teller.tell("The same id for something else", "POST", path, purchase("till-7/1001"))
    teller.tell("What cannot be read", "POST", path, basket("till-7/1005") | {"lines": UNREADABLE})


def quotes(teller: Teller) -> None:
    """What would come of a basket."""
    teller.tell("What a basket would come to", "POST", "/v1/quotes", basket("q1"))
    teller.tell("What cannot be read", "POST", "/v1/quotes", basket("q2") | {"lines": UNREADABLE})
    path = "/v1/simulations"
    event = {name: one for name, one in basket("q3").items() if name not in ("id", "member")}
    body = {"programme": {"published": "cafe"}, "event": event}
    friend = {"balances": {"beans": "12"}, "tiers": {"status": "friend"}}
    teller.tell("For a friend who is imagined", "POST", path, {**body, "member": friend})
    teller.tell("For a member", "POST", path, {**body, "event": event | {"member": "anna"}})
    wrong = {"balances": {"beans": "many"}}
    teller.tell("What cannot be imagined", "POST", path, {**body, "member": wrong})
    names = {"programme": {"published": "cafe"}}
    teller.tell("What there is in a programme", "POST", f"{path}/vocabulary", names)
    teller.tell("Of none", "POST", f"{path}/vocabulary", {"programme": {"published": "nix"}})


def reservations(teller: Teller) -> None:
    """What a basket takes is kept until it is paid."""
    path = "/v1/reservations"
    one = path + "/{reservation}"
    kept = redeemed("till-7/2001", "tea")
    made = teller.tell(
        "Keep a tea for five minutes", "POST", path, {"event": kept, "expires_in": 300}
    )
    name = made["reservation"]
    unable = redeemed("till-7/2002", "car")
    teller.tell("What cannot be kept", "POST", path, {"event": unable})
    teller.tell("How it stands", "GET", one, reservation=name)
    teller.tell("There is none", "GET", one, reservation="r-none")
    teller.tell("It is paid", "POST", one + "/commit", kept, reservation=name)
    teller.tell("There is none", "POST", one + "/commit", kept, reservation="r-none")
    bought = teller.ask("POST", "/v1/events", redeemed("till-7/2005", "euro")).json()
    less = basket("till-7/2004") | {"vouchers": [bought["vouchers"][0]["code"]]}
    second = teller.ask("POST", path, {"event": less}).json()["reservation"]
    cash = {"payments": [{"method": "cash"}]}
    teller.tell(
        "As it was reserved, paid in cash", "POST", one + "/commit", cash, reservation=second
    )
    other = redeemed("till-7/2003", "tea")
    given_up = teller.ask("POST", path, {"event": other}).json()["reservation"]
    teller.tell(
        "The member has thought better of it", "POST", one + "/release", reservation=given_up
    )
    teller.tell("There is none", "POST", one + "/release", reservation="r-none")


def vouchers(teller: Teller) -> None:
    """What members have in their hands."""
    path = MEMBERS + "/{member}/vouchers"
    found = teller.tell("Anna's vouchers", "GET", path, member="anna")
    teller.tell("Nobody", "GET", path, member="zoe")
    code = found["data"][0]["code"]
    teller.tell("Whose it is, and what it gives", "GET", "/v1/vouchers/{code}", code=code)
    teller.tell("There is none", "GET", "/v1/vouchers/{code}", code="ABCD-EFGH")
    query = {"begins": code[:2], "limit": "1"}
    teller.tell("Of which the beginning is known", "GET", "/v1/vouchers", query=query)
    teller.tell("No code begins so", "GET", "/v1/vouchers", query={"begins": "A\0"})


def rewards(teller: Teller) -> None:
    """What there is to be had."""
    teller.tell(
        "What anna can have", "GET", "/v1/rewards", query={"member": "anna", "locale": "el"}
    )
    teller.tell("Nobody", "GET", "/v1/rewards", query={"member": "zoe"})
    path = "/v1/rewards/{reward}/stock"
    teller.tell("Ten more", "POST", path, {"change": 10}, reward="tea")
    teller.tell("A reward that has no stock", "POST", path, {"change": 10}, reward="euro")
    teller.tell("There is none", "POST", path, {"change": 10}, reward="car")


def messages(teller: Teller) -> None:
    """What members were told."""
    teller.work()
    teller.tell("What was told", "GET", "/v1/messages", query={"limit": "1"})
    teller.tell("A cursor that is none", "GET", "/v1/messages", query={"cursor": "x"})
    teller.tell("By which ways", "GET", "/v1/notifiers")
    unsent = teller.ask("GET", "/v1/messages", query={"only": "unsent"}).json()["data"][0][
        "message"
    ]
    again = "/v1/messages/{message}/again"
    teller.tell("What was not sent, again", "POST", again, {}, message=unsent)
    teller.tell("It waits already", "POST", again, {}, message=unsent)
    texts = "/v1/messages/texts"
    teller.tell("In Greek", "GET", texts, query={"locale": "el"})
    teller.tell("No such programme", "GET", texts, query={"programme": "tavern"})


def privacy(teller: Teller) -> None:
    """What is held about a person, and that it is erased."""
    one = MEMBERS + "/{member}"
    teller.ask("POST", MEMBERS, {"member": "carl", "identifiers": {"card": "4000-7"}})
    teller.tell("All that is held", "GET", one + "/export", member="carl")
    teller.tell("Nobody", "GET", one + "/export", member="zoe")
    teller.tell("They are erased", "DELETE", one, member="carl")
    teller.tell("Nobody", "DELETE", one, member="zoe")
    teller.tell("The proof of it", "GET", one + "/erasures", member="carl")
    teller.tell("Nobody", "GET", one + "/erasures", member="zoe")


def merges(teller: Teller) -> None:
    """Somebody has joined twice: one is merged into the other, which is undone once."""
    tell = teller.tell
    for name in ("iris", "irida"):
        teller.ask("POST", MEMBERS, {"member": name})
    teller.ask("POST", "/v1/events", basket("twice", member="irida"))
    all_of, one = "/v1/merges", "/v1/merges/{merge}"
    wanted = {"from": "irida", "into": "iris"}
    tell("What would come of it", "POST", all_of, wanted, query={"dry_run": "true"})
    first = tell("Two are one person", "POST", all_of, wanted)["merge"]
    tell("Somebody and themselves", "POST", all_of, {"from": "iris", "into": "iris"})
    tell("It rests", "GET", one, merge=first)
    tell("There is none", "GET", one, merge="none")
    tell("They are two after all", "POST", one + "/undo", merge=first)
    tell("It is undone already", "POST", one + "/undo", merge=first)
    second = teller.ask("POST", all_of, wanted)
    tell("It is final", "POST", one + "/confirm", merge=json.loads(second.body)["merge"])
    tell("It was undone", "POST", one + "/confirm", merge=first)
    tell("The latest first", "GET", all_of)
    tell("A cursor that is none", "GET", all_of, query={"cursor": "x"})


def households(teller: Teller) -> None:
    """Who lives together shops together: a household is made, changed and dissolved."""
    tell = teller.tell
    for name in ("nora", "nick"):
        teller.ask("POST", MEMBERS, {"member": name})
    all_of = "/v1/households"
    one = all_of + "/{household}"
    persons, person = one + "/persons", one + "/persons/{member}"
    wanted = {"household": "home", "name": "The Pappases", "person": "nora"}
    tell("They live together", "POST", all_of, wanted)
    tell("There is one", "POST", all_of, wanted)
    child = {"member": "nick", "may_spend": False}
    tell("A child who may not spend", "POST", persons, child, household="home")
    tell("They belong to it already", "POST", persons, child, household="home")
    tell("There is none", "POST", persons, child, household="none")
    tell("Grown up", "PATCH", person, {"may_spend": True}, household="home", member="nick")
    tell("Nobody of it", "PATCH", person, {"may_spend": True}, household="home", member="zoe")
    tell("With its persons", "GET", one, household="home")
    tell("There is none", "GET", one, household="none")
    tell("In the order of their ids", "GET", all_of)
    tell("A limit that is none", "GET", all_of, query={"limit": "0"})
    tell("They move out", "DELETE", person, household="home", member="nick")
    tell("They have moved out", "DELETE", person, household="home", member="nick")
    tell("Somebody is left", "DELETE", one, household="home")
    teller.ask("DELETE", all_of + "/home/persons/nora")
    tell("Nobody is left", "DELETE", one, household="home")
    tell("It is dissolved already", "DELETE", one, household="home")


def corrections(teller: Teller) -> None:
    """Staff gives and takes, above a limit by two people, and notes something."""
    tell, path = teller.tell, "/v1/corrections"
    teller.ask("POST", MEMBERS, {"member": "phoebe"})
    given = {"type": "adjustment", "member": "phoebe", "currency": "beans", "units": "20"}
    given |= {"reason": "the machine was broken"}
    tell("20 beans", "POST", path, given)
    tell("More than there are", "POST", path, {**given, "units": "-900"})
    safety = "/v1/programmes/{programme}/safety"
    teller.ask("PUT", safety, {"second_person": {"beans": "50"}}, programme="cafe")
    teller.worlds.look()
    waits = tell("60 beans, which takes two", "POST", path, {**given, "units": "60"})
    asked = {"state": "waiting", "member": "phoebe", "others": "false"}
    tell("What waits", "GET", path, query=asked)
    tell("In no such state", "GET", path, query={"state": "lost"})
    one = {"correction": waits["correction"]}
    tell("By whoever has asked", "POST", path + "/{correction}/confirm", **one)
    tell("It is taken back", "POST", path + "/{correction}/decline", **one)
    tell("Once more", "POST", path + "/{correction}/decline", **one)
    again = teller.ask("POST", path, {**given, "units": "70"}).json()["correction"]
    boris, confirm = teller.worlds.key(), path + "/{correction}/confirm"
    tell("By somebody else", "POST", confirm, by=boris, correction=again)
    notes, who = MEMBERS + "/{member}/notes", {"member": "phoebe"}
    noted = tell("A note", "POST", notes, {"text": "Prefers to be called."}, **who)
    tell("About nobody", "POST", notes, {"text": "Prefers to be called."}, member="zoe")
    tell("The notes", "GET", notes, **who)
    tell("About nobody", "GET", notes, member="zoe")
    which = {**who, "note": noted["note"]}
    tell("It is removed", "DELETE", notes + "/{note}", **which)
    tell("It is gone", "DELETE", notes + "/{note}", **which)
    teller.ask("PUT", safety, {}, programme="cafe")
    teller.worlds.look()


def tills(teller: Teller) -> None:
    """A till asks what there is, who stands before it, and what was bought."""
    tell = teller.tell
    tell("The programme in Greek", "GET", "/v1/till", query={"locale": "el"})
    tell("A programme that is not there", "GET", "/v1/till", query={"programme": "caffe"})
    irene = {"member": "irene", "identifiers": {"card": "4000-8"}, "attributes": {"name": "Irene"}}
    teller.ask("POST", MEMBERS, irene)
    teller.ask("POST", "/v1/events", basket("till-9/1", member="irene", source="till"))
    back = {"type": "return", "id": "till-9/2", "source": "till", "member": "irene"}
    lines = [{"line": "1", "quantity": 1}]
    teller.ask(
        "POST", "/v1/events", {**back, "occurred_at": AT, "purchase": "till-9/1", "lines": lines}
    )
    member = "/v1/till/member"
    tell("By their card", "GET", member, query={"identifier": "4000-8"})
    tell("A card that leads to nobody", "GET", member, query={"identifier": "4000-7"})
    receipt = "/v1/till/purchase"
    tell("Of which a cup came back", "GET", receipt, query={"event": "till-9/1", "source": "till"})
    tell("No such receipt", "GET", receipt, query={"event": "till-9/3", "source": "till"})


MEMBER_STORIES: Mapping[str, Callable[[Teller], None]] = {
    "operations": operations,
    "members": members,
    "events": events,
    "quotes": quotes,
    "reservations": reservations,
    "vouchers": vouchers,
    "rewards": rewards,
    "messages": messages,
    "privacy": privacy,
    "corrections": corrections,
    "merges": merges,
    "households": households,
    "tills": tills,
}
