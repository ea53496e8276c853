"""What a policy learns from its reference, frozen: cuts, percentiles, medians, edges.

Learning happens once, when a policy is fitted. From then on a customer's labels do not
depend on who else is looked at. Each learned thing is kept under the canonical text of
the expression that needs it, so a saved file can be read by a person.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from custseg.money import decimals_kept
from custseg.rounding import rounded
from custseg.rules.expression import FittedCut, FittedValue
from custseg.rules.policy import Bins
from custseg.scoring.bins import EDGES
from custseg.scoring.pareto import fit_share_cut, fit_share_knots
from custseg.scoring.percentiles import Knots, cut_of, fit_knots, midranks
from custseg.scoring.references import REFERENCES, ReferenceTable
from custseg.scoring.tallies import Tally, tallied
from custseg.table import Array, Column
from custseg.units import Unit

__all__ = [
    "Edges",
    "Learned",
    "Remembered",
    "key_of",
    "learn",
    "learn_edges",
    "reference_values",
    "scaled_edges",
]

Edges = tuple[int | float | None, ...]


def key_of(node: FittedCut | FittedValue) -> str:
    """Return the name under which something learned is kept.

    Examples
    --------
    >>> from decimal import Decimal
    >>> key_of(FittedCut("pct", "spend", "<", Decimal("0.8")))
    'pct(spend) >= 0.8'
    >>> key_of(FittedValue("median", "orders"))
    'median(orders)'
    """
    if isinstance(node, FittedValue):
        return f"{node.function}({node.name})"
    # A condition and its opposite share one cut: "< 0.8" is "not >= 0.8".
    opposite = {"<": ">=", "<=": ">", ">=": ">=", ">": ">"}
    if node.function == "share_above":
        opposite = {"<": "<", "<=": "<=", ">=": "<", ">": "<="}
    return (
        f"{node.function}({node.name}) {opposite[node.op]} {node.level.normalize():f}"
    )


@frozen(eq=False)
class Learned:
    """Frozen knowledge of a reference; answers for the fitted parts of expressions.

    Parameters
    ----------
    cuts : mapping of str to number or None
        The smallest value for which the condition holds; None where none does.
    knots : mapping of str to Knots
    medians : mapping of str to number
    edges : mapping of str to tuple
        The edges of each binned score, by its code.
    too_few : frozenset of str
        What could not be learned, since the reference was too small.
    references : mapping of str to ReferenceTable
        The tables that features compare with, by their names.
    """

    cuts: Mapping[str, int | float | None] = field(factory=dict)
    knots: Mapping[str, Knots] = field(factory=dict)
    medians: Mapping[str, int | float] = field(factory=dict)
    edges: Mapping[str, Edges] = field(factory=dict)
    too_few: frozenset[str] = frozenset()
    references: Mapping[str, ReferenceTable] = field(factory=dict)

    def holds(self, cut: FittedCut, column: Column) -> Column:
        """Return where a comparison with a learned cut holds, as flags."""
        key = key_of(cut)
        if key in self.too_few:
            return _unknown(column, Unit.FLAG)
        limit = self.cuts[key]
        values = rounded(column.values)
        if limit is None:
            true = np.zeros(len(values), dtype=np.bool_)
        else:
            true = values >= limit
        rising = {">=", ">"} if cut.function == "pct" else {"<", "<="}
        return Column(true if cut.op in rising else ~true, Unit.FLAG, column.known)

    def value(self, of: FittedValue, column: Column) -> Column:
        """Return a percentile, a share or a median as numbers."""
        key = key_of(of)
        if of.function == "median":
            if key in self.too_few:
                return Column(np.zeros(1), column.unit, np.zeros(1, dtype=np.bool_))
            return Column(np.array([self.medians[key]]), column.unit)
        if key in self.too_few:
            return _unknown(column, Unit.SHARE)
        return Column(
            self.knots[key].at(rounded(column.values)), Unit.SHARE, column.known
        )

    def missing(
        self,
        wanted: Iterable[FittedCut | FittedValue],
        binned: Iterable[str],
        references: Iterable[str] = (),
    ) -> tuple[str, ...]:
        """Return what is neither known nor noted as taught by too few.

        Parameters
        ----------
        wanted : iterable of FittedCut or FittedValue
            What expressions ask for.
        binned : iterable of str
            Codes of scores whose edges are learned.
        references : iterable of str
            Names of the tables that features compare with.

        Examples
        --------
        >>> Learned(medians={"median(orders)": 2}).missing(
        ...     [FittedValue("median", "orders"), FittedValue("pct", "spend")], [])
        ('pct(spend)',)
        """
        found = []
        for node in wanted:
            there: Mapping[str, object] = self.knots
            if isinstance(node, FittedCut):
                there = self.cuts
            elif node.function == "median":
                there = self.medians
            if key_of(node) not in there:
                found.append(key_of(node))
        found += [code for code in binned if code not in self.edges]
        found += [name for name in references if name not in self.references]
        return tuple(dict.fromkeys(one for one in found if one not in self.too_few))

    def merged(self, other: Learned) -> Learned:
        """Return the knowledge of both."""
        return Learned(
            {**self.cuts, **other.cuts},
            {**self.knots, **other.knots},
            {**self.medians, **other.medians},
            {**self.edges, **other.edges},
            self.too_few | other.too_few,
            {**self.references, **other.references},
        )

    def only_references(self, names: Collection[str]) -> Learned:
        """Return the knowledge with no tables to compare with but those named.

        Examples
        --------
        >>> Learned(medians={"median(orders)": 2}).only_references(["prices"]).medians
        {'median(orders)': 2}
        """
        there = {
            name: table for name, table in self.references.items() if name in names
        }
        return evolve(self, references=there)

    def to_data(self) -> dict[str, Any]:
        """Return plain data for JSON; floats keep every bit."""
        return {
            "cuts": dict(self.cuts),
            "knots": {
                key: {
                    "values": knots.values.tolist(),
                    "shares": knots.shares.tolist(),
                    "below": knots.below,
                    "above": knots.above,
                }
                for key, knots in self.knots.items()
            },
            "medians": dict(self.medians),
            "edges": {key: list(edges) for key, edges in self.edges.items()},
            "too_few": sorted(self.too_few),
            "references": {
                name: table.to_data() for name, table in self.references.items()
            },
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Learned:
        """Return what :meth:`to_data` wrote."""
        knots = {
            key: Knots(
                np.array(one["values"], dtype=np.float64),
                np.array(one["shares"], dtype=np.float64),
                one["below"],
                one["above"],
            )
            for key, one in data["knots"].items()
        }
        edges = {key: tuple(one) for key, one in data["edges"].items()}
        references = {
            name: REFERENCES[name].from_data(one)
            for name, one in data["references"].items()
        }
        too_few = frozenset(data["too_few"])
        cuts, medians = dict(data["cuts"]), dict(data["medians"])
        return cls(cuts, knots, medians, edges, too_few, references)


class Remembered:
    """Answers as what was learned does, and works each percentile out once a run."""

    def __init__(self, learned: Learned) -> None:
        self.learned = learned
        self._worked_out: dict[FittedValue, Column] = {}

    def holds(self, cut: FittedCut, column: Column) -> Column:
        """Return where a comparison with a learned cut holds, as flags."""
        return self.learned.holds(cut, column)

    def value(self, of: FittedValue, column: Column) -> Column:
        """Return a percentile, a share or a median as numbers."""
        if of not in self._worked_out:
            self._worked_out[of] = self.learned.value(of, column)
        return self._worked_out[of]


def _unknown(column: Column, unit: Unit) -> Column:
    none = np.zeros(len(column), dtype=np.bool_)
    return Column(none if unit is Unit.FLAG else np.zeros(len(column)), unit, none)


def learn(
    wanted: Iterable[FittedCut | FittedValue], values: Array, *, minimum: int
) -> Learned:
    """Learn what some expressions need to know of one column.

    Parameters
    ----------
    wanted : iterable of FittedCut or FittedValue
        All of one name.
    values : array
        Its :func:`reference_values`, in any order.
    minimum : int
        With fewer values nothing is learned. Shares of a total need one only.
    """
    cuts: dict[str, float | int | None] = {}
    knots: dict[str, Knots] = {}
    medians: dict[str, float | int] = {}
    too_few = set()
    tally = tallied(values)  # put in order once for all
    for key, node in {key_of(node): node for node in wanted}.items():
        if len(values) < (1 if node.function == "share_above" else max(1, minimum)):
            too_few.add(key)
        elif isinstance(node, FittedCut):
            cuts[key] = _cut(node, tally)
        elif node.function == "median":
            medians[key] = _median(tally)
        else:
            knots[key] = (fit_knots if node.function == "pct" else fit_share_knots)(
                tally
            )
    return Learned(cuts, knots, medians, too_few=frozenset(too_few))


def _cut(node: FittedCut, tally: Tally) -> float | int | None:
    level = float(node.level)
    if node.function == "pct":
        return cut_of(midranks(tally), level, strictly=node.op in {">", "<="})
    return fit_share_cut(tally, level, at_most=node.op in {"<=", ">"})


def learn_edges(code: str, bins: Bins, values: Array, *, minimum: int) -> Learned:
    """Learn the edges of a binned score.

    Parameters
    ----------
    code : str
    bins : Bins
        By one of :data:`custseg.scoring.bins.EDGES`.
    values : array
        What :func:`reference_values` gives of the numbers to be cut.
    minimum : int
        With fewer values nothing is learned.
    """
    if len(values) < max(1, minimum):
        return Learned(too_few=frozenset({code}))
    edges = EDGES[bins.by](values, bins.into, better=bins.better)
    return Learned(edges={code: tuple(edges)})


def scaled_edges(bins: Bins, unit: Unit, money_decimals: int) -> Edges:
    """Return the edges that a policy states, in the units that columns hold.

    For "lower is better" they come in falling order, as :func:`score_bins` takes them.
    """
    scale = decimals_kept(unit, money_decimals)
    edges = [edge.scaleb(scale) for edge in bins.at]
    plain = [int(edge) if edge == int(edge) else float(edge) for edge in edges]
    return tuple(plain if bins.better == "higher" else reversed(plain))


def reference_values(column: Column, reference: NDArray[np.bool_]) -> Array:
    """Return what is known of the members of a reference, as it is compared.

    Parameters
    ----------
    column : Column
    reference : bool array, shape (n_customers,)
        Who is a member.
    """
    here = reference if column.known is None else reference & column.known
    # Positions are looked up several times as fast as a mask.
    return rounded(column.values.take(np.flatnonzero(here)))


def _median(tally: Tally) -> int | float:
    n, through = len(tally), np.cumsum(tally.counts)
    middle = np.searchsorted(through, [(n - 1) // 2, n // 2], side="right")
    low: int | float
    low, high = tally.distinct[middle].tolist()
    return low if low == high else (low + high) / 2
