"""Hypothesis strategies for policies that load, as trees."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

from hypothesis import strategies as st

from custseg.attributes import ATTRIBUTE_UNITS, name_fault
from custseg.labels import Title
from custseg.periods import FiscalCalendar, Window
from custseg.rules.acts.acting import Acting
from custseg.rules.acts.allocation import Allocation, FreedTo, Share
from custseg.rules.acts.clean_out import CleanOut, CleanOutRule, Exemption
from custseg.rules.acts.pools import Pool
from custseg.rules.naming import RESERVED
from custseg.rules.policy import (
    About,
    Basis,
    Bins,
    Card,
    Family,
    Grading,
    LabelRule,
    Lookup,
    LookupEntry,
    NamedFeature,
    Part,
    PolicyTree,
    Reference,
    Score,
    Threshold,
    Tier,
)
from custseg.scoring.catalogue import CATALOGUE
from custseg.units import Unit

# For each unit: how a condition uses a threshold of it, and the thresholds' values.
_USES = {
    # Nobody stands at 1: a condition that nobody can meet is refused.
    Unit.SHARE: ("pct(spend) >= {}", st.decimals(0, "0.99", places=4)),
    Unit.DAYS: ("tenure_days > {}", st.integers(0, 2000).map(Decimal)),
    Unit.COUNT: ("orders >= {}", st.integers(0, 99).map(Decimal)),
    Unit.MONEY: ("spend > {}", st.decimals(-(10**9), 10**9, places=2)),
    Unit.QUANTITY: ("quantity < {}", st.decimals(0, 10**6, places=4)),
    Unit.NUMBER: ("spend / 2 > {} * lifetime_spend", st.decimals(0, 9, places=3)),
    None: ("(is_closed == {} or orders > 5)", st.booleans()),
}
# In any order none of them takes everybody whom another would take.
_APART = (
    "spend > 0",
    "days_since_last_sale <= 90 days\n  or share_above(spend) < 80%",
    "coalesce(pct(quantity), pct(spend)) >= 0.5",
    "not (known(median_gap_days) and tenure_days >= 30)",
    "spend > median(spend)",
)
_CONDITIONS = st.sampled_from(_APART)
_FORMULAS = st.sampled_from(
    ["spend", "orders", "100 * pct(spend)", "if(orders > 0, spend / orders, 0)"]
)
_WINDOWS = st.sampled_from(
    ["365 days", "1 day", "lifetime", "last fiscal quarter", "90 days, a year earlier"]
).map(Window.parse)
_CODES = st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True).filter(
    lambda code: code not in RESERVED and code not in CATALOGUE
)
_UPPER_CODES = st.from_regex(r"[A-Z][A-Z0-9_]{0,6}", fullmatch=True).filter(
    lambda code: code != "UNKNOWN"
)
_WORDS = st.text(
    st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=12
).filter(str.strip)
_TITLES = st.builds(Title, zh=_WORDS, en=_WORDS)
# A column may be called whatever its table calls it, but for what the contract has.
_COLUMNS = _WORDS.map(str.strip).filter(lambda name: name_fault(name) is None)
# A source may hold anything that a text can: quotes, line breaks, hidden characters.
_SOURCES = st.just("") | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@st.composite
def thresholds(draw, code):
    """Return a threshold, perhaps with earlier values."""
    unit = draw(st.sampled_from(list(_USES)))
    values = _USES[unit][1]
    days = sorted(draw(st.sets(_DAYS, max_size=3)), reverse=True)
    before = tuple(
        Threshold(code, draw(values), unit, draw(_SOURCES), day) for day in days[1:]
    )
    since = days[0] if days else None
    return Threshold(code, draw(values), unit, draw(_SOURCES), since, before)


@st.composite
def bins(draw):
    """Return the bins of a score."""
    by = draw(st.sampled_from(["quantile", "edges", "natural"]))
    edges = st.decimals(-(10**6), 10**6, places=2)
    at = ()
    if by == "edges":
        at = tuple(sorted(draw(st.sets(edges, min_size=1, max_size=4))))
    into = draw(st.integers(2, 100)) if by != "edges" else 5
    steps = len(at) + 1 if at else into
    return Bins(
        by=by,
        into=into,
        at=at,
        better=draw(st.sampled_from(["higher", "lower"])),
        only_if=draw(st.just("") | _CONDITIONS),
        otherwise=draw(st.integers(1, steps)),
    )


@st.composite
def families(draw, code):
    """Return a family of labels, or a plain yes or no."""
    if draw(st.booleans()):
        yes = LabelRule("YES", Title(zh="是", en="Yes"), draw(_CONDITIONS))
        labels = (yes, LabelRule("NO", Title(zh="否", en="No")))
    else:
        codes = draw(st.lists(_UPPER_CODES, min_size=2, max_size=4, unique=True))
        conditions = draw(st.permutations(_APART))[: len(codes) - 1]
        labels = tuple(
            LabelRule(one, draw(_TITLES), when, draw(_SOURCES))
            for one, when in zip(codes, [*conditions, ""], strict=True)
        )
    return Family(code, draw(_TITLES), labels, draw(_SOURCES))


@st.composite
def gradings(draw):
    """Return a grading whose weights add up to 100."""
    cuts = st.integers(1, 9999).map(lambda cut: Decimal(cut) / 100)
    edges = [Decimal(0), *sorted(draw(st.sets(cuts, max_size=3))), Decimal(100)]
    weights = [high - low for low, high in pairwise(edges)]
    codes = st.lists(_CODES, min_size=len(weights), max_size=len(weights), unique=True)
    parts = tuple(
        Part(code, draw(_TITLES), weight, draw(_FORMULAS))
        for code, weight in zip(draw(codes), weights, strict=True)
    )
    names = draw(st.lists(_UPPER_CODES, min_size=2, max_size=4, unique=True))
    wanted = len(names) - 1
    scores = st.decimals(-100, 100, places=3)
    entries = draw(st.sets(scores, min_size=wanted, max_size=wanted))
    tiers = tuple(
        Tier(name, draw(_TITLES), entry)
        for name, entry in zip(
            names, [*sorted(entries, reverse=True), None], strict=True
        )
    )
    coverage = draw(st.decimals(0, 1, places=2))
    cards = tuple(
        Card(one, draw(_TITLES), draw(_CONDITIONS), _shuffled(draw, parts))
        for one in draw(st.lists(_CODES, max_size=2, unique=True))
    )
    return Grading(draw(_TITLES), parts, tiers, coverage, cards, source=draw(_SOURCES))


def _shuffled(draw, parts):
    """Return the weights of the parts, each for another."""
    weights = draw(st.permutations([part.weight for part in parts]))
    return tuple(zip((part.code for part in parts), weights, strict=True))


@st.composite
def actings(draw, grading):
    """Return pools, a clean-out and an allocation for the tiers of a grading."""
    codes = [tier.code for tier in grading.tiers]
    names = draw(st.lists(_CODES, max_size=2, unique=True))
    days = st.integers(0, 1000)
    pools = tuple(
        Pool(
            name, draw(_TITLES), draw(st.sampled_from(codes[1:])), draw(_CONDITIONS),
            stay=draw(st.just("") | _CONDITIONS),
            toward=draw(st.sampled_from(["", codes[0]])),
            longest_days=draw(days), capacity=draw(days),
            rank_by=draw(st.just("") | _FORMULAS), source=draw(_SOURCES),
        )
        for name in names
    )  # fmt: skip
    clean_out = CleanOut(
        draw(_TITLES),
        (CleanOutRule("archive", draw(_TITLES), (codes[-1],), draw(_CONDITIONS)),),
        tuple(Exemption(n, draw(_TITLES), draw(_CONDITIONS)) for n in names),
    )
    part = st.decimals("0.01", "0.25", places=2)
    unit = draw(st.integers(1, 5))
    allocation = Allocation(
        draw(_TITLES),
        tuple(
            Share(code, draw(part), unit * draw(st.integers(0, 3)), 4 * unit)
            for code in codes
        ),
        by=draw(st.just("") | _FORMULAS),
        unit=unit,
        freed_to=FreedTo(codes[-1], draw(st.just("") | _CONDITIONS)),
    )
    return Acting(
        pools, clean_out, draw(st.none() | st.just(allocation)),
        draw(st.sampled_from([(), ("tier",)])),
    )  # fmt: skip


@st.composite
def attributes(draw, code, column):
    """Return a feature that is a column of the customers."""
    unit = Unit(draw(st.sampled_from(ATTRIBUTE_UNITS)))
    better = draw(st.sampled_from(["", "higher", "lower"]))
    return NamedFeature(
        code, "", Window.parse("lifetime"), draw(_TITLES), column, unit, better,
        draw(_SOURCES),
    )  # fmt: skip


@st.composite
def groupings(draw, code, groups):
    """Return a feature by groups of words, and the lookup that has them."""
    column = draw(st.sampled_from(["category", "brand"]))
    feature = NamedFeature(
        code, f"top_{column}{draw(st.sampled_from(['', '_share']))}",
        draw(st.none() | _WINDOWS), draw(_TITLES), source=draw(_SOURCES),
        groups=groups,
    )  # fmt: skip
    lookup = Lookup(
        groups, draw(_TITLES), f"sales.{column}", (LookupEntry("tile", "WALLS"),),
        draw(st.sampled_from(["exact", "prefix"])),
        otherwise=draw(st.sampled_from([None, "OTHER"])),
    )  # fmt: skip
    return feature, lookup


@st.composite
def policies(draw):
    """Return a policy that makes sense as a whole."""
    codes = iter(draw(st.lists(_CODES, min_size=13, max_size=13, unique=True)))
    some = [[next(codes) for _ in range(draw(st.integers(0, 2)))] for _ in range(4)]
    held = tuple(draw(thresholds(code)) for code in some[0])
    named = tuple(
        NamedFeature(
            code, draw(st.sampled_from(["spend", "orders"])), draw(_WINDOWS),
            draw(_TITLES),
        )
        for code in some[1]
    )  # fmt: skip
    columns = draw(st.lists(_COLUMNS, max_size=2, unique=True))
    named += tuple(draw(attributes(next(codes), column)) for column in columns)
    lookups = ()
    if draw(st.booleans()):
        by_groups, lookup = draw(groupings(next(codes), next(codes)))
        named, lookups = (*named, by_groups), (lookup,)
    scores = tuple(
        Score(code, draw(_TITLES), draw(_FORMULAS), draw(st.none() | bins()),
              draw(_SOURCES))
        for code in some[2]
    )  # fmt: skip
    kinds = [draw(families(code)) for code in some[3]]
    if held:  # a threshold that nothing uses is refused
        uses = " and ".join(_USES[one.unit][0].format(one.code) for one in held)
        labels = (LabelRule("A", draw(_TITLES), uses), LabelRule("B", draw(_TITLES)))
        kinds.append(Family(next(codes), draw(_TITLES), labels))
    grading = draw(st.none() | gradings())
    acting = Acting()
    if grading is not None:
        acting = draw(st.just(acting) | actings(grading))
    return PolicyTree(
        about=About(
            draw(_CODES), draw(_WORDS), draw(_TITLES),
            draw(st.sampled_from(["CNY", "GBP", "JPY", "KWD"])), draw(_SOURCES),
        ),
        basis=Basis(
            draw(_WINDOWS),
            Reference("orders >= 1", draw(st.integers(1, 1000))),
            FiscalCalendar(draw(st.integers(1, 12))),
        ),
        thresholds=held,
        features=named,
        lookups=lookups,
        scores=scores,
        families=tuple(kinds),
        grading=grading,
        acting=acting,
    )  # fmt: skip
