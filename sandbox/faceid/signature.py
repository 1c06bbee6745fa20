"""Whether a call is signed by who it says, reckoned here anew: TC3-HMAC-SHA256 over whatever headers it names."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime

_AUTH = re.compile(
    r"TC3-HMAC-SHA256 Credential=(?P<id>[^/]+)/(?P<day>[0-9-]{10})/(?P<service>[a-z]+)/tc3_request, ?"
    r"SignedHeaders=(?P<names>[a-z0-9;-]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)
_LIFE = 300
"""Seconds by which the time of a call may lie off."""


class Refused(Exception):
    """The service does not know the caller; ``args[0]`` is its code."""


def check(headers: Mapping[str, str], body: bytes, *, keys: Mapping[str, str], now: datetime) -> None:
    """Raise `Refused` for a call that is not signed as it must be."""
    found = _AUTH.fullmatch(headers.get("Authorization", ""))
    stamp = headers.get("X-TC-Timestamp", "")
    if found is None or not stamp.isdigit() or found["service"] != "faceid":
        raise Refused("AuthFailure.SignatureFailure")
    if found["id"] not in keys:
        raise Refused("AuthFailure.SecretIdNotFound")
    if abs(now.timestamp() - int(stamp)) > _LIFE:
        raise Refused("AuthFailure.SignatureExpire")
    day = datetime.fromtimestamp(int(stamp), tz=UTC).date().isoformat()
    names = found["names"].split(";")
    if day != found["day"] or not {"content-type", "host"} <= set(names):
        raise Refused("AuthFailure.SignatureFailure")
    lines = "".join(f"{name}:{headers.get(name, '').strip().lower()}\n" for name in names)
    canonical = f"POST\n/\n\n{lines}\n{found['names']}\n{hashlib.sha256(body).hexdigest()}"
    scope = f"{day}/faceid/tc3_request"
    text = f"TC3-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = ("TC3" + keys[found["id"]]).encode()
    for step in (day, "faceid", "tc3_request", text):
        key = hmac.new(key, step.encode(), hashlib.sha256).digest()
    if not hmac.compare_digest(key.hex(), found["signature"]):
        raise Refused("AuthFailure.SignatureFailure")
