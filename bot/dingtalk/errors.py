"""Everything the platform may answer instead of what was asked.

::

    DingTalkTrouble
    ├── NetworkTrouble      no usable answer (also HTTP 504): whether it happened is unknown
    ├── PlatformBusy        it says itself that it is busy or broken
    ├── Throttled           too fast, or the address is banned; says when to come back. Nothing was done
    ├── QuotaGone           the month's calls of the whole organisation are used up
    ├── Misconfigured       secret, robot, address list or template wrong: a human must act, no retry helps
    │   └── ScopeMissing    a permission point (权限点) was not granted; names it
    ├── TokenDead           a fresh token was refused as well
    ├── Unreachable         the person, department or group is outside the app's range, gone, or unknown
    ├── CodeInvalid         a login code is wrong, used or older than 5 minutes
    ├── Gone                past its time: a download code, a message key after 24 hours
    ├── AlreadyThere        a card or a todo under this name of ours exists
    ├── NotInEdition        this edition or its packs do not have it (DING)
    ├── CardRejected        the request breaks a rule of the platform: our bug
    ├── MediaRejected       a file is too big or of the wrong kind
    ├── ContentRefused      the platform's own censor said no
    └── Refused             any other code

The new API answers HTTP 4xx with ``code``, the old one HTTP 200 with ``errcode``; both are texts here. Messages carry
the API's name and the code only: ``message`` and ``errmsg`` vary, may hold addresses and names, and are never parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

BAN: Final = timedelta(minutes=5)
"""How long an address that asked too often is shut out."""
SECOND: Final = timedelta(seconds=1)
MINUTE: Final = timedelta(minutes=1)
_PLAIN: Final = re.compile(r"[\w.\-]{1,100}", re.ASCII)


class DingTalkTrouble(Exception):
    """A call to DingTalk did not do what was asked."""

    def __init__(self, api: str, code: str | None = None, note: str = "") -> None:
        shown = None if code is None else code if _PLAIN.fullmatch(code) else "?"
        super().__init__(": ".join(part for part in (api, f"code {shown}" if shown else "", note) if part))
        self.api = api
        self.code = shown


class NetworkTrouble(DingTalkTrouble):
    """No usable answer came: time-out, broken connection, HTTP 504, or words nobody promised. The outcome is unknown.

    ``sure``: not even a connection was made, so nothing happened. ``wait``: how soon it makes sense to ask again.
    """

    def __init__(self, api: str, note: str = "", *, sure: bool = False, wait: timedelta = timedelta(0)) -> None:
        super().__init__(api, None, note)
        self.sure = sure
        self.wait = wait


class PlatformBusy(DingTalkTrouble):
    """The platform reports itself busy or broken, after the retries that make sense."""


class Throttled(DingTalkTrouble):
    """A rate limit or a ban of our address. Nothing was done; ``retry_after`` says when it makes sense again."""

    def __init__(self, api: str, code: str, retry_after: timedelta) -> None:
        super().__init__(api, code, f"retry after {retry_after}")
        self.retry_after = retry_after


class QuotaGone(DingTalkTrouble):
    """The month's calls of the whole organisation are used up; more are bought, or the next month begins."""


class Misconfigured(DingTalkTrouble):
    """Something only an administrator can mend; repeating the call helps nobody."""


class ScopeMissing(Misconfigured):
    """A permission point was not granted to the app; ``scopes`` names which, where the platform says it."""

    def __init__(self, api: str, code: str, scopes: Iterable[str] = ()) -> None:
        self.scopes = tuple(scope for scope in scopes if _PLAIN.fullmatch(scope))
        super().__init__(api, code, f"grant {', '.join(self.scopes)}" if self.scopes else "grant the permission point")


class TokenDead(DingTalkTrouble):
    """A token fetched a moment ago was refused; the one retry is spent."""


class Unreachable(DingTalkTrouble):
    """The person, department or group is outside the app's range, left, dissolved, or never existed."""


class CodeInvalid(DingTalkTrouble):
    """The login code is wrong, used or expired: the person must open the page again."""


class Gone(DingTalkTrouble):
    """Past its time: a download code, or a message older than 24 hours."""


class AlreadyThere(DingTalkTrouble):
    """A card or a todo under this name of ours exists: an earlier try got through."""


class NotInEdition(DingTalkTrouble):
    """The organisation's edition, or the packs it bought, do not have this."""


class CardRejected(DingTalkTrouble):
    """The card or message breaks one of the platform's rules. Ours to mend: the encoder should not have made it."""


class MediaRejected(DingTalkTrouble):
    """The file is too big or of a kind the platform does not take."""


class ContentRefused(DingTalkTrouble):
    """The words were blocked by the platform's censor."""


class Refused(DingTalkTrouble):
    """A code without a meaning of its own here."""


DEAD_TOKEN: Final = frozenset({"InvalidAuthentication", "40001", "40014", "42001"})
ACCESS: Final = "Forbidden.AccessDenied."
PERMISSION: Final = frozenset({f"{ACCESS}AccessTokenPermissionDenied", "60011", "43007"})
BANNED: Final = "1111"

_WAITS: Final = {
    f"{ACCESS}QpsLimitForAppkeyAndApi": SECOND,
    f"{ACCESS}QpsLimitForApi": SECOND,
    f"{ACCESS}QpsLimitForSuitekeyAndOrgAndApi": SECOND,
    f"{ACCESS}QpmLimitForAppkeyAndApi": MINUTE,
    "90018": SECOND,
    "90002": SECOND,
    "send.too.fast": SECOND,
    "toomuch.msg": MINUTE,
    BANNED: BAN,
}
"""What too fast costs. A minute's limit suspends the API for a time nobody states; a minute is assumed."""

_FAMILIES: Final[tuple[tuple[type[DingTalkTrouble], str], ...]] = (
    (QuotaGone, f"{ACCESS}ApiCountLimitForOrg 90020 20001"),
    (
        Misconfigured,
        (
            f"{ACCESS}IpNotInWhiteList 60020 invalidClientIdOrSecret invalid.client unauthorized.client authFailed "
            "invalidParameter.robotCode.auth invalidParameter.robotCode.notExsit invalidParameter.robotCode.empty "
            "chatbotId.notAllow.sendOTO robot.oto.notExist bot.stopped invalid.chatbotId param.templateNotExist "
            "param.templateUnpublished cardTemplate.not.exist param.cardTemplateIdEmpty"
        ),
    ),
    (TokenDead, " ".join(DEAD_TOKEN)),
    (PlatformBusy, "system.busy system.error server.error ServiceUnavailable -1"),
    (
        Unreachable,
        (
            "33012 60121 50002 40104 60003 param.userIdNotExist miss.staffId invalid.openConversationId "
            "invalidParameter.openConversationId.invalid miss.openConversationId group.disbanded cidDecryptError "
            "conversation.org.notMatch chatbotNotInstall bot.forbidden.sendMessage param.openSpaceIdInvalid "
            "atMember.nonexist"
        ),
    ),
    (CodeInvalid, "40078 40029"),
    (
        Gone,
        (
            "invalidParameter.robotCode.downloadCode processQueryKey.expireTime robot.processQueryKey.expired "
            "param.cardNotExist param.stream.outTrackId"
        ),
    ),
    (AlreadyThere, "param.cardAlreadyExist sourceId.exist"),
    (NotInEdition, "ding.serverquota.insufficient"),
    (
        CardRejected,
        (
            "param.outTrackIdEmpty param.cardPublicDataEmpty param.openSpaceIdEmpty param.openDeliverModelEmpty "
            "param.openDeliverModelError param.openSpaceModelInvalid param.spaceDeliverModelEmpty param.invalid "
            "param.cardDataAndPrivateDataBothEmpty ding.receivercount.limit invalidParameter.param.invalid "
            "invalidParameter.msgKey.invalid invalidParameter.msgKey.empty invalidParameter.msgParam.invalid "
            "invalidParameter.msgParam.tooLong invalidParameter.userIds.overMax 400002"
        ),
    ),
    (ContentRefused, "param.contentUnsafe card.content.checkFailed"),
    (MediaRejected, "40004 40005 40006 40009 40011"),
)
FAMILY: Final[dict[str, type[DingTalkTrouble]]] = {
    code: family for family, codes in _FAMILIES for code in codes.split()
}
"""Code → family. Each code stands in one family only (tested)."""
_BEGINNINGS: Final = (("contain.notAllowed.", ContentRefused), (ACCESS, Misconfigured))


def trouble(api: str, code: str, scopes: Iterable[str] = ()) -> DingTalkTrouble:
    """The exception for a code that is not success; ``scopes``: the permission points the answer named."""
    if code in _WAITS:
        return Throttled(api, code, _WAITS[code])
    if code in PERMISSION:
        return ScopeMissing(api, code, scopes)
    family = FAMILY.get(code)
    if family is None:
        family = next((made for start, made in _BEGINNINGS if code.startswith(start)), Refused)
    return family(api, code)
