"""The features that a policy names itself, as features that can be measured."""

from __future__ import annotations

from collections.abc import Mapping

from custseg.rules.policy import NamedFeature
from custseg.scoring.attributes import attribute_feature
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Feature
from custseg.units import Unit

__all__ = ["named_feature"]


def named_feature(
    one: NamedFeature, catalogue: Mapping[str, Feature] = CATALOGUE
) -> Feature:
    """Return what a feature of the policy measures, whatever window it looks at.

    Parameters
    ----------
    one : NamedFeature
    catalogue : mapping of str to Feature

    Raises
    ------
    UnknownFeature
        When it names a feature that the catalogue does not have.

    Examples
    --------
    >>> from custseg.labels import Title
    >>> from custseg.periods import Window
    >>> lately = NamedFeature("lately", "orders", Window.parse("30 days"),
    ...                       Title(zh="近期订单", en="Recent orders"))
    >>> named_feature(lately).unit
    <Unit.COUNT: 'count'>
    """
    if one.attribute is None:
        return catalogue[one.feature]
    return attribute_feature(
        one.code,
        attribute=one.attribute,
        unit=one.unit or Unit.NUMBER,
        title=one.title,
        better=one.better,
    )
