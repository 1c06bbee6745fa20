"""A process of its own that takes one picture and ends. Run as a file by `hardware_bridge.cameras.rtsp`, not imported.

What a camera sends is read by a large library written in C, and cameras are easily taken over. So nothing of ours lives
in this process: no secret but the one address, which comes through the input and stands in no list of processes; no
file it could write; bounds on memory and processor that the system itself keeps. It says one line of JSON, and after a
picture's its bytes.

It needs the extra ``media`` and Pillow, and nothing of this project.
"""

from __future__ import annotations

import contextlib
import io
import json
import resource
import sys
from typing import Any

MEMORY = 1 << 30
PROCESSOR_SECONDS = 10
PIXELS = 25_000_000
LONGEST_REQUEST = 4096
QUALITY = 88


def _bound() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, PROCESSOR_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


class _Silent(Exception):
    """There is no picture; the message is a value of `workflow.stills.Silence`."""


def _picture(address: str, seconds: float, ca: str | None) -> bytes:
    import av
    from av.error import FFmpegError, HTTPClientError, HTTPServerError, InvalidDataError

    av.logging.set_level(None)
    options = {
        "rtsp_transport": "tcp",
        "allowed_media_types": "video",
        "protocol_whitelist": "rtsp,rtp,tcp",
        "probesize": "500000",
        "analyzeduration": "1000000",
    }
    if ca is not None:
        # Nobody but who shows a certificate of this authority for this very host; and no way back to plain text.
        options |= {"protocol_whitelist": "rtsps,rtp,tcp,tls", "tls_verify": "1", "ca_file": ca}
    try:
        container = av.open(address, options=options, timeout=(seconds, seconds))
    except HTTPClientError:
        raise _Silent("denied") from None
    except (HTTPServerError, InvalidDataError):
        raise _Silent("no_picture") from None
    except (FFmpegError, OSError):
        raise _Silent("unreached") from None
    try:
        return _first(container)
    except (FFmpegError, OSError, ValueError, IndexError):
        raise _Silent("no_picture") from None
    finally:
        # What cannot be closed ends with this process.
        with contextlib.suppress(FFmpegError, OSError):
            container.close()


def _first(container: Any) -> bytes:
    """The first whole picture of the stream as a JPEG. Anything but pixels stays behind."""
    stream = container.streams.video[0]
    stream.codec_context.thread_count = 1
    for frame in container.decode(stream):
        if frame.width * frame.height > PIXELS:
            raise _Silent("too_large")
        if frame.is_corrupt or not frame.key_frame:
            continue
        out = io.BytesIO()
        frame.to_image().save(out, "JPEG", quality=QUALITY)
        return out.getvalue()
    raise _Silent("no_picture")


def main() -> None:
    """Answer the one request of the input."""
    _bound()
    asked = json.loads(sys.stdin.buffer.read(LONGEST_REQUEST))
    try:
        picture = _picture(asked["address"], asked["seconds"], asked["ca"])
    except _Silent as silent:
        said: dict[str, str] = {"silence": str(silent)}
        picture = b""
    except MemoryError:
        said, picture = {"silence": "too_large"}, b""
    else:
        said = {}
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + picture)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
