"""custseg: which kind each customer is, which tier it earns, and why.

The names below are the stable face; they are loaded when first used, so that
``import custseg`` stays light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from custseg._version import __version__

if TYPE_CHECKING:
    from custseg.contract import Columns
    from custseg.errors import CustsegError, DataError, PolicyError, QualityRefused
    from custseg.fitted import FittedPolicy, load_fitted
    from custseg.fitting import Policy, load_policy
    from custseg.ledger import Ledger
    from custseg.models import (
        Customer,
        Event,
        Feedback,
        Interaction,
        Invoice,
        Payment,
        Transaction,
    )
    from custseg.quality import QualityReport
    from custseg.results import CustomerResult, Result
    from custseg.rules.classifier import Classifier
    from custseg.rules.explain import Explanation
    from custseg.segmenting import segment
    from custseg.seller import Seller, Site
    from custseg.summary import Summary
    from custseg.table import Column, Table
    from custseg.treatments import Treatments

_HOMES = {
    "Classifier": "rules.classifier",
    "Column": "table",
    "Columns": "contract",
    "Customer": "models",
    "CustomerResult": "results",
    "CustsegError": "errors",
    "DataError": "errors",
    "Event": "models",
    "Explanation": "rules.explain",
    "Feedback": "models",
    "FittedPolicy": "fitted",
    "Interaction": "models",
    "Invoice": "models",
    "Ledger": "ledger",
    "Payment": "models",
    "Policy": "fitting",
    "PolicyError": "errors",
    "QualityRefused": "errors",
    "QualityReport": "quality",
    "Result": "results",
    "Seller": "seller",
    "Site": "seller",
    "Summary": "summary",
    "Table": "table",
    "Transaction": "models",
    "Treatments": "treatments",
    "load_fitted": "fitted",
    "load_policy": "fitting",
    "segment": "segmenting",
}

__all__ = [
    "Classifier",
    "Column",
    "Columns",
    "Customer",
    "CustomerResult",
    "CustsegError",
    "DataError",
    "Event",
    "Explanation",
    "Feedback",
    "FittedPolicy",
    "Interaction",
    "Invoice",
    "Ledger",
    "Payment",
    "Policy",
    "PolicyError",
    "QualityRefused",
    "QualityReport",
    "Result",
    "Seller",
    "Site",
    "Summary",
    "Table",
    "Transaction",
    "Treatments",
    "__version__",
    "load_fitted",
    "load_policy",
    "segment",
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
