"""Evaluating what clients ask: request analysis, limits, worker processes, streaming."""
