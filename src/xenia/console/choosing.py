"""Which programme a page is about, where there are several, and in which language it is told of."""

from __future__ import annotations

from xenia.client import shapes
from xenia.pages.asking import Asked


def chosen(asked: Asked) -> tuple[tuple[shapes.Listed, ...], str]:
    """All that there are, and the one that the address or the form names; else the first that runs,
    and "" where there is none."""
    all_ = asked.client.programmes().data
    names = [one.programme for one in all_]
    wish = asked.form.one("programme") or asked.query.one("programme")
    if wish in names:
        return all_, wish
    running = [one.programme for one in all_ if any(v.state == "running" for v in one.versions)]
    return all_, next(iter(running or names), "")
