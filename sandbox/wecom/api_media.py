"""media/upload and media/get."""

from __future__ import annotations

from urllib.parse import quote

from aiohttp import web

from sandbox.wecom.calls import Call, Endpoint
from sandbox.wecom.errors import ApiError, Code
from sandbox.wecom.media import Media, MediaType, Slice
from sandbox.wecom.reading import Json


def upload(call: Call) -> Json:
    """Keep a file for three days."""
    return receipt(store(call, call.app.corpid))


def store(call: Call, owner: str) -> Media:
    """Check and keep the file of a multipart request; raises `ApiError`."""
    if "type" not in call.query:
        raise ApiError(Code.BAD_TYPE_PARAMETER)
    if call.upload is None:
        raise ApiError(Code.FILE_EMPTY, "media missing")
    return call.world.media.upload(
        owner=owner,
        kind=call.query["type"],
        filename=call.upload.filename,
        content_type=call.upload.content_type,
        content=call.upload.content,
    )


def receipt(media: Media) -> Json:
    """The answer to an upload; ``created_at`` is a string of seconds."""
    return {
        "type": str(media.type),
        "media_id": media.media_id,
        "created_at": str(int(media.created_at.timestamp())),
    }


def get(call: Call) -> web.Response:
    """The file, or with a Range header a part of it (206). Errors are JSON with HTTP 200."""
    found = call.world.media.read(call.app.corpid, call.query.get("media_id", ""), call.range_header)
    return _binary(found)


def get_jssdk(call: Call) -> web.Response:
    """High-quality voice recorded in a page; other media are refused."""
    found = call.world.media.read(call.app.corpid, call.query.get("media_id", ""), call.range_header)
    if found.media.type is not MediaType.VOICE:
        raise ApiError(Code.BAD_MEDIA_ID)
    return _binary(found)


def _binary(found: Slice) -> web.Response:
    plain = found.media.filename.encode("ascii", "replace").decode().replace('"', "")
    disposition = f"attachment; filename=\"{plain}\"; filename*=utf-8''{quote(found.media.filename)}"
    headers = {"Content-Type": found.media.content_type, "Content-disposition": disposition, "Accept-Ranges": "bytes"}
    if found.start is None:
        return web.Response(body=found.content, headers=headers)
    return web.Response(body=found.content, status=206, headers=headers | {"Content-Range": found.content_range})


ENDPOINTS = (
    Endpoint(api="media/upload", method="POST", handle=upload, upload=True),
    Endpoint(api="media/get", method="GET", handle=get),
    Endpoint(api="media/get/jssdk", method="GET", handle=get_jssdk),
)
