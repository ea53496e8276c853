"""A language is known by its code, and by nothing else."""

import pytest

from custseg import segment
from custseg.errors import SettingError
from custseg.languages import check_language
from custseg.writing import write_results


@pytest.mark.parametrize(
    ("said", "meant"),
    [("cn", "zh"), ("ZH", "zh"), ("zh_CN", "zh"), ("English", "en"), ("uk", "en")],
)
def test_a_language_by_another_name_is_refused_with_its_code(said, meant):
    """Nothing is guessed, but the reader is told."""
    words = f"unknown language; got '{said}'; allowed: 'zh' or 'en'.*mean '{meant}'"
    with pytest.raises(SettingError, match=words):
        check_language(said)


def test_a_language_that_nobody_speaks_has_no_hint():
    """Nor does something that is no text."""
    for wrong in ("fr", None, ["zh"]):
        with pytest.raises(SettingError, match=r"allowed: 'zh' or 'en'$"):
            check_language(wrong)


def test_every_text_refuses_an_unknown_language(tmp_path):
    """Wherever a language can be asked for, the same words are said."""
    sales = {"customer_id": ["a"], "date": ["2026-06-01"], "amount": [950.0]}
    result = segment(sales, as_of="2026-06-30", currency="CNY")
    summary = result.summary()
    for ask in (
        lambda: result.to_pandas(language="cn"),
        lambda: result.title_of("abc", "ABC_A", "cn"),
        lambda: summary.to_text("cn"),
        lambda: summary.to_text("cn", only=("none",)),
        lambda: next(summary["tier"].rows("cn", 2)),
        lambda: result.quality.to_text("cn"),
        lambda: result.explain("a").to_text("cn"),
        lambda: write_results(result, tmp_path / "out", language="cn"),
    ):
        with pytest.raises(SettingError, match=r"^language: .*did you mean 'zh'"):
            ask()
    assert not (tmp_path / "out").exists()
