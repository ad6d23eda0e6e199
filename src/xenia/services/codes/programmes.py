"""The codes of what is not done with drafts and versions of programmes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from xenia.services.codes.sentences import Sentences

PROGRAMMES: Final[Mapping[str, Sentences]] = {
    "approval-outdated": Sentences(
        "The approval is of before another version",
        "Another version of the programme was published or withdrawn since the draft was "
        "approved, so what it changes is no longer what somebody looked at.",
        "Look at `GET /v1/drafts/{draft}/difference` again, and have the draft approved again.",
    ),
    "cannot-change": Sentences(
        "The text cannot be changed like this",
        "There is nothing at the place that is named, or it is written in a way that cannot be "
        "changed by parts; `errors` names the change. Nothing was changed.",
        "Read the draft again, or change its text with `PUT /v1/drafts/{draft}`.",
    ),
    "cannot-follow": Sentences(
        "The version cannot follow the one before",
        "Something was changed that must stay, as members hold units or levels of it; `errors` "
        "names each place.",
        "Leave these parts as they are; `detail` says how what is meant can be had otherwise.",
    ),
    "changed-meanwhile": Sentences(
        "The draft was changed meanwhile",
        "`If-Match` names another revision than the one there is: somebody has changed the draft "
        "since it was read.",
        "Read it again, and do to its text what you wanted; then send its new ETag.",
    ),
    "draft-is-published": Sentences(
        "The draft is published already",
        "It has become a version, and stays what it is.",
        "Begin a new draft with its text.",
    ),
    "draft-with-errors": Sentences(
        "The document has errors",
        "A draft may have errors while it is written; told in words, approved or published it "
        "cannot be. `errors` names each place.",
        "Correct them: `POST /v1/drafts/check` says what is left.",
    ),
    "if-match": Sentences(
        "The If-Match is missing",
        "Whoever does something to a draft says which state of it they have read, so that "
        "nobody's change is lost.",
        "Send the `ETag` of `GET /v1/drafts/{draft}` in the header `If-Match`.",
    ),
    "no-such-programme": Sentences(
        "There is no such programme",
        "Nothing of this name is published in this space.",
        "`GET /v1/programmes` lists them.",
    ),
    "not-approved": Sentences(
        "The draft is not approved",
        "Nobody has approved the draft as it is now; a change takes another approval.",
        "Have somebody approve it (`POST /v1/drafts/{draft}/approval`), and publish it then.",
    ),
    "not-waiting": Sentences(
        "The version is not waiting to take effect",
        "It decides already, something has occurred that it decided, or it is the first one.",
        "Publish another version to take its place.",
    ),
    "nothing-to-redo": Sentences(
        "There is nothing to do again",
        "Nothing of the draft was undone, or it was changed since.",
        "Nothing: it stays as it is. `GET /v1/drafts/{draft}` says in `redo` what there is.",
    ),
    "nothing-to-undo": Sentences(
        "There is nothing to undo",
        "The draft is as it was begun. The last 50 changes are kept, fewer of texts that are very "
        "long; once it is published, none.",
        "Change its text with `PUT /v1/drafts/{draft}`. `GET /v1/drafts/{draft}` says in `undo` "
        "what there is.",
    ),
    "out-of-order": Sentences(
        "A later version is published already",
        "Versions take effect in the order in which they are published.",
        "Name the time of the last one, to take its place, or a later one; or withdraw it first.",
    ),
    "own-draft": Sentences(
        "The draft is one's own",
        "Nobody approves what they have written in; keys that were made with a key, or by "
        "somebody who had signed in, count as that one person.",
        "Ask a second person. Where there is but one, let the space say so: `PUT /v1/approval`.",
    ),
    "too-early": Sentences(
        "The version would take effect too early",
        "What has occurred is decided by the version that was in force then, and stays so.",
        "Name a time that is still to come, or `now`.",
    ),
    "unknown-draft": Sentences(
        "There is no such draft",
        "No draft of this id is in this space.",
        "`GET /v1/drafts` lists them.",
    ),
    "unknown-rule": Sentences(
        "The draft has no such rule",
        "Its text has none of this id; somebody may have taken it away.",
        "`GET /v1/drafts/{draft}/rules` lists them.",
    ),
    "unknown-section": Sentences(
        "Documents have no such section",
        "Only sections whose parts stand under ids of their own can be asked for part by part.",
        "`GET /v1/drafts/{draft}/parts` lists them.",
    ),
    "unknown-part": Sentences(
        "The draft has no such part",
        "Its text has none of this id in that section; somebody may have taken it away.",
        "`GET /v1/drafts/{draft}/parts` lists them.",
    ),
    "unknown-template": Sentences(
        "There is no such template",
        "The catalogue has no programme of this name.",
        "`GET /v1/templates` lists what there is.",
    ),
    "unknown-version": Sentences(
        "There is no such version",
        "The programme has no version of this number, or it was withdrawn.",
        "`GET /v1/programmes` lists the versions of each programme.",
    ),
}
