"""custseg: which kind each customer is, which tier it earns, and why.

The names below are the stable face; they are loaded when first used, so that
``import custseg`` stays light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from custseg._version import __version__

if TYPE_CHECKING:
    from custseg.adapters.larger.segmenting import FilesResult, segment_files
    from custseg.adapters.ledger_store import LedgerStore, open_ledger
    from custseg.adapters.stores import open_journal
    from custseg.changes import changes_between
    from custseg.contract import Columns
    from custseg.cross_selling import cross_sell
    from custseg.errors import CustsegError, DataError, PolicyError, QualityRefused
    from custseg.evaluation.evaluating import evaluate
    from custseg.evaluation.evaluation import Evaluation
    from custseg.fitted import FittedPolicy
    from custseg.fitted_file import fitted_from_json, load_fitted
    from custseg.forecasting import SeasonForecast, season_forecast
    from custseg.journal.journal import Journal
    from custseg.ledger import Ledger
    from custseg.models import (
        Cost,
        Customer,
        Event,
        Feedback,
        Interaction,
        Invoice,
        Payment,
        Project,
        Transaction,
    )
    from custseg.policy import Policy, load_policy
    from custseg.quality.report import QualityReport
    from custseg.quality.treatments import Treatments
    from custseg.results import CustomerResult, Result
    from custseg.reviews.overrides import override, release
    from custseg.reviews.review import Review
    from custseg.reviews.tasks import tasks
    from custseg.rules.classifier import Classifier
    from custseg.rules.explaining.explanation import Explanation
    from custseg.scoring.migration import Migration
    from custseg.seasons import SeasonProfile, season_profile
    from custseg.segmenting import segment
    from custseg.seller import Seller, Site
    from custseg.simulation.overriding import Override
    from custseg.simulation.simulating import simulate
    from custseg.simulation.simulation import Simulation
    from custseg.summary import Summary
    from custseg.table import Column, Table
    from custseg.whatif import Advice

_HOMES = {
    "Advice": "whatif",
    "Classifier": "rules.classifier",
    "Column": "table",
    "Columns": "contract",
    "Cost": "models",
    "Customer": "models",
    "CustomerResult": "results",
    "CustsegError": "errors",
    "DataError": "errors",
    "Evaluation": "evaluation.evaluation",
    "Event": "models",
    "Explanation": "rules.explaining.explanation",
    "Feedback": "models",
    "FilesResult": "adapters.larger.segmenting",
    "FittedPolicy": "fitted",
    "Interaction": "models",
    "Invoice": "models",
    "Journal": "journal.journal",
    "Ledger": "ledger",
    "LedgerStore": "adapters.ledger_store",
    "Migration": "scoring.migration",
    "Override": "simulation.overriding",
    "Payment": "models",
    "Policy": "policy",
    "PolicyError": "errors",
    "Project": "models",
    "QualityRefused": "errors",
    "QualityReport": "quality.report",
    "Result": "results",
    "Review": "reviews.review",
    "SeasonForecast": "forecasting",
    "SeasonProfile": "seasons",
    "Seller": "seller",
    "Simulation": "simulation.simulation",
    "Site": "seller",
    "Summary": "summary",
    "Table": "table",
    "Transaction": "models",
    "Treatments": "quality.treatments",
    "changes_between": "changes",
    "cross_sell": "cross_selling",
    "evaluate": "evaluation.evaluating",
    "fitted_from_json": "fitted_file",
    "load_fitted": "fitted_file",
    "load_policy": "policy",
    "open_journal": "adapters.stores",
    "open_ledger": "adapters.ledger_store",
    "override": "reviews.overrides",
    "release": "reviews.overrides",
    "season_forecast": "forecasting",
    "season_profile": "seasons",
    "segment": "segmenting",
    "segment_files": "adapters.larger.segmenting",
    "simulate": "simulation.simulating",
    "tasks": "reviews.tasks",
}

__all__ = [
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


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        message = f"module 'custseg' has no attribute '{name}'"
        raise AttributeError(message)
    found: object = getattr(import_module(f"custseg.{_HOMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return list(__all__)
