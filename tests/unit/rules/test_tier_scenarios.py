"""The scenarios of tests/policies/tier_scenarios.csv, line by line.

The table is for people who know the business and not the code; what it means stands at
its top.
"""

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from custseg.periods import as_day
from custseg.rules.tiers.calendar import Cadence, ReviewCalendar
from custseg.rules.tiers.holding import State, lift_override, put_override
from custseg.rules.tiers.moves import Action, Reason
from custseg.rules.tiers.occasions import Ceiling, Due, Fired
from custseg.rules.tiers.transition_rules import Rules, Terms
from custseg.rules.tiers.transitions import step

TABLE = Path(__file__).parents[2] / "policies" / "tier_scenarios.csv"
TIERS = "ABC"
QUARTERS = ReviewCalendar(Cadence.QUARTERLY)
AT_ONCE = Terms(confirmations=1, dwell_days=0)

RULES = {
    "standard": Rules(3),
    "newcomers": Rules(3, minimum_membership_days=180),
    "grace": Rules(3, grace_days=180),
    "careful": Rules(3, up=Terms(confirmations=2, largest_step=1)),
    "quick": Rules(3, up=AT_ONCE, down=AT_ONCE),
    "stern": Rules(3, ceilings_pass_locks=True),
}


def read():
    """Return the lines of each scenario."""
    # As a spreadsheet may have saved it: with a mark of its encoding, and quotes.
    with TABLE.open(encoding="utf-8-sig", newline="") as file:
        lines = [line for line in file if not line.lstrip('"').startswith("#")]
    found = defaultdict(list)
    for row in csv.DictReader(lines):
        found[row["scenario"]].append(row)
    return found


SCENARIOS = read()


def code(letter, *, empty=0):
    """Return the number of a tier; ? is not known."""
    if letter == "?":
        return -1
    return TIERS.index(letter) if letter else empty


def run(state, row, on):
    """Take one line's step."""
    passes = row["passes"] == "yes"
    cap = code(row["cap"])
    next_due = [QUARTERS.next_review(on)] * len(TIERS)
    return step(
        state,
        earned=[code(row["earned"])],
        kept=[code(row["kept"])],
        cap=Ceiling([cap], [cap if passes else 0]),
        due=Due([row["what"] == "review"], QUARTERS.counts_for(on), next_due),
        fired=Fired([row["what"] == "trigger"], [code(row["demote_to"])], [passes]),
        rules=RULES[row["rules"]],
        on=on,
    )


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_scenario(scenario):
    """What comes out of each run is what the table says."""
    state = State.fresh(1)
    for row in SCENARIOS[scenario]:
        told = f"{row['date']} {row['what']}"
        on = as_day(row["date"])
        if row["what"] == "override":
            until = as_day(row["until"])
            state = put_override(state, [0], tier=code(row["tier"]), until=until, on=on)
        elif row["what"] == "release":
            state = lift_override(state, [0])
        else:
            assert row["what"] in {"review", "trigger", "quiet"}, told
            decisions = run(state, row, on)
            state = decisions.state
            got = Action(decisions.action[0]).name, Reason(decisions.reason[0]).name
            assert got == (row["action"], row["reason"]), told
        assert TIERS[state.tier[0]] == row["tier"], told


def test_every_reason_is_told_once():
    """The table shows each thing that can come of a run of one customer."""
    told = {row["reason"] for rows in SCENARIOS.values() for row in rows}
    crowded = {reason.name for reason in Reason if "CAPACITY" in reason.name}
    assert told - {""} == {reason.name for reason in Reason} - crowded


def test_the_table_is_of_one_shape():
    """No cell has slipped: every line has all cells, and known rules."""
    for rows in SCENARIOS.values():
        dates = [row["date"] for row in rows]
        assert dates == sorted(dates)
        for row in rows:
            assert None not in row
            assert None not in row.values()
            assert row["rules"] in RULES
