"""What can go wrong, and what nobody has settled.

`Faults` are misfortunes: a test or the demo page switches them on. `Quirks` are the points where the platform's own
pages disagree or say nothing; each has a default on the strict side and can be turned to the other reading.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from sandbox.switches import Misfortunes

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
    """``system.busy`` with HTTP 500; errcode -1 on the old API."""
    BANNED = "banned"
    """The source address is punished: a body with status 1111 and no error code."""


@dataclass(slots=True, kw_only=True)
class Scripted:
    """The next ``times`` calls of one API end this way.

    ``status`` 0 cuts the connection; ``code`` "" answers with an HTML page. With ``effect`` the call is
    processed first.
    """

    status: int
    code: str
    message: str
    times: int
    effect: bool


@dataclass(slots=True, kw_only=True)
class Faults(Misfortunes[Scripted]):
    """Switches. Numbers count what is still to be hit (`ALWAYS` = everything); 0 and False are off."""

    # Pushes: each number counts pushes (a message, an event, a click).
    drop: int = 0
    """Never pushed."""
    duplicate: int = 0
    """Pushed again at once although it was acked: new messageId, same data."""
    same_id_twice: int = 0
    """Pushed again at once although it was acked: same messageId, same data."""
    reorder: int = 0
    """Held back until the next push has been made."""
    delay: int = 0
    """Pushed ``delay_by`` later, on the twin's clock; later ones overtake it."""
    delay_by: timedelta = timedelta(seconds=10)
    push_outage: bool = False
    """The gateway pushes nothing at all; what happens meanwhile is lost."""
    push_quota_gone: bool = False
    """Robot messages arrive with errorCode 20001 and without their content."""

    # Single frames: each number counts frames.
    deaf: int = 0
    """The ack, whatever it says, never reaches the gateway."""
    raw_data: int = 0
    """``data`` is an object, not JSON text."""
    bad_time: int = 0
    """``headers.time`` is no number."""
    not_json: int = 0
    """The frame is cut in the middle."""

    # The socket.
    slow_open: timedelta = timedelta()
    """Real time the open call takes before it answers."""
    withhold_pongs: bool = False
    """No connection answers WebSocket pings."""
    refuse_sockets: bool = False
    """Every handshake is refused with 503, its ticket spent."""
    choke_on_odd_acks: bool = False
    """A late, second or unknown ack blocks the connection: no frame and no pong any more."""

    # The API.
    outage: Outage = Outage.NONE
    slow: timedelta = timedelta()
    """Real time every answer of the API takes longer; the call has its effect before.

    From `Quirks.server_time` on the answer is 504 (old API: errcode 15).
    """
    token_always_invalid: bool = False
    session_webhooks_dead: bool = False
    """sendBySession answers 300001 whatever its stamp says."""
    spaces_fail: int = 0
    """Spaces a card is not delivered to, although the call answers 200."""
    users_flow_controlled: int = 0
    """Recipients of a batchSend that land in flowControlledStaffIdList."""
    live_lag: timedelta = timedelta()
    """How long after a live check the API begins to tell of it."""
    live_skew: timedelta = timedelta()
    """How far the clock that stamps live checks is ahead of everybody's."""
    live_anybody: bool = False
    """Asked about one person and one app, the API tells of everybody's live checks in every app."""
    scripted: dict[str, Scripted] = field(default_factory=dict)
    """By path, e.g. ``/v1.0/robot/oToMessages/batchSend``; set through the methods below."""

    def fail(self, api: str, code: str | int, *, status: int = 400, message: str = "", times: int = 1) -> None:
        """Let the next calls of one API end with ``code`` (old API: a number) and no effect."""
        self.scripted[api] = Scripted(status=status, code=str(code), message=message, times=times, effect=False)

    def answer_page(self, api: str, *, status: int = 503, times: int = 1) -> None:
        """Let the next calls of one API end with an HTML page and no effect."""
        self.scripted[api] = Scripted(status=status, code="", message="", times=times, effect=False)

    def lose_answer(self, api: str, *, times: int = 1) -> None:
        """Let the next calls of one API take effect and then cut the connection: the caller cannot know."""
        self.scripted[api] = Scripted(status=0, code="", message="", times=times, effect=True)

    def overtime(self, api: str, *, times: int = 1) -> None:
        """Let the next calls of one API take effect and answer 504: the caller cannot know."""
        self.scripted[api] = Scripted(status=504, code="GatewayTimeout", message="", times=times, effect=True)


class Redelivery(StrEnum):
    """How long after an unacked push the next one is made."""

    NEVER = "never"
    AFTER_16_S = "after_16_s"
    AFTER_60_S = "after_60_s"

    @property
    def pause(self) -> timedelta:
        """Time from one push to the next."""
        return timedelta(seconds=16 if self is Redelivery.AFTER_16_S else 60)


class TimeKind(StrEnum):
    """Which time the limits of the gateway are measured in."""

    VIRTUAL = "virtual"
    """The twin's clock."""
    REAL = "real"


class ExistingCard(StrEnum):
    """What a second create with a known outTrackId does."""

    REFUSED = "refused"
    """400 param.cardAlreadyExist."""
    UNCHANGED = "unchanged"
    """Success, and nothing changes."""


class StandardDing(StrEnum):
    """What an organisation on the standard edition gets for an in-app DING."""

    SENT = "sent"
    NO_QUOTA = "no_quota"
    """ding.serverquota.insufficient."""
    DENIED = "denied"
    """403: not for this edition."""


class Unsettled(StrEnum):
    """Which of two documented codes a card without a deliver model gets on createAndDeliver."""

    EMPTY = "param.openDeliverModelEmpty"
    ERROR = "param.openDeliverModelError"


@dataclass(slots=True, kw_only=True)
class Quirks:
    """Unsettled behaviour, with the reading the twin follows."""

    # Pushes.
    ack_limit: timedelta = timedelta(seconds=3)
    click_limit: timedelta = timedelta(seconds=2)
    limits_in: TimeKind = TimeKind.VIRTUAL
    """Time of the two limits above, of the pause before a repeat and of the silence before a disconnect."""
    redelivery: Redelivery = Redelivery.AFTER_16_S
    redeliveries: int = 3
    """Pushes after the first one, at most."""
    clicks_repeat: bool = True
    """Whether an unacked card click is pushed again (nobody is shown its answer)."""
    foreign_ack_counts: bool = False
    """Whether an ack on another connection than the frame came on is as good."""
    unheard_messages_wait: bool = False
    """Whether a robot message sent while no connection is up is pushed later instead of lost."""

    # Frames.
    event_topic: str = "*"
    """Official samples also show ``dingTalk``."""
    connection_id_in_frames: bool = True
    bare_system_frames: bool = False
    """SYSTEM frames without specVersion and time, disconnect also without messageId."""
    duration_in_voice: bool = True
    video_seconds_as_text: bool = False
    """Duration of a video as "5" (seconds) instead of 5000 (ms)."""
    quota_text_key: str = "errorMessage"
    """Another guide calls it ``errMsg``."""
    create_at_as_text: bool = False

    # The socket.
    ping_every: timedelta = timedelta()
    """SYSTEM ping to every connection; 0 = only on demand."""
    silence_before_cut: timedelta = timedelta(seconds=10)
    ticket_life: timedelta = timedelta(seconds=90)
    bad_ticket_status: int = 401
    xml_without_accept: bool = True

    # Answers.
    session_webhook_life: timedelta = timedelta(seconds=5400)
    """Real life of a sessionWebhook; the stamp in the message always says 1.5 hours."""
    token_life: timedelta = timedelta(seconds=7200)
    server_time: timedelta = timedelta(seconds=3)
    clicks_are_metered: bool = True
    """Whether a card click counts as a push of the monthly quota."""
    session_webhook_metered: bool = False
    """Whether a reply through a sessionWebhook counts as a push of the monthly quota."""

    download_code_life: timedelta = timedelta(hours=2)
    download_url_life: timedelta = timedelta(minutes=10)

    # Cards and DING.
    existing_card: ExistingCard = ExistingCard.REFUSED
    missing_deliver_model: Unsettled = Unsettled.EMPTY
    replace_spares_other_viewers: bool = True
    """Whether a replacing privateData leaves viewers it does not name alone."""
    unknown_variables_refused: bool = True
    """Whether a variable the template does not have is refused; otherwise it is ignored."""
    params_beside: bool = False
    """Whether a click carries ``params`` beside ``cardPrivateData`` instead of inside."""
    click_in_value: bool = False
    """Whether a click carries ``value`` instead of ``content``."""
    strict_value_length: bool = False
    """Whether a card value above 1 KB is refused."""
    standard_ding: StandardDing = StandardDing.NO_QUOTA
    image_by_media_id: bool = True
    """Whether sampleImageMsg takes a mediaId beside a URL."""
