"""`python -m ohai_kg`: the command line."""

from ohai_kg.cli import main

main()
