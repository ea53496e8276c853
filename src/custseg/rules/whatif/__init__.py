"""What would have to change: verified advice for one label or tier of one customer."""

from custseg.rules.whatif.advice import Advice
from custseg.rules.whatif.advising import advise
from custseg.rules.whatif.parts import Barrier, Change, Lacking, Orders
from custseg.rules.whatif.workings import Workings

__all__ = ["Advice", "Barrier", "Change", "Lacking", "Orders", "Workings", "advise"]
