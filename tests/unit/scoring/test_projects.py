"""Projects as they were known on a day, worked by hand."""

import pytest

import custseg as cs
from custseg.periods import Window, as_day
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts

TODAY = "2026-06-30"
CODES = (
    "open_projects",
    "planned_project_value",
    "planned_project_area",
    "longest_project_days",
    "project_starts",
    "next_project_start_days",
)
NAMES = ("project_id", "recorded_on", "stage", "starts_on", "ends_on", "value")


def measure(rows, on=TODAY, window="365 days", without=(), **more):
    """Return what each feature says of the one customer who has these projects."""
    columns = dict(zip(NAMES, map(list, zip(*rows, strict=True)), strict=True))
    table = {"customer_id": ["x"] * len(rows), **columns, **more}
    table = {name: column for name, column in table.items() if name not in without}
    sales = {"customer_id": ["x"], "date": ["2025-01-01"], "amount": [1.0]}
    ledger = cs.Ledger.from_frames(sales, projects=table, currency="CNY")
    facts = Facts(ledger, as_day(on))
    found = {}
    for code in CODES:
        column = facts.measure(CATALOGUE[code], Window.parse(window))
        known = bool(column.is_known()[0])
        found[code] = column.values[0].item() if known else None
    return found


TOWER = [
    ("tower", "2025-01-10", "planned", "2026-03-01", "2027-02-24", 800.0),
    ("tower", "2025-11-02", "won", "2026-04-01", "2027-03-27", 900.0),
    ("tower", "2026-07-05", "lost", None, None, None),
]
SHOP = [("shop", "2026-01-15", "tender", "2026-09-28", "2026-12-01", 100.5)]


def test_the_last_record_up_to_the_day_holds():
    """The tower is planned, then won and delayed, and lost after the day."""
    assert measure(TOWER) == {
        "open_projects": 1,
        "planned_project_value": 90_000,
        "planned_project_area": None,
        "longest_project_days": 360,
        "project_starts": 1,
        "next_project_start_days": None,
    }
    early = measure(TOWER, on="2025-11-01")
    assert early["planned_project_value"] == 80_000
    assert early["next_project_start_days"] == 120  # 2025-11-01 to 2026-03-01
    late = measure(TOWER, on="2026-07-05")
    assert (late["open_projects"], late["project_starts"]) == (0, 0)
    assert late["planned_project_value"] == 0


def test_projects_are_added_up():
    """Two projects, told apart by their ids; the next one begins in 90 days."""
    found = measure([*TOWER, *SHOP], area_m2=[1.0, 20_000.0, 0.0, 350.5])
    assert found == {
        "open_projects": 2,
        "planned_project_value": 100_050,
        "planned_project_area": 20_350.5,
        "longest_project_days": 360,
        "project_starts": 1,
        "next_project_start_days": 90,
    }


@pytest.mark.parametrize(
    ("stage", "is_open"),
    [
        *((stage, 1) for stage in ("planned", "Tender", "WON", "running")),
        *((stage, 1) for stage in ("规划", "招标", "中标", "在建")),
        *((stage, 1) for stage in ("ongoing", "Active", "In progress", "contracted")),
        *((stage, 1) for stage in ("进行中", "施工中", "计划", "签约", "投标中")),
        *((stage, 0) for stage in ("done", "lost", "完工", "未中标", "on hold")),
        *((stage, 0) for stage in ("Completed", "cancelled", "已竣工", "丢标", "停工")),
    ],
)
def test_the_stage_says_what_is_open(stage, is_open):
    """In either language, in the words that systems use."""
    found = measure([("p", "2026-01-01", stage, None, "2026-02-01", 5.0)])
    assert found["open_projects"] == is_open
    assert found["planned_project_value"] == 500 * is_open


ODD = ("odd", "2026-01-01", "延期", None, "2026-02-01", 5.0)


def test_a_stage_that_is_not_understood_is_never_a_known_0():
    """Whether the project is open is unknown, even after its end; its length is not."""
    found = measure([ODD, *SHOP], area_m2=[1.0, 2.0])
    assert found == {
        "open_projects": None,
        "planned_project_value": None,
        "planned_project_area": None,
        "longest_project_days": 64,  # 2026-09-28 to 2026-12-01, the shop
        "project_starts": 0,
        "next_project_start_days": 90,
    }


def test_a_stage_is_unsure_only_as_long_as_its_record_holds():
    """Before and after the record in other words the project is as it was told."""
    rows = [("p", "2026-01-01", "won", None, None, 1.0)]
    rows.append(("p", "2026-02-01", "延期", None, None, 2.0))
    rows.append(("p", "2026-03-01", "running", None, None, 3.0))
    days = ("2026-01-31", "2026-02-01", "2026-03-01")
    found = [measure(rows, on=day)["planned_project_value"] for day in days]
    assert found == [100, None, 300]


@pytest.mark.parametrize(
    ("start", "begun", "ahead"),
    [
        ("2025-06-30", 0, 90),  # before the window
        ("2026-06-30", None, 90),  # begun within it, unless it is lost
        ("2026-09-27", 0, None),  # it may be the next
        ("2026-09-28", 0, 90),  # on the day of the shop
        ("2026-09-29", 0, 90),
    ],
)
def test_an_unsure_project_makes_unknown_only_what_it_could_change(start, begun, ahead):
    """Beside it stands a shop in tender that begins on 2026-09-28, in 90 days."""
    found = measure([("odd", "2025-01-01", "延期", start, None, 5.0), *SHOP])
    assert (found["project_starts"], found["next_project_start_days"]) == (begun, ahead)


def test_the_unsure_project_of_one_customer_leaves_others_known():
    """Open projects and their value are unknown for x alone."""
    table = {"customer_id": ["x", "y", "y"], "project_id": ["p", "p", "q"]}
    table |= {"recorded_on": ["2026-01-01"] * 3, "stage": ["延期", "在建", "完工"]}
    table["value"] = [1.0, 2.0, 4.0]
    sales = {"customer_id": ["z"], "date": ["2026-01-01"], "amount": [1.0]}
    facts = Facts(
        cs.Ledger.from_frames(sales, projects=table, currency="CNY"), as_day(TODAY)
    )
    for code, expected in (("open_projects", 1), ("planned_project_value", 200)):
        column = facts.measure(CATALOGUE[code], Window.parse("365 days"))
        assert column.is_known().tolist() == [False, True, True]
        assert column.values[1:].tolist() == [expected, 0]


@pytest.mark.parametrize(
    ("end", "is_open"), [("2026-06-29", 0), ("2026-06-30", 1), (None, 1)]
)
def test_without_a_stage_a_project_is_open_until_its_end(end, is_open):
    """The last day still counts; an end that nobody knows has not come."""
    other = ("q", "2026-01-01", "done", None, "2026-12-01", 5.0)
    found = measure([("p", "2026-01-01", None, None, end, 5.0), other])
    assert found["open_projects"] == is_open
    alone = measure(
        [("p", "2026-01-01", "x", None, end, 5.0), other], without=["stage"]
    )
    assert alone["open_projects"] == is_open + 1


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_records_of_a_day_the_one_further_along_holds(turned):
    """And then the one of the larger numbers; the order of rows decides nothing."""
    rows = [
        ("p", "2026-01-01", "running", "2026-02-01", None, 7.0),
        ("p", "2026-01-01", "招标", "2026-08-01", None, 99.0),
        ("q", "2026-01-01", "planned", None, None, 3.0),
        ("q", "2026-01-01", "planned", None, None, 4.0),
    ]
    found = measure(rows[::-1] if turned else rows)
    assert found["planned_project_value"] == 1100
    assert (found["project_starts"], found["open_projects"]) == (1, 2)


def test_what_is_not_known_is_left_out_and_nothing_known_is_unknown():
    """A value below zero is none; zero projects are worth nothing, and known to be."""
    rows = [
        ("p", "2026-01-01", "won", None, None, None),
        ("q", "2026-01-01", "won", None, None, -5.0),
    ]
    assert measure(rows)["planned_project_value"] is None
    rows.append(("r", "2026-01-01", "won", None, None, 8.0))
    assert measure(rows)["planned_project_value"] == 800
    done = [("p", "2026-01-01", "done", None, None, None)]
    assert measure(done)["planned_project_value"] == 0


@pytest.mark.parametrize(
    ("start", "begun", "ahead"),
    [
        ("2025-06-30", 0, None),
        ("2025-07-01", 1, None),
        ("2026-06-30", 1, None),
        ("2026-07-01", 0, 1),
    ],
)
def test_a_start_is_past_or_to_come(start, begun, ahead):
    """A start of the day itself has happened."""
    found = measure([("p", "2025-01-01", "won", start, None, 1.0)])
    assert (found["project_starts"], found["next_project_start_days"]) == (begun, ahead)


def test_an_end_before_the_start_is_no_length():
    """A project of one day lasts 0 days."""
    rows = [("p", "2025-01-01", "won", "2026-02-02", "2026-02-01", 1.0)]
    assert measure(rows)["longest_project_days"] is None
    rows.append(("q", "2025-01-01", "won", "2026-02-02", "2026-02-02", 1.0))
    assert measure(rows)["longest_project_days"] == 0


def test_records_without_an_id_are_projects_of_their_own():
    """None stands for no other."""
    rows = [(None, "2026-01-01", "won", None, None, 1.0)] * 2
    assert measure(rows)["planned_project_value"] == 200


@pytest.mark.parametrize(
    ("without", "unknown"),
    [
        (("stage",), ()),
        (("ends_on",), ("longest_project_days",)),
        (
            ("stage", "ends_on"),
            (
                "open_projects",
                "planned_project_value",
                "planned_project_area",
                "longest_project_days",
                "next_project_start_days",
            ),
        ),
        (("value",), ("planned_project_value",)),
        (
            ("starts_on",),
            ("longest_project_days", "project_starts", "next_project_start_days"),
        ),
        (("stage", "ends_on", "starts_on", "value", "area_m2"), CODES),
    ],
)
def test_a_column_that_is_not_there_makes_unknown_what_rests_on_it(without, unknown):
    """And nothing else."""
    found = measure([*TOWER, *SHOP], area_m2=[1.0] * 4, without=without)
    assert {code for code in CODES if found[code] is None} == set(unknown)


def test_without_projects_of_the_customer_there_are_none():
    """Where projects are recorded, none is known to be 0; else nothing is known."""
    sales = {"customer_id": ["x"], "date": ["2026-01-01"], "amount": [1.0]}
    other = {"customer_id": ["y"], "project_id": ["p"], "recorded_on": ["2026-01-01"]}
    other["stage"] = ["won"]
    for projects, expected in ((other, [0, 1]), (None, [None])):
        ledger = cs.Ledger.from_frames(sales, projects=projects, currency="CNY")
        column = Facts(ledger, as_day(TODAY)).measure(
            CATALOGUE["open_projects"], Window.parse("365 days")
        )
        pairs = zip(column.values.tolist(), column.is_known().tolist(), strict=True)
        assert [value if known else None for value, known in pairs] == expected
