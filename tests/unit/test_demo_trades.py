"""The made-up trades: exact, canonical, and noisy where they say so."""

import datetime as dt
from collections import Counter, defaultdict

import numpy as np
import pytest

import custseg as cs
from custseg import cli
from custseg.contract import TABLES
from custseg.demo import LONG_ENOUGH, TRADES, Meant, recovered, trade
from custseg.demos.buyers import Wants
from custseg.demos.calendar import calendar_to
from custseg.demos.dice import Dice
from custseg.demos.lives import Life, live, too_short
from custseg.demos.plans import banded, standings
from custseg.demos.rhythms import by_projects, in_seasons, now_and_then, restocks
from custseg.errors import SettingError
from custseg.policies import NAMES
from custseg.rules.files.loader import load_tree
from digests import digest

CALENDAR = calendar_to(dt.date(2026, 6, 30))


@pytest.fixture(scope="module", params=TRADES)
def made(request):
    """A small trade of each policy."""
    return trade(request.param, customers=60, seed=3)


# --- the tables -----------------------------------------------------------------------


def test_every_packaged_policy_has_a_trade():
    """None was forgotten."""
    without = sorted(set(NAMES) ^ set(TRADES))
    assert without == [], "add it to _PLANS in demos/trades.py"


def test_columns_are_those_of_the_contract(made):
    """Every column is a canonical one, and those of a table are of one length."""
    for name, columns in made.tables.items():
        assert set(columns) <= set(TABLES[name].names())
        assert {f.name for f in TABLES[name].fields if f.required} <= set(columns)
        assert len({len(values) for values in columns.values()}) == 1
    assert list(made.truth) == made.tables["customers"]["customer_id"]


def test_nothing_lies_after_the_last_day(made):
    """Sales, invoices, payments, events and contacts are all of the past."""
    last = np.datetime64(made.as_of)
    for name, day in (
        ("sales", "date"),
        ("invoices", "issued_on"),
        ("payments", "paid_on"),
        ("events", "date"),
        ("interactions", "date"),
        ("feedback", "date"),
        ("costs", "date"),
        ("projects", "recorded_on"),
    ):
        if name in made.tables:
            assert made.tables[name][day].max() <= last, name


def test_the_same_seed_gives_the_same_bytes(made):
    """And another seed other ones."""
    again = trade(made.policy, customers=60, seed=3)
    other = trade(made.policy, customers=60, seed=4)
    for name, columns in made.tables.items():
        assert digest(columns) == digest(again.tables[name])
    assert digest(made.tables["sales"]) != digest(other.tables["sales"])
    assert made.truth == again.truth


def test_the_bytes_are_the_same_everywhere():
    """Golden digests: drawn as whole numbers from a stream that numpy keeps."""
    made = trade("lighting", customers=60, seed=1)
    assert {name: digest(table)[:16] for name, table in made.tables.items()} == {
        "sales": "a9355ec699f68bd0",
        "customers": "9d5eebaf8e318da1",
        "interactions": "693d27e6d059f612",
    }


def test_the_ledger_takes_it_without_a_complaint(made):
    """No row is dropped, and nothing is odd but what is missing."""
    ledger = cs.Ledger.from_frames(**made.tables, currency=made.currency)
    assert ledger.n_customers == 60
    assert ledger.report.rows_in["sales"] == len(made.tables["sales"]["date"])


def test_money_is_exact_to_the_fen(made):
    """Each float is the nearest one to a number of two decimals."""
    amounts = made.tables["sales"]["amount"]
    assert (np.round(amounts * 100) / 100 == amounts).all()


def test_three_lines_in_a_hundred_come_back(made):
    """A return names an order, and is not larger than the line that it undoes."""
    sales = made.tables["sales"]
    sold = defaultdict(int)
    for order, product, quantity in zip(
        sales["order_id"], sales["product"], sales["quantity"].tolist(), strict=True
    ):
        if quantity > 0:
            sold[order, product] += quantity
    back = np.flatnonzero(sales["amount"] < 0)
    assert 0.02 <= len(back) / len(sales["amount"]) <= 0.04
    for row in back.tolist():
        key = (sales["returns_order_id"][row], sales["product"][row])
        assert 0 < -sales["quantity"][row] <= sold[key]


def test_one_field_in_fifty_is_empty():
    """On cards, but never the day of registration."""
    made = trade("company", customers=300, seed=5)
    cards = made.tables["customers"]
    assert not np.isnat(cards["registered_on"]).any()
    empty = cards["country"].count(None)
    assert 1 <= empty <= 14  # of 300 about 6; binomial, three deviations of 2.4


# --- the truth ------------------------------------------------------------------------


def test_the_truth_speaks_the_language_of_the_policy(made):
    """Families and labels are those of the policy."""
    tree = load_tree(made.policy)
    labels = {
        family.code: {label.code for label in family.labels} for family in tree.families
    }
    for meant in made.truth.values():
        for family, code in meant.labels.items():
            assert code in labels[family] or labels[family] == set()
            assert code != "UNKNOWN"
        assert meant.too_short <= meant.labels.keys()
        assert meant.too_short <= LONG_ENOUGH.keys()


def test_every_sort_is_there_in_small_data(made):
    """Sixty customers are of at least seven sorts, mixed: ids tell nothing."""
    sorts = [meant.sort for meant in made.truth.values()]
    assert len(set(sorts)) >= 7
    most, count = Counter(sorts).most_common(1)[0]
    places = [place for place, sort in enumerate(sorts) if sort == most]
    assert places != list(range(places[0], places[0] + count))


def test_what_was_recovered_is_counted_by_hand():
    """Of three: one right, one unknown, one wrong; a fourth is too short to tell."""
    base = trade("company", customers=60)
    truth = {
        "a": Meant("SHOP", {"value": "HIGH"}),
        "b": Meant("SHOP", {"value": "HIGH"}),
        "c": Meant("SHOP", {"value": "LOW"}),
        "d": Meant("SHOP", {"value": "LOW"}, frozenset({"value"})),
        "e": Meant("SHOP", {}),
    }
    known = type(base)("company", {}, truth, base.as_of, base.seller)
    frame = {
        "customer_id": list("abcde"),
        "value": ["HIGH", "UNKNOWN", "MEDIUM", "HIGH", "LOW"],
    }
    (found,) = recovered(known, frame)
    assert (found.family, found.right, found.unknown) == ("value", 1, 1)
    assert (found.wrong, found.too_short) == ({"c": "MEDIUM"}, {"d": "HIGH"})
    assert found.asked == 3
    assert found.share == pytest.approx(1 / 3)


# --- behaviours -----------------------------------------------------------------------


def test_restocking_keeps_to_its_days():
    """Every 30 days, give or take five; now and then one is skipped."""
    days = restocks(30, Dice(1))(0, 3000)
    gaps = np.diff(days)
    assert days[0] == 0
    assert gaps.min() >= 25
    assert np.median(gaps) == pytest.approx(30, abs=2)
    assert 0 < (gaps > 35).sum() <= 12  # of 100 about four


def test_now_and_then_is_so_many_times_a_year():
    """Six times a year over eight years, a few of them skipped."""
    days = now_and_then(6, Dice(1))(0, 8 * 365)
    assert 42 <= len(days) <= 50


def test_seasons_hold_most_purchases():
    """Spring and autumn, with a stray day a year at most."""
    days = in_seasons((3, 4, 9, 10), (4, 6), CALENDAR, Dice(1))(0, CALENDAR.end)
    months = [CALENDAR.date(day).month for day in days]
    strays = sum(month not in {3, 4, 5, 9, 10, 11} for month in months)
    assert strays <= 4
    assert len(days) >= 40


def test_projects_are_several_purchases_and_a_pause():
    """Gaps are of at most 24 days, or of a pause."""
    gaps = np.diff(by_projects((60, 130), Dice(1))(0, 3000))
    assert ((gaps <= 24) | (gaps >= 67)).all()
    assert (gaps >= 67).sum() >= 10


@pytest.mark.parametrize(
    ("stage", "least", "most"),
    [
        ("MATURE", 0, 30),
        ("FADING", 40, 180),
        ("COOLING", 181, 365),
        ("DORMANT", 366, 730),
        ("CHURNED", 731, 1000),
        ("NEW", 0, 30),
        ("REACTIVATED", 0, 30),
    ],
)
def test_silence_fits_the_stage(stage, least, most):
    """Whatever is drawn, days since the last purchase are those of the stage."""
    for seed in range(40):
        dice = Dice(seed)
        life = live(restocks(12, dice), 12, CALENDAR, dice, stage=stage)
        assert least <= CALENDAR.end - life.days[-1] <= most


def test_what_is_too_short_by_hand():
    """Five orders in the year from April on: most things cannot be told."""
    days = [CALENDAR.day(2026, 4, day) for day in (1, 8, 15, 22, 29)]
    short = too_short(Life("NEW", days), CALENDAR)
    assert short == LONG_ENOUGH.keys() - {"churn_risk"}
    old = [CALENDAR.end - 40 * k for k in range(26, -1, -1)]
    assert too_short(Life("MATURE", old), CALENDAR) == frozenset()


def test_an_order_grows_in_steps():
    """From its day on, each step holds until the next."""
    wants = Wants(1000, {"x": 1}, sizes=[(10, 3000), (20, 500)])
    assert [wants.on(day) for day in (9, 10, 19, 20)] == [1000, 3000, 3000, 500]


def test_amounts_spread_by_factors():
    """The median is the usual amount, and half and double are as far from it."""
    dice = Dice(1)
    drawn = np.array([dice.around(10_000, 6) for _ in range(4000)])
    logs = np.log2(drawn / 10_000)
    assert np.median(drawn) == pytest.approx(10_000, rel=0.03)
    # Four uniform steps of -6 to 6 sixteenths: variance 4 * (13**2 - 1) / 12 = 56.
    assert logs.std() == pytest.approx(56**0.5 / 16, rel=0.05)
    assert np.abs(logs).max() <= 24 / 16 + 0.01


def test_standings_and_bands():
    """Mid-ranks of four members: 1/8, 3/8, 5/8, 7/8; equal values share one."""
    members = [True] * 4
    assert standings([1, 2, 3, 4], members) == [0.125, 0.375, 0.625, 0.875]
    assert standings([1, 1, 3, 4], members) == [0.25, 0.25, 0.625, 0.875]
    assert banded([0.79, 0.8], {"HIGH": 0.8}, "LOW") == ["LOW", "HIGH"]


# --- on the command line --------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "Demo: an invented wholesaler of building materials."),
        (["--policy=company"], "Demo: an invented wholesaler of building materials."),
        (["--policy=lighting"], "Demo: an invented trade for the policy lighting."),
        (
            ["--policy=lighting", "--language=zh"],
            "演示：为规则 lighting 虚构的一家企业。",
        ),
    ],
)
def test_the_policy_of_a_trade_is_shown_on_its_trade(capsys, arguments, told):
    """Without a file, and said in the language asked for."""
    assert cli.main(arguments) == 0
    assert capsys.readouterr().out.startswith(told)


# --- settings -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "setting", "words"),
    [
        (
            "lightning",
            {},
            "policy: there is no made-up trade .*did you mean 'lighting'",
        ),
        ("company", {"customers": 59}, "customers: out of range; got 59; .*60 or more"),
        ("company", {"seed": -1}, "seed: out of range; got -1; allowed: .* 0 or more"),
        ("company", {"seed": True}, "seed: out of range; got True"),
    ],
)
def test_settings_are_checked(policy, setting, words):
    """What is no trade, and too few customers to show all sorts, are refused."""
    with pytest.raises(SettingError, match=words):
        trade(policy, **setting)
