"""Where the text of a policy comes from: what is packaged, or a file.

A path may lead to a folder, a pipe, a file of a gigabyte or nowhere at all; each is
refused with what would help.

Limits: files up to a megabyte.
"""

from __future__ import annotations

from pathlib import Path

from custseg.errors import PolicyError, Problem, UnknownPolicy, did_you_mean
from custseg.policies import NAMES
from custseg.rules.describing import shown
from custseg.rules.files.toml import LARGEST, decode

__all__ = ["text_of_file"]


def text_of_file(path: Path) -> str:
    """Return the text of a policy file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    str

    Raises
    ------
    UnknownPolicy
        When there is no such file.
    PolicyError
        When it cannot be read, is too large, or is not in UTF-8.
    """
    try:
        if path.is_dir():
            inside = sorted(one.name for one in path.glob("*.toml"))[:5]
            raise PolicyError(
                Problem(
                    "this is a folder, not a file",
                    where=_quoted(path),
                    hint=f"name a file in it: {', '.join(inside)}" if inside else "",
                )
            )
        if not path.exists():
            raise _unknown(path)
        if not path.is_file():
            raise PolicyError(
                Problem("this is not an ordinary file", where=_quoted(path))
            )
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        if isinstance(error, PolicyError):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        raise PolicyError(
            Problem(f"the file cannot be read: {reason}", where=_quoted(path))
        ) from error
    return decode(raw, name=path.name)


def _quoted(path: Path) -> str:
    return shown(str(path), longest=250)


def _unknown(path: Path) -> UnknownPolicy:
    nearby: list[str] = []
    if path.parent.is_dir():
        files = sorted(path.parent.glob("*.toml"))[:1000]
        nearby = [str(one) for one in files]
    hint = did_you_mean(str(path), [*NAMES, *nearby])
    if not hint and not path.parent.is_dir():
        hint = f"there is no folder '{_quoted(path.parent)}'"
    return UnknownPolicy(
        Problem(
            "there is no packaged policy and no file of this name",
            got=f"'{_quoted(path)}'",
            allowed=f"{', '.join(NAMES)}, or the path of a TOML file",
            hint=hint,
        )
    )
