"""Why something was not granted, in words that every reader has: by the code of the refusal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from xenia.client import shapes
from xenia.pages.words import SOURCE, Words, marked

SAID: Final[Mapping[str, str]] = {
    "already-a-member": marked("The member was here before."),
    "already-blocked": marked("The card is blocked already."),
    "already-claimed": marked("The purchase was claimed already."),
    "already-granted": marked("It was granted already, until the same day or longer."),
    "already-over": marked("It would be over at once: name a later day."),
    "already-used": marked("This has been used already."),
    "already-yours": marked("The card is the member's already."),
    "below-minimum": marked("It is fewer than the programme lets members give at once."),
    "beyond-limit": marked("The member has given as much as they may for now."),
    "cancelled": marked("The voucher was cancelled."),
    "card-blocked": marked("The card is blocked: nothing is earned or spent by it."),
    "card-taken": marked("The card is another member's."),
    "claim-too-late": marked("The purchase is too old to be claimed."),
    "code-expired": marked("The code has ended: have another sent."),
    "code-for-less": marked("The code is for fewer: have another sent."),
    "code-locked": marked("The code was wrong too often: have another sent."),
    "code-needed": marked("So much at once takes a code that the member is sent."),
    "different-basket": marked("The quote was made for another basket: ask for a new one."),
    "erased-member": marked("The member has been erased."),
    "expired": marked("This voucher has ended."),
    "given-twice": marked("The voucher is named twice."),
    "held-for-review": marked(
        "More was taken than may be: what is left is held, until staff has looked at it."
    ),
    "identifier-taken": marked("It leads to another member."),
    "insufficient-balance": marked("There are not so many."),
    "may-not-spend": marked("They may not spend for the household."),
    "more-than-held": marked("More is to be released than is held."),
    "more-than-left": marked("So much is not left of it."),
    "more-than-the-bill": marked("That is worth more than this purchase."),
    "no-claims": marked("The programme gives no purchase to a member afterwards."),
    "no-code-asked": marked("No code waits for the member: have one sent."),
    "none-left": marked("The benefit is used up until the level is reviewed."),
    "not-a-member": marked("Nobody is enrolled by that name."),
    "not-claimable": marked("It cannot be claimed."),
    "not-counted": marked("The benefit is not counted: nobody needs to say that it is used."),
    "not-for-a-purchase": marked("The voucher takes nothing off a purchase."),
    "not-for-sale": marked("The reward has no price: rules or staff give it."),
    "not-returnable": marked("It cannot be taken back."),
    "not-spendable": marked("These cannot be spent."),
    "not-transferable": marked("These cannot be given to others."),
    "not-yours": marked("This is another member's."),
    "nothing-left": marked("All of it has come back already."),
    "nothing-to-adjust": marked("It is not said how many are to be adjusted."),
    "nothing-to-discount": marked("It takes nothing off this purchase."),
    "nothing-to-hold": marked("There is nothing to hold."),
    "nothing-to-release": marked("There is nothing to release."),
    "nothing-to-return": marked("Nothing comes back: say how many, or how much."),
    "nothing-to-spend": marked("That takes nothing off this purchase."),
    "nothing-to-transfer": marked("It is not said how many are to be given."),
    "only-for-a-purchase": marked("The voucher is used by a purchase."),
    "out-of-stock": marked("Too few of the reward are left."),
    "programme-closed": marked("The programme is closed: nothing is earned or spent any more."),
    "quote-expired": marked("The quote had expired: ask for a new one."),
    "reserved": marked("This is kept for another purchase at the moment."),
    "self-referral": marked("Nobody brings themselves."),
    "several-purchases": marked("The receipt is of several purchases."),
    "spending-limit": marked("So much cannot be taken now: ask for fewer, or later."),
    "staff-only": marked("Only staff cancels what staff has granted."),
    "to-self": marked("The recipient is the giver."),
    "too-late": marked("It can no longer be returned."),
    "too-many-vouchers": marked("There are too many vouchers."),
    "unknown-benefit": marked("The programme has no such benefit."),
    "unknown-currency": marked("The programme has no such currency."),
    "unknown-level": marked("The ladder has no such level."),
    "unknown-line": marked("The purchase has no such line."),
    "unknown-purchase": marked("The purchase is not recorded."),
    "unknown-quote": marked("The quote is not known: ask for a new one."),
    "unknown-recipient": marked("The recipient is not enrolled."),
    "unknown-referrer": marked("Nobody is enrolled by what names the referrer."),
    "unknown-reward": marked("The programme has no such reward."),
    "unknown-tier": marked("The programme has no such ladder."),
    "unknown-voucher": marked("There is no such voucher."),
    "until-needed": marked("It is not said until when."),
    "wrong-code": marked("It is not the code that was sent."),
}


class Why(NamedTuple):
    """What is said, and in which language that is, if it is another one."""

    said: str
    language: str | None = None


def why(refusal: shapes.Refusal, words: Words) -> Why:
    """Why it was not granted; of a code that nobody knows what the answer says, in English."""
    known = SAID.get(refusal.code)
    if known is None:
        return Why(refusal.text, None if words.code == SOURCE else SOURCE)
    return Why(words.say(known))


def in_words(code: str, words: Words) -> str | None:
    """What a code comes to for readers of another language than English, who have the answer's own
    words, which say how much; None: read those, too."""
    return words.say(SAID[code]) if code in SAID and words.code != SOURCE else None
