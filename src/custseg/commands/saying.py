"""Write lines to a terminal, whatever it can show."""

from __future__ import annotations

import sys
from typing import TextIO

__all__ = ["say", "tell"]


def say(text: str, stream: TextIO | None = None) -> None:
    """Write a line; what a narrow terminal cannot show becomes a question mark."""
    stream = stream or sys.stdout
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "replace").decode(encoding) + "\n")


def tell(text: str) -> None:
    """Write a line to standard error."""
    say(text, sys.stderr)
