"""Programmes made for a firm from its margin and its own purchases."""
