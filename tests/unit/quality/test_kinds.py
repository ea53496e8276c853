"""The table of the kinds of oddity, and what a caller may want done with each."""

import attrs
import pytest

from custseg.errors import SettingError
from custseg.quality.kinds import KINDS
from custseg.quality.treatments import Treatments


def test_every_kind_has_a_treatment_with_its_default():
    """The class of treatments and the table of kinds say the same, in one order."""
    defaults = {one.name: one.default for one in attrs.fields(Treatments)}
    usual = {code: kind.default for code, kind in KINDS.items()}
    differ = sorted(dict(defaults.items() ^ usual.items()))
    assert differ == [], "say the same in quality/kinds.py and quality/treatments.py"
    assert list(defaults) == list(KINDS)
    for kind in KINDS.values():
        assert kind.default in kind.allowed
        assert kind.title.zh
        assert kind.title.en


def test_every_kind_is_looked_for(project):
    """A kind that no module of the intake names would never be met."""
    sources = (project / "src/custseg/intake").rglob("*.py")
    written = "".join(path.read_text(encoding="utf-8") for path in sources)
    unmet = [code for code in KINDS if f'"{code}"' not in written]
    assert unmet == [], "look for it, in src/custseg/intake"


def test_every_kind_is_tested(project):
    """Each stands by name in a test, beside a row that has the oddity."""
    tests = (project / "tests").rglob("test_*.py")
    written = "".join(path.read_text(encoding="utf-8") for path in tests)
    untested = [code for code in KINDS if code not in written]
    assert untested == [], "test it with a row that has it and one that seems to"


def test_a_treatment_that_makes_no_sense_is_refused():
    """Nobody can be credited with a row without a customer."""
    with pytest.raises(
        SettingError, match=r"Treatments.missing_customer: .*got 'keep'"
    ):
        Treatments(missing_customer="keep")
    assert Treatments(zero_amount="drop").changed() == {"zero_amount": "drop"}
    assert Treatments().of("zero_amount") == "keep"


def test_a_kind_that_does_not_exist_is_refused_in_words():
    """With the nearest name, or those that begin alike."""
    words = (
        r"Treatments: unknown kind; got 'zero'; allowed: .*did you mean 'zero_amount'"
    )
    with pytest.raises(SettingError, match=words):
        Treatments(zero="drop")
    with pytest.raises(SettingError, match="2 problems:") as caught:
        Treatments("drop", identical_rows="drop")
    hints = [one.hint for one in caught.value.problems]
    assert hints == ["did you mean 'identical_row'?", ""]
    assert str(caught.value.problems[1]).startswith("Treatments: say for which kind")
    assert attrs.evolve(Treatments(), zero_amount="drop").zero_amount == "drop"
