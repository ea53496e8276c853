"""The tables that end a run, without those that say nothing.

A family about which the data tell nothing would be a table with one line, UNKNOWN for
everybody. Such families stand together instead, with the columns that would tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from custseg.labels import UNKNOWN, Language
from custseg.results import Result
from custseg.summary import FamilySummary

__all__ = ["tables_of"]

_WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "seller": "Not told (say where the seller is, with --seller): {}",
        "columns": "Not told (columns missing): {}",
        "few": "Not told (too few customers to compare with): {}",
        "facts": "Not told (facts missing; --explain CUSTOMER says which): {}",
        "one": "{} ({})",
        "comma": ", ",
    },
    "zh": {
        "seller": "未能判断（请用 --seller 说明卖方在哪里）：{}",
        "columns": "未能判断（缺少列）：{}",
        "few": "未能判断（可比较的客户太少）：{}",
        "facts": "未能判断（缺少资料，用 --explain 客户 查看）：{}",
        "one": "{}（{}）",
        "comma": "、",
    },
}


def tables_of(result: Result, language: Language) -> str:
    r"""Return the tables of families and, last, of tiers as text.

    Examples
    --------
    >>> from custseg import segment
    >>> sales = {"customer_id": ["a"], "date": ["2026-06-01"], "amount": [950.0]}
    >>> said = tables_of(segment(sales, as_of="2026-06-30", currency="CNY"), "en")
    >>> said.split("\n\n")[0].splitlines()[-1].split()[:4]
    ['Class', 'C', '(ABC_C)', '0']
    >>> [line[:56] for line in said.splitlines() if line.startswith("Not told (col")]
    ['Not told (columns missing): Type (customers.legal_form),']
    """
    every = result.summary().families
    mute = [one for one in every if one.code != "tier" and _is_mute(one)]
    told = [one.to_text(language) for one in every if one not in mute]
    lines = list(_untold(result, mute, language)) if mute else []
    at = len(told) - (every[-1].code == "tier") if every else 0
    return "\n\n".join([*told[:at], *(["\n".join(lines)] if lines else []), *told[at:]])


def _is_mute(family: FamilySummary) -> bool:
    unknown = sum(one.customers for one in family.lines if one.code == UNKNOWN)
    return 0 < unknown == family.customers


def _untold(
    result: Result, mute: list[FamilySummary], language: Language
) -> Iterator[str]:
    words = _WORDS[language]
    # What the data lack they lack for everybody, so one customer stands for all.
    told = result.explain(result.customer_ids[0])
    why: dict[str, list[str]] = {"seller": [], "columns": [], "few": [], "facts": []}
    for family in mute:
        title = family.title.of(language)
        missing = told[family.code].missing
        absent = dict.fromkeys(name for one in missing for name in one.absent)
        if any(one.unsited for one in missing):
            why["seller"].append(title)
        elif absent:
            columns = words["comma"].join(absent)
            why["columns"].append(words["one"].format(title, columns))
        elif any(one.learnt for one in missing):
            why["few"].append(title)
        else:
            why["facts"].append(title)
    for key, families in why.items():
        if families:
            yield words[key].format(words["comma"].join(families))
