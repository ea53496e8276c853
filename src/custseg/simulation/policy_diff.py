"""Two policies against each other, for whoever has to decide between them.

Who would hold another tier and what these customers are worth, how many moves each of
the two makes and takes back, and which rules make the difference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.labels import Language, Title
from custseg.languages import check_language
from custseg.money import format_amount, to_major
from custseg.periods import to_date
from custseg.rules.files.rule_changes import rule_changes
from custseg.simulation.replayed import Day, Look, Replay
from custseg.simulation.tables import NO_TIER
from custseg.simulation.text import replay_lines
from custseg.table import Array
from custseg.units import Unit
from custseg.wording import say

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Difference"]

_NONE = "NONE"

_OF_TIERS = ("grading.", "thresholds.", "scores.")
_WORDS = re.compile(r"about\.|.*\.(source|title\.(zh|en))$")


@frozen(eq=False, kw_only=True, repr=False)
class Difference:
    """Who holds which tier under two policies on one day, and what it is worth.

    Parameters
    ----------
    customer_ids : array of str, shape (n_known,)
        Those known on the day.
    days : sequence of Day
        Of the replays, up to the day.
    first, second : Replay
    currency : str
    decimals : int

    Examples
    --------
    >>> from attrs import evolve
    >>> from custseg.demo import wholesaler
    >>> from custseg.policy import load_policy
    >>> from custseg.ledger import Ledger
    >>> from custseg.simulation.simulating import simulate
    >>> ledger = Ledger.from_frames(wholesaler().sales, currency="CNY")
    >>> policy = load_policy("company")
    >>> moves = evolve(policy.tree.grading.moves, confirm_down=1)
    >>> grading = evolve(policy.tree.grading, moves=moves)
    >>> other = evolve(policy, tree=evolve(policy.tree, grading=grading))
    >>> both = {"patient": policy.fit(ledger, as_of="2025-06-30"),
    ...         "hasty": other.fit(ledger, as_of="2025-06-30")}
    >>> past = simulate(ledger, both, dates=["2025-07-01", "2025-10-01", "2026-01-01"])
    >>> found = past.difference("patient", "hasty")
    >>> found
    Difference(patient, hasty, 2026-01-01, 12 differ)
    >>> print(str(found).split("What makes the difference:")[1])
    <BLANKLINE>
      grading.moves.confirm_down: 2 -> 1
    """

    customer_ids: Array
    days: Sequence[Day]
    first: Replay
    second: Replay
    currency: str
    decimals: int

    def __len__(self) -> int:
        return int(self.differs.sum())

    def __repr__(self) -> str:
        names = f"{self.first.name}, {self.second.name}"
        return f"Difference({names}, {to_date(self.days[-1].on)}, {len(self):,} differ)"

    def __str__(self) -> str:
        return self.to_text()

    @property
    def differs(self) -> NDArray[np.bool_]:
        """Whose tiers have different codes, shape (n_known,)."""
        first, second = self._codes()
        differs: NDArray[np.bool_] = first != second
        return differs

    @property
    def spend(self) -> NDArray[np.int64]:
        """Net spend in minor units in the first policy's window, up to the day."""
        return self._look(self.first).spend

    def to_pandas(self) -> pd.DataFrame:
        """Return the customers whose tiers differ, those who spent most first.

        Returns
        -------
        pandas.DataFrame
            ``customer_id``; for each policy a column of its name with the tier; and
            ``spend``, in the first policy's window up to the day before.
        """
        import pandas as pd  # noqa: PLC0415 - heavy

        rows = np.flatnonzero(self.differs)
        rows = rows[np.argsort(-self.spend[rows], kind="stable")]
        frame = pd.DataFrame({"customer_id": pd.array(self.customer_ids[rows], "str")})
        sides = zip((self.first, self.second), self._codes(), strict=True)
        for side, codes in sides:
            words = [*side.tiers, _NONE]
            frame[side.name] = pd.Categorical(codes[rows], categories=words)
        frame["spend"] = to_major(self.spend[rows], self.decimals)
        return frame

    def to_text(
        self, language: Language = "en", *, most: int = 12, each: bool = True
    ) -> str:
        """Return the difference in a few lines.

        Parameters
        ----------
        language : {"zh", "en"}
        most : int
            Rules that differ told one by one, at most.
        each : bool
            Tell how each of the two did, too, as the text of the simulation does.
        """
        check_language(language)
        return "\n".join(self._lines(language, most, each=each))

    def _look(self, replay: Replay) -> Look:
        return replay.looks[len(self.days) - 1]

    def _codes(self) -> tuple[Array, Array]:
        first, second = (
            np.array([*one.tiers, _NONE], dtype=object)[self._look(one).after]
            for one in (self.first, self.second)
        )
        return first, second

    def _lines(self, language: Language, most: int, *, each: bool) -> Iterator[str]:
        def told(title: Title, **parts: object) -> str:
            return title.of(language).format(**parts)

        first, second = self.first, self.second
        yield told(
            _HEAD,
            first=first.name,
            second=second.name,
            on=to_date(self.days[-1].on),
            n=_customers(len(self.customer_ids), language),
        )
        yield from self._who(told, language)
        for one in (first, second) if each else ():
            yield from replay_lines(one, self.days, language)
        yield from self._why(told, most)

    def _who(self, told: Callable[..., str], language: Language) -> Iterator[str]:
        differs, spend = self.differs, self.spend
        if not differs.any():
            yield told(_SAME)
            return
        amount, whole = int(spend[differs].sum()), int(spend.sum())
        yield told(
            _DIFFER,
            n=_customers(len(self), language),
            share=say(len(self) / len(differs), Unit.SHARE),
            amount=self._money(amount),
            of=say(amount / whole if whole > 0 else None, Unit.SHARE, language),
        )
        names = {_NONE: NO_TIER.of(language)}
        codes = self._codes()
        for was in (*self.first.tiers, _NONE):
            for now in (*self.second.tiers, _NONE):
                cell = differs & (codes[0] == was) & (codes[1] == now)
                if cell.any():
                    yield told(
                        _CELL,
                        was=names.get(was, was),
                        now=names.get(now, now),
                        n=_customers(int(cell.sum()), language),
                        amount=self._money(int(spend[cell].sum())),
                    )

    def _why(self, told: Callable[..., str], most: int) -> Iterator[str]:
        first, second = self.first, self.second
        rules = sorted(
            rule_changes(first.fitted.tree, second.fitted.tree),
            key=lambda one: _weight(one.where),
        )
        said = [f"  {one}" for one in rules[:most]]
        if len(rules) > most:
            said.append(told(_MORE, n=len(rules) - most))
        on = first.fitted.fitted_on, second.fitted.fitted_on
        if on[0] != on[1]:
            said.append(told(_FITTED, first=on[0], second=on[1]))
        said += [told(_AFRESH, name=one.name) for one in (first, second) if one.afresh]
        if said:
            yield told(_RULES)
            yield from said
        else:
            yield told(_ALIKE)

    def _money(self, minor: int) -> str:
        return f"{format_amount(minor, self.decimals)} {self.currency}"


def _weight(where: str) -> int:
    """Return how early a change is told: what can move a tier first, words last.

    A family that is left out differs at dozens of places, and a source moves nobody.
    """
    if _WORDS.match(where):
        return 2
    return 0 if where.startswith(_OF_TIERS) else 1


def _customers(many: int, language: Language) -> str:
    if language == "zh":
        return f"{many:,} 个客户"
    return f"{many:,} customer{'' if many == 1 else 's'}"


_HEAD = Title(
    zh="{first} 对比 {second}：{on} 起的等级，共 {n}",
    en="{first} against {second}: tiers held from {on} on, {n}",
)
_SAME = Title(zh="没有客户的等级不同", en="Nobody holds another tier")
_DIFFER = Title(
    zh="等级不同：{n}（{share}），净采购额 {amount}（{of}）",
    en="Another tier: {n} ({share}), with {amount} of net spend ({of})",
)
_CELL = Title(
    zh="  {was} -> {now}：{n}，{amount}",
    en="  {was} -> {now}: {n}, {amount}",
)
_RULES = Title(zh="规则差异：", en="What makes the difference:")
_ALIKE = Title(
    zh="两者的规则和学习日期相同", en="Rules and day of learning are the same"
)
_MORE = Title(zh="  另有 {n} 处", en="  and at {n} more")
_FITTED = Title(
    zh="  分界值分别学自 {first} 与 {second}",
    en="  cuts learned on {first} and on {second}",
)
_AFRESH = Title(
    zh="  {name} 每次重新学习分界值，不记前事",
    en="  {name} learns its cuts anew on each date and remembers nothing",
)
