"""The rules of moving between tiers, as data.

Fast up and slow down is the usual promise: a rise at the first review over the entry
bar, a fall only after two reviews in a row under the hold bar, one step at a time, and
no move within ninety days of the last. Where the bars lie is not said here: they decide
which tier a customer earns and keeps, and these rules decide when that counts.
"""

from __future__ import annotations

from attrs import field, frozen

from custseg.errors import Problem, SettingError

__all__ = ["Rules", "Terms"]

_MOST_DAYS = 36_500
_MOST_TIERS = 50


@frozen(kw_only=True)
class Terms:
    """On which terms a customer moves in one direction.

    Parameters
    ----------
    confirmations : int, 1 to 100
        At reviews of how many distinct periods in a row the move must be called for;
        1 moves at the first.
    dwell_days : int, 0 to 36,500
        How long the tier must have been held.
    largest_step : int, 1 to 50, or None
        Tiers moved at one review at the most; None goes straight to what is earned or
        kept.

    Raises
    ------
    SettingError
        When a number is out of its range; all of them are told.

    Examples
    --------
    >>> Terms(confirmations=2, dwell_days=90, largest_step=1).confirmations
    2
    """

    confirmations: int = 1
    dwell_days: int = 90
    largest_step: int | None = None

    def __attrs_post_init__(self) -> None:
        problems = [
            *_outside("Terms.confirmations", self.confirmations, 1, 100),
            *_outside("Terms.dwell_days", self.dwell_days, 0, _MOST_DAYS),
        ]
        if self.largest_step is not None:
            problems += _outside(
                "Terms.largest_step", self.largest_step, 1, _MOST_TIERS, none="None"
            )
        if problems:
            raise SettingError(*problems)


@frozen
class Rules:
    """When a tier moves.

    Parameters
    ----------
    tiers : int, 2 to 50
        How many tiers there are; 0 is the highest.
    up, down : Terms
        By default, up at one review and straight to the tier earned; down at two
        reviews in a row and one step at the most; both after 90 days at least.
    grace_days : int, 0 to 36,500
        Days after a rise on which the customer is not judged downwards: reviews under
        the hold bar do not count.
    minimum_membership_days : int, 0 to 36,500
        The same after the first tier, so that who joins in the middle of a period is
        not measured by half of it.
    ceilings_pass_locks : bool
        Whether every gate and risk event acts in spite of a manual override; else only
        those that say so themselves.

    Raises
    ------
    SettingError
        When a number is out of its range; all of them are told.

    Examples
    --------
    >>> rules = Rules(3, grace_days=180)
    >>> rules.down.confirmations, rules.down.largest_step, rules.up.largest_step
    (2, 1, None)
    """

    tiers: int
    up: Terms = field(factory=Terms, kw_only=True)
    down: Terms = field(
        factory=lambda: Terms(confirmations=2, largest_step=1), kw_only=True
    )
    grace_days: int = field(default=0, kw_only=True)
    minimum_membership_days: int = field(default=0, kw_only=True)
    ceilings_pass_locks: bool = field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        problems = [
            *_outside("Rules.tiers", self.tiers, 2, _MOST_TIERS),
            *_outside("Rules.grace_days", self.grace_days, 0, _MOST_DAYS),
            *_outside(
                "Rules.minimum_membership_days",
                self.minimum_membership_days,
                0,
                _MOST_DAYS,
            ),
        ]
        if problems:
            raise SettingError(*problems)

    @property
    def lowest(self) -> int:
        """The code of the lowest tier."""
        return self.tiers - 1


def _outside(
    where: str, number: object, least: int, most: int, *, none: str = ""
) -> list[Problem]:
    # True is a whole number to Python and none to whoever writes rules.
    whole = isinstance(number, int) and not isinstance(number, bool)
    if whole and least <= number <= most:  # type: ignore[operator]
        return []
    return [
        Problem(
            "expected a whole number" if not whole else "this number is out of range",
            where=where,
            got=repr(number),
            allowed=f"{least} to {most:,}" + (f", or {none}" if none else ""),
        )
    ]
