"""A judge of WeCom cards, written from the platform's pages. The encoder does not know it; tests ask it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from cards.wecom_limits import (
    APP,
    MAX_BUTTONS,
    MAX_ID_BYTES,
    MAX_KEY_BYTES,
    MAX_LINES,
    MAX_MENU,
    MAX_OPTIONS,
    MAX_SELECTS,
    MAX_TICKS,
    CardType,
    Door,
)

Json = Mapping[str, Any]

_TASK_ID: Final = re.compile(r"[0-9A-Za-z_\-@]{1,128}")
_NOTICE: Final = {
    "source",
    "main_title",
    "quote_area",
    "horizontal_content_list",
    "jump_list",
    "card_action",
    "task_id",
}
_FIELDS: Final[Mapping[CardType, frozenset[str]]] = {
    CardType.TEXT: frozenset(_NOTICE | {"action_menu", "emphasis_content", "sub_title_text"}),
    CardType.NEWS: frozenset(_NOTICE | {"action_menu", "image_text_area", "card_image", "vertical_content_list"}),
    CardType.BUTTONS: frozenset(
        {"source", "action_menu", "main_title", "quote_area", "sub_title_text", "horizontal_content_list"}
        | {"card_action", "task_id", "button_selection", "button_list"}
    ),
    CardType.VOTE: frozenset({"source", "main_title", "checkbox", "submit_button", "task_id"}),
    CardType.SELECTS: frozenset({"source", "main_title", "select_list", "submit_button", "task_id"}),
}


def violations(card: Json, door: Door = APP) -> tuple[str, ...]:
    """Everything the platform's pages forbid about ``card`` at ``door``; empty when it is in order."""
    return tuple(_Judge(card, door).problems())


class _Judge:
    """Walks one card and says what is wrong with it."""

    def __init__(self, card: Json, door: Door) -> None:
        self._card = card
        self._door = door
        self._fit = door.lengths

    def problems(self) -> Iterable[str]:
        try:
            kind = CardType(self._card.get("card_type", ""))
        except ValueError:
            yield "card_type: unknown"
            return
        if kind not in self._door.types:
            yield f"card_type: {kind.value} cannot be sent here"
            return
        for name in sorted(self._card.keys() - _FIELDS[kind] - {"card_type"}):
            yield f"{name}: not a field of {kind.value}, would be ignored"
        yield from self._head(kind)
        yield from self._task(kind)
        yield from self._lines()
        match kind:
            case CardType.TEXT:
                yield from self._action(required=True)
            case CardType.NEWS:
                yield from self._action(required=True)
                yield from self._picture()
            case CardType.BUTTONS:
                yield from self._action(required=False)
                yield from self._buttons()
            case CardType.VOTE:
                yield from self._ticks()
                yield from self._submit()
            case CardType.SELECTS:
                yield from self._selects()
                yield from self._submit()

    def _head(self, kind: CardType) -> Iterable[str]:
        title = self._card.get("main_title", {})
        sub = self._card.get("sub_title_text", "")
        may_lack_title = kind is CardType.TEXT and sub
        if not title.get("title") and not may_lack_title:
            yield "main_title.title: missing"
        long = kind in (CardType.VOTE, CardType.SELECTS)
        yield from _fits(
            "main_title.title", title, "title", self._fit.vote_title if kind is CardType.VOTE else self._fit.title
        )
        yield from _fits("main_title.desc", title, "desc", self._fit.long_desc if long else self._fit.desc)
        yield from _fits("sub_title_text", self._card, "sub_title_text", self._fit.sub_title)
        source = self._card.get("source", {})
        yield from _fits("source.desc", source, "desc", self._fit.source)
        if "desc_color" in source and (long or source["desc_color"] not in (0, 1, 2, 3)):
            yield "source.desc_color: not allowed"
        emphasis = self._card.get("emphasis_content", {})
        yield from _fits("emphasis_content.title", emphasis, "title", self._fit.emphasis_title)
        yield from _fits("emphasis_content.desc", emphasis, "desc", self._fit.emphasis_desc)
        yield from _link("quote_area", self._card.get("quote_area", {"type": 0}), {0, 1, 2})

    def _task(self, kind: CardType) -> Iterable[str]:
        task, menu = self._card.get("task_id"), self._card.get("action_menu")
        if not self._door.answers:
            yield from (
                f"{name}: nobody would hear it" for name, it in (("task_id", task), ("action_menu", menu)) if it
            )
            return
        needed = menu is not None or kind in (CardType.BUTTONS, CardType.VOTE, CardType.SELECTS)
        if needed and not task:
            yield "task_id: missing"
        if task and not _TASK_ID.fullmatch(task):
            yield "task_id: characters or length"
        if menu is not None:
            entries = menu.get("action_list", [])
            yield from _count("action_menu.action_list", entries, MAX_MENU)
            yield from _unique_keys("action_menu.action_list", [entry.get("key") for entry in entries], MAX_KEY_BYTES)
            yield from (
                f"action_menu.action_list[{n}].text: missing" for n, one in enumerate(entries) if not one.get("text")
            )

    def _lines(self) -> Iterable[str]:
        lines = self._card.get("horizontal_content_list", [])
        if len(lines) > MAX_LINES:
            yield "horizontal_content_list: too many"
        for n, line in enumerate(lines):
            name = f"horizontal_content_list[{n}]"
            if not line.get("keyname"):
                yield f"{name}.keyname: missing"
            yield from _fits(f"{name}.keyname", line, "keyname", self._fit.keyname)
            yield from _fits(f"{name}.value", line, "value", self._fit.value)
            kind = line.get("type", 0)
            if kind not in self._door.line_types:
                yield f"{name}.type: not allowed"
            needs = {1: "url", 2: "media_id", 3: "userid"}.get(kind)
            if needs is not None and not line.get(needs):
                yield f"{name}.{needs}: missing"
        jumps = self._card.get("jump_list", [])
        if len(jumps) > 3:
            yield "jump_list: too many"
        for n, jump in enumerate(jumps):
            if not jump.get("title"):
                yield f"jump_list[{n}].title: missing"
            yield from _fits(f"jump_list[{n}].title", jump, "title", self._fit.jump_title)
            yield from _link(f"jump_list[{n}]", jump, self._door.jump_types)

    def _action(self, *, required: bool) -> Iterable[str]:
        action = self._card.get("card_action")
        if action is not None:
            yield from _link("card_action", action, {1, 2} if required else {0, 1, 2})
        elif required:
            yield "card_action: missing"

    def _picture(self) -> Iterable[str]:
        image, area = self._card.get("card_image"), self._card.get("image_text_area")
        if image is None and (area is None or self._door.news_needs_image):
            yield "card_image: missing"
        if image is not None:
            if not image.get("url"):
                yield "card_image.url: missing"
            if not 1.3 <= image.get("aspect_ratio", 1.3) <= 2.25:
                yield "card_image.aspect_ratio: out of range"
        if area is not None and not area.get("image_url"):
            yield "image_text_area.image_url: missing"
        blocks = self._card.get("vertical_content_list", [])
        if len(blocks) > 4:
            yield "vertical_content_list: too many"
        for n, block in enumerate(blocks):
            if not block.get("title"):
                yield f"vertical_content_list[{n}].title: missing"
            yield from _fits(f"vertical_content_list[{n}].title", block, "title", self._fit.vertical_title)
            yield from _fits(f"vertical_content_list[{n}].desc", block, "desc", self._fit.vertical_desc)

    def _buttons(self) -> Iterable[str]:
        buttons = self._card.get("button_list", [])
        yield from _count("button_list", buttons, MAX_BUTTONS)
        for n, button in enumerate(buttons):
            if not button.get("text"):
                yield f"button_list[{n}].text: missing"
            yield from _fits(f"button_list[{n}].text", button, "text", self._fit.button)
            if button.get("style", 1) not in (1, 2, 3, 4):
                yield f"button_list[{n}].style: not allowed"
            if not self._door.link_buttons and button.get("type", 0) != 0:
                yield f"button_list[{n}].type: not allowed"
            if button.get("type", 0) == 1 and not button.get("url"):
                yield f"button_list[{n}].url: missing"
        pressed = [button.get("key") for button in buttons if button.get("type", 0) == 0]
        yield from _unique_keys("button_list", pressed, MAX_KEY_BYTES)
        selection = self._card.get("button_selection")
        if selection is not None:
            yield from self._select("button_selection", selection)

    def _ticks(self) -> Iterable[str]:
        box = self._card.get("checkbox", {})
        yield from _unique_keys("checkbox", [box.get("question_key")], MAX_KEY_BYTES)
        if box.get("mode", 0) not in (0, 1):
            yield "checkbox.mode: not allowed"
        yield from self._options("checkbox", box.get("option_list", []), MAX_TICKS, self._fit.tick)

    def _selects(self) -> Iterable[str]:
        selects = self._card.get("select_list", [])
        yield from _count("select_list", selects, MAX_SELECTS)
        yield from _unique_keys("select_list", [one.get("question_key") for one in selects], MAX_KEY_BYTES)
        for n, select in enumerate(selects):
            yield from self._select(f"select_list[{n}]", select)

    def _select(self, name: str, select: Json) -> Iterable[str]:
        options = select.get("option_list", [])
        yield from _unique_keys(name, [select.get("question_key")], MAX_KEY_BYTES)
        yield from _fits(f"{name}.title", select, "title", self._fit.select_title)
        yield from self._options(name, options, MAX_OPTIONS, self._fit.option)
        if "selected_id" in select and select["selected_id"] not in [option.get("id") for option in options]:
            yield f"{name}.selected_id: not an option"

    def _options(self, name: str, options: Sequence[Json], most: int, fit: int) -> Iterable[str]:
        yield from _count(f"{name}.option_list", options, most)
        yield from _unique_keys(f"{name}.option_list", [option.get("id") for option in options], MAX_ID_BYTES)
        for n, option in enumerate(options):
            if not option.get("text"):
                yield f"{name}.option_list[{n}].text: missing"
            yield from _fits(f"{name}.option_list[{n}].text", option, "text", fit)

    def _submit(self) -> Iterable[str]:
        submit = self._card.get("submit_button", {})
        yield from _unique_keys("submit_button", [submit.get("key")], MAX_KEY_BYTES)
        if not submit.get("text"):
            yield "submit_button.text: missing"
        yield from _fits("submit_button.text", submit, "text", self._fit.button)


def _fits(name: str, holder: Json, field: str, limit: int) -> Iterable[str]:
    if len(holder.get(field) or "") > limit:
        yield f"{name}: more than {limit} characters"


def _count(name: str, items: Sequence[object], most: int) -> Iterable[str]:
    if not 1 <= len(items) <= most:
        yield f"{name}: {len(items)} entries, 1 to {most} are allowed"


def _unique_keys(name: str, keys: Sequence[str | None], most_bytes: int) -> Iterable[str]:
    if any(not key for key in keys):
        yield f"{name}: a key or id is missing"
    if any(len((key or "").encode()) > most_bytes for key in keys):
        yield f"{name}: a key or id is longer than {most_bytes} bytes"
    if len(set(keys)) != len(keys):
        yield f"{name}: keys or ids repeat"


def _link(name: str, link: Json, allowed: Iterable[int]) -> Iterable[str]:
    kind = link.get("type", 0)
    if kind not in allowed:
        yield f"{name}.type: not allowed"
    needs = {1: "url", 2: "appid"}.get(kind)
    if needs is not None and not link.get(needs):
        yield f"{name}.{needs}: missing"
