"""Descriptions of resources: what the graph says of an IRI, and the vocabulary's words for it."""
