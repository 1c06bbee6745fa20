"""`permitbot directory load`, `export` and `sync`: the register from a file, to a file, and from the chat platforms.

Loading and syncing write, so on SQLite the service has to be stopped; checking and exporting only read and may run
beside it.
"""

from __future__ import annotations

import asyncio
import difflib
import os
from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

import aiohttp

from bot.clock import Clock, SystemClock
from bot.evidence import ready_database
from bot.roster_chains import unsignable
from bot.roster_leave import Leave, away_now, leave_in
from bot.settings import Settings, SettingsError, missing
from bot.sync import Synced, TooManyGone
from handlers.facts import absences
from handlers.leave import write_leave
from handlers.neighbour_news import ask_everybody
from handlers.request.folding import key as compared
from storage import policies
from storage.directory import Directory, Home, Register
from storage.errors import StorageError
from storage.register import Plan, RegisterError, plan, read
from storage.register_at import At
from storage.register_export import CannotExport, spell
from storage.register_models import LeaveEntry
from storage.register_records import is_national
from storage.store import Store
from storage.tx import Tx
from storage.writer import Writer
from workflow.delegation import STREAM, Absence, Absences
from workflow.ids import SiteId
from workflow.plant import Person
from workflow.rules.book import RuleBook

T = TypeVar("T")
Say = Callable[[str], None]

_MOST_NAMES = 20
_ALIKE = 0.8


# --- load


class Readable(Protocol):
    """A register as somebody wrote it, whatever it was written in."""

    def against(self, known: Register, *, site: str, home: Home, compared: Callable[[str], str]) -> Register:
        """The register it describes. Raise `storage.register.RegisterError`."""

    def leave(self) -> tuple[At[LeaveEntry], ...]:
        """Who is away, as it says."""


def load(
    *,
    settings: Settings,
    path: Path,
    check: bool,
    say: Say,
    reader: Callable[[Path], Readable] = read,
    clock: Clock | None = None,
) -> int:
    """Load a register, or only say what loading it would do. 1 when something is wrong with it.

    Raise `SettingsError`, `storage.errors.StorageError` or `storage.policies.PolicyError`.
    """
    home, clock = home_of(settings), clock or SystemClock()
    book = policies.load(settings.policies, plant=settings.plant_file)
    try:
        written = reader(path)
        if check:
            known, away = _known(settings, say)
            register, changes = _judge(written, known, settings, home)
            leave = leave_in(written.leave(), away, register.people, zone=settings.zone, at=clock.now())
        else:
            register, changes, leave = asyncio.run(_loaded(written, settings, home, clock))
    except RegisterError as wrong:
        for problem in wrong.problems:
            say(str(problem))
        say(f"{_many(len(wrong.problems), 'problem')}; nothing was changed.")
        return 1
    for line in (*_told(changes), *leave.told(), *(f"note: {note}" for note in notes(register, book, settings))):
        say(line)
    idle = changes.idle and not leave.events
    say("Sound. Nothing was changed (--check)." if check else "Nothing to change." if idle else "Loaded.")
    return 0


async def _loaded(written: Readable, settings: Settings, home: Home, clock: Clock) -> tuple[Register, Plan, Leave]:
    now, zone = clock.now(), settings.zone

    def work(tx: Tx) -> tuple[Plan, Leave]:
        register, changes = _judge(written, tx.directory.register, settings, home)
        leave = leave_in(written.leave(), absences(tx), register.people, zone=zone, at=now)
        changes.carry_out(tx)
        write_leave(tx, leave.events, zone=zone, at=now)
        if changes.put.links or changes.put.areas or changes.put.equipment:
            ask_everybody(tx, now)
        return changes, leave

    writer = _writer(settings)
    await writer.start()
    try:
        changes, leave = await writer.submit(work)
        return await writer.submit(lambda tx: tx.directory.register), changes, leave
    finally:
        await writer.stop()


def _judge(written: Readable, known: Register, settings: Settings, home: Home) -> tuple[Register, Plan]:
    """The register as it would be together with what it takes. Names of places are compared as requests are read."""
    said = written.against(known, site=settings.site_id, home=home, compared=compared)
    changes = plan(known, said)
    return _overlaid(known, changes.put), changes


def _overlaid(known: Register, put: Register) -> Register:
    """``known`` with people and places of ``put`` in it: what the notes look at."""
    people = {one.id: one for one in (*known.people, *put.people)}
    areas = {one.id: one for one in (*known.areas, *put.areas)}
    groups = {chat.group for chat in put.chats}
    return Register(
        people=tuple(people.values()),
        areas=tuple(areas.values()),
        chats=(*(chat for chat in known.chats if chat.group not in groups), *put.chats),
    )


def _known(settings: Settings, say: Say) -> tuple[Register, Absences]:
    """The register in force, and who is away; empty ones where there is no database to ask yet."""
    try:
        return asyncio.run(_ask(settings, lambda tx: (tx.directory.register, absences(tx))))
    except StorageError as nowhere:
        say(f"note: compared with an empty register: {nowhere}")
        return Register(), _nobody(settings)


def _nobody(settings: Settings) -> Absences:
    return Absences(id=STREAM, site=SiteId(settings.site_id), known={})


def _told(changes: Plan) -> Iterator[str]:
    for kind, count in changes.counts.items():
        if count.new or count.changed or count.same or count.untouched:
            kept = f", {count.untouched} not in the file and kept" if count.untouched else ""
            yield f"{kind}: {count.new} new, {count.changed} changed, {count.same} the same{kept}"
    if changes.deserted:
        yield f"inactive, their account is somebody else's now: {_names(changes.deserted)}"


# --- what a sound register may still lack


def notes(register: Register, book: RuleBook, settings: Settings) -> Iterator[str]:
    """What is no fault and will yet be missed: roles nobody holds, words the rules do not know, keys not set."""
    yield from in_register(register, book)
    yield from (unset for _, unset in unset_keys(register, settings))


def in_register(register: Register, book: RuleBook) -> Iterator[str]:
    """Of these, what another register would mend."""
    directory = Directory(0, register)
    yield from _empty_roles(directory, book)
    yield from unsignable(directory, book)
    yield from _unknown_posts(register, book)
    yield from _unknown_certificates(register, book)


def unset_keys(register: Register, settings: Settings) -> Iterator[tuple[str, str]]:
    """What the register calls the key of a group's chat and nobody has set here, and the note about it."""
    for chat in register.chats:
        if settings.chat_key(chat.chat) is None:
            yield (
                chat.chat.removeprefix("$"),
                f"{chat.chat}, the key of group {chat.group}, is not set here; the service needs it",
            )


def _empty_roles(directory: Directory, book: RuleBook) -> Iterator[str]:
    for role, posts in book.plant.roles.items():
        bare = [area for area in directory.areas if not any(directory.holders(post, area) for post in posts)]
        if bare and len(bare) == len(directory.areas):
            yield f"nobody is {role.value} ({book.role_label(role)}): {' or '.join(posts)}"
        elif bare:
            yield f"nobody is {role.value} ({book.role_label(role)}) in {', '.join(bare)}: {' or '.join(posts)}"
    if not any(directory.holders(post) for post in book.plant.duty_posts):
        yield f"nobody stands by as the last rung of escalations: {' or '.join(book.plant.duty_posts)}"


def _unknown_posts(register: Register, book: RuleBook) -> Iterator[str]:
    known = {*book.plant.duty_posts, *(post for posts in book.plant.roles.values() for post in posts)}
    held = {post.key for person in register.people for post in person.posts}
    yield from _unknown(sorted(held - known), known, "post", "the plant file gives it no role")


def _unknown_certificates(register: Register, book: RuleBook) -> Iterator[str]:
    known = {kind for pack in book.packs if pack.certificates is not None for kind, _ in pack.certificates.names}
    held = {one.kind for person in register.people for one in person.certificates if not is_national(one.kind)}
    yield from _unknown(sorted(held - known), known, "certificate", "the rules do not know it")


def _unknown(words: Iterable[str], known: set[str], what: str, why: str) -> Iterator[str]:
    for word in words:
        near = difflib.get_close_matches(word, sorted(known), n=1, cutoff=_ALIKE)
        yield f"{what} {word}: {why}" + (f"; did you mean {near[0]}?" if near else "")


# --- export


def export(*, settings: Settings, path: Path, say: Say, clock: Clock | None = None) -> int:
    """Write the register in force, and who is away, to a new file only its owner can read; 1 when that cannot be done.

    Raise `SettingsError` or `storage.errors.StorageError`.
    """
    home = home_of(settings)
    now = (clock or SystemClock()).now()
    register, leave = to_export(settings, now)
    try:
        text = spell(register, site=settings.site_id, home=home, leave=leave)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        say(f"{path} exists already; choose another name.")
        return 1
    except (CannotExport, OSError) as failure:
        say(f"Not exported: {failure}")
        return 1
    say(f"{_many(len(register.people), 'person', 'people')} and {_many(len(register.areas), 'area')} in {path}.")
    say("It holds telephone and identity numbers; keep it to yourself.")
    try:
        written = read(path)
        written.against(Register(), site=settings.site_id, home=home, compared=compared)
        leave_in(written.leave(), _nobody(settings), register.people, zone=settings.zone, at=now)
    except RegisterError as wrong:
        for problem in wrong.problems:
            say(f"note: {problem}")
        say("As it stands this file could not be loaded; correct it first.")
    return 0


# --- sync


def sync(*, settings: Settings, accept_losses: bool, say: Say, clock: Clock | None = None) -> int:
    """Pull the members of every platform of this site; 1 when one cannot be asked or believed, and then nothing was
    changed for it.

    Raise `SettingsError` or `storage.errors.StorageError`.
    """
    settings.require_platform()
    failed = False
    for label, trouble, pull in _pulls(settings):
        try:
            synced = asyncio.run(_synced(settings, pull, clock or SystemClock(), accept_losses))
        except TooManyGone as empty:
            say(f"{empty}: `permitbot directory sync --accept-losses`. Nothing was changed.")
            failed = True
        except trouble as why:
            say(f"{label}: {why}. Nothing was changed; `permitbot doctor` examines the credentials.")
            failed = True
        else:
            for line in _pulled(synced):
                say(line)
    return 1 if failed else 0


Pull = Callable[[aiohttp.ClientSession, Writer, Clock, bool], Awaitable[Synced]]


def _pulls(settings: Settings) -> Iterator[tuple[str, type[Exception], Pull]]:
    """How each platform of the site is pulled, and what it raises when it cannot be."""
    site = SiteId(settings.site_id)
    if settings.speaks_wecom:
        from bot.wecom.client import client_of as wecom_client
        from bot.wecom.errors import WeComTrouble
        from bot.wecom.sync import sync_directory as from_wecom

        async def wecom(session: aiohttp.ClientSession, writer: Writer, clock: Clock, losses: bool) -> Synced:
            client = wecom_client(settings.wecom(), session, clock)
            return await from_wecom(client, writer, site, at=clock.now(), accept_losses=losses)

        yield "WeCom", WeComTrouble, wecom
    if settings.speaks_dingtalk:
        from bot.dingtalk.app import client_of as dingtalk_client
        from bot.dingtalk.errors import DingTalkTrouble
        from bot.dingtalk.sync import sync_directory as from_dingtalk

        async def dingtalk(session: aiohttp.ClientSession, writer: Writer, clock: Clock, losses: bool) -> Synced:
            client = dingtalk_client(settings.dingtalk(), session, clock)
            return await from_dingtalk(client, writer, site, at=clock.now(), accept_losses=losses)

        yield "DingTalk", DingTalkTrouble, dingtalk


async def _synced(settings: Settings, pull: Pull, clock: Clock, accept_losses: bool) -> Synced:
    writer = _writer(settings)
    await writer.start()
    try:
        async with aiohttp.ClientSession() as session:
            return await pull(session, writer, clock, accept_losses)
    finally:
        await writer.stop()


def _pulled(synced: Synced) -> Iterator[str]:
    for word in ("added", "changed", "gone", "back"):
        people: tuple[Person, ...] = getattr(synced, word)
        if people or word != "back":
            yield f"{word}: {len(people)}" + (f": {_names(people)}" if people else "")
    if synced.added:
        yield "Whoever was added can ask, not sign: posts and certificates come with `permitbot directory load`."
    for userid in synced.clashes:
        yield f"note: {userid} was left out: somebody in the register has this id. Write `userid` where it belongs."
    if synced.unreadable:
        yield f"note: {_many(synced.unreadable, 'department')} may not be listed; known people were asked for by name."


# --- in common


def home_of(settings: Settings) -> Home:
    """The plant's own companies, WeCom's first where there are two. Raise `SettingsError` when there is none."""
    corps = {"wecom": settings.wecom_corp_id, "dingtalk": settings.dingtalk_corp_id}
    known = {platform: corp for platform, corp in corps.items() if corp is not None}
    if not known:
        places = {"wecom_corp_id": "管理后台 → 我的企业 → 企业ID", "dingtalk_corp_id": "开放平台 → 首页 → CorpId"}
        raise SettingsError([*missing(settings, places), "one of the two is enough"])
    return Home(corps=known)


def _writer(settings: Settings) -> Writer:
    return Writer(ready_database(settings), settings.site_id)


def in_force(settings: Settings) -> Register:
    """The register as it is now. Raise `storage.errors.StorageError` when it cannot be read."""
    return asyncio.run(_ask(settings, lambda tx: tx.directory.register))


def to_export(settings: Settings, at: datetime) -> tuple[Register, tuple[Absence, ...]]:
    """The register and all leave not over, by the clock of the site. Raise as `in_force` does."""
    return asyncio.run(
        _ask(settings, lambda tx: (tx.directory.register, away_now(absences(tx), zone=settings.zone, at=at)))
    )  # fmt: skip


async def _ask(settings: Settings, work: Callable[[Tx], T]) -> T:
    store = Store(ready_database(settings), settings.site_id)
    try:
        return await store.read(work)
    finally:
        await store.close()


def _names(people: Iterable[Person]) -> str:
    told = [f"{person.name} ({person.id})" for person in people]
    more = f" and {len(told) - _MOST_NAMES} more" if len(told) > _MOST_NAMES else ""
    return ", ".join(told[:_MOST_NAMES]) + more


def _many(count: int, one: str, several: str | None = None) -> str:
    return f"{count} {one if count == 1 else several or one + 's'}"
