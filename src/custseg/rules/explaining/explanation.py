"""Why one customer has its labels and its tier: as text, as a page, as plain data."""

from __future__ import annotations

from typing import Any

from attrs import evolve, frozen

from custseg.errors import Problem, UnknownFeature, did_you_mean
from custseg.labels import Language
from custseg.languages import check_language
from custseg.rules.explaining.answers import Answer
from custseg.rules.explaining.brief import in_brief
from custseg.rules.explaining.brief_page import brief_as_page
from custseg.rules.explaining.clauses import Reason
from custseg.rules.explaining.data import as_data
from custseg.rules.explaining.pages import as_page
from custseg.rules.explaining.text import tell

__all__ = ["Explanation"]


@frozen(eq=False, repr=False)
class Explanation(Answer):
    """Why one customer has these labels and this tier.

    Parameters
    ----------
    customer_id : str
    as_of : date
        The day that was looked at.
    origin : Origin
        The policy, its digests, and when it learned.
    reasons : tuple of Reason
        One for each family, in the order of the policy: the labels tried, and the
        clauses on which each answer rests.
    grade : Grade or None
        The composite score and the tier; None where the policy grades nobody.
    row : Row
        The customer's values.
    notes : Notes
        The scores and lookups of the policy: ``scores`` and ``lookups`` tell those on
        which something told here rests.

    Notes
    -----
    It speaks of features, scores, thresholds and labels only; names, phones and
    addresses are not even read.

    Examples
    --------
    >>> from custseg import segment
    >>> sales = {"customer_id": ["a"], "date": ["2026-06-01"], "amount": [950.0]}
    >>> why = segment(sales, as_of="2026-06-30", currency="CNY").explain("a")
    >>> print(why.only("frequency").to_text().split("Thresholds")[0].rstrip())
    Customer a as of 2026-06-30
    In short: Frequency: Infrequent
    Policy company 2026.1 (Companies in general), digest ...; learned on 2026-06-30...
    <BLANKLINE>
    Frequency: Infrequent (INFREQUENT)
      because: none of the labels before it fits
    ...
      not Never bought: Sale orders ever: 1 ≠ 0  [lifetime_orders == 0]
      not One-time: Days since the first sale: 29 days ≤ 90 days (one_time_tenure) ...
      not None in the year: Purchase days in the last 365 days: 1 ≠ 0 ...
      not Frequent: Purchase days in the last 365 days: 1 < 12 (frequent_days) ...
      not Regular: Purchase days in the last 365 days: 1 < 4 (regular_days) ...
    >>> print(why["lifecycle"].clauses[0].to_text("zh"))
    客龄天数 29 天 ≤ 90 天（门槛 new_days）
    """

    def __getitem__(self, family: str) -> Reason:
        for one in self.reasons:
            if one.family == family:
                return one
        known = [one.family for one in self.reasons]
        raise UnknownFeature(
            Problem(
                f"the explanation has no family '{family}'",
                allowed=", ".join(known),
                hint="the tier is told by .grade"
                if family == "tier"
                else did_you_mean(family, known),
            )
        )

    def only(self, *families: str) -> Explanation:
        """Return the explanation of some families only.

        Parameters
        ----------
        *families : str
            Codes of families; ``"tier"`` keeps the tier.

        Raises
        ------
        UnknownFeature
            When there is no such family.
        """
        chosen = [one for one in families if one != "tier"]
        wanted = {self[code].family for code in chosen}
        kept = tuple(one for one in self.reasons if one.family in wanted)
        grade = self.grade if "tier" in families else None
        return evolve(self, reasons=kept, grade=grade)

    def to_text(self, language: Language = "en", *, brief: bool = False) -> str:
        """Return the explanation as lines of text.

        The answer comes first, in one line. Beside each clause in words stands the
        policy's own expression. Below the labels come the scores, thresholds and
        learned numbers on which they rest, each once. Chinese text is for reading: it
        has no expressions of clauses, and only sources written in Chinese.

        Parameters
        ----------
        language : {"zh", "en"}
        brief : bool
            One line for each answer: the tier with its parts, how far the next one is
            and what to do; then each family with its label and what decided it. No
            codes, no expressions, nothing of the labels that were not given.

        Raises
        ------
        SettingError
            When the language is unknown.

        Examples
        --------
        >>> from custseg import segment
        >>> sales = {"customer_id": ["a"], "date": ["2026-06-01"], "amount": [950.0]}
        >>> why = segment(sales, as_of="2026-06-30", currency="CNY").explain("a")
        >>> print(why.only("value", "frequency", "lifecycle").to_text(brief=True))
        Customer a as of 2026-06-30
        Value: Unknown - missing: Net spend in the last 365 days (too few customers ...)
        Frequency: Infrequent - Purchase days in the last 365 days: 1 < 4
          to do: ...
        Lifecycle: New - Days since the first sale: 29 days ≤ 90 days
          to do: ...
        """
        check_language(language)
        return in_brief(self, language).to_text() if brief else tell(self, language)

    def to_html(self, language: Language = "en", *, brief: bool = False) -> str:
        """Return the explanation as a piece of HTML with tables.

        Everything is escaped, and nothing is loaded from outside.

        Parameters
        ----------
        language : {"zh", "en"}
        brief : bool
            One row for each answer, as :meth:`to_text` has it in brief: narrow enough
            for the side bar of a CRM.

        Raises
        ------
        SettingError
            When the language is unknown.
        """
        check_language(language)
        if brief:
            return brief_as_page(in_brief(self, language))
        return as_page(self, language)

    def to_data(self) -> dict[str, Any]:
        """Return the explanation as plain data, ready for JSON.

        Returns
        -------
        dict
            ``schema`` (1), ``customer_id``, ``as_of``, and:

            ``policy``
                ``code``, ``version``, ``title`` (``zh``, ``en``, as all titles),
                ``digest`` of the policy, ``fitted_digest`` of all that was learned too,
                ``fitted_on``, ``reference`` (the condition for the customers it learned
                from), ``currency``.
            ``families``
                By code: ``label``, ``title``, ``label_title``, ``source``, ``tried``,
                ``missing``, ``playbook``. ``tried`` holds the labels in order of trial
                down to the one that decided: ``label``, ``title``, ``key`` (its place
                in the policy), ``holds``, ``source``, ``clauses``, ``also`` (clauses
                of further parts of an ``or`` that hold too).
            ``tier``
                None, or as a family, and ``score``, ``raw_score``, ``coverage``,
                ``minimum_coverage``, ``earned`` (before any gate), ``above_own_bar``,
                ``next`` (the tier above), ``short_of_next``; ``parts`` by code
                (``title``, ``weight``, ``points``, ``raw_points``, ``contribution``,
                ``raw_contribution``, ``expression``, ``facts``, ``thresholds``,
                ``missing``); ``gates`` by code (``title``, ``cap``, ``holds``,
                ``caps``, ``source``, ``clauses``, ``also``).
            ``scores``
                By code, those that matter here: ``title``, ``value``, ``raw``,
                ``unit``, ``expression``, ``source``, ``facts``, ``thresholds``,
                ``input`` (before steps), ``bins``, ``better``, ``edges`` (in rising
                order of the score), ``step``, ``steps``, ``only_if`` (clauses),
                ``left_out``.
            ``lookups``
                By code: ``title``, ``value``, ``raw``, ``unit``, ``source``, ``of``,
                ``entry``, ``match``.
            ``thresholds``
                By code: ``key``, ``value``, ``unit``, ``source``, ``since``.
            ``learned``
                By key: ``value``, ``raw``, ``unit``, ``of``, ``function``, ``level``,
                ``too_few``, ``learned_on``, ``reference``.
            ``facts``
                By code: ``title``, ``kind``, ``unit``, ``value``, ``raw``, ``said``
                (``zh``, ``en``), ``window``, ``columns`` of the input contract.

            A clause has ``expression`` (as the policy has it), ``text`` (thresholds put
            in), ``key``, ``holds`` (None where it cannot be told), ``said``,
            ``comparison`` (None, or ``value``, ``raw_value``, ``op``, ``bar``,
            ``raw_bar``, ``unit``), and the codes of its ``facts``, ``thresholds`` and
            ``learned``. ``missing`` holds ``fact``, ``title``, ``columns``,
            ``absent_columns``, ``no_seller``, ``when`` (for whom it is unknown, ``zh``
            and ``en``, or None), ``not_learned``, ``said``. A ``playbook`` is None, or
            ``actions``, ``owner``, ``channel``, ``every_days``,
            ``respond_within_hours``, ``source``.

        Notes
        -----
        ``value`` is in the unit of people and rounded as they see it; ``raw`` is as the
        table of facts holds it: money in minor units, quantity in ten-thousandths.
        Unknown is None.

        Examples
        --------
        >>> from custseg import segment
        >>> sales = {"customer_id": ["a"], "date": ["2026-06-01"], "amount": [950.0]}
        >>> result = segment(sales, as_of="2026-06-30", currency="CNY")
        >>> data = result.explain("a").to_data()
        >>> data["families"]["lifecycle"]["label"], data["facts"]["spend"]["value"]
        ('NEW', 950.0)
        """
        return as_data(self)

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        return f"Explanation({self.customer_id} as of {self.as_of})"

    def _repr_html_(self) -> str:
        return self.to_html()
