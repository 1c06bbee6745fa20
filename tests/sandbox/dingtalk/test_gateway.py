"""Tickets, sockets and everything that can happen to a socket."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import aiohttp
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from sandbox.clock import ManualClock
from sandbox.dingtalk import Heard, Outcome, Quirks, Twin
from sandbox.dingtalk.gateway import OVERSIZE
from tests.support.dingtalk_twin import APP, ROBOT_TOPIC, SECRET, Api, Stream, address, silence, yes

OPEN = "/v1.0/gateway/connections/open"
GOOD = {"clientId": APP, "clientSecret": SECRET, "subscriptions": [{"type": "CALLBACK", "topic": ROBOT_TOPIC}]}


async def test_opening_checks_credentials_and_subscriptions(api: Api) -> None:
    answer = await api.post(OPEN, GOOD)
    assert set(answer) == {"endpoint", "ticket"}
    assert answer["endpoint"].startswith("ws://127.0.0.1:")
    assert answer["endpoint"].endswith("/connect")
    assert {"+", "/", "="} <= set(answer["ticket"])
    refused = await api.post(OPEN, GOOD | {"clientSecret": "wrong"}, status=401)
    assert (refused["code"], refused["message"]) == ("authFailed", "鉴权失败")
    assert "requestid" in refused
    mistakes: list[dict[str, object]] = [
        {"clientId": ""},
        {"subscriptions": []},
        {"subscriptions": [{"type": "CALLBACK"}]},
        {"subscriptions": [{"type": "EVENT", "topic": "user_leave_org"}]},
        {"subscriptions": [{"type": "PUSH", "topic": "*"}]},
    ]
    for wrong in mistakes:
        await api.post(OPEN, GOOD | wrong, status=400)


async def test_without_the_accept_header_the_answer_is_xml(api: Api) -> None:
    async with api.session.post(api.base + OPEN, json=GOOD) as response:
        assert response.content_type == "application/xml"


async def test_the_open_call_can_fail_in_scripted_ways(twin: Twin, api: Api) -> None:
    twin.faults.fail(OPEN, "too.many", status=429)
    await api.post(OPEN, GOOD, status=429)
    twin.faults.answer_page(OPEN, status=503)
    async with api.session.post(api.base + OPEN, json=GOOD) as response:
        assert (response.status, response.content_type) == (503, "text/html")
    await api.post(OPEN, GOOD)


async def test_a_ticket_works_once(stream: Stream) -> None:
    opened = await stream.open()
    async with connect(address(opened), proxy=None):
        with pytest.raises(InvalidStatus) as refused:
            await connect(address(opened), proxy=None)
    assert refused.value.response.status_code == 401


async def test_a_ticket_lives_ninety_seconds(stream: Stream, clock: ManualClock) -> None:
    late, in_time = await stream.open(), await stream.open()
    clock.advance(timedelta(seconds=89))
    async with connect(address(in_time), proxy=None):
        pass
    clock.advance(timedelta(seconds=1))
    with pytest.raises(InvalidStatus):
        await connect(address(late), proxy=None)


async def test_a_message_has_the_documented_shape(twin: Twin, stream: Stream) -> None:
    client = await stream.connect()
    push = twin.phone("zhaomin", client_id=APP).type_text("作业票")
    assert push is not None
    assert (await push).outcome is Outcome.ACCEPTED
    (frame,) = await client.got(1)
    assert (frame["specVersion"], frame["type"]) == ("1.0", "CALLBACK")
    headers = frame["headers"]
    assert headers["topic"] == ROBOT_TOPIC
    assert headers["contentType"] == "application/json"
    assert headers["time"] == "1772411400000"
    assert [len(part) for part in headers["messageId"].split("_")] == [8, 4, 11, 7]
    data = json.loads(frame["data"])
    assert data["text"] == {"content": "作业票"}
    assert (data["conversationType"], data["senderStaffId"], data["robotCode"]) == ("1", "zhaomin", APP)
    assert data["sessionWebhook"].startswith(twin.base_url)
    assert data["sessionWebhookExpiredTime"] - data["createAt"] >= 5_400_000


async def test_only_subscribed_topics_arrive(twin: Twin, stream: Stream) -> None:
    client = await stream.connect(topics=[("EVENT", "*")])
    unheard = twin.phone("zhaomin", client_id=APP).type_text("有人吗")
    assert unheard is not None
    assert (await unheard).outcome is Outcome.NO_CONNECTION
    assert twin.counters["no_connection"] == 1
    await twin.event("user_leave_org", {"userId": ["x"]}, client_id=APP)
    (frame,) = await client.got(1)
    assert frame["headers"]["eventType"] == "user_leave_org"
    assert frame["headers"]["topic"] == "*"


async def test_pushes_are_spread_over_the_connections(twin: Twin, stream: Stream) -> None:
    clients = [await stream.connect() for _ in range(3)]
    for number in range(40):
        push = twin.phone("zhaomin", client_id=APP).type_text(str(number))
        assert push is not None
        await push
    assert sum(len(client.frames) for client in clients) == 40
    assert all(client.frames for client in clients)


async def test_a_system_ping_wants_its_opaque_back(twin: Twin, stream: Stream) -> None:
    client = await stream.connect(lambda frame: yes(frame) | {"data": frame["data"]})
    (connection,) = twin.connections()
    assert await twin.gateway.ping(connection) is not None
    client.answer = yes
    assert await twin.gateway.ping(connection) is None


async def test_pings_come_by_themselves_when_asked_for(stream: Stream, twin: Twin, clock: ManualClock) -> None:
    twin.quirks.ping_every = timedelta(seconds=30)
    client = await stream.connect()
    await twin.connected()
    clock.advance(timedelta(seconds=30))
    (frame,) = await client.got(1)
    assert (frame["type"], frame["headers"]["topic"]) == ("SYSTEM", "ping")


async def test_disconnect_routes_nothing_more_and_cuts_after_ten_seconds(
    twin: Twin, stream: Stream, clock: ManualClock
) -> None:
    client = await stream.connect()
    (connection,) = twin.connections()
    await twin.gateway.disconnect(connection)
    (frame,) = await client.got(1)
    assert json.loads(frame["data"]) == {"reason": "connection is expired"}
    unheard = twin.phone("zhaomin", client_id=APP).type_text("?")
    assert unheard is not None
    assert (await unheard).outcome is Outcome.NO_CONNECTION
    clock.advance(timedelta(seconds=9))
    assert twin.connections() == [connection]
    clock.advance(timedelta(seconds=1))
    assert await client.ended() == 1006
    assert twin.connections() == []


async def test_bare_system_frames(twin: Twin, stream: Stream) -> None:
    twin.quirks.bare_system_frames = True
    twin.quirks.connection_id_in_frames = False
    client = await stream.connect(silence)
    await twin.gateway.disconnect(twin.connections()[0])
    (frame,) = await client.got(1)
    assert "specVersion" not in frame
    assert set(frame["headers"]) == {"contentType", "topic"}


async def test_reset_and_closing_codes(twin: Twin, stream: Stream) -> None:
    first = await stream.connect()
    twin.gateway.reset(twin.connections()[0])
    assert await first.ended() == 1006
    for code in (1000, 1011):
        client = await stream.connect()
        await twin.until(lambda: len(twin.connections()) == 1)
        await twin.gateway.close_with(twin.connections()[0], code)
        assert await client.ended() == code


async def test_a_half_dead_socket_swallows_everything(twin: Twin, stream: Stream, clock: ManualClock) -> None:
    twin.quirks.redeliveries = 0
    client = await stream.connect()
    (connection,) = twin.connections()
    await (await client.socket.ping())
    twin.gateway.half_kill(connection)
    pong = asyncio.ensure_future(await client.socket.ping())
    push = twin.phone("zhaomin", client_id=APP).type_text("?")
    assert push is not None
    await twin.until(lambda: connection.pings == 2 and len(push.attempts) == 1 and bool(connection.sent))
    assert not pong.done()
    clock.advance(timedelta(seconds=3))
    assert (await push).outcome is Outcome.LOST
    assert client.frames == []


async def test_pongs_can_be_withheld(twin: Twin, stream: Stream) -> None:
    client = await stream.connect()
    twin.faults.withhold_pongs = True
    pong = asyncio.ensure_future(await client.socket.ping())
    await twin.until(lambda: twin.connections()[0].pings == 1)
    push = twin.phone("zhaomin", client_id=APP).type_text("?")
    assert push is not None
    await push
    assert not pong.done()


async def test_odd_frames(twin: Twin, stream: Stream) -> None:
    twin.faults.raw_data = twin.faults.bad_time = 1
    client = await stream.connect()
    push = twin.phone("zhaomin", client_id=APP).type_text("?")
    assert push is not None
    await push
    assert isinstance(client.frames[0]["data"], dict)
    assert not client.frames[0]["headers"]["time"].isdigit()
    (connection,) = twin.connections()
    await twin.gateway.send_odd(connection, "x" * OVERSIZE)
    await client.ended()
    await twin.until(lambda: connection.close_code == 1009)


async def test_a_choking_gateway_stops_after_a_second_ack(twin: Twin, stream: Stream) -> None:
    twin.faults.choke_on_odd_acks = True
    client = await stream.connect()
    push = twin.phone("zhaomin", client_id=APP).type_text("?")
    assert push is not None
    await push
    await client.send(yes(client.frames[0]))
    await twin.until(lambda: twin.connections()[0].half_dead)
    assert [record.heard for record in twin.acks] == [Heard.GOOD, Heard.SECOND]


async def test_nobody_gets_in_while_sockets_are_refused(twin: Twin, stream: Stream) -> None:
    twin.faults.refuse_sockets = True
    with pytest.raises(InvalidStatus):
        await stream.connect()


async def test_the_quirk_profiles_are_off_by_default() -> None:
    assert Quirks().ping_every == timedelta()


async def test_a_wrong_ticket_is_refused(twin: Twin) -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(f"{twin.base_url}/connect?ticket=x")
    assert refused.value.status == 401
