"""A camera over a real socket: a picture, or why there is none; whatever it does, it holds nobody up for longer."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
import trustme
from PIL import Image, ImageDraw

from hardware_bridge.cameras.rtsp import RtspCamera
from sandbox.camera import Manner, VirtualCamera
from tests.support.eventually import eventually
from workflow.stills import Silence

LOGIN = ("viewer", "p@ss:w/ord")
LEFT, RIGHT = (20, 20, 220), (200, 30, 30)
PATIENT = 60.0
"""Seconds for one that will: a loaded machine takes its time."""
SHORT = 3.0
"""Seconds for a camera that will never show anything."""


def scene() -> Image.Image:
    picture = Image.new("RGB", (640, 352), RIGHT)
    ImageDraw.Draw(picture).rectangle((0, 0, 319, 351), fill=LEFT)
    return picture


@pytest.fixture
async def camera() -> AsyncIterator[VirtualCamera]:
    one = VirtualCamera(scene(), login=LOGIN)
    await one.start()
    yield one
    await one.stop()


def with_login(camera: VirtualCamera, login: tuple[str, str] = LOGIN, path: str = "/stream1") -> str:
    user, password = (quote(part, safe="") for part in login)
    return f"rtsp://{user}:{password}@127.0.0.1:{camera.port}{path}"


def near(seen: object, meant: tuple[int, int, int]) -> bool:
    assert isinstance(seen, tuple)
    return all(abs(one - other) <= 12 for one, other in zip(seen, meant, strict=True))


async def test_a_picture_of_what_stands_before_the_camera(camera: VirtualCamera) -> None:
    said = await RtspCamera(with_login(camera), within=PATIENT).still()
    assert isinstance(said, bytes)
    picture = Image.open(io.BytesIO(said), formats=["JPEG"])
    assert picture.size == (640, 352)
    assert near(picture.getpixel((100, 100)), LEFT)
    assert near(picture.getpixel((500, 100)), RIGHT)
    assert camera.asked["PLAY"] == 1


async def test_who_is_not_let_in_has_no_picture(camera: VirtualCamera) -> None:
    for address in (camera.address, with_login(camera, ("viewer", "wrong")), with_login(camera, path="/other")):
        assert await RtspCamera(address, within=PATIENT).still() is Silence.DENIED
    assert camera.asked["PLAY"] == 0


async def test_nobody_at_the_address(camera: VirtualCamera) -> None:
    address = with_login(camera)
    await camera.stop()
    assert await RtspCamera(address, within=PATIENT).still() is Silence.UNREACHED


@pytest.mark.parametrize("manner", [Manner.DEAF])
async def test_a_camera_that_answers_nonsense_holds_nobody_up(camera: VirtualCamera, manner: Manner) -> None:
    camera.manner = manner
    assert await RtspCamera(with_login(camera), within=SHORT).still() in {Silence.NO_PICTURE, Silence.UNREACHED}


@pytest.mark.deep
@pytest.mark.parametrize("manner", [Manner.FLOOD, Manner.BLACK, Manner.GARBAGE, Manner.DRIBBLE])
async def test_a_camera_that_shows_nothing_holds_nobody_up(camera: VirtualCamera, manner: Manner) -> None:
    camera.manner = manner
    assert await RtspCamera(with_login(camera), within=SHORT).still() in {Silence.NO_PICTURE, Silence.UNREACHED}


async def test_the_time_is_over_for_the_process_too_whatever_it_does(camera: VirtualCamera) -> None:
    """Its own limit bounds each read from the camera. The outer one bounds all of it; here it is over at once, when the
    process cannot have found out yet that nobody is there."""
    address, before = with_login(camera), children()
    await camera.stop()
    assert await RtspCamera(address, within=0).still() is Silence.NO_PICTURE
    assert children() <= before


async def test_more_than_a_picture_is_not_read_on(camera: VirtualCamera) -> None:
    assert await RtspCamera(with_login(camera), largest=1000, within=PATIENT).still() is Silence.TOO_LARGE


def children() -> set[str]:
    """The processes this one has started and not yet buried."""
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split())


async def test_who_stops_waiting_leaves_no_process_behind(camera: VirtualCamera) -> None:
    camera.manner = Manner.DEAF
    before = children()
    asking = asyncio.create_task(RtspCamera(with_login(camera), within=PATIENT).still())
    await eventually(lambda: camera.asked["OPTIONS"] > 0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert children() <= before


def told_of(process: str) -> bytes:
    """What everybody on the machine, and what its owner, can read of a process."""
    return b"".join(Path(f"/proc/{process}/{what}").read_bytes() for what in ("cmdline", "environ"))


async def test_the_process_that_looks_knows_nothing_else(camera: VirtualCamera) -> None:
    """The password stands in no list of processes, and none of our environment is handed on."""
    camera.manner = Manner.DEAF
    before = children()
    asking = asyncio.create_task(RtspCamera(with_login(camera), within=PATIENT).still())
    await eventually(lambda: camera.asked["OPTIONS"] > 0)
    (child,) = children() - before
    told = told_of(child)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert quote(LOGIN[1], safe="").encode() not in told
    assert b"rtsp:" not in told
    names = {line.split(b"=")[0] for line in told.split(b"\0") if b"=" in line}
    assert names == {b"PATH", b"LANG"}


@asynccontextmanager
async def encrypted(camera: VirtualCamera, names: str, authority: trustme.CA) -> AsyncIterator[int]:
    """A box before the camera that speaks TLS in its name; its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(names).configure_cert(context)

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()

    async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inside = await asyncio.open_connection("127.0.0.1", camera.port)
        await asyncio.gather(carry(reader, inside[1]), carry(inside[0], writer))

    server = await asyncio.start_server(met, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


@pytest.mark.parametrize(
    ("name", "believed", "seen"), [("localhost", 0, True), ("localhost", 1, False), ("elsewhere.example", 0, False)]
)
async def test_over_tls_only_the_camera_itself_is_asked(
    camera: VirtualCamera, tmp_path: Path, name: str, believed: int, *, seen: bool
) -> None:
    """Whoever stands between with another certificate sees neither a question nor the password."""
    authorities = trustme.CA(), trustme.CA()
    file = tmp_path / "ca.pem"
    authorities[believed].cert_pem.write_to_path(file)
    async with encrypted(camera, name, authorities[0]) as port:
        address = with_login(camera).replace("rtsp:", "rtsps:").replace(f"127.0.0.1:{camera.port}", f"localhost:{port}")
        said = await RtspCamera(address, ca=file, within=PATIENT).still()
    assert isinstance(said, bytes) is seen, said
    assert seen or said is Silence.UNREACHED
