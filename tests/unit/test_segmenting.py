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
