"""Everything that a result says of its customers, to the last bit, for comparisons."""


def cell(column, at):
    """Return one value of a column with all its bits; None where it is unknown."""
    if column.known is not None and not column.known[at]:
        return None
    value = column.values[at].item()
    if column.words:
        return column.words[value]
    return (type(value).__name__, repr(value))


def answer(result, at=0):
    """Return everything that a result says of one customer."""
    outcome = result.outcome
    grade = outcome.grade
    said = {name: cell(column, at) for name, column in outcome.table.items()}
    said |= {f"is {name}": cell(one, at) for name, one in outcome.labels.items()}
    said |= {f"part {name}": cell(one, at) for name, one in grade.parts.items()}
    said["score"] = cell(grade.score, at)
    said["coverage"] = cell(grade.coverage, at)
    said["tier"] = cell(grade.tier, at)
    return said


def answers(result):
    """Return everything that a result says, by customer."""
    return {name: answer(result, at) for at, name in enumerate(result.customer_ids)}
