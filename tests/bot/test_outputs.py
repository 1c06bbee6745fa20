"""Outputs as a part of the service: what the settings must hold, badges at the page and at the port, orders over the
relay."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.doctor import Verdict
from bot.doctor_devices import _outputs
from bot.outputs import LARGEST, PORT, planned
from bot.platform import TryLater
from bot.settings import Settings, SettingsError
from handlers.arrivals import Sender, Text
from handlers.outgoing import OutputOrder
from hardware_bridge.outputs.model import OutputId, State
from hardware_bridge.outputs.mqtt_line import MqttLine
from storage.agenda import AgendaState
from tests.support.brokers import mosquitto
from tests.support.eventually import eventually
from tests.support.hot_work import NUMBER, WORKER
from tests.support.mqtt_relay import ANSWERS, TOLD, relay
from tests.support.office import CORP, SITE, World
from tests.support.relay_board import board
from tests.support.whole_site import WholeSite, whole_site
from workflow.badge import Badge, spelled
from workflow.effects import Order
from workflow.ids import AreaId, PermitId, PersonId

Stage = Callable[[str], World]


def file_of(folder: Path, *, port: int, area: str = "TK2") -> Path:
    path = folder / "outputs.yaml"
    path.write_text(
        f"outputs:\n  box-1:\n    name: 1号作业箱\n    kind: ignition\n    area: {area}\n    hold: 8 s\n"
        f"    modbus:\n      host: 127.0.0.1\n      port: {port}\n      coil: 3\n      read_back: 13\n",
        encoding="utf-8",
    )
    return path


def badge(site: WholeSite, number: int, *, output: str = "box-1", person: str = WORKER, age: int = 0) -> bytes:
    """A badge as the page makes it, and as a reader hands it in."""
    made = Badge(
        site=SITE, output=output, person=PersonId(person), made_at=site.clock.now() - timedelta(seconds=age),
        nonce=number.to_bytes(8, "big"),
    )  # fmt: skip
    return msgspec.json.encode({"output": "box-1", "badge": spelled(made, site.service._key)})


async def slowly(body: bytes) -> AsyncIterator[bytes]:
    """As a small reader writes: a few characters, and then the rest."""
    yield body[:20]
    await asyncio.sleep(0.05)
    yield body[20:]


async def test_badges_at_the_page_and_at_the_port(at_stage: Stage, tmp_path: Path) -> None:
    async with board() as wired:
        given = {"hardware_bridge": True, "outputs_file": file_of(tmp_path, port=wired.port)}
        async with whole_site(at_stage("active"), tmp_path, **given) as site:
            answer, _ = await site.ask("GET", "/badge/box-1")
            assert answer.status == 302
            signed_in = {"Cookie": site.cookie(PersonId(WORKER))}
            answer, page = await site.ask("GET", "/badge/box-1", signed_in)
            assert (answer.status, "1号作业箱" in page, "<svg" in page) == (200, True, True)
            assert answer.headers["Cache-Control"] == "no-store"
            answer, _ = await site.ask("GET", "/badge/box-2", signed_in)
            assert answer.status == 404

            site.clock.advance(timedelta(seconds=2))
            good = badge(site, 1)
            answer, said = await site.ask("POST", PORT, data=good)
            assert (answer.status, msgspec.json.decode(said)["taken"]) == (200, True)
            unknown = msgspec.json.encode(msgspec.json.decode(badge(site, 6, output="box-9")) | {"output": "box-9"})
            for wrong in (
                unknown, good, badge(site, 2, output="box-2"), badge(site, 3, age=121), badge(site, 4, age=2), b"{}",
                b"x", b"x" * (LARGEST + 1),
            ):  # fmt: skip
                answer, said = await site.ask("POST", PORT, data=wrong)
                assert (answer.status, said) == (403, '{"taken": false, "lacks": []}')
            site.clock.advance(timedelta(seconds=90))
            answer, _ = await site.ask("POST", PORT, data=good)
            assert answer.status == 403, "a picture of it, while it could still be shown"
            answer, said = await site.ask("POST", PORT, data=slowly(badge(site, 5)))
            assert (answer.status, msgspec.json.decode(said)["taken"]) == (200, True)


async def test_a_stop_reaches_the_relay_over_the_outbox(at_stage: Stage, tmp_path: Path) -> None:
    async with board() as wired:
        given = {"hardware_bridge": True, "outputs_file": file_of(tmp_path, port=wired.port)}
        async with whole_site(at_stage("active"), tmp_path, **given) as site:
            service = site.service
            assert service.optional_parts.outputs is not None
            keeper, box = service.optional_parts.outputs.keeper, OutputId("box-1")
            await eventually(lambda: keeper.reported(box) is State.SAFE)
            wired.coils[3] = True  # somebody switched it on by hand
            now = site.clock.now()
            sender = Sender(platform="wecom", corp=CORP, user=WORKER)
            stop = Text(
                site=service.site, sender=sender, dedup_key="s", received_at=now, sent_at=now, text="停工 着火了"
            )
            await service.office.handle(stop)

            def done() -> Awaitable[bool]:
                site.clock.advance(timedelta(milliseconds=5))  # an order the device missed once is due again later
                prefix = f"{NUMBER}:drive:lock:"
                return service.writer.submit(lambda tx: [one.state for one in tx.posted(prefix)] == [AgendaState.DONE])

            await eventually(done)
            await eventually(lambda: not wired.coils[3])


def over_mqtt(folder: Path, *, broker: str = "site") -> Path:
    file = file_of(folder, port=1)
    head, _ = file.read_text("utf-8").split("    modbus:")
    door = head.replace("box-1", "door-1") + f"    mqtt: {{broker: {broker}, told: {TOLD}, answers: {ANSWERS}}}\n"
    horn = door.replace("door-1", "horn-1").replace("ignition", "siren").removeprefix("outputs:\n")
    file.write_text(door + horn, "utf-8")
    return file


@pytest.mark.mqtt
async def test_an_output_behind_a_broker_is_kept_safe_and_reports(at_stage: Stage, tmp_path: Path) -> None:
    with mosquitto(tmp_path / "mosquitto") as broker:
        given = {
            "hardware_bridge": True, "outputs_file": over_mqtt(tmp_path), "mqtt_url": f"mqtt://127.0.0.1:{broker.port}"
        }  # fmt: skip
        async with (
            relay(broker.port) as device,
            whole_site(at_stage("active"), tmp_path, **given) as site,
        ):
            outputs = site.service.optional_parts.outputs
            assert outputs is not None
            device.does = "released"  # somebody switched it on by hand
            await eventually(lambda: outputs.keeper.reported(OutputId("door-1")) is State.SAFE)
            assert device.does == "safe"
            assert not any("door-1" in note for note in outputs.keeper.notes())
            door, horn = (kept.fitted.line for kept in outputs.keeper._kept.values())
            assert isinstance(door, MqttLine)
            assert isinstance(horn, MqttLine)
            assert door._door.client_id != horn._door.client_id, "one would throw the other out"
            assert door._door.will is not None
            assert (horn._door.will, horn._keeps_safe) == (None, False), "it would sound whenever we or it restart"


def test_an_output_behind_a_broker_nobody_named_is_refused_at_the_start(tmp_path: Path) -> None:
    given = {"hardware_bridge": True, "mqtt_url": "mqtts://broker.example.com"}
    assert planned(Settings.model_validate(given | {"outputs_file": over_mqtt(tmp_path)}))
    elsewhere = given | {"outputs_file": over_mqtt(tmp_path, broker="tank-farm")}
    with pytest.raises(SettingsError, match="no broker tank-farm"):
        planned(Settings.model_validate(elsewhere))


async def test_an_order_no_device_has_taken_stays_owed(at_stage: Stage, tmp_path: Path) -> None:
    async with board("refuses") as wired:
        given = {"hardware_bridge": True, "outputs_file": file_of(tmp_path, port=wired.port)}
        async with whole_site(at_stage("active"), tmp_path, **given) as site:
            outputs = site.service.optional_parts.outputs
            assert outputs is not None
            order = OutputOrder(permit=PermitId(NUMBER), area=AreaId("TK2"), order=Order.LOCK, at=site.clock.now())
            with pytest.raises(TryLater, match="box-1"):
                await outputs.drive(order)
            wired.how = "well"
            await outputs.drive(order)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"hardware_bridge": False}, "PERMITBOT_HARDWARE_BRIDGE"),
        ({"webhook": True}, "PERMITBOT_OUTPUT_KEY"),
        ({"area": '""'}, "outputs.yaml:5"),
    ],
)
def test_what_outputs_need_is_asked_for_at_the_start(tmp_path: Path, changes: dict[str, Any], why: str) -> None:
    file = file_of(tmp_path, port=1, area=changes.get("area", "TK2"))
    if "webhook" in changes:
        head, _ = file.read_text("utf-8").split("    modbus:")
        file.write_text(head + "    webhook: https://10.0.0.9/box-1\n", "utf-8")
    given = {"hardware_bridge": changes.get("hardware_bridge", True), "outputs_file": file}
    with pytest.raises(SettingsError, match=why):
        planned(Settings.model_validate(given))


def test_a_site_without_a_file_has_no_outputs() -> None:
    assert planned(Settings.model_validate({})) is None


def test_the_doctor_names_an_output_at_no_place(tmp_path: Path) -> None:
    settings = Settings.model_validate({"hardware_bridge": True, "outputs_file": file_of(tmp_path, port=1)})
    (good,) = _outputs(settings, {"TK2"})
    assert (good.verdict, good.saw) == (Verdict.GOOD, "1 outputs")
    (lost,) = _outputs(settings, {"TK3"})
    assert (lost.verdict, lost.saw) == (Verdict.BAD, "box-1: the register knows no area TK2")
    (bad,) = _outputs(Settings.model_validate({"outputs_file": tmp_path / "none.yaml"}), {"TK2"})
    assert (bad.verdict, "PERMITBOT_HARDWARE_BRIDGE" in bad.saw) == (Verdict.BAD, True)
