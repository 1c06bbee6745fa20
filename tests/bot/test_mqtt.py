"""MQTT by settings and policy file: who is spoken with, what is wrong with the file, what the doctor sees."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.building import build
from bot.demo import plant
from bot.doctor import Verdict
from bot.doctor_mqtt import _unbound, examine_mqtt
from bot.mqtt import brokers
from bot.settings import Settings, SettingsError
from hardware_bridge.sample import DeviceKey
from storage.policies import PolicyError
from tests.support.brokers import PASSWORD, Mosquitto, Speaker, mosquitto
from tests.support.eventually import eventually


def settings_for(folder: Path, **other: object) -> Settings:
    base = plant.settings_for(folder, "http://127.0.0.1:1").model_dump(exclude_none=True)
    return Settings.model_validate(base | {"hardware_bridge": True, "listen_port": 0} | other)


def written(folder: Path, text: str) -> str:
    file = folder / "brokers.yaml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_without_an_address_nobody_is_spoken_with(tmp_path: Path) -> None:
    assert brokers(settings_for(tmp_path)) == ()


def test_the_environment_names_the_sites_broker(tmp_path: Path) -> None:
    given = {
        "mqtt_url": "mqtts://broker.example.com",
        "mqtt_user": "us",
        "mqtt_password": PASSWORD,
        "mqtt_ca": "ca.pem",
    }
    ((wanted, door),) = brokers(settings_for(tmp_path, **given))
    assert [feed.pattern for feed in wanted.feeds] == ["permitbot/devices/#"]
    assert (door.host, door.port, door.tls, door.user, door.password, door.ca, door.client_id) == (
        "broker.example.com", 8883, True, "us", PASSWORD, Path("ca.pem"), "permitbot-hc",
    )  # fmt: skip
    assert PASSWORD not in repr(door)


@pytest.mark.parametrize(
    "url", ["mqtt://broker.example.com", "mqtts://us:word@broker.example.com", "broker", "http://a"]
)
def test_an_address_that_would_carry_secrets_in_the_open_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(ValueError, match="mqtt_url"):
        settings_for(tmp_path, mqtt_url=url)


def test_several_brokers_by_a_file_that_only_names_their_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(
        tmp_path,
        "brokers:\n"
        "  - {name: a, url: mqtts://a.example.com, user: x, password: WORD_OF_A, version: 3.1.1, keeps: 0,\n"
        "     topics: [{topic: gas/+/data, profile: json-gateway, device: 2, qos: 0}]}\n"
        "  - {name: b, url: mqtt://b.example.com, plain: yes, topics: [{topic: b/#}]}\n",
    )
    with pytest.raises(SettingsError, match="WORD_OF_A is not set"):
        brokers(settings_for(tmp_path, mqtt_file=file))
    monkeypatch.setenv("WORD_OF_A", PASSWORD)
    (a, at_a), (_, at_b) = brokers(settings_for(tmp_path, mqtt_file=file))
    assert (at_a.password, at_a.version, at_a.keeps.total_seconds(), at_b.tls) == (PASSWORD, "3.1.1", 0, False)
    (feed,) = a.feeds
    assert (feed.pattern, feed.qos, feed.device, feed.map is not None) == ("gas/+/data", 0, 1, True)


def test_what_is_wrong_with_the_file_is_said_with_line_and_key(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "brokers:\n"
        "  - name: a\n"
        "    password: the password itself\n"
        "    topics: [{topic: a/#/b}]\n"
        "  - name: b\n"
        "    topicz: []\n",
    )
    with pytest.raises(PolicyError) as wrong:
        brokers(settings_for(tmp_path, mqtt_file=file))
    said = str(wrong.value)
    assert "brokers.yaml:3: brokers[0].password: 应为存放密码的环境变量或文件的名称，不是密码本身" in said
    assert "brokers.yaml:4: brokers[0].topics[0].topic: 通配符" in said
    assert "brokers.yaml:6: brokers[1].topicz: 没有这一项" in said
    assert "the password itself" not in said
    file = written(
        tmp_path,
        "brokers:\n"
        "  - {name: a, topics: [{topic: a, profile: nobody}], certificate: c}\n"
        "  - {name: a, url: mqtt://far.example.com, keeps: 2 d, topics: [{topic: a, device: 1}]}\n"
        "  - {name: c, topics: [{topic: c}]}\n",
    )
    with pytest.raises(PolicyError) as wrong:
        brokers(settings_for(tmp_path, mqtt_file=file))
    assert len(wrong.value.problems) == 6


def test_a_topic_may_be_bound_to_its_device_or_to_a_list_of_them(tmp_path: Path) -> None:
    ((wanted, _),) = brokers(settings_for(tmp_path, mqtt_url="mqtts://broker.example.com"))
    assert [feed.device for feed in wanted.feeds] == [2], "as we ship it everybody speaks for himself"
    text = "brokers:\n  - {name: a, url: mqtts://b.example.com, topics: [{topic: north/#, devices: [G-1, G-2]}]}\n"
    ((wanted, _),) = brokers(settings_for(tmp_path, mqtt_file=written(tmp_path, text)))
    assert [feed.devices for feed in wanted.feeds] == [frozenset({"G-1", "G-2"})]


def test_the_doctor_names_a_topic_that_is_bound_to_nobody(tmp_path: Path) -> None:
    topics = "[{topic: a/#, device: 2}, {topic: b/#, devices: [G-1]}, {topic: c/#}]"
    text = f"brokers:\n  - {{name: a, url: mqtts://b.example.com, topics: {topics}}}\n"
    ((wanted, _),) = brokers(settings_for(tmp_path, mqtt_file=written(tmp_path, text)))
    (found,) = _unbound("a", wanted.feeds)
    assert (found.verdict, found.saw) == (Verdict.ADVICE, "whoever may write under c/# speaks for every device")


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    with mosquitto(tmp_path_factory.mktemp("mosquitto")) as one:
        yield one


@pytest.mark.mqtt
async def test_the_service_hears_the_broker_its_settings_name(tmp_path: Path, broker: Mosquitto) -> None:
    made = await build(settings_for(tmp_path, mqtt_url=f"mqtt://127.0.0.1:{broker.port}"), migrate=True)
    bridge = made.bridge
    assert bridge is not None
    try:
        await made.start()
        await eventually(lambda: not any("mqtt site" in note for note in bridge.notes()))
        device = await asyncio.to_thread(Speaker, broker.port, "device")
        said = b'{"device_id":"stranger","gas":"o2","value":20.9,"unit":"%vol"}'
        await asyncio.to_thread(device.say, "permitbot/devices/stranger", said)
        await eventually(lambda: bridge.unknown[DeviceKey("stranger")] == 1)
        device.close()
    finally:
        await made.stop()


@pytest.mark.mqtt
async def test_the_doctor_says_whether_one_gets_in_and_whether_anybody_speaks(
    tmp_path: Path, broker: Mosquitto
) -> None:
    def at(port: int) -> Settings:
        return settings_for(tmp_path, mqtt_url=f"mqtt://127.0.0.1:{port}")

    (silent,) = await examine_mqtt(at(broker.port), listen_s=0.05)
    assert (silent.verdict, "no device said anything" in silent.saw) == (Verdict.ADVICE, True)
    device = await asyncio.to_thread(Speaker, broker.port, "device")
    looking = asyncio.create_task(examine_mqtt(at(broker.port), listen_s=30))
    while not looking.done():
        await asyncio.to_thread(device.say, "permitbot/devices/1", b"{}")
        await asyncio.sleep(0.01)
    (good,) = looking.result()
    assert (good.verdict, "a message came" in good.saw) == (Verdict.GOOD, True)
    device.close()
    (off,) = await examine_mqtt(at(broker.port).model_copy(update={"hardware_bridge": False}))
    assert off.verdict is Verdict.ADVICE
    (file,) = await examine_mqtt(settings_for(tmp_path, mqtt_file="nowhere.yaml"))
    assert file.verdict is Verdict.BAD


@pytest.mark.mqtt
async def test_the_doctor_names_a_broker_that_is_down_or_does_not_know_us(tmp_path: Path) -> None:
    with mosquitto(tmp_path / "broker", "allow_anonymous false") as closed:
        url = f"mqtt://127.0.0.1:{closed.port}"
        (stranger,) = await examine_mqtt(settings_for(tmp_path, mqtt_url=url))
    (down,) = await examine_mqtt(settings_for(tmp_path, mqtt_url=url))
    assert (stranger.verdict, "does not let us in" in stranger.saw) == (Verdict.BAD, True)
    assert (down.verdict, "127.0.0.1" in down.saw) == (Verdict.BAD, True)
