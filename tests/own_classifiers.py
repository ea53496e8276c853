"""Classifiers of somebody's own, where workers of a cluster can import them."""

import numpy as np


class Kin:
    """Near whom a customer is, among the reference: it looks at four columns together.

    What it learns depends on every member, on their order, and on texts.
    """

    code = "kin"
    labels = ("BEFORE", "AFTER")
    needs = ("spend", "top_category", "recency_score", "days_since_last_sale")

    def __init__(self, learned=None):
        """Take what was learned, if anything was."""
        self.learned = learned

    def fit(self, table):
        """Remember a sum that depends on the order, and who buys most often what."""
        names = [str(one) for one in table.customers]
        assert names == sorted(names)
        total = 0.0
        for n, (spend, score) in enumerate(_pairs(table)):
            total = total * 0.9 + spend / (n + 1) + score
        top = _words(table["top_category"])
        common = max(sorted(set(top)), key=top.count) if top else ""
        return Kin((total, common))

    def classify(self, table):
        """Compare each customer with what was learned."""
        total, common = self.learned
        before = [
            (spend + score > total) == (word == common)
            for (spend, score), word in zip(
                _pairs(table), _words(table["top_category"]), strict=True
            )
        ]
        label = np.where(np.array(before, dtype=bool), 0, 1)
        return np.where(table["days_since_last_sale"].is_known(), label, -1)


def _pairs(table):
    columns = [
        np.where(table[name].is_known(), table[name].values, 0).tolist()
        for name in ("spend", "recency_score")
    ]
    return list(zip(*columns, strict=True))


def _words(column):
    return [
        column.words[code] if known else ""
        for code, known in zip(
            column.values.tolist(), column.is_known().tolist(), strict=True
        )
    ]
