"""``/v1.0/card/instances``: create, deliver, createAndDeliver, update, spaces."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sandbox.dingtalk.calls import Call, Endpoint
from sandbox.dingtalk.card_reading import (
    GROUP,
    ROBOT,
    TOP,
    CardReader,
    Space,
    deliver_model,
    space_models,
    update_options,
)
from sandbox.dingtalk.card_store import Card, Copy
from sandbox.dingtalk.config import Permission
from sandbox.dingtalk.errors import ApiError
from sandbox.dingtalk.faults import ExistingCard
from sandbox.dingtalk.hand import Hand
from sandbox.dingtalk.screens import APP, Item, Place
from sandbox.dingtalk.templates import Template
from sandbox.dingtalk.world import App, World

Json = dict[str, Any]
INSTANCES = "/v1.0/card/instances"
DELIVER_EMPTY = "param.spaceDeliverModelEmpty"
_SOON_AFTER_DELIVERY, _SOON_AFTER_UPDATE = timedelta(milliseconds=500), timedelta(milliseconds=800)
_ADVISED_ID = 64


class CardApi:
    """The card calls."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def endpoints(self) -> tuple[Endpoint, ...]:
        """All of them."""
        table = (
            ("POST", INSTANCES, self.create),
            ("PUT", INSTANCES, self.update),
            ("POST", f"{INSTANCES}/deliver", self.deliver),
            ("POST", f"{INSTANCES}/createAndDeliver", self.create_and_deliver),
            ("PUT", f"{INSTANCES}/spaces", self.spaces),
        )
        return tuple(
            Endpoint(path=path, method=method, handle=handle, permission=Permission.CARD_WRITE)
            for method, path, handle in table
        )

    # -- the calls ----------------------------------------------------------------------------------------------

    def create(self, call: Call) -> Json:
        """Make a card nobody sees yet."""
        body = call.json()
        models = space_models(body)
        card = self._created(call, body)
        card.space_models |= models
        return {"success": True, "result": card.out_track_id}

    def deliver(self, call: Call) -> Json:
        """Show a card in more spaces."""
        body = call.json()
        reader = _reader(call)
        card = self._mine(call, reader.track_id(body))
        spaces = reader.spaces(body)
        for space in spaces:
            deliver_model(body, space.type, missing=DELIVER_EMPTY)
        _demand_space_models(card.space_models, spaces)
        return {"success": True, "result": self._delivered(call.app, card, spaces, body, missing=DELIVER_EMPTY)}

    def create_and_deliver(self, call: Call) -> Json:
        """Make a card and show it. Nothing is made when a model is missing."""
        body = call.json()
        reader = _reader(call)
        missing = str(call.world.quirks.missing_deliver_model)
        reader.track_id(body)
        spaces = reader.spaces(body)
        models = space_models(body)
        for space in spaces:
            deliver_model(body, space.type, missing=missing)
        _demand_space_models(models, spaces)
        known = self._hand.cards.find(str(body["outTrackId"]))
        card = self._created(call, body)
        card.space_models |= models
        if known is not None:
            results = [_result(copy.space_type, copy.space_id, carrier="") for copy in card.copies]
        else:
            results = self._delivered(call.app, card, spaces, body, missing=missing)
        return {"success": True, "result": {"outTrackId": card.out_track_id, "deliverResults": results}}

    def update(self, call: Call) -> Json:
        """Change a card everywhere it is shown."""
        body = call.json()
        reader = _reader(call)
        card = self._mine(call, reader.track_id(body))
        public = reader.public(body, card.template)
        private = reader.private(body, card.template, by_union=_by_union(body))
        if public is None and private is None:
            raise ApiError("param.cardDataAndPrivateDataBothEmpty", "cardData和privateData不能同时为空")
        self._remark_haste(card)
        public_by_key, private_by_key = update_options(body)
        if public is not None:
            card.set_public(public, by_key=public_by_key)
        if private is not None:
            spare = call.world.quirks.replace_spares_other_viewers
            card.set_private(private, by_key=private_by_key, spare_others=spare)
        self._remark_misplaced(card, public or {}, private or {})
        card.updated_at = call.world.clock.now()
        self._hand.cards.tell(card)
        return {"success": True, "result": True}

    def spaces(self, call: Call) -> Json:
        """Let an existing card be delivered to more kinds of spaces."""
        body = call.json()
        card = self._mine(call, _reader(call).track_id(body))
        models = space_models(body)
        if not models:
            raise ApiError("param.openSpaceModelInvalid", "no space model")
        card.space_models |= models
        return {"success": True, "result": True}

    # -- making -------------------------------------------------------------------------------------------------

    def _created(self, call: Call, body: Json) -> Card:
        """The new card, or the known one where repeating changes nothing; raises `ApiError`."""
        reader, world = _reader(call), call.world
        track_id = reader.track_id(body)
        template = self._template(body)
        by_union = _by_union(body)
        public = reader.public(body, template)
        if not public:
            raise ApiError("param.cardPublicDataEmpty", "cardData不能为空")
        private = reader.private(body, template, by_union=by_union)
        kind = body.get("callbackType")
        if kind not in (None, "STREAM", "HTTP"):
            raise ApiError("param.invalid", "callbackType")
        known = self._hand.cards.find(track_id)
        if known is not None:
            if world.quirks.existing_card is ExistingCard.REFUSED or known.client_id != call.app.client_id:
                raise ApiError("param.cardAlreadyExist", "卡片已存在")
            return known
        card = Card(
            out_track_id=track_id,
            client_id=call.app.client_id,
            template=template,
            stream=kind == "STREAM",
            by_union=by_union,
            public=public,
            private=private or {},
            created_at=world.clock.now(),
        )
        self._hand.cards.keep(card)
        self._remark_misplaced(card, public, card.private)
        if len(track_id) > _ADVISED_ID:
            self._remark(card, "outTrackId is longer than 64 characters")
        if not card.stream:
            self._remark(card, "callbackType is not STREAM: clicks go nowhere")
        return card

    def _template(self, body: Json) -> Template:
        template_id = body.get("cardTemplateId")
        if not isinstance(template_id, str) or not template_id:
            raise ApiError("param.cardTemplateIdEmpty", "cardTemplateId不能为空")
        template = self._hand.templates.find(template_id)
        if template is None:
            raise ApiError("param.templateNotExist", "卡片模板不存在")
        if not template.published:
            raise ApiError("param.templateUnpublished", "卡片模板未发布")
        return template

    def _mine(self, call: Call, track_id: str) -> Card:
        card = self._hand.cards.find(track_id)
        if card is None or card.client_id != call.app.client_id:
            raise ApiError("param.cardNotExist", "卡片不存在")
        return card

    # -- delivering ---------------------------------------------------------------------------------------------

    def _delivered(self, app: App, card: Card, spaces: list[Space], body: Json, *, missing: str) -> list[Json]:
        return [
            self._deliver_one(app, card, space, deliver_model(body, space.type, missing=missing)) for space in spaces
        ]

    def _deliver_one(self, app: App, card: Card, space: Space, model: Json) -> Json:
        """One space; what is wrong with the space itself is said inside a success."""
        world = self._hand.world
        if world.faults.take("spaces_fail"):
            return _result(space.type, space.id, error="投放失败")
        place = self._place(app, space, model, by_union=card.by_union)
        if isinstance(place, str):
            return _result(space.type, space.id, error=place)
        recipients = tuple(str(each) for each in model.get("recipients") or ())
        copy = Copy(card=card, space_type=space.type, space_id=space.id, place=place, recipients=recipients)
        copy.item = Item(
            id=self._hand.mouth.message_id(),
            at=world.clock.now(),
            sender=APP if space.type == ROBOT else app.robot,
            kind="card",
            content={"at": sorted(model.get("atUserIds") or {})},
            robot=app.robot,
            card=copy,
        )
        card.copies.append(copy)
        card.delivered_at = world.clock.now()
        self._hand.screens.add(place, copy.item)
        carrier = "" if space.type == TOP else self._hand.sends.record(app, place, [copy.item])
        return _result(space.type, space.id, carrier=carrier)

    def _place(self, app: App, space: Space, model: Json, *, by_union: bool) -> Place | str:
        """Where the space is, or why the card cannot go there; raises `ApiError` for a call nobody could mean."""
        corp = self._hand.world.corp(app)
        if space.type == ROBOT:
            person = corp.person_by_union(space.id) if by_union else corp.people.get(space.id)
            if model.get("robotCode", app.robot) != app.robot:
                return "robotCode与应用不匹配"
            if person is None or not corp.sees(app, person.userid):
                return "用户不存在或不在应用可见范围内"
            return self._hand.place(app, person.userid)
        group = corp.groups.get(space.id)
        if group is None or group.disbanded:
            return "群不存在"
        if space.type == GROUP and (model["robotCode"] != app.robot or app.robot not in group.robots):
            return "机器人不在群内"
        called = [each for each in model.get("atUserIds") or {} if each != "@ALL"]
        if strangers := [each for each in called if each not in group.members]:
            raise ApiError("atMember.nonexist", f"被@的人不在群内: {strangers[0]}")
        return Place(corp_id=app.corp_id, group=group.id)

    # -- remarks ------------------------------------------------------------------------------------------------

    def _remark_haste(self, card: Card) -> None:
        now = self._hand.world.clock.now()
        if card.clicks_open:
            self._remark(card, "updated before a click on it was answered")
        if card.updated_at is not None and now - card.updated_at < _SOON_AFTER_UPDATE:
            self._remark(card, "updated less than 800 ms after the last update")
        elif card.delivered_at is not None and now - card.delivered_at < _SOON_AFTER_DELIVERY:
            self._remark(card, "updated less than 500 ms after delivery")

    def _remark_misplaced(self, card: Card, public: dict[str, str], private: dict[str, dict[str, str]]) -> None:
        template = card.template
        for name in public:
            if template.private(name):
                self._remark(card, f"{name} is private in the template but sent to everybody")
        for name in {name for values in private.values() for name in values}:
            if template.variables is not None and template.knows(name) and not template.private(name):
                self._remark(card, f"{name} is public in the template but sent to one viewer")

    def _remark(self, card: Card, text: str) -> None:
        self._hand.remark(card.out_track_id, text)


def _reader(call: Call) -> CardReader:
    world: World = call.world
    return CardReader(corp=call.corp, limits=world.limits, quirks=world.quirks)


def _by_union(body: Json) -> bool:
    kind = body.get("userIdType", 1)
    if kind not in (1, 2):
        raise ApiError("param.invalid", "userIdType")
    return bool(kind == 2)


def _demand_space_models(models: set[str], spaces: list[Space]) -> None:
    for space in spaces:
        if space.type not in models:
            raise ApiError("param.openSpaceModelInvalid", f"no space model for {space.type}")


def _result(kind: str, identity: str, *, carrier: str = "", error: str = "") -> Json:
    return {
        "spaceType": kind,
        "spaceId": identity,
        "success": not error,
        "carrierId": carrier,
        "errorMsg": error,
    }
