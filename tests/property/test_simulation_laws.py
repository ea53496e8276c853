"""What holds for every replay: it is the road of reviews, it knows no future, no order.

The populations are made from a seed: one to twenty-five customers with two years of
sales and returns, gone through on days that the packaged policy's quarters do not ask
for as well as on those that they do.
"""

import datetime as dt
import random

import numpy as np
import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import custseg as cs
from custseg.adapters.stores import open_journal
from custseg.journal.journal import Journal
from custseg.labels import Title
from custseg.measuring import measured
from custseg.periods import as_day, to_date
from custseg.rules.acts.acting import Acting
from custseg.rules.acts.pooling import PoolMove
from custseg.rules.acts.pools import Pool
from custseg.rules.grading import Gate, Trigger
from custseg.rules.pipeline import work_out
from custseg.rules.standing import stand
from custseg.rules.tiers.calendar import Cadence
from custseg.rules.tiers.deciding import Memory, decide
from custseg.simulation.overriding import Override, acts_of
from custseg.simulation.replaying import replay

FIRST = dt.date(2024, 7, 1)
SPAN = 730
FEW = settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
NAMES = ("before", "after", "action", "reason", "spend")
NAME = Title(zh="名", en="Name")


def policies():
    """Return the packaged policy, and one with gates, triggers and anniversaries.

    Both with pools, of which one has places for two.
    """
    plain = cs.load_policy("company")
    grading = plain.tree.grading
    busy = evolve(
        grading,
        gates=(Gate("returns", NAME, when="return_share > 0.3", cap="B"),),
        triggers=(
            Trigger("silent", NAME, when="orders == 0", action="demote", to="C"),
            Trigger("back", NAME, when="orders == 1", action="review", cooldown_days=9),
        ),
        moves=evolve(grading.moves, dwell_days=0, confirm_down=1, grace_days=20),
        reviews=evolve(grading.reviews, every=Cadence.JOINING),
        tiers=(evolve(grading.tiers[0], every=Cadence.MONTHLY), *grading.tiers[1:]),
    )
    near = Pool("near", NAME, of="B", enter="score >= 55", longest_days=200)
    few = Pool("few", NAME, of="C", enter="orders >= 1", stay="score >= 5", capacity=2)
    basis = evolve(
        plain.tree.basis, reference=evolve(plain.tree.basis.reference, minimum=3)
    )
    return tuple(
        evolve(plain, tree=evolve(plain.tree, grading=one, basis=basis, acting=acting))
        for one, acting in (
            (grading, Acting(pools=(near,))),
            (busy, Acting(pools=(near, few))),
        )
    )


POLICIES = policies()


def population(seed):
    """Return sales rows of customers, in a random order."""
    rng = random.Random(seed)  # noqa: S311
    rows = []
    for number in range(rng.randrange(1, 26)):
        begins = rng.randrange(SPAN)
        for line in range(rng.choice([1, 2, 4, 8, 16])):
            day = FIRST + dt.timedelta(days=rng.randrange(begins, SPAN))
            amount = rng.choice([rng.randrange(1, 90_000), 500, -rng.randrange(1, 900)])
            rows.append((f"c{number}", day, amount / 100, f"o{number}-{line // 2}"))
    rng.shuffle(rows)
    return rows


def ledger_of(rows):
    """Return the ledger of rows."""
    names = ("customer_id", "date", "amount", "order_id")
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], [], []]
    return cs.Ledger.from_frames(dict(zip(names, columns, strict=True)), currency="CNY")


@st.composite
def pasts(draw):
    """Rows, the fitted policies, and rising days."""
    rows = population(draw(st.integers(0, 10**6)))
    quarter = [
        FIRST.replace(year=2024 + at // 4, month=3 * (at % 4) + 1) for at in range(3, 8)
    ]
    others = st.integers(1, SPAN).map(lambda day: FIRST + dt.timedelta(days=day))
    chosen = draw(
        st.sets(st.one_of(st.sampled_from(quarter), others), min_size=2, max_size=6)
    )
    days = sorted(as_day(day) for day in chosen)
    ledger = ledger_of(rows)
    fitted = [one.fit(ledger, as_of=to_date(days[0])) for one in POLICIES]
    return rows, fitted, days


def same(ours, theirs):
    """Check that two looks are equal."""
    for name in NAMES:
        np.testing.assert_array_equal(getattr(ours, name), getattr(theirs, name))
    known = ours.score.is_known()
    np.testing.assert_array_equal(known, theirs.score.is_known())
    np.testing.assert_array_equal(ours.score.values[known], theirs.score.values[known])
    assert ours.alerts == theirs.alerts
    assert set(ours.pools) == set(theirs.pools)
    for code, move in ours.pools.items():
        np.testing.assert_array_equal(move, theirs.pools[code])


@FEW
@given(pasts())
def test_a_replay_is_one_decision_after_another(past):
    """The whole plan over the whole ledger, and decide(), give the same each day."""
    rows, policies, days = past
    ledger = ledger_of(rows)
    found, looks = replay(ledger, policies, days)
    for fitted, seen in zip(policies, looks, strict=True):
        grading = fitted.tree.grading
        memory = Memory.fresh(ledger.n_customers)
        for day, look, on in zip(found, seen, days, strict=True):
            facts = fitted.facts(ledger, on - 1)
            here = facts.population()
            watched = {name: (one, over) for name, one, over in fitted.plan.watched}
            table = measured(facts, fitted.plan, watched)
            outcome = work_out(fitted.compiled, fitted.learned, table)
            joined = np.array(
                [first_sale(rows, name, on) for name in table.customers], dtype=np.int32
            )
            run = decide(
                grading,
                grading.schedule(fitted.tree.basis.fiscal),
                stand(fitted.compiled, fitted.learned, outcome),
                memory.take(here),
                on=on,
                joined=joined,
            )
            memory = memory.put(here, run.memory)
            assert day.rows.tolist() == np.flatnonzero(here).tolist()
            for name in NAMES[:-1]:
                np.testing.assert_array_equal(
                    getattr(look, name), getattr(run.decisions, name)
                )
            np.testing.assert_array_equal(look.spend, table["spend"].values)
            assert look.alerts == sum(int(one.sum()) for one in run.alerts.values())


def first_sale(rows, name, on):
    """Return the first day before a day on which a customer bought, else its eve."""
    bought = (
        as_day(day)
        for who, day, amount, _ in rows
        if who == name and amount > 0 and as_day(day) < on
    )
    return min(bought, default=on - 1)


@st.composite
def overridden_pasts(draw):
    """Like :func:`pasts`, with overrides, of which some are ended before their day."""
    rows, policies, days = draw(pasts())
    names = sorted({row[0] for row in rows})
    spans = st.tuples(
        st.sampled_from(names),
        st.integers(days[0] - 40, days[-1]),
        st.integers(0, 300),
        st.sampled_from("ABC"),
        st.one_of(st.none(), st.integers(1, 300)),
    )
    drawn = draw(st.lists(spans, max_size=5, unique_by=lambda one: one[:2]))
    given_ = []
    for name, on, length, tier, ends in sorted(drawn, key=lambda one: one[1]):
        lifted = None if ends is None or ends > length else to_date(on + ends)
        last = to_date(on + length)
        given_.append(
            Override(name, tier, on=to_date(on), until=last, released_on=lifted)
        )
    # What is ended between two other overrides would end the later one.
    lifted = [one for one in given_ if one.released_on is not None]
    clear = [
        evolve(one, released_on=None)
        if any(
            two.customer == one.customer and one.on < two.on <= one.released_on
            for two in given_
        )
        else one
        for one in lifted
    ]
    kept = dict(zip(map(id, lifted), clear, strict=True))
    return rows, policies, days, [kept.get(id(one), one) for one in given_]


def at_eight(day, hour=8):
    """Return a moment of a day."""
    return dt.datetime.combine(to_date(day), dt.time(hour), dt.UTC)


def write_by_hand(journal, fitted, overrides, after, until):
    """Record what was done by hand later than one day and not later than another."""
    acts = [(as_day(one.on), 0, one) for one in overrides]
    acts += [(as_day(one.released_on), 1, one) for one in overrides if one.released_on]
    for day, lifts, one in sorted(acts, key=lambda act: act[:2]):
        if (after is not None and day <= after) or day > until:
            continue
        words = {
            "on": to_date(day),
            "reason": "known",
            "author": "kim",
            "recorded_at": at_eight(day, 7),
        }
        if lifts:
            cs.release(journal, fitted, one.customer, **words)
        else:
            cs.override(
                journal,
                fitted,
                one.customer,
                tier=one.tier,
                until=one.until,
                first=True,
                **words,
            )


@FEW
@given(overridden_pasts())
def test_a_replay_is_a_row_of_reviews(past):
    """Reviews and overrides that are committed to a journal decide the same.

    And the journal, read back, gives the replay the overrides that were put in.
    """
    rows, policies, days, overrides = past
    ledger = ledger_of(rows)
    acts, strange = acts_of(overrides, ledger.book)
    assert strange == 0
    found, looks = replay(ledger, policies, days, acts=acts)
    for fitted, seen in zip(policies, looks, strict=True):
        journal = open_journal(":memory:")
        assert isinstance(journal, Journal)
        before = None
        for day, look, on in zip(found, seen, days, strict=True):
            write_by_hand(journal, fitted, overrides, before, on)
            before = on
            review = fitted.review(ledger, journal, on=to_date(on))
            run = review.reviewed.run
            ids = ledger.customer_ids[day.rows].tolist()
            assert review.customer_ids.tolist() == ids
            for name in NAMES[:-1]:
                np.testing.assert_array_equal(
                    getattr(look, name), getattr(run.decisions, name)
                )
            for code, pool in run.pools.items():
                np.testing.assert_array_equal(look.pools[code], pool.move)
            review.commit(recorded_at=at_eight(on))
        mine = [act for act in acts if act.day <= days[-1]]
        read = [act for act in acts_of(journal, ledger.book)[0] if act.day <= days[-1]]
        assert sorted(map(str, read)) == sorted(map(str, mine))


@FEW
@given(pasts(), st.data())
def test_later_days_change_nothing_before(past, data):
    """Some first days of a replay are the replay of these days."""
    rows, policies, days = past
    many = data.draw(st.integers(1, len(days) - 1))
    ledger = ledger_of(rows)
    whole_days, whole = replay(ledger, policies, days)
    part_days, part = replay(ledger, policies, days[:many], until=days[many])
    for day, one in zip(part_days, whole_days[:many], strict=True):
        np.testing.assert_array_equal(day.rows, one.rows)
        np.testing.assert_array_equal(day.following, one.following)
    for ours, theirs in zip(part, whole, strict=True):
        for look, one in zip(ours, theirs[:many], strict=True):
            same(look, one)


@FEW
@given(pasts(), st.data())
def test_nothing_after_a_day_is_seen_on_it(past, data):
    """Sales of the day of a run and later change no decision of that run."""
    rows, policies, days = past
    at = data.draw(st.integers(0, len(days) - 1))
    rng = random.Random(data.draw(st.integers(0, 99)))  # noqa: S311
    kept = [row for row in rows if as_day(row[1]) < days[at]]
    more = [
        (rng.choice(rows)[0], to_date(days[at] + rng.randrange(300)), 99.5, f"new{n}")
        for n in range(rng.randrange(9))
    ]
    # A customer who is only known later has another place in the ledger, so names.
    results = []
    for lines in (rows, kept + more):
        ledger = ledger_of(lines)
        found, looks = replay(ledger, policies, days[: at + 1])
        ids = [ledger.customer_ids[day.rows].tolist() for day in found]
        results.append((ids, looks))
    assert results[0][0] == results[1][0]
    for ours, theirs in zip(results[0][1], results[1][1], strict=True):
        for look, one in zip(ours, theirs, strict=True):
            same(look, one)


@FEW
@given(pasts(), st.randoms())
def test_the_order_of_rows_changes_nothing(past, dice):
    """Decisions, and what follows them."""
    rows, policies, days = past
    mixed = rows.copy()
    dice.shuffle(mixed)
    ours = replay(ledger_of(rows), policies, days, until=days[-1] + 30)
    theirs = replay(ledger_of(mixed), policies, days, until=days[-1] + 30)
    for day, one in zip(ours[0], theirs[0], strict=True):
        np.testing.assert_array_equal(day.rows, one.rows)
        np.testing.assert_array_equal(day.following, one.following)
    for seen, others in zip(ours[1], theirs[1], strict=True):
        for look, one in zip(seen, others, strict=True):
            same(look, one)


@pytest.mark.parametrize("policy", POLICIES, ids=["packaged", "busy"])
def test_the_populations_move(policy):
    """The laws are not about nothing: tiers rise and fall, and pools fill and empty."""
    ups = downs = came = rose = 0
    for seed in range(30):
        ledger = ledger_of(population(seed))
        days = [
            as_day(f"{year}-{month:02}-01")
            for year in (2025, 2026)
            for month in (1, 4, 7, 10)
        ]
        fitted = policy.fit(ledger, as_of=to_date(days[0]))
        _, (looks,) = replay(ledger, [fitted], days)
        ups += sum(int(look.rose.sum()) for look in looks)
        downs += sum(int(look.fell.sum()) for look in looks)
        moves = [move for look in looks for move in look.pools.values()]
        came += sum(int((move == PoolMove.ENTERED).sum()) for move in moves)
        rose += sum(int((move == PoolMove.CONVERTED).sum()) for move in moves)
    assert ups > 10
    assert downs > 10
    assert came > 10
    assert rose > 0
