"""The book with all it needs to run in the reader's browser, for a host to serve."""
