"""An AWS on this machine: the emulator with its gaps closed, and what starts and stops it."""
