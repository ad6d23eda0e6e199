"""Puts the verbs together: each file of this folder that has a function of its own name."""

from __future__ import annotations

import sys
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import typer
from typer.core import TyperGroup

from xenia import cli


class Verbs(TyperGroup):
    """Turns what a user can put right into a sentence and exit code 2, without a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run the verb that was named."""
        from xenia.services.inputs import UnusableError

        try:
            return super().invoke(ctx)
        except UnusableError as error:
            print(error, file=sys.stderr)
            raise typer.Exit(2) from None


def build(verb: str | None = None) -> typer.Typer:
    """The application: with one verb if that is known to be meant, else with all of them."""
    app = typer.Typer(
        cls=Verbs,
        name="xenia",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_no_verb)
    # A name of several words is part of a verb, never one itself.
    names = sorted(module.name for module in iter_modules(cli.__path__) if "_" not in module.name)
    for name in [verb] if verb in names else names:
        if callable(function := getattr(import_module(f"{cli.__name__}.{name}"), name, None)):
            app.command(name)(function)
    return app


def _no_verb() -> None:
    """Designs, proves and runs loyalty programmes."""
