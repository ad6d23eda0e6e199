"""Puts into the description what was really sent to each address, and answered.

The examples lie in `examples/`, a file for each tag; a run of the application has made them.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from xenia.services.problems import MEDIA_TYPE

Json = dict[str, Any]

_EVERYWHERE = "everywhere"  # what any address may refuse


@cache
def examples() -> dict[str, dict[str, Json]]:
    """By tag and by method and address: `parameters` of its address, `request` and `responses`, by
    their names; each with a `summary` and its `value`."""
    folder = files("xenia.api") / "examples"
    return {
        path.name.removesuffix(".json"): msgspec.json.decode(path.read_bytes())
        for path in sorted(folder.iterdir(), key=lambda path: path.name)
        if path.name.endswith(".json")
    }


def put_into(described: Json) -> None:
    """Each request, answer and problem to its address; what is refused everywhere, to all."""
    problem = described["components"]["responses"]["Problem"]
    for tag, addresses in examples().items():
        for label, told in addresses.items():
            if tag == _EVERYWHERE:
                known = _content(problem, MEDIA_TYPE).setdefault("examples", {})
                for those in told["responses"].values():
                    known |= those
                continue
            method, path = label.split()
            operation = described["paths"].get(path, {}).get(method.lower())
            if operation is not None:  # some describe but a few addresses
                _exemplify(operation, told, problem)


def _exemplify(operation: Json, told: Json, problem: Json) -> None:
    for parameter in operation.get("parameters", ()):
        if parameter["name"] in told.get("parameters", {}):
            parameter["example"] = told["parameters"][parameter["name"]]
    if requests := told.get("request"):
        _content(operation["requestBody"])["examples"] = requests
    answers = operation["responses"]
    for status, those in told["responses"].items():
        if not status.startswith("2"):
            names = ", ".join(f"`{code}`" for code in those)
            media = {"schema": _content(problem, MEDIA_TYPE)["schema"], "examples": those}
            answers[status] = {
                "description": f"Not done: {names}, among others.",
                "headers": problem["headers"],
                "content": {MEDIA_TYPE: media},
            }
        else:
            _content(answers[status])["examples"] = those
    default = answers.pop("default")
    operation["responses"] = {**dict(sorted(answers.items())), "default": default}


def _content(described: Json, media: str | None = None) -> Json:
    """What a body is like, of a media type; else of the first."""
    content: Json = described["content"]
    found: Json = content[next(iter(content)) if media is None else media]
    return found
