"""`permitbot doctor`: look at everything a site can get wrong, say what was seen and what cures it.

Each examination answers findings and raises nothing; one that cannot be carried out is a finding, too. Nothing is
changed anywhere: no file is created, no row is left behind, no message is sent. A platform is asked for a token, once,
because repeated wrong secrets block an address for an hour; the rest of DingTalk is in `bot.doctor_dingtalk`.
"""

from __future__ import annotations

import asyncio
import difflib
import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import Enum
from pathlib import Path

import aiohttp
from dotenv import dotenv_values

from bot.clock import Clock, SystemClock
from bot.log import Redactor
from bot.settings import EXAMPLE_PLANT, PREFIX, Settings, SettingsError, load_settings, variable

PATIENCE = aiohttp.ClientTimeout(total=10)
CLOCK_ADVICE = timedelta(seconds=5)
CLOCK_LIMIT = timedelta(seconds=60)
LITTLE_SPACE = 2 * 1024**3
NO_SPACE = 200 * 1024**2


class Verdict(Enum):
    """How an examination ended."""

    GOOD = "ok"
    ADVICE = "note"
    """Works, but somebody should look."""
    BAD = "FAIL"
    """The system would not work, or not safely."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that was looked at: what was seen and, unless all is well, what to do."""

    subject: str
    verdict: Verdict
    saw: str
    cure: str = ""


def _good(subject: str, saw: str) -> Finding:
    return Finding(subject=subject, verdict=Verdict.GOOD, saw=saw)


def _advice(subject: str, saw: str, cure: str) -> Finding:
    return Finding(subject=subject, verdict=Verdict.ADVICE, saw=saw, cure=cure)


def _bad(subject: str, saw: str, cure: str) -> Finding:
    return Finding(subject=subject, verdict=Verdict.BAD, saw=saw, cure=cure)


# --- settings ----------------------------------------------------------------------------------------------------


def examine_names(names: Iterable[str]) -> Iterator[Finding]:
    """Look for ``PERMITBOT_…`` names that mean nothing: a misspelt one would be ignored in silence."""
    known = {variable(name) for name in Settings.model_fields} | {f"{PREFIX}SECRETS_DIR", f"{PREFIX}TEST_PROFILE"}
    for name in sorted({one.upper() for one in names if one.upper().startswith(PREFIX)} - known):
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.75)
        cure = f"did you mean {near[0]}?" if near else "remove it, or look for the right name in .env.example"
        yield _advice("settings", f"{name} is set, but no such setting exists", cure)


def examine_env_file(path: Path) -> Iterator[Finding]:
    """Look at who can read the file with the secrets."""
    if path.is_file() and stat.S_IMODE(path.stat().st_mode) & (stat.S_IRGRP | stat.S_IROTH):
        yield _advice("settings", f"{path} can be read by other users of this machine", f"chmod 600 {path}")


def examine_values(settings: Settings) -> Iterator[Finding]:
    """Look for values without which the service does not start."""
    for problem in _absent(settings):
        yield _bad("settings", problem, "")


def _absent(settings: Settings) -> Iterator[str]:
    demands: list[Callable[[], object]] = [settings.require_platform, settings.require_button_key]
    if settings.speaks_wecom or not settings.speaks_dingtalk:
        demands.append(settings.require_public_url)  # the other platform is called, it never calls
    for demand in demands:
        try:
            demand()
        except SettingsError as absent:
            yield from absent.problems


def examine_policies(settings: Settings) -> Iterator[Finding]:
    """Load the rules as the service would."""
    from storage import policies

    where = settings.policies
    try:
        book = policies.load(where, plant=settings.plant_file)
    except policies.PolicyError as wrong:
        for problem in wrong.problems:
            yield _bad("policies", f"{where / problem.file}:{problem.line}: {problem.key}: {problem.message}", "")
        return
    yield _good("policies", f"{len(book.packs)} rule packs from {where}")
    if settings.plant_file == EXAMPLE_PLANT:
        cure = f"copy {EXAMPLE_PLANT}, name your own posts and people in it, and set {variable('plant_file')}"
        yield _advice("policies", "the plant file is still the example", cure)


# --- memory ------------------------------------------------------------------------------------------------------


def examine_database(settings: Settings) -> Iterator[Finding]:
    """Open the database as the service would: reachable, migrated, writable, durable."""
    from sqlalchemy.exc import DBAPIError

    from storage import errors, migrate
    from storage.engine import SqliteDatabase, open_database
    from storage.schema import REVISION

    url = settings.database_url.get_secret_value()
    try:
        database = open_database(url)
        revision = migrate.current(url)
        if revision != REVISION:
            saw = "there are no tables yet" if revision is None else f"at revision {revision}, not {REVISION}"
            yield _bad("database", saw, "permitbot db upgrade")
            return
        writer = database.connect_writer()
        try:
            writer.begin()
            writer.rollback()
        finally:
            writer.close()
    except errors.MissingDirectory as nowhere:
        ours = "database_url" not in settings.model_fields_set
        yield _bad("database", str(nowhere), "permitbot db upgrade" if ours else "create it")
    except errors.CannotOpen as closed:
        yield _bad("database", str(closed), f"correct {variable('database_url')}")
    except (errors.StorageTrouble, DBAPIError) as trouble:
        saw = str(trouble.orig if isinstance(trouble, DBAPIError) else trouble)
        yield _bad("database", saw, f"mend the file, the disk or the server, or {variable('database_url')}")
    else:
        how = ", write-ahead log, every commit flushed to disk" if isinstance(database, SqliteDatabase) else ""
        yield _good("database", f"reachable, writable, at revision {revision}{how}")
        if isinstance(database, SqliteDatabase):
            yield from examine_space("database", database.path.absolute().parent)


def examine_register(settings: Settings) -> Iterator[Finding]:
    """Look whether anybody is there to ask and to sign, and what their register still lacks."""
    from sqlalchemy.exc import DBAPIError

    from bot import roster
    from storage import policies
    from storage.errors import StorageError

    try:
        register = roster.in_force(settings)
        book = policies.load(settings.policies, plant=settings.plant_file)
    except (StorageError, DBAPIError, policies.PolicyError):
        return  # already said of the database or the policies
    if not register.people or not register.areas:
        saw = f"{len(register.people)} people and {len(register.areas)} areas: nobody can ask for a permit yet"
        yield _advice("register", saw, "permitbot directory load FILE")
        return
    yield _good("register", f"{len(register.people)} people, {len(register.areas)} areas")
    for note in roster.in_register(register, book):
        yield _advice("register", note, "correct the register and load it again")
    for name, note in roster.unset_keys(register, settings):
        yield _advice("register", note, f"set {name} beside the other secrets (.env); the register is right")


def examine_space(subject: str, folder: Path) -> Iterator[Finding]:
    """Look at the room left on a disk. A full disk stops every permit."""
    free = shutil.disk_usage(folder).free
    saw = f"{free / 1024**3:.1f} GiB free under {folder}"
    if free < NO_SPACE:
        yield _bad(subject, saw, "make room: without it nothing can be recorded, so nothing can be approved or started")
    elif free < LITTLE_SPACE:
        yield _advice(subject, saw, "make room soon, photographs need it")


def examine_media(settings: Settings) -> Iterator[Finding]:
    """Look whether photographs can be kept."""
    folder = settings.media_dir.absolute()
    nearest = next(one for one in (folder, *folder.parents) if one.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        yield _bad("media", f"{nearest} cannot be written to", f"correct its rights, or {variable('media_dir')}")
    elif nearest != folder:
        yield _good("media", f"{folder} does not exist yet and can be created")
        yield from examine_space("media", nearest)
    else:
        yield _good("media", f"{folder} can be written to")
        yield from examine_space("media", folder)


# --- pictures ----------------------------------------------------------------------------------------------------


def examine_fonts() -> Iterator[Finding]:
    """Draw one Chinese character and look whether it is more than an empty box."""
    from cards.pictures.fonts import NoChineseFont, chinese_font, chinese_font_path

    try:
        font = chinese_font(24)
        drawn, unknown = bytes(font.getmask("票")), bytes(font.getmask("\U0010fffd"))
    except (NoChineseFont, OSError) as absent:
        yield _bad(
            "fonts", f"Chinese cannot be drawn: {absent}", "install pylopdf-fonts-zh-cn (it is in the lock file)"
        )
        return
    if drawn == unknown or not any(drawn):
        yield _bad("fonts", f"{chinese_font_path()} has no Chinese characters", "apt-get install fonts-noto-cjk")
    else:
        yield _good("fonts", chinese_font_path().name)


# --- the platform and the world ----------------------------------------------------------------------------------

TOKEN_CURES: Mapping[int, str] = {
    -1: "WeCom is busy; try again",
    40001: f"{variable('wecom_secret')} is wrong or was reset, or the app is disabled: copy the Secret again",
    40013: f"{variable('wecom_corp_id')} is wrong: copy 企业ID from 我的企业",
    40091: f"{variable('wecom_secret')} belongs to another company than {variable('wecom_corp_id')}",
    41002: f"{variable('wecom_corp_id')} is empty",
    41004: f"{variable('wecom_secret')} is empty",
    45009: "too many attempts; WeCom blocks this address for up to an hour, wait and change nothing",
    60020: "add this server's outgoing address to the app's 企业可信IP list",
}


async def examine_wecom(settings: Settings, clock: Clock, session: aiohttp.ClientSession) -> list[Finding]:
    """Fetch one token with the configured credentials, and compare clocks on the way."""
    base = settings.wecom_api_base_url
    if settings.wecom_corp_id is None or settings.wecom_secret is None:
        return []  # already said among the settings
    query = {"corpid": settings.wecom_corp_id, "corpsecret": settings.wecom_secret.get_secret_value()}
    before = clock.now()
    try:
        async with session.get(f"{base}/cgi-bin/gettoken", params=query, timeout=PATIENCE) as response:
            after = clock.now()
            date = response.headers.get("Date")
            answer = await response.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError) as failure:
        cure = f"let this machine reach {base} over https (proxy, firewall, DNS)"
        return [_bad("wecom", f"{base} does not answer: {type(failure).__name__}", cure)]
    except ValueError:
        cure = f"something between here and WeCom answers in its place; check {variable('wecom_api_base_url')}"
        return [_bad("wecom", f"{base} answers, but not as WeCom does", cure)]
    return [_token(answer), skew(date, before + (after - before) / 2)]


def _token(answer: object) -> Finding:
    code = answer.get("errcode", 0) if isinstance(answer, dict) else None
    if code == 0 and isinstance(answer, dict) and answer.get("access_token"):
        return _good("wecom", "the credentials open the door")
    if not isinstance(code, int):
        return _bad("wecom", "the answer is not WeCom's", f"check {variable('wecom_api_base_url')}")
    cure = TOKEN_CURES.get(code, "look the number up in WeCom's list of global error codes (全局错误码)")
    return _bad("wecom", f"no token: error {code}", cure)


def skew(date: str | None, here: datetime) -> Finding:
    """Compare our clock with the platform's, which is right to the second."""
    try:
        there = parsedate_to_datetime(date) if date else None
    except ValueError:
        there = None
    if there is None or there.tzinfo is None:
        return _advice(
            "clock", "the platform told no time to compare with", "make sure this machine follows an NTP server"
        )
    behind = there - here
    seconds = abs(behind).total_seconds()
    saw = f"{seconds:.0f} s {'behind' if behind > timedelta(0) else 'ahead of'} the platform"
    cure = "let this machine follow an NTP server (timedatectl set-ntp true)"
    if abs(behind) > CLOCK_LIMIT:
        return _bad("clock", saw, cure + "; a wrong clock writes wrong times into permits")
    if abs(behind) > CLOCK_ADVICE:
        return _advice("clock", saw, cure)
    return _good("clock", "agrees with the platform's")


async def examine_public_url(settings: Settings, session: aiohttp.ClientSession) -> list[Finding]:
    """Ask our own public address from here. Any answer proves name, certificate and way in; from here only."""
    url = settings.public_url
    if url is None:
        return []  # already said among the settings
    try:
        async with session.get(url, timeout=PATIENCE, allow_redirects=False) as response:
            status = response.status
    except aiohttp.ClientConnectorCertificateError:
        return [_bad("public url", f"{url} shows a certificate that is not trusted", "install a valid certificate")]
    except (aiohttp.ClientError, TimeoutError) as failure:
        cure = "start the service and the reverse proxy, and check DNS and firewall"
        return [_bad("public url", f"{url} does not answer from here: {type(failure).__name__}", cure)]
    if status >= 500:
        return [_advice("public url", f"{url} answers {status}", "is the service running behind the proxy?")]
    return [_good("public url", f"{url} answers (seen from this machine; phones may come another way)")]


async def examine_health(settings: Settings, session: aiohttp.ClientSession) -> list[Finding]:
    """Ask the service on this machine, when it runs, whether it is well."""
    host = "127.0.0.1" if settings.listen_host in {"0.0.0.0", "::"} else settings.listen_host  # noqa: S104 - compared
    try:
        async with session.get(f"http://{host}:{settings.listen_port}/healthz", timeout=PATIENCE) as response:
            status, said = response.status, await response.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, ValueError):
        unit = "when it is to run: permitbot run, or a systemd unit with Type=notify and WatchdogSec=60"
        return [_advice("service", "does not run here, or does not answer at /healthz", unit)]
    problems, notes = (said.get(name, []) if isinstance(said, dict) else [] for name in ("problems", "notes"))
    noted = [_advice("service", str(one), "") for one in notes]
    if status == 200:
        return [_good("service", "runs, and all its loops turn"), *noted]
    cure = "read the log around the last line without `all is well`; if it goes on, start the service anew"
    ill = [_bad("service", str(one), cure) for one in problems] or [_bad("service", f"answers {status}", cure)]
    return [*ill, *noted]


# --- together ----------------------------------------------------------------------------------------------------


async def examine(settings: Settings, clock: Clock) -> list[Finding]:
    """Every examination that needs readable settings, in the order an operator cures them."""
    found = [*examine_values(settings)]
    for look in (
        lambda: examine_policies(settings),
        lambda: examine_database(settings),
        lambda: examine_register(settings),
        lambda: examine_media(settings),
        examine_fonts,
    ):
        found += await asyncio.to_thread(carefully, look)
    from bot.doctor_devices import examine_devices
    from bot.doctor_dingtalk import examine_dingtalk
    from bot.doctor_gate import examine_gate
    from bot.doctor_keys import examine_keys, examine_offline
    from bot.doctor_mqtt import examine_mqtt
    from bot.doctor_rungs import examine_rungs

    found += carefully(lambda: examine_gate(settings))
    found += await asyncio.to_thread(carefully, lambda: examine_keys(settings))
    found += await asyncio.to_thread(carefully, lambda: examine_offline(settings))
    found += await asyncio.to_thread(carefully, lambda: examine_rungs(settings))
    today = clock.now().astimezone(settings.zone).date()
    found += await asyncio.to_thread(carefully, lambda: examine_devices(settings, today))
    async with aiohttp.ClientSession() as session:
        for answers in await asyncio.gather(
            examine_wecom(settings, clock, session),
            examine_dingtalk(settings, clock, session),
            examine_public_url(settings, session),
            examine_health(settings, session),
            examine_mqtt(settings),
        ):
            found += answers
    return found


def carefully(look: Callable[[], Iterable[Finding]]) -> list[Finding]:
    """The findings of one examination; should it break, that is the finding, and the others still run."""
    try:
        return list(look())
    except Exception as broken:
        saw = f"could not be examined: {type(broken).__name__}: {broken}"
        return [_bad("doctor", saw, "this is a defect of the doctor, please report it")]


def main(*, env_file: Path = Path(".env"), say: Callable[[str], None], clock: Clock | None = None) -> int:
    """Examine, tell line by line, answer the exit code: 0 unless something is BAD."""
    found = [*examine_names([*os.environ, *_names_in(env_file)]), *examine_env_file(env_file)]
    redactor = Redactor()
    try:
        settings = load_settings(env_file=env_file)
    except SettingsError as unusable:
        found += [_bad("settings", one, "correct the value") for one in unusable.problems]
        say("The settings cannot be read, so nothing else was examined.")
    else:
        redactor = Redactor(settings.secrets())
        found += asyncio.run(examine(settings, clock or SystemClock()))
    for one in found:
        say(redactor.text(f"{one.verdict.value:<5} {one.subject}: {one.saw}"))
        if one.cure:
            say(redactor.text(f"      → {one.cure}"))
    bad = sum(one.verdict is Verdict.BAD for one in found)
    say("Everything needed is in place." if not bad else f"{bad} to mend before the service can run.")
    return 1 if bad else 0


def _names_in(env_file: Path) -> list[str]:
    try:
        return list(dotenv_values(env_file)) if env_file.is_file() else []
    except (OSError, UnicodeDecodeError):
        return []  # load_settings says it better
