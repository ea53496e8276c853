"""The face: the names that users type, which stay stable."""

import inspect

import pytest

import custseg

# What may be relied on. A name is added with a line in CHANGELOG.md, and is taken away
# only after a release that warned of it.
NAMES = [
    "Advice",
    "Classifier",
    "Column",
    "Columns",
    "Cost",
    "Customer",
    "CustomerResult",
    "CustsegError",
    "DataError",
    "Evaluation",
    "Event",
    "Explanation",
    "Feedback",
    "FilesResult",
    "FittedPolicy",
    "Interaction",
    "Invoice",
    "Journal",
    "Ledger",
    "LedgerStore",
    "Migration",
    "Override",
    "Payment",
    "Policy",
    "PolicyError",
    "Project",
    "QualityRefused",
    "QualityReport",
    "Result",
    "Review",
    "SeasonForecast",
    "SeasonProfile",
    "Seller",
    "Simulation",
    "Site",
    "Summary",
    "Table",
    "Transaction",
    "Treatments",
    "__version__",
    "changes_between",
    "cross_sell",
    "evaluate",
    "fitted_from_json",
    "load_fitted",
    "load_policy",
    "open_journal",
    "open_ledger",
    "override",
    "release",
    "season_forecast",
    "season_profile",
    "segment",
    "segment_files",
    "simulate",
    "tasks",
]


def test_all_is_the_written_list():
    """A name enters or leaves the face only on purpose."""
    assert list(custseg.__all__) == NAMES


def test_all_is_sorted_without_doubles():
    """The list can be read by a person."""
    assert list(custseg.__all__) == sorted(set(custseg.__all__))


def test_dir_shows_the_face():
    """dir() shows each name of the face, and beside them only what Python adds."""
    shown = set(dir(custseg))
    assert set(custseg.__all__) <= shown
    assert {name for name in shown if name[0] != "_"} == {*NAMES} - {"__version__"}


@pytest.mark.parametrize("name", [name for name in NAMES if name[0] != "_"])
def test_every_name_is_documented_with_an_example(name):
    """Each name can be reached, and its docstring shows how it is used."""
    docstring = inspect.getdoc(getattr(custseg, name)) or ""
    assert ">>>" in docstring, f"custseg.{name} has no example"


def test_a_mistyped_name_is_an_attribute_error():
    """The lazy face answers hasattr() and a typo as any module does."""
    with pytest.raises(AttributeError, match="has no attribute 'segmnt'"):
        _ = custseg.segmnt
