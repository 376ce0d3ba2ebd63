"""pyoxigraph as this project uses it: one store, how it answers, and views of it."""
