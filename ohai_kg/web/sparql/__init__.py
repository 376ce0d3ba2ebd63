"""`/sparql`, `/update`, `/graphs`: the SPARQL 1.1 protocols, their form for people and what completes it."""
