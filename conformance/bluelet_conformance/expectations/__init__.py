"""Known failures: the file that says them, read (`reading`) and written (`recording`)."""

from bluelet_conformance.expectations.reading import (
    BadExpectations,
    Expectations,
    holds_here,
    parse,
    read,
    text_of,
)

__all__ = ["BadExpectations", "Expectations", "holds_here", "parse", "read", "text_of"]
