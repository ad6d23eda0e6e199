"""What members are told, in Greek."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, str]] = {
    "points-expiring-subject": "Λήγουν σύντομα: {units}",
    "points-expiring": "Λήγουν σύντομα: {units}. Τελευταία ημέρα χρήσης: {day}.",
    "tier-upgraded-subject": "Νέο επίπεδο: {level}",
    "tier-upgraded": "Φτάσατε στο επίπεδο {level}.",
    "tier-downgraded-subject": "Το επίπεδό σας άλλαξε",
    "tier-downgraded": "Βρίσκεστε πλέον στο επίπεδο {level}.",
    "tier-lost": "Δεν βρίσκεστε πλέον σε κάποιο επίπεδο.",
    "programme-published-subject": "Αλλάζουν οι όροι: {programme}",
    "programme-published": "Από {day}:",
    "terms-gone": "Δεν ισχύει πλέον:",
    "terms-stay": "Όσα είχαμε ανακοινώσει δεν θα ισχύσουν: οι όροι μένουν ως έχουν.",
    "member-code-subject": "Ο κωδικός σας",
    "member-code": (
        "Ο κωδικός σας είναι {code}. Με αυτόν μπορούν να χρησιμοποιηθούν έως "
        "{units}, μία φορά, μέχρι τις {time}. Αν δεν τον ζητήσατε εσείς, μην "
        "τον πείτε σε κανέναν και ενημερώστε μας."
    ),
    "member-sign-in-subject": "{code}: ο κωδικός εισόδου σας",
    "member-sign-in": (
        "{code} είναι ο κωδικός εισόδου σας. Ισχύει μία φορά, ως τις {time}. Ή ακολουθήστε "
        "τον σύνδεσμο: {link} Αν δεν τον ζητήσατε εσείς, μην τον πείτε σε κανέναν· δεν έχει συμβεί "
        "τίποτα."
    ),
    "member-sign-in-without-link": (
        "{code} είναι ο κωδικός εισόδου σας. Ισχύει μία φορά, ως τις {time}. Αν δεν τον "
        "ζητήσατε εσείς, μην τον πείτε σε κανέναν· δεν έχει συμβεί τίποτα."
    ),
    "notifier-test-subject": "Δοκιμαστικό μήνυμα",
    "notifier-test": (
        "Αυτό είναι ένα δοκιμαστικό μήνυμα του Xenia, από τον τρόπο ειδοποίησης {notifier} του "
        "χώρου {space}. Όποιος το διαβάζει λαμβάνει τα μηνύματα."
    ),
}
