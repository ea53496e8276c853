import numpy as np
import pytest

from custseg import threads
from custseg.errors import AmountOverflow, QualityRefused, SettingError
from custseg.intake.assembly import assemble, join
from custseg.intake.comparison import same_events
from custseg.intake.raw import Objects, RawTable
from custseg.intake.settings import Settings
from custseg.quality.treatments import Treatments

NAMES = ["customer_id", "date", "amount", "order_id", "line_id"]


def raw_of(rows, names=NAMES):
    """Return a raw table of rows given as texts with blanks between; - is None."""
    split = [[None if x == "-" else x for x in row.split()] for row in rows]
    columns = {
        name: Objects(np.array([*(row[at] for row in split), None], object)[:-1])
        for at, name in enumerate(names)
    }
    return RawTable(tuple(names), len(rows), columns.__getitem__)


def made(*rows, **treatments):
    """Assemble sales alone."""
    settings = Settings(treatments=Treatments(**treatments))
    return assemble({"sales": raw_of(rows)}, settings)


def test_customers_are_numbered_over_all_tables():
    """In text order; a table may lack some of them."""
    customers = raw_of(["c", "a"], ["customer_id"])
    found = assemble(
        {
            "sales": raw_of(["b 2026-01-01 1 - -", "c 2026-01-01 1 - -"]),
            "customers": customers,
        },
        Settings(),
    )
    assert found.book.tolist() == ["a", "b", "c"]
    assert found.tables["sales"].offsets.tolist() == [0, 0, 1, 2]
    assert found.tables["customers"].offsets.tolist() == [0, 1, 1, 2]


def test_tables_taken_in_side_by_side_are_told_in_order(monkeypatch):
    """The same tables, and of two that cannot be used the first is refused."""
    cost = ["customer_id", "date", "kind", "amount"]
    given = {
        "sales": raw_of(["b 2026-01-01 1 - -"]),
        "customers": raw_of(["c", "a"], ["customer_id"]),
        "costs": raw_of(["d 2026-01-03 rebate 7"], cost),
    }
    alone = assemble(given, Settings())
    monkeypatch.setattr(threads, "_WORTH_THREADS", 1)
    together = assemble(given, Settings())
    assert together.book.tolist() == alone.book.tolist() == ["a", "b", "c", "d"]
    assert together.report == alone.report
    assert same_events(together.tables, alone.tables)
    given["costs"] = raw_of(["d never rebate 7"], cost)
    given["events"] = raw_of(["d never fire"], ["customer_id", "date", "kind"])
    with pytest.raises(QualityRefused, match=r"costs\.date"):
        assemble(given, Settings())


def test_a_customer_of_whom_no_row_is_left_is_left_out():
    """Whether rows were dropped at the door or beside others."""
    rows = ["a x 1 - -", "b 2026-01-01 1 - -", "c 2026-01-01 -1 - -"]
    found = made(*rows, unparseable_date="drop", orphan_return="drop")
    assert found.book.tolist() == ["b"]
    assert found.tables["sales"].offsets.tolist() == [0, 1]
    assert found.report.closes()
    assert found.report.dropped("sales") == 2


def test_a_line_that_is_repeated_is_dropped_once():
    """Duplicates by default; contradictions on request, the first by content stays."""
    found = made("a 2026-01-01 1 o 1", "a 2026-01-01 1 o 1")
    assert (
        found.report.findings[-1].examples == ()
        or found.report.count("duplicate_line") == 1
    )
    rows = ["a 2026-01-01 2 o 1", "a 2026-01-01 1 o 1", "a 2026-01-01 2 o 1"]
    with pytest.raises(QualityRefused, match=r"different content.*'a' on 2026-01-01"):
        made(*rows)
    for order in (rows, rows[::-1]):
        found = made(*order, conflicting_line="drop")
        assert found.tables["sales"].columns["amount"].values.tolist() == [100]
        assert found.report.closes()


def test_a_row_odd_in_two_ways_is_dropped_under_one():
    """Identical returns without a sale."""
    rows = ["a 2026-01-01 -1 - -"] * 3
    found = made(*rows, identical_row="drop", orphan_return="drop")
    assert len(found.tables["sales"]) == 0
    assert (
        found.report.count("identical_row"),
        found.report.count("orphan_return"),
    ) == (2, 1)
    assert found.report.closes()


def test_joining_counts_kept_oddities_once():
    """Contradicting lines that are kept are not counted again for each join."""
    first = made("a 2026-01-01 1 o 1", "a 2026-01-01 2 o 1", conflicting_line="keep")
    second = made("b 2026-01-01 1 o 1")
    joined = join(first, second, Treatments(conflicting_line="keep"))
    assert joined.report.count("conflicting_line") == 1
    assert joined.report.rows_used == {"sales": 3}
    with pytest.raises(QualityRefused, match="different content"):
        join(second, made("b 2026-01-01 2 o 1"), Treatments())


def test_sums_of_joined_tables_are_checked():
    """Each fits, both do not."""
    big = made("a 2026-01-01 30000000000000000 - -")
    more = made("a 2026-01-02 30000000000000000 - -")
    with pytest.raises(AmountOverflow, match=r"sales\.amount: the sum of the column"):
        join(big, more, Treatments())


def described(*rows, **treatments):
    """Assemble one sale, and customers of id, first day and type."""
    customers = raw_of(rows, ["customer_id", "valid_from", "type"])
    return assemble(
        {"sales": raw_of(["a 2026-01-01 1 - -"]), "customers": customers},
        Settings(treatments=Treatments(**treatments)),
    )


def test_two_descriptions_of_one_day_are_refused():
    """Which of them holds would depend on which came last."""
    words = r"described in two ways from one day on, 1 row .*'a' on 2026-02-01"
    with pytest.raises(QualityRefused, match=words):
        described("a 2026-02-01 X", "a 2026-02-01 Y", "a 2026-02-02 X")
    with pytest.raises(QualityRefused, match=r"1 row .*got customer 'a', no day"):
        described("a - X", "a - -")
    alike = described("a 2026-02-01 X", "a 2026-02-01 X", "b 2026-02-01 Y")
    assert alike.report.count("conflicting_customer") == 0
    with pytest.raises(SettingError, match=r"conflicting_customer.*'refuse' or 'keep'"):
        Treatments(conflicting_customer="drop")


def test_descriptions_that_are_kept_hold_whatever_their_order():
    """The last in the order of their content; a join counts them once."""
    keep = Treatments(conflicting_customer="keep")
    for rows in (["a - Y", "a - X", "a - Z"], ["a - Z", "a - Y", "a - X"]):
        found = described(*rows, conflicting_customer="keep")
        kind = found.tables["customers"].columns["type"]
        assert [kind.words[code] for code in kind.values] == ["X", "Y", "Z"]
        assert found.report.count("conflicting_customer", table="customers") == 2
    one = described("a - Y", conflicting_customer="keep")
    for first, second in ((found, one), (one, found)):
        joined = join(first, second, keep)
        assert joined.report.count("conflicting_customer") == 2
        kind = joined.tables["customers"].columns["type"]
        assert [kind.words[code] for code in kind.values] == ["X", "Y", "Y", "Z"]
    with pytest.raises(QualityRefused, match="described in two ways"):
        join(one, described("a - X"), Treatments())
