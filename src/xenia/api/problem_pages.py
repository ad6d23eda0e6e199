"""`/problems/…`: a page for each code, which is where the `type` of a problem leads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import escape
from typing import Any

from litestar import Response, get

from xenia.api.scopes import FOR_ANYBODY
from xenia.api.service import AnyRequest
from xenia.services.codes import KINDS

ALL = "/problems"
_CODES = sorted({code for kind in KINDS for code in kind.codes})
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · Xenia</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1rem/1.6 system-ui, sans-serif; max-width: 42rem; margin: 3rem auto;
  padding: 0 1.25rem; }}
h1 {{ font-size: 1.6rem; line-height: 1.25; margin-bottom: .25rem; }}
h2 {{ font-size: 1.1rem; margin: 2.5rem 0 .5rem; }}
code {{ font: .92em ui-monospace, monospace; }}
a {{ color: LinkText; }}
dt {{ margin-top: .6rem; }}
dd {{ margin: 0; opacity: .85; }}
</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


def _shown(text: str) -> str:
    """A sentence with its `code` marked up."""
    return re.sub("`([^`]*)`", r"<code>\1</code>", escape(text, quote=False))


def _of_code(code: str) -> Iterator[str]:
    yield f"<h1><code>{code}</code></h1>"
    for kind in KINDS:
        if found := kind.codes.get(code):
            yield f"<h2>{_shown(found.title)}</h2>"
            yield f"<p>{_shown(found.means)}</p>" if found.means else ""
            yield f"<p><strong>What to do:</strong> {_shown(found.remedy)}</p>"
            yield f"<p>{_shown(kind.says)}</p>"
    yield f'<p><a href="{ALL}">All codes</a></p>'


def _of_all() -> Iterator[str]:
    yield "<h1>What is said where something is not done</h1>"
    for kind in KINDS:
        yield f"<h2>{_shown(kind.title)}</h2><p>{_shown(kind.says)}</p><dl>"
        for code, found in sorted(kind.codes.items()):
            yield f'<dt><a href="{ALL}/{code}"><code>{code}</code></a></dt>'
            yield f"<dd>{_shown(found.title)}</dd>"
        yield "</dl>"


@cache
def page(path: str) -> str:
    """The page of an address, as HTML."""
    code = path.removeprefix(ALL).strip("/")
    body = "\n".join(filter(None, _of_code(code) if code else _of_all()))
    return _PAGE.format(title=code or "Problems", body=body)


@get([ALL, *(f"{ALL}/{code}" for code in _CODES)], include_in_schema=False, opt=FOR_ANYBODY)
async def problem_page(request: AnyRequest) -> Response[Any]:
    """What a code means, and what to do."""
    return Response(page(request.url.path), media_type="text/html")
