"""Write what the checkers say to the collection."""

from . import record

record()
