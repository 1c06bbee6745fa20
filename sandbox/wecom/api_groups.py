"""Groups made by an app: appchat/create, update, get, send. No cards, no receipts, internal members only."""

from __future__ import annotations

import re

from sandbox.wecom.calls import Call, Endpoint
from sandbox.wecom.config import ROOT_DEPARTMENT
from sandbox.wecom.errors import ApiError, Code
from sandbox.wecom.limits import Rule, Unit
from sandbox.wecom.messages import CHAT_RENDERERS, Workshop, render
from sandbox.wecom.reading import Json
from sandbox.wecom.screens import APP, Item
from sandbox.wecom.world import Chat, Dropped

_CHAT_ID = re.compile(r"[0-9a-zA-Z]{1,32}")
_NAME_CHARS = 50
_FEWEST, _MOST = 2, 2000


def create(call: Call) -> Json:
    """Make a group of at least two members."""
    _demand_root_range(call)
    body, corp = call.reader(), call.corp
    members = _members(call, body.strings("userlist"))
    if not _FEWEST <= len(members) <= _MOST:
        raise ApiError(Code.CHAT_MEMBER_COUNT)
    owner = _owner(body.text("owner"), members) if body.text("owner") else members[0]
    chat_id = body.text("chatid") or call.world.serials.digits("chat", 16)
    if not _CHAT_ID.fullmatch(chat_id):
        raise ApiError(Code.CHAT_ID_ILLEGAL)
    if chat_id in corp.chats:
        raise ApiError(Code.CHAT_EXISTS)
    rule = Rule(limit=call.world.limits.chats_created_day, unit=Unit.DAY)
    call.world.limiter.demand(("chats_created", corp.corpid), rule)
    corp.chats[chat_id] = Chat(
        id=chat_id,
        corpid=corp.corpid,
        name=body.text("name")[:_NAME_CHARS],
        owner=owner,
        members=members,
        agentid=call.app.agentid,
    )
    return {"chatid": chat_id}


def update(call: Call) -> Json:
    """Change name, owner and members."""
    _demand_root_range(call)
    body = call.reader()
    chat = _chat(call, body.text("chatid"))
    rule = Rule(limit=call.world.limits.chats_changed_hour, unit=Unit.HOUR)
    call.world.limiter.demand(("chats_changed", chat.corpid), rule)
    leaving = {userid.lower() for userid in body.strings("del_user_list")}
    staying = [userid for userid in chat.members if userid.lower() not in leaving]
    members = list(dict.fromkeys(staying + _members(call, body.strings("add_user_list"))))
    if not _FEWEST <= len(members) <= _MOST:
        raise ApiError(Code.CHAT_MEMBER_COUNT)
    chat.owner = _owner(body.text("owner") or chat.owner, members)
    chat.members = members
    if body.text("name"):
        chat.name = body.text("name")[:_NAME_CHARS]
    return {}


def get(call: Call) -> Json:
    """The group as it is."""
    _demand_root_range(call)
    chat = _chat(call, call.query.get("chatid", ""))
    info = {"chatid": chat.id, "name": chat.name, "owner": chat.owner, "userlist": list(chat.members), "chat_type": 0}
    return {"chat_info": info}


def send(call: Call) -> Json:
    """Post to the group; the answer carries neither msgid nor response_code."""
    _demand_root_range(call)
    body, world = call.reader(), call.world
    chat = _chat(call, body.text("chatid"))
    shop = Workshop(
        notes=call.notes,
        quirks=world.quirks,
        find_media=lambda media_id: world.media.get(chat.corpid, media_id),
        translate=str,
    )
    kind, content = render(shop, body, CHAT_RENDERERS)
    world.limiter.demand(
        ("chat_sends", chat.corpid),
        Rule(limit=world.limits.chat_minute, unit=Unit.MINUTE),
        Rule(limit=world.limits.chat_hour, unit=Unit.HOUR),
        weight=len(chat.members),
    )
    missed = _dropped_for(call, chat, kind)
    shown = content | ({"not_shown_to": missed} if missed else {})
    item = Item(
        id=world.next_item_id(), at=world.clock.now(), sender=APP, kind=kind, content=shown, agentid=call.app.agentid
    )
    world.screens.add(chat.place, item)
    return {}


ENDPOINTS = (
    Endpoint(api="appchat/create", method="POST", handle=create),
    Endpoint(api="appchat/update", method="POST", handle=update),
    Endpoint(api="appchat/get", method="GET", handle=get),
    Endpoint(api="appchat/send", method="POST", handle=send),
)


def _demand_root_range(call: Call) -> None:
    if ROOT_DEPARTMENT not in call.app.config.visible_departments:
        raise ApiError(Code.NOT_AUTHORISED, "visible range is not the root department")


def _members(call: Call, userids: list[str]) -> list[str]:
    found: list[str] = []
    for userid in userids:
        person = call.corp.directory.find(userid)
        if person is None or not call.corp.directory.reaches(call.app.config, person):
            raise ApiError(Code.CHAT_MEMBER_ILLEGAL, userid.lower())
        if person.userid not in found:
            found.append(person.userid)
    return found


def _owner(userid: str, members: list[str]) -> str:
    owner = next((name for name in members if name.lower() == userid.lower()), None)
    if owner is None:
        raise ApiError(Code.CHAT_OWNER_NOT_MEMBER)
    return owner


def _chat(call: Call, chat_id: str) -> Chat:
    if not chat_id:
        raise ApiError(Code.CHAT_ID_MISSING)
    chat = call.corp.chats.get(chat_id)
    if chat is None:
        raise ApiError(Code.CHAT_UNKNOWN)
    if chat.agentid != call.app.agentid:
        raise ApiError(Code.CHAT_NOT_YOURS)
    return chat


def _dropped_for(call: Call, chat: Chat, kind: str) -> list[str]:
    """Members who do not get this message because the app's groups wrote to them too often; nobody is told."""
    limits = call.world.limits
    rules = (
        Rule(limit=limits.chat_member_minute, unit=Unit.MINUTE),
        Rule(limit=limits.chat_member_day, unit=Unit.DAY),
    )
    missed: list[str] = []
    for userid in chat.members:
        key = ("chat_member", chat.corpid, call.app.agentid, userid)
        if not call.world.limiter.admits(key, *rules):
            missed.append(userid)
            call.world.dropped.append(
                Dropped(
                    corpid=chat.corpid,
                    agentid=call.app.agentid,
                    userid=userid,
                    msgtype=kind,
                    at=call.world.clock.now(),
                )
            )
    return missed
