"""The JSON Schema of a programme document, from the same shapes that read one."""

from __future__ import annotations

import json
from typing import Any

from xenia.programme.shapes import Book
from xenia.programme.surface import PROGRAMME

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """The schema (draft 2020-12): what editors complete and check while one writes."""
    book: Book = {}
    root = PROGRAMME.schema(book)
    return {
        "$schema": DIALECT,
        "title": "Programme document, format xenia: 1",
        **root,
        "$defs": dict(sorted(book.items())),
    }


def text() -> str:
    """The schema as the file `docs/reference/programme.schema.json` holds it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
