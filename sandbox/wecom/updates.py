"""Changing cards that already stand on phones: by API for chosen recipients, by passive reply for the clicker alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from sandbox.wecom.cards import INTERACTIVE, Phase, callback_capable, check_app_card
from sandbox.wecom.errors import ApiError, Code
from sandbox.wecom.ledger import Sent
from sandbox.wecom.messages import translate_card, translator
from sandbox.wecom.reading import Json, Notes
from sandbox.wecom.screens import Place
from sandbox.wecom.world import App, World


@dataclass(frozen=True, slots=True, kw_only=True)
class CardUpdate:
    """Either a whole new card, or the text under which the buttons die."""

    card: Json | None = None
    grey: str = ""


def read_update(
    world: World, app: App, *, card: Json | None, button: Json | None, translate: bool, notes: Notes
) -> CardUpdate:
    """The change a request or a passive reply asks for; raises `ApiError`."""
    if card is not None:
        strict = Notes(strict_lengths=world.quirks.strict_card_lengths, items=notes.items)
        corp = world.corp(app.corpid)
        checked = check_app_card(
            card,
            phase=Phase.UPDATE,
            notes=strict,
            quirks=world.quirks,
            find_media=lambda media_id: world.media.get(app.corpid, media_id),
        )
        if callback_capable(checked) and not app.can_receive:
            raise ApiError(Code.CALLBACK_NEEDED)
        return CardUpdate(card=translate_card(checked, translator(corp.directory, on=translate)))
    if button is None:
        raise ApiError(Code.BAD_PARAMETER, "neither button nor template_card")
    name = button.get("replace_name")
    if not isinstance(name, str) or not name:
        raise ApiError(Code.BUTTON_NAME_MISSING)
    return CardUpdate(grey=name)


def demand_fitting(world: World, sent: Sent, update: CardUpdate) -> None:
    """Raise `ApiError` when the card has no buttons to grey (only button, vote and multiple cards have)."""
    original = cast(Json, sent.content["card"])
    if update.grey and original["card_type"] not in INTERACTIVE:
        raise ApiError(world.quirks.unlisted_card_code, "this card has no button to replace")


def apply_update(world: World, sent: Sent, userid: str, update: CardUpdate) -> None:
    """Change one recipient's copy."""
    copy = sent.copies[userid]
    if update.card is not None:
        copy.replace(update.card, keep_task_id=world.quirks.update_keeps_task_id)
    elif copy.type in INTERACTIVE:
        copy.grey(update.grey)
    world.screens.changed(Place(corpid=sent.corpid, userid=userid), sent.msgid)
