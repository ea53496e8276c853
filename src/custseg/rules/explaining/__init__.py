"""Why a customer has a label or a tier: clauses, facts, thresholds and cuts."""

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
