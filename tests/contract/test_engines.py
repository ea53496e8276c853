"""Every engine gives the answers that come in memory, to the last bit.

Scores, labels, tiers, features and the digest of all that was learned are compared, on
a real data set and on rows made to be awkward. A new engine joins in ``engines.py``.
"""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from attrs import evolve

import custseg as cs
from custseg.adapters.larger.limits import Limit
from custseg.policies import NAMES
from custseg.scoring.catalogue import CATALOGUE
from engines import ENGINES, PARTITIONS, Case, in_memory
from own_classifiers import Kin

POLICIES = NAMES
FORMS = ("parquet", "csv")
GOOD = Path(__file__).parents[1] / "policies" / "good"
ATTRIBUTES = GOOD / "attributes.toml"
GROUPS = GOOD / "groups.toml"
ONLY_SALES = Path(__file__).parents[2] / "benchmarks" / "rfm.toml"
COMPARING = ("price_position", "category_gap", "top_category_lift")


def in_pounds(policy):
    """Return a packaged policy that takes its amounts in pounds."""
    tree = policy.tree
    return evolve(policy, tree=evolve(tree, about=evolve(tree.about, currency="GBP")))


def spellings(rng, ids):
    """Write whole numbers as people do: some with blanks at either end."""
    blanks = np.array(["", "", "", " ", "\t", "\u3000", "\x1f"])
    left, right = blanks[rng.integers(0, 7, (2, len(ids)))]
    return [f"{a}{one}{b}" for a, one, b in zip(left, ids, right, strict=True)]


def awkward(seed=5, n=4000, customers=150):
    """Return tables with ties, gaps, returns, orphans, and one customer with a third.

    Sixty customers have but one row, many spend the same, and categories that only one
    customer buys stand in one partition only.
    """
    rng = np.random.default_rng(seed)
    of = np.where(rng.random(n) < 0.33, 7, rng.integers(0, customers, n))
    of[:60] = np.arange(1000, 1060)
    days = np.datetime64("2024-01-01") + rng.integers(0, 900, n)
    amount = rng.integers(-3, 12, n) * 100.0 + rng.choice([0.0, 0.05, 0.4], n)
    category = rng.choice(["PAINT", "TILE", "ROPE", "王", None], n)
    category[:60] = [f"ONLY{one % 7}" for one in range(60)]
    sales = pd.DataFrame(
        {
            "customer_id": pd.Series(spellings(rng, of)).where(rng.random(n) > 0.01),
            "date": days,
            "amount": amount,
            "order_id": [f"O{one}" for one in rng.integers(0, n // 2, n)],
            "quantity": np.where(rng.random(n) < 0.1, np.nan, rng.integers(1, 9, n)),
            "cost": np.where(rng.random(n) < 0.5, np.nan, amount * 0.7).round(2),
            "category": category,
            "brand": rng.choice(["X", "Y", None], n),
        }
    )
    known = np.unique(of)[::2]
    many = len(known)
    customers_table = pd.DataFrame(
        {
            "customer_id": known.astype(str),
            "type": rng.choice(["dealer", "developer", "家装公司", None], many),
            "industry": rng.choice(["建材", "restaurant", None], many),
            "employees": rng.choice([3, 50, 700], many),
            "annual_revenue": rng.choice([1e6, 5e8], many),
            "province": rng.choice(["广东", "Beijing", None], many),
            "city": rng.choice(["佛山", "Shenzhen", None], many),
            "registered_on": np.datetime64("2023-06-01") + rng.integers(0, 1300, many),
            "group_id": rng.choice(["G1", " G1", "G2", "G3", "alone", None], many),
            "credit_limit": rng.choice([500.0, 90.0, np.nan], many),
            "open_orders": rng.choice([0.0, 70.0], many),
            "closed_on": pd.Series(["2026-05-01"] * many).where(rng.random(many) < 0.1),
        }
    )
    billed = rng.choice(of, 300)
    issued = np.datetime64("2025-01-01") + rng.integers(0, 500, 300)
    invoices = pd.DataFrame(
        {
            "customer_id": spellings(rng, billed),
            "invoice_id": [f"I{one}" for one in range(300)],
            "issued_on": issued,
            "due_on": issued + 30,
            "amount": rng.integers(1, 90, 300) * 10.0,
        }
    )
    paid = rng.integers(0, 320, 400)  # twenty of no known invoice
    payments = pd.DataFrame(
        {
            "payment_id": [f"P{one}" for one in range(400)],
            "invoice_id": [f" I{one}" for one in paid],
            "paid_on": np.datetime64("2025-02-01") + rng.integers(0, 500, 400),
            "amount": rng.integers(1, 40, 400) * 10.0,
        }
    )
    said = rng.choice(of, 200)
    when = np.datetime64("2025-06-01") + rng.integers(0, 390, 200)
    interactions = pd.DataFrame(
        {
            "customer_id": said,  # whole numbers here, texts elsewhere
            "date": when,
            "channel": rng.choice(["phone", "visit"], 200),
            "kind": rng.choice(["call", "intent"], 200),
        }
    )
    feedback = pd.DataFrame(
        {
            "customer_id": said.astype(float),
            "date": when,
            "csat": rng.choice([1.0, 3.0, 5.0, np.nan], 200),
            "nps": rng.choice([0.0, 7.0, 10.0], 200),
        }
    )
    return {
        "sales": sales,
        "customers": customers_table,
        "invoices": invoices,
        "payments": payments,
        "interactions": interactions,
        "feedback": feedback,
    }


def written(tables, folder, form):
    """Write tables as files, the sales as three; one has its columns turned round."""
    files = {}
    for name, frame in tables.items():
        cuts = [0, 900, 2500, len(frame)] if name == "sales" else [0, len(frame)]
        files[name] = []
        for at, (start, stop) in enumerate(pairwise(cuts)):
            part = frame.iloc[start:stop]
            part = part[part.columns[::-1]] if at == 2 else part
            path = folder / f"{name}-{at}.{form}"
            if form == "csv":
                part.to_csv(path, index=False)
            else:
                part.to_parquet(path, index=False)
            files[name].append(path)
    return files


@pytest.fixture(scope="module", params=FORMS)
def awkward_files(request, tmp_path_factory):
    """The awkward tables as files of each form."""
    folder = tmp_path_factory.mktemp("awkward")
    return written(awkward(), folder, request.param)


@pytest.fixture(scope="module")
def retail_file(data_dir, tmp_path_factory):
    """UCI Online Retail with the amount of each line."""
    frame = pd.read_parquet(data_dir / "uci_online_retail.parquet")
    path = tmp_path_factory.mktemp("retail") / "retail.parquet"
    frame.assign(amount=frame["Quantity"] * frame["UnitPrice"]).to_parquet(path)
    return path


def check_same(engine, case, folder, monkeypatch):
    """Hold one engine to the answer in memory."""
    monkeypatch.setattr(Limit, "partitions", lambda _limit, _rows: PARTITIONS)
    expected, got = in_memory(case, folder), ENGINES[engine](case, folder)
    assert got.digest == expected.digest
    pd.testing.assert_frame_equal(
        got.frame.astype(object), expected.frame.astype(object), check_exact=True
    )


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("engine", ENGINES)
def test_awkward_rows(engine, policy, awkward_files, tmp_path, monkeypatch):
    """Ties, gaps, returns, orphans and skew come out alike, in every feature."""
    case = Case(
        awkward_files,
        cs.load_policy(policy),
        "2026-06-30",
        features=tuple(CATALOGUE),
        how={"currency": "CNY"},
    )
    check_same(engine, case, tmp_path, monkeypatch)


@pytest.mark.parametrize("engine", ENGINES)
def test_groups_of_words(engine, awkward_files, tmp_path, monkeypatch):
    """Though no partition holds all words, nor all groups."""
    case = Case(
        awkward_files,
        cs.load_policy(GROUPS),
        "2026-06-30",
        features=("top_use", "top_use_share", "uses_lately", "house_share"),
        how={"currency": "CNY"},
    )
    assert set(in_memory(case, tmp_path).frame["top_use"]) >= {"WALLS", "RIGGING"}
    check_same(engine, case, tmp_path, monkeypatch)


@pytest.mark.parametrize("engine", ENGINES)
def test_tables_of_which_nothing_is_asked(engine, tmp_path, monkeypatch):
    """Who is known by an invoice or a cost alone is known to every engine."""
    tables = awkward(n=2000, customers=100)
    people = {"customer_id": ["silent", " silent", "later"]}
    days = ["2026-01-05", "2026-03-01", "2026-07-01"]
    tables["costs"] = pd.DataFrame(
        {**people, "date": days, "kind": "rebate", "amount": [5.0, 6.0, 7.0]}
    )
    one = tables["invoices"].iloc[:1].assign(customer_id="billed", invoice_id="own")
    tables["invoices"] = pd.concat([tables["invoices"], one])
    case = Case(
        written(tables, tmp_path, "parquet"),
        cs.load_policy("company"),
        "2026-06-30",
        how={"currency": "CNY"},
    )
    known = set(in_memory(case, tmp_path).frame["customer_id"])
    assert {"silent", "billed", "later"} & known == {"silent", "billed"}
    folder = tmp_path / "work"
    folder.mkdir()
    check_same(engine, case, folder, monkeypatch)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_classifier_of_ones_own(engine, awkward_files, tmp_path, monkeypatch):
    """It is fitted on the same members, in the same order, wherever they stood."""
    policy = cs.load_policy("company").with_classifier(Kin())
    case = Case(awkward_files, policy, "2026-06-30", how={"currency": "CNY"})
    said = in_memory(case, tmp_path).frame["kin"].value_counts()
    assert said.min() > 0
    assert set(said.index) == {"BEFORE", "AFTER", "UNKNOWN"}
    check_same(engine, case, tmp_path, monkeypatch)


@pytest.mark.parametrize("engine", ENGINES)
def test_who_registers_later(engine, tmp_path, monkeypatch):
    """Nobody yet on any engine, also where the policy never asks for that day."""
    tables = awkward(n=900, customers=60)
    days = ["2026-06-30", "2026-07-01"]
    tables["customers"] = pd.DataFrame(
        {"customer_id": ["today", "tomorrow"], "registered_on": days}
    )
    case = Case(
        written(tables, tmp_path, "parquet"),
        cs.load_policy(ONLY_SALES),
        "2026-06-30",
        how={"currency": "CNY"},
    )
    known = set(in_memory(case, tmp_path).frame["customer_id"])
    assert {"today", "tomorrow"} & known == {"today"}
    folder = tmp_path / "work"
    folder.mkdir()
    check_same(engine, case, folder, monkeypatch)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("engine", ENGINES)
def test_columns_of_ones_own(engine, form, tmp_path, monkeypatch):
    """What only a policy has a name for is read alike, some of it in one part only."""
    tables = awkward(n=3000, customers=100)
    people = tables["customers"]
    rng = np.random.default_rng(5)
    many = len(people)
    people["parking lots"] = rng.choice([3, 70.5, 400, -1, np.nan], many)
    people["租金"] = rng.choice(["10.25", "6000", None], many)
    people["height"] = rng.choice([1.9, 2.5], many)
    people["notice"] = rng.choice([10, 90], many)
    people["lift"] = rng.random(many) < 0.5
    people["system"] = np.where(np.arange(many) == 3, "ParkIt 2", None)
    people["phone"] = "555-0101"
    case = Case(
        written(tables, tmp_path, form),
        cs.load_policy(ATTRIBUTES),
        "2026-06-30",
        features=("lots", "rent", "height", "notice", "has_lift", "system"),
        how={"currency": "EUR"},
    )
    folder = tmp_path / "work"
    folder.mkdir()
    check_same(engine, case, folder, monkeypatch)


@pytest.mark.parametrize("engine", ENGINES)
def test_returns_that_quote_their_line(engine, tmp_path, monkeypatch):
    """They lower the spend and contradict nothing; rows sent twice count once."""
    sold = awkward(n=600, customers=40)["sales"].dropna(subset="customer_id")
    sold = sold[sold["amount"] > 0].assign(line_id="1")
    sold["order_id"] = [f"O{one}" for one in range(len(sold))]
    back = sold.iloc[::7].assign(amount=-sold["amount"], quantity=-1.0)
    tables = {"sales": pd.concat([sold, back, sold[:9], back[:3]], ignore_index=True)}
    case = Case(
        written(tables, tmp_path, "parquet"),
        cs.load_policy("company"),
        "2026-06-30",
        features=("spend", "orders", "return_amount"),
        how={"currency": "CNY"},
    )
    folder = tmp_path / "work"
    folder.mkdir()
    check_same(engine, case, folder, monkeypatch)
    spent = in_memory(case, folder).frame["spend"].sum()
    recent = pd.concat([sold, back])["date"] > pd.Timestamp("2025-06-30")
    assert round(spent, 2) == round(pd.concat([sold, back])["amount"][recent].sum(), 2)


@pytest.mark.real
@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("engine", ENGINES)
def test_online_retail(engine, policy, retail_file, tmp_path, monkeypatch):
    """4,372 customers of a real shop come out alike."""
    columns = cs.Columns(
        customer_id="CustomerID",
        date="InvoiceDate",
        order_id="InvoiceNo",
        quantity="Quantity",
        product="StockCode",
        category="Country",
    )
    case = Case(
        {"sales": [retail_file]},
        in_pounds(cs.load_policy(policy)),
        "2011-12-10",
        features=(*COMPARING, "spend", "orders"),
        how={"columns": columns, "currency": "GBP"},
    )
    check_same(engine, case, tmp_path, monkeypatch)
