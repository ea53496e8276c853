"""Every feature that comes with custseg, in one catalogue.

A new feature is one entry in the room of its subject; its room is named here once.
"""

from __future__ import annotations

from custseg.scoring import (
    breadth,
    declared,
    engagement,
    feedback,
    place,
    preference,
    price,
    profit,
    purchases,
    quarters,
    relationship,
    rhythm,
    trend,
)
from custseg.scoring.features import Catalogue

__all__ = ["CATALOGUE"]

CATALOGUE = Catalogue(
    (
        *purchases.FEATURES,
        *rhythm.FEATURES,
        *trend.FEATURES,
        *quarters.FEATURES,
        *breadth.FEATURES,
        *preference.FEATURES,
        *price.FEATURES,
        *profit.FEATURES,
        *relationship.FEATURES,
        *engagement.FEATURES,
        *feedback.FEATURES,
        *declared.FEATURES,
        *place.FEATURES,
    )
)
"""All features by their codes."""
