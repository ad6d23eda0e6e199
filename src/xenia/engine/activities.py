"""Which types of events are what members do, whatever comes of it."""

from __future__ import annotations

# Types that most programmes say nothing about: only what somebody is `on` is compiled for itself,
# the others are decided as one on which there is nothing.
ACTIVITIES = ("act", "stay", "flight", "rental")
IDLE = "idle"
# Who does this is not inactive.
ACTIVE = frozenset({"purchase", "redemption", "use", "claim", *ACTIVITIES})
