"""Whether tiers flap: monthly reviews of two real shops, against naive re-grading.

UCI Online Retail (4,372 customers, December 2010 to 9 December 2011) and CDNOW (23,570
customers, January 1997 to June 1998). The packaged policy with its own rules, reviewed
on the first of each month, from three months into the data on; its cuts are those
learned on the day before the first review. Naive re-grading learns the percentiles anew
each month and gives everybody the tier entitled to.

The aim: the rules undo, within two reviews, at most a fifth of the moves that naive
re-grading undoes, while tier A holds at least 95 % of the following months' revenue
that the naive A holds. The numbers below are what was measured, those that fall short
of the aim included. They are facts about the data and the packaged rules: where a rule
is changed on purpose, they are measured anew.
"""

import pandas as pd
import pytest
from attrs import evolve

import custseg as cs
from custseg.rules.tiers.calendar import Cadence
from custseg.simulation.simulating import simulate

pytestmark = pytest.mark.real


def months(first, last):
    """Return the first days of the months from one to another."""
    return [str(day.date()) for day in pd.date_range(first, last, freq="MS")]


def monthly(**moves):
    """Return the packaged policy, reviewed each month, with some moves changed."""
    policy = cs.load_policy("company")
    grading = policy.tree.grading
    grading = evolve(
        grading,
        reviews=evolve(grading.reviews, every=Cadence.MONTHLY),
        moves=evolve(grading.moves, **moves),
    )
    return evolve(policy, tree=evolve(policy.tree, grading=grading))


@pytest.fixture(scope="module")
def retail(data_dir):
    """The wholesaler, and its ten months."""
    frame = pd.read_parquet(data_dir / "uci_online_retail.parquet")
    frame = frame[frame["CustomerID"].notna()]
    sales = pd.DataFrame(
        {
            "customer_id": frame["CustomerID"].astype("int64").astype(str),
            "date": frame["InvoiceDate"].dt.normalize(),
            "amount": frame["Quantity"] * frame["UnitPrice"],
            "order_id": frame["InvoiceNo"].astype(str),
        }
    )
    ledger = cs.Ledger.from_frames(sales, currency="GBP")
    return ledger, months("2011-03-01", "2011-12-01"), "2011-12-10"


@pytest.fixture(scope="module")
def cdnow(data_dir):
    """The buyers of compact discs, and their fifteen months."""
    ledger = cs.Ledger.from_frames(
        pd.read_parquet(data_dir / "cdnow_master.parquet"),
        columns=cs.Columns(amount="dollar_value", quantity="number_of_cds"),
        currency="USD",
    )
    return ledger, months("1997-04-01", "1998-06-01"), "1998-07-01"


def tried(shop, learned):
    """Return the replay of the packaged rules, by the days on which cuts were learned.

    Only beside the first of them naive re-grading is shown; it is the same for all.
    """
    ledger, dates, until = shop
    first, *others = learned.items()
    pasts = {}
    for naive, some in ((True, dict([first])), (False, dict(others))):
        fitted = {name: monthly().fit(ledger, as_of=day) for name, day in some.items()}
        if fitted:
            past = simulate(ledger, fitted, dates=dates, until=until, naive=naive)
            pasts |= dict.fromkeys(past.policies, past)
    return pasts


@pytest.fixture(scope="module")
def retail_past(retail):
    """Cuts learned before the first review, and with hindsight on the last day."""
    return tried(retail, {"start": "2011-02-28", "end": "2011-12-09"})


@pytest.fixture(scope="module")
def cdnow_past(cdnow):
    """Likewise."""
    return tried(cdnow, {"start": "1997-03-31", "end": "1998-06-30"})


def flaps(past, name, within=2):
    """Return how many moves were made, and how many undone within some reviews."""
    found = past[name].flapping(name, within=within)
    return found.moves, found.undone


def kept_value(past, name):
    """Return the revenue that A holds, as a share of what the naive A holds."""
    naive = past["start naive"].held_value("start naive")["A"]
    return past[name].held_value(name)["A"] / naive


def test_retail_moves(retail_past):
    """Naive: 5,328 moves, 2,325 undone. The rules: 2,563, none of them undone.

    None can be: a tier is held for 90 days, and two monthly reviews are over sooner.
    So a longer look is recorded too: within six reviews a tenth is undone.
    """
    assert flaps(retail_past, "start naive") == (5328, 2325)
    assert flaps(retail_past, "start") == (2563, 0)
    assert flaps(retail_past, "start naive", within=6)[1] == 2841
    assert flaps(retail_past, "start", within=6)[1] == 271


def test_retail_value(retail_past):
    """A holds 7 % more than the naive A; with cuts from the last day 11 % less.

    Such cuts come from a year of sales, and for most of the replay nobody has a year
    yet, so fewer are in A. The aim is missed there by 6 points.
    """
    naive = retail_past["start naive"].held_value("start naive")
    assert naive["A"] == pytest.approx(0.6072, abs=5e-5)
    assert kept_value(retail_past, "start") == pytest.approx(1.0734, abs=5e-5)
    assert kept_value(retail_past, "end") == pytest.approx(0.8893, abs=5e-5)


def test_cdnow_moves(cdnow_past):
    """Naive: 28,344 moves, 5,005 undone. The rules: 20,556, none of them undone.

    Within six reviews it is 47 % of what naive re-grading undoes, more than a fifth:
    frozen cuts and a window that is still filling let nearly everybody rise, and those
    who bought once only fall again.
    """
    assert flaps(cdnow_past, "start naive") == (28_344, 5005)
    assert flaps(cdnow_past, "start") == (20_556, 0)
    assert flaps(cdnow_past, "start naive", within=6)[1] == 8998
    assert flaps(cdnow_past, "start", within=6)[1] == 4226


def test_cdnow_value(cdnow_past):
    """A holds 0.8 % more than the naive A; with cuts from the last day 27 % less."""
    naive = cdnow_past["start naive"].held_value("start naive")
    assert naive["A"] == pytest.approx(0.5955, abs=5e-5)
    assert kept_value(cdnow_past, "start") == pytest.approx(1.0078, abs=5e-5)
    assert kept_value(cdnow_past, "end") == pytest.approx(0.7300, abs=5e-5)


def test_cdnow_one_month_in(cdnow):
    """Begun after a month, when two thirds of the customers have not come: 88 %.

    The aim is missed by 7 points. Without the dwell, A holds 102 %, and 49 % of the
    naive moves are undone instead of none.
    """
    ledger, _, until = cdnow
    dates = months("1997-02-01", "1998-06-01")
    both = {"packaged": monthly(), "no dwell": monthly(dwell_days=0)}
    past = {}
    for name, policy in both.items():
        fitted = {name: policy.fit(ledger, as_of="1997-01-31")}
        naive = name == "packaged"
        past[name] = simulate(ledger, fitted, dates=dates, until=until, naive=naive)
    naive = past["packaged"].held_value("packaged naive")["A"]
    undone = past["packaged"].flapping("packaged naive").undone
    shares = {name: one.held_value(name)["A"] / naive for name, one in past.items()}
    assert shares["packaged"] == pytest.approx(0.8818, abs=5e-5)
    assert shares["no dwell"] == pytest.approx(1.0233, abs=5e-5)
    flapped = {name: one.flapping(name).undone / undone for name, one in past.items()}
    assert flapped == pytest.approx({"packaged": 0, "no dwell": 0.492}, abs=5e-4)


@pytest.mark.parametrize("shop", ["retail_past", "cdnow_past"])
def test_the_aim_is_reached(shop, request):
    """Both bounds, three months in, with cuts that the first review could know."""
    past = request.getfixturevalue(shop)
    assert 5 * flaps(past, "start")[1] <= flaps(past, "start naive")[1]
    assert kept_value(past, "start") >= 0.95
    (remark,) = past["start"].remarks  # three months do not fill the window of a year
    assert "sees less than the window of 365 days" in remark.en
