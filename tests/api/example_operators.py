"""Examples of what operators do: programmes, drafts, staff, keys, webhooks, shops, changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.api.client import CAFE, purchase
from tests.api.telling import Teller
from tests.connectors.shops import sent
from xenia.services.access import Scope

LATER = "2026-12-01T00:00:00+02:00"
BAR = CAFE.replace("programme: cafe", "programme: bar")
WORDS = "seven purple lanterns"
NONE = "0123456789abcdef"
RULE = "bean-per-euro"


def programmes(teller: Teller) -> None:
    """What is published."""
    tell, one = teller.tell, "/v1/programmes/{programme}"
    tell("All, with their versions", "GET", "/v1/programmes")
    tell("What decides now", "GET", one, programme="cafe")
    tell("There is none", "GET", one, programme="caffe")
    tell(
        "What it says, in words", "GET", one + "/explain", query={"locale": "el"}, programme="cafe"
    )
    tell("There is none", "GET", one + "/explain", programme="caffe")
    tell("Its members", "GET", one + "/figures", programme="cafe")
    tell("There is none", "GET", one + "/figures", programme="caffe")
    twice = teller.document.replace("1 per 1.00", "2 per 1.00")
    draft = teller.ask("POST", "/v1/programmes", {"document": twice}).json()["draft"]
    teller.ask("PUT", "/v1/approval", {"four_eyes": False})
    known = {"head": {"if-match": '"1"'}, "draft": draft}
    teller.ask("POST", "/v1/drafts/{draft}/approval", **known)
    start = {"from": LATER}
    teller.ask("POST", "/v1/drafts/{draft}/publication", start, **known)
    teller.ask("PUT", "/v1/approval", {"four_eyes": True})
    version = one + "/versions/{version}"
    tell("Before it takes effect", "DELETE", version, programme="cafe", version="2")
    tell("A version that decides", "DELETE", version, programme="cafe", version="1")


def templates(teller: Teller) -> None:
    """What a programme can begin with."""
    teller.tell("The first two of them", "GET", "/v1/templates", query={"locale": "en"}, first=2)
    teller.tell("A language that is not spoken", "GET", "/v1/templates", query={"locale": "tlh"})
    one = "/v1/templates/{template}"
    teller.tell("One of them", "GET", one, template="sticker-card")
    teller.tell("There is none", "GET", one, template="sticker-crd")


def _rules(teller: Teller, draft: str) -> None:
    """The rules of a draft, one by one."""
    tell, one = teller.tell, "/v1/drafts/{draft}"
    known, none = {"draft": draft}, {"draft": NONE}
    tell("Its rules", "GET", one + "/rules", **known)
    tell("There is none", "GET", one + "/rules", **none)
    tell("One rule", "GET", one + "/rules/{rule}", rule=RULE, **known)
    tell("A rule that it has not", "GET", one + "/rules/{rule}", rule="x", **known)
    tell("What rules can name", "GET", one + "/choices", **known)
    tell("There is none", "GET", one + "/choices", **none)
    section = {"section": "rewards", **known}
    tell("What it is made of", "GET", one + "/parts", **known)
    tell("There is none", "GET", one + "/parts", **none)
    tell("Its rewards", "GET", one + "/parts/{section}", **section)
    tell("No such section", "GET", one + "/parts/{section}", **{**section, "section": "prizes"})
    tell("One reward", "GET", one + "/parts/{section}/{part}", part="tea", **section)
    tell("A reward that it has not", "GET", one + "/parts/{section}/{part}", part="x", **section)
    rows = [{"subject": "basket.amount", "operator": "at-least", "values": ["5"], "kind": "number"}]
    asked = {"join": "all", "parts": [{"rows": rows}]}
    at, parts = {"do": "set", "at": f"/rules/{RULE}/when", "condition": asked}, one + "/changes"
    head, try_ = {"if-match": '"2"'}, {"dry_run": "true"}
    tell("From 5 on, tried", "POST", parts, {"changes": [at]}, head=head, query=try_, **known)
    gone = {"changes": [{"do": "remove", "at": "/rules/x"}]}
    tell("What is not there", "POST", parts, gone, head=head, **known)


def _undoing(teller: Teller) -> None:
    """A draft that is changed, as it was before, changed again, and dropped."""
    tell, one = teller.tell, "/v1/drafts/{draft}"
    draft = teller.ask("POST", "/v1/programmes", {"document": BAR}).json()["draft"]
    known = [{"head": {"if-match": f'"{revision}"'}, "draft": draft} for revision in range(5)]
    tell("Nothing was changed", "POST", one + "/undo", **known[1])
    teller.ask("PUT", one, {"document": BAR.replace("1 per", "3 per")}, **known[1])
    tell("The change is undone", "POST", one + "/undo", **known[2])
    tell("By who has not seen that", "POST", one + "/redo", **known[2])
    tell("It is done again", "POST", one + "/redo", **known[3])
    tell("Nothing is undone", "POST", one + "/redo", **known[4])
    tell("It is dropped", "DELETE", one, **known[4])


def drafts(teller: Teller) -> None:
    """A draft is written, corrected, approved by another and published."""
    tell, one = teller.tell, "/v1/drafts/{draft}"
    boris = teller.worlds.key()
    new = teller.document.replace("1 per 1.00", "2 per 1.00")
    wrong = new.replace("beans: 2 per", "baens: 2 per")
    tell("What is wrong with a document", "POST", "/v1/drafts/check", {"document": wrong})
    tell("What is no document", "POST", "/v1/drafts/check", {"document": 7})
    asked = {"explain": "true"}
    tell("What customers are told", "POST", "/v1/drafts/check", {"document": BAR}, query=asked)
    draft = tell("A new draft", "POST", "/v1/programmes", {"document": wrong})["draft"]
    begun = {"template": "coffee-stars", "programme": "bar"}
    tell("What begins with a template", "POST", "/v1/programmes", begun)
    tell("A template that is none", "POST", "/v1/programmes", {"template": "coffee-star"})
    known, none = {"draft": draft}, {"draft": NONE}
    tell("All", "GET", "/v1/drafts", query={"limit": "2"})
    about = {"programme": "cafe", "unpublished": "true"}
    tell("Those of one programme that are not published", "GET", "/v1/drafts", query=about)
    tell("A cursor that is none", "GET", "/v1/drafts", query={"cursor": "x"})
    head = {"if-match": '"1"'}
    tell("It is corrected", "PUT", one, {"document": new}, head=head, **known)
    tell("By who has not seen the last change", "PUT", one, {"document": new}, head=head, **known)
    tell("Without saying what was seen", "PUT", one, {"document": new}, **known)
    tell("One with its document", "GET", one, **known)
    tell("There is none", "GET", one, **none)
    tell("What it changes", "GET", one + "/difference", **known)
    tell("There is none", "GET", one + "/difference", **none)
    tell("What it says, in words", "GET", one + "/explain", **known)
    tell("There is none", "GET", one + "/explain", **none)
    head = {"if-match": '"2"'}
    _rules(teller, draft)
    start, publication = {"from": LATER}, one + "/publication"
    tell("Nobody has approved it", "POST", publication, start, head=head, **known)
    stale = {"if-match": '"1"'}
    tell("Of an older state", "POST", one + "/submission", head=stale, **known)
    tell("It is ready", "POST", one + "/submission", head=head, **known)
    note = {"note": "Two beans are more than we can bear: ask Eva."}
    objection = one + "/objection"
    tell("It is sent back", "POST", objection, note, head=head, by=boris, **known)
    tell("Without a word", "POST", objection, {"note": ""}, head=head, by=boris, **known)
    tell("By who has written it", "POST", one + "/approval", head=head, **known)
    tell("By another", "POST", one + "/approval", head=head, by=boris, **known)
    tell("From December", "POST", publication, start, head=head, **known)
    tell("It is published already", "DELETE", one, head=head, **known)
    _undoing(teller)
    tell("Whether it takes two", "GET", "/v1/approval")
    tell("One is enough", "PUT", "/v1/approval", {"four_eyes": False})
    tell("What is neither", "PUT", "/v1/approval", {"four_eyes": "no"})
    teller.ask("PUT", "/v1/approval", {"four_eyes": True})


def staff(teller: Teller) -> None:
    """Somebody is invited, comes in, and goes."""
    tell, path, one = teller.tell, "/v1/staff", "/v1/staff/{staff}"
    nobody = {"staff": NONE}
    tell("What each role may do", "GET", "/v1/roles", first=2)
    owner = {"email": "owner@example.org", "name": "Olga", "role": "owner"}
    teller.ask("POST", path, owner)
    invited = {"email": "nikos@example.org", "name": "Nikos", "role": "manager"}
    made = tell("Invite a manager", "POST", path, invited)
    tell("Who is there already", "POST", path, invited)
    tell("A role that is none", "POST", path, {**invited, "email": "a@b.org", "role": "boss"})
    known = {"staff": made["staff"]}
    again = tell("The letter was lost", "POST", one + "/invitation", **known)
    tell("There is none", "POST", one + "/invitation", **nobody)
    looked = {"invitation": again["invitation"]}
    tell("For whom", "POST", "/v1/invitations/check", looked, by=None)
    came = {"invitation": again["invitation"], "password": WORDS}
    tell("Choose a password", "POST", "/v1/invitations", came, by=None)
    tell("An invitation that was used", "POST", "/v1/invitations", came, by=None)
    tell("One that was used", "POST", "/v1/invitations/check", looked, by=None)
    tell("All", "GET", path)
    tell("A cursor that is none", "GET", path, query={"cursor": "x"})
    tell("One", "GET", one, **known)
    tell("There is none", "GET", one, **nobody)
    who = {"email": "nikos@example.org", "password": WORDS}
    token = tell("Sign in", "POST", "/v1/sign-in", who, by=None)["token"]
    tell("Another password", "POST", "/v1/sign-in", {**who, "password": "eight"}, by=None)
    tell("Whose it is", "POST", "/v1/session", {"token": token}, by=None)
    tell("One that has ended", "POST", "/v1/session", {"token": "xen_session_x"}, by=None)
    teller.worlds.look()
    test, oneself = "/v1/notifiers/{notifier}/test", {"locale": "el"}
    tell("A message to oneself", "POST", test, oneself, by=token, notifier="file")
    tell("Who has no address", "POST", test, oneself, notifier="file")
    tell("There is none", "POST", test, oneself, notifier="pigeon")
    tell("Sign out", "POST", "/v1/sign-out", {"token": token}, by=None)
    tell("Nothing at all", "POST", "/v1/sign-out", {}, by=None)
    tell("Another role", "PATCH", one, {"role": "till"}, **known)
    tell("There is none", "PATCH", one, {"role": "till"}, **nobody)
    teller.ask("POST", "/v1/sign-in", who, by=None)
    tell("Everywhere at once", "DELETE", one + "/sessions", **known)
    tell("There is none", "DELETE", one + "/sessions", **nobody)
    tell("They have left the company", "DELETE", one, **known)
    tell("There is none", "DELETE", one, **nobody)


def keys(teller: Teller) -> None:
    """Keys are made, seen and taken back."""
    wanted = {"name": "till 7", "scopes": ["events:write", "members:read"], "per_minute": 600}
    made = teller.tell("For a till", "POST", "/v1/keys", wanted)
    teller.tell("A scope that is none", "POST", "/v1/keys", {**wanted, "scopes": ["events:wrote"]})
    teller.tell("The last of them", "GET", "/v1/keys", first=1)
    teller.tell("What failed lately", "GET", "/v1/requests", query={"only": "wrong"})
    teller.tell("It is well or wrong", "GET", "/v1/requests", query={"only": "slow"})
    teller.tell("It is taken back", "DELETE", "/v1/keys/{key}", key=made["key"])
    teller.tell("There is none", "DELETE", "/v1/keys/{key}", key=NONE)


def webhooks(teller: Teller) -> None:
    """A program is told of what happens, and looks after what it missed."""
    tell, path, one = teller.tell, "/v1/webhooks", "/v1/webhooks/{webhook}"
    wanted = {"url": teller.url, "types": ["points.*"], "description": "our app"}
    made = tell("Make one", "POST", path, wanted)
    unfit = {**wanted, "url": "https://169.254.169.254/latest"}
    tell("An address within the network", "POST", path, unfit)
    known, none = {"webhook": made["webhook"]}, {"webhook": "whk_000000000000000000000000"}
    teller.ask("POST", "/v1/events", purchase("till-7/3001"))
    teller.work()
    tell("All", "GET", path)
    tell("What there is to be told", "GET", "/v1/webhook-types", first=2)
    tell("One, and how it does", "GET", one, **known)
    tell("There is none", "GET", one, **none)
    tell("Send a test", "POST", one + "/test", {}, **known)
    tell("There is none", "POST", one + "/test", {}, **none)
    teller.work()
    sends = one + "/deliveries"
    page = tell("What was sent", "GET", sends, query={"limit": "1"}, **known)
    tell("There is none", "GET", sends, **none)
    delivery = page["data"][0]["delivery"]
    tell("One, with what was answered", "GET", sends + "/{delivery}", delivery=delivery, **known)
    tell("There is none", "GET", sends + "/{delivery}", delivery="msg_1", **known)
    again = sends + "/{delivery}/replay"
    tell("Send it again", "POST", again, {}, delivery=delivery, **known)
    tell("There is none", "POST", again, {}, delivery="msg_1", **known)
    days = {"since": "2026-11-01T00:00:00Z", "until": "2026-12-01T00:00:00Z"}
    states = {**days, "states": ["dead", "delivered"]}
    tell("All of some days again", "POST", one + "/replay", states, **known)
    tell("There is none", "POST", one + "/replay", days, **none)
    for name, body in (
        ("secret", {"overlap_hours": 2}),
        ("disable", {}),
        ("enable", {"drop": True}),
    ):
        tell(f"{name.title()}", "POST", f"{one}/{name}", body, **known)
        tell("There is none", "POST", f"{one}/{name}", body, **none)
    tell("Of everything", "PATCH", one, {"types": []}, **known)
    tell("There is none", "PATCH", one, {"types": []}, **none)
    tell("A type that is none", "PATCH", one, {"types": ["points.earnt"]}, **known)
    tell("It is removed", "DELETE", one, **known)
    tell("There is none", "DELETE", one, **none)


def connections(teller: Teller) -> None:
    """A shop is connected; what it sends is recorded, or kept with the reason."""
    tell, path, one = teller.tell, "/v1/connections", "/v1/connections/{connection}"
    wanted = {"kind": "odoo", "name": "ermou", "programme": "cafe"}
    made = tell("A till of Odoo", "POST", path, wanted)
    tell("A kind that is none", "POST", path, {**wanted, "kind": "lightspeed"})
    known, none = {"connection": made["connection"]}, {"connection": NONE * 2}
    tell("All", "GET", path)
    tell("A page that is too long", "GET", path, query={"limit": "1000"})
    tell("Of no programme by name", "PATCH", one, {"programme": None}, **known)
    tell("There is none", "PATCH", one, {"programme": "cafe"}, **none)
    teller.ask("PATCH", one, {"programme": "cafe"}, **known)
    inlet = {"kind": "odoo", **known}
    signed: dict[str, Any] = {"head": {"x-xenia-key": made["secret"]}, "by": None}
    order = sent("odoo-order")
    told = "/v1/connectors/{kind}/{connection}"
    tell("A paid order", "POST", told, order, **signed, **inlet)
    tell("Who has no secret", "POST", told, order, by=None, **inlet)
    teller.ask("POST", told, {**order, "lines": "none"}, **signed, **inlet)
    kept = one + "/deliveries"
    number = tell("What could not be used", "GET", kept, **known)["data"][0]["delivery"]
    tell("There is none", "GET", kept, **none)
    this = {**known, "delivery": number}
    tell("It is read again", "POST", kept + "/{delivery}/replay", **this)
    tell("There is none", "POST", kept + "/{delivery}/replay", **{**known, "delivery": "99"})
    tell("It is of no use", "DELETE", kept + "/{delivery}", **this)
    tell("There is none", "DELETE", kept + "/{delivery}", **this)
    tell("It is removed", "DELETE", one, **known)
    tell("There is none", "DELETE", one, **none)


def audit(teller: Teller) -> None:
    """Who has changed what."""
    about = {"about": "approval", "limit": "1"}
    teller.tell("The last change of something", "GET", "/v1/changes", query=about)
    teller.tell("A cursor that is none", "GET", "/v1/changes", query={"cursor": "x"})


def everywhere(teller: Teller) -> None:
    """What every address may refuse."""
    path, key = "/v1/programmes", teller.worlds.key([Scope.AUDIT])
    few = teller.worlds.key(per_minute=1)
    teller.tell("Without a key", "GET", path, by=None)
    teller.tell("With a key that is none", "GET", path, by="xen_live_0123456789")
    teller.tell("With a key that may not", "GET", path, by=key)
    teller.ask("GET", path, by=few)
    teller.tell("Too often", "GET", path, by=few)
    body = {"name": "till 7", "scopes": ["events:write"]}
    teller.tell("A write without a key of its own", "POST", "/v1/keys", body,
                head={"idempotency-key": ""})  # fmt: skip


OPERATOR_STORIES: Mapping[str, Callable[[Teller], None]] = {
    "programmes": programmes,
    "templates": templates,
    "drafts": drafts,
    "staff": staff,
    "keys": keys,
    "webhooks": webhooks,
    "connections": connections,
    "audit": audit,
    "everywhere": everywhere,
}
