"""How it is told in Greek what members bring along from another system."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "entry-brought": "Μεταφορά από το προηγούμενο πρόγραμμα: {units}",
    "event-opening": "η μετάβαση από το προηγούμενο πρόγραμμα",
}
