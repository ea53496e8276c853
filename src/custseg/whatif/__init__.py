"""What would have to change: verified advice for one label or tier of one customer."""

from custseg.whatif.advice import Advice
from custseg.whatif.advising import advise
from custseg.whatif.parts import Barrier, Change, Lacking, Orders
from custseg.whatif.workings import Workings

__all__ = ["Advice", "Barrier", "Change", "Lacking", "Orders", "Workings", "advise"]
