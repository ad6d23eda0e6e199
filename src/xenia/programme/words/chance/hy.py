"""How it is told in Armenian that chance decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, str | tuple[str, ...]]] = {
    "chance-purchase": (
        "{of} գնումից {number}-ի դեպքում՝ պատահականության սկզբունքով",
        "{of} գնումից {number}-ի դեպքում՝ պատահականության սկզբունքով",
    ),
    "chance-time": (
        "{of} դեպքից {number}-ում՝ պատահականության սկզբունքով",
        "{of} դեպքից {number}-ում՝ պատահականության սկզբունքով",
    ),
}
