"""A policy written as a difference: ``base = "company"``, and only what is changed.

The file on top names the policy that it builds on, packaged or in a file beside it;
that one may build on another. Laid over one another they are one policy, which is then
read and checked like any other, and each problem is shown in the file where it can be
mended.

Limits: at most ten files, none of which builds on itself in a circle. A base is a
packaged name, or the relative path of a file that ends in .toml; a policy that is read
from a text, and not from a file, can only build on a packaged one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from attrs import evolve, field, frozen

from custseg.errors import CustsegError, PolicyError, Problem, did_you_mean
from custseg.policies import NAMES, read_text
from custseg.rules.describing import described, shown
from custseg.rules.files.merging import Origin, laid_over, lifted, plain_of, without
from custseg.rules.files.removing import Holding, held, needless, swept, unit_of
from custseg.rules.files.showing import in_file_order, shown_in
from custseg.rules.files.sources import text_of_file
from custseg.rules.files.toml import read_toml
from custseg.rules.paths import Found, found_at, spelled
from custseg.rules.paths import Path as Spelling

__all__ = ["Layered", "read_layers"]

_DEEPEST: Final = 10
_NO_SUCH: Final = re.compile(r"there is no (?:feature.*|lookup) '(\w+)'")


@frozen
class _File:
    """One of the files of a policy.

    Parameters
    ----------
    name : str
        What to call it.
    text : str
    place : Path or None
        Where it is; None for what is packaged, or no file.
    """

    name: str
    text: str
    place: Path | None = None


@frozen
class Layered:
    """A policy as plain tables, and the files from which it was put together.

    Parameters
    ----------
    data : mapping
        In the shape of a file, without ``base``.
    files : tuple
        Those it was put together from, the one on top first.
    found : tuple of (int, Found)
        What is wrong with how they build on one another, each with its file.
    """

    data: Mapping[str, Any]
    files: tuple[_File, ...]
    found: tuple[tuple[int, Found], ...] = ()
    _origins: Mapping[Spelling, Origin] = field(factory=dict, repr=False)
    _gone: Mapping[str, int] = field(factory=dict, repr=False)
    _loose: frozenset[str] = frozenset()
    _holding: Holding | None = field(default=None, repr=False)

    @property
    def bases(self) -> tuple[str, ...]:
        """The names of the policies that it builds on."""
        return tuple(one.name for one in self.files[1:])

    def problems(self, every: Sequence[Found], *, most: int) -> list[Problem]:
        """Return problems of the whole, each shown in the file it comes from.

        Parameters
        ----------
        every : sequence of Found
            With paths in the whole.
        most : int
            No more than these are shown.

        Returns
        -------
        list of Problem
            The file on top first, each in the order of its lines; at the head what is
            wrong with how the files build on one another.
        """
        if len(self.files) == 1:
            text = self.files[0].text
            return shown_in(in_file_order(list(every), text)[:most], text)
        homes = [*self.found, *(self._home_of(one) for one in every)]
        problems: list[Problem] = []
        for number, file in enumerate(self.files):
            own = [found for at, found in homes if at == number]
            own = in_file_order(own, file.text)[: most - len(problems)]
            problems += shown_in(own, file.text)
        return problems

    def _home_of(self, found: Found) -> tuple[int, Found]:
        path = found.path
        # The keys of a threshold depend on one another: the changed one is at fault.
        if path[0] == "thresholds" and path[:2] in self._origins:
            file, start = self._origins[path[:2]]
            if self._origins.get(path, (file, start))[0] != file:
                local = evolve(found, path=start)
                return file, _named(local, self.files[file].name)
        for length in range(len(path), -1, -1):
            if path[:length] in self._origins:
                file, start = self._origins[path[:length]]
                path = (*start, *path[length:])
                break
        else:
            file = 0
        if found.problem.what.startswith("nothing uses this"):
            found = evolve(found, problem=evolve(found.problem, hint=self._use(found)))
        missing = _NO_SUCH.match(found.problem.what)
        if missing and missing[1] in self._gone:
            hint = self._missed(found, missing[1], file)
            found = evolve(found, problem=evolve(found.problem, hint=hint))
        return file, _named(evolve(found, path=path), self.files[file].name)

    def _missed(self, found: Found, name: str, file: int) -> str:
        """Return what to do about something that uses what was taken out."""
        remover = self._gone[name]
        gone = f"'without' in {self.files[remover].name} takes it out"
        unit = unit_of(found.path, self.data)
        also = self._holding.leaning_on(unit) if self._holding else []
        if file <= remover or not also or unit[0] == "basis":
            return f"{gone}: leave it in, or say this anew"
        return f"{gone}: also take out {' and '.join(also)}, or say this anew"

    def _use(self, found: Found) -> str:
        """Return what to do about something that is not used."""
        table, code = map(str, found.path[:2])
        if self._origins[found.path][0]:
            hint = f'write without = ["{table}.{code}"] at the top of '
            return hint + self.files[0].name
        if code in self._loose:
            return "what used it is taken out: take this out too"
        others = [one for one in self.data[table] if one != code]
        return did_you_mean(code, others) or found.problem.hint


def read_layers(text: str, *, name: str, place: Path | None = None) -> Layered:
    r"""Read a policy's text, and those that it builds on.

    Parameters
    ----------
    text : str
        TOML with line feeds only at the ends of lines.
    name : str
        What to call the file.
    place : Path or None
        Where the file is; None for what is packaged, or no file.

    Returns
    -------
    Layered

    Raises
    ------
    PolicyError
        When one of the texts is no TOML, or what it builds on cannot be had.

    Examples
    --------
    >>> text = 'schema = 1\nbase = "company"\n[about]\ncode = "ours"\nversion = "1"'
    >>> layered = read_layers(text, name="ours.toml")
    >>> layered.data["about"]["code"], layered.data["about"]["currency"], layered.bases
    ('ours', 'CNY', ('company',))
    """
    files = [_File(name, text, place)]
    tables = [read_toml(text, name=name)]
    if "base" not in tables[0]:
        return Layered(tables[0], tuple(files))
    while "base" in tables[-1]:
        files.append(_base_of(tables[-1]["base"], files))
        tables.append(read_toml(files[-1].text, name=files[-1].name))
    found: list[tuple[int, Found]] = []
    lost: dict[str, int] = {}
    idle = frozenset[str]()
    tree = lifted(tables[-1], len(tables) - 1)
    for number in reversed(range(len(tables) - 1)):
        found += [(number, one) for one in _unnamed(tables[number])]
        top = lifted(tables[number], number)
        del top.value["base"]
        told: list[Found] = []
        if (gone := top.value.pop("without", None)) is None:
            tree = laid_over(tree, top, told.append)
        else:
            before = held(tree)
            told += without(tree, gone)
            loose = needless(before, held(tree))
            tree = laid_over(tree, top, told.append)
            swept(tree, before, loose, number)
            idle |= loose
            lost |= dict.fromkeys(before.names - held(tree).names, number)
        found += [(number, one) for one in told]
    data, origins = plain_of(tree)
    named = tuple((at, _named(one, files[at].name)) for at, one in found)
    holding = held(tree) if lost else None
    return Layered(data, tuple(files), named, origins, lost, idle, holding)


def _named(found: Found, name: str) -> Found:
    where = f"{name}: {spelled(found.path)}"
    return evolve(found, problem=evolve(found.problem, where=where))


def _unnamed(table: Mapping[str, Any]) -> Iterator[Found]:
    """Yield a problem for each key that a file cannot take from its base."""
    if "schema" not in table:
        yield found_at(
            ("schema",), "this key is missing", hint="add schema = 1", on_key=True
        )
    about = table.get("about", {})
    for key in ("code", "version"):
        if isinstance(about, Mapping) and key not in about:
            yield found_at(
                ("about", key),
                f"what is changed needs a {key} of its own",
                hint=f'add {key} = "..." under [about]',
                on_key=True,
            )


def _base_of(base: object, files: Sequence[_File]) -> _File:
    """Return the file that the last of some files builds on."""
    here = files[-1]
    if not isinstance(base, str):
        raise _refused(files, "expected a text in quotes", got=described(base))
    if base in NAMES:
        return _File(base, read_text(base))
    if not base.endswith(".toml"):
        raise _refused(
            files,
            "there is no packaged policy of this name",
            got=described(base),
            allowed=f"{', '.join(NAMES)}, or the path of a .toml file beside this one",
            hint=did_you_mean(base, NAMES),
        )
    if here.place is None:
        what = "only a file can build on another file"
        raise _refused(files, what, got=described(base), allowed=", ".join(NAMES))
    if Path(base).is_absolute():
        what = "the path of a base is relative to the file that names it"
        raise _refused(files, what, got=described(base))
    place = here.place.parent / base
    if not place.exists():
        beside = sorted(one.name for one in place.parent.glob("*.toml"))[:1000]
        raise _refused(
            files,
            "there is no such file beside this one",
            got=described(base),
            hint=did_you_mean(Path(base).name, beside),
        )
    try:
        file = _File(base, text_of_file(place), place)
    except CustsegError as error:
        (one,) = error.problems
        raise _refused(
            files, one.what, got=one.got or described(base), hint=one.hint
        ) from None
    before = [one for one in files if one.place is not None]
    if any(_is_same(one.place, place) for one in before):
        chain = " -> ".join(one.name for one in (*files, file))
        raise _refused(files, "the bases go in a circle", got=shown(chain, longest=250))
    if len(files) >= _DEEPEST:
        allowed = f"at most {_DEEPEST} files"
        raise _refused(files, "too many files build on one another", allowed=allowed)
    return file


def _is_same(one: Path | None, other: Path) -> bool:
    return one is not None and one.resolve() == other.resolve()


def _refused(
    files: Sequence[_File],
    what: str,
    *,
    got: str = "",
    allowed: str = "",
    hint: str = "",
) -> PolicyError:
    found = found_at(("base",), what, got=got, allowed=allowed, hint=hint)
    if len(files) > 1:
        found = _named(found, files[-1].name)
    return PolicyError(*shown_in([found], files[-1].text))
