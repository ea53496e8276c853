"""What is declared about a customer: type, legal form, industry, size, income.

Nothing here is worked out from sales, and nothing is imputed: what nobody declared is
unknown. The words are those of the user's systems; a policy says what they mean, by its
lookups. What changes carries a ``valid_from``, and a past day sees what held then.

Limits: texts are compared as they are written, but for codes of industries, which come
in one spelling (:mod:`custseg.scoring.industries`).
"""

from __future__ import annotations

from functools import partial

import numpy as np

from custseg.labels import Title
from custseg.periods import Window
from custseg.scoring.features import Facts, Feature
from custseg.scoring.industries import canonical_industry
from custseg.scoring.readings import meaning_of, places_in
from custseg.scoring.unknowns import BELOW_ZERO, NOT_DECLARED
from custseg.table import Column
from custseg.units import Unit

__all__ = ["FEATURES", "declared_from", "declared_whole"]


def declared_from(facts: Facts, column: str, least: float) -> Column:
    """Return a declared number, unknown where it is less than can be meant.

    Parameters
    ----------
    facts : Facts
    column : str
        Of the customers.
    least : float
        In the units of the column.
    """
    said = facts.latest("customers", column)
    known = said.is_known() & (said.values >= least)
    return Column(said.values, said.unit, None if known.all() else known)


def declared_whole(facts: Facts, column: str, unit: Unit) -> Column:
    """Return a declared number of zero or more, to the nearest whole one.

    Parameters
    ----------
    facts : Facts
    column : str
        Of the customers.
    unit : Unit
        What it counts.
    """
    said = declared_from(facts, column, 0)
    whole = np.rint(np.where(said.is_known(), said.values, 0)).astype(np.int64)
    return Column(whole, unit, said.known)


def _text(column: str, facts: Facts, _: Window) -> Column:
    return facts.latest("customers", column)


def _industry(facts: Facts, _: Window) -> Column:
    said = facts.latest("customers", "industry")
    found = facts.readings.of(
        "industry", said.words, lambda words: meaning_of(words, canonical_industry)
    )
    codes = found.codes[places_in(said)]
    known = codes >= 0
    return Column(codes, Unit.TEXT, None if known.all() else known, found.words)


def _employees(facts: Facts, _: Window) -> Column:
    return declared_whole(facts, "employees", Unit.COUNT)


def _annual_revenue(facts: Facts, _: Window) -> Column:
    return declared_from(facts, "annual_revenue", 0)


FEATURES = (
    Feature(
        code="declared_type",
        unit=Unit.TEXT,
        title=Title(zh="申报的客户类型", en="Declared type"),
        formula="type, as declared",
        needs=("customers.type",),
        compute=partial(_text, "type"),
        missing=(NOT_DECLARED,),
        daily="same",
    ),
    Feature(
        code="legal_form",
        unit=Unit.TEXT,
        title=Title(zh="法律形式", en="Legal form"),
        formula="legal_form, as declared",
        needs=("customers.legal_form",),
        compute=partial(_text, "legal_form"),
        missing=(NOT_DECLARED,),
        daily="same",
    ),
    Feature(
        code="industry",
        unit=Unit.TEXT,
        title=Title(zh="申报的行业", en="Declared industry"),
        formula="industry, as declared; codes as GB/T:C13, ISIC:C10, NACE:47.1, "
        "NAICS:44-45",
        needs=("customers.industry",),
        compute=_industry,
        missing=(NOT_DECLARED,),
        daily="same",
    ),
    Feature(
        code="employees",
        unit=Unit.COUNT,
        title=Title(zh="员工人数", en="Employees"),
        formula="employees, as declared, to the nearest whole number",
        needs=("customers.employees",),
        compute=_employees,
        missing=(NOT_DECLARED, BELOW_ZERO),
        daily="same",
    ),
    Feature(
        code="annual_revenue",
        unit=Unit.MONEY,
        title=Title(zh="年营业收入", en="Annual revenue"),
        formula="annual_revenue of the customer's own business, as declared",
        needs=("customers.annual_revenue",),
        compute=_annual_revenue,
        missing=(NOT_DECLARED, BELOW_ZERO),
        least=0,
        daily="same",
    ),
    Feature(
        code="income_band",
        unit=Unit.TEXT,
        title=Title(zh="申报的收入档次", en="Declared income band"),
        formula="income_band, as declared; never imputed",
        needs=("customers.income_band",),
        compute=partial(_text, "income_band"),
        missing=(NOT_DECLARED,),
        daily="same",
    ),
)
