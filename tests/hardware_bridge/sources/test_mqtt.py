"""The MQTT source against a real broker, its worst days included."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import trustme

from bot.clock import SystemClock
from hardware_bridge.sample import Beat, Flag, Said, Sample, Trouble, Why
from hardware_bridge.sources.mqtt import MOST_STRAYS, Mqtt, Pace
from hardware_bridge.sources.mqtt_client import Connection, Door
from hardware_bridge.sources.mqtt_topics import Feed
from tests.support.brokers import PASSWORD, USER, Mosquitto, Speaker, Wire, free_port, mosquitto, published
from tests.support.eventually import eventually

pytestmark = pytest.mark.mqtt
TOPIC = "plant/gas/G-1"
NEVER = timedelta(hours=1)
QUICK = Pace(
    mark_every=timedelta(milliseconds=150), late=NEVER, dead=NEVER, oldest=NEVER,
    shortest=timedelta(milliseconds=20), longest=timedelta(milliseconds=100),
)  # fmt: skip
"""Real time, because sockets are real; what would depend on a slow machine is out of the way."""
WAKEFUL = replace(QUICK, dead=timedelta(seconds=1))


class Heard:
    """A sink that keeps what it is given."""

    def __init__(self) -> None:
        self.said: list[tuple[Said, datetime | None]] = []

    def take(self, said: Said, received_at: datetime | None = None, *, via: str = "") -> None:
        self.said.append((said, received_at))

    @property
    def values(self) -> list[str]:
        return [str(one.value) for one, _ in self.said if isinstance(one, Sample)]


utc = SystemClock().now


def reading(value: float | str, at: datetime | None = None) -> bytes:
    entry = {"device_id": "G-1", "gas": "flammable", "value": value, "unit": "%LEL"}
    return json.dumps(entry if at is None else entry | {"measured_at": at.isoformat()}).encode()


def door(port: int, **other: object) -> Door:
    return replace(Door(host="127.0.0.1", port=port, client_id="bridge-1"), **other)  # type: ignore[arg-type]


def source(at: Door, *, pace: Pace = QUICK, pattern: str = "plant/gas/#") -> Mqtt:
    return Mqtt(
        "site", at, (Feed(pattern=pattern),), clock=utc, steady=time.monotonic,
        chance=lambda: 0.5, token="t0ken", pace=pace,
    )  # fmt: skip


@asynccontextmanager
async def running(one: Mqtt) -> AsyncIterator[Heard]:
    """The source at work, let go of at the end."""
    heard = Heard()
    task = asyncio.create_task(one.run(heard))
    try:
        yield heard
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def connected(one: Mqtt) -> bool:
    return one.notes() == ()


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    with mosquitto(tmp_path_factory.mktemp("mosquitto")) as one:
        yield one


@pytest.fixture
def speaker(broker: Mosquitto) -> Iterator[Speaker]:
    one = Speaker(broker.port, "detector")
    yield one
    with contextlib.suppress(OSError):
        one.close()


async def test_what_a_device_publishes_is_heard(broker: Mosquitto, speaker: Speaker) -> None:
    one = source(door(broker.port, client_id="plain"))
    async with running(one) as heard:
        await eventually(lambda: connected(one))
        speaker.say(TOPIC, reading("12.50"))
        speaker.say(TOPIC, b"rubbish")
        speaker.say(TOPIC, b'{"device_id":"G-1","gas":"h2s","value":1}')
        await eventually(lambda: len(heard.said) == 3)
    (first, at), (second, _), (third, _) = heard.said
    assert isinstance(first, Sample)
    assert (str(first.value), first.unit, first.flags, at) == ("12.50", "%LEL", frozenset(), None)
    assert [one.why for one in (second, third) if isinstance(one, Trouble)] == [Why.SHAPE, Why.NO_UNIT]


async def test_what_the_broker_had_kept_is_never_fresh(broker: Mosquitto, speaker: Speaker) -> None:
    """Retained, last year perhaps: MQTT 5 is told not to send it, 3.1.1 cannot be told."""
    now = utc()
    speaker.say("plant/old/a", reading("1"), retain=True)
    speaker.say("plant/old/b", reading("2", now), retain=True)
    speaker.say("plant/old/c", b'{"device_id":"G-1","quality":"alarm"}', retain=True)
    five = source(door(broker.port, client_id="five"), pattern="plant/old/#")
    three = source(door(broker.port, client_id="three", version="3.1.1"), pattern="plant/old/#")
    async with running(five) as by_five, running(three) as by_three:
        await eventually(lambda: connected(five) and connected(three))
        await eventually(lambda: len(by_three.said) == 3)
        speaker.say("plant/old/d", reading("3"))
        await eventually(lambda: by_five.values == ["3"] and by_three.values[-1] == "3")
    flags = [one.flags for one, _ in by_three.said if isinstance(one, Sample | Beat)]
    assert sorted(Flag.STORED in one for one in flags) == [False, True, True, True]
    for topic in "abc":
        speaker.say(f"plant/old/{topic}", b"", retain=True)


async def test_a_broker_that_dies_and_comes_back(tmp_path: Path) -> None:
    broker = Mosquitto(
        tmp_path, lines=("allow_anonymous true", "persistence true", f"persistence_location {tmp_path}/")
    )
    broker.start()
    one = source(door(broker.port))
    try:
        async with running(one) as heard:
            await eventually(lambda: connected(one))
            broker.stop(signal.SIGKILL)
            await eventually(lambda: "not connected" in "".join(one.notes()))
            broker.start()
            await eventually(lambda: connected(one))
            speaker = Speaker(broker.port, "detector")
            speaker.say(TOPIC, reading("3"))
            await eventually(lambda: heard.values == ["3"])
            speaker.close()
    finally:
        broker.stop()


async def test_a_line_that_only_looks_sound_is_dropped_and_made_anew(broker: Mosquitto, speaker: Speaker) -> None:
    wire = Wire(broker.port)
    await wire.start()
    one = source(door(wire.port, client_id="half-open"), pace=WAKEFUL)
    async with running(one) as heard:
        await eventually(lambda: one._ages.answered)
        wire.cut()
        await eventually(lambda: "nothing came in" in "".join(one.notes()))
        wire.mend()
        await eventually(lambda: connected(one))
        speaker.say(TOPIC, reading("4"))
        await eventually(lambda: heard.values == ["4"])
    assert wire.connections >= 2
    await wire.stop()


async def test_what_waited_while_we_were_away_is_as_old_as_it_can_be(broker: Mosquitto, speaker: Speaker) -> None:
    """Without a time of its own it counts from a mark before the line broke; with one, by that."""
    wire = Wire(broker.port)
    await wire.start()
    one = source(door(wire.port, client_id="away"), pace=WAKEFUL)
    said_at = utc()
    async with running(one) as heard:
        await eventually(lambda: connected(one))
        for value in ("1", "2", "3"):
            speaker.say(TOPIC, reading(value))
            await eventually(lambda: len(heard.values) == int(value))  # noqa: B023 - awaited here
        marks = one._ages
        await eventually(lambda: len(marks._back) == 2)
        wire.cut()
        speaker.say(TOPIC, reading("40"))
        queued = utc()
        speaker.say(TOPIC, reading("41", said_at))
        await eventually(lambda: "nothing came in" in "".join(one.notes()))
        wire.mend()
        await eventually(lambda: "41" in heard.values)
        old = {str(said.value): at for said, at in heard.said if isinstance(said, Sample)}
        assert old["40"] is not None
        assert old["40"] <= queued
        assert old["41"] is None
    await wire.stop()


async def test_after_a_restart_of_ours_nobody_knows_how_long_it_waited(broker: Mosquitto, speaker: Speaker) -> None:
    first = source(door(broker.port, client_id="again"))
    async with running(first):
        await eventually(lambda: connected(first))
    speaker.say(TOPIC, reading("7"))
    second = source(door(broker.port, client_id="again"))
    async with running(second) as heard:
        await eventually(lambda: heard.values == ["7"])
        await eventually(lambda: second._ages._settled)
        speaker.say(TOPIC, reading("8"))
        await eventually(lambda: heard.values == ["7", "8"])
    flags = [one.flags for one, _ in heard.said if isinstance(one, Sample)]
    assert flags == [frozenset({Flag.STORED}), frozenset()]


async def test_fifty_thousand_messages_at_once(broker: Mosquitto, speaker: Speaker) -> None:
    """Nothing is lost, nothing reordered, and the line is not taken for dead."""
    one = source(door(broker.port, client_id="flood"), pattern="plant/flood")
    count = 50_000
    packets = b"".join(published("plant/flood", reading(str(n))) for n in range(count))
    async with running(one) as heard:
        await eventually(lambda: connected(one))
        await asyncio.to_thread(speaker.pour, packets)
        await eventually(lambda: len(heard.said) == count, seconds=120)
    assert heard.values == [str(n) for n in range(count)]


async def test_a_message_delivered_twice_and_one_of_ten_megabytes(broker: Mosquitto, speaker: Speaker) -> None:
    five = source(door(broker.port, client_id="ten-5"), pattern="plant/big")
    three = source(door(broker.port, client_id="ten-3", version="3.1.1"), pattern="plant/big")
    async with running(five) as by_five, running(three) as by_three:
        await eventually(lambda: connected(five) and connected(three))
        speaker.say("plant/big", b"[" + b" " * 10_000_000 + b"]")
        speaker.say("plant/big", reading("1"))
        speaker.say("plant/big", reading("1"), again=True)
        await eventually(lambda: by_five.values == ["1", "1"] and by_three.values == ["1", "1"])
    assert len(by_five.said) == 2, "MQTT 5: the broker keeps it to itself"
    (huge, _), *_ = by_three.said
    assert isinstance(huge, Trouble)
    assert huge.why is Why.TOO_LONG


async def test_a_bug_behind_the_sink_ends_the_try_and_is_not_swallowed(broker: Mosquitto, speaker: Speaker) -> None:
    one = source(door(broker.port, client_id="bug"))

    class Broken:
        def take(self, said: Said, received_at: datetime | None = None, *, via: str = "") -> None:
            raise ZeroDivisionError

    task = asyncio.create_task(one.run(Broken()))
    await eventually(lambda: connected(one))
    speaker.say(TOPIC, reading("1"))
    with pytest.raises(ZeroDivisionError):
        async with asyncio.timeout(30):
            await task


@dataclass
class Secured:
    """A broker with TLS: one port for passwords, one for certificates, one whose own certificate is over."""

    folder: Path
    port: int
    by_certificate: int
    over: int

    def door(self, **other: object) -> Door:
        known = door(self.port, tls=True, ca=self.folder / "ca.pem", user=USER, password=PASSWORD)
        return replace(known, **other)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    folder = tmp_path_factory.mktemp("secured")
    ca = trustme.CA()
    ca.cert_pem.write_to_path(folder / "ca.pem")
    over = ca.issue_cert("127.0.0.1", not_before=datetime(2020, 1, 1), not_after=datetime(2021, 1, 1))  # noqa: DTZ001 - UTC by definition
    for name, made in (("good", ca.issue_cert("127.0.0.1")), ("over", over), ("us", ca.issue_cert("bridge@site"))):
        made.private_key_pem.write_to_path(folder / f"{name}.key")
        made.cert_chain_pems[0].write_to_path(folder / f"{name}.pem")
    (folder / "users").write_text(f"{USER}:{PASSWORD}\n", encoding="utf-8")
    subprocess.run(
        [shutil.which("mosquitto_passwd") or "/usr/bin/mosquitto_passwd", "-U", folder / "users"], check=True
    )
    (folder / "access").write_text(f"user {USER}\ntopic readwrite plant/#\ntopic readwrite permitbot/#\n", "utf-8")
    two, three = free_port(), free_port()

    def tls(name: str) -> tuple[str, ...]:
        return f"cafile {folder}/ca.pem", f"certfile {folder}/{name}.pem", f"keyfile {folder}/{name}.key"

    def port(number: int) -> str:
        return f"listener {number} 127.0.0.1"

    named = ("allow_anonymous false", f"password_file {folder}/users", f"acl_file {folder}/access")
    lines = (
        *tls("good"), *named,
        port(two), *tls("good"), "require_certificate true", "use_subject_as_username true", "allow_anonymous true",
        port(three), *tls("over"), "allow_anonymous true",
    )  # fmt: skip
    with mosquitto(folder, *lines) as one:
        yield Secured(folder, one.port, two, three)


async def test_it_leaves_a_last_will_where_it_goes_without_a_word(secured: Secured) -> None:
    wire = Wire(secured.port)
    await wire.start()
    heard: list[bytes] = []
    watcher = Connection(
        secured.door(client_id="watcher"), hear=lambda _, body, __: heard.append(body), opened=lambda _: None
    )
    await watcher.open()
    assert await watcher.subscribe([("permitbot/bridge-1/status", 1), ("other/#", 1)]) == ()
    one = source(replace(secured.door(), port=wire.port))
    async with running(one):
        await eventually(lambda: heard == [b"online"])
        await wire.stop()
        await eventually(lambda: heard == [b"online", b"offline"])
    await watcher.close()


async def test_a_broker_may_know_us_by_a_certificate(secured: Secured) -> None:
    ours = {"user": None, "password": None, "port": secured.by_certificate}
    files = {"certificate": secured.folder / "us.pem", "key": secured.folder / "us.key"}
    one, stranger = source(secured.door(**ours, **files)), source(secured.door(**ours, client_id="stranger"))
    async with running(one), running(stranger):
        await eventually(lambda: connected(one))
        assert not connected(stranger)


@pytest.mark.parametrize(
    ("other", "note"),
    [
        ({"password": "wrong"}, "login refused"),
        ({"user": None, "password": None, "version": "3.1.1"}, "login refused"),
        ({"ca": None}, "certificate is not believed"),
        ({"port": 0}, "certificate has expired"),
        ({"ca": Path("nowhere.pem")}, "No such file"),
        ({"host": "localhost"}, "certificate is not believed: Hostname mismatch"),
    ],
)
async def test_who_is_not_let_in_says_why_and_goes_on_trying(
    secured: Secured, other: dict[str, object], note: str
) -> None:
    at = replace(secured.door(), **({"port": secured.over} if "port" in other else other))
    one = source(at)
    async with running(one):
        await eventually(lambda: note in "".join(one.notes()))
        first = one._tries
        await eventually(lambda: one._tries > first or one._tries == 99)
        assert PASSWORD not in repr(at) + "".join(one.notes())


async def test_marks_that_do_not_come_back_are_told_and_the_line_is_kept(secured: Secured) -> None:
    """Where the broker's list does not let us, the plant hears of it; what the broker kept for us stays history."""
    one = source(secured.door(client_id="mute"), pace=replace(WAKEFUL, late=timedelta(0)))
    one._mark = "nobody/may/write/here"
    async with running(one):
        await eventually(lambda: "we must be allowed to read and write" in "".join(one.notes()))
        await eventually(lambda: one._ages.away_for(time.monotonic()) > WAKEFUL.dead.total_seconds() * 1.5)
    assert one._wrong is None


async def test_a_mark_of_somebody_else_tells_nothing_of_how_old_our_messages_are(
    broker: Mosquitto, speaker: Speaker
) -> None:
    """Whoever may write on our mark's topic must not make what waited look fresh: he does not know our token."""
    one = source(door(broker.port, client_id="marked"), pace=replace(QUICK, mark_every=NEVER))
    async with running(one):
        await eventually(lambda: connected(one))
        await eventually(lambda: one._ages.answered)
        number = one._ages.send(utc(), time.monotonic())
        for forged in (str(number).encode(), b"another:%d" % number, b"t0ken:x", b"t0ken:"):
            speaker.say("permitbot/marked/mark", forged)
        speaker.say("plant/elsewhere", b"{}")
        heard = one.messages
        speaker.say(TOPIC, reading("1"))
        await eventually(lambda: one.messages > heard)
        assert one._ages.away_for(time.monotonic()) > 0, "it has not come back"
        speaker.say("permitbot/marked/mark", b"t0ken:%d" % number)
        await eventually(lambda: one._ages.away_for(time.monotonic()) == 0)


def test_what_is_too_long_is_not_read_and_topics_are_remembered_within_bounds() -> None:
    one, heard = source(door(1)), Heard()
    one._sink = heard
    entry = b" " * 70_000 + reading("12.50")
    one._hear(TOPIC, entry, False)
    assert [(type(said), getattr(said, "why", None)) for said, _ in heard.said] == [(Trouble, Why.TOO_LONG)]
    for number in range(MOST_STRAYS + 5):
        one._hear(f"stray/{number}", b"{}", False)
    one._hear("stray/1", b"{}", False)
    assert (len(one.strays), one.strays["stray/1"]) == (MOST_STRAYS, 2)
