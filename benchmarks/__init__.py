"""How many calls, how long, how many at once: measured on an embedded AWS of its own."""
