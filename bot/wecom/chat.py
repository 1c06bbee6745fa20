"""Everything WeCom contributes to the service."""

from __future__ import annotations

from datetime import datetime

from bot.chat import Chat, House
from bot.settings import Settings, WeComCredentials
from bot.sync import Synced
from bot.web.pages import Login
from bot.web.sdk import Sdk
from bot.wecom.budget import Budget
from bot.wecom.client import TicketKind, WeComClient, client_of
from bot.wecom.errors import WeComTrouble
from bot.wecom.identity import OAUTH_BASE, oauth_link
from bot.wecom.inbound import Inbound
from bot.wecom.menu import menu_body
from bot.wecom.platform import WeComPlatform
from bot.wecom.protocol import CallbackCodec
from bot.wecom.sync import PLATFORM, sync_directory
from storage.tx import Tx
from workflow.ids import PersonId

AGENT = "wxwork"
"""What WeCom's own browser calls itself."""
SDK = "https://res.wx.qq.com/open/js/jweixin-1.2.0.js"
"""The platform's script; it is asked for a position, which needs the corp's ticket only."""
CALLBACK_PATH = "/wecom/callback"
NO_PAGE = "https://work.weixin.qq.com/"
"""Where a card without buttons leads while no page of ours is served: the platform demands an address."""


def wecom_chat(
    credentials: WeComCredentials, settings: Settings, house: House, *, oauth_base: str | None = None
) -> Chat:
    """One self-built app."""
    client = client_of(credentials, house.session, house.clock)
    codec = CallbackCodec(
        token=credentials.token.get_secret_value(),
        aes_key=credentials.aes_key.get_secret_value(),
        receive_id=credentials.corp_id,
    )
    inbound = Inbound(codec, house.handle, house.clock, site=house.site, faults=house.faults, under_way=house.under_way)

    async def sync() -> Synced:
        return await sync_directory(client, house.writer, house.site, at=house.clock.now())

    return Chat(
        corp=credentials.corp_id,
        platform=WeComPlatform(
            client=client,
            session=house.session,
            base_url=credentials.api_base_url,
            notice_url=settings.public_url or NO_PAGE,
            chat_key=settings.chat_key,
        ),
        pace=Budget(),
        trouble=WeComTrouble,
        sync=sync,
        login=_login(client, credentials, house, oauth_base or OAUTH_BASE),
        sdk=_sdk(client, credentials),
        routes=tuple(inbound.routes(CALLBACK_PATH)),
        publish_menu=lambda: client.create_menu(menu_body()),
    )


def _sdk(client: WeComClient, credentials: WeComCredentials) -> Sdk:
    async def sign(url: str, nonce: str, at: datetime) -> dict[str, str | int]:
        signed = await client.sign_page(TicketKind.CORP, url, nonce=nonce, at=at)
        return {
            "corp": credentials.corp_id,
            "nonce": signed.nonce,
            "timestamp": signed.timestamp,
            "signature": signed.signature,
        }

    return Sdk(name=PLATFORM, agent=AGENT, script=SDK, sign=sign, trouble=WeComTrouble)


def _login(client: WeComClient, credentials: WeComCredentials, house: House, oauth_base: str) -> Login:
    def link(back: str, state: str) -> str:
        return oauth_link(
            corp_id=credentials.corp_id,
            agent_id=credentials.agent_id,
            redirect_to=back,
            state=state,
            base_url=oauth_base,
        )

    async def who(code: str) -> PersonId | None:
        try:
            visitor = await client.visitor(code)
        except WeComTrouble:
            return None
        userid = visitor.userid
        if userid is None:
            return None

        def find(tx: Tx) -> PersonId | None:
            person = tx.person_by_account(PLATFORM, credentials.corp_id, userid)
            return person.id if person is not None and person.active else None

        return await house.writer.submit(find)

    return Login(link=link, who=who, agent=AGENT)
