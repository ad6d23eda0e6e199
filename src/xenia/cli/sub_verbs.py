"""Makes a verb that has verbs of its own, as `xenia database` has `upgrade` and `status`."""

from __future__ import annotations

import typer


def sub_verbs(sentence: str) -> typer.Typer:
    """A verb with nothing in it yet; `sentence` says what its verbs are about.

    Its file gives it the file's name and adds functions with `@<name>.command("<sub-verb>")`.
    """
    return typer.Typer(
        help=sentence,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
