"""A store as it stands at one moment: its manifest and its layers, opened.

Whoever holds a state keeps its files mapped, so a writer may take them away meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from attrs import frozen

from custseg.adapters.ledger_store.errors import StoreAltered, StoreUnavailable
from custseg.adapters.ledger_store.kept import Kept
from custseg.adapters.ledger_store.layers import Layer, open_layer
from custseg.adapters.ledger_store.manifest import MANIFEST, Manifest, read_manifest
from custseg.adapters.ledger_store.piles import Pile
from custseg.errors import Problem
from custseg.events import EventTable
from custseg.intake.arrivals import Tables
from custseg.ledger import Ledger

__all__ = ["State", "layer_ledger", "load", "take_away"]

_TRIES = 5
"""Times that a manifest is read anew because a writer was faster."""

ENDING = ".sheet"


@frozen(eq=False)
class _Everything(Mapping[str, EventTable | Kept]):
    """The tables of all layers; layers are put together only if somebody asks."""

    pile: Pile

    @cached_property
    def _whole(self) -> Mapping[str, EventTable | Kept]:
        if len(self.pile.layers) == 1:
            return self.pile.layers[0].tables
        return self.pile.everybody().tables

    def __getitem__(self, name: str) -> EventTable | Kept:
        return self._whole[name]

    def __contains__(self, name: object) -> bool:
        return name in self.pile.layers[0].tables

    def __iter__(self) -> Iterator[str]:
        return iter(self.pile.layers[0].tables)

    def __len__(self) -> int:
        return len(self.pile.layers[0].tables)


@frozen(eq=False)
class State:
    """A store at one moment.

    Parameters
    ----------
    manifest : Manifest
    pile : Pile
    waits : Layer or None
        Payments whose invoice is not known yet, of one customer who is nobody.
    """

    manifest: Manifest
    pile: Pile
    waits: Layer | None = None

    @property
    def waiting(self) -> EventTable | None:
        """The payments whose invoice is not known yet."""
        if self.waits is None:
            return None
        return cast("EventTable", self.waits.tables["payments"])

    @cached_property
    def ledger(self) -> Ledger:
        """All that is in the store, as a ledger."""
        if not self.pile.layers:
            return Ledger.from_records(
                currency=self.manifest.currency, quality=self.manifest.treatments
            )
        return _ledger(self.manifest, self.pile.book, _Everything(self.pile))


def layer_ledger(state: State, layer: Layer) -> Ledger:
    """Return the customers of one layer as a ledger, those who moved up among them."""
    return _ledger(state.manifest, layer.book, layer.tables)


def _ledger(manifest: Manifest, book: Any, tables: Mapping[str, Any]) -> Ledger:
    return Ledger(
        book,
        Tables(tables),
        manifest.currency,
        manifest.decimals,
        manifest.report,
        manifest.treatments,
    )


def load(folder: Path, before: State | None = None) -> State:
    """Open a store as it stands now.

    Parameters
    ----------
    folder : Path
    before : State or None
        An earlier one, whose files need not be opened again.

    Raises
    ------
    StoreUnavailable
        When there is no store.
    StoreTooNew, StoreAltered
        When it cannot be used.
    """
    opened = {}
    if before is not None:
        opened = {one.note: one for one in before.pile.layers}
        if before.waits is not None:
            opened[before.waits.note] = before.waits
    for turn in range(_TRIES):
        manifest = read_manifest(folder)
        if manifest is None:
            raise StoreUnavailable(
                Problem(
                    "there is no ledger in this folder",
                    where=str(folder),
                    got=f"no {MANIFEST}",
                    hint="open it with create=True to begin one",
                )
            )
        if before is not None and manifest == before.manifest:
            return before
        try:
            layers = tuple(
                opened.get(note) or open_layer(folder, note, since)
                for note, since in manifest.layers
            )
            waits = None
            if manifest.waiting is not None:
                waits = opened.get(manifest.waiting)
                waits = waits or open_layer(folder, manifest.waiting, 0)
            return State(manifest, Pile(layers), waits)
        except FileNotFoundError as error:
            if turn == _TRIES - 1:
                raise StoreAltered(
                    Problem(
                        "a file of the store is missing",
                        where=str(error.filename),
                        hint="bring it back from a copy, or make the store anew from "
                        "the tables",
                    )
                ) from error
    raise AssertionError  # pragma: no cover - the last turn returns or raises


def take_away(folder: Path, manifest: Manifest) -> list[str]:
    """Take away what does not count: of before, or of a writer that died.

    Parameters
    ----------
    folder : Path
        Whose lock the caller holds.
    manifest : Manifest

    Returns
    -------
    list of str
        The files that could not be taken away, as where a reader has them open and the
        system then keeps them. The next writing tries again.
    """
    idle = [one for one in folder.glob(f"*{ENDING}") if one.name not in manifest.files]
    left = []
    for one in (*idle, *folder.glob(".*.new")):
        try:
            one.unlink(missing_ok=True)
        except OSError:
            left.append(one.name)
    return sorted(left)
