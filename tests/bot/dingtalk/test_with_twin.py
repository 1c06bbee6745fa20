"""Alarms, the directory and signing in against the twin, which keeps to the platform's rules as no script does."""

from __future__ import annotations

from urllib.parse import urlsplit

import aiohttp
import pytest
from pydantic import SecretStr

from bot.dingtalk.api import Api
from bot.dingtalk.budget import Spacing
from bot.dingtalk.client import DingTalkClient
from bot.dingtalk.ding import Alarm
from bot.dingtalk.errors import NotInEdition
from bot.dingtalk.identity import PageLogin
from bot.dingtalk.outgoing import DingKind
from bot.dingtalk.platform import DingTalkPlatform
from bot.dingtalk.sync import sync_directory
from bot.platform import AlreadySent
from cards.card import Card
from cards.dingtalk_template import PATH
from sandbox.clock import ManualClock
from sandbox.dingtalk import StandardDing, Twin
from storage.writer import Writer
from tests.bot.dingtalk.conftest import HERE, Waiting
from tests.support.dingtalk_twin import APP, CORP, SECRET, START
from workflow.ids import PersonId, SiteId

TEMPLATE = "permit-1.schema"
STOP = Card(subject="permit:1", key="k", title="立即停工｜2号罐", quote="可燃气 0.8% 超限")
OVER = Card(subject="permit:1", key="k2", title="已复工｜2号罐", done="08:30 复工")


@pytest.fixture
def connected(twin: Twin, manual: ManualClock, session: aiohttp.ClientSession, waiting: Waiting) -> DingTalkClient:
    twin.templates.load(PATH.read_text("utf-8"), TEMPLATE, client_id=APP)
    api = Api(
        session, manual, app_key=APP, app_secret=SecretStr(SECRET), base_url=twin.base_url, old_base_url=twin.base_url,
        pause=waiting, steady=waiting.steady,
    )  # fmt: skip
    return DingTalkClient(session, manual, api, corp_id=CORP, robot_code=APP, downloads=HERE)


@pytest.fixture
def platform(connected: DingTalkClient, manual: ManualClock, waiting: Waiting) -> DingTalkPlatform:
    alarm = Alarm(connected, manual, page="https://a.example")
    return DingTalkPlatform(
        client=connected, alarm=alarm, templates=(TEMPLATE,), spacing=Spacing(waiting.steady), pause=waiting
    )


def kinds(twin: Twin) -> list[str]:
    return sorted(item.kind for item in twin.phone("wangqiang", client_id=APP).items)


async def test_where_the_standard_edition_has_ding_it_rings(twin: Twin, platform: DingTalkPlatform) -> None:
    twin.quirks.standard_ding = StandardDing.SENT
    await platform.push("wangqiang", STOP, key="row-1", again=False, urgent=True)
    assert kinds(twin) == ["card", "ding"]
    assert twin.phone("wangqiang", client_id=APP).todos == []


@pytest.mark.parametrize("reading", [StandardDing.NO_QUOTA, StandardDing.DENIED])
async def test_where_it_has_none_a_message_and_a_todo_make_up_for_it(
    twin: Twin, platform: DingTalkPlatform, reading: StandardDing
) -> None:
    twin.quirks.standard_ding = reading
    pushed = await platform.push("wangqiang", STOP, key="row-1", again=False, urgent=True)
    assert kinds(twin) == ["card", "markdown"]
    (todo,) = twin.phone("wangqiang", client_id=APP).todos
    assert (todo["subject"], todo["priority"], todo["done"]) == (STOP.title, 40, False)
    await platform.edit("wangqiang", OVER, task=pushed.task, handle=None)
    (todo,) = twin.phone("wangqiang", client_id=APP).todos
    assert todo["done"] is True


async def test_a_second_process_makes_no_second_todo(
    twin: Twin, platform: DingTalkPlatform, connected: DingTalkClient, manual: ManualClock, waiting: Waiting
) -> None:
    await platform.push("wangqiang", STOP, key="row-1", again=False, urgent=True)
    alarm = Alarm(connected, manual, page="https://a.example")
    other = DingTalkPlatform(
        client=connected, alarm=alarm, templates=(TEMPLATE,), spacing=Spacing(waiting.steady), pause=waiting
    )
    with pytest.raises(AlreadySent):
        await other.push("wangqiang", STOP, key="row-1", again=True, urgent=True)
    assert kinds(twin).count("card") == len(twin.phone("wangqiang", client_id=APP).todos) == 1
    await other.push("wangqiang", STOP, key="row-2", again=False, urgent=True)
    assert len(twin.phone("wangqiang", client_id=APP).todos) == 2  # another alarm is another todo


async def test_a_call_on_the_phone_needs_a_pack(connected: DingTalkClient) -> None:
    with pytest.raises(NotInEdition):
        await connected.ding(("wangqiang",), "立即停工", kind=DingKind.PHONE)


async def test_the_directory_comes_over(connected: DingTalkClient, writer: Writer) -> None:
    synced = await sync_directory(connected, writer, SiteId("HC"), at=START)
    assert sorted(one.id for one in synced.added) == ["wangqiang", "zhaomin", "zhoujianguo"]
    zhao = await writer.submit(lambda tx: tx.directory.person(PersonId("zhaomin")))
    assert zhao is not None
    assert (zhao.name, zhao.department, zhao.superior) == ("赵敏", "储运车间", "zhoujianguo")


async def test_a_page_inside_the_client_knows_who_is_there(
    twin: Twin, connected: DingTalkClient, writer: Writer
) -> None:
    public = "https://permit.example.com"
    twin.change_app(APP, page_hosts=(urlsplit(public).netloc,))
    await sync_directory(connected, writer, SiteId("HC"), at=START)
    login = PageLogin(connected, writer, client_id=APP, public_url=public)
    page = login.link(f"{public}/login/back", "abc")
    code = twin.phone("zhaomin", client_id=APP).request_auth_code(page)
    assert await login.who(code) == "zhaomin"
    assert await login.who(code) is None
