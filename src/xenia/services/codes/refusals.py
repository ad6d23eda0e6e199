"""The codes of claims that are refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xenia.services.codes.sentences import Sentences

REFUSALS: Final[Mapping[str, Sentences]] = {
    "already-a-member": Sentences(
        "The member was here before",
        "Only whoever is new can have been brought by somebody.",
        "Nothing: nobody is thanked.",
    ),
    "already-blocked": Sentences(
        "The card is blocked already",
        "Nothing is earned with it, and nothing spent.",
        "Nothing: it stays so.",
    ),
    "already-claimed": Sentences(
        "The purchase was claimed already",
        "A guest's purchase is given to one member, once.",
        "If it was the wrong one, staff can put it right by adjustments.",
    ),
    "already-granted": Sentences(
        "It was granted already",
        "Until the same day, or longer.",
        "Grant it until a later day.",
    ),
    "already-over": Sentences(
        "It would be over at once",
        "`until` is not after the member's today.",
        "Name a later day.",
    ),
    "already-used": Sentences(
        "The voucher has been used",
        "It can be used so often only; or what is to be cancelled has issued one that was used.",
        "Ask for another; look when it was used in the member's history.",
    ),
    "already-yours": Sentences(
        "The card is the member's already",
        "It leads to this member, also if it is blocked.",
        "Nothing, or remove it first, if it is to be used again.",
    ),
    "below-minimum": Sentences(
        "Too few are given",
        "Units of this currency are given so many at a time, or more.",
        "Give as many as `text` says.",
    ),
    "beyond-limit": Sentences(
        "More would be given than may be",
        "A member gives so many units only within a time.",
        "Give fewer, or later.",
    ),
    "cancelled": Sentences(
        "The voucher was cancelled",
        "What had brought it was taken back.",
        "Ask for another.",
    ),
    "card-blocked": Sentences(
        "The card is blocked",
        "The member was named by a card that was lost, or was replaced. What happened is "
        "recorded, and nothing is earned or spent by it.",
        "Name the member by something else, or give them a new card.",
    ),
    "card-taken": Sentences(
        "The card is another member's",
        "A card leads to one member.",
        "Compare the number; if the other member has it no longer, remove it there first.",
    ),
    "claim-too-late": Sentences(
        "The purchase is too old to be claimed",
        "The programme gives purchases to members within a time only.",
        "Staff can give what is fair by an `adjustment`.",
    ),
    "code-expired": Sentences(
        "The one-time code has ended",
        "A code holds for ten minutes.",
        "Have another sent (`POST /v1/members/{member}/codes`), and send a new event with it.",
    ),
    "code-for-less": Sentences(
        "The one-time code is for less",
        "A code is for so many units at most as were named when it was asked for.",
        "Have one sent for as many units as are to be taken, or take fewer.",
    ),
    "code-locked": Sentences(
        "The one-time code was tried too often",
        "After five tries a code is of no use, whatever is typed.",
        "Have another sent (`POST /v1/members/{member}/codes`), and send a new event with it.",
    ),
    "code-needed": Sentences(
        "So much takes a one-time code",
        "The operator has said that whoever takes more than so many units at once must know a code "
        "that the member is sent. A quote says so in `notes`.",
        "Have one sent (`POST /v1/members/{member}/codes`), ask the member for it, and send an "
        "event of another id with it as `one_time_code`.",
    ),
    "different-basket": Sentences(
        "The quote was made for another basket",
        "The lines, or whether prices include tax, are not those that the quote was asked for.",
        "Ask for a quote of the basket as it is now.",
    ),
    "erased-member": Sentences(
        "The member has been erased",
        "Nothing that tells who they are is kept any more.",
        "Enrol them again as a new member.",
    ),
    "expired": Sentences(
        "The voucher has ended",
        "Its last day is over; or what is to be cancelled has issued one that has ended.",
        "Staff can `grant` another.",
    ),
    "given-twice": Sentences(
        "The voucher is named twice",
        "An event uses a voucher once.",
        "Name it once.",
    ),
    "held-for-review": Sentences(
        "More was taken than may be, and what is left is held",
        "The operator lets a member take so much within a time; this went beyond, and somebody "
        "has to look at it. All that the member had is held (`wallet` shows it).",
        "Have staff look at it: a `release` gives back what is held.",
    ),
    "identifier-taken": Sentences(
        "It leads to another member",
        "A phone, an address or a card leads to one member.",
        "Compare it; if the two members are one, keep to the other one.",
    ),
    "insufficient-balance": Sentences(
        "The balance is too small",
        "Fewer units can be spent now than were asked for: those that are pending, held or "
        "reserved cannot.",
        "Ask for fewer; `wallet` says how many there are.",
    ),
    "may-not-spend": Sentences(
        "They may not spend for the household",
        "Whoever is behind the event belongs to a household, and earns for it, but may take "
        "nothing of its pool.",
        "Ask somebody of the household who may; staff changes it by "
        "`PATCH /v1/households/{household}/persons/{member}`.",
    ),
    "more-than-held": Sentences(
        "More is to be released than is held",
        "",
        "Release as many as `text` says, or leave `units` out: all of them.",
    ),
    "more-than-left": Sentences(
        "More comes back than is left",
        "Of the line so many were bought, and some came back before.",
        "Look at the earlier returns of the purchase; correct the quantity or the amount.",
    ),
    "more-than-the-bill": Sentences(
        "The units are worth more than the bill",
        "What a purchase costs is all that can be paid.",
        "Spend fewer.",
    ),
    "no-claims": Sentences(
        "The programme knows no claims",
        "It gives no purchase to a member afterwards.",
        "A version with `claims` would.",
    ),
    "no-code-asked": Sentences(
        "No one-time code waits for the member",
        "None was asked for, or it was used, or another has taken its place.",
        "Have one sent (`POST /v1/members/{member}/codes`), and send a new event with it.",
    ),
    "none-left": Sentences(
        "The benefit is used up",
        "The level brings it so often only until its next review.",
        "Nothing: it comes anew with the review.",
    ),
    "not-a-member": Sentences(
        "Nobody is enrolled by that name",
        "The programme enrols by an `enrolment` only; or it is not said whose it is.",
        "Enrol the member first; a purchase is then claimed by a `claim`.",
    ),
    "not-claimable": Sentences(
        "It cannot be claimed",
        "It is no purchase, or it had a member already, or it is of a later day.",
        "Compare `of` or `receipt`.",
    ),
    "not-counted": Sentences(
        "The benefit is not counted",
        "Whoever has it has it as often as they like: nobody needs to say that it is used.",
        "Leave the event out.",
    ),
    "not-for-a-purchase": Sentences(
        "The voucher takes nothing off a purchase",
        "It is given for something of its own.",
        "Send an event `use`.",
    ),
    "not-for-sale": Sentences(
        "The reward cannot be redeemed",
        "It has no price in units: rules or staff give it.",
        "`GET /v1/rewards` lists those that can be.",
    ),
    "not-returnable": Sentences(
        "It cannot be taken back",
        "Only what has given or taken something can be, and a refused event did nothing.",
        "Compare `of`.",
    ),
    "not-spendable": Sentences(
        "The currency does not pay a bill",
        "It is spent on rewards only, or not at all.",
        "Redeem a reward.",
    ),
    "not-transferable": Sentences(
        "The currency is not given to others",
        "The programme allows it for no member.",
        "A version with `transfer` would allow it.",
    ),
    "not-yours": Sentences(
        "It is another's",
        "The voucher, benefit, purchase or card is not of this member.",
        "Compare `member` with the code, the card or `of`.",
    ),
    "nothing-left": Sentences(
        "All of it came back already",
        "Nothing is left of the purchase, the line or the redemption.",
        "Look at the earlier returns of it.",
    ),
    "nothing-to-adjust": Sentences(
        "0 units are to be adjusted",
        "",
        "Say how many.",
    ),
    "nothing-to-discount": Sentences(
        "The voucher takes nothing off this purchase",
        "None of what was bought is what it is for, or nothing is left to be paid.",
        "Keep it for another purchase.",
    ),
    "nothing-to-hold": Sentences(
        "There is nothing to hold",
        "0 units were asked for, or none are there.",
        "Look at `wallet`.",
    ),
    "nothing-to-release": Sentences(
        "There is nothing to release",
        "0 units were asked for, or none are held.",
        "Look at `wallet`.",
    ),
    "nothing-to-return": Sentences(
        "Nothing comes back",
        "A quantity or an amount of 0 takes nothing back.",
        "Say how many, or how much.",
    ),
    "nothing-to-spend": Sentences(
        "The units pay nothing",
        "0 were asked for, or they are worth less than the smallest money.",
        "Spend more, or none.",
    ),
    "nothing-to-transfer": Sentences(
        "0 units are to be given",
        "",
        "Say how many.",
    ),
    "only-for-a-purchase": Sentences(
        "The voucher is used by a purchase",
        "It takes as much off as it can.",
        "Name it under `vouchers` of the purchase.",
    ),
    "out-of-stock": Sentences(
        "Too few of the reward are left",
        "Others were quicker.",
        "Ask for fewer, or for another reward.",
    ),
    "programme-closed": Sentences(
        "The programme is closed",
        "On this day nothing is earned, spent or issued any more.",
        "Nothing.",
    ),
    "quote-expired": Sentences(
        "The quote had expired",
        "The purchase occurred when the time of the quote was over.",
        "Ask for another quote.",
    ),
    "reserved": Sentences(
        "The voucher is reserved",
        "It is kept for a purchase that is about to be made.",
        "Commit or release the reservation, or wait until its time is over.",
    ),
    "self-referral": Sentences(
        "Nobody brings themselves",
        "`referred_by` names the new member.",
        "Name whoever has brought them.",
    ),
    "several-purchases": Sentences(
        "The receipt is of several purchases",
        "More than one guest's purchase within the time has it.",
        "Name the purchase by `of`, or the shop by `location`.",
    ),
    "spending-limit": Sentences(
        "More is taken than may be within a time",
        "The operator lets a member take so much within a time, so that whoever has got at an "
        "account cannot empty it. Nothing of what was asked for is taken.",
        "Wait until `opens_at`, if the refusal names it; or ask for less.",
    ),
    "staff-only": Sentences(
        "Only staff cancels what staff has granted",
        "A voucher that staff granted is cancelled by who may grant: the cancellation was sent by "
        "a key without the scope `staff:write`, or before the grant was recorded.",
        "Send it by a key with `staff:write`, once the grant is there, as an event of another id.",
    ),
    "to-self": Sentences(
        "The recipient is the giver",
        "",
        "Name another member.",
    ),
    "too-late": Sentences(
        "The time to bring it back is over",
        "The programme takes units back within a time only.",
        "The shop may still give the money back; what was earned stays.",
    ),
    "too-many-vouchers": Sentences(
        "There are too many vouchers",
        "An event can use so many only.",
        "Use it on another purchase.",
    ),
    "unknown-benefit": Sentences(
        "There is no such benefit",
        "The programme has none of this name, or counts none.",
        "Compare the name with the programme.",
    ),
    "unknown-currency": Sentences(
        "There is no such currency",
        "The programme has none of this name.",
        "Compare the name with the programme.",
    ),
    "unknown-level": Sentences(
        "There is no such level",
        "The ladder has none of this name above its lowest.",
        "Compare the name with the programme.",
    ),
    "unknown-line": Sentences(
        "The purchase has no such line",
        "Lines are named by their id, by default their place, or by their sku.",
        "Compare it with the purchase.",
    ),
    "unknown-purchase": Sentences(
        "The purchase is not recorded",
        "Nothing that can be taken back is known by that name.",
        "Compare `of` and its `source`; send the purchase first.",
    ),
    "unknown-quote": Sentences(
        "The quote is not known",
        "No quote of this id is kept for the programme; those of a week ago are not.",
        "Compare the id with the answer of the quote, or ask for another.",
    ),
    "unknown-recipient": Sentences(
        "The recipient is not enrolled",
        "Units are given to members only.",
        "Enrol them first.",
    ),
    "unknown-referrer": Sentences(
        "Nobody is enrolled by what names the referrer",
        "",
        "Compare `referred_by`.",
    ),
    "unknown-reward": Sentences(
        "There is no such reward",
        "The programme has none of this name.",
        "`GET /v1/rewards` lists them.",
    ),
    "unknown-tier": Sentences(
        "There is no such ladder",
        "The programme has no tiers of this name.",
        "Compare the name with the programme.",
    ),
    "unknown-voucher": Sentences(
        "There is no such voucher",
        "No voucher of this programme has this code.",
        "Compare the code: capital letters and digits that look alike.",
    ),
    "until-needed": Sentences(
        "It is not said until when",
        "A level of this ladder does not last by itself.",
        "Add `until`.",
    ),
    "wrong-code": Sentences(
        "It is not the code that was sent",
        "The member is asked for the code of the last message; five tries are all there are.",
        "Compare the digits, and send an event of another id with them.",
    ),
}
