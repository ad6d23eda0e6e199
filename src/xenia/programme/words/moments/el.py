"""What comes by itself, told in Greek."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "on-anniversary": "σε κάθε επέτειο της εγγραφής σας",
    "on-month-end": "στο τέλος κάθε ημερολογιακού μήνα",
    "on-inactivity": "όταν για διάστημα {duration} δεν έχετε αγοράσει, εξαργυρώσει "
    "ή κάνει τίποτα άλλο μαζί μας",
    "metric-anniversarys": "ο αριθμός των επετείων της εγγραφής σας {window}",
    "metric-month-ends": "ο αριθμός των μηνών που έκλεισαν {window}",
    "metric-inactivitys": "ο αριθμός των διαστημάτων χωρίς κίνηση {window}",
    "event-anniversary": "η επέτειος της εγγραφής σας",
    "event-month-end": "το τέλος του μήνα",
    "event-inactivity": "διάστημα χωρίς αγορές",
    "notice": "σας ειδοποιούμε με προθεσμία {duration} πριν από τη λήξη ({currency})",
}
