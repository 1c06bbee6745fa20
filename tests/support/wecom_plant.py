"""Our WeCom adapter and the twin, connected over real sockets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web
from pydantic import SecretStr

from bot.wecom.client import WeComClient
from bot.wecom.inbound import Inbound
from bot.wecom.messages import Outgoing, TemplateCard, To
from bot.wecom.protocol import CallbackCodec
from cards.card import Card
from cards.wecom import encode
from handlers.arrivals import Arrival
from sandbox.clock import ManualClock
from sandbox.wecom import Phone, Quirks, Twin
from tests.support.wecom_server import serving
from tests.support.wecom_twin import AES_KEY, AGENT, CORP, SECRET, START, TOKEN, plant_config
from workflow.ids import SiteId

WANG = To(users=("WangQiang",))
BOTH = To(users=("WangQiang", "ZhaoMin"))


async def no_pause(seconds: float) -> None:
    """Busy platforms are asked again at once."""


@dataclass(slots=True)
class FakeOffice:
    """An inbox: every arrival, and each of them once."""

    arrivals: list[Arrival] = field(default_factory=list)
    bugs: int = 0

    async def __call__(self, arrival: Arrival) -> None:
        if self.bugs:
            self.bugs -= 1
            raise RuntimeError("a bug")
        self.arrivals.append(arrival)

    @property
    def once(self) -> list[Arrival]:
        return list({arrival.dedup_key: arrival for arrival in self.arrivals}.values())


@dataclass(slots=True)
class Plant:
    """The twin, our client and our callback address, connected."""

    twin: Twin
    session: aiohttp.ClientSession
    clock: ManualClock
    client: WeComClient
    office: FakeOffice
    address: str
    _keys: int = 0

    def phone(self, userid: str = "WangQiang") -> Phone:
        return self.twin.phone(userid, agentid=AGENT, corpid=CORP)

    async def send(self, message: Outgoing, to: To = WANG, *, key: str | None = None) -> str | None:
        self._keys += 1
        sent = await self.client.send(message, to, key=key or f"row-{self._keys}")
        return sent.response_code

    async def send_card(self, card: Card, to: To = WANG, *, task: str = "ptw_1") -> str:
        code = await self.send(TemplateCard(card=encode(card, task_id=task, notice_url="https://a.example")), to)
        assert code is not None
        return code


@asynccontextmanager
async def connected() -> AsyncIterator[Plant]:
    """A plant whose app calls back to us."""
    clock, office = ManualClock(START), FakeOffice()
    inbound = Inbound(CallbackCodec(TOKEN, AES_KEY, CORP), office, clock, site=SiteId("main"))
    application = web.Application()
    application.add_routes(inbound.routes("/callback"))
    async with AsyncExitStack() as stack:
        base = await stack.enter_async_context(serving(application))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        twin = Twin(plant_config(), clock, quirks=Quirks(omit_errcode_every=0))
        stack.push_async_callback(twin.stop)
        url = await twin.start()
        assert (await twin.save_callback(f"{base}/callback", AGENT, corpid=CORP)).ok
        client = WeComClient(
            session, clock, corp_id=CORP, agent_id=AGENT, secret=SecretStr(SECRET), base_url=url, pause=no_pause
        )
        yield Plant(twin=twin, session=session, clock=clock, client=client, office=office, address=base)
        await inbound.finish()
