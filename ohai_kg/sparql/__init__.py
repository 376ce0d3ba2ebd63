"""SPARQL as text: tokens, what a query asks for, and what is refused; no process and no store."""
