"""What holds for the projects of every customer: one answer, no future, no order."""

import datetime as dt

import numpy as np
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import custseg as cs
from custseg import measuring
from custseg.periods import Window, as_day, day_of
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts
from custseg.scoring.projects import FEATURES

TODAY = dt.date(2026, 6, 30)
YEAR = Window.parse("365 days")
CODES = tuple(one.code for one in FEATURES)
OPEN = {"planned", "tender", "won", "running", "规划", "在建", "In Progress"}
STAGES = (*sorted(OPEN), "Done", "lost", "停工", "unheard of", None)
FEW = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def near(least, most):
    """Return days around the day looked at."""
    return st.integers(least, most).map(lambda n: TODAY + dt.timedelta(days=n))


RECORDS = st.lists(
    st.builds(
        cs.Project,
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["p", "q", "r"]),
        near(-4, 3),
        starts_on=st.none() | near(-400, 400),
        ends_on=st.none() | near(-3, 3),
        stage=st.sampled_from(STAGES),
        area_m2=st.none() | st.integers(-1, 3).map(lambda n: n / 10),
        value=st.none() | st.integers(-1, 3),
    ),
    max_size=25,
)

FULL = cs.Project(  # so that every column is there
    "z", "p", TODAY, starts_on=TODAY, ends_on=TODAY, stage="won", area_m2=1, value=1
)


def ledger_of(records):
    """Return a ledger of projects and one sale for each customer."""
    sales = [cs.Transaction(name, TODAY, 1) for name in "abcz"]
    return cs.Ledger.from_records((), sales, projects=[*records, FULL], currency="CNY")


def told(ledger, as_of=TODAY):
    """Return what each feature says of each customer, to the last bit."""
    facts = Facts(ledger, day_of(as_of))
    found = {}
    for code in CODES:
        column = facts.measure(CATALOGUE[code], YEAR)
        known = column.is_known()
        found[code] = np.where(known, column.values, -9e9).tolist()
    return found


def plainly(records, as_of):
    """Work the same out in plain words for one customer."""
    last = {}
    for one in records:
        if one.recorded_on > as_of:
            continue
        along = ["planned", "tender", "won", "running", "paused", "done", "lost"]
        said = {"规划": "planned", "在建": "running", "停工": "paused"}
        said["In Progress"] = "running"
        stage = said.get(one.stage, one.stage or "")
        rank = along.index(stage.lower()) if stage.lower() in along else 7
        key = (
            *(one.recorded_on, -1 if one.stage is None else rank, one.stage or ""),
            *(
                part
                for x in (one.starts_on, one.ends_on)
                for part in (x is not None, x)
            ),
            *(part for x in (one.area_m2, one.value) for part in (x is not None, x)),
        )
        key = tuple(0 if part is None else part for part in key)
        if one.project_id not in last or key > last[one.project_id][0]:
            last[one.project_id] = (key, one)
    held = [one for _, one in last.values()]
    is_open = [
        one
        for one in held
        if (one.stage in OPEN)
        or (one.stage is None and (one.ends_on is None or one.ends_on >= as_of))
    ]
    unsure = [one for one in held if one.stage == "unheard of"]
    sums = []
    for name, scale in (("value", 100), ("area_m2", 1)):
        said = [getattr(one, name) for one in is_open]
        good = [x for x in said if x is not None and x >= 0]
        is_told = (good or not is_open) and not unsure
        sums.append(float(sum(good)) * scale if is_told else -9e9)
    days = [
        (one.ends_on - one.starts_on).days
        for one in held
        if one.starts_on and one.ends_on and one.ends_on >= one.starts_on
    ]
    begun = [
        one
        for one in held
        if one.starts_on
        and as_of - dt.timedelta(days=365) < one.starts_on <= as_of
        and one.stage != "lost"
    ]
    ahead = [
        (one.starts_on - as_of).days
        for one in is_open
        if one.starts_on and one.starts_on > as_of
    ]
    perhaps = [
        (one.starts_on - as_of).days
        for one in unsure
        if one.starts_on and one.starts_on > as_of
    ]
    is_next = min(ahead, default=9e9) <= min(perhaps, default=9e9)
    return [
        -9e9 if unsure else len(is_open),
        *sums,
        max(days, default=-9e9),
        -9e9 if any(one in unsure for one in begun) else len(begun),
        min(ahead, default=-9e9) if is_next else -9e9,
    ]


@FEW
@given(RECORDS, near(-5, 4))
def test_the_features_are_what_the_words_say(records, as_of):
    """Counted one by one in plain Python, the same comes out."""
    found = told(ledger_of(records), as_of)
    for at, name in enumerate("abc"):
        own = [one for one in records if one.customer_id == name]
        assert [round(found[code][at], 9) for code in CODES] == [
            round(one, 9) for one in plainly(own, as_of)
        ]


@FEW
@given(RECORDS, st.randoms(use_true_random=False))
def test_neither_order_nor_the_future_nor_others_count(records, rng):
    """Shuffled, with later records, in parts and without the others: the same bits."""
    found = told(ledger_of(records))
    mixed = [one for one in records if one.recorded_on <= TODAY]
    rng.shuffle(mixed)
    assert told(ledger_of(mixed)) == found
    ledger = ledger_of(records)
    for at, name in enumerate("abcz"):
        alone = told(ledger.only(name))
        assert {code: alone[code][0] for code in CODES} == {
            code: found[code][at] for code in CODES
        }


@FEW
@given(RECORDS)
def test_one_customer_from_records_gets_the_answer_of_all(records):
    """Whatever its own records leave empty."""
    ledger = ledger_of(records)
    fitted = cs.load_policy("company").fit(ledger, as_of=TODAY)
    result = fitted.classify(ledger, as_of=TODAY, features=CODES)
    for at, name in enumerate("abc"):
        one = fitted.classify_one(
            cs.Customer(name),
            [cs.Transaction(name, TODAY, 1)],
            as_of=TODAY,
            projects=[one for one in records if one.customer_id == name],
            features=CODES,
        )
        for code in CODES:
            every, alone = result.worked_out(code), one.result.worked_out(code)
            assert every.is_known()[at] == alone.is_known()[0]
            if every.is_known()[at]:
                assert every.values[at] == alone.values[0]


def test_many_projects_are_measured_in_parts_as_in_one(monkeypatch):
    """A thousand customers, divided or not."""
    rng = np.random.default_rng(5)
    n = 5000
    ids = [f"c{one:03}" for one in rng.integers(0, 1000, n)]
    some = np.array(STAGES, dtype=object)
    days = np.datetime64("2026-06-01") + rng.integers(0, 40, n)
    projects = {
        "customer_id": ids,
        "project_id": rng.integers(0, 4, n),
        "recorded_on": days,
        "starts_on": days + rng.integers(-200, 200, n),
        "ends_on": days + rng.integers(0, 200, n),
        "stage": some[rng.integers(0, len(some), n)],
        "area_m2": rng.integers(0, 1000, n) / 7,
        "value": rng.integers(0, 1000, n),
    }
    sales = {"customer_id": ids, "date": days, "amount": [1.0] * n}
    ledger = cs.Ledger.from_frames(sales, projects=projects, currency="CNY")
    facts = Facts(ledger, as_day("2026-06-30"))
    wanted = {code: (CATALOGUE[code], YEAR) for code in CODES}
    whole = measuring.features_measured(facts, wanted)
    monkeypatch.setattr(measuring, "_WORTH_THREADS", 1)
    monkeypatch.setattr(measuring, "_PART", 300)
    parts = measuring.features_measured(evolve(facts), wanted)
    for code in CODES:
        assert parts[code].values.tolist() == whole[code].values.tolist()
        assert parts[code].is_known().tolist() == whole[code].is_known().tolist()
