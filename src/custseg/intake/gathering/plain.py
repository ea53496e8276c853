"""What the short way does not take: the table then goes the long way, from the start.

Nothing is judged on the short way. As soon as a batch holds what a report would have to
speak of (a missing id, a blank at its end, a day that cannot be read) or what the short
way cannot do, it gives up.
"""

from __future__ import annotations

__all__ = ["NotPlain"]


class NotPlain(Exception):
    """The table holds what needs the long way; never seen outside of this package."""
