"""The command line: one file a verb, each a function of the same name."""

from __future__ import annotations

STOPPED = 130  # exit code after Ctrl-C, as of other commands


def main() -> None:
    """Run what the command line asks for; ends the process with its exit code."""
    import io
    import sys

    from xenia.cli.app import build

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Where Greek cannot be printed it is written as JSON escapes it.
            stream.reconfigure(errors="backslashreplace")
    named = [word for word in sys.argv[1:] if not word.startswith("-")]
    build(named[0] if named else None)()
