"""The question answered in DuckDB SQL, written as well as we can.

Lines are brought down to customer and day first, for sums and days, and to customer
and order, for distinct orders; only these two passes see every line. Gaps come from
``lag`` over the sale days and percentiles from one sort for each measure.

The count of the reference population is a partition's, not one with ``filter`` over an
empty window: at a million customers that takes DuckDB 2.0 minutes instead of seconds.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa
from question import Question, run_peer

FACTS = """
    lines as not materialized (
        select customer_id, order_id, date, amount, quantity,
               date > $window_start as in_window
        from read_parquet($sales)
        where date <= $as_of
    ),
    per_day as materialized (
        select customer_id, date,
               sum(round(amount * 100)::bigint)::bigint as spend,
               sum(quantity)::bigint as quantity,
               max(amount) > 0 as sold
        from lines
        group by customer_id, date
    ),
    totals as (
        select customer_id,
               coalesce(sum(spend) filter (date > $window_start), 0)::bigint as spend,
               coalesce(sum(quantity) filter (date > $window_start), 0)::bigint
                   as quantity
        from per_day
        group by customer_id
    ),
    orders as (
        select customer_id,
               count(*) filter (in_window) as orders,
               count(*) as lifetime_orders
        from (
            select customer_id, bool_or(in_window) as in_window
            from lines
            where amount > 0
            group by customer_id, order_id
        )
        group by customer_id
    ),
    gaps as (
        select customer_id, date,
               date - lag(date) over (partition by customer_id order by date) as gap
        from per_day
        where sold
    ),
    days as (
        select customer_id,
               count(*) filter (date > $window_start) as purchase_days,
               $as_of - max(date) as days_since_last_sale,
               $as_of - min(date) as days_since_first_sale,
               case when count(gap) >= 2 then median(gap) end as median_gap_days,
               max(gap) filter (date > $recent_start) as longest_gap_days_90
        from gaps
        group by customer_id
    ),
    facts as (
        select customer_id, spend, quantity,
               coalesce(orders, 0) as orders,
               coalesce(lifetime_orders, 0) as lifetime_orders,
               coalesce(purchase_days, 0) as purchase_days,
               days_since_last_sale, days_since_first_sale,
               median_gap_days, longest_gap_days_90
        from totals
        left join orders using (customer_id)
        left join days using (customer_id)
    )
"""

# Twice the mid-rank is 2 * less + equal: those before, plus those up to and including.
SCORES = """
    positions as (
        select *,
               2 * count(*) over (partition by orders > 0) as doubled,
               rank() over by_spend - 1 + count(*) over by_spend as spend_position,
               rank() over by_orders - 1 + count(*) over by_orders as orders_position,
               rank() over by_recency - 1 + count(*) over by_recency
                   as recency_position,
               rank() over by_quantity - 1 + count(*) over by_quantity
                   as quantity_position,
               sum(greatest(spend, 0)) over () as total,
               sum(greatest(spend, 0)) over ()
                   - sum(greatest(spend, 0)) over by_spend as greater
        from facts
        window by_spend as (partition by orders > 0 order by spend),
               by_orders as (partition by orders > 0 order by orders),
               by_recency as (partition by orders > 0 order by days_since_last_sale),
               by_quantity as (partition by orders > 0 order by quantity)
    )
    select customer_id, spend, orders, purchase_days, quantity,
           days_since_last_sale, days_since_first_sale, lifetime_orders,
           median_gap_days, longest_gap_days_90,
           case when orders > 0 then spend_position / doubled end as spend_percentile,
           case when orders > 0 then orders_position / doubled end
               as orders_percentile,
           case when orders > 0 then recency_position / doubled end
               as days_since_last_sale_percentile,
           case when orders > 0 then quantity_position / doubled end
               as quantity_percentile,
           case when orders > 0
               then least(5, 1 + 5 * (doubled - recency_position) // doubled) else 1
           end as recency_score,
           case when orders > 0
               then least(5, 1 + 5 * orders_position // doubled) else 1
           end as frequency_score,
           case when orders > 0
               then least(5, 1 + 5 * spend_position // doubled) else 1
           end as monetary_score,
           case when spend <= 0 then 'C'
                when greater * 5 < total * 4 then 'A'
                when greater * 20 < total * 19 then 'B'
                else 'C'
           end as abc
    from positions
"""


def answer(question: Question, _way: str) -> pa.Table:
    """Return the answer to the question."""
    with duckdb.connect() as connection:
        # A hash aggregate has no order to keep; saying so lets DuckDB stream.
        connection.execute("set preserve_insertion_order = false")
        answered = connection.sql(
            f"with {FACTS}, {SCORES}",
            params={
                "sales": str(question.sales),
                "as_of": question.as_of,
                "window_start": question.window_start,
                "recent_start": question.recent_start,
            },
        )
        return answered.to_arrow_table()


if __name__ == "__main__":
    run_peer(answer)
