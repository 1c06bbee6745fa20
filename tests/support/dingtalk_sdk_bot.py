"""A bot on the unmodified stream SDK, run as a program of its own: the SDK reads its base address at import.

It is told its credentials on the command line and its base in ``DINGTALK_OPENAPI_ENDPOINT``. Every message, click and
event it handles becomes one JSON line on standard output.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from typing import Any

import dingtalk_stream
import requests
from dingtalk_stream import AckMessage, CallbackMessage, ChatbotMessage, EventMessage

TEMPLATE = "0d1c2b3a-permit.schema"


def tell(**said: object) -> None:
    sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
    sys.stdout.flush()


class Talk(dingtalk_stream.ChatbotHandler):  # type: ignore[misc]  # the SDK ships no types
    def fetch(self, code: str) -> None:
        tell(got="picture", size=len(requests.get(self.get_image_download_url(code), timeout=30).content))

    async def process(self, callback: CallbackMessage) -> tuple[int, object]:
        message = ChatbotMessage.from_dict(callback.data)
        said = message.text.content if message.message_type == "text" else message.message_type
        tell(got="message", said=said, msg_id=message.message_id, push=callback.headers.message_id)
        if said == "失败":
            raise RuntimeError("the handler fails")
        if said == "回答":
            self.reply_text("收到", message)
        if said == "卡片":
            replier = dingtalk_stream.CardReplier(self.dingtalk_client, message)
            tell(
                got="card", id=replier.create_and_deliver_card(TEMPLATE, {"title": "二级动火", "approve_text": "同意"})
            )
        if said == "picture":
            await asyncio.to_thread(self.fetch, message.image_content.download_code)
        return AckMessage.STATUS_OK, "OK"


class Clicked(dingtalk_stream.CallbackHandler):  # type: ignore[misc]  # the SDK ships no types
    async def process(self, callback: CallbackMessage) -> tuple[int, object]:
        click = dingtalk_stream.CardCallbackMessage.from_dict(callback.data)
        tell(got="click", by=click.user_id, card=click.card_instance_id, content=click.content)
        shown: dict[str, Any] = {
            "cardUpdateOptions": {"updateCardDataByKey": True, "updatePrivateDataByKey": True},
            "cardData": {"cardParamMap": {"status": "你已同意"}},
        }
        return AckMessage.STATUS_OK, shown


class Happened(dingtalk_stream.EventHandler):  # type: ignore[misc]  # the SDK ships no types
    async def process(self, event: EventMessage) -> tuple[int, str]:
        tell(got="event", type=event.headers.event_type, id=event.headers.event_id)
        return AckMessage.STATUS_OK, "OK"


def main() -> None:
    logging.disable(logging.CRITICAL)
    client = dingtalk_stream.DingTalkStreamClient(dingtalk_stream.Credential(sys.argv[1], sys.argv[2]))
    client.register_callback_handler(ChatbotMessage.TOPIC, Talk())
    client.register_callback_handler(dingtalk_stream.CallbackHandler.TOPIC_CARD_CALLBACK, Clicked())
    client.register_all_event_handler(Happened())
    asyncio.run(client.start())


if __name__ == "__main__":
    main()
