"""Outputs behind a real broker: what is taken, what a broker makes late or twice, and what it says when we are gone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from hardware_bridge.outputs.model import Command, OutputId, State, Unreached
from hardware_bridge.outputs.mqtt_line import MOST_MISSED, MqttLine, Topics
from hardware_bridge.sources.mqtt_client import Door
from tests.support.brokers import Mosquitto, Speaker, mosquitto
from tests.support.eventually import eventually
from tests.support.mqtt_relay import ANSWERS, TOLD, Relay, relay

pytestmark = pytest.mark.mqtt
NOW = datetime(2025, 6, 11, 1, 0, tzinfo=UTC)
DOOR = OutputId("door-1")
OPEN = Command(output=DOOR, state=State.RELEASED, at=NOW, key="a-1", lasts=timedelta(seconds=8))
BRIEFLY = Command(output=DOOR, state=State.RELEASED, at=NOW, key="a-3", lasts=timedelta(seconds=1))
SHUT = Command(output=DOOR, state=State.SAFE, at=NOW, key="a-2")
PATIENT = timedelta(seconds=20)
"""For tests that wait for an answer that comes; a slow machine must not fail them."""
BRIEF = timedelta(milliseconds=150)
_names = count()


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    with mosquitto(tmp_path_factory.mktemp("mosquitto"), "allow_anonymous true") as one:
        yield one


@pytest.fixture(autouse=True)
def _nothing_kept(broker: Mosquitto) -> None:
    speaker = Speaker(broker.port, "cleaner")
    for topic in (TOLD, ANSWERS):
        speaker.say(topic, b"", retain=True)
    speaker.close()


@asynccontextmanager
async def line(port: int, *, within: timedelta = PATIENT, siren: bool = False) -> AsyncIterator[MqttLine]:
    numbers = count()
    one = MqttLine(
        DOOR, Door(host="127.0.0.1", port=port, client_id=f"out-{next(_names)}"), Topics(told=TOLD, answers=ANSWERS),
        keeps_safe=not siren, nonce=lambda: f"{next(numbers):016d}", within=within,
    )  # fmt: skip
    try:
        yield one
    finally:
        await one.close()


async def test_a_door_is_told_and_says_what_it_does(broker: Mosquitto) -> None:
    async with relay(broker.port) as device, line(broker.port) as one:
        assert await one.state() is State.SAFE
        await one.command(OPEN)
        assert device.does == "released"
        assert await one.state() is State.RELEASED
        await one.command(SHUT)
        assert await one.state() is State.SAFE
    (opened,) = [said for said in device.heard if said.get("set") == "released"]
    assert (opened["output"], opened["lasts_ms"], opened["key"]) == ("door-1", 8000, "a-1")
    (shut,) = [said for said in device.heard if said.get("set") == "safe"]
    assert "lasts_ms" not in shut


@pytest.mark.parametrize("how", ["mute", "deaf", "another door", "recorded", "a word unknown", "no report", "too long"])
async def test_only_the_doors_own_answer_to_this_question_counts(broker: Mosquitto, how: str) -> None:
    """The broker has taken the command, and says so; that is nobody's word of what the door does."""
    async with relay(broker.port, how=how), line(broker.port, within=BRIEF) as one:
        with pytest.raises(Unreached):
            await one.command(OPEN)
        with pytest.raises(Unreached):
            await one.state()


async def test_an_answer_the_broker_had_kept_is_none(broker: Mosquitto) -> None:
    speaker = Speaker(broker.port, "yesterday")
    speaker.say(
        ANSWERS, json.dumps({"output": "door-1", "state": "released", "nonce": f"{0:016d}"}).encode(), retain=True
    )
    speaker.close()
    async with line(broker.port, within=BRIEF) as one:
        with pytest.raises(Unreached):
            await one.state()


async def test_an_answer_that_comes_too_late_is_none_of_the_next_question(broker: Mosquitto) -> None:
    async with relay(broker.port, how="mute") as device, line(broker.port, within=BRIEF) as one:
        with pytest.raises(Unreached):
            await one.state()
        await eventually(lambda: len(device.heard) == 1)
        device.does = "released"
        device.answer(device.heard[0]["nonce"])
        with pytest.raises(Unreached):
            await one.state()


async def test_a_release_is_never_kept_and_safe_is(broker: Mosquitto) -> None:
    """A device that comes back hears that it is to be safe, however often it was released meanwhile."""
    async with relay(broker.port), line(broker.port) as one:
        await one.command(OPEN)
    async with relay(broker.port, name="next") as device:
        assert await _commands(broker, device) == [], "no release is waiting"
    async with relay(broker.port), line(broker.port) as one:
        await one.command(SHUT)
        await one.command(OPEN)
    async with relay(broker.port, name="last") as device:
        assert [(said["set"], said["retained"]) for said in await _commands(broker, device)] == [("safe", True)]


async def test_a_release_that_a_broker_held_back_is_thrown_away(broker: Mosquitto) -> None:
    """The device was away with a session of its own: what came meanwhile is delivered as soon as it is back."""
    async with relay(broker.port, name="away", clean=False):
        pass
    async with line(broker.port, within=BRIEF) as one:
        with pytest.raises(Unreached):
            await one.command(BRIEFLY)
        with pytest.raises(Unreached):
            await one.command(SHUT)
    await asyncio.sleep(2.1)  # the broker counts whole seconds of its own, nobody can push them
    async with relay(broker.port, name="away", clean=False) as device:
        assert {said["set"] for said in await _commands(broker, device)} == {"safe"}
        assert device.does == "safe"


async def test_when_we_go_without_a_word_the_broker_says_safe(broker: Mosquitto) -> None:
    async with relay(broker.port) as device, line(broker.port) as one:
        await one.command(OPEN)
        assert one._line is not None
        one._line._client._connection._transport.abort()
        await eventually(lambda: device.does == "safe")
        assert device.heard[-1]["key"] == "last-will"
        await one.command(OPEN)
        assert device.does == "released", "a new line, by itself"


async def test_a_siren_is_left_alone_by_brokers(broker: Mosquitto) -> None:
    """Its safe side sounds: it must not at every restart of ours or of its own."""
    async with relay(broker.port) as device, line(broker.port, siren=True) as one:
        await one.command(SHUT)
        assert device.does == "safe"
        await one.command(OPEN)
        assert one._line is not None
        one._line._client._connection._transport.abort()
        await eventually(lambda: one._line is not None and one._line.over)
        assert [said["set"] for said in await _commands(broker, device)] == ["safe", "released"]
    async with relay(broker.port, name="next") as device:
        assert await _commands(broker, device) == []


async def test_a_line_on_which_nothing_comes_back_is_made_anew(broker: Mosquitto) -> None:
    async with relay(broker.port, how="mute") as device, line(broker.port, within=BRIEF) as one:
        lines = []
        for _ in range(MOST_MISSED):
            with pytest.raises(Unreached):
                await one.state()
            lines.append(one._line)
        assert lines[0] is not None
        assert lines[0] is lines[1]
        assert lines[-1] is None
        device.how = "well"
        one._within = PATIENT.total_seconds()
        assert await one.state() is State.SAFE


async def test_nobody_at_the_port_or_not_let_in(tmp_path: Path) -> None:
    with mosquitto(tmp_path / "one", "allow_anonymous false") as strict:
        async with line(strict.port) as one:
            with pytest.raises(Unreached, match="NotLetIn"):
                await one.command(SHUT)
    async with line(strict.port) as one:
        with pytest.raises(Unreached):
            await one.state()


async def _commands(broker: Mosquitto, device: Relay) -> list[dict[str, Any]]:
    """Every command the device was told until now: what a broker has for one device comes one after the other."""
    speaker = Speaker(broker.port, "bystander")
    await asyncio.to_thread(speaker.say, TOLD, b'{"nonce": ""}')
    await eventually(lambda: any(said["nonce"] == "" and "set" not in said for said in device.heard))
    speaker.close()
    return [said for said in device.heard if "set" in said]
