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
        from xenia.store.unavailable import DatabaseUnavailable

        try:
            return super().invoke(ctx)
        except (UnusableError, DatabaseUnavailable) as error:
            print(error, file=sys.stderr)
            raise typer.Exit(2) from None


def build(verb: str | None = None) -> typer.Typer:
    """The application: with one verb if that is known to be meant, else with all of them.

    A verb that has verbs of its own is a `typer.Typer` (made by `sub_verbs`) instead of a function.
    What Python keeps for itself has an underscore behind it: `import` is `import_` in `import_.py`.
    """
    app = typer.Typer(
        cls=Verbs,
        name="xenia",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_no_verb)
    modules = {name.removesuffix("_"): name for _, name, _ in iter_modules(cli.__path__)}
    # A name of several words is part of a verb, never one itself.
    names = sorted(name for name in modules if "_" not in name)
    for name in [verb] if verb in names else names:
        what = getattr(import_module(f"{cli.__name__}.{modules[name]}"), modules[name], None)
        if isinstance(what, typer.Typer):
            app.add_typer(what, name=name)
        elif callable(what):
            app.command(name)(what)
    return app


def _no_verb() -> None:
    """Designs, proves and runs loyalty programmes."""
