"""The one writer.

A thread owns the write connection. Commands waiting for it are decided one after the other inside one transaction,
their rows are written together, one fsynced commit makes all of them durable, and only then is anybody told. So the
disk is asked once for many commands, no two commands ever race, and an acknowledged command is never lost.

- A command that raises fails alone; its rows and cache changes vanish.
- If the database refuses the rows of a batch, the batch is taken back and every command is decided again, alone under a
  savepoint: only the poisoned one fails.
- If the disk or the server fails, everything of the batch fails with `StorageTrouble`, nothing is half done, and the
  next batch starts on a fresh connection.

On PostgreSQL several processes may run a writer for the same site: they take turns batch by batch, and a stream that
moved meanwhile is read again.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import IO, Any, TypeVar

from storage.connection import Broken, Mark, Retry
from storage.engine import Database
from storage.errors import (
    Conflict,
    ConstraintBroken,
    NotMigrated,
    Overloaded,
    StorageError,
    StorageTrouble,
    Trouble,
    WriterStopped,
)
from storage.faults import NO_FAULTS, CrashPoint, Faults
from storage.inbox import look_up
from storage.jobs import Job, in_loop, tell_all
from storage.schema import REVISION
from storage.session import Session
from storage.sql import Backend
from storage.tx import Tx

T = TypeVar("T")

BATCH = 64
RETRIES = 5
TEND_AFTER = 32
"""Batches after which a quiet moment is used for housekeeping."""
QUIET = 0.05
"""Seconds without a command that count as quiet."""


@dataclass(frozen=True, slots=True)
class Committed:
    """Something became durable. ``wakes``: earliest wake-up (stored spelling) by agenda lane among the new rows."""

    wakes: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WriterStats:
    """Counters since start, for metrics."""

    commands: int
    batches: int
    poisoned: int
    troubles: int
    waiting: int


class _Poisoned(Exception):
    """The database refused rows of this batch; the cause says which."""


class Writer:
    """Owns the write connection of one site. Start it once, submit from any event loop or thread, stop it."""

    def __init__(
        self,
        database: Database,
        site: str,
        *,
        batch: int = BATCH,
        max_waiting: int = 4096,
        hot_streams: int = 4096,
        faults: Faults = NO_FAULTS,
    ) -> None:
        self._database = database
        self._site = site
        self._batch = batch
        self._max_waiting = max_waiting
        self._hot_streams = hot_streams
        self._faults = faults
        self._queue: queue.SimpleQueue[Job[Any] | None] = queue.SimpleQueue()
        self._gate = threading.Lock()
        self._accepting = False
        self._thread: threading.Thread | None = None
        self._session: Session | None = None
        self._lock: IO[bytes] | None = None
        self._watchers: list[tuple[asyncio.AbstractEventLoop, Callable[[Committed], None]]] = []
        self._untended = 0
        self._commands = self._batches = self._poisoned = self._troubles = 0

    # --- for callers

    async def start(self) -> None:
        """Open the database and take commands. Raise `CannotOpen` or `StorageTrouble`, each saying what to do."""
        await asyncio.to_thread(self.start_blocking)

    def start_blocking(self) -> None:
        """`start`, for programs without an event loop."""
        if self._thread is not None:
            raise StorageError("this writer was already started")
        self._lock = self._database.claim_writing()
        try:
            self._session = self._connect()
        except BaseException:
            self._give_back()
            raise
        self._thread = threading.Thread(target=self._live, name="storage-writer", daemon=True)
        self._accepting = True
        self._thread.start()

    async def submit(self, work: Callable[[Tx], T], *, arrival: str | None = None) -> T:
        """Run ``work`` in the writer and return its value once it is durable; what it raises is raised here.

        ``arrival``: the inbox key the work is going to ask for, so that those of a batch are looked up together.

        Cancelling the wait does not cancel the work. Raise `Overloaded` when too many wait (nothing was done),
        `StorageTrouble` when storage failed (see there), `WriterStopped` when there is no writer.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._enqueue(Job(work, future, loop, arrival))
        return await future

    def submit_blocking(self, work: Callable[[Tx], T]) -> T:
        """`submit`, for programs without an event loop."""
        future: Future[T] = Future()
        self._enqueue(Job(work, future, None))
        return future.result()

    async def stop(self) -> None:
        """Finish what waits, then close. Harmless when not running."""
        await asyncio.to_thread(self.stop_blocking)

    def stop_blocking(self) -> None:
        """`stop`, for programs without an event loop."""
        with self._gate:
            if self._accepting:
                self._accepting = False
                self._queue.put(None)
        if self._thread is not None:
            self._thread.join()

    def watch(self, callback: Callable[[Committed], None]) -> None:
        """Call ``callback`` in the running loop after every commit that put something on the agenda."""
        self._watchers.append((asyncio.get_running_loop(), callback))

    @property
    def database(self) -> Database:
        """Where memory lives, for those who read beside the writer."""
        return self._database

    @property
    def alone(self) -> bool:
        """Whether this is the only process that may write: then what another one claimed, a dead one claimed."""
        return self._database.backend is Backend.SQLITE

    @property
    def stats(self) -> WriterStats:
        """Counters since start."""
        return WriterStats(
            commands=self._commands, batches=self._batches, poisoned=self._poisoned, troubles=self._troubles,
            waiting=self._queue.qsize(),
        )  # fmt: skip

    def _enqueue(self, job: Job[Any]) -> None:
        with self._gate:
            if not self._accepting:
                raise WriterStopped("the writer is not running")
            if self._queue.qsize() >= self._max_waiting:
                raise Overloaded(f"{self._max_waiting} commands are waiting already")
            self._queue.put(job)

    # --- the thread

    def _live(self) -> None:
        try:
            while (jobs := self._next_batch()) is not None:
                self._work_off(jobs)
        finally:
            self._end()

    def _next_batch(self) -> list[Job[Any]] | None:
        first = self._first()
        if first is None:
            return None
        jobs = [first]
        while len(jobs) < self._batch:
            try:
                job = self._queue.get_nowait()
            except queue.Empty:
                break
            if job is None:
                self._queue.put(None)  # the end comes after this batch
                break
            jobs.append(job)
        return jobs

    def _first(self) -> Job[Any] | None:
        """Wait for a command; use the first quiet moment after some commits for housekeeping."""
        if self._untended >= TEND_AFTER:
            try:
                return self._queue.get(timeout=QUIET)
            except queue.Empty:
                self._untended = 0
                self._tend()
        return self._queue.get()

    def _tend(self) -> None:
        if self._session is not None:
            try:
                self._session.connection.tend()
            except StorageTrouble:
                self._troubles += 1  # the next command will meet it, and tell somebody

    def _work_off(self, jobs: list[Job[Any]]) -> None:
        self._batches += 1
        self._untended += 1
        self._commands += len(jobs)
        wakes: dict[str, str] = {}
        try:
            wakes = self._commit(jobs)
        except StorageTrouble as trouble:
            self._fail(jobs, trouble)
        except Exception as error:  # our own bug: nobody may be left waiting, and the next batch starts clean
            self._fail(jobs, error)
        except BaseException:
            self._fail(jobs, WriterStopped("the writer's thread was ended"))
            tell_all(jobs)
            raise
        self._faults.reach(CrashPoint.BEFORE_RESOLVE)
        tell_all(jobs)
        if wakes:
            for loop, callback in self._watchers:
                in_loop(loop, callback, Committed(wakes))

    def _commit(self, jobs: list[Job[Any]]) -> dict[str, str]:
        session = self._session or self._connect()
        self._session = session
        for _ in range(RETRIES):
            try:
                return self._together(session, jobs)
            except _Poisoned as poison:
                session.rollback()
                session.forget_everything()
                if not isinstance(poison.__cause__, Retry):
                    return self._one_by_one(session, jobs)
        raise StorageTrouble(Trouble.LOCKED, "the database kept asking to try again")

    def _together(self, session: Session, jobs: list[Job[Any]]) -> dict[str, str]:
        """Decide all, write all, commit once."""
        try:
            session.begin()
            keys = [job.arrival for job in jobs if job.arrival is not None]
            if len(keys) > 1:
                look_up(session, keys)
            for job in jobs:
                self._decide(session, job)
            self._faults.reach(CrashPoint.BEFORE_FLUSH)
            session.flush()
            return self._seal(session)
        except (Broken, Retry) as error:
            raise _Poisoned from error

    def _seal(self, session: Session) -> dict[str, str]:
        wakes = dict(session.wakes)
        self._faults.reach(CrashPoint.BEFORE_COMMIT)
        session.commit()
        self._faults.reach(CrashPoint.AFTER_COMMIT)
        return wakes

    def _one_by_one(self, session: Session, jobs: list[Job[Any]]) -> dict[str, str]:
        """The batch holds a poisoned command: decide each again under a savepoint of its own."""
        self._poisoned += 1
        try:
            session.begin()
            for job in jobs:
                self._alone(session, job)
            return self._seal(session)
        except (Broken, Retry) as error:
            raise StorageTrouble(Trouble.OTHER, f"the database refused the batch twice: {error}") from error

    def _alone(self, session: Session, job: Job[Any]) -> None:
        for left in reversed(range(RETRIES)):
            before = session.mark()
            session.connection.savepoint(Mark.ALONE)
            try:
                self._decide(session, job)
                session.flush()
                session.connection.release(Mark.ALONE)
            except Broken as error:
                session.take_back(before)
                session.connection.back(Mark.ALONE)
                job.error = _refusal(error)
                if _moved(error) and left:
                    session.streams.clear()  # somebody else moved a stream: look again and decide again
                    continue
            return

    def _decide(self, session: Session, job: Job[Any]) -> None:
        """Run one command. Its own failure is its outcome; a failure of the database ends the batch."""
        tx = Tx(session)
        job.value = job.error = None
        try:
            job.value = job.work(tx)
            if hasattr(type(job.value), "__await__"):  # `inspect.isawaitable` takes a microsecond to say the same
                raise TypeError("a work function is synchronous; do network calls before or after it")
        except Exception as error:
            tx.cancel()
            job.error = error
        else:
            if session.fault is None:
                tx.keep()
            else:
                tx.cancel()
        if session.fault is not None:
            raise session.fault

    # --- when things go wrong

    def _connect(self) -> Session:
        connection = self._database.connect_writer()
        try:
            found = connection.revision()
        except BaseException:
            connection.close()
            raise
        if found != REVISION:
            connection.close()
            raise NotMigrated(
                f"the database is at revision {found}, this program needs {REVISION}: run `permitbot db upgrade`"
            )
        return Session(connection, self._site, hot_streams=self._hot_streams)

    def _fail(self, jobs: list[Job[Any]], error: Exception) -> None:
        """Nothing of the batch holds; start over on a fresh connection."""
        self._troubles += 1
        for job in jobs:
            job.error = error
        self._disconnect()

    def _disconnect(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            try:
                session.connection.rollback()
            except (Broken, Retry, StorageTrouble):
                pass  # the connection is being thrown away because it failed
            finally:
                session.connection.close()

    def _end(self) -> None:
        with self._gate:
            self._accepting = False
        left: list[Job[Any]] = []
        while True:
            try:
                job = self._queue.get_nowait()
            except queue.Empty:
                break
            if job is not None:
                job.error = WriterStopped("the writer ended before this command was taken")
                left.append(job)
        tell_all(left)
        self._disconnect()
        self._give_back()

    def _give_back(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def _moved(error: Broken) -> bool:
    return error.unique and error.table == "journal"


def _refusal(error: Broken) -> StorageError:
    if _moved(error):
        return Conflict("journal", expected=-1)
    return ConstraintBroken(str(error))
