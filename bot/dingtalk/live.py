"""The live check (exclusiveLiveCheck) as a way of confirming decisions, where the plant has switched it on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.clock import Clock
from bot.dingtalk.client import DingTalkClient
from bot.dingtalk.errors import DingTalkTrouble
from bot.dingtalk.identity import SDK
from bot.dingtalk.sync import PLATFORM
from bot.members import UserId
from bot.proofs.ladder import Plug, Unavailable
from bot.proofs.livecheck import LiveCheck, Sight
from bot.settings import DingTalkCredentials, Settings
from storage.writer import Writer
from workflow.ids import PersonId


def live_plugs(
    client: DingTalkClient,
    credentials: DingTalkCredentials,
    settings: Settings,
    writer: Writer,
    clock: Clock,
    *,
    scripts: str = SDK,
) -> tuple[Plug, ...]:
    """The plug; none where the plant has none. ``scripts``: where the platform's own script is."""
    agent, corp = credentials.agent_id, credentials.corp_id
    if not settings.dingtalk_live_check or agent is None:
        return ()

    async def account(person: PersonId) -> str | None:
        accounts = await writer.submit(lambda tx: tx.directory.accounts_of(person))
        return next((one.userid for one in accounts if (one.platform, one.corp) == (PLATFORM, corp)), None)

    async def seen(userid: str, since: datetime, until: datetime) -> tuple[Sight, ...]:
        try:
            found = await client.live_checks(UserId(userid), agent=agent, since=since, until=until)
        except DingTalkTrouble as trouble:
            raise Unavailable(trouble.code or type(trouble).__name__) from None
        mine = (one for one in found if (one.userid, one.agent) == (userid, agent))
        return tuple(Sight(at=one.at, passed=one.passed, platform=one.platform) for one in mine)

    async def sign(url: str, nonce: str) -> dict[str, Any]:
        try:
            signed = await client.sign_page(url, nonce=nonce, at=clock.now())
        except DingTalkTrouble as trouble:
            raise Unavailable(trouble.code or type(trouble).__name__) from None
        return {
            "agentId": agent, "corpId": corp, "timeStamp": signed.timestamp, "nonceStr": signed.nonce,
            "signature": signed.signature, "type": 0, "jsApiList": ["exclusiveLiveCheck"],
        }  # fmt: skip

    given = {"agentId": agent, "corpId": corp}
    return (LiveCheck(account=account, seen=seen, sign=sign, given=given, scripts=scripts),)
