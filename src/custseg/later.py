"""Columns that are made when somebody asks for them, and not before.

Labels are asked for by everybody, the forty features of a policy seldom all at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from attrs import field, frozen

from custseg.table import Column

__all__ = ["Later"]


@frozen(eq=False)
class Later(Mapping[str, Column]):
    """Columns that are made when they are asked for.

    Parameters
    ----------
    names : tuple of str
    make : callable
        From a name to its column.
    """

    names: tuple[str, ...]
    make: Callable[[str], Column]
    _made: dict[str, Column] = field(factory=dict, init=False, repr=False)

    def __getitem__(self, name: str) -> Column:
        if name not in self._made:
            if name not in self.names:
                raise KeyError(name)
            self._made[name] = self.make(name)
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)
