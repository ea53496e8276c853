"""Columns that a policy names: from every way in to labels and explanations.

The garages of ``policies/good/attributes.toml``: a label LARGE from 100 lots on, or
from 50 with a lift; loyal with one of our systems and 30 days of notice; roomy where it
is higher than 2.1 m at a rent under 5,000.
"""

from datetime import date
from pathlib import Path

import pytest

import custseg as cs
from answers import answer, answers
from custseg import cli
from custseg.adapters.larger.segmenting import segment_files
from custseg.adapters.ledger_store import open_ledger
from custseg.errors import SettingError, UnknownFeature

PLACE = Path(__file__).resolve().parents[1] / "policies" / "good" / "attributes.toml"
DAY = "2026-06-30"
IDS = ["a", "b", "c", "d"]
SALES = {"customer_id": IDS, "date": ["2026-06-01"] * 4, "amount": [1.0, 2, 3, 4]}
OWN = {
    "parking lots": [60, 60, 240, None],
    "租金": ["10.50", "6000", "4999.99", None],
    "height": [2.2, 2.2, 2.1, None],
    "notice": [30, 90, 29.5, None],
    "lift": ["yes", "no", None, None],
    "system": ["parkit", "ParkIt 2", "own", None],
}
GARAGES = {"customer_id": IDS, **OWN, "phone": ["555-0101"] * 4}
NAMED = {
    "parking lots": "count",
    "租金": "money",
    "height": "number",
    "notice": "days",
    "lift": "flag",
    "system": "text",
}
LABELS = {  # by hand, from the conditions above
    "size": ["LARGE", "SMALL", "LARGE", "UNKNOWN"],
    "loyal": ["YES", "YES", "NO", "UNKNOWN"],
    "roomy": ["YES", "NO", "NO", "UNKNOWN"],
}


def labels_of(result):
    """Return the labels of the families by customer, in the order of the ids."""
    return {family: result.labels(family).tolist() for family in LABELS}


@pytest.fixture(scope="module")
def ledger():
    """All that is declared, named where the ledger is made."""
    return cs.Ledger.from_frames(
        SALES, customers=GARAGES, currency="EUR", attributes=NAMED
    )


@pytest.fixture(scope="module")
def fitted(ledger):
    """The policy of the garages, fitted on them."""
    return cs.load_policy(PLACE).fit(ledger, as_of=DAY)


def test_the_one_call_reads_what_the_policy_names():
    """Nobody has to say it twice; scores and tiers rest on it too."""
    result = cs.segment(SALES, customers=GARAGES, as_of=DAY, policy=PLACE)
    assert labels_of(result) == LABELS
    # Lots give 60 and 100 of 100 points; of three rents 10.50 is the lowest.
    assert result.customer("c").tier == "A"
    assert result.customer("d").tier == "UNKNOWN"


def test_a_feature_is_asked_for_by_its_name():
    """As one of the catalogue is, with a title in both languages."""
    result = cs.segment(
        SALES, customers=GARAGES, as_of=DAY, policy=PLACE, features=["rent", "has_lift"]
    )
    frame = result.to_pandas(features=["rent", "has_lift"])
    assert frame["rent"].tolist()[:3] == [10.5, 6000.0, 4999.99]
    assert frame["has_lift"].tolist()[:2] == [True, False]
    titled = result.to_pandas(language="zh", features=["rent", "has_lift"])
    assert {"租金", "有电梯"} <= set(titled.columns)


def test_a_review_brings_what_no_rule_looks_at(tmp_path):
    """Such as whose customer it is: a list for each salesperson needs no second run."""
    policy = tmp_path / "sellers.toml"
    policy.write_text(
        'schema = 1\nbase = "company"\n[about]\ncode = "sellers"\nversion = "1"\n'
        '[features.seller]\nattribute = "sold by"\nunit = "text"\n'
        'title = { zh = "业务员", en = "Salesperson" }\n',
        encoding="utf-8",
    )
    ledger = cs.Ledger.from_frames(
        SALES,
        customers={"customer_id": IDS, "sold by": ["Li", "Wu", "Li", None]},
        currency="EUR",
        attributes={"sold by": "text"},
    )
    fitted = cs.load_policy(policy).fit(ledger, as_of=DAY)
    on = {"journal": cs.open_journal(":memory:"), "on": "2026-07-01"}
    review = fitted.review(ledger, **on, features=["seller"])
    frame = review.result.to_pandas(features=["seller"])
    assert frame["seller"].dropna().tolist() == ["Li", "Wu", "Li"]
    told = r"'seller' was not worked out; pass features=\['seller'\] to segment, cla"
    with pytest.raises(UnknownFeature, match=told):
        fitted.review(ledger, **on).result.to_pandas(features=["seller"])
    with pytest.raises(UnknownFeature, match="no feature 'selller'"):
        fitted.review(ledger, **on, features=["selller"])


def test_a_ledger_that_was_made_before_gives_the_same(ledger, fitted):
    """Named at its door."""
    assert labels_of(fitted.classify(ledger, as_of=DAY)) == LABELS
    result = cs.segment(ledger, as_of=DAY, policy=PLACE)
    assert answers(result) == answers(fitted.classify(ledger, as_of=DAY))


def card(at):
    """Return a customer as a record."""
    return cs.Customer(IDS[at], attributes={name: OWN[name][at] for name in OWN})


@pytest.mark.parametrize("at", range(4))
def test_one_customer_is_answered_as_among_all(ledger, fitted, at):
    """To the last bit, from the attributes of its record."""
    bulk = fitted.classify(ledger, as_of=DAY)
    sale = cs.Transaction(IDS[at], date(2026, 6, 1), SALES["amount"][at])
    one = fitted.classify_one(card(at), [sale], as_of=DAY)
    assert answer(one.result) == answer(bulk, at)


def test_one_customer_says_what_held_on_the_day(fitted):
    """Several records of one customer, each with its day."""
    cards = [
        cs.Customer("x", valid_from=since, attributes={"parking lots": lots})
        for since, lots in (("2026-01-01", 40), ("2026-06-20", 400))
    ]
    sale = [cs.Transaction("x", date(2026, 6, 1), 1)]
    for day, size in (("2026-06-19", "SMALL"), ("2026-06-20", "LARGE")):
        one = fitted.classify_one(cards, sale, as_of=day)
        assert one.labels["size"] == size


def test_a_column_that_the_fit_did_not_have_is_passed_over():
    """As for everybody: one record cannot know what the business records."""
    bare = cs.Ledger.from_frames(SALES, customers={"customer_id": IDS}, currency="EUR")
    fitted = cs.load_policy(PLACE).fit(bare, as_of=DAY)
    sale = [cs.Transaction("c", date(2026, 6, 1), 3)]
    assert fitted.classify_one(card(2), sale, as_of=DAY).labels["size"] == "UNKNOWN"


def test_a_saved_policy_reads_them_still(ledger, fitted, tmp_path):
    """The file names the columns that there were."""
    fitted.save(tmp_path / "garages.json")
    again = cs.load_fitted(tmp_path / "garages.json")
    assert again.digest == fitted.digest
    assert {f"customers.{name}" for name in NAMED} <= again.recorded
    assert labels_of(again.classify(ledger, as_of=DAY)) == LABELS
    sale = [cs.Transaction("c", date(2026, 6, 1), 3)]
    assert again.classify_one(card(2), sale, as_of=DAY).labels["size"] == "LARGE"


def test_a_ledger_without_them_says_how_to_name_them():
    """UNKNOWN, and what to write, in both languages."""
    bare = cs.Ledger.from_frames(SALES, customers=GARAGES, currency="EUR")
    result = cs.segment(bare, as_of=DAY, policy=PLACE)
    assert labels_of(result) == {family: ["UNKNOWN"] * 4 for family in LABELS}
    lots, *_ = result.explain("a")["size"].missing
    assert lots.to_text() == (
        "Parking lots: the data have no column customers.parking lots; a ledger reads "
        "it if made with attributes={'parking lots': 'count'}"
    )
    assert "写明 attributes={'parking lots': 'count'}" in lots.to_text("zh")
    loyal, *_ = result.explain("a")["loyal"].missing
    assert "attributes={'system': 'text'}" in loyal.to_text()


def test_a_column_of_the_contract_is_told_without_that_hint():
    """It is read wherever it is there."""
    result = cs.segment(SALES, as_of=DAY, policy="company", currency="CNY")
    told = [one.to_text() for one in result.explain("a")["type"].missing]
    assert any("the data have no column customers." in one for one in told)
    assert not any("attributes=" in one for one in told)


def test_a_ledger_that_keeps_one_otherwise_is_refused():
    """A number cannot be made of a text."""
    other = cs.Ledger.from_frames(
        SALES,
        customers=GARAGES,
        currency="EUR",
        attributes={**NAMED, "parking lots": "text"},
    )
    words = r"customers\.parking lots as text, and the policy asks for count; make"
    with pytest.raises(SettingError, match=words):
        cs.segment(other, as_of=DAY, policy=PLACE)


def test_rows_that_are_compared_are_read_with_them():
    """To drop identical rows every column of the contract is read, and these."""
    result = cs.segment(
        SALES,
        customers=GARAGES,
        as_of=DAY,
        policy=PLACE,
        quality=cs.Treatments(identical_row="drop"),
    )
    assert labels_of(result) == LABELS


def test_what_would_change_takes_them_as_given(fitted, ledger):
    """Nobody advises a customer to have more parking lots."""
    result = fitted.classify(ledger, as_of=DAY)
    assert "Parking lots" not in result.what_would_change("b", "size").to_text()
    told = result.what_would_change("d", "size").to_text()
    assert "Parking lots: unknown where nobody declared it, or where it is" in told


@pytest.fixture
def files(tmp_path):
    """The same tables as files of text."""
    for name, table in (("sales", SALES), ("customers", GARAGES)):
        rows = [",".join(table)]
        rows += [
            ",".join("" if one is None else str(one) for one in row)
            for row in zip(*table.values(), strict=True)
        ]
        path = tmp_path / f"{name}.csv"
        path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return tmp_path / "sales.csv", tmp_path / "customers.csv"


def test_files_larger_than_memory(files, tmp_path):
    """As in memory; the engine sees only the columns that are named."""
    sales, customers = files
    result = segment_files(
        sales, customers=customers, as_of=DAY, policy=PLACE, out=tmp_path / "out"
    )
    frame = result.to_pandas()
    assert {family: frame[family].tolist() for family in LABELS} == LABELS


def test_a_store_keeps_them(tmp_path, fitted):
    """Named with the rows that bring them; another unit later is refused."""
    store = open_ledger(tmp_path / "garages", currency="EUR")
    half = {name: values[:2] for name, values in GARAGES.items()}
    rest = {name: values[2:] for name, values in GARAGES.items()}
    store.append(SALES, customers=half, attributes=NAMED)
    store.append(customers=rest, attributes=NAMED)
    assert labels_of(fitted.classify(store.ledger(), as_of=DAY)) == LABELS
    version = store.version
    more = {"customer_id": ["e"], "parking lots": ["a few"]}
    with pytest.raises(SettingError, match=r"customers\.parking lots: one column"):
        store.append(customers=more, attributes={"parking lots": "text"})
    assert store.version == version


def test_the_command_line_reads_them(files, tmp_path, capsys, monkeypatch):
    """One classification, one review, and what ``check`` tells of the columns."""
    monkeypatch.chdir(tmp_path)
    sales, customers = files
    read = [str(sales), "--customers", str(customers), "--currency", "EUR"]
    told = ["--explain", "c", "--policy", str(PLACE)]
    assert cli.main([*read, "--as-of", DAY, *told]) == 0
    assert "Parking lots: 240 ≥ 100" in capsys.readouterr().out
    review = ["review", *read, "--on", "2026-07-01", "--journal", "tiers.db"]
    commit = ["--commit", "--recorded-at", "2026-07-01T09:00+08:00"]
    assert cli.main([*review, "--policy", str(PLACE), *commit]) == 0
    assert "Recorded 4 decisions" in capsys.readouterr().out
    assert cli.main([*review, "--explain", "c"]) == 0  # by the policy that is kept
    assert "hold bar 63" in capsys.readouterr().out  # nine tenths of that of A
    assert cli.main(["check", str(PLACE)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    columns = "parking lots, 租金, height, notice, lift, system"
    assert f"customers: customer_id*, {columns}" in said
