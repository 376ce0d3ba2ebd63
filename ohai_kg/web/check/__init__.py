"""`/validate`: files against profiles, and the page of a report."""
