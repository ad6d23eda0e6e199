"""`python -m xenia.cli`."""

from xenia.cli import main

main()
