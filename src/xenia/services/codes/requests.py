"""The codes of requests that are not done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xenia.services.codes.backtests import BACKTESTS
from xenia.services.codes.corrections import CORRECTIONS
from xenia.services.codes.finance import FINANCE
from xenia.services.codes.households import HOUSEHOLDS
from xenia.services.codes.merges import MERGES
from xenia.services.codes.own import OWN
from xenia.services.codes.programmes import PROGRAMMES
from xenia.services.codes.rewards import REWARDS
from xenia.services.codes.sentences import Sentences
from xenia.services.codes.staff import STAFF

_ANYWHERE: Final[Mapping[str, Sentences]] = {
    "already-a-member": Sentences(
        "They have joined already",
        "The member, or whoever the identifiers lead to, was enrolled before; `detail` names them.",
        "Change their profile by `PATCH /v1/members/{member}`.",
    ),
    "already-blocked": Sentences(
        "The card is blocked already",
        "Nothing is earned with it, and nothing spent.",
        "Nothing: it stays so.",
    ),
    "already-yours": Sentences(
        "The card is the member's already",
        "It leads to this member, also if it is blocked.",
        "Nothing, or remove it first, if it is to be used again.",
    ),
    "ambiguous-member": Sentences(
        "It leads to several members",
        "`errors` says what leads to whom, by their ids alone.",
        "Ask for one identifier of one kind, or take the member that you mean by their id.",
    ),
    "bad-key": Sentences(
        "The key is not known",
        "No key in use is the one in the header `Authorization`: it was mistyped, cut off, or "
        "taken back.",
        "Compare how it begins with what `xenia key list` or `GET /v1/keys` shows; ask whoever "
        "made it for a new one.",
    ),
    "bad-request": Sentences(
        "The request cannot be understood",
        "The request breaks a rule of HTTP; `detail` says which.",
        "Look at what your HTTP library sends, or at what stands between it and the service.",
    ),
    "bad-signature": Sentences(
        "The delivery is not signed as it should be",
        "What a shop sends is signed with the secret of its connection; this is signed with "
        "another one, or not at all, or something between has changed it.",
        "Set the same secret on both sides (`PATCH /v1/connections/{connection}`); of Square, the "
        "option `address` must be the very address that Square has.",
    ),
    "bought-by-itself": Sentences(
        "Rewards are bought with these units by themselves",
        "Whenever there are enough of them a reward is bought, so that none can be kept.",
        "Reserve none of them; what the member has is there when they come.",
    ),
    "busy": Sentences(
        "Too much is being read",
        "More requests wait to be read from the database than can be answered soon.",
        "Ask again after the seconds in `Retry-After`; if it happens often, give the service more "
        "workers.",
    ),
    "card-taken": Sentences(
        "The card is another member's",
        "A card leads to one member.",
        "Compare the number; if the other member has it no longer, remove it there first.",
    ),
    "connection-taken": Sentences(
        "There is such a connection already",
        "The events of a connection are known by its kind and name, so that two cannot share them.",
        "Take another name; `GET /v1/connections` lists those that there are.",
    ),
    "database-unavailable": Sentences(
        "The database cannot be reached",
        "PostgreSQL does not answer. What was sent is recorded or not, but never in part.",
        "Send the same again, with the same ids: what is recorded already gets the stored answer.",
    ),
    "different-content": Sentences(
        "The event is recorded with other content",
        "An event of this `source` and `id` was recorded before, and said something else.",
        "Give a new event an id of its own. What has happened is not changed: take it back by a "
        "`return` or `cancel`, or correct it by an `adjustment`.",
    ),
    "different-request": Sentences(
        "The Idempotency-Key was used for another request",
        "Within the last 30 days this key came with another address or body.",
        "Make a new key for each write, and repeat one only with the very same write.",
    ),
    "erased-member": Sentences(
        "The member has been erased",
        "Nothing that tells who they are is kept any more, and nothing is from now on.",
        "Enrol them again as a new member.",
    ),
    "idempotency-key": Sentences(
        "The Idempotency-Key is missing",
        "Each write, other than of events, needs a key of its own, so that it can be sent again "
        "safely when the answer was lost.",
        "Send a header `Idempotency-Key` of 1 to 255 characters, such as a UUID.",
    ),
    "identifier-taken": Sentences(
        "It leads to another member",
        "A phone, an address or a card leads to one member; `detail` names them.",
        "Leave it out, or compare it: the two members may be one.",
    ),
    "in-the-future": Sentences(
        "The event has not happened yet",
        "`occurred_at` is further ahead of the service's clock than clocks usually are apart.",
        "Send an event once it has happened; compare the clocks, and the offset from UTC.",
    ),
    "internal-error": Sentences(
        "Something is broken here",
        "A fault of the service. What was sent is recorded or not, but never in part.",
        "Send the same again, with the same ids; if it stays, look for `request_id` in the "
        "service's logs, and report it.",
    ),
    "method-not-allowed": Sentences(
        "The method is not allowed",
        "The address is there, but not for this method.",
        "The header `Allow` lists its methods; `/openapi.json` lists all addresses.",
    ),
    "no-key": Sentences(
        "A key is needed",
        "The service does not know who asks.",
        "Send the header `Authorization: Bearer xen_…`; `xenia key make` makes a key.",
    ),
    "no-programme": Sentences(
        "No programme is published",
        "The service runs, but there is nothing yet by which it could decide.",
        "Publish one: `xenia programme publish FILE`.",
    ),
    "no-secret-key": Sentences(
        "Secrets cannot be kept",
        "The service has no key to seal secrets with, or not the one that a secret was sealed "
        "with.",
        "Start it with `XENIA_SECRET_KEY=1:KEY`, the key from `openssl rand -base64 32`; add a new "
        "one behind the old, and take none away.",
    ),
    "not-a-member": Sentences(
        "They have not joined",
        "The programme takes only those who have enrolled.",
        "Enrol them by `POST /v1/members`.",
    ),
    "not-allowed": Sentences(
        "The key may not do this",
        "The key is known, but has not the scope that the address takes; `detail` names it.",
        "Use a key that has the scope; scopes of a key do not change.",
    ),
    "not-fetched": Sentences(
        "The shop could not be asked",
        "What was sent names something that must be fetched from the shop, which gave no answer "
        "that can be used. It is kept.",
        "See that the connection's `token` is valid, and replay the delivery, or wait until the "
        "shop sends it again.",
    ),
    "not-found": Sentences(
        "Nothing is here",
        "There is no such address.",
        "Compare it with `/openapi.json`: a part may be misspelt, or `/v1` missing.",
    ),
    "not-https": Sentences(
        "The address is not safe",
        "A shop is asked, and sends, by https only.",
        "Give an address that begins with `https://`.",
    ),
    "not-of-the-reservation": Sentences(
        "The event is not that of the reservation",
        "It is of another member, or of another programme.",
        "Commit the reservation with the event for which it was made.",
    ),
    "not-ready": Sentences(
        "The service is not ready",
        "`/readyz` says so until events can be taken; `errors` says what is missing.",
        "Wait, or do what `errors` says.",
    ),
    "not-reservable": Sentences(
        "This cannot be reserved",
        "A claim of the event would be refused, or what it takes cannot be kept; `errors` says "
        "which and why.",
        "Take out of the event what cannot be had, and reserve again.",
    ),
    "not-yours": Sentences(
        "The card is not the member's",
        "It leads to another member, or to nobody.",
        "Compare the number with the member's cards: `GET /v1/members/{member}`.",
    ),
    "nothing-to-reserve": Sentences(
        "Nothing is kept for such an event",
        "Only a purchase, a redemption and a use take what somebody else could take first.",
        "Send the event itself, to `POST /v1/events`.",
    ),
    "one-event": Sentences(
        "One event is asked about at a time",
        "The body has several events.",
        "Send one JSON object, and the next in another request.",
    ),
    "published-meanwhile": Sentences(
        "Something was published at this moment",
        "A new version took its place while the write was done, and nothing was written.",
        "Send the same again, with the same Idempotency-Key.",
    ),
    "queue-full": Sentences(
        "Too much is waiting",
        "More events wait than can be posted soon. Nothing of this request is recorded.",
        "Send it again after the seconds in `Retry-After`, with the same ids.",
    ),
    "reservation-over": Sentences(
        "The reservation is over",
        "It was committed or released, or its time was over: it keeps nothing any more.",
        "Send what has happened to `POST /v1/events`, which records it with what there is now.",
    ),
    "slow-request": Sentences(
        "The request takes too long to arrive",
        "The body had not arrived when its time was over.",
        "Send it again; send fewer events at a time over a slow line.",
    ),
    "starting": Sentences(
        "The service has just begun",
        "The programmes are being read.",
        "Ask again in a moment.",
    ),
    "still-running": Sentences(
        "The same request is being done",
        "A request with this Idempotency-Key has not been answered yet.",
        "Ask again after the seconds in `Retry-After`: then it gets the stored answer.",
    ),
    "too-large": Sentences(
        "The request is too large",
        "The body has more bytes, or a number or list is larger, than can be taken; `detail` "
        "names the bound.",
        "Send events in several requests; a number that is too large is a mistake in most cases.",
    ),
    "too-many-codes": Sentences(
        "The member was sent enough codes",
        "A member is sent five codes an hour at most.",
        "Use the last one that was sent, or come back after the seconds in `Retry-After`.",
    ),
    "too-many-events": Sentences(
        "These are too many events for one request",
        "`detail` says how many a request may bring.",
        "Send them in several requests; for a whole year there is `xenia import purchases`.",
    ),
    "too-many-requests": Sentences(
        "The key has made too many requests",
        "More came within a minute than the key may make; the headers `RateLimit-*` count along.",
        "Wait for the seconds in `Retry-After`, and send several events in one request.",
    ),
    "too-many-webhooks": Sentences(
        "There are too many webhooks",
        "A space has at most 50 of them.",
        "Remove one that is not needed any more, or let one receiver hand on to others.",
    ),
    "unfit-address": Sentences(
        "Nothing is sent to this address",
        "A webhook's address begins with `https://` and leads to a machine of the public internet.",
        "`detail` says what is wrong with it. Whoever runs the service may name machines of their "
        "own in the setting `XENIA_WEBHOOK_HOSTS`.",
    ),
    "unknown-cashier": Sentences(
        "Nobody has said which member the cashier is",
        "No member is linked to a cashier of this name, or no more.",
        "`GET /v1/cashiers` lists those of whom it is said.",
    ),
    "unknown-connection": Sentences(
        "There is no such connection",
        "No shop is connected in this space by this id, or under this kind.",
        "`GET /v1/connections` lists them; its `path` is where the shop sends to.",
    ),
    "unknown-delivery": Sentences(
        "There is no such delivery",
        "Nothing of this number is kept: it was used by now, discarded, or is over 30 days old.",
        "`GET /v1/connections/{connection}/deliveries` lists what is kept.",
    ),
    "unknown-event": Sentences(
        "The event is not known",
        "No event of this `source` and `id` is recorded of this member.",
        "An event is known by both; without a `source` it is of `api`.",
    ),
    "unknown-key": Sentences(
        "There is no such key",
        "No key of this id is in use in this space.",
        "`GET /v1/keys` lists them; its `key` is what the address takes, not the secret.",
    ),
    "unknown-member": Sentences(
        "The member is not known",
        "Nothing has ever happened to a member of this id in this space.",
        "Compare the id; whoever has only a card or a telephone number is found by that.",
    ),
    "unknown-receipt": Sentences(
        "No purchase of this receipt is known",
        "No purchase of this source and id was recorded in the programme.",
        "Compare it with the receipt; without a `source` it is looked for in `api`.",
    ),
    "unknown-reservation": Sentences(
        "The reservation is not known",
        "There is none of this id in the space of the key.",
        "Compare the id with the answer that made it.",
    ),
    "unknown-scope": Sentences(
        "The scope is not known",
        "What a key is to be for must be one of the scopes that there are.",
        "`xenia key make --help` lists them.",
    ),
    "unknown-webhook": Sentences(
        "There is no such webhook",
        "No webhook of this space has this id.",
        "Take the id from `GET /v1/webhooks`.",
    ),
    "no-test-address": Sentences(
        "There is nobody to send a test message to",
        "A test message goes to whoever asks for it, by their address: who asks with a key has "
        "none, and not every notifier sends to addresses.",
        "Sign in as a person, and take a notifier with `reaches_staff`.",
    ),
    "unknown-notifier": Sentences(
        "There is no such notifier",
        "`xenia work` has never run with a notifier of this name.",
        "Take the name from `GET /v1/notifiers`; the page on messages says how one is set.",
    ),
    "unknown-message": Sentences(
        "There is no such message that was not sent",
        "No message of this id is kept, or it was sent, or waits to be sent.",
        "Take the id of one that is `unsent` or `dead` from `GET /v1/messages`; they are kept for "
        "90 days.",
    ),
    "unknown-webhook-delivery": Sentences(
        "There is no such delivery",
        "No delivery of this id goes to this webhook, or no more: they are kept for 30 days.",
        "Take the id from `GET /v1/webhooks/{webhook}/deliveries`; it is the `webhook-id` that was "
        "received.",
    ),
    "unknown-webhook-type": Sentences(
        "There is no such type of message",
        "`types` names types as `points.earned`, or all that begin alike, as `points.*`.",
        "The page on webhooks lists them; leave `types` out for all of them.",
    ),
    "unreadable-body": Sentences(
        "The body cannot be read",
        "It is not JSON of the form that the address takes; `errors` names each place.",
        "Compare it with the schema of the address in `/openapi.json`.",
    ),
    "unsupported-media-type": Sentences(
        "The content type cannot be read",
        "The body is of a kind, or packed in a way, that is not read here.",
        "Send `application/json`, or for events `application/x-ndjson`, as it is or gzipped as "
        "`detail` says.",
    ),
    "wrong-parameter": Sentences(
        "A parameter cannot be read",
        "A parameter of the address is not known, or its value is not of its kind.",
        "`errors` names it; `/openapi.json` says what it takes.",
    ),
}
REQUESTS: Final[Mapping[str, Sentences]] = dict(
    sorted(
        {
            **_ANYWHERE,
            **BACKTESTS,
            **CORRECTIONS,
            **FINANCE,
            **HOUSEHOLDS,
            **MERGES,
            **OWN,
            **PROGRAMMES,
            **REWARDS,
            **STAFF,
        }.items()
    )
)
