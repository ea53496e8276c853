"""Runs over more customers than fit into memory, partition by partition.

A partition is the ledger of some customers, with all their rows; no customer stands in
two, and all partitions have the same tables and columns. Whoever brings the rows there
(an embedded engine, a cluster) only shuffles; what is computed in a partition is what
is computed in memory, by the same functions, so the answers are the same bits.

An engine goes through these stages (all in :mod:`custseg.stages`). Everything that is
handed over can be pickled; a :class:`~custseg.stages.Run` is small, it may be sent to
every worker.

>>> import numpy as np
>>> import custseg as cs
>>> from custseg.partitioned import begun, is_taught, label, measure, survey, tell
>>> from custseg.partitioned import with_classifiers, with_lessons, with_surveys
>>> from custseg.partitioned import has_classifiers_to_fit, reference_of
>>> def partition(*ids):
...     n = len(ids)
...     sales = {"customer_id": ids, "date": ["2026-06-01"] * n,
...              "amount": [100.0 * len(one) for one in ids]}
...     return cs.Ledger.from_frames(sales, currency="CNY")
>>> partitions = [partition("a", "ccc"), partition("bb")]

Begin with the policy and any one partition; it names the currency. Survey every
partition: a :class:`~custseg.stages.Survey` is small unless prices are compared.

(Where ``compares(run, partition)`` is false nothing is compared with what others do,
and survey and measure can go over each partition in one go.)

>>> policy = cs.load_policy("company")
>>> run = begun(
...     policy.tree, policy.classifiers, partitions[0], day=20634, is_parted=True
... )
>>> run = with_surveys(run, [survey(run, one) for one in partitions])

Measure every partition: a table of features, one row per customer. This is the costly
stage, so keep the tables (on disk, or persisted in the cluster).

>>> tables = [measure(run, one) for one in partitions]

Learn, in one to three rounds. In each, every partition tells the values of the open
lessons, one array for each column; all arrays of a lesson are joined, in any order.

>>> while not is_taught(run):
...     told = [tell(run, one) for one in tables]
...     run = with_lessons(
...         run, list(told[0]), lambda lesson: np.concatenate([t[lesson] for t in told])
...     )

Where the policy has classifiers of one's own, they are fitted on the members of all
partitions together.

>>> if has_classifiers_to_fit(run):
...     run = with_classifiers(run, [reference_of(run, one) for one in tables])

Now ``run.fitted`` is the fitted policy, the same to the last bit as ``policy.fit`` on
the whole ledger. Label every partition.

>>> [label(run, one).labels["abc"].values.tolist() for one in tables]
[[1, 0], [0]]

To classify with a policy that is fitted already, leave survey and lessons out:
``Run(fitted=fitted, day=day, fits=False, is_parted=True)``, then measure and label.

Where ``looks_at_groups(run, partition)`` holds (a ledger of no rows can be asked, as
long as it has the columns), customers who name the same group have to stand in one
partition: part them by ``chiefs_of(pairs).get(customer, customer)``.
"""

from custseg.partitioned.companions import chiefs_of
from custseg.partitioned.own import (
    has_classifiers_to_fit,
    reference_of,
    with_classifiers,
)
from custseg.stages import (
    Run,
    Survey,
    begun,
    compares,
    is_taught,
    label,
    looks_at_groups,
    measure,
    survey,
    tell,
    with_lessons,
    with_surveys,
)

__all__ = [
    "Run",
    "Survey",
    "begun",
    "chiefs_of",
    "compares",
    "has_classifiers_to_fit",
    "is_taught",
    "label",
    "looks_at_groups",
    "measure",
    "reference_of",
    "survey",
    "tell",
    "with_classifiers",
    "with_lessons",
    "with_surveys",
]
