"""Everything the platform may answer instead of what was asked ([D90313], [D90312]).

::

    WeComTrouble
    ├── NetworkTrouble      no answer: whether it happened is unknown
    ├── PlatformBusy        it says so (-1, 45035, 6000, 5xx) and kept saying so
    ├── Throttled           too fast; says when to come back
    ├── Misconfigured       secret, app, address, right or domain wrong: a human must act, no retry helps
    ├── TokenDead           a fresh token was refused as well
    ├── NotVisible          the person or department is outside the app's range, gone, or unknown
    ├── CodeSpent           a card's response code was used or is older than 72 hours
    ├── CodeInvalid         an OAuth code is wrong, used or older than 5 minutes
    ├── Gone                the thing is past its time: media after 3 days, recall after 24 hours
    ├── CardRejected        the card breaks a rule of the platform: our bug
    ├── MediaRejected       a file is too big, broken, or of the wrong kind
    ├── ContentRefused      the platform's own censor or crash guard said no
    └── Refused             any other code

Messages carry the API's name and the code only: ``errmsg`` varies, may hold addresses, and is never parsed ([D90313]).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)


class WeComTrouble(Exception):
    """A call to WeCom did not do what was asked."""

    def __init__(self, api: str, code: int | None = None, note: str = "") -> None:
        parts = [api, f"errcode {code}" if code is not None else "", note]
        super().__init__(": ".join(part for part in parts if part))
        self.api = api
        self.code = code


class NetworkTrouble(WeComTrouble):
    """No usable answer came: time-out, broken connection, or not JSON. Whether the call took effect is unknown."""


class PlatformBusy(WeComTrouble):
    """The platform reports itself busy, after the three retries it allows."""


class Throttled(WeComTrouble):
    """A rate limit. ``retry_after`` is the block the platform imposes for the unit that was hit ([D90312])."""

    def __init__(self, api: str, code: int, retry_after: timedelta) -> None:
        super().__init__(api, code, f"retry after {retry_after}")
        self.retry_after = retry_after


class Misconfigured(WeComTrouble):
    """Something only an administrator can mend; repeating the call would only get this address blocked."""


class TokenDead(WeComTrouble):
    """A token fetched a moment ago was refused; the one retry is spent."""


class NotVisible(WeComTrouble):
    """The member or department is outside the app's visible range, left, or never existed."""


class CodeSpent(WeComTrouble):
    """The response code was used already or is older than 72 hours: this card can no longer be changed."""


class CodeInvalid(WeComTrouble):
    """The OAuth code or user ticket is wrong, used or expired: the person must sign in again."""


class Gone(WeComTrouble):
    """Past its time: media expire after 3 days, messages can be recalled for 24 hours."""


class CardRejected(WeComTrouble):
    """The card or message breaks one of the platform's rules. Ours to mend: the encoder should not have made it."""


class MediaRejected(WeComTrouble):
    """The file is too big, broken or of a kind the platform does not take."""


class ContentRefused(WeComTrouble):
    """The words were blocked as sensitive or as dangerous to clients."""


class Refused(WeComTrouble):
    """A code without a meaning of its own here."""


DEAD_TOKEN: Final = frozenset({40014, 42001, 41001})
BUSY: Final = frozenset({-1, 6000, 45035})
TOO_LARGE_FOR_ONE_REQUEST: Final = 830002
THROTTLING: Final = frozenset({45009, 45033, 45036})

_FAMILIES: Final[tuple[tuple[type[WeComTrouble], frozenset[int]], ...]] = (
    (
        Misconfigured,
        frozenset({40001, 40013, 40056, 40091, 41002, 41004, 41011, 43012, 48001, 48002, 48006, 48009, 48010})
        | frozenset({50001, 50003, 60020, 60031, 80001, 85005, 301002, 40093, 42012, 91040, 92002}),
    ),
    (
        NotVisible,
        frozenset({40003, 40031, 46004, 50002, 60003, 60011, 60021, 60111, 60123, 81012, 81013, 82001, 82101, 82102}),
    ),
    (CodeSpent, frozenset({60140})),
    (CodeInvalid, frozenset({40029, 41008, 42003, 42022, 84014, 84015})),
    (Gone, frozenset({40007, 40145, 42052})),
    (
        CardRejected,
        frozenset(range(42014, 42021))
        | frozenset(range(42027, 42032))
        | frozenset({42033, *range(42035, 42048), 42049, 42050, 42051})
        | frozenset({40008, 40058, 40063, 41016, 41033, 44004, 45002, 45008, 84025}),
    ),
    (
        MediaRejected,
        frozenset(
            {40004, 40005, 40006, 40009, 40011, 40123, 40146, 41006, 44001, 45001, 45007, 301016, 301017, 830002}
        ),
    ),
    (ContentRefused, frozenset({40201, 82004})),
    (TokenDead, DEAD_TOKEN),
    (PlatformBusy, BUSY),
)
FAMILY: Final[dict[int, type[WeComTrouble]]] = {code: family for family, codes in _FAMILIES for code in codes}
"""errcode → family. Each code stands in one family only (tested)."""


def trouble(api: str, code: int) -> WeComTrouble:
    """The exception for a non-zero ``errcode``."""
    if code in THROTTLING:
        return Throttled(api, code, blocking_time(api, code, hits=1))
    return FAMILY.get(code, Refused)(api, code)


def blocking_time(api: str, code: int, hits: int) -> timedelta:
    """How long the platform blocks ([D90312]): as long as the unit that was hit, and the answer does not name the unit.

    ``hits`` counts the blocks run into without a success between, this one included.

    Wrong secrets and tickets asked too often block for an hour. Otherwise the minute is assumed first, the hour when it
    was not enough, then the day. Concurrency (45033) is over at once when fewer calls are in flight.
    """
    if code == 45033:
        return timedelta(seconds=1)
    if api in {"gettoken", "get_jsapi_ticket", "ticket/get"}:
        return HOUR
    return (MINUTE, HOUR, DAY)[min(hits, 3) - 1]
