"""What was odd about the data, counted and shown: nothing is dropped in silence.

Each kind of oddity has a treatment that the caller can choose: ``refuse`` raises an
error that says where, ``drop`` leaves the rows out, ``keep`` uses them. Whatever the
choice, the kind is counted and shown with examples, and the account closes:
rows in = rows used + rows dropped, each dropped row under exactly one kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from attrs import evolve, frozen

from custseg.errors import SettingError
from custseg.labels import Language
from custseg.languages import check_language
from custseg.quality.examples import told
from custseg.quality.kinds import KINDS, Treatment, no_such_kind

__all__ = ["Finding", "QualityReport"]


@frozen
class Finding:
    """How often one kind of oddity was met in one table.

    Parameters
    ----------
    kind : str
        A code of :data:`custseg.quality.kinds.KINDS`.
    table : str
    rows : int
        How many rows show it.
    treatment : {"refuse", "drop", "keep"}
        What was done with them.
    examples : tuple of str
        The first few, never with a personal field. What was seen when the table was
        read shows the row's number and value: ``row 0`` is the first row of a frame, a
        Parquet file or a list of records, ``data row 1`` the first under the header of
        a CSV file. What shows only beside other rows names the customer and the day.
        In a report in Chinese they are Chinese.
    """

    kind: str
    table: str
    rows: int
    treatment: Treatment
    examples: tuple[str, ...] = ()

    @property
    def dropped(self) -> int:
        """How many rows were left out for this."""
        return self.rows if self.treatment == "drop" else 0

    def with_more(self, other: Finding) -> Finding:
        """Return both findings of one kind and table as one."""
        shown = tuple(dict.fromkeys([*self.examples, *other.examples]))
        most = max(map(len, (self.examples, other.examples)))
        return evolve(self, rows=self.rows + other.rows, examples=shown[:most])


@frozen
class QualityReport:
    """The account of all rows that came in.

    Parameters
    ----------
    rows_in : mapping of str to int
        Rows given, by table.
    rows_used : mapping of str to int
        Rows in the ledger, by table.
    findings : tuple of Finding
        What was odd; kinds that were not met are not listed.
    data_age_days : int or None
        Days from the last sale to the day looked at; None where no day was given or
        there is no sale.
    uncompared : tuple of str
        Columns of the sales that were there and were not read. Rows that differ only in
        these look identical, so identical rows are then not looked for, and
        ``count("identical_row")`` says nothing. Empty where every row could be told
        from every other.
    unlinked : int
        Returns of which nobody knows whether the order that they may name is there,
        since ``returns_order_id`` was not read: ``count("orphan_return")`` goes by
        their day only.
    unread_files : tuple of str
        Files that could not be read and were left out, as the caller chose; nobody
        knows how many rows they hold.

    Examples
    --------
    >>> report = QualityReport({"sales": 10}, {"sales": 9},
    ...                        (Finding("missing_customer", "sales", 1, "drop"),))
    >>> print(report.to_text())
    sales: 10 rows in = 9 used + 1 dropped
      dropped 1: rows without a customer
    """

    rows_in: Mapping[str, int]
    rows_used: Mapping[str, int]
    findings: tuple[Finding, ...] = ()
    data_age_days: int | None = None
    uncompared: tuple[str, ...] = ()
    unlinked: int = 0
    unread_files: tuple[str, ...] = ()

    def count(self, kind: str, *, table: str | None = None) -> int:
        """Return how many rows show one kind, in one table or in all."""
        if kind not in KINDS:
            raise SettingError(no_such_kind(kind))
        return sum(
            one.rows
            for one in self.findings
            if one.kind == kind and table in {None, one.table}
        )

    def closes(self) -> bool:
        """Say whether rows in = rows used + rows dropped, in every table."""
        return all(
            rows == self.rows_used[table] + self.dropped(table)
            for table, rows in self.rows_in.items()
        )

    def dropped(self, table: str) -> int:
        """Return how many rows of a table were left out."""
        return sum(one.dropped for one in self.findings if one.table == table)

    def with_findings(self, more: Iterable[Finding]) -> QualityReport:
        """Return the report with further findings, added up kind by kind.

        They come in the order of :data:`custseg.quality.kinds.KINDS`.
        """
        merged: dict[tuple[str, str, Treatment], Finding] = {}
        for one in (*self.findings, *more):
            key = (one.kind, one.table, one.treatment)
            before = merged.get(key)
            merged[key] = one if before is None else before.with_more(one)
        order = list(KINDS)
        findings = sorted(merged.values(), key=lambda one: order.index(one.kind))
        return evolve(self, findings=tuple(findings))

    def to_text(self, language: Language = "en") -> str:
        """Return the report as lines of text."""
        check_language(language)
        words = _WORDS[language]
        lines = []
        for table, rows in self.rows_in.items():
            dropped = self.dropped(table)
            lines.append(
                words["account"].format(
                    table=table,
                    rows=rows,
                    used=self.rows_used[table],
                    dropped=dropped,
                )
            )
            for one in self.findings:
                if one.table == table:
                    title = KINDS[one.kind].title.of(language)
                    said = words[one.treatment].format(rows=one.rows)
                    shown = ""
                    if one.examples:
                        some = words["next"].join(
                            told(example, language) for example in one.examples
                        )
                        shown = words["shown"].format(some)
                    lines.append(f"  {said}{title}{shown}")
            if table == "sales" and self.uncompared:
                unread = words["and"].join(self.uncompared)
                title = KINDS["identical_row"].title.of(language)
                lines.append(words["uncompared"].format(title=title, unread=unread))
            if table == "sales" and self.unlinked:
                lines.append(words["unlinked"].format(rows=self.unlinked))
        if self.unread_files:
            names = words["and"].join(self.unread_files)
            files = len(self.unread_files)
            lines.append(words["unread"].format(files=files, names=names))
        if self.data_age_days is not None:
            age = "age of one" if self.data_age_days == 1 else "age"
            lines.append(words[age].format(days=self.data_age_days))
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.to_text())}</pre>"


_WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "account": "{table}: {rows:,} rows in = {used:,} used + {dropped:,} dropped",
        "drop": "dropped {rows:,}: ",
        "keep": "kept {rows:,}: ",
        "refuse": "refused {rows:,}: ",
        "uncompared": "  not looked for: {title}, since not every column was read "
        "(without {unread})",
        "unlinked": "  not looked for: the orders that returns name ({rows:,} returns; "
        "without returns_order_id)",
        "unread": "not in this account: {files:,} of the files, which cannot be read "
        "({names})",
        "and": ", ",
        "shown": " ({})",
        "next": "; ",
        "age": "last sale {days:,} days before the day looked at",
        "age of one": "last sale 1 day before the day looked at",
    },
    "zh": {
        "account": "{table}：读入 {rows:,} 行 = 使用 {used:,} 行 + 剔除 {dropped:,} 行",
        "drop": "剔除 {rows:,}：",
        "keep": "保留 {rows:,}：",
        "refuse": "拒绝 {rows:,}：",
        "uncompared": "  未检查：{title}，因为没有读取全部列（未读 {unread}）",
        "unlinked": "  未检查：退货注明的原订单（退货 {rows:,} 行，"
        "未读 returns_order_id）",
        "unread": "未计入：有 {files:,} 个文件无法读取（{names}）",
        "and": "、",
        "shown": "（{}）",
        "next": "；",
        "age": "最后一笔销售距评估日 {days:,} 天",
        "age of one": "最后一笔销售距评估日 1 天",
    },
}
