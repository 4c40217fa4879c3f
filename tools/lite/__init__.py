"""The chapters as notebooks that run in the reader's browser."""
