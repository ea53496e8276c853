"""What dealers, developers and firms declare about their own trade.

How far a dealer reaches (cities, towns, shops and decoration firms it supplies), what
it works with (warehouse, people who deliver), how much a developer or a decorator
builds, and how true it is to its suppliers: none of that can be seen in sales, and most
of it decides what could still be sold.

Everything is taken as declared, as of the day, and nothing is imputed: what nobody
declared is unknown, and so is a number below zero, which cannot be meant. How many of
something is told to the nearest whole number.

Limits: nobody checks what is declared; a policy may ask for it and weigh it lightly.
"""

from __future__ import annotations

from functools import partial

from custseg.labels import Title
from custseg.periods import Window
from custseg.scoring.declared import declared_from, declared_whole
from custseg.scoring.features import Facts, Feature
from custseg.scoring.unknowns import BELOW_ZERO, NOT_DECLARED
from custseg.table import Column
from custseg.units import Unit

__all__ = ["FEATURES"]


def _how_many(column: str, facts: Facts, _: Window) -> Column:
    return declared_whole(facts, column, Unit.COUNT)


def _amount(column: str, facts: Facts, _: Window) -> Column:
    return declared_from(facts, column, 0)


def _developer_rank(facts: Facts, _: Window) -> Column:
    return declared_from(facts, "developer_rank", 1)


def _count(code: str, zh: str, en: str, what: str) -> Feature:
    return Feature(
        code=code,
        unit=Unit.COUNT,
        title=Title(zh=zh, en=en),
        formula=f"{code}, {what}, as declared, to the nearest whole number",
        needs=(f"customers.{code}",),
        compute=partial(_how_many, code),
        missing=(NOT_DECLARED, BELOW_ZERO),
        daily="same",
    )


FEATURES = (
    _count("cities_covered", "覆盖城市数", "Cities covered", "cities a dealer reaches"),
    _count("towns_covered", "覆盖乡镇数", "Towns covered", "towns a dealer reaches"),
    _count("stores_served", "服务门店数", "Shops supplied", "shops a dealer supplies"),
    _count(
        "decoration_firms_served",
        "服务装修公司数",
        "Decoration firms supplied",
        "decoration firms a dealer supplies",
    ),
    Feature(
        code="warehouse_m2",
        unit=Unit.NUMBER,
        title=Title(zh="仓库面积（平方米）", en="Warehouse area (m²)"),
        formula="warehouse_m2, square metres of the customer's own, as declared",
        needs=("customers.warehouse_m2",),
        compute=partial(_amount, "warehouse_m2"),
        missing=(NOT_DECLARED, BELOW_ZERO),
        least=0,
        daily="same",
    ),
    _count("delivery_staff", "配送人员数", "Delivery staff", "people who deliver"),
    _count(
        "annual_projects",
        "年开工项目数",
        "Projects started in a year",
        "projects it starts in a year",
    ),
    Feature(
        code="developer_rank",
        unit=Unit.NUMBER,
        title=Title(zh="开发商排名", en="Rank among developers"),
        formula="developer_rank, as declared; 1 is the first",
        needs=("customers.developer_rank",),
        compute=_developer_rank,
        missing=(NOT_DECLARED, Title(zh="小于一", en="where it is below one")),
        least=1,
        daily="same",
    ),
    _count(
        "supplier_switches",
        "更换供应商次数",
        "Changes of supplier",
        "changes of supplier",
    ),
)
