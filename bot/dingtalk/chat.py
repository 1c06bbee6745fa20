"""Everything DingTalk contributes to the service."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from functools import partial
from typing import Final

from bot.chat import Chat, House
from bot.dingtalk.app import client_of
from bot.dingtalk.budget import Budget, Spacing
from bot.dingtalk.client import DingTalkClient
from bot.dingtalk.ding import Alarm
from bot.dingtalk.errors import DingTalkTrouble
from bot.dingtalk.gateway import Account
from bot.dingtalk.identity import SDK, PageLogin
from bot.dingtalk.inbound import Inbound
from bot.dingtalk.live import live_plugs
from bot.dingtalk.outgoing import DingKind
from bot.dingtalk.platform import DingTalkPlatform
from bot.dingtalk.quota import Notice, Plan, Quota
from bot.dingtalk.stream import USUAL, Stream, Timing
from bot.dingtalk.sync import PLATFORM, TooManyGone, sync_directory
from bot.log import get_logger
from bot.setting_kinds import Ding, Edition
from bot.settings import DingTalkCredentials, Settings
from bot.sync import Synced
from bot.web.sdk import Sdk
from cards import words_dingtalk as words
from handlers.metering import running_down
from storage.errors import StorageError
from storage.tx import Tx

AGENT: Final = "DingTalk"
"""What DingTalk's own browser calls itself."""
LINE: Final = "dingtalk-stream"
CUT_OFF_AFTER: Final = timedelta(seconds=90)
"""The connection proves every twenty seconds that it is up, and a new one is tried every half minute at the latest."""
SETTLES: Final = timedelta(minutes=1)
"""Changes of the directory come in swarms; so long after the first of them it is pulled."""
PLANS: Final[dict[Edition, Plan]] = {
    "standard": Plan(),
    "pro": Plan(calls=200_000, pushes=50_000),
    "exclusive": Plan(calls=200_000, pushes=50_000),
}
"""The least an edition gives a month; what a plant bought beyond it is a setting, else it makes the meter cautious."""
DINGS: Final[dict[Ding, DingKind]] = {"app": DingKind.APP, "sms": DingKind.SMS, "phone": DingKind.PHONE}
NO_PAGE: Final = "https://www.dingtalk.com/"
"""What a todo opens while no page of ours is served: the platform demands an address."""

log = get_logger("dingtalk.chat")


def dingtalk_chat(
    credentials: DingTalkCredentials, settings: Settings, house: House, *, timing: Timing = USUAL
) -> Chat:
    """One internal app with its robot. ``timing``: how long the stream waits for what."""
    quota = Quota(
        writer=house.writer,
        clock=house.clock,
        zone=settings.zone,
        app=credentials.client_id,
        plan=plan_of(credentials),
        tell=partial(_tell, house),
    )
    client = client_of(credentials, house.session, house.clock, meter=quota, pause=house.pause, steady=house.steady)
    alarm = Alarm(client, house.clock, page=settings.public_url or NO_PAGE, kind=DINGS[credentials.ding])

    async def sync() -> Synced:
        return await sync_directory(client, house.writer, house.site, at=house.clock.now())

    changed = asyncio.Event()
    inbound = Inbound(
        house.handle,
        house.clock,
        corp=credentials.corp_id,
        site=house.site,
        directory_changed=changed.set,
        pushed=quota.push,
        aside=partial(_aside, quota, settings.zone),
        faults=house.faults,
        under_way=house.under_way,
    )
    account = Account(
        client_id=credentials.client_id,
        client_secret=credentials.client_secret.get_secret_value(),
        base_url=credentials.openapi_base_url,
    )
    stream = Stream(account=account, take=inbound.take, alive=house.line(LINE, CUT_OFF_AFTER), timing=timing)

    pages = None
    if settings.public_url is not None:
        pages = PageLogin(client, house.writer, client_id=credentials.client_id, public_url=settings.public_url)

    async def finish() -> None:
        await inbound.finish()
        await quota.stop()

    return Chat(
        corp=credentials.corp_id,
        platform=DingTalkPlatform(
            client=client,
            alarm=alarm,
            templates=credentials.card_templates,
            spacing=Spacing(house.steady),
            pause=house.pause,
        ),
        pace=Budget(quota=quota),
        trouble=DingTalkTrouble,
        sync=sync,
        login=None if pages is None else replace(pages.login(), agent=AGENT),
        sdk=sdk_of(client, credentials),
        routes=() if pages is None else pages.routes(),
        loops={LINE: stream.run, "dingtalk-directory": partial(_follow, changed, sync)},
        plugs=live_plugs(client, credentials, settings, house.writer, house.clock),
        prepare=quota.start,
        finish=finish,
        notes=lambda: (*quota.notes(), *alarm.notes()),
    )


def sdk_of(client: DingTalkClient, credentials: DingTalkCredentials, *, script: str = SDK) -> Sdk | None:
    """What a page is given to ask for a position; None without the agent id that the platform's script wants."""
    agent = credentials.agent_id
    if agent is None:
        return None

    async def sign(url: str, nonce: str, at: datetime) -> dict[str, str | int]:
        signed = await client.sign_page(url, nonce=nonce, at=at)
        return {
            "corp": credentials.corp_id,
            "agent": agent,
            "nonce": signed.nonce,
            "timestamp": signed.timestamp,
            "signature": signed.signature,
        }

    return Sdk(
        name=PLATFORM, agent=AGENT, script=script, sign=sign, trouble=DingTalkTrouble,
        frames="dingtalk: wvjbscheme: nativeapi:",
    )  # fmt: skip


def plan_of(credentials: DingTalkCredentials) -> Plan:
    """What a month has: what was bought, else the least of the edition."""
    least = PLANS[credentials.edition]
    return Plan(calls=credentials.month_calls or least.calls, pushes=credentials.month_pushes or least.pushes)


def _aside(quota: Quota, zone: tzinfo, now: datetime) -> str:
    """What a press is told at once; nothing as long as its card will tell."""
    return words.PRESS_TAKEN.format(at=f"{now.astimezone(zone):%H:%M:%S}") if quota.silent(now) else ""


async def _follow(changed: asyncio.Event, sync: Callable[[], Awaitable[Synced]], settles: timedelta = SETTLES) -> None:
    """Pull the directory a while after the platform said that it changed. What fails waits for the night."""
    while True:
        await changed.wait()
        await asyncio.sleep(settles.total_seconds())
        changed.clear()
        try:
            await sync()
        except (DingTalkTrouble, TooManyGone, StorageError) as trouble:
            log.warning("directory.not_synced", error=type(trouble).__name__, why=str(trouble))


def _tell(house: House, tx: Tx, notice: Notice) -> None:
    """A mark of the month's meter was passed: whoever answers for safety, and whoever runs the system, hear of it."""
    running_down(
        tx,
        house.furniture,
        platform=PLATFORM,
        what=notice.what,
        percent=notice.percent,
        used=notice.used,
        limit=notice.limit,
        month=notice.month,
        now=house.clock.now(),
    )
