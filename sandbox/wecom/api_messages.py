"""message/send, message/update_template_card, message/recall."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import cast

from sandbox.wecom.calls import Call, Endpoint
from sandbox.wecom.cards import callback_capable
from sandbox.wecom.directory import Recipients
from sandbox.wecom.errors import ApiError, Code
from sandbox.wecom.faults import DuplicateAnswer
from sandbox.wecom.ledger import CardCopy, Sent
from sandbox.wecom.limits import Rule, Unit
from sandbox.wecom.messages import APP_RENDERERS, Workshop, check_safe, render, translator
from sandbox.wecom.reading import Json, Reader
from sandbox.wecom.screens import APP, Item, Place
from sandbox.wecom.updates import apply_update, demand_fitting, read_update
from sandbox.wecom.world import Dropped, World

MOST_USERS, MOST_PARTIES, MOST_TAGS = 1000, 100, 100
_USUAL_INTERVAL, _LONGEST_INTERVAL = 1800, 14_400


def send(call: Call) -> Json:
    """Deliver a message to members; the answer lists who was named in vain."""
    body, world = call.reader(), call.world
    app = call.demand_own(body.number("agentid"))
    shop = Workshop(
        notes=call.notes,
        quirks=world.quirks,
        find_media=lambda media_id: world.media.get(app.corpid, media_id),
        translate=translator(call.corp.directory, on=body.flag("enable_id_trans")),
    )
    msgtype, content = render(shop, body, APP_RENDERERS)
    check_safe(body)
    if msgtype == "template_card" and world.faults.take("cards_refused"):
        raise ApiError(Code.CARD_ACTION, "invalid card")
    card = cast(Json, content.get("card", {}))
    if card and callback_capable(card) and not app.can_receive:
        raise ApiError(Code.CALLBACK_NEEDED, "callback url needed")
    recipients = _recipients(call, body, msgtype)
    request = json.dumps(body.data, sort_keys=True, ensure_ascii=False)
    if (suppressed := _suppressed(call, body, request)) is not None:
        return suppressed
    if "task_id" in card:
        world.ledger.demand_fresh_task(app.corpid, app.agentid, str(card["task_id"]))
    _demand_daily_allowance(call, len(recipients.users))
    sent = _deliver(world, app.corpid, app.agentid, msgtype, content, recipients)
    code = world.ledger.issue_code(sent) if card and callback_capable(card) else ""
    world.ledger.remember_request(request, sent, code)
    if sent.dropped and world.quirks.silent_drop_code:
        raise ApiError(world.quirks.silent_drop_code, "member freq out of limit")
    return _lists(recipients) | _receipt(sent, code)


def update(call: Call) -> Json:
    """Change the copies of some or all recipients; uses the response_code up."""
    body, world = call.reader(), call.world
    app = call.demand_own(body.number("agentid"))
    code = world.ledger.open_code(body.text("response_code"), app.corpid, app.agentid)
    card, button = body.child("template_card"), body.child("button")
    change = read_update(
        world,
        app,
        card=None if card is None else card.data,
        button=None if button is None else button.data,
        translate=body.flag("enable_id_trans"),
        notes=call.notes,
    )
    demand_fitting(world, code.sent, change)
    targets, strangers = _targets(call, body, code.sent)
    code.spent = True
    for userid in targets:
        apply_update(world, code.sent, userid, change)
    return {"invaliduser": strangers} if strangers else {}


def recall(call: Call) -> Json:
    """Take a message back from all phones."""
    msgid = call.reader().text("msgid")
    if not msgid:
        raise ApiError(Code.EMPTY_PARAMETER, "msgid")
    sent = call.world.ledger.recall(msgid, call.app.corpid, call.app.agentid)
    for userid in sent.recipients:
        call.world.screens.recall(Place(corpid=sent.corpid, userid=userid), sent.msgid)
    return {}


ENDPOINTS = (
    Endpoint(api="message/send", method="POST", handle=send, counted=False),
    Endpoint(api="message/update_template_card", method="POST", handle=update),
    Endpoint(api="message/recall", method="POST", handle=recall),
)


def _names(body: Reader, name: str) -> list[str]:
    if body.has(name) and not isinstance(body.data[name], str | int):
        raise ApiError(Code.BAD_USER_LIST, f"{name} is not a string")
    return [part.strip() for part in body.text(name).split("|") if part.strip()]


def _demand_count(users: list[str], parties: list[str], tags: list[str]) -> None:
    if len(users) > MOST_USERS:
        raise ApiError(Code.TOO_MANY_USERS)
    if len(parties) > MOST_PARTIES:
        raise ApiError(Code.TOO_MANY_PARTIES)
    if len(tags) > MOST_TAGS:
        raise ApiError(Code.TOO_MANY_TAGS)


def _recipients(call: Call, body: Reader, msgtype: str) -> Recipients:
    users, parties, tags = (_names(body, name) for name in ("touser", "toparty", "totag"))
    if not users and not parties and not tags:
        raise ApiError(Code.NO_RECIPIENT)
    _demand_count(users, parties, tags)
    if "@all" in users:
        if msgtype == "miniprogram_notice":
            raise ApiError(Code.BAD_PARAMETER, "miniprogram_notice cannot go to @all")
        recipients = call.corp.directory.everyone(call.app.config)
    else:
        recipients = call.corp.directory.resolve(call.app.config, users, parties, tags)
    if not recipients.users:
        raise ApiError(Code.NO_RECIPIENT_VALID, "user & party & tag all invalid")
    return recipients


def _suppressed(call: Call, body: Reader, request: str) -> Json | None:
    if not body.flag("enable_duplicate_check"):
        return None
    interval = body.number("duplicate_check_interval")
    interval = _USUAL_INTERVAL if interval is None else interval
    if not 0 < interval <= _LONGEST_INTERVAL:
        raise ApiError(Code.BAD_PARAMETER, "duplicate_check_interval")
    ledger = call.world.ledger
    known = ledger.duplicate_of(call.app.corpid, call.app.agentid, request, timedelta(seconds=interval))
    if known is None:
        return None
    sent, code = known
    if call.world.quirks.duplicate_answer is DuplicateAnswer.BARE:
        return {}
    return _receipt(sent, code)


def _demand_daily_allowance(call: Call, people: int) -> None:
    limit = call.corp.config.account_cap * call.world.limits.sends_per_account_and_day
    call.world.limiter.demand(
        ("sends", call.app.corpid, call.app.agentid), Rule(limit=limit, unit=Unit.DAY), weight=people
    )


def _deliver(world: World, corpid: str, agentid: int, msgtype: str, content: Json, recipients: Recipients) -> Sent:
    sent = Sent(
        msgid=world.serials.opaque("msgid", 54),
        corpid=corpid,
        agentid=agentid,
        at=world.clock.now(),
        msgtype=msgtype,
        content=content,
        recipients=[],
        dropped=[],
    )
    rules = (
        Rule(limit=world.limits.member_minute, unit=Unit.MINUTE),
        Rule(limit=world.limits.member_hour, unit=Unit.HOUR),
    )
    for person in recipients.users:
        if world.limiter.admits(("member", corpid, agentid, person.userid), *rules):
            sent.recipients.append(person.userid)
            _show(world, sent, person.userid)
        else:
            sent.dropped.append(person.userid)
            world.dropped.append(
                Dropped(corpid=corpid, agentid=agentid, userid=person.userid, msgtype=msgtype, at=sent.at)
            )
    world.ledger.record(sent)
    return sent


def _show(world: World, sent: Sent, userid: str) -> None:
    item = Item(id=sent.msgid, at=sent.at, sender=APP, kind=sent.msgtype, content=sent.content, agentid=sent.agentid)
    if "card" in sent.content:
        card = cast(Json, sent.content["card"])
        item.card = sent.copies[userid] = CardCopy(card=card, task_id=str(card.get("task_id", "")))
    world.screens.add(Place(corpid=sent.corpid, userid=userid), item)


def _receipt(sent: Sent, code: str) -> Json:
    receipt: Json = {"msgid": sent.msgid}
    return receipt | ({"response_code": code} if code else {})


def _lists(recipients: Recipients) -> Json:
    lists = {
        "invaliduser": recipients.invalid_users,
        "invalidparty": recipients.invalid_parties,
        "invalidtag": recipients.invalid_tags,
        "unlicenseduser": recipients.unlicensed,
    }
    return {name: "|".join(names) for name, names in lists.items() if names}


def _targets(call: Call, body: Reader, sent: Sent) -> tuple[list[str], list[str]]:
    """Recipients to change, and lower-cased names that were not recipients."""
    if body.flag("atall"):
        return list(sent.recipients), []
    users, parties, tags = (body.strings(name) for name in ("userids", "partyids", "tagids"))
    _demand_count(users, parties, tags)
    if not users and not parties and not tags:
        raise ApiError(Code.TARGET_EMPTY)
    named = call.corp.directory.resolve(call.app.config, users, parties, tags)
    targets = [person.userid for person in named.users if sent.had(person.userid)]
    strangers = named.invalid_users + [person.userid.lower() for person in named.users if not sent.had(person.userid)]
    if not targets:
        raise ApiError(Code.TARGET_NOT_RECIPIENT)
    return targets, strangers
