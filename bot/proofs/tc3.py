"""How calls of Tencent Cloud are signed (TC3-HMAC-SHA256): pure, one POST with a JSON body."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime

CONTENT_TYPE = "application/json; charset=utf-8"
_SIGNED = "content-type;host"


def authorization(*, secret_id: str, secret_key: str, service: str, host: str, body: bytes, at: datetime) -> str:
    """The value of ``Authorization`` for one POST to ``/``; ``at`` goes along as ``X-TC-Timestamp`` (Unix seconds)."""
    day = at.astimezone(UTC).strftime("%Y-%m-%d")
    scope = f"{day}/{service}/tc3_request"
    request = "\n".join(("POST", "/", "", f"content-type:{CONTENT_TYPE}", f"host:{host}", "", _SIGNED, _hash(body)))
    to_sign = "\n".join(("TC3-HMAC-SHA256", str(int(at.timestamp())), scope, _hash(request.encode())))
    key = f"TC3{secret_key}".encode()
    for part in (day, service, "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    return f"TC3-HMAC-SHA256 Credential={secret_id}/{scope}, SignedHeaders={_SIGNED}, Signature={signature}"


def _hash(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()
