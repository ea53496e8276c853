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
    from custseg.errors import CustsegError
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
    from custseg.treatments import Treatments

_HOMES = {
    "Classifier": "rules.classifier",
    "Columns": "contract",
    "Customer": "models",
    "CustomerResult": "results",
    "CustsegError": "errors",
    "Event": "models",
    "Explanation": "rules.explain",
    "Feedback": "models",
    "FittedPolicy": "fitted",
    "Interaction": "models",
    "Invoice": "models",
    "Ledger": "ledger",
    "Payment": "models",
    "Policy": "fitting",
    "QualityReport": "quality",
    "Result": "results",
    "Transaction": "models",
    "Treatments": "treatments",
    "load_fitted": "fitted",
    "load_policy": "fitting",
    "segment": "segmenting",
}

__all__ = [
    "Classifier",
    "Columns",
    "Customer",
    "CustomerResult",
    "CustsegError",
    "Event",
    "Explanation",
    "Feedback",
    "FittedPolicy",
    "Interaction",
    "Invoice",
    "Ledger",
    "Payment",
    "Policy",
    "QualityReport",
    "Result",
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
