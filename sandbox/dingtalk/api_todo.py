"""Todos (待办): one per sourceId, in the list of every executor until somebody is done with it."""

from __future__ import annotations

from typing import Any

from sandbox.dingtalk.calls import Call, Endpoint
from sandbox.dingtalk.config import Permission
from sandbox.dingtalk.errors import ApiError
from sandbox.dingtalk.hand import Hand
from sandbox.dingtalk.todos import Todo

Json = dict[str, Any]
TASKS = "/v1.0/todo/users/{unionId}/tasks"
_PRIORITIES = (10, 20, 30, 40)
_LONGEST_SUBJECT, _MOST_EXECUTORS = 1024, 100


class TodoApi:
    """``/v1.0/todo``: create, update, delete."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand
        self._todos = hand.todos

    def endpoints(self) -> tuple[Endpoint, ...]:
        """All of them."""
        one = TASKS + "/{taskId}"
        table = (("POST", TASKS, self.create), ("PUT", one, self.update), ("DELETE", one, self.delete))
        return tuple(
            Endpoint(path=path, method=method, handle=handle, permission=Permission.TODO_WRITE)
            for method, path, handle in table
        )

    def create(self, call: Call) -> Json:
        """A new task; a known sourceId is refused."""
        body = call.json()
        self._userid(call, call.path["unionId"])
        subject, detail = body.get("subject"), body.get("detailUrl")
        if not isinstance(subject, str) or not subject or len(subject) > _LONGEST_SUBJECT:
            raise ApiError("invalidParameter.subject", "subject为空或过长")
        if not isinstance(detail, dict) or not detail.get("appUrl") or not detail.get("pcUrl"):
            raise ApiError("invalidParameter.detailUrl", "detailUrl.appUrl和pcUrl不能为空")
        notify = body.get("notifyConfigs")
        dings = isinstance(notify, dict) and notify.get("dingNotify") == "1"
        if dings and not str(detail["appUrl"]).startswith("dingtalk://"):
            raise ApiError("invalidParameter.detailUrl", "dingNotify时appUrl必须是dingtalk协议")
        priority = body.get("priority", 20)
        if priority not in _PRIORITIES:
            raise ApiError("invalidParameter.priority", "priority")
        todo = Todo(
            id="task" + self._hand.world.serials.noise("todo", 16).hex(),
            client_id=call.app.client_id,
            corp_id=call.app.corp_id,
            source_id=self._fresh_source(call, body),
            subject=subject,
            executors=self._executors(call, body),
            detail=detail,
            due=_moment(body),
            priority=priority,
            dings=dings,
        )
        self._todos.all[todo.id] = todo
        self._hand.world.changes.publish({"type": "todo", "id": todo.id})
        return {"id": todo.id, "sourceId": todo.source_id, "subject": subject, "priority": priority, "done": False}

    def update(self, call: Call) -> Json:
        """Change a task, or mark it done for everybody."""
        body, todo = call.json(), self._mine(call)
        todo.subject = str(body.get("subject", todo.subject))
        todo.due = _moment(body) or todo.due
        if "executorIds" in body:
            todo.executors = self._executors(call, body)
        if "done" in body:
            todo.done = set(todo.executors) if body["done"] else set()
        self._hand.world.changes.publish({"type": "todo", "id": todo.id})
        return {"result": True}

    def delete(self, call: Call) -> Json:
        """Remove a task from every list."""
        del self._todos.all[self._mine(call).id]
        self._hand.world.changes.publish({"type": "todo", "id": call.path["taskId"]})
        return {"result": True}

    def _mine(self, call: Call) -> Todo:
        todo = self._todos.all.get(call.path["taskId"])
        if todo is None or todo.client_id != call.app.client_id:
            raise ApiError("todo.not.exist", "待办不存在")
        return todo

    def _fresh_source(self, call: Call, body: Json) -> str:
        source = str(body.get("sourceId") or "")
        known = (each.source_id for each in self._todos.all.values() if each.client_id == call.app.client_id)
        if source and source in known:
            raise ApiError("sourceId.exist", "sourceId已存在")
        return source

    def _executors(self, call: Call, body: Json) -> list[str]:
        executors = body.get("executorIds") or []
        if not isinstance(executors, list) or len(executors) > _MOST_EXECUTORS:
            raise ApiError("invalidParameter.executorIds", "executorIds")
        return [self._userid(call, str(each)) for each in executors] or [self._userid(call, call.path["unionId"])]

    def _userid(self, call: Call, unionid: str) -> str:
        person = call.corp.person_by_union(unionid)
        if person is None:
            raise ApiError("invalidParameter.unionId", "unionId不存在（不是userId）")
        return person.userid


def _moment(body: Json) -> int | None:
    due = body.get("dueTime")
    if due is not None and not isinstance(due, int):
        raise ApiError("invalidParameter.dueTime", "dueTime")
    return due
