"""What customers owe, how late they pay, and how far they use their credit."""
