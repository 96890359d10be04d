"""The table of faults: what is done to a board, what a user sees, and how it ends."""
