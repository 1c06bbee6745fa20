"""What can go wrong, and what nobody has settled.

`Faults` are misfortunes: a test or the demo page switches them on. `Quirks` are the points where the platform's own
pages disagree or say nothing; each has a default on the strict side and can be turned to the other reading.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from sandbox.switches import Misfortunes
from sandbox.wecom.errors import Code

ALWAYS = -1
"""A counter that never runs out."""


class Outage(StrEnum):
    """How the whole API behaves."""

    NONE = "none"
    BAD_GATEWAY = "bad_gateway"
    """HTTP 502 with a body that is not JSON."""
    DISCONNECT = "disconnect"
    """The connection is cut before anything is processed."""
    BUSY = "busy"
    """errcode -1."""


@dataclass(slots=True, kw_only=True)
class Scripted:
    """The next ``times`` calls of one API fail with ``code``, or are processed and lose their answer (code None)."""

    code: int | None
    times: int


@dataclass(slots=True, kw_only=True)
class Faults(Misfortunes[Scripted]):
    """Switches. Numbers count what is still to be hit (`ALWAYS` = everything); 0 and False are off."""

    # Deliveries to the receiver: each number counts deliveries.
    drop: int = 0
    """The event is never pushed."""
    duplicate: int = 0
    """The event is pushed a second time although the first push was accepted."""
    reorder: int = 0
    """The event is held back until the next one has been pushed."""
    delay: int = 0
    """The event is pushed ``delay_by`` later, on the twin's clock; later ones overtake it."""
    delay_by: timedelta = timedelta(seconds=10)
    replay: int = 0
    """After acceptance the same bytes arrive again: same timestamp, nonce, signature and ciphertext."""
    same_second: bool = False
    """All events carry the CreateTime of the first one after the switch was set."""
    callback_outage: bool = False
    """The platform pushes nothing at all; what happens meanwhile is lost."""

    # Single attempts of a delivery: each number counts attempts.
    late_200: int = 0
    """The answer, whatever it is, reaches the platform too late: it is thrown away and the push repeated."""
    truncated_body: int = 0
    wrong_signature: int = 0
    wrong_receiveid: int = 0

    # The API.
    cards_refused: int = 0
    """Cards the platform will not take, whatever is on them (42045); texts go through."""
    outage: Outage = Outage.NONE
    slow: timedelta = timedelta()
    """Real time every answer of the API takes longer; the call has its effect before."""
    token_always_invalid: bool = False
    """40014 for every token, also a fresh one."""
    untrusted_ip: bool = False
    """60020 for every app that must list its IPs, whatever it lists."""
    scripted: dict[str, Scripted] = field(default_factory=dict)
    """By API name, e.g. ``message/send``; set through `fail` and `lose_answer`."""

    def fail(self, api: str, code: int, *, times: int = 1) -> None:
        """Let the next calls of one API end with ``code`` and no effect."""
        self.scripted[api] = Scripted(code=code, times=times)

    def lose_answer(self, api: str, *, times: int = 1) -> None:
        """Let the next calls of one API take effect and then cut the connection: the caller cannot know."""
        self.scripted[api] = Scripted(code=None, times=times)


class TokenIssue(StrEnum):
    """What a repeated gettoken inside the validity returns."""

    SAME = "same"
    FRESH = "fresh"
    FRESH_REVOKES = "fresh_revokes"
    """A new token that makes the older ones invalid."""


class OverLength(StrEnum):
    """What happens to app text and markdown above 2048 bytes."""

    CUT = "cut"
    REJECT = "reject"
    """45002."""


class PhotoOrder(StrEnum):
    """Which of the two arrives first when a photo is taken from the menu."""

    EVENT_FIRST = "event_first"
    IMAGE_FIRST = "image_first"


class RetryTime(StrEnum):
    """Which time the spacing between two pushes is measured in."""

    VIRTUAL = "virtual"
    REAL = "real"


class DuplicateAnswer(StrEnum):
    """What a send suppressed by enable_duplicate_check returns beside errcode 0."""

    BARE = "bare"
    """Neither msgid nor response_code."""
    ORIGINAL = "original"
    """msgid and response_code of the message that was delivered."""


@dataclass(slots=True, kw_only=True)
class Quirks:
    """Unsettled behaviour, with the reading the twin follows."""

    # Callbacks.
    callback_timeout: timedelta = timedelta(seconds=5)
    """Real time an answer to a push may take."""
    verify_timeout: timedelta = timedelta(seconds=1)
    """Real time an answer to the URL check may take."""
    retries: int = 3
    """Pushes after the first one."""
    retry_spacing: timedelta = timedelta()
    retry_time: RetryTime = RetryTime.VIRTUAL
    retry_non_200: bool = True
    """Whether an HTTP status other than 200 counts as a failed push."""
    fresh_envelope_on_retry: bool = True
    """Whether timestamp, nonce and ciphertext change between pushes of one event."""
    ordered_per_member: bool = True
    """Whether the first pushes of one member's events wait for each other."""
    lower_case_from_user: bool = False
    photo_order: PhotoOrder = PhotoOrder.EVENT_FIRST
    location_message_follows: bool = False
    """Whether a location message follows location_select."""

    # Tokens and answers.
    token_issue: TokenIssue = TokenIssue.SAME
    untrusted_ip_at_gettoken: bool = False
    omit_errcode_every: int = 3
    """Every n-th success leaves errcode and errmsg out; 0 = never."""
    userid_key: str = "userid"
    """Key of auth/getuserinfo; some clients met ``UserId``."""

    # Messages and cards.
    silent_drop_code: int = 0
    """errcode when a member's rate is exceeded: 0, or 45009."""
    text_over_length: OverLength = OverLength.CUT
    markdown_over_length: OverLength = OverLength.CUT
    strict_card_lengths: bool = False
    """Whether longer texts than advised are rejected (40058)."""
    unlisted_card_code: int = Code.BAD_PARAMETER
    """Code for structural card mistakes the error table has none for."""
    duplicate_task_code: int = Code.TASK_ID_ILLEGAL
    update_keeps_task_id: bool = True
    """Whether a replacing card keeps the task_id of the message, whatever it says itself."""
    duplicate_answer: DuplicateAnswer = DuplicateAnswer.BARE

    # Media.
    media_expired_code: int = Code.BAD_MEDIA_ID
    media_in_one_request: int = 20 * 1024 * 1024
    """Bytes above which media/get insists on Range (830002)."""
    media_encrypted_at_rest: bool = False
    """Whether a range must be a multiple of 16 bytes long (40146)."""
