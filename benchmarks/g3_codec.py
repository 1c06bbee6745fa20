"""G3: open one WeCom card event (verify, decrypt, parse into a typed value) against wechatpy doing the same.

``python benchmarks/g3_codec.py`` prints one JSON line and leaves with 1 when the median ratio of CPU time is above the
bound. Both sides read the same distinct deliveries, alternating; before anything is timed, every field wechatpy sees is
compared with ours, so no speed comes from losing one.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wechatpy.enterprise.crypto import WeChatCrypto
from wechatpy.enterprise.parser import parse_message

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import pairs
from bot.wecom.callbacks import CardTapped
from bot.wecom.protocol import CallbackCodec

GOAL = 0.45
TOKEN = "QDG6eK"
AES_KEY = (
    base64.b64encode(hashlib.sha256(b"benchmark").digest()).decode().rstrip("=").replace("+", "A").replace("/", "B")
)
CORP = "ww0f0e0d0c0b0a0908"
TIMESTAMP, NONCE = "1749608400", "1372623149"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One request as both sides take it."""

    body: bytes
    signature: str
    query: dict[str, str]


def document(number: int) -> str:
    """A multiple-interaction card event of some 830 bytes; every one differs."""
    return f"""<xml>
<ToUserName><![CDATA[{CORP}]]></ToUserName>
<FromUserName><![CDATA[person{number % 200}]]></FromUserName>
<CreateTime>{1749608400 + number}</CreateTime>
<MsgType><![CDATA[event]]></MsgType>
<Event><![CDATA[template_card_event]]></Event>
<EventKey><![CDATA[p1.answer.{number:08d}]]></EventKey>
<TaskId><![CDATA[permit-{number}@3]]></TaskId>
<CardType><![CDATA[multiple_interaction]]></CardType>
<ResponseCode><![CDATA[{hashlib.sha256(str(number).encode()).hexdigest()[:36]}]]></ResponseCode>
<AgentID>1000002</AgentID>
<SelectedItems><SelectedItem><QuestionKey><![CDATA[grade]]></QuestionKey>\
<OptionIds><OptionId><![CDATA[second]]></OptionId></OptionIds></SelectedItem>\
<SelectedItem><QuestionKey><![CDATA[tools]]></QuestionKey>\
<OptionIds><OptionId><![CDATA[welder{number % 7}]]></OptionId><OptionId><![CDATA[grinder]]></OptionId></OptionIds>\
</SelectedItem></SelectedItems>
</xml>"""


def delivery(crypto: WeChatCrypto, number: int) -> Delivery:
    """Sealed by wechatpy, so neither side opens its own work only."""
    envelope = crypto.encrypt_message(document(number), NONCE, TIMESTAMP)
    sealed = envelope.partition("<Encrypt><![CDATA[")[2].partition("]]>")[0]
    signature = envelope.partition("<MsgSignature><![CDATA[")[2].partition("]]>")[0]
    body = (
        f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><AgentID><![CDATA[1000002]]></AgentID>"
        f"<Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
    )
    query = {"msg_signature": signature, "timestamp": TIMESTAMP, "nonce": NONCE}
    return Delivery(body=body.encode(), signature=signature, query=query)


def fields_of(card: CardTapped) -> dict[str, object]:
    """Our value in the shape wechatpy's reader gives."""
    items = [
        {"QuestionKey": one.question_key, "OptionIds": {"OptionId": list(one.option_ids)}} for one in card.selections
    ]
    return {
        "ToUserName": card.corp_id,
        "FromUserName": card.sender,
        "CreateTime": str(int(card.created_at.timestamp())),
        "MsgType": "event",
        "Event": "template_card_event",
        "EventKey": card.key,
        "TaskId": card.task_id,
        "CardType": card.card_type,
        "ResponseCode": card.response_code,
        "AgentID": str(card.agent_id),
        "SelectedItems": {"SelectedItem": items},
    }


def same(ours: object, theirs: dict[str, object]) -> bool:
    """Whether every field agrees. wechatpy shows a single option as a bare string; that one habit is evened out."""
    if not isinstance(ours, CardTapped):
        return False
    even = json.loads(json.dumps(theirs))
    for item in even["SelectedItems"]["SelectedItem"]:
        options = item["OptionIds"]["OptionId"]
        item["OptionIds"]["OptionId"] = [options] if isinstance(options, str) else options
    return bool(fields_of(ours) == even)


@dataclass(slots=True, kw_only=True)
class Batch:
    """CPU seconds for the next ``size`` deliveries; both sides walk through the same ones in the same order."""

    run: Callable[[Delivery], object]
    deliveries: list[Delivery]
    size: int
    start: int = 0

    def __call__(self) -> float:
        chosen = self.deliveries[self.start : self.start + self.size]
        self.start = (self.start + self.size) % len(self.deliveries)
        began = time.process_time()
        for one in chosen:
            self.run(one)
        return time.process_time() - began


def main() -> int:
    """Measure, print, judge."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--bound", type=float, default=GOAL)
    bound = options.parse_args().bound
    batches = 60 if pairs.FULL else 30

    codec, crypto = CallbackCodec(TOKEN, AES_KEY, CORP), WeChatCrypto(TOKEN, AES_KEY, CORP)
    deliveries = [delivery(crypto, number) for number in range(2000)]

    def ours(one: Delivery) -> object:
        return codec.open(one.body, one.query)

    def theirs(one: Delivery) -> Any:
        return parse_message(crypto.decrypt_message(one.body, one.signature, TIMESTAMP, NONCE))

    differing = sum(not same(ours(one), theirs(one)._data) for one in deliveries)
    # Short batches: what disturbs a shared machine then hits both sides of a pair alike, or one pair only.
    rounds = pairs.interleaved(
        batches, Batch(run=ours, deliveries=deliveries, size=200), Batch(run=theirs, deliveries=deliveries, size=200)
    )
    ratios = [mine / other for mine, other in rounds]
    pairs.report(
        "G3",
        "CPU of open (verify, decrypt, parse) relative to wechatpy",
        ratios,
        bound=bound,
        messages=len(deliveries),
        fields_differ=differing,
        us_ours=pairs.middle((mine for mine, _ in rounds), 1e6 / 200),
        us_wechatpy=pairs.middle((other for _, other in rounds), 1e6 / 200),
        noisy=pairs.noisy(other for _, other in rounds),
    )
    return 0 if statistics.median(ratios) <= bound and differing == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
