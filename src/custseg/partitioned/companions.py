"""Customers who have to stand in one partition, since they are looked at together.

What a group of companies owes is a sum over its customers. So whoever names the same
group goes to the same partition, and whoever named two groups over time brings both
along.
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["chiefs_of"]


def chiefs_of(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Name one customer for all who have to stay together.

    Parameters
    ----------
    pairs : iterable of (str, str)
        Customers and the groups that they name, in any order; several to a customer.

    Returns
    -------
    dict of str to str
        For each customer that names a group the first, in text order, of all who stay
        with it. Whoever is not in it stands for itself.

    Examples
    --------
    >>> chiefs_of([("b", "north"), ("a", "north"), ("b", "south"), ("c", "south"),
    ...            ("d", "east")])
    {'b': 'a', 'a': 'a', 'c': 'a', 'd': 'd'}
    """
    chief: dict[str, str] = {}
    met: dict[str, str] = {}

    def found(one: str) -> str:
        while chief[one] != one:
            chief[one] = chief[chief[one]]  # shorter for whoever asks next
            one = chief[one]
        return one

    for customer, group in pairs:
        chief.setdefault(customer, customer)
        mine, other = found(customer), found(met.setdefault(group, customer))
        first, last = sorted((mine, other))
        chief[last] = first
    return {customer: found(customer) for customer in chief}
