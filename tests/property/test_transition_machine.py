"""Years of reviews, triggers, gates, overrides and repeats, and what must always hold.

A machine drives a handful of customers through random runs. After each run every field
of every customer is compared with a plain Python telling of the same rules
(``plain_tiers``), and the laws of transitions are checked on the run itself.
"""

import dataclasses

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)

from custseg.periods import as_day
from custseg.rules.tiers.calendar import Cadence, ReviewCalendar
from custseg.rules.tiers.holding import State, lift_override, put_override
from custseg.rules.tiers.moves import ACTION_OF, Action, Reason
from custseg.rules.tiers.occasions import Ceiling, Due, Fired
from custseg.rules.tiers.transition_rules import Rules, Terms
from custseg.rules.tiers.transitions import step
from plain_tiers import Facts, Plain, plain_step

CUSTOMERS = 6
FIRST_DAY = as_day("2024-01-01")
QUARTERS = ReviewCalendar(Cadence.QUARTERLY)
BY_RULES = {Action.UP, Action.DOWN}
AT_ONCE = {Action.CAPPED, Action.FIRST}

terms = st.builds(
    Terms,
    confirmations=st.integers(1, 3),
    dwell_days=st.sampled_from([0, 1, 90, 180]),
    largest_step=st.sampled_from([None, 1, 1, 2]),
)

rule_sets = st.builds(
    Rules,
    st.integers(2, 4),
    up=terms,
    down=terms,
    grace_days=st.sampled_from([0, 0, 1, 120]),
    minimum_membership_days=st.sampled_from([0, 0, 1, 120]),
    ceilings_pass_locks=st.booleans(),
)


def facts_of(tiers):
    """Return a strategy of what a run may say of one customer."""
    tier = st.integers(0, tiers - 1)
    seldom = st.sampled_from([0] * 5 + list(range(1, tiers)))
    return st.builds(
        Facts,
        earned=st.one_of(tier, tier, tier, st.just(-1)),
        kept=st.one_of(tier, tier, tier, st.just(-1)),
        cap=seldom,
        cap_through_locks=seldom,
        fired=st.booleans(),
        demote_to=seldom,
        passes_lock=st.booleans(),
    )


NO, YES = st.just(value=False), st.just(value=True)


def arguments(facts, rules, on):
    """Put the facts of several customers into the arguments of a step."""

    def column(name):
        return np.array([getattr(one, name) for one in facts])

    cap = np.maximum(column("cap"), column("cap_through_locks"))
    return {
        "earned": column("earned"),
        "kept": column("kept"),
        "cap": Ceiling(cap, column("cap_through_locks")),
        "due": Due(
            column("due").astype(bool),
            column("period"),
            np.array([one.next_due for one in facts]).reshape(-1, rules.tiers),
        ),
        "fired": Fired(
            column("fired").astype(bool),
            column("demote_to"),
            column("passes_lock").astype(bool),
        ),
        "rules": rules,
        "on": on,
    }


def same(one, other):
    """Tell whether two states are the same in every field of every customer."""
    return not one.differs(other).any()


class Years(RuleBasedStateMachine):
    """A population under one set of rules, from run to run."""

    @initialize(rules=rule_sets)
    def begin(self, rules):
        """Nobody has a tier yet."""
        self.rules = rules
        self.on = FIRST_DAY
        self.state = State.fresh(CUSTOMERS)
        self.plain = [Plain() for _ in range(CUSTOMERS)]
        self.last = None

    @rule(days=st.sampled_from([0, 1, 30, 89, 90, 91, 200]))
    def wait(self, days):
        """Let time go by."""
        self.on += days

    @rule(data=st.data())
    def quarter(self, data):
        """Go to the next day of review and review everybody."""
        self.on = QUARTERS.next_review(self.on)
        facts = data.draw(self.facts(due=YES, fired=NO))
        self.run(facts, data)

    @rule(data=st.data())
    def any_day(self, data):
        """Review some, for a trigger or late; gates act on all."""
        self.run(data.draw(self.facts(due=st.booleans(), fired=st.booleans())), data)

    @rule(data=st.data())
    def same_period_again(self, data):
        """Ask for a period that is reviewed already, with whatever facts."""
        before = self.state
        facts = data.draw(self.facts(due=YES, fired=NO))
        facts = [dataclasses.replace(one, cap=0, cap_through_locks=0) for one in facts]
        done = before.reviewed == QUARTERS.counts_for(self.on)
        self.run(facts, data)
        assert not (self.state.differs(before) & done).any()

    @rule(
        rows=st.sets(st.integers(0, CUSTOMERS - 1), min_size=1),
        tier=st.integers(0, 3),
        days=st.sampled_from([0, 1, 100, 400]),
    )
    def override(self, rows, tier, days):
        """Fix the tier of some by hand."""
        tier = min(tier, self.rules.tiers - 1)
        until = self.on + days
        self.state = put_override(
            self.state, sorted(rows), tier=tier, until=until, on=self.on
        )
        for row in rows:
            one = self.plain[row]
            one.move(tier, self.on)
            one.forget()
            one.provisional = False
            one.locked_until, one.lock_tier = until, tier

    @rule(rows=st.sets(st.integers(0, CUSTOMERS - 1), min_size=1))
    def release(self, rows):
        """Lift overrides, also where there are none."""
        self.state = lift_override(self.state, sorted(rows))
        for row in rows:
            self.plain[row].locked_until, self.plain[row].lock_tier = -(2**31), -1

    @invariant()
    def agrees_with_the_plain_telling(self):
        """Every field of every customer is the same."""
        if not hasattr(self, "state"):
            return
        told = [dataclasses.asdict(one) for one in self.plain]
        assert [self.state.row(at) for at in range(CUSTOMERS)] == told

    def facts(self, *, due, fired):
        """Return a strategy of the facts of all customers on the day."""
        period = QUARTERS.counts_for(self.on)
        days = tuple(
            QUARTERS.next_review(self.on) + tier for tier in range(self.rules.tiers)
        )
        one = st.builds(
            lambda facts, due, fired: dataclasses.replace(
                facts,
                due=due,
                fired=facts.fired and fired,
                cap=max(facts.cap, facts.cap_through_locks),
                period=period,
                next_due=days,
                rules=self.rules,
                on=self.on,
            ),
            facts_of(self.rules.tiers),
            due,
            fired,
        )
        return st.lists(one, min_size=CUSTOMERS, max_size=CUSTOMERS)

    def run(self, facts, data):
        """Take the step, here and in plain Python, and hold the laws."""
        before, given = self.state, arguments(facts, self.rules, self.on)
        decisions = step(before, **given)
        self.state = decisions.state
        for row, one in enumerate(facts):
            self.plain[row], why = plain_step(self.plain[row], one)
            reason = Reason(decisions.reason[row])
            assert reason.name == why
            assert Action(decisions.action[row]) is ACTION_OF[reason]
        assert same_arrays(decisions.before, before.tier)
        assert same_arrays(decisions.after, decisions.state.tier)
        self.check_steps(decisions, given)
        self.check_locks(before, decisions, given)
        self.check_repeats(before, decisions, given)
        self.check_batches(before, decisions, facts, data)
        self.check_raises(before, decisions, facts, data)

    def check_steps(self, decisions, given):
        """No rule moves further than its largest step, and nothing passes a ceiling."""
        moved = decisions.before.astype(int) - decisions.after
        for row in np.flatnonzero(decisions.moved):
            action = Action(decisions.action[row])
            assert action in BY_RULES | AT_ONCE
            if action is Action.UP:
                assert 0 < moved[row] <= (self.rules.up.largest_step or 99)
            if action is Action.DOWN:
                assert 0 < -moved[row] <= (self.rules.down.largest_step or 99)
        free = (decisions.state.locked_until < self.on) & (decisions.after >= 0)
        assert (decisions.after >= given["cap"].code)[free].all()

    def check_locks(self, before, decisions, given):
        """Who is locked moves only for what passes locks."""
        locked = before.locked_until >= self.on
        weak = np.zeros(CUSTOMERS, dtype=bool)
        if not self.rules.ceilings_pass_locks:
            events = given["fired"].passes_lock & given["fired"].review
            weak = ~events & (given["cap"].through_locks == 0)
        assert not (decisions.moved & locked & weak).any()
        codes = decisions.action[locked & decisions.moved].tolist()
        assert set(codes) <= {Action.CAPPED}

    def check_repeats(self, before, decisions, given):
        """The same inputs give the same answer, and once more change nothing."""
        twice = step(before, **given)
        assert same(twice.state, decisions.state)
        assert same_arrays(twice.reason, decisions.reason)
        again = step(decisions.state, **given)
        assert same(again.state, decisions.state)
        assert not again.moved.any()

    def check_batches(self, before, decisions, facts, data):
        """Some customers alone, in another order, get what they get among all."""
        rows = data.draw(st.permutations(range(CUSTOMERS)), label="rows")
        rows = rows[: data.draw(st.integers(0, CUSTOMERS), label="of them")]
        picked = np.array(rows, dtype=np.intp)
        given = arguments([facts[row] for row in rows], self.rules, self.on)
        some = step(before.take(picked), **given)
        assert same(some.state, decisions.state.take(picked))
        assert same_arrays(some.reason, decisions.reason[picked])

    def check_raises(self, before, decisions, facts, data):
        """A customer that earns or keeps more never comes out lower."""
        known = [
            dataclasses.replace(
                one,
                earned=lifted(one.earned, data.draw(st.integers(0, 2))),
                kept=lifted(one.kept, data.draw(st.integers(0, 2))),
            )
            for one in facts
        ]
        better = step(before, **arguments(known, self.rules, self.on))
        assert (better.after <= decisions.after).all()


def lifted(code, tiers):
    """Raise a tier that is known."""
    return code if code == -1 else max(code - tiers, 0)


def same_arrays(one, other):
    """Tell whether two arrays are the same, bit for bit."""
    return one.dtype == other.dtype and np.array_equal(one, other)


TestYears = Years.TestCase
TestYears.settings = settings(max_examples=50, stateful_step_count=25)
