"""Reading card requests the way the platform does: refusing what its error table names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from sandbox.dingtalk.errors import ApiError
from sandbox.dingtalk.faults import Quirks
from sandbox.dingtalk.frames import dumps
from sandbox.dingtalk.limits import Limits
from sandbox.dingtalk.templates import Template
from sandbox.dingtalk.world import Corp

Json = dict[str, Any]
PREFIX = "dtv1.card//"
GROUP, ROBOT, SINGLE, TOP = "IM_GROUP", "IM_ROBOT", "IM_SINGLE", "ONE_BOX"
SPACE_MODELS = {
    GROUP: "imGroupOpenSpaceModel",
    ROBOT: "imRobotOpenSpaceModel",
    SINGLE: "imSingleOpenSpaceModel",
    TOP: "topOpenSpaceModel",
}
DELIVER_MODELS = {
    GROUP: "imGroupOpenDeliverModel",
    ROBOT: "imRobotOpenDeliverModel",
    SINGLE: "imSingleOpenDeliverModel",
    TOP: "topOpenDeliverModel",
}
_MUST_HAVE = {GROUP: "robotCode", ROBOT: "spaceType", TOP: "expiredTimeMillis"}
_LONGEST_ID, _LONGEST_SPACES, _LONGEST_KEY = 100, 1000, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """One addressed space."""

    type: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardReader:
    """Knows the figures and the people a request is checked against."""

    corp: Corp
    limits: Limits
    quirks: Quirks

    def track_id(self, body: Json) -> str:
        """outTrackId; raises `ApiError`."""
        found = body.get("outTrackId")
        if not isinstance(found, str) or not found:
            raise ApiError("param.outTrackIdEmpty", "outTrackId不能为空")
        if len(found) > _LONGEST_ID:
            raise ApiError("param.invalid", "outTrackId过长")
        return found

    def public(self, body: Json, template: Template) -> dict[str, str] | None:
        """cardData.cardParamMap; None when there is none. Raises `ApiError`."""
        data = body.get("cardData")
        if data is None:
            return None
        if not isinstance(data, dict):
            raise ApiError("param.invalid", "cardData")
        return self.values(data.get("cardParamMap"), template)

    def private(self, body: Json, template: Template, *, by_union: bool) -> dict[str, dict[str, str]] | None:
        """privateData by userid; None when there is none. Raises `ApiError`."""
        data = body.get("privateData")
        if data is None:
            return None
        if not isinstance(data, dict):
            raise ApiError("param.invalid", "privateData")
        found: dict[str, dict[str, str]] = {}
        for name, entry in data.items():
            if not isinstance(entry, dict):
                raise ApiError("param.invalid", f"privateData.{name}")
            found[self.userid(name, by_union=by_union)] = self.values(entry.get("cardParamMap"), template)
        return found

    def values(self, value: object, template: Template) -> dict[str, str]:
        """A cardParamMap: strings only, known names, not too large; raises `ApiError`."""
        if not isinstance(value, dict):
            raise ApiError("param.invalid", "cardParamMap")
        for name, text in value.items():
            if not isinstance(text, str):
                raise ApiError("param.invalid", f"cardParamMap.{name} is no string")
            if len(name.encode()) > _LONGEST_KEY:
                raise ApiError("param.invalid", f"cardParamMap: the name {name[:20]}… is too long")
            if self.quirks.strict_value_length and len(text.encode()) > self.limits.card_value_bytes:
                raise ApiError("param.invalid", f"cardParamMap.{name} is too long")
            if self.quirks.unknown_variables_refused and not template.knows(name):
                raise ApiError("param.invalid", f"the template has no variable {name}")
        if len(dumps(value).encode()) > self.limits.card_bytes:
            raise ApiError("param.invalid", "the card is too large")
        return {name: text for name, text in cast(dict[str, str], value).items() if template.knows(name)}

    def userid(self, name: str, *, by_union: bool) -> str:
        """The userid behind a userId or unionId; raises `ApiError` for strangers."""
        person = self.corp.person_by_union(name) if by_union else self.corp.people.get(name)
        if person is None:
            raise ApiError("param.userIdNotExist", f"用户不存在: {name}")
        return person.userid

    def spaces(self, body: Json) -> list[Space]:
        """openSpaceId taken apart; raises `ApiError`."""
        text = body.get("openSpaceId")
        if not isinstance(text, str) or not text:
            raise ApiError("param.openSpaceIdEmpty", "openSpaceId不能为空")
        if not text.startswith(PREFIX) or len(text) > _LONGEST_SPACES:
            raise ApiError("param.openSpaceIdInvalid", "openSpaceId格式错误")
        found = []
        for part in text.removeprefix(PREFIX).split(";"):
            kind, _, identity = part.partition(".")
            if kind.upper() not in SPACE_MODELS or not identity:
                raise ApiError("param.openSpaceIdInvalid", f"openSpaceId格式错误: {part}")
            found.append(Space(type=kind.upper(), id=identity))
        return found


def space_models(body: Json) -> set[str]:
    """Types whose space model the request sets; raises `ApiError` for an incomplete one."""
    found = set()
    for kind, name in SPACE_MODELS.items():
        model = body.get(name)
        if model is None:
            continue
        wanted = isinstance(model, dict) and (
            kind not in (GROUP, ROBOT) or isinstance(model.get("supportForward"), bool)
        )
        if not wanted or (kind == TOP and cast(Json, model).get("spaceType") != TOP):
            raise ApiError("param.openSpaceModelInvalid", f"{name} is incomplete")
        found.add(kind)
    return found


def deliver_model(body: Json, kind: str, *, missing: str) -> Json:
    """The deliver model of an addressed space; raises `ApiError` ``missing`` without a usable one."""
    name = DELIVER_MODELS[kind]
    model = body.get(name)
    if not isinstance(model, dict):
        raise ApiError(missing, f"{name} is missing")
    needed = _MUST_HAVE.get(kind)
    if needed is not None and not model.get(needed):
        raise ApiError(missing, f"{name}.{needed} is missing")
    if kind == ROBOT and model["spaceType"] != ROBOT:
        raise ApiError(missing, f"{name}.spaceType is not {ROBOT}")
    return model


def update_options(body: Mapping[str, Any]) -> tuple[bool, bool]:
    """cardUpdateOptions: whether public and private data go by key; without them whole maps are replaced."""
    options = body.get("cardUpdateOptions")
    options = options if isinstance(options, dict) else {}
    return options.get("updateCardDataByKey") is True, options.get("updatePrivateDataByKey") is True
