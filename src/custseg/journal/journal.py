"""The journal: an append-only memory of tiers that can be checked, and can forget.

The tier that a customer holds is the outcome of every decision before it. So decisions
are kept: a review is appended whole or not at all, nothing is changed afterwards, and
what was believed on any day about any day can be read back. Every entry is chained to
the one before (:mod:`custseg.journal.chain`), so :meth:`Journal.verify` finds whatever
was changed. The names of persons stand outside the chain, so that
:meth:`Journal.forget` can erase one while the chain stays valid.

Two writers never both win: a batch says on which head its decisions rest. Where one of
its customers has got another decision since, it is refused as a whole. Decisions on
other customers do no harm.

Limits: the journal takes decisions as they come and does not judge them. It knows no
clock: the caller says when something was recorded, and a caller who lies is believed.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Sequence
from os import urandom
from typing import Self

from attrs import field, frozen

from custseg.errors import Problem, SettingError, did_you_mean
from custseg.journal.bitemporal import held, shares_of
from custseg.journal.chain import Head, Header
from custseg.journal.committing import Writer
from custseg.journal.entries import (
    ERASURE,
    KINDS,
    Batch,
    Entry,
    Held,
    Receipt,
    as_moment,
    moment_text,
)
from custseg.journal.storing import Share, Store
from custseg.journal.verifying import verify
from custseg.periods import as_day, to_date

__all__ = ["Journal", "check_journal"]

_FILTERS = (*KINDS, "correction", ERASURE)


@frozen(eq=False, repr=False)
class Journal:
    """Decisions on tiers, in the order in which they were recorded.

    Usually made by :func:`custseg.adapters.stores.open_journal`. As a context manager
    it closes what it opened.

    Parameters
    ----------
    store : Store
        Where it is kept.
    draw : callable
        Gives a number of random bytes, for the salts of tokens. No decision, state or
        outcome depends on them; tests pass a seeded one.

    Examples
    --------
    >>> from custseg.adapters.stores import open_journal
    >>> from custseg.journal.entries import Batch, Decision
    >>> journal = open_journal(":memory:")
    >>> journal
    Journal(:memory:)
    >>> first = Decision("C0007", before=None, after="B", action="FIRST")
    >>> review = Batch("review", key="2026-Q3", valid_on="2026-10-01",
    ...                based_on=journal.head(), decisions=[first])
    >>> now = dt.datetime(2026, 10, 1, 8, tzinfo=dt.UTC)
    >>> journal.commit(review, recorded_at=now).recorded
    1
    >>> journal.commit(review, recorded_at=now).already_recorded
    True
    >>> journal.state()["C0007"].tier
    'B'
    >>> journal.verify() == journal.head()
    True
    """

    store: Store
    draw: Callable[[int], bytes] = field(default=urandom, kw_only=True)

    def __repr__(self) -> str:
        return f"Journal({self.store.where})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close what was opened; a caller's connection stays open."""
        self.store.close()

    def head(self) -> Head:
        """Return the head: what decisions rest on, and what to keep elsewhere."""
        return self.store.head()

    def verify(self, head: Head | None = None) -> Head:
        """Check every row, up to the end.

        Parameters
        ----------
        head : Head or None
            A head of this journal that was kept elsewhere. Without one, a cut at the
            end and a chain written wholly anew cannot be noticed.

        Returns
        -------
        Head
            Of the journal as it is.

        Raises
        ------
        JournalAltered
            Its ``number`` is the first entry that is wrong.
        JournalUnavailable
            When the file is damaged, be it outside the rows.
        """
        return verify(self.store, head)

    def commit(
        self,
        batch: Batch,
        *,
        recorded_at: dt.datetime,
        author: str = "",
        corrections: bool = False,
    ) -> Receipt:
        """Record decisions, all of them or none.

        What stands there already, alike in everything, is not written again. Notes and
        authors are words: another one does not make another decision.

        Parameters
        ----------
        batch : Batch
        recorded_at : datetime
            The moment, with a time zone.
        author : str
            Who is responsible; kept where it can be erased.
        corrections : bool
            Where another decision of the same customer, kind and key is recorded,
            append what came now as a correction: valid then, known from now on. Later
            decisions of the same customer stand, and are listed.

        Returns
        -------
        Receipt

        Raises
        ------
        JournalDifference
            When another decision is recorded, and no corrections were asked for.
        JournalConflict
            When the decisions rest on what no longer holds.
        JournalUnavailable
            When the place where the journal is kept does not work.
        SettingError
            When the batch is malformed.
        """
        (receipt,) = self.commit_all(
            (batch,), recorded_at=recorded_at, author=author, corrections=corrections
        )
        return receipt

    def commit_all(
        self,
        batches: Sequence[Batch],
        *,
        recorded_at: dt.datetime,
        author: str = "",
        corrections: bool = False,
    ) -> tuple[Receipt, ...]:
        """Record several batches in one go: all of them, or nothing.

        Parameters
        ----------
        batches : sequence of Batch
            No customer in two of them.
        recorded_at : datetime
        author : str
        corrections : bool
            As in :meth:`commit`.

        Returns
        -------
        tuple of Receipt
            One for each batch.

        Raises
        ------
        JournalDifference, JournalConflict, JournalUnavailable, SettingError
            As in :meth:`commit`.
        """
        writer = Writer(self.store, self.draw, recorded_at, author)
        return writer.commit(batches, corrections=corrections)

    def state(
        self,
        *,
        as_of: dt.date | str | None = None,
        known_at: dt.datetime | None = None,
        before: int | None = None,
    ) -> dict[str, Held]:
        """Return what every customer holds.

        Parameters
        ----------
        as_of : date or str, optional
            The day asked about; without it, after all that is recorded.
        known_at : datetime, optional
            With a time zone: leave out what was recorded later. Together: what did we
            believe at ``known_at`` about ``as_of``?
        before : int, optional
            Leave out what was recorded under this number and later ones.

        Returns
        -------
        dict of str to Held
            Sorted by customer; without those who had no decision by then, and without
            the forgotten.

        Examples
        --------
        See :class:`Journal`.
        """
        moment = None
        if known_at is not None:
            moment = moment_text(as_moment(known_at, where="known_at"))
        return held(
            self.store, as_of=_day(as_of, "as_of"), known_at=moment, before=before
        )

    def read(
        self,
        *,
        customer: str | None = None,
        since: dt.date | str | None = None,
        until: dt.date | str | None = None,
        kind: str | None = None,
    ) -> Iterator[Entry]:
        """Yield entries in the order in which they were recorded.

        Parameters
        ----------
        customer : str, optional
            Only this one's. Nothing is yielded for a customer who is not known.
        since, until : date or str, optional
            Only what is valid from these days, both included.
        kind : str, optional
            One of ``"review"``, ``"trigger"``, ``"override"``, ``"release"``,
            ``"erasure"``; or ``"correction"`` for what corrects another entry.

        Yields
        ------
        Entry
            One per decision, also of those that share a line.

        Raises
        ------
        SettingError
            When there is no such kind, or a day is none.
        """
        if kind is not None and kind not in _FILTERS:
            raise SettingError(
                Problem(
                    "there is no such kind of entry",
                    where="kind",
                    got=repr(kind),
                    allowed=", ".join(_FILTERS),
                    hint=did_you_mean(str(kind), _FILTERS),
                )
            )
        first, last = _day(since, "since"), _day(until, "until")

        def wanted(header: Header) -> bool:
            return (
                (first is None or header.valid_day >= first)
                and (last is None or header.valid_day <= last)
                and (kind in (None, "correction") or header.kind == kind)
                and (kind != "correction" or header.corrections > 0)
            )

        for header, shares in self._shares(customer, wanted):
            asked = shares
            if kind == "correction":
                asked = [share for share in shares if share.line.corrects]
            yield from _entries(self.store, header, asked)

    def _shares(
        self, customer: str | None, wanted: Callable[[Header], bool]
    ) -> Iterator[tuple[Header, list[Share]]]:
        """Yield the wanted commits, with the shares in them, in parts."""
        if customer is None:
            for header in self.store.headers():
                if wanted(header):
                    for part in shares_of(self.store, header):
                        yield header, part
            return
        tokens = list(self.store.find("customer", [customer]).values())
        by_batch: dict[int, list[Share]] = {}
        for share in self.store.shares(tokens) if tokens else ():
            by_batch.setdefault(share.line.batch, []).append(share)
        for header in self.store.headers_at(by_batch):
            if wanted(header):
                yield header, by_batch[header.number]

    def forget(
        self, customer: str, *, recorded_at: dt.datetime, author: str = ""
    ) -> Head:
        """Forget who a customer is, and what was written about them in words.

        The decisions stay, under a token that nobody can lead back to the customer, and
        one entry says that somebody was forgotten. The file is written anew, so that
        the id is not left in its unused parts. Should the customer come back, a new
        history begins. Backups are the caller's affair.

        Parameters
        ----------
        customer : str
        recorded_at : datetime
        author : str

        Returns
        -------
        Head

        Raises
        ------
        UnknownCustomer
            When nobody of this id is known, or not any more.
        JournalUnavailable
            When the id is erased, but others who read keep old bytes alive: call
            :meth:`scrub` later.
        """
        Writer(self.store, self.draw, recorded_at, author).forget("customer", customer)
        self.store.scrub()
        return self.store.head()

    def forget_author(
        self, name: str, *, recorded_at: dt.datetime, author: str = ""
    ) -> Head:
        """Forget who an author is: as :meth:`forget`, for those who decide."""
        Writer(self.store, self.draw, recorded_at, author).forget("author", name)
        self.store.scrub()
        return self.store.head()

    def scrub(self) -> None:
        """Remove what was erased from the bytes of the store.

        :meth:`forget` does so by itself, except on a caller's own connection: there
        call this after the transaction was committed.
        """
        self.store.scrub()


def check_journal(journal: object) -> None:
    """Refuse what is no journal, such as the path of one.

    Raises
    ------
    SettingError

    Examples
    --------
    >>> check_journal("tiers.db")
    Traceback (most recent call last):
        ...
    custseg.errors.SettingError: journal: expected a journal; got 'tiers.db'; \
write open_journal('tiers.db')
    """
    if isinstance(journal, Journal):
        return
    said = repr(journal) if isinstance(journal, str) else f"a {type(journal).__name__}"
    path = repr(journal) if isinstance(journal, str) else "'tiers.db'"
    raise SettingError(
        Problem(
            "expected a journal",
            where="journal",
            got=said,
            hint=f"write open_journal({path})",
        )
    )


def _day(value: dt.date | str | None, where: str) -> int | None:
    return None if value is None else as_day(value, where=where)


def _entries(store: Store, header: Header, shares: list[Share]) -> Iterator[Entry]:
    """Yield shares as entries, with what is known of the persons."""
    tokens = {share.subject for share in shares} | {header.author}
    names = {one.subject: one.name for one in store.known(tokens)}
    notes = store.notes([share.line.number for share in shares if share.line.note])
    author = names.get(header.author) if header.author else ""
    recorded_at = dt.datetime.fromisoformat(header.recorded_at)
    valid_on = to_date(header.valid_day)
    for share in shares:
        line = share.line
        note = notes[line.number].text if line.number in notes else None
        yield Entry(
            number=line.number,
            kind=header.kind,
            key=header.key,
            subject=share.subject,
            customer=names.get(share.subject),
            valid_on=valid_on,
            recorded_at=recorded_at,
            before=line.before,
            after=line.after,
            action=line.action,
            reasons=tuple(json.loads(line.reasons)),
            inputs=json.loads(line.inputs) if share.check is None else None,
            state=json.loads(line.state),
            corrects=line.corrects,
            policy=header.policy,
            fitted=header.fitted,
            author=author,
            note=note if line.note else "",
            previous=line.previous.hex(),
            hash=line.hash.hex(),
        )
