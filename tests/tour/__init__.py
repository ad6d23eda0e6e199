"""Pictures of every page, and docs/tour.md, in which they stand: `make tour`."""
