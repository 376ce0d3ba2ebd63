"""HTTP as every address needs it: pages, errors, caching, conditional requests."""
