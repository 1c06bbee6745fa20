"""What the platform tells an app: the decrypted XML of every message and event a member can cause."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sandbox.wecom.markup import Fields, Value, write


@dataclass(frozen=True, slots=True, kw_only=True)
class Coordinates:
    """A place as a phone reports it: degrees as typed, datum as the client has it."""

    latitude: str
    longitude: str
    label: str = ""
    scale: int = 15
    precision: str = "30.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One thing to push. ``event`` is "" for messages; ``card`` is the msgid of the touched card, "" for other news."""

    userid: str
    msgtype: str
    event: str = ""
    msgid: int | None = None
    fields: tuple[tuple[str, Value], ...] = ()
    card: str = ""

    @property
    def kind(self) -> str:
        """Message type, or the event's name."""
        return self.event or self.msgtype

    def xml(self, *, corpid: str, agentid: int, at: datetime) -> str:
        """The document that is encrypted and pushed."""
        common: list[tuple[str, Value]] = [
            ("ToUserName", corpid),
            ("FromUserName", self.userid),
            ("CreateTime", int(at.timestamp())),
            ("MsgType", self.msgtype),
        ]
        if self.event:
            common.append(("Event", self.event))
        tail: list[tuple[str, Value]] = [] if self.msgid is None else [("MsgId", self.msgid)]
        return write([*common, *self.fields, *tail, ("AgentID", agentid)])


def message(userid: str, msgtype: str, msgid: int, *fields: tuple[str, Value]) -> News:
    """A message typed, spoken or sent by a member."""
    return News(userid=userid, msgtype=msgtype, msgid=msgid, fields=fields)


def event(userid: str, name: str, *fields: tuple[str, Value]) -> News:
    """An event without a card."""
    return News(userid=userid, msgtype="event", event=name, fields=fields)


def location_fields(place: Coordinates, *, in_wecom: bool) -> tuple[tuple[str, Value], ...]:
    """A location message: X is latitude, Y longitude. The WeChat plugin leaves AppType out."""
    fields: tuple[tuple[str, Value], ...] = (
        ("Location_X", place.latitude),
        ("Location_Y", place.longitude),
        ("Scale", place.scale),
        ("Label", place.label),
    )
    return (*fields, ("AppType", "wxwork")) if in_wecom else fields


def position_report(userid: str, place: Coordinates, *, in_wecom: bool) -> News:
    """The LOCATION event on entering the app."""
    fields: tuple[tuple[str, Value], ...] = (
        ("Latitude", place.latitude),
        ("Longitude", place.longitude),
        ("Precision", place.precision),
    )
    return event(userid, "LOCATION", *fields, *((("AppType", "wxwork"),) if in_wecom else ()))


def scan(userid: str, event_name: str, key: str, *, scan_type: str, result: str) -> News:
    """scancode_push or scancode_waitmsg."""
    info = (("ScanType", scan_type), ("ScanResult", result))
    return event(userid, event_name, ("EventKey", key), ("ScanCodeInfo", info))


def pictures(userid: str, event_name: str, key: str, md5_sums: Iterable[str]) -> News:
    """pic_sysphoto and its kin: how many pictures follow, and their MD5."""
    items = [("item", (("PicMd5Sum", md5),)) for md5 in md5_sums]
    info: Fields = (("Count", len(items)), ("PicList", tuple(items)))
    return event(userid, event_name, ("EventKey", key), ("SendPicsInfo", info))


def location_select(userid: str, key: str, place: Coordinates, *, in_wecom: bool) -> News:
    """A place chosen from the menu."""
    info = (
        ("Location_X", place.latitude),
        ("Location_Y", place.longitude),
        ("Scale", str(place.scale)),
        ("Label", place.label),
        ("Poiname", ""),
    )
    tail: tuple[tuple[str, Value], ...] = (("AppType", "wxwork"),) if in_wecom else ()
    return event(userid, "location_select", ("EventKey", key), ("SendLocationInfo", info), *tail)


def card_touch(
    userid: str,
    event_name: str,
    *,
    key: str,
    task_id: str,
    card_type: str,
    response_code: str,
    card: str,
    selected: Mapping[str, Iterable[str]] | None = None,
) -> News:
    """template_card_event, or template_card_menu_event for the corner menu."""
    fields: tuple[tuple[str, Value], ...] = (
        ("EventKey", key),
        ("TaskId", task_id),
        ("CardType", card_type),
        ("ResponseCode", response_code),
    )
    if selected is not None:
        items = tuple(
            ("SelectedItem", (("QuestionKey", question), ("OptionIds", tuple(("OptionId", each) for each in chosen))))
            for question, chosen in selected.items()
        )
        fields = (*fields, ("SelectedItems", items))
    return News(userid=userid, msgtype="event", event=event_name, fields=fields, card=card)
