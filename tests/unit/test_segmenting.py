"""The main job in one call."""

import pytest

import custseg as cs

SALES = {
    "customer_id": ["a", "b"],
    "date": ["2026-06-01", "2026-06-20"],
    "amount": [950.0, 80.0],
}


def test_a_ledger_is_taken_as_it_is():
    """The same rows as a frame and as a ledger give the same labels."""
    ledger = cs.Ledger.from_frames(SALES, currency="CNY")
    one = cs.segment(ledger, as_of="2026-06-30").to_pandas()
    assert one.equals(cs.segment(SALES, as_of="2026-06-30", currency="CNY").to_pandas())


def test_reading_a_ledger_anew_is_refused():
    """What would be passed over in silence is refused in words."""
    ledger = cs.Ledger.from_frames(SALES, currency="CNY")
    with pytest.raises(cs.CustsegError, match=r"got a Ledger and customers, currency"):
        cs.segment(
            ledger,
            as_of="2026-06-30",
            customers={"customer_id": ["a"]},
            currency="CNY",
        )


def test_files_and_frames_do_not_mix(tmp_path):
    """All tables are files, or all are frames."""
    path = tmp_path / "sales.csv"
    path.write_text("customer_id,date,amount\na,2026-06-01,5\n", encoding="utf-8")
    people = {"customer_id": ["a"], "registered_on": ["2020-01-01"]}
    with pytest.raises(cs.CustsegError, match=r"files: sales; frames: customers"):
        cs.segment(path, customers=people, as_of="2026-06-30")
    with pytest.raises(cs.CustsegError, match=r"files: customers; frames: sales"):
        cs.segment(SALES, customers=path, as_of="2026-06-30")


def test_several_files_are_one_table(tmp_path):
    """Sales that come month by month are read together."""
    paths = []
    for month in ("05", "06"):
        paths.append(tmp_path / f"{month}.csv")
        text = f"customer_id,date,amount\na,2026-{month}-01,5\n"
        paths[-1].write_text(text, encoding="utf-8")
    result = cs.segment(paths, as_of="2026-06-30", currency="CNY")
    assert result.customer("a").feature("spend") == 10.0


def test_an_unknown_feature_is_told_before_any_row_is_read():
    """The mistake in the call comes before mistakes in the data."""
    with pytest.raises(LookupError, match=r"did you mean 'margin'"):
        cs.segment({"nonsense": [1]}, as_of="2026-06-30", features=["margn"])


def test_features_bring_their_columns():
    """A feature beyond the policy's is read, worked out and shown."""
    sales = {**SALES, "cost": [900.0, 100.0]}
    result = cs.segment(sales, as_of="2026-06-30", currency="CNY", features=["margin"])
    assert result.to_pandas(features=["margin"])["margin"].tolist() == [50.0, -20.0]


def test_an_unknown_policy_is_told():
    """The nearest packaged name is offered."""
    with pytest.raises(LookupError, match=r"did you mean 'company'"):
        cs.segment(SALES, as_of="2026-06-30", policy="companny")


def test_no_rows_are_no_customers():
    """An empty table gives an empty result, not an error."""
    nothing = {"customer_id": [], "date": [], "amount": []}
    result = cs.segment(nothing, as_of="2026-06-30", currency="CNY")
    assert len(result) == 0
    assert result.to_pandas().shape[0] == 0
    assert result.summary()["tier"].customers == 0


ALIKE = {
    "customer_id": ["a", "a", "a"],
    "date": ["2026-06-01"] * 3,
    "amount": [10.0] * 3,
    "product": ["hammer", "pliers", "pliers"],
}


@pytest.mark.parametrize("kind", ["frame", "file"])
def test_rows_that_differ_in_any_column_are_not_identical(kind, tmp_path):
    """The policy does not look at products, but hammer and pliers stay two rows."""
    sales = ALIKE
    if kind == "file":
        sales = tmp_path / "sales.csv"
        rows = zip(*ALIKE.values(), strict=True)
        lines = [",".join(ALIKE), *(",".join(map(str, row)) for row in rows)]
        sales.write_text("\n".join(lines), encoding="utf-8")
    settings = {"as_of": "2026-06-30", "currency": "CNY"}
    once = cs.Treatments(identical_row="drop")
    result = cs.segment(sales, quality=once, **settings)
    assert result.customer("a").feature("spend") == 20.0
    assert result.quality.count("identical_row") == 1
    assert result.quality.uncompared == ()
    with pytest.raises(
        cs.CustsegError, match=r"identical rows without a line id, 1 row "
    ):
        cs.segment(sales, quality=cs.Treatments(identical_row="refuse"), **settings)


def test_identical_rows_are_not_looked_for_in_some_columns():
    """Three rows that look the same without their product are no finding."""
    result = cs.segment(ALIKE, as_of="2026-06-30", currency="CNY")
    assert result.quality.count("identical_row") == 0
    assert result.quality.uncompared == ("product",)
    assert result.quality.to_text().splitlines()[1] == (
        "  not looked for: identical rows without a line id, since not every column "
        "was read (without product)"
    )
    chinese = "  未检查：完全相同的行，因为没有读取全部列（未读 product）"
    assert result.quality.to_text("zh").splitlines()[1] == chinese


def test_lines_with_an_id_are_told_apart_by_it():
    """Nothing is in doubt then, whatever was not read."""
    sales = {**ALIKE, "line_id": ["1", "2", "3"]}
    quality = cs.segment(sales, as_of="2026-06-30", currency="CNY").quality
    assert (quality.uncompared, quality.count("identical_row")) == ((), 0)


def test_orders_that_returns_name_are_not_looked_for_unread():
    """A whole ledger tells of an order that is not there, segment that it is blind."""
    sales = {
        "customer_id": ["a", "a"],
        "date": ["2026-06-01", "2026-06-20"],
        "amount": [80.0, -20.0],
        "order_id": ["S1", "R1"],
        "line_id": ["1", "1"],
        "returns_order_id": [None, "S9"],
    }
    part = cs.segment(sales, as_of="2026-06-30", currency="CNY").quality
    whole = cs.Ledger.from_frames(sales, currency="CNY").quality()
    assert (part.count("orphan_return"), part.unlinked) == (0, 1)
    assert (whole.count("orphan_return"), whole.unlinked) == (1, 0)
    said = "not looked for: the orders that returns name (1 returns; without"
    assert said in part.to_text()
    assert "未检查：退货注明的原订单（退货 1 行" in part.to_text("zh")
    del sales["returns_order_id"]
    assert cs.segment(sales, as_of="2026-06-30", currency="CNY").quality.unlinked == 0


@pytest.mark.parametrize(
    ("currency", "amount", "spend"),
    [("JPY", 1250, 1250.0), ("KWD", "12.345", 12.345), ("JPY", "12.50", 12.0)],
)
def test_amounts_of_no_currency_have_the_decimals_of_the_policys(
    project, tmp_path, currency, amount, spend
):
    """They are taken in it, and counted."""
    text = (project / "src/custseg/policies/company.toml").read_text(encoding="utf-8")
    path = tmp_path / "own.toml"
    path.write_text(text.replace('"CNY"', f'"{currency}"'), encoding="utf-8")
    sales = {"customer_id": ["a"], "date": ["2026-06-01"], "amount": [amount]}
    result = cs.segment(sales, as_of="2026-06-30", policy=path)
    assert result.customer("a").feature("spend") == spend
    assert result.quality.count("assumed_currency") == 1
    assert result.quality.count("rounded_amount") == (spend == 12)
    stated = cs.segment(
        {**sales, "currency": [currency]}, as_of="2026-06-30", policy=path
    )
    assert stated.quality.count("assumed_currency") == 0


def test_a_contradiction_after_the_day_is_refused_all_the_same():
    """The one thing that the past does not hide: nobody can say which line is true."""
    sales = {
        "customer_id": ["a"] * 3,
        "date": ["2026-06-01", "2026-07-05", "2026-07-05"],
        "amount": [10, 20, 30],
        "order_id": ["1", "2", "2"],
        "line_id": ["1"] * 3,
    }
    with pytest.raises(cs.CustsegError, match=r"different content.*'a' on 2026-07-05"):
        cs.segment(sales, as_of="2026-06-30", currency="CNY")
    keep = cs.Treatments(conflicting_line="keep")
    result = cs.segment(sales, as_of="2026-06-30", currency="CNY", quality=keep)
    assert result.customer("a").feature("spend") == 10.0


def test_a_later_row_of_a_customer_replaces_the_whole_earlier_one():
    """Blanks included; before its day it is not seen, nor does it make a customer."""
    people = {
        "customer_id": ["a", "a", "b"],
        "valid_from": ["2026-01-01", "2026-06-15", "2026-06-15"],
        "registered_on": ["2020-06-30", None, None],
        "closed_on": [None, None, "2026-06-01"],
    }
    sales = {"customer_id": ["a"], "date": ["2026-01-05"], "amount": [10]}
    ages, known = [], []
    for day in ("2026-06-14", "2026-06-15"):
        result = cs.segment(
            sales,
            customers=people,
            as_of=day,
            currency="CNY",
            features=["account_age_days"],
        )
        ages.append(result.customer("a").feature("account_age_days"))
        known.append(len(result))
    assert ages == [2175, None]
    assert known == [1, 2]


def test_an_unusable_path_or_currency_is_told():
    """In words, not in the file system's own."""
    with pytest.raises(cs.CustsegError, match="sales: the path is empty; got ''"):
        cs.segment("", as_of="2026-06-30")
    with pytest.raises(cs.CustsegError, match="this cannot be the path of a file") as e:
        cs.segment("a" * 5000 + ".csv", as_of="2026-06-30")
    assert len(str(e.value)) < 200
    with pytest.raises(cs.CustsegError, match=r"unknown currency; got \['CNY'\]"):
        cs.segment(SALES, as_of="2026-06-30", currency=["CNY"])


def test_payments_are_read_where_a_policy_asks_for_them():
    """Millions of ids cost time; nobody is known by a payment alone."""
    books = {
        "invoices": {
            "customer_id": ["c"],
            "invoice_id": ["i"],
            "issued_on": ["2026-05-01"],
            "due_on": ["2026-06-01"],
            "amount": [50.0],
        },
        "payments": {
            "payment_id": ["p"],
            "invoice_id": ["i"],
            "paid_on": ["2026-06-01"],
            "amount": [50.0],
        },
    }

    def told(policy, **more):
        made = cs.segment(
            SALES, as_of="2026-06-30", policy=policy, currency="CNY", **books, **more
        )
        return made.customer_ids.tolist(), set(made.quality.rows_in)

    everybody = ["a", "b", "c"]
    assert told("company") == (everybody, {"sales", "invoices"})
    every_table = {"sales", "invoices", "payments"}
    assert told("building_materials_grading") == (everybody, every_table)
    assert told("company", quality=cs.Treatments()) == (everybody, every_table)
    assert told("company", features=["collected"]) == (everybody, every_table)


def invoices(**more):
    """Return two invoices of one customer that buys nothing, and some columns more."""
    return {
        "customer_id": ["c", "c"],
        "invoice_id": ["i", "j"],
        "issued_on": ["2026-05-01", "2026-06-01"],
        "due_on": ["2026-06-01", "2026-07-01"],
        "amount": [50.0, 60.0],
    } | more


def test_of_a_table_without_questions_only_who_and_when_is_read():
    """Ids that nobody asks for cost time, and what is wrong with them is no matter."""
    how = {"as_of": "2026-06-30", "currency": "CNY"}
    made = cs.segment(SALES, invoices=invoices(invoice_id=["i", None]), **how)
    assert made.customer_ids.tolist() == ["a", "b", "c"]
    assert made.quality.rows_used["invoices"] == 2
    assert set(made.ledger.tables["invoices"].columns) == set()
    asked = cs.segment(SALES, invoices=invoices(), features=["open_receivable"], **how)
    assert set(asked.ledger.tables["invoices"].columns) > {"invoice_id", "due_on"}


def test_a_table_without_questions_is_judged_where_treatments_are_named():
    """Whoever chooses what is to be done with odd rows wants them looked at."""
    how = {"as_of": "2026-06-30", "currency": "CNY"}
    unnumbered = invoices(invoice_id=["i", None])
    with pytest.raises(cs.QualityRefused, match="invoices without an id, 1 row"):
        cs.segment(SALES, invoices=unnumbered, quality=cs.Treatments(), **how)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"amount": [50.0, "much"]}, "amounts that cannot be read, 1 row"),
        ({"issued_on": ["2026-05-01", None]}, "dates that cannot be read, 1 row"),
        ({"currency": ["CNY", "USD"]}, "rows in another currency, 1 row"),
    ],
)
def test_a_row_that_cannot_be_used_makes_nobody_known(wrong, said):
    """Who belongs to the customers does not hang on what a policy asks for."""
    with pytest.raises(cs.QualityRefused, match=said):
        cs.segment(
            SALES, invoices=invoices(**wrong), as_of="2026-06-30", currency="CNY"
        )


def test_a_table_without_questions_needs_no_column_that_is_not_read():
    """Invoices without ids tell who was billed; without days they tell nothing."""
    how = {"as_of": "2026-06-30", "currency": "CNY"}
    rows = invoices()
    del rows["invoice_id"], rows["due_on"]
    made = cs.segment(SALES, invoices=rows, **how)
    assert made.customer_ids.tolist() == ["a", "b", "c"]
    with pytest.raises(cs.CustsegError, match="no column 'invoice_id'"):
        cs.segment(SALES, invoices=rows, features=["open_receivable"], **how)
    del rows["issued_on"]
    with pytest.raises(cs.CustsegError, match="no column 'issued_on'"):
        cs.segment(SALES, invoices=rows, **how)


INVOICES = {
    "customer_id": ["a", "b", "only"],
    "invoice_id": ["1", "2", "3"],
    "issued_on": ["2026-05-01", "2026-05-01", "2026-05-01"],
    "due_on": ["2026-06-01", "2026-06-01", "2026-06-01"],
    "amount": [100.0, 50.0, 20.0],
}
PEOPLE = {
    "customer_id": ["a", "b", "late"],
    "registered_on": ["2026-01-01", "2026-01-01", "2026-09-01"],
}


def test_what_was_not_read_is_unknown():
    """Of a table of which only the outline was read, nothing more can be known."""
    result = cs.segment(SALES, invoices=INVOICES, as_of="2026-06-30", currency="CNY")
    assert "only" in result.customer_ids
    asked = ["days_sales_outstanding", "invoiced"]
    policy = cs.load_policy("company")
    _, again = policy.fit_and_classify(
        result.ledger, as_of="2026-06-30", features=asked
    )
    assert all(again.customer("a").feature(one) is None for one in asked)
    assert again.to_pandas()["tier"].tolist() == result.to_pandas()["tier"].tolist()
    whole = cs.Ledger.from_frames(SALES, invoices=INVOICES, currency="CNY")
    _, known = policy.fit_and_classify(whole, as_of="2026-06-30", features=asked)
    assert known.customer("a").feature("invoiced") == 100.0


def test_an_outline_is_not_joined_with_a_whole_table():
    """What one ledger knows of every row, the other must know as well."""
    result = cs.segment(SALES, invoices=INVOICES, as_of="2026-06-30", currency="CNY")
    more = {**INVOICES, "invoice_id": ["4", "5", "6"]}
    whole = cs.Ledger.from_frames(SALES, invoices=more, currency="CNY")
    for one, other in ((result.ledger, whole), (whole, result.ledger)):
        with pytest.raises(
            cs.CustsegError,
            match=r"(?s)invoices.*rows without amount, due_on, invoice_id",
        ):
            one.append(other)
    twice = result.ledger.append(result.ledger)
    assert len(twice.customer_ids) == len(result.customer_ids)


@pytest.fixture
def recency_only(tmp_path):
    """A policy that asks for sales only."""
    path = tmp_path / "recency.toml"
    path.write_text(
        """schema = 1
[about]
code = "recency"
version = "1"
title = { zh = "近度", en = "Recency" }
[basis]
window = "lifetime"
[basis.reference]
members = "orders >= 1"
[families.recent]
title = { zh = "近期", en = "Recent" }
[[families.recent.labels]]
code = "YES"
title = { zh = "是", en = "Yes" }
when = "days_since_last_sale <= 30"
[[families.recent.labels]]
code = "NO"
title = { zh = "否", en = "No" }
""",
        encoding="utf-8",
    )
    return path


def test_who_registers_later_is_nobody_yet(recency_only):
    """Whatever the policy asks for; fit and segment count the same customers."""
    tables = {"customers": PEOPLE, "invoices": INVOICES}
    result = cs.segment(
        SALES, **tables, policy=recency_only, as_of="2026-06-30", currency="CNY"
    )
    ledger = cs.Ledger.from_frames(SALES, **tables, currency="CNY")
    fitted = cs.load_policy(recency_only).fit(ledger, as_of="2026-06-30")
    told = fitted.classify(ledger, as_of="2026-06-30")
    assert result.customer_ids.tolist() == told.customer_ids.tolist()
    assert told.customer_ids.tolist() == ["a", "b", "only"]


ONE = {"customer_id": ["a"], "date": ["2026-06-01"], "amount": [10]}
TWO = {"customer_id": ["a"] * 2, "date": ["2026-06-01"] * 2, "amount": [10, -4]}
SAME = {**TWO, "amount": [10, 10], "order_id": ["1"] * 2, "line_id": ["1"] * 2}
BILLED = {
    "customer_id": ["a"] * 2,
    "invoice_id": ["1"] * 2,
    "issued_on": ["2026-05-01"] * 2,
    "due_on": ["2026-05-31"] * 2,
    "amount": [7, 5],
}


@pytest.mark.parametrize(
    ("quality", "tables", "feature", "value"),
    [
        (
            {"conflicting_line": "keep"},
            {"sales": {**SAME, "product": ["x", "y"]}},
            "spend",
            20.0,
        ),
        (
            {"conflicting_line": "drop"},
            {"sales": {**SAME, "brand": ["y", "x"], "quantity": [1, 2]}},
            "quantity",
            2.0,
        ),
        (
            {"orphan_return": "drop"},
            {
                "sales": {
                    **TWO,
                    "order_id": ["1", "2"],
                    "returns_order_id": [None, "9"],
                }
            },
            "spend",
            10.0,
        ),
        (
            {"unparseable_value": "drop"},
            {"sales": {**TWO, "list_price": ["5", "?"]}},
            "spend",
            10.0,
        ),
        (
            {"conflicting_customer": "keep"},
            {
                "sales": ONE,
                "customers": {
                    "customer_id": ["a", "a"],
                    "country": ["DE", "FR"],
                    "registered_on": ["2026-06-29", "2026-06-20"],
                },
            },
            "account_age_days",
            10,
        ),
        (
            {"conflicting_invoice": "drop"},
            {
                "sales": ONE,
                "invoices": {**BILLED, "disputed_on": ["2026-05-09", None]},
            },
            "invoiced",
            7.0,
        ),
    ],
    ids=lambda one: "-".join(one) if isinstance(one, dict) else None,
)
def test_which_rows_stay_hangs_on_columns_that_nobody_asks_for(
    quality, tables, feature, value, recency_only
):
    """As in a ledger of all columns: brands tell which of two lines is dropped."""
    asked = {"as_of": "2026-06-30", "features": [feature]}
    how = {"currency": "CNY", "quality": cs.Treatments(**quality)}
    result = cs.segment(**tables, policy=recency_only, **asked, **how)
    assert result.customer("a").feature(feature) == value
    ledger = cs.Ledger.from_frames(**tables, **how)
    whole = cs.load_policy(recency_only).fit_and_classify(ledger, **asked)[1]
    assert whole.customer("a").feature(feature) == value
