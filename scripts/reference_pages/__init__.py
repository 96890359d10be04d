"""The pages of docs/reference/, a module for each; scripts/reference.py writes them."""
