"""Every feature that comes with custseg, in one catalogue.

A new feature is one entry in the room of its subject; its room is named here once.
"""

from __future__ import annotations

from custseg.scoring import (
    breadth,
    declared,
    engagement,
    expansion,
    feedback,
    momentum,
    offers,
    outside,
    place,
    preference,
    pressure,
    price,
    profit,
    projects,
    purchases,
    quarters,
    reach,
    relationship,
    rhythm,
    stability,
    trend,
    wallet,
)
from custseg.scoring.features import Catalogue
from custseg.scoring.receivables import (
    aging,
    costs,
    disputes,
    exposure,
    lateness,
    outstanding,
    terms,
    turnover,
)
from custseg.scoring.seasonality import seasons

__all__ = ["CATALOGUE"]

CATALOGUE = Catalogue(
    (
        *purchases.FEATURES,
        *rhythm.FEATURES,
        *trend.FEATURES,
        *momentum.FEATURES,
        *quarters.FEATURES,
        *stability.FEATURES,
        *seasons.FEATURES,
        *breadth.FEATURES,
        *preference.FEATURES,
        *offers.FEATURES,
        *price.FEATURES,
        *pressure.FEATURES,
        *profit.FEATURES,
        *costs.FEATURES,
        *outstanding.FEATURES,
        *lateness.FEATURES,
        *aging.FEATURES,
        *turnover.FEATURES,
        *disputes.FEATURES,
        *terms.FEATURES,
        *exposure.FEATURES,
        *relationship.FEATURES,
        *engagement.FEATURES,
        *feedback.FEATURES,
        *expansion.FEATURES,
        *outside.FEATURES,
        *declared.FEATURES,
        *reach.FEATURES,
        *wallet.FEATURES,
        *projects.FEATURES,
        *place.FEATURES,
    )
)
"""All features by their codes."""
