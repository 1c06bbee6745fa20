"""Sent messages, the copies of a card on each phone, and the codes that allow a card to be updated.

Law: a code is issued with every updatable send and with every click. It works once, for 72 hours. A replacing card
changes the copies it is aimed at and no others; a copy without live buttons sends no clicks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from sandbox.clock import Clock
from sandbox.serials import Serials
from sandbox.wecom.cards import INTERACTIVE, CardType, card_type_of
from sandbox.wecom.errors import ApiError, Code
from sandbox.wecom.faults import Quirks
from sandbox.wecom.reading import Json

CODE_LIFETIME = timedelta(hours=72)
RECALL_WINDOW = timedelta(hours=24)


@dataclass(slots=True, kw_only=True)
class CardCopy:
    """The card as it stands on one member's phone. ``card`` is exchanged as a whole, never edited."""

    card: Json
    task_id: str
    greyed: str = ""
    """Text on the dead button; "" while the buttons live."""
    chosen: dict[str, list[str]] = field(default_factory=dict)
    """What the member submitted last, by question key."""

    @property
    def type(self) -> CardType:
        """The current card type."""
        return card_type_of(self.card)

    @property
    def buttons(self) -> list[Json]:
        """Callback buttons that can be pressed now."""
        if self.greyed:
            return []
        if self.type is CardType.BUTTON:
            return [button for button in cast(list[Json], self.card["button_list"]) if "key" in button]
        if self.type in INTERACTIVE and "submit_button" in self.card:
            return [cast(Json, self.card["submit_button"])]
        return []

    @property
    def menu(self) -> list[Json]:
        """Entries of the corner menu."""
        return cast(list[Json], cast(Json, self.card.get("action_menu", {})).get("action_list", []))

    @property
    def questions(self) -> list[Json]:
        """Everything one can choose on the card: the drop-down lists or the vote."""
        asked = [self.card[name] for name in ("button_selection", "checkbox") if name in self.card]
        return cast(list[Json], asked) + cast(list[Json], self.card.get("select_list", []))

    @property
    def links(self) -> list[Json]:
        """Everything on the card that opens a page: where it stands, its text, its url."""
        lists = ("button_list", "jump_list", "horizontal_content_list")
        parts = [(name, part) for name in lists for part in cast(list[Json], self.card.get(name, []))]
        single = ("card_action", "quote_area", "image_text_area")
        parts += [(name, cast(Json, self.card[name])) for name in single if name in self.card]
        return [
            {
                "where": name,
                "text": part.get("text") or part.get("title") or part.get("value") or "",
                "url": part["url"],
            }
            for name, part in parts
            if part.get("url")
        ]

    def replace(self, card: Json, *, keep_task_id: bool) -> None:
        """Show another card from now on."""
        self.greyed = str(card.get("replace_text", ""))
        self.chosen = {}
        if not keep_task_id and "task_id" in card:
            self.task_id = str(card["task_id"])
        self.card = card

    def grey(self, name: str) -> None:
        """Leave the card and let its buttons die under this text."""
        self.greyed = name

    def view(self) -> Json:
        """The copy for a page."""
        return {
            "card": self.card,
            "task_id": self.task_id,
            "greyed": self.greyed,
            "buttons": self.buttons,
            "menu": self.menu,
            "links": self.links,
            "chosen": self.chosen,
        }


@dataclass(slots=True, kw_only=True)
class Sent:
    """One accepted message/send. ``recipients`` are the members it really reached, userid as declared."""

    msgid: str
    corpid: str
    agentid: int
    at: datetime
    msgtype: str
    content: Json
    recipients: list[str]
    dropped: list[str]
    """Members who did not get it because of the rate limit."""
    copies: dict[str, CardCopy] = field(default_factory=dict)
    recalled: bool = False

    def had(self, userid: str) -> bool:
        """Whether the member got the message, in any case of the userid."""
        return self.name_of(userid) is not None

    def name_of(self, userid: str) -> str | None:
        """The recipient's userid as declared; None for others."""
        return next((name for name in self.recipients if name.lower() == userid.lower()), None)


@dataclass(slots=True, kw_only=True)
class ResponseCode:
    """Permission to update one card once. ``clicker`` is "" for the code of the send itself."""

    code: str
    sent: Sent
    issued_at: datetime
    clicker: str = ""
    spent: bool = False


class Ledger:
    """All messages, task ids and codes."""

    def __init__(self, clock: Clock, quirks: Quirks, serials: Serials) -> None:
        self._clock = clock
        self._quirks = quirks
        self._serials = serials
        self.sent: dict[str, Sent] = {}
        self.codes: dict[str, ResponseCode] = {}
        self._task_ids: set[tuple[str, int, str]] = set()
        self._requests: dict[tuple[str, int, str], tuple[datetime, Sent, str]] = {}

    def demand_fresh_task(self, corpid: str, agentid: int, task_id: str) -> None:
        """Raise `ApiError` when the app used the task_id before."""
        if (corpid, agentid, task_id) in self._task_ids:
            raise ApiError(self._quirks.duplicate_task_code, "task_id used before")

    def record(self, sent: Sent) -> None:
        """Keep a message and burn the task_id of its card."""
        self.sent[sent.msgid] = sent
        card = cast(Json, sent.content.get("card", {}))
        if "task_id" in card:
            self._task_ids.add((sent.corpid, sent.agentid, str(card["task_id"])))

    def duplicate_of(self, corpid: str, agentid: int, request: str, within: timedelta) -> tuple[Sent, str] | None:
        """An identical request sent inside the interval: its message and response_code."""
        known = self._requests.get((corpid, agentid, request))
        if known is None or self._clock.now() - known[0] >= within:
            return None
        return known[1], known[2]

    def remember_request(self, request: str, sent: Sent, response_code: str) -> None:
        """Keep a delivered request for the duplicate check."""
        self._requests[sent.corpid, sent.agentid, request] = (self._clock.now(), sent, response_code)

    def issue_code(self, sent: Sent, *, clicker: str = "") -> str:
        """A new permission to update the card of ``sent``."""
        code = self._serials.opaque("response_code", 72)
        self.codes[code] = ResponseCode(code=code, sent=sent, issued_at=self._clock.now(), clicker=clicker)
        return code

    def open_code(self, code: str, corpid: str, agentid: int) -> ResponseCode:
        """A code that still works for this app; raises `ApiError` 60140."""
        known = self.codes.get(code)
        if known is None or (known.sent.corpid, known.sent.agentid) != (corpid, agentid):
            raise ApiError(Code.RESPONSE_CODE, "response_code invalid")
        if known.spent or self._clock.now() - known.issued_at >= CODE_LIFETIME:
            raise ApiError(Code.RESPONSE_CODE, "response_code probably expired")
        return known

    def recall(self, msgid: str, corpid: str, agentid: int) -> Sent:
        """The message to take back; raises `ApiError` for foreign and for old ones."""
        sent = self.sent.get(msgid)
        if sent is None or (sent.corpid, sent.agentid) != (corpid, agentid):
            raise ApiError(Code.BAD_PARAMETER, "msgid")
        if self._clock.now() - sent.at >= RECALL_WINDOW:
            raise ApiError(Code.RECALL_TOO_LATE)
        sent.recalled = True
        return sent
