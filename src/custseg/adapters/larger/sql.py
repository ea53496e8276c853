"""The SQL by which files are read, and ids are spelled as they are compared."""

# Names and paths are quoted wherever they enter SQL: see quoted and literal.

from __future__ import annotations

from custseg.adapters.larger.sources import Group

__all__ = ["BLANKS", "literal", "plain_column", "quoted", "scan_of", "spelled_as"]

BLANKS = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
"""What counts as blank at either end of an id: what ``str.strip`` takes away."""


def quoted(column: str) -> str:
    """Return the name of a column as SQL has it.

    Examples
    --------
    >>> print(quoted('a "good" one'))
    "a ""good"" one"
    """
    return '"' + column.replace('"', '""') + '"'


def literal(value: object) -> str:
    """Return a text as SQL has it.

    Examples
    --------
    >>> print(literal("rock 'n' roll"))
    'rock ''n'' roll'
    """
    return "'" + str(value).replace("'", "''") + "'"


def scan_of(group: Group) -> str:
    """Return what reads the rows of some files."""
    paths = ", ".join(map(literal, group.paths))
    if not group.is_text:
        return f"read_parquet([{paths}], union_by_name=true, hive_partitioning=false)"
    names = [
        # The second of a name is never wanted, but it has to be called something.
        f"{name} {at}" if group.names.index(name) < at else name
        for at, name in enumerate(group.names)
    ]
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    return (
        f"read_csv([{paths}], auto_detect=false, header=true, nullstr='', "
        f"delim={literal(group.separator)}, quote='\"', escape='\"', "
        f"hive_partitioning=false, columns={{{columns}}})"
    )


def plain_column(name: str, kind: str) -> str:
    """Return a column of a relation in a type that a file can hold."""
    spelled = quoted(name)
    if kind in {"HUGEINT", "UHUGEINT"}:
        return f"{spelled}::DECIMAL(38, 0) AS {spelled}"
    if kind == "UUID" or kind.startswith("ENUM"):
        return f"{spelled}::VARCHAR AS {spelled}"
    return spelled


def spelled_as(name: str, kind: str) -> str:
    """Return an id as it is compared: see :mod:`custseg.intake.identifiers`.

    Parameters
    ----------
    name : str
        The column, quoted.
    kind : str
        Its type in DuckDB.
    """
    if kind == "VARCHAR" or kind.startswith("ENUM"):
        text = f"{name}::VARCHAR"
        # To look for every blank there is takes ten times as long as all the rest, so
        # texts that begin and end with a plain sign are told first.
        plain = f"ascii({text}) BETWEEN 33 AND 126"
        plain += f" AND ascii(right({text}, 1)) BETWEEN 33 AND 126"
        bare = f"nullif(trim({text}, {literal(BLANKS)}), '')"
        return f"CASE WHEN {plain} THEN {text} ELSE {bare} END"
    if kind in {"FLOAT", "DOUBLE"}:
        whole = f"{name} = trunc({name}) AND abs({name}) < {2**53}"
        return (
            f"CASE WHEN isfinite({name}) THEN CASE WHEN {whole} "
            f"THEN {name}::BIGINT::VARCHAR ELSE {name}::DOUBLE::VARCHAR END END"
        )
    if kind.startswith("DECIMAL"):
        return (
            f"CASE WHEN {name} = trunc({name}) THEN {name}::HUGEINT::VARCHAR "
            f"ELSE {name}::VARCHAR END"
        )
    return f"{name}::VARCHAR"
