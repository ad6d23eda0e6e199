"""What members do for themselves: profile and consents, rewards, units for others, leaving."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from xenia.events.errors import EventError, Unreadable
from xenia.services import enrolling, own, own_programme, persons, rewards, told
from xenia.services.changing import Changing, Done
from xenia.services.member_signing import KINDS, variants
from xenia.services.problems import Problem, Reason, unreadable, unreadable_body
from xenia.services.published import Published, Space
from xenia.services.watching import Part, Watching
from xenia.store import households, identifiers
from xenia.store.posting import Scope

Json = dict[str, Any]
CHANNEL = "member-pages"  # where what they do is done


def change(changing: Changing, space: Space, key: str, member: str, asked: Json) -> Done | Problem:
    """Change what a profile says, and consents: what members may say themselves."""
    published = _published(changing, space, member, asked)
    if isinstance(published, Problem):
        return published
    wanted = asked.get("attributes") or {}
    scope = Scope(space.space_id, published.programme_id)
    before = persons.attributes(changing.connection, published, scope, member, changing.now)
    wrong = own.not_theirs_to_say(before, wanted)
    if wrong is not None:
        sentence = f'"{wrong[:100]}" is not for members to change: ask the staff'
        reason = Reason(f"/attributes/{wrong}", "not-allowed", sentence)
        return unreadable_body([reason])
    fields = {**asked, "programme": published.name, "channel": CHANNEL}
    if "consents" in asked:
        fields["consents"] = [{**one, "source": CHANNEL} for one in asked["consents"]]
    return enrolling.change(changing, space, key, member, fields)


def redeem(changing: Changing, space: Space, key: str, member: str, asked: Json) -> Done | Problem:
    """Take a reward with the units that the member has; as they have seen it, where that is said:
    else it is as if nothing had been asked."""
    published = _published(changing, space, member, asked)
    if isinstance(published, Problem):
        return published
    seen = rewards.Seen(asked.get("price"), asked.get("version"))
    fields = {name: value for name, value in asked.items() if name not in rewards.Seen._fields}
    # Who belongs to a household takes rewards by what it holds.
    lead = households.belongs(changing.connection, space.space_id, [member]).get(member)
    pool = None if lead is None else lead.household
    done = _told(changing, space, key, member, fields, kind="redemption", pool=pool)
    if isinstance(done, Problem):
        return done
    # By the version that has decided, which no comparison before could know.
    by = done.body["answer"]["version"]
    return rewards.changed_since(published, by, asked["reward"], seen) or done


def transfer(
    changing: Changing, space: Space, key: str, member: str, asked: Json
) -> Done | Problem:
    """Give units to another member, who is there already: nobody is made by a slip of the pen."""
    published = _published(changing, space, member, asked)
    if isinstance(published, Problem):
        return published
    # Before it is asked who is known, which is nothing to be learned where nothing is given.
    programme = published.timeline.at(changing.now).plan.programme
    currency = programme.currencies.get(asked["currency"])
    if currency is None or currency.transfers is None:
        sentence = f'no member gives "{asked["currency"][:100]}" to another'
        return unreadable_body([Reason("/currency", "not-transferable", sentence)])
    found = {
        other
        for value in variants(asked["to"])
        for other in identifiers.led_to(changing.connection, space.space_id, value, KINDS)
    }
    if len(found) != 1 or member in found:
        return _nobody()
    (other,) = found
    fields = {**asked, "to": other}
    return _told(changing, space, key, member, fields, kind="transfer", beside=[other])


def leave(changing: Changing, space: Space, key: str, member: str, asked: Json) -> Done | Problem:
    """Let all that a member holds in a programme end."""
    published = _published(changing, space, member, asked)
    if isinstance(published, Problem):
        return published
    fields = {"programme": published.name, "channel": CHANNEL}
    return enrolling.leave(changing, space, key, member, fields)


def _told(
    changing: Changing,
    space: Space,
    key: str,
    member: str,
    asked: Json,
    *,
    kind: str,
    pool: str | None = None,
    beside: Collection[str] = (),
) -> Done | Problem:
    published = _published(changing, space, member, asked)
    if isinstance(published, Problem):
        return published
    fields = {**asked, "programme": published.name, "member": member, "channel": CHANNEL}
    watching = Watching(changing, member, [published], [Part.HOLDINGS], pool=pool, beside=beside)
    answer = told.tell(changing, space, key, kind, fields)
    if isinstance(answer, Problem):
        return answer
    event = {"source": answer["source"], "id": answer["event"]}
    of = {} if pool is None else {"household": pool}
    watching.note(f"member.{kind}", after={"event": event, **of})
    return Done({"member": member, "answer": answer})


def _published(changing: Changing, space: Space, member: str, asked: Json) -> Published | Problem:
    named = asked.get("programme")
    found = own_programme.of_member(changing.connection, space, member, named, changing.now)
    return unreadable(Unreadable((found,))) if isinstance(found, EventError) else found


def _nobody() -> Problem:
    sentence = (
        "nobody else is known by this: ask for the number of their card, or the phone or address "
        "by which they are known here"
    )
    reason = Reason("/to", "nobody-to-give-to", sentence)
    return Problem(status=422, code="nobody-to-give-to", detail=sentence, errors=(reason,))
