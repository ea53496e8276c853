"""Counts of several partitions added up."""

import numpy as np

import custseg as cs
from custseg.partitioned.companions import chiefs_of
from custseg.partitioned.summing import one_account, one_summary
from custseg.quality.report import Finding, QualityReport


def segmented(ids, amounts):
    """Classify a few customers by the order of nothing but amounts."""
    sales = {"customer_id": ids, "date": ["2026-06-01"] * len(ids), "amount": amounts}
    return cs.segment(sales, as_of="2026-06-30", currency="CNY")


def test_summaries_add_up_and_unknown_stays_last():
    """Customers and spend of each label; a label of one partition only is there."""
    parts = [segmented(["a"], [100.0]), segmented(["b", "c"], [-5.0, 50.0])]
    summaries = [one.summary() for one in parts]
    for family in one_summary(summaries).families:
        assert family.customers == 3
        assert family.spend == 14500
        codes = [line.code for line in family.lines]
        assert codes == sorted(codes, key=lambda code: code == "UNKNOWN")
        for line in family.lines:
            same = [
                other
                for one in summaries
                for other in one[family.code].lines
                if other.code == line.code
            ]
            assert line.customers == sum(other.customers for other in same)


def test_accounts_add_up():
    """Rows, findings kind by kind, the age of the newest sale, what was not read."""
    first = QualityReport(
        {"sales": 10},
        {"sales": 9},
        (Finding("missing_customer", "sales", 1, "drop", ("some row: nothing",)),),
        data_age_days=None,
        uncompared=("brand",),
        unlinked=2,
    )
    second = QualityReport(
        {"sales": 5},
        {"sales": 3},
        (
            Finding("zero_amount", "sales", 1, "keep"),
            Finding("missing_customer", "sales", 2, "drop"),
        ),
        data_age_days=4,
        uncompared=("brand", "cost"),
        unlinked=3,
    )
    both = one_account([first, second])
    assert both.rows_in == {"sales": 15}
    assert both.closes()
    assert both.count("missing_customer") == 3
    assert both.count("zero_amount") == 1
    assert both.data_age_days == 4
    assert (both.uncompared, both.unlinked) == (("brand", "cost"), 5)
    assert one_account([second, first]).rows_used == {"sales": 12}


def test_whoever_stays_together_has_one_chief():
    """Whatever the order in which groups are met, the chief is the first in text."""
    pairs = [(f"c{n}", f"g{n // 3}") for n in range(12)]
    pairs += [("c2", "g1"), ("c11", "g9")]
    expected = {f"c{n}": "c0" if n < 6 else "c6" if n < 9 else "c10" for n in range(12)}
    for seed in range(20):
        turned = [pairs[at] for at in np.random.default_rng(seed).permutation(14)]
        assert chiefs_of(turned) == expected
