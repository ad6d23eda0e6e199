"""The console's own fixtures: pages are tested in it."""

from tests.console.conftest import browser, cheap, site

__all__ = ["browser", "cheap", "site"]
