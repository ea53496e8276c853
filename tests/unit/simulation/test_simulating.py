"""What a simulation asks for, what it refuses, and what it says of the future."""

import datetime as dt

import pytest
from attrs import evolve

import custseg as cs
from custseg.errors import CurrencyMismatch, SettingError
from custseg.simulation.simulating import simulate
from small_past import CLOSED, DATES, TEXT, ledger, shop


@pytest.fixture(scope="module")
def book():
    """The sales of the four months."""
    return ledger()


@pytest.fixture(scope="module")
def fitted(book):
    """The shop's policy, as it was known before the first date."""
    return shop().fit(book, as_of="2026-01-31")


def test_one_policy_or_several(book, fitted):
    """A policy, a list of them, or names of one's own."""
    assert simulate(book, fitted, dates=DATES).policies == ("shop",)
    assert simulate(book, [fitted], dates=DATES).policies == ("shop",)
    named = simulate(book, {"old": fitted, "new": fitted}, dates=DATES)
    assert named.policies == ("old", "new")


def test_policies_of_one_code_are_told_apart(book, fitted):
    """By version where that is enough, else by number."""
    about = evolve(fitted.tree.about, version="2")
    newer = evolve(fitted, tree=evolve(fitted.tree, about=about))
    two = simulate(book, [fitted, newer], dates=DATES)
    assert two.policies == ("shop 1", "shop 2")
    same = simulate(book, [fitted, fitted], dates=DATES)
    assert same.policies == ("shop 1 (1)", "shop 1 (2)")


def test_dates_in_several_forms(book, fitted):
    """Text, dates, or a single one of them."""
    past = simulate(book, fitted, dates=[dt.date(2026, 2, 1), "2026-03-01"])
    assert past.dates == (dt.date(2026, 2, 1), dt.date(2026, 3, 1))
    assert simulate(book, fitted, dates="2026-02-01").dates == (dt.date(2026, 2, 1),)


@pytest.mark.parametrize(
    ("dates", "got"),
    [
        ([], "none"),
        (["2026-03-01", "2026-02-01"], "2026-03-01, 2026-02-01"),
        (["2026-03-01", "2026-03-01"], "2026-03-01, 2026-03-01"),
    ],
)
def test_dates_must_rise(book, fitted, dates, got):
    """Nothing is sorted in silence."""
    with pytest.raises(
        SettingError, match=f"each later than the one before; got {got}"
    ):
        simulate(book, fitted, dates=dates)


def test_until_is_behind_the_last_date(book, fitted):
    """Else there is no period."""
    with pytest.raises(SettingError, match=r"until: .*allowed: a day after 2026-05-01"):
        simulate(book, fitted, dates=DATES, until="2026-05-01")


@pytest.mark.parametrize("policies", [[], {}])
def test_there_must_be_a_policy(book, policies):
    """None is not all."""
    with pytest.raises(SettingError, match="one or more fitted policies; got none"):
        simulate(book, policies, dates=DATES)


def test_a_policy_must_be_fitted(book):
    """The slip of a first day, with what to write instead."""
    for given in ([shop()], {"a": shop()}):
        with pytest.raises(SettingError, match=r"got a Policy; write .*\.fit\("):
            simulate(book, given, dates=DATES)


def test_a_policy_must_have_tiers(book):
    """Labels have no memory."""
    policy = shop()
    bare = evolve(policy, tree=evolve(policy.tree, grading=None))
    fitted = bare.fit(book, as_of="2026-01-31")
    with pytest.raises(SettingError, match="no tiers to replay; got shop"):
        simulate(book, fitted, dates=DATES)


def test_it_takes_a_ledger(fitted):
    """And no frame."""
    with pytest.raises(SettingError, match="ledger"):
        simulate({"customer_id": ["x"]}, fitted, dates=DATES)


def test_currencies_must_agree(fitted):
    """Euros are not graded by what was learned in yuan."""
    sales = {"customer_id": ["x"], "date": ["2026-01-02"], "amount": [1.0]}
    euros = cs.Ledger.from_frames(sales, currency="EUR")
    with pytest.raises(CurrencyMismatch, match="EUR and CNY"):
        simulate(euros, fitted, dates=DATES)


def test_names_must_differ(book, fitted):
    """The name of the naive twin is taken."""
    both = {"a": fitted, "a naive": fitted}
    with pytest.raises(
        SettingError, match="two policies would have one name; got 'a n"
    ):
        simulate(book, both, dates=DATES, naive=True)


def test_naive_regrading_has_no_memory(book, fitted):
    """Its tier is the entitled one of the day, whatever was held."""
    past = simulate(book, {"shop": fitted}, dates=DATES, naive=True)
    assert past.policies == ("shop", "shop naive")
    frame = past.to_pandas(all_customers=True)
    naive = frame[frame["policy"] == "shop naive"]
    for date, rows in naive.groupby("date"):
        policy = shop()
        entitled = policy.fit_and_classify(
            book, as_of=date.date() - dt.timedelta(days=1)
        )[1]
        assert rows["after"].tolist() == entitled.labels("tier").tolist()
        assert rows["customer_id"].tolist() == entitled.customer_ids.tolist()
    # x: A, B, A, A; y: B, B, C, B; z: A, C.
    assert past.held("shop naive") == {"A": 1, "B": 1, "C": 1}
    assert past.flapping("shop naive").moves == 5


def test_naive_regrading_learns_anew():
    """What moves a customer may be the others."""
    text = TEXT.replace("min(orders * 20, 100)", "100 * pct(orders)")
    book = ledger()
    fitted = shop(text).fit(book, as_of="2026-01-31")
    past = simulate(book, {"p": fitted}, dates=DATES, naive=True)
    frame = past.to_pandas(all_customers=True)
    # Among x 4 and y 2, and again among x 2 and y 2: ties share the middle.
    march = frame[frame["date"] == "2026-03-01"].set_index(["policy", "customer_id"])
    assert march.loc[("p", "x"), "score"] == march.loc[("p", "y"), "score"]
    assert march.loc[("p naive", "x"), "score"] == 50.0
    assert march.loc[("p", "x"), "score"] == 25.0


def test_cuts_from_the_future_are_told(book):
    """A policy that learned later knows what the first date could not."""
    later = shop().fit(book, as_of="2026-02-01")
    past = simulate(book, later, dates=DATES)
    (remark,) = past.remarks
    assert remark.en == (
        "the cuts of shop were learned on 2026-02-01, which the first date, "
        "2026-02-01, could not know"
    )
    assert past.to_text().endswith(f"Note: {remark.en}")
    assert past.to_text("zh").endswith(f"注意：{remark.zh}")


def test_learned_in_time_nothing_is_told(book, fitted):
    """The day before the first date is early enough."""
    assert simulate(book, fitted, dates=DATES).remarks == ()


def test_attributes_without_dates_are_told():
    """Only those that tiers rest on, and only where they have no valid_from."""
    text = TEXT + (
        '\n[[grading.gates]]\ncode = "small"\ntitle = { zh = "小", en = "Small" }\n'
        'when = "coalesce(employees, 10) < 5"\ncap = "C"\n'
    )
    staff = {**CLOSED, "employees": [3, 10, 10]}
    book = ledger(customers=staff)
    fitted = shop(text).fit(book, as_of="2026-01-31")
    past = simulate(book, fitted, dates=DATES)
    assert [one.en for one in past.remarks] == [
        "without valid_from these count as they are today: customers.employees"
    ]
    assert past.held() == {"A": 0, "B": 2, "C": 1}
    dated = {**staff, "valid_from": ["2026-01-01"] * 3}
    again = simulate(ledger(customers=dated), fitted, dates=DATES)
    assert again.remarks == ()
    plain = shop().fit(book, as_of="2026-01-31")
    assert simulate(book, plain, dates=DATES).remarks == ()
    # What the table does not hold is nothing that could have changed.
    bare = ledger(customers=CLOSED)
    assert simulate(bare, fitted, dates=DATES).remarks == ()


def test_customers_before_their_time_are_told(fitted):
    """Nothing is on record of z before March, and the card does not say since when."""
    cards = {"customer_id": ["x", "z", "idle"]}
    past = simulate(ledger(customers=cards), fitted, dates=DATES)
    (remark,) = past.remarks
    assert remark.en == (
        "1 customer with nothing on record before the first date, 2026-02-01, "
        "and no registered_on, counts from it on"
    )
    first = past.to_pandas().set_index("customer_id").loc["z"].iloc[0]
    assert (first["action"], first["date"].month) == ("FIRST", 2)
    for dated in ("registered_on", "valid_from"):
        book = ledger(customers={**cards, dated: ["2026-01-01", "2026-03-02", None]})
        assert simulate(book, fitted, dates=DATES).remarks == ()


def test_what_the_sales_do_not_cover_is_told(book):
    """From 2 January to 5 April; 61 days before February begin 31 days before them."""
    policies = {
        window: shop(TEXT.replace("month to date", window)).fit(
            book, as_of="2026-01-31"
        )
        for window in ("61 days", "62 days", "lifetime")
    }
    told = {
        window: [
            one.en
            for one in simulate(book, fitted, dates=DATES, until="2026-05-02").remarks
        ]
        for window, fitted in policies.items()
    }
    ends = (
        "the last sale is of 2026-04-05, and the last period goes on until 2026-05-02"
    )
    short = (
        "the sales begin on 2026-01-02; the first date, 2026-02-01, sees less than the "
        "window of 62 days, and some of the rises after it only come from windows that "
        "fill"
    )
    assert told == {"61 days": [ends], "62 days": [short, ends], "lifetime": [ends]}
    past = simulate(book, policies["61 days"], dates=["2026-04-01"], until="2026-04-06")
    assert past.remarks == ()
    early = shop().fit(book, as_of="2025-12-31")
    past = simulate(book, early, dates=["2026-01-02"])
    assert past.remarks[0].en == (
        "the sales begin on 2026-01-02; the first date, 2026-01-02, sees none"
    )


def test_a_day_of_closing_is_a_date_of_its_own():
    """It is known when it comes, and nothing is to be told."""
    text = TEXT + (
        '\n[[grading.gates]]\ncode = "closed"\ntitle = { zh = "销", en = "Closed" }\n'
        'when = "coalesce(is_closed, false)"\ncap = "C"\n'
    )
    book = ledger(customers=CLOSED)
    past = simulate(book, shop(text).fit(book, as_of="2026-01-31"), dates=DATES)
    assert past.remarks == ()
    frame = past.to_pandas().set_index(["customer_id", "date"])
    assert frame.loc[("y", "2026-05-01"), "reason"] == "RISE_CAPPED"
