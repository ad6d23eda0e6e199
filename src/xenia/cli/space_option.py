"""The option by which a verb is told in which space it works."""

from __future__ import annotations

from typing import Annotated

import typer

SpaceOption = Annotated[
    str, typer.Option(help="The space: `xenia space list` names them.", metavar="NAME")
]
DEFAULT_SPACE = "default"
