"""A picture from a server nobody here wrote: GStreamer's, where Debian's packages are installed.

They weigh 170 MB, so `make test-deps` does not ask for them, and where they are not this is no test at all: the twin's
pictures (`test_rtsp.py`) are. Install gir1.2-gst-rtsp-server-1.0, gstreamer1.0-plugins-good and python3-gi to have it.
"""

from __future__ import annotations

import asyncio
import io
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

import pytest
from PIL import Image

from hardware_bridge.cameras.rtsp import RtspCamera
from workflow.stills import Silence

SERVER = Path(__file__).parents[2] / "support" / "gst_camera.py"
PYTHON = "/usr/bin/python3"
PATIENT = 60.0


@cache
def there() -> bool:
    """Whether the packages are installed."""
    asked = "import gi; gi.require_version('GstRtspServer', '1.0')"
    try:
        return subprocess.run([PYTHON, "-c", asked], capture_output=True, timeout=60).returncode == 0
    except OSError:
        return False


@asynccontextmanager
async def server() -> AsyncIterator[int]:
    """The server's port."""
    process = await asyncio.create_subprocess_exec(PYTHON, str(SERVER), stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        async with asyncio.timeout(PATIENT):
            line = await process.stdout.readline()
        assert line, "the server did not start"
        yield int(line)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


if there():

    @pytest.mark.deep
    async def test_a_picture_of_a_camera_nobody_here_wrote() -> None:
        async with server() as port:
            said = await RtspCamera(f"rtsp://127.0.0.1:{port}/stream1", within=PATIENT).still()
            assert isinstance(said, bytes)
            picture = Image.open(io.BytesIO(said), formats=["JPEG"])
            assert picture.size == (320, 240)
            red, green, blue = picture.getpixel((100, 100))  # type: ignore[misc]  # three numbers in RGB
            assert red > 200
            assert max(green, blue) < 60
            other = await RtspCamera(f"rtsp://127.0.0.1:{port}/other", within=PATIENT).still()
            assert other is Silence.DENIED
