"""What a made-up table comes to, byte by byte."""

import hashlib


def digest(columns):
    """Names and values of the columns, byte by byte, whatever the machine's order."""
    sha = hashlib.sha256()
    for name in columns:
        values = columns[name]
        sha.update(name.encode() + b"\0")
        if isinstance(values, list):
            for text in values:
                sha.update(b"\1" if text is None else b"\2" + text.encode() + b"\0")
        elif values.dtype.kind == "f":
            sha.update(values.astype("<f8").tobytes())
        elif values.dtype.kind == "M":
            sha.update(values.astype("<M8[D]").astype("<i8").tobytes())
        else:
            sha.update(values.astype("<i8").tobytes())
    return sha.hexdigest()
