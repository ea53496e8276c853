"""An evaluation in words: what each tier brought, and what that does not say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from custseg.evaluation.lines import Line
from custseg.labels import Language, Title
from custseg.money import QUANTITY_EXPONENT
from custseg.periods import to_date
from custseg.units import Unit
from custseg.wording import say, say_number, with_code

__all__ = ["evaluation_html", "evaluation_text", "head_of"]

_HEAD = Title(
    zh="{policy}，{on}：前后各 {days} 天，等级{basis}",
    en="{policy}, {on}: {days} before and after, tiers {basis}",
)
_BASIS = {
    True: Title(zh="取自日志", en="as the journal holds them"),
    False: Title(zh="为重放所得", en="as replayed"),
}
_CUSTOMERS = Title(zh="{n} 个客户", en="{n} customers")
_ONE = Title(zh="1 个客户", en="1 customer")
_SPEND = Title(zh="其后净采购额 {spend}", en="{spend} spent after")
_SHARE = Title(zh="占 {share}", en="{share} of all")
_GROWTH = Title(zh="增长 {growth}", en="growth {growth}")
_AGAIN = Title(
    zh="复购 {share}（{low}–{high} %）", en="{share} bought again ({low}–{high} %)"
)
_MARGIN = Title(zh="毛利 {margin}", en="margin {margin}")
_PARTLY = Title(
    zh="毛利 {margin}（其中 {n} 个客户）", en="margin {margin} of {n} of them"
)
_SERVICE = Title(zh="服务成本 {cost}", en="cost of service {cost}")
_RETURN = Title(
    zh="投入 {effort}，每单位回报 {back}", en="{back} for each of {effort} of effort"
)
_COMPLAINTS = Title(zh="投诉率 {rate}", en="complaints per order {rate}")
_CARE = Title(zh="解读须知：", en="Read with care:")
_STOP = {"zh": "；", "en": "; "}
_COLON = {"zh": "：", "en": ": "}


def head_of(line: Line, days: int, language: Language, *, from_journal: bool) -> str:
    """Return what the lines of one policy and day are about.

    Parameters
    ----------
    line : Line
        Any of them.
    days : int
    language : {"zh", "en"}
    from_journal : bool
    """
    return _HEAD.of(language).format(
        policy=line.policy,
        on=to_date(line.on),
        days=f"{days:,}" if language == "zh" else say(days, Unit.DAYS),
        basis=_BASIS[from_journal].of(language),
    )


def evaluation_text(
    groups: Sequence[Sequence[Line]],
    caveats: Sequence[Title],
    language: Language,
    *,
    days: int,
    from_journal: bool,
    currency: str,
    decimals: int,
) -> str:
    """Return what each tier brought, day by day, and the caveats.

    Parameters
    ----------
    groups : sequence of sequence of Line
        Those of one policy and day each.
    caveats : sequence of Title
    language : {"zh", "en"}
    days : int
    from_journal : bool
    currency : str
    decimals : int
        Of the currency.
    """
    said = []
    for lines in groups:
        said.append(head_of(lines[0], days, language, from_journal=from_journal))
        for line in lines:
            facts = _STOP[language].join(_facts(line, language, currency, decimals))
            said.append(f"  {_name(line, language)}{_COLON[language]}{facts}")
    said.append(_CARE.of(language))
    said += [f"- {one.of(language)}" for one in caveats]
    return "\n".join(said)


def evaluation_html(
    groups: Sequence[Sequence[Line]],
    caveats: Sequence[Title],
    language: Language,
    *,
    days: int,
    from_journal: bool,
    currency: str,
    decimals: int,
) -> str:
    """Return the same as :func:`evaluation_text`, for a notebook."""
    said = []
    for lines in groups:
        head = head_of(lines[0], days, language, from_journal=from_journal)
        rows = "".join(
            f'<tr><td style="text-align:left">{escape(_name(line, language))}</td>'
            '<td style="text-align:left">'
            + "<br>".join(map(escape, _facts(line, language, currency, decimals)))
            + "</td></tr>"
            for line in lines
        )
        said.append(f"<p>{escape(head)}</p><table><tbody>{rows}</tbody></table>")
    items = "".join(f"<li>{escape(one.of(language))}</li>" for one in caveats)
    said.append(f"<p>{escape(_CARE.of(language))}</p><ul>{items}</ul>")
    return "\n".join(said)


def _name(line: Line, language: Language) -> str:
    title = line.title.of(language)
    if line.tier in {"ALL", "NONE"}:
        return title
    return with_code(title, line.tier, language)


def _facts(
    line: Line, language: Language, currency: str, decimals: int
) -> Iterator[str]:
    """Yield what is known of a line, the most important first."""
    after = line.after
    many = _ONE if line.customers == 1 else _CUSTOMERS
    yield many.of(language).format(n=f"{line.customers:,}")

    def money(minor: int) -> str:
        return say(minor, Unit.MONEY, language, currency=currency, decimals=decimals)

    yield _SPEND.of(language).format(spend=money(after.spend))
    if line.share is not None and line.tier != "ALL":
        yield _SHARE.of(language).format(share=say(line.share, Unit.SHARE))
    if line.growth is not None:
        yield _GROWTH.of(language).format(growth=_signed(line.growth))
    limits = line.interval()
    if limits is not None:
        low, high = (say_number(100 * one) for one in limits)
        again = say(line.retention, Unit.SHARE)
        yield _AGAIN.of(language).format(share=again, low=low, high=high)
    if after.margin is not None:
        form = _MARGIN if after.costed == line.customers else _PARTLY
        yield form.of(language).format(
            margin=money(after.margin), n=f"{after.costed:,}"
        )
    if after.service_cost is not None:
        yield _SERVICE.of(language).format(cost=money(after.service_cost))
    back = line.return_on_effort(decimals)
    if line.worth is not None and back is not None:
        effort = say_number(line.worth.spent_on / 10**QUANTITY_EXPONENT, 4)
        yield _RETURN.of(language).format(
            back=f"{say_number(back)} {currency}", effort=effort
        )
    if after.complaint_rate is not None:
        rate = say(after.complaint_rate, Unit.SHARE)
        yield _COMPLAINTS.of(language).format(rate=rate)


def _signed(share: float) -> str:
    said = say(share, Unit.SHARE)
    return f"+{said}" if share > 0 and said != "0 %" else said
