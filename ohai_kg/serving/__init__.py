"""Queries over the current release: the loader, its workers, their limits and the wire between them."""
