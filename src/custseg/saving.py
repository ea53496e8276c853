"""Files that are complete or not there, and JSON that notices when it was changed.

A file is written as a draft beside its place and moved there whole, so a reader never
sees half of one, and a full disk leaves the old one standing. A saved value carries the
SHA-256 of its content, so that a changed one is refused rather than believed.

Limits: the checksum tells accidents and edits, not forgery: whoever can write the file
can write the checksum too. Blanks and line breaks between values do not count.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from custseg.errors import (
    AlteredFile,
    FittedPolicyError,
    Problem,
    SchemaMismatch,
    SettingError,
)

__all__ = [
    "as_text",
    "content_of",
    "digest_of",
    "drafts",
    "load_content",
    "save_content",
]


@contextmanager
def drafts(*targets: Path) -> Iterator[tuple[Path, ...]]:
    """Give a draft for each file; they take their places when all are written.

    Parameters
    ----------
    *targets : Path
        Where the files will stand; what stands there now is replaced.

    Yields
    ------
    tuple of Path
        The drafts, to be written by the caller. Where writing fails, they are taken
        away and nothing is replaced.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     target = Path(folder) / "note.txt"
    ...     with drafts(target) as (draft,):
    ...         size = draft.write_text("done")
    ...         early = target.exists()
    ...     early, target.read_text()
    (False, 'done')
    """
    made = tuple(target.with_name(f".{target.name}.new") for target in targets)
    try:
        yield made
        for draft, target in zip(made, targets, strict=True):
            draft.replace(target)
    finally:
        for draft in made:
            draft.unlink(missing_ok=True)


def digest_of(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of plain data.

    The order of keys counts: labels are tried, and scores computed, from top to bottom.

    Examples
    --------
    >>> digest_of({"a": 1.0})[:12] == digest_of({"a": 1})[:12]
    False
    """
    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def as_text(content: Mapping[str, Any]) -> str:
    """Return plain data as JSON with a checksum over all of it.

    Parameters
    ----------
    content : mapping of str to plain data
        With a number ``schema``, and without a key ``checksum``.

    Examples
    --------
    >>> content_of(as_text({"schema": 1, "a": [1.5]}), schema=1, where="note")
    {'schema': 1, 'a': [1.5]}
    """
    data = {"checksum": digest_of(content), **content}
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def save_content(path: str | Path, content: Mapping[str, Any]) -> None:
    """Write plain data as JSON with a checksum over all of it.

    Parameters
    ----------
    path : str or Path
    content : mapping of str to plain data
        As :func:`as_text` takes it.

    Raises
    ------
    FittedPolicyError
        When the file cannot be written.
    SettingError
        When it is no path.
    """
    target = _as_path(path)
    text = as_text(content)
    try:
        with drafts(target) as (draft,):
            draft.write_text(text, encoding="utf-8")
    except OSError as error:
        hint = ""
        if not target.parent.is_dir():
            hint = f"make the folder {target.parent} first"
        raise FittedPolicyError(
            Problem(
                "the file cannot be written",
                where=str(path),
                got=error.strerror or "",
                hint=hint,
            )
        ) from error


def _as_path(path: object) -> Path:
    if isinstance(path, str | os.PathLike):
        return Path(path)
    raise SettingError(
        Problem(
            "expected the path of a file",
            where="path",
            got="None" if path is None else f"a {type(path).__name__}",
            hint="for example 'company-2026Q2.json'",
        )
    )


def load_content(path: str | Path, *, schema: int) -> dict[str, Any]:
    """Read what :func:`save_content` wrote.

    Parameters
    ----------
    path : str or Path
    schema : int
        The only one that is understood.

    Raises
    ------
    FittedPolicyError
        When the file cannot be read or is something else.
    SettingError
        When it is no path.
    SchemaMismatch
        When it was written under another schema.
    AlteredFile
        When its content does not match its checksum.
    """
    where = str(path)
    try:
        text = _as_path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise FittedPolicyError(
            Problem("the file cannot be read", where=where, got=error.strerror or "")
        ) from error
    except UnicodeDecodeError as error:
        raise _foreign(where, "bytes that are no UTF-8 text") from error
    return content_of(text, schema=schema, where=where)


def content_of(text: str, *, schema: int, where: str) -> dict[str, Any]:
    """Read what :func:`as_text` wrote.

    Parameters
    ----------
    text : str
    schema : int
        The only one that is understood.
    where : str
        What it is called in errors.

    Raises
    ------
    FittedPolicyError, SchemaMismatch, AlteredFile
        As :func:`load_content` does.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _foreign(where, f"no JSON: {error}") from error
    if not isinstance(data, dict):
        raise _foreign(where, f"a JSON {type(data).__name__}")
    if "schema" not in data:
        raise _foreign(where, "JSON without schema")
    if data["schema"] != schema or isinstance(data["schema"], bool):
        raise SchemaMismatch(
            Problem(
                "what was saved is of another schema",
                where=where,
                got=repr(data["schema"]),
                allowed=str(schema),
                hint="fit the policy anew with this version of custseg",
            )
        )
    if "checksum" not in data:
        raise _foreign(where, "JSON without checksum")
    said = data.pop("checksum")
    if digest_of(data) != said:
        raise AlteredFile(
            Problem(
                "the content was altered since it was saved",
                where=where,
                got="content that does not match its checksum",
                hint="fetch the original, or fit the policy anew",
            )
        )
    return data


def _foreign(where: str, got: str) -> FittedPolicyError:
    return FittedPolicyError(
        Problem(
            "this is no fitted policy",
            where=where,
            got=got,
            hint="give what FittedPolicy.save or to_json wrote",
        )
    )
