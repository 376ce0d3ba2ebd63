"""A report in each of its forms: JSON, CSV, Turtle, text and HTML."""
