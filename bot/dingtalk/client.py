"""Every API of DingTalk this product calls, with typed results. One instance speaks for one app of one organisation.

Base addresses, timeouts and the session come from outside. All methods raise a `DingTalkTrouble`
(`bot.dingtalk.errors`) for everything that is not success. HTTP 200 is not success: who was left out of a send, and
what became of a delivery, is looked at here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar
from urllib.parse import quote

import aiohttp

from bot.clock import Clock
from bot.dingtalk import errors
from bot.dingtalk.api import Answer, Api
from bot.dingtalk.directory import department_of, member_of
from bot.dingtalk.errors import CodeInvalid, NetworkTrouble
from bot.dingtalk.media import Downloads, MediaKind, check_upload, fetch, upload_form
from bot.dingtalk.outgoing import (
    MAX_USERS,
    CardInstance,
    DingKind,
    MessageInvalid,
    RobotMessage,
    Todo,
    create_body,
    deliver_body,
    param,
    update_body,
)
from bot.dingtalk.results import Delivered, Dinged, JsSignature, ReadStatus, Sent, Visitor
from bot.dingtalk.sights import LIVE_CHECKS, MOST_LIVE_CHECKS, LiveCheck, live_check_of, live_query
from bot.dingtalk.tokens import TokenSource
from bot.members import CorpId, Department, DepartmentId, Member, UserId
from bot.platform import Fetched

ROOT: Final = DepartmentId(1)
CREATE: Final = "card/instances/createAndDeliver"
DELIVER: Final = "card/instances/deliver"


class DingTalkClient:
    """Speaks to DingTalk as one internal app with its robot.

    ``digest``: how a page is signed; the page says SHA-256, older clients were content with SHA-1.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        clock: Clock,
        api: Api,
        *,
        corp_id: str,
        robot_code: str,
        downloads: Downloads | None = None,
        digest: str = "sha256",
    ) -> None:
        self.corp_id = CorpId(corp_id)
        self._session = session
        self._api = api
        self._robot = robot_code
        self._downloads = downloads or Downloads()
        self._digest = digest
        self._tickets = TokenSource(self._fetch_ticket, clock)

    def __repr__(self) -> str:
        return f"DingTalkClient(corp_id={self.corp_id!r})"

    # --- messages -------------------------------------------------------------------------------------------------

    async def send(self, users: Sequence[str], message: RobotMessage, *, urgent: bool = False) -> Sent:
        """Send to up to 20 members, each in their own chat with the robot. The platform knows no idempotency here."""
        if not 0 < len(users) <= MAX_USERS:
            raise MessageInvalid(f"{len(users)} receivers, 1 to {MAX_USERS} fit")
        body = {
            "robotCode": self._robot, "userIds": list(users), "msgKey": message.key, "msgParam": param(message),
        }  # fmt: skip
        api = "robot/oToMessages/batchSend"
        answer = await self._api.call(api, "POST", f"/v1.0/{api}", body, urgent=urgent)
        return Sent(
            key=str(answer.get("processQueryKey") or ""),
            invalid=_names(answer, "invalidStaffIdList") | _names(answer, "filteredStaffIdList"),
            held_back=_names(answer, "flowControlledStaffIdList"),
        )

    async def send_to_group(self, chat: str, message: RobotMessage, *, urgent: bool = False) -> str:
        """Post to a group, by its openConversationId; the key of the message. No idempotency, and nobody can be @ed."""
        body = {
            "robotCode": self._robot, "openConversationId": chat, "msgKey": message.key, "msgParam": param(message),
        }  # fmt: skip
        api = "robot/groupMessages/send"
        answer = await self._api.call(api, "POST", f"/v1.0/{api}", body, urgent=urgent)
        return str(answer.get("processQueryKey") or "")

    async def recall(self, keys: Sequence[str]) -> frozenset[str]:
        """Take messages back, within 24 hours; answers those that could not be. Raises `Gone` later."""
        body = {"robotCode": self._robot, "processQueryKeys": _keys(keys)}
        api = "robot/otoMessages/batchRecall"
        return _failed(await self._api.call(api, "POST", f"/v1.0/{api}", body))

    async def recall_in_group(self, chat: str, keys: Sequence[str]) -> frozenset[str]:
        """The same in a group."""
        body = {"robotCode": self._robot, "openConversationId": chat, "processQueryKeys": _keys(keys)}
        api = "robot/groupMessages/recall"
        return _failed(await self._api.call(api, "POST", f"/v1.0/{api}", body))

    async def read_by(self, key: str) -> Mapping[str, ReadStatus]:
        """Who has read a message of `send`, within 24 hours."""
        api = "robot/oToMessages/readStatus"
        answer = await self._api.call(api, "GET", f"/v1.0/{api}", robotCode=self._robot, processQueryKey=key)
        return {
            str(one.get("userId")): _read_status(one.get("readStatus"))
            for one in _objects(answer.get("messageReadInfoList"))
        }

    # --- cards ----------------------------------------------------------------------------------------------------

    async def create_card(self, card: CardInstance, user: str, *, urgent: bool = False) -> Delivered:
        """Create a card and deliver it. A repetition changes nothing or raises `AlreadyThere`; both are documented."""
        body = create_body(card, user, robot=self._robot)
        answer = await self._api.call(CREATE, "POST", f"/v1.0/{CREATE}", body, urgent=urgent)
        result = answer.get("result")
        return _delivered(CREATE, answer, result.get("deliverResults") if isinstance(result, dict) else None)

    async def deliver_card(self, card: CardInstance, user: str, *, urgent: bool = False) -> Delivered:
        """Deliver a card that was created and did not arrive."""
        body = deliver_body(card, user, robot=self._robot)
        answer = await self._api.call(DELIVER, "POST", f"/v1.0/{DELIVER}", body, urgent=urgent)
        return _delivered(DELIVER, answer, answer.get("result"))

    async def update_card(self, card: CardInstance, user: str, *, urgent: bool = False) -> None:
        """Change a card wherever it is shown. Raises `Gone` when there is none."""
        answer = await self._api.call("card/instances", "PUT", "/v1.0/card/instances", update_body(card, user),
                                      urgent=urgent)  # fmt: skip
        if answer.get("success") is False or answer.get("result") is False:
            raise errors.Refused("card/instances", None, "not updated")

    # --- louder, and in the list of things to do --------------------------------------------------------------------

    async def ding(self, users: Sequence[str], content: str, *, kind: DingKind = DingKind.APP) -> Dinged:
        """Send a DING. Raises `NotInEdition` where the edition or its packs do not have it. Best effort: nobody tells
        whether it was heard."""
        if not 0 < len(users) <= kind.receivers:
            raise MessageInvalid(f"{len(users)} receivers of a DING, 1 to {kind.receivers} fit")
        body = {
            "robotCode": self._robot, "remindType": int(kind), "receiverUserIdList": list(users), "content": content,
        }  # fmt: skip
        try:
            answer = await self._api.call("robot/ding/send", "POST", "/v1.0/robot/ding/send", body, urgent=True)
        except errors.Misconfigured as no:
            if isinstance(no, errors.ScopeMissing) or no.code not in errors.FAMILY:
                raise errors.NotInEdition(no.api, no.code, "no right to DING") from None
            raise
        failed = answer.get("failedList")
        lists = failed.values() if isinstance(failed, dict) else ()
        return Dinged(
            ding=str(answer.get("openDingId") or ""),
            failed=frozenset(str(user) for one in lists if isinstance(one, list) for user in one),
        )

    async def recall_ding(self, ding: str) -> None:
        """Take a DING back."""
        body = {"robotCode": self._robot, "openDingId": ding}
        await self._api.call("robot/ding/recall", "POST", "/v1.0/robot/ding/recall", body)

    async def create_todo(self, todo: Todo, *, urgent: bool = False) -> str:
        """Put an entry into a list of things to do; its id. The same source makes no second entry."""
        owner = _part(todo.executors[0])
        answer = await self._api.call(
            "todo/tasks/create", "POST", f"/v1.0/todo/users/{owner}/tasks", todo.body(), urgent=urgent,
            operatorId=todo.executors[0],
        )  # fmt: skip
        return str(answer.get("id") or "")

    async def update_todo(self, owner: str, task: str, *, subject: str | None = None, done: bool | None = None) -> None:
        """Change the words of an entry, or tick it off. ``owner`` is a unionId."""
        body: dict[str, Any] = {} if subject is None else {"subject": subject}
        body |= {} if done is None else {"done": done}
        path = f"/v1.0/todo/users/{_part(owner)}/tasks/{_part(task)}"
        await self._api.call("todo/tasks/update", "PUT", path, body, operatorId=owner)

    # --- media ----------------------------------------------------------------------------------------------------

    async def download(self, code: str, *, max_bytes: int) -> Fetched:
        """Copy what somebody sent, by its downloadCode.

        Raises `Gone` past its time, `bot.dingtalk.media.MediaTooLarge` beyond ``max_bytes``.
        """
        api = "robot/messageFiles/download"
        body = {"downloadCode": code, "robotCode": self._robot}
        answer = await self._api.call(api, "POST", f"/v1.0/{api}", body)
        url = answer.get("downloadUrl")
        if not isinstance(url, str) or not url:
            raise NetworkTrouble(api, "no address in the answer")
        return await fetch(self._session, url, self._downloads, max_bytes=max_bytes)

    async def upload(self, kind: MediaKind, content: bytes, *, filename: str, content_type: str) -> str:
        """Upload for sending; the media id. It serves in messages only: nobody can fetch it back."""
        check_upload(kind, content)
        form = upload_form(kind, content, filename=filename, content_type=content_type)
        answer = await self._api.upload("media/upload", form, type=kind.value)
        media = answer.get("media_id")
        if not isinstance(media, str) or not media:
            raise NetworkTrouble("media/upload", "no media_id in the answer")
        return media

    # --- people ---------------------------------------------------------------------------------------------------

    async def member(self, userid: str) -> Member:
        """One member with departments and superior. Raises `Unreachable` outside the app's range."""
        return await self._shaped("topapi/v2/user/get", {"userid": userid}, lambda raw: member_of(self.corp_id, raw))

    async def union_of(self, userid: str) -> str:
        """The member's unionId, by which todos are addressed."""
        return await self._shaped("topapi/v2/user/get", {"userid": userid}, lambda raw: str(raw["unionid"]))

    async def departments_below(self, number: DepartmentId) -> tuple[Department, ...]:
        """The departments directly below one."""
        answer = await self._api.look_up("topapi/v2/department/listsub", {"dept_id": number})
        return tuple(
            _shape("topapi/v2/department/listsub", department_of, raw) for raw in _objects(answer.get("result"))
        )

    async def department(self, number: DepartmentId) -> Department:
        """One department with its name and leaders."""
        return await self._shaped("topapi/v2/department/get", {"dept_id": number}, department_of)

    async def userids_of(self, number: DepartmentId) -> tuple[UserId, ...]:
        """Who is directly in a department."""
        api = "topapi/user/listid"
        found = await self._shaped(api, {"dept_id": number}, lambda raw: list(raw["userid_list"]))
        return tuple(UserId(str(one)) for one in found)

    async def userid_of_mobile(self, mobile: str) -> UserId:
        """Who has this number: for an operator's look-up only. Numbers change hands; they never make two people one."""
        return await self._shaped(
            "topapi/v2/user/getbymobile", {"mobile": mobile}, lambda raw: UserId(str(raw["userid"]))
        )

    async def visitor(self, code: str) -> Visitor:
        """Who opened a page (免登), by the one-time code: 5 minutes, once. Raises `CodeInvalid`."""
        if not code:
            raise CodeInvalid("topapi/v2/user/getuserinfo", None, "no code")
        return await self._shaped(
            "topapi/v2/user/getuserinfo", {"code": code},
            lambda raw: Visitor(userid=UserId(str(raw["userid"])), unionid=str(raw.get("unionid") or "")),
        )  # fmt: skip

    async def _shaped(self, api: str, body: Mapping[str, Any], read: Callable[[Mapping[str, Any]], T]) -> T:
        answer = await self._api.look_up(api, body)
        return _shape(api, read, answer.get("result") or {})

    # --- JSAPI ----------------------------------------------------------------------------------------------------

    async def sign_page(self, url: str, *, nonce: str, at: datetime) -> JsSignature:
        """Sign the page at ``url`` for ``dd.config``. The ticket is kept; it does not count among the calls."""
        timestamp = int(at.timestamp())
        plain = js_plain(await self._tickets.get(), nonce, timestamp, url)
        signature = hashlib.new(self._digest, plain.encode(), usedforsecurity=False).hexdigest()
        return JsSignature(nonce=nonce, timestamp=timestamp, signature=signature)

    async def live_checks(
        self, userid: UserId, *, agent: int, since: datetime, until: datetime
    ) -> tuple[LiveCheck, ...]:
        """Live checks of one person within a span, passed or not (专属版 only)."""
        found, token = list[LiveCheck](), ""
        while True:
            body = live_query(userid, agent=agent, since=since, until=until, token=token)
            answer = await self._api.call(LIVE_CHECKS, "POST", f"/v1.0/{LIVE_CHECKS}", body)
            found += [_shape(LIVE_CHECKS, live_check_of, raw) for raw in _objects(answer.get("data"))]
            token = str(answer.get("nextToken") or "")
            if not token or len(found) >= MOST_LIVE_CHECKS:
                return tuple(found)

    async def _fetch_ticket(self) -> tuple[str, timedelta]:
        api = "oauth2/jsapiTickets"
        answer = await self._api.call(api, "POST", f"/v1.0/{api}", {}, metered=False)
        ticket, lifetime = answer.get("jsapiTicket"), answer.get("expireIn")
        if not isinstance(ticket, str) or not ticket or not isinstance(lifetime, int) or lifetime <= 0:
            raise NetworkTrouble(api, "no ticket in the answer")
        return ticket, timedelta(seconds=lifetime)


T = TypeVar("T")


def js_plain(ticket: str, nonce: str, timestamp: int, url: str) -> str:
    """What is signed: values as they are, the address without its fragment."""
    return f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url.partition('#')[0]}"


def _delivered(api: str, answer: Answer, results: object) -> Delivered:
    """One card goes to one chat, so there is one result; none at all is no delivery anybody can vouch for."""
    found = _objects(results)
    if answer.get("success") is False or not found:
        raise NetworkTrouble(api, "no word of the delivery in the answer")
    one = found[0]
    carrier = one.get("carrierId")
    return Delivered(
        ok=all(each.get("success") is True for each in found),
        carrier=str(carrier) if carrier else None,
        said=str(one.get("errorMsg") or ""),
    )


def _shape(api: str, read: Callable[[Mapping[str, Any]], T], raw: Mapping[str, Any]) -> T:
    try:
        return read(raw)
    except (ValueError, TypeError, AttributeError, KeyError):
        raise NetworkTrouble(api, "the answer has another shape than documented") from None


def _objects(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _names(answer: Answer, field: str) -> frozenset[str]:
    value = answer.get(field)
    return frozenset(str(one) for one in value) if isinstance(value, list) else frozenset()


def _failed(answer: Answer) -> frozenset[str]:
    failed = answer.get("failedResult")
    return frozenset(str(key) for key in failed) if isinstance(failed, dict) else frozenset()


def _keys(keys: Iterable[str]) -> list[str]:
    wanted = list(keys)
    if not 0 < len(wanted) <= MAX_USERS:
        raise MessageInvalid(f"{len(wanted)} keys, 1 to {MAX_USERS} fit")
    return wanted


def _part(text: str) -> str:
    """An id as one part of a path."""
    return quote(text, safe="")


def _read_status(said: object) -> ReadStatus:
    return ReadStatus(said) if said in {"READ", "UNREAD"} else ReadStatus.UNKNOWN
