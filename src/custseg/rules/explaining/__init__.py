"""Why a customer has a label or a tier: clauses, facts, thresholds and cuts.

A policy is taken apart once (``book``, of ``leaves`` and ``terms``), its columns are
worked out for all customers (``sheet``), and for one of them the reasons are gathered:
``clauses``, ``scored``, ``graded``, ``lacking``. How a reason is worded stands in
``templates`` and ``phrases`` for a clause, in ``sentences`` for all else. How it is
laid out stands in ``text``, ``pages``, ``brief`` and ``data``.
"""

from custseg.rules.explaining.answers import Answer, Origin
from custseg.rules.explaining.clauses import Clause, Reason, Told, Trial, Tried
from custseg.rules.explaining.explainer import Explainer
from custseg.rules.explaining.explanation import Explanation
from custseg.rules.explaining.graded import Barred, Grade, PartGrade, PartNote
from custseg.rules.explaining.scored import Found, LookupNote, Scored, ScoreNote, Step
from custseg.rules.explaining.terms import Fact, Learnt, Missing, Setting, Term

__all__ = [
    "Answer",
    "Barred",
    "Clause",
    "Explainer",
    "Explanation",
    "Fact",
    "Found",
    "Grade",
    "Learnt",
    "LookupNote",
    "Missing",
    "Origin",
    "PartGrade",
    "PartNote",
    "Reason",
    "ScoreNote",
    "Scored",
    "Setting",
    "Step",
    "Term",
    "Told",
    "Trial",
    "Tried",
]
