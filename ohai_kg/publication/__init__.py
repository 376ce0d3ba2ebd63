"""What is published of a release: packages, dumps, changes, lists and their descriptions."""
