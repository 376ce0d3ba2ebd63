"""What leaves the system: dumps, descriptions, reference documentation."""
