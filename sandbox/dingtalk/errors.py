"""How the platform says no: with an HTTP status and a word (``/v1.0``), or with an errcode at HTTP 200 (oapi)."""

from __future__ import annotations

from enum import IntEnum

from sandbox.changes import Json


class ApiError(Exception):
    """A refusal of the new API: HTTP ``status``, ``code`` and ``message`` in the body."""

    def __init__(self, code: str, message: str = "", *, status: int = 400, extra: Json | None = None) -> None:
        super().__init__(f"{code} {message}".strip())
        self.code = code
        self.message = message or code
        self.status = status
        self.extra: Json = extra or {}


class LegacyError(Exception):
    """A refusal of the old API: HTTP 200 with ``errcode`` and ``errmsg``."""

    def __init__(self, errcode: int, errmsg: str = "", *, extra: Json | None = None) -> None:
        super().__init__(f"{errcode} {errmsg}".strip())
        self.errcode = int(errcode)
        self.errmsg = errmsg or "error"
        self.extra: Json = extra or {}


class Errcode(IntEnum):
    """errcodes of the old API."""

    OK = 0
    TIMEOUT = 15
    NO_SUCH_USER = 33012
    NOT_FOUND = 60121
    OUT_OF_SCOPE = 50002
    NO_PERMISSION = 60011
    BAD_TOKEN = 40014
    BAD_SECRET = 40001
    BAD_PARAMETER = 400002
    BAD_MOBILE = 40104
    BAD_LOGIN_CODE = 40078
    SESSION_GONE = 300001
    TOO_OFTEN = 90018
    MONTH_USED_UP = 90020


def bad_token() -> ApiError:
    """The token is unknown, revoked or past its time."""
    return ApiError("InvalidAuthentication", "不合法的access_token")


def no_permission(scope: str) -> ApiError:
    """The app lacks a permission point."""
    return ApiError(
        "Forbidden.AccessDenied.AccessTokenPermissionDenied",
        f"应用尚未开通所需的权限：[{scope}]",
        status=403,
        extra={"accessdenieddetail": {"requiredScopes": [scope]}},
    )


def too_often() -> ApiError:
    """More than the app's share of calls to one API within a second."""
    return ApiError("Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", "触发应用级接口限流", status=403)


def month_used_up() -> ApiError:
    """The organisation's monthly calls are used up."""
    return ApiError("Forbidden.AccessDenied.ApiCountLimitForOrg", "本月API调用量已用完", status=403)
