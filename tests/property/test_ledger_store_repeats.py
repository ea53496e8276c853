"""The law of rows that come again: a receipt counts what plain Python counts."""

from collections import Counter
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from custseg.adapters.ledger_store import open_ledger

COSTS = ("customer_id", "date", "kind", "amount")
costs = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.sampled_from(["2026-05-01", "2026-05-02"]),
        st.sampled_from(["service", "rebate"]),
        st.sampled_from([1.0, 2.0, 3.0]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(portions=st.lists(costs, min_size=2, max_size=3))
def test_repeated_rows_are_counted_as_by_hand(portions):
    """Every new row counts that equals one from before its portion."""
    with TemporaryDirectory() as folder:
        store = open_ledger(f"{folder}/store", currency="CNY")
        before = Counter()
        for rows in portions:
            table = dict(zip(COSTS, zip(*rows, strict=True), strict=True))
            receipt = store.append(costs={name: [*one] for name, one in table.items()})
            assert receipt.repeated == sum(row in before for row in rows)
            assert receipt.rows == len(rows)
            before.update(rows)
