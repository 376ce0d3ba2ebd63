"""What the cells of a catalogue mean. Nothing here guesses: what is not understood says so and keeps its words."""
