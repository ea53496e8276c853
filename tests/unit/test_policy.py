"""Policies before and after they have learned."""

import json
from datetime import date

import pandas as pd
import pytest

import custseg as cs
from custseg.errors import AlteredFile, SettingError
from custseg.saving import save_content

TODAY = "2026-06-30"


@pytest.fixture(scope="module")
def ledger():
    """Twenty-five customers, each with a sale of its own size and day."""
    n = range(25)
    sales = {
        "customer_id": [f"c{i:02}" for i in n],
        "date": [f"2026-05-{i + 1:02}" for i in n],
        "amount": [100.0 * (i + 1) for i in n],
    }
    return cs.Ledger.from_frames(sales, currency="CNY")


@pytest.fixture(scope="module")
def fitted(ledger):
    """The company policy, fitted on them."""
    return cs.load_policy("company").fit(ledger, as_of=TODAY)


def test_a_policy_says_what_it_is(fitted):
    """Code, version, currency and needs."""
    policy = cs.load_policy("company")
    assert (policy.code, policy.version, policy.currency) == (
        "company",
        "2026.1",
        "CNY",
    )
    assert policy.digest == fitted.policy_digest
    assert {"sales.amount", "sales.order_id", "customers.flags"} <= policy.columns
    assert policy.needs == tuple(sorted(policy.needs))
    assert "recent_intents" in policy.needs


def test_the_digest_follows_what_was_learned(ledger, fitted):
    """The same customers teach the same; another day of the fit is another digest."""
    policy = cs.load_policy("company")
    assert policy.fit(ledger, as_of=date(2026, 6, 30)).digest == fitted.digest
    assert policy.fit(ledger, as_of="2026-06-29").digest != fitted.digest


def test_fit_and_classify_is_fit_then_classify(ledger, fitted):
    """One go gives the same frame as two."""
    both, result = cs.load_policy("company").fit_and_classify(ledger, as_of=TODAY)
    again = fitted.classify(ledger, as_of=TODAY)
    assert both.digest == fitted.digest
    assert result.policy == again.policy
    every = {"features": True}
    assert result.to_pandas(**every).equals(again.to_pandas(**every))


def test_save_and_load(tmp_path, ledger, fitted):
    """A loaded policy has the digest and gives the answers of the saved one."""
    path = tmp_path / "fitted.json"
    fitted.save(path)
    loaded = cs.load_fitted(str(path))
    assert loaded.digest == fitted.digest
    assert (loaded.fitted_on, loaded.currency) == (date(2026, 6, 30), "CNY")
    one, other = (
        who.classify(ledger, as_of=TODAY).to_pandas() for who in (fitted, loaded)
    )
    assert one.equals(other)


def test_the_text_is_what_the_file_holds(tmp_path, fitted):
    """Kept in a database it is read as from the file, and as strictly."""
    path = tmp_path / "fitted.json"
    fitted.save(path)
    text = fitted.to_json()
    assert path.read_text(encoding="utf-8") == text
    assert cs.fitted_from_json(text).digest == fitted.digest
    with pytest.raises(AlteredFile, match=r"the text: the content was altered"):
        cs.fitted_from_json(text.replace("80", "70"))
    with pytest.raises(SettingError, match=r"text: .* got a bytes; .*load_fitted"):
        cs.fitted_from_json(text.encode())


def test_a_sound_file_of_something_else_is_refused(tmp_path):
    """The right checksum on the wrong content is no fitted policy."""
    path = tmp_path / "other.json"
    save_content(path, {"schema": 2, "policy": {}})
    with pytest.raises(cs.PolicyError, match=r"\$\.about: this key is missing"):
        cs.load_fitted(path)


def test_what_no_label_looks_at_leaves_the_digest_alone(tmp_path):
    """Costs and usual shares are for features asked for, not for the policy."""
    goods = [{"category": f"g{n % 2}", "quantity": n % 3 + 1} for n in range(90)]
    sales = pd.DataFrame(
        {
            "customer_id": [f"c{n % 30}" for n in range(90)],
            "date": ["2026-06-01"] * 90,
            "amount": [100.0 + n for n in range(90)],
            "cost": [50.0] * 90,
        }
    ).join(pd.DataFrame(goods))
    ledger = cs.Ledger.from_frames(sales, currency="CNY")
    policy = cs.load_policy("company")
    asked = {"as_of": TODAY, "features": ["margin", "top_category_lift"]}
    fewer = cs.Ledger.from_frames(sales.drop(columns="cost"), currency="CNY")
    bare = policy.fit(fewer, as_of=TODAY)
    fitted, _ = policy.fit_and_classify(ledger, **asked)
    assert bare.digest == fitted.digest
    assert fitted.digest[:12] in cs.segment(sales, currency="CNY", **asked).policy

    fitted.save(tmp_path / "fitted.json")
    loaded = cs.load_fitted(tmp_path / "fitted.json")
    one, other = (who.classify(ledger, **asked) for who in (fitted, loaded))
    both = [result.to_pandas(features=asked["features"]) for result in (one, other)]
    assert both[0].equals(both[1])
    assert both[0]["top_category_lift"].notna().any()


def test_a_change_beside_the_digest_is_noticed(tmp_path, fitted):
    """The checksum covers what the digest leaves out."""
    path = tmp_path / "fitted.json"
    fitted.save(path)
    data = json.loads(path.read_text(encoding="utf-8"))
    assert data["digest"] == fitted.digest
    data["recorded"].append("sales.cost")
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(AlteredFile, match="does not match its checksum"):
        cs.load_fitted(path)


def test_classify_one_reads_what_is_asked_for():
    """A feature beyond the policy's needs its columns, for one customer too."""
    sales = {
        "customer_id": ["a"],
        "date": ["2026-06-01"],
        "amount": [9.0],
        "cost": [5.0],
    }
    ledger = cs.Ledger.from_frames(sales, currency="CNY")
    fitted = cs.load_policy("company").fit(ledger, as_of=TODAY)
    sale = cs.Transaction("x", date(2026, 6, 1), 100, cost=60)
    one = fitted.classify_one(
        cs.Customer("x"), [sale], as_of=TODAY, features=["margin"]
    )
    assert one.feature("margin") == 40.0


def test_classify_one_of_somebody_not_yet_known(fitted):
    """Registered later and without any event by then: there is nothing to say."""
    later = cs.Customer("x", registered_on=date(2026, 7, 1))
    sale = cs.Transaction("x", date(2026, 7, 2), 100)
    with pytest.raises(
        LookupError, match=r"not known by that day; got x; it has no event"
    ):
        fitted.classify_one(later, [sale], as_of=TODAY)


def test_classify_one_refuses_other_currencies(fitted):
    """A sale in pounds is not counted as yuan."""
    sale = cs.Transaction("x", date(2026, 6, 1), 100, currency="GBP")
    with pytest.raises(cs.CustsegError, match=r"GBP"):
        fitted.classify_one(cs.Customer("x"), [sale], as_of=TODAY)


def test_an_unknown_feature_is_told(ledger, fitted):
    """Families are no features."""
    for name in ("margn", "value"):
        with pytest.raises(LookupError, match=rf"no feature '{name}'"):
            fitted.classify(ledger, as_of=TODAY, features=[name])


def test_a_day_is_needed(ledger):
    """A moment, or no day at all, is refused."""
    policy = cs.load_policy("company")
    for day in ("2026-06-30T12:00", None, "today"):
        with pytest.raises(cs.CustsegError, match=r"as_of: expected a calendar day"):
            policy.fit(ledger, as_of=day)


def test_the_columns_of_the_fit_decide_how_one_is_read():
    """What the ledger did not record is unknown for one as for all; else as there."""
    sales = {"customer_id": ["a"], "date": [date(2026, 6, 1)], "amount": [9.0]}
    shut = {"customer_id": ["a"], "closed_on": [date(2026, 6, 5)]}
    asked = {"as_of": "2026-06-30", "features": ("is_closed", "is_key_account")}
    said = {}
    for name, customers in {"without": None, "with": shut}.items():
        ledger = cs.Ledger.from_frames(sales, customers=customers, currency="CNY")
        fitted = cs.load_policy("company").fit(ledger, as_of="2026-06-30")
        one = fitted.classify_one(cs.Customer("b"), [], **asked)
        said[name] = [one.feature("is_closed"), one.feature("is_key_account")]
    assert said == {"without": [None, None], "with": [False, None]}


def test_a_file_without_something_learned_is_refused(tmp_path, fitted):
    """Each cut, median or edge that the policy asks for has to be there or noted."""
    path = tmp_path / "fitted.json"
    fitted.save(path)
    content = json.loads(path.read_text(encoding="utf-8"))
    content.pop("checksum")
    for part in ("cuts", "knots", "medians", "edges"):
        for name in content["learned"][part]:
            learned = dict(content["learned"])
            learned[part] = {k: v for k, v in learned[part].items() if k != name}
            save_content(path, {**content, "learned": learned})
            with pytest.raises(cs.CustsegError, match="lacks what its policy") as told:
                cs.load_fitted(path)
            assert name in told.value.problems[0].got
        learned = {**content["learned"], part: None}
        save_content(path, {**content, "learned": learned})
        with pytest.raises(
            cs.CustsegError, match="is whole, but it is no fitted policy"
        ):
            cs.load_fitted(path)
    content["learned"]["too_few"] += sorted(content["learned"]["cuts"])
    content["learned"]["cuts"] = {}
    save_content(path, content)
    assert cs.load_fitted(path).learned.cuts == {}


def test_a_place_that_cannot_be_written_is_told(tmp_path, fitted):
    """The message names the path that was given, and says what to do."""
    with pytest.raises(
        cs.CustsegError,
        match=r"nowhere/f\.json: the file cannot be written; got No such file .*; "
        r"make the folder .*nowhere first",
    ):
        fitted.save(tmp_path / "nowhere" / "f.json")
    with pytest.raises(cs.CustsegError, match=r"cannot be written; got .*directory"):
        fitted.save(tmp_path)
    with pytest.raises(cs.CustsegError, match=r"^path: expected the path .* got a int"):
        fitted.save(5)
    with pytest.raises(cs.CustsegError, match=r"^path: expected the path .* got None"):
        cs.load_fitted(None)
