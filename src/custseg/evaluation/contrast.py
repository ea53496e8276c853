"""Before and after a day: the same customers in the period before it and after it.

A policy was introduced on a day, and somebody asks what has changed since. The
customers graded on that day are compared with themselves, tier by tier. Most of what
then differs differs in any year: the best fall back, the lowest rise. So a day a
period earlier, before anybody was treated by the policy, can be put against it: what
the same grading went along with then is what would have come anyway, were the two
periods alike.

The method: of amounts the change is relative, after over before less one; of shares
and rates it is the plain difference. What is beyond the earlier day is the change on
the day less the change on the earlier one.

Limits: also the difference of two changes is no effect. The years differ, the earlier
tiers are those of a replay, and customers of both days are partly the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from attrs import field, frozen

from custseg.evaluation.figures import Sums
from custseg.evaluation.lines import Line
from custseg.labels import Title

__all__ = ["MEASURES", "Change", "changes"]

Reading = Callable[[Line, Sums], float | None]


def _whole(value: Callable[[Sums], int | None]) -> Reading:
    """Read a sum only where it is one over all customers of the line."""

    def read(line: Line, one: Sums) -> float | None:
        return value(one) if one.costed == line.customers else None

    return read


def _buying(line: Line, one: Sums) -> float | None:
    return one.buyers / line.customers if line.customers else None


@frozen
class Measure:
    """One thing that is compared.

    Parameters
    ----------
    code : str
    title : Title
    read : callable
    is_money : bool
        Whether it is an amount in minor units; else a share or a rate.
    """

    code: str
    title: Title
    read: Reading
    is_money: bool = field(default=True, kw_only=True)


MEASURES = (
    Measure("spend", Title("净采购额", "Net spend"), lambda _, one: one.spend),
    Measure(
        "buying_share",
        Title("采购客户占比", "Share who bought"),
        _buying,
        is_money=False,
    ),
    Measure("margin", Title("毛利", "Gross margin"), _whole(lambda one: one.margin)),
    Measure(
        "service_cost",
        Title("服务成本", "Cost of service"),
        lambda _, one: one.service_cost,
    ),
    Measure(
        "complaint_rate",
        Title("投诉率", "Complaints per order"),
        lambda _, one: one.complaint_rate,
        is_money=False,
    ),
)


@frozen
class Change:
    """One measure of one tier, before a day and after it.

    Parameters
    ----------
    line : Line
    measure : Measure
    before, after : float or None
        Money in minor units.
    earlier : float or None
        The change around the earlier day.

    Examples
    --------
    >>> from custseg.evaluation.lines import Line
    >>> sums = [Sums(spend, 9, 3, 0, None, None, None) for spend in (800, 1000)]
    >>> line = Line(policy="company", on=20_635, tier="A", title=Title("甲", "A"),
    ...             customers=3, had_bought=3, bought_again=3, before=sums[0],
    ...             after=sums[1], whole_before=800, whole_after=1000)
    >>> change = next(changes([line], []))
    >>> change.measure.code, change.difference, change.change, change.beyond
    ('spend', 200, 0.25, None)
    """

    line: Line
    measure: Measure
    before: float | None
    after: float | None
    earlier: float | None = None

    @property
    def difference(self) -> float | None:
        """Behind the day less before it."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before

    @property
    def change(self) -> float | None:
        """The difference, of amounts as a share of what was before."""
        difference = self.difference
        if difference is None or self.before is None:
            return None
        if not self.measure.is_money:
            return difference
        return difference / self.before if self.before > 0 else None

    @property
    def beyond(self) -> float | None:
        """The change less that around the earlier day."""
        if self.change is None or self.earlier is None:
            return None
        return self.change - self.earlier


def changes(lines: Sequence[Line], earlier: Sequence[Line]) -> Iterator[Change]:
    """Yield every measure of every line, those recorded nowhere left out.

    Parameters
    ----------
    lines : sequence of Line
        Of one day.
    earlier : sequence of Line
        Of an earlier day; none where nothing is put against it.
    """
    then = {(one.policy, one.tier): one for one in earlier}
    for measure in MEASURES:
        found = [_change(line, measure) for line in lines]
        if all(one.before is None and one.after is None for one in found):
            continue
        for one in found:
            other = then.get((one.line.policy, one.line.tier))
            was = None if other is None else _change(other, measure).change
            yield Change(one.line, measure, one.before, one.after, was)


def _change(line: Line, measure: Measure) -> Change:
    before = None if line.before is None else measure.read(line, line.before)
    return Change(line, measure, before, measure.read(line, line.after))
