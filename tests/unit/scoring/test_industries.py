"""Codes of industries: one spelling, whatever form they were filled in on."""

import pytest

from custseg.scoring.industries import canonical_industry


@pytest.mark.parametrize(
    ("written", "spelled"),
    [
        ("GB/T 4754-2017 C13", "GB/T:C13"),
        ("GB/T4754—2017：C1311 谷物磨制", "GB/T:C1311 谷物磨制"),
        ("GBT:C13", "GB/T:C13"),
        ("GBT4754-2011-C13", "GB/T:C13"),
        ("国民经济行业分类 C13", "GB/T:C13"),
        ("gb/t:f52", "GB/T:F52"),
        ("GB/T 4754 C", "GB/T:C"),
        ("GB/T 1311", "GB/T:1311"),
        ("GB/T 2002", "GB/T:2002"),  # a class of wood-working, no year
        ("GB/T 4754-2002 H65", "GB/T-2002:H65"),
        ("ISIC Rev.4 C10", "ISIC:C10"),
        ("ISIC4:C10", "ISIC:C10"),
        ("ISIC C 10", "ISIC:C10"),
        ("ISIC Rev. 5 L64", "ISIC-5:L64"),
        ("NACE 47.1", "NACE:47.1"),
        ("NACE Rev. 2 G47.11", "NACE:G47.11"),
        ("NACE Rev. 2.1 G47", "NACE-2.1:G47"),
        ("NAICS 44-45", "NAICS:44-45"),
        ("NAICS 2022 445110", "NAICS:445110"),
        ("NAICS 2017: 31-33", "NAICS:31-33"),
        ("C13", "C13"),
        ("C 制造业", "C 制造业"),
        ("ＧＢ／Ｔ：Ｃ13", "GB/T:C13"),
        (" 制造业 ", "制造业"),
        ("Construction", "Construction"),
        ("NACE sector", "NACE sector"),
        ("NACE rev. 2", "NACE rev. 2"),
        ("ISIC construction", "ISIC construction"),
        ("", None),
        ("  ", None),
    ],
)
def test_spellings(written, spelled):
    """The scheme first, then the code; words and bare codes stay; done twice, alike."""
    assert canonical_industry(written) == spelled
    if spelled is not None:
        assert canonical_industry(spelled) == spelled
