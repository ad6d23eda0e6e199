"""Why a rule did what it did, in Greek."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "reason-off": "έκπτωση {off}",
    "reason-earned-per": "{units} ({rate} ανά {amount} από {spent})",
    "reason-earned-percent": "{units} ({rate} % από {spent})",
    "reason-earned-times": "{units} (επί {rate})",
    "reason-earned-formula": "{units} ({formula})",
    "reason-issued": "δόθηκε {reward}",
    "reason-referral": "μία σύσταση",
    "reason-badge": "δόθηκε το σήμα {badge}",
    "reason-told": "το μέλος ειδοποιήθηκε: {text}",
    "reason-flag": "σημειώθηκε για το προσωπικό",
    "reason-not": "το {left} είναι {now} και όχι {least}",
    "reason-not-below": "το {left} είναι {now} και όχι κάτω από {least}",
    "reason-not-at-most": "το {left} είναι {now} και όχι το πολύ {least}",
    "reason-not-above": "το {left} είναι {now} και όχι πάνω από {least}",
    "reason-not-at-least": "το {left} είναι {now} και όχι τουλάχιστον {least}",
    "reason-does-not-hold": "το {left} είναι {now}, άρα δεν ισχύει {node}",
    "reason-unknown": "το {node} είναι άγνωστο",
    "reason-false": "το {node} δεν ισχύει",
    "reason-not-so": "το {node} δεν ισχύει",
    "reason-seen": "{said} ({seen})",
    "reason-seen-value": "{name} είναι {now}",
    "reason-value-unknown": "άγνωστο",
    "reason-value-true": "αληθές",
    "reason-value-false": "ψευδές",
    "reason-nobody-brought": "κανείς δεν έφερε το μέλος",
    "reason-lent": "σε αυτή την αγορά συμμετέχει και όποιος έφερε το μέλος",
    "reason-chance": "δεν έτυχε αυτή τη φορά: {wins} στις {of}",
    "reason-limit-times": ("{most} φορά {per}", "{most} φορές {per}"),
    "reason-limit-units": ("{most} μονάδα {per}", "{most} μονάδες {per}"),
    "reason-limit-amount": "έκπτωση {most} {per}",
    "reason-limit-of-rule": "το όριο του κανόνα {owner} εξαντλήθηκε: {limit}",
    "reason-limit-of-group": "το όριο της ομάδας {owner} εξαντλήθηκε: {limit}",
    "reason-budget-of-rule": (
        "ο προϋπολογισμός του κανόνα {owner} εξαντλήθηκε: {limit} για όλα τα μέλη"
    ),
    "reason-budget-of-group": (
        "ο προϋπολογισμός της ομάδας {owner} εξαντλήθηκε: {limit} για όλα τα μέλη"
    ),
    "reason-stock": "το απόθεμα εξαντλήθηκε ({reward}): {most} για όλα τα μέλη",
    "reason-limit-refuses": (
        "δεν προκύπτει τίποτα, ή προκύπτει περισσότερο από όσο αφήνει ένα όριο και δεν δίνεται"
    ),
    "reason-goes-before": "το {other} προηγείται στην ομάδα {group}",
    "reason-nothing": "δεν προκύπτει τίποτα από ό,τι αγοράστηκε",
    "reason-other-type": "είναι για γεγονότα τύπου {on}, και αυτό είναι {kind}",
    "reason-inactivity": "είναι για διάστημα {duration} χωρίς κίνηση, και αυτή ήταν άλλη στιγμή",
    "reason-from": "ισχύει μόνο από {since}",
    "reason-before": "ισχύει μόνο πριν από {until}",
    "reason-from-before": "ισχύει μόνο από {since} και πριν από {until}",
    "reason-not-near": "είναι για άλλη στιγμή",
    "reason-nobody-member": "κανείς δεν ήταν μέλος όταν συνέβη",
    "reason-blocked": (
        "η κάρτα είναι αποκλεισμένη: με αυτήν δεν κερδίζεται ούτε εξαργυρώνεται τίποτα"
    ),
}
