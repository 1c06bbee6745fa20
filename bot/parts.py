"""A row of the outbox that goes to several people or groups: whoever can be told is told now.

Rule 1: platforms are served side by side, so that one that hangs delays only its own people.
Rule 2: on a platform one after the other, and a part that must wait, or never arrives, keeps back no other.
Rule 3: what was delivered is not delivered again when the row comes back for the rest.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import TypeVar, assert_never

import structlog

from bot.delivery import Delivery, Done, Edit, GroupPost, Push
from bot.pace import NotYet
from bot.platform import TryLater, Undeliverable

T = TypeVar("T")

_log = structlog.get_logger()


async def deliver_each(
    deliveries: Iterable[Delivery], sent: MutableMapping[str, T], deliver: Callable[[Delivery], Awaitable[T]]
) -> None:
    """Deliver what is not in ``sent`` yet, and note there what was.

    Raise, once everything was tried: a bug of ours, else `TryLater` for what must come again, else `Undeliverable`
    when nothing arrived at all.
    """
    by_platform: defaultdict[str, list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        if part(delivery) not in sent:
            by_platform[_platform(delivery)].append(delivery)
    outcomes = await asyncio.gather(
        *(_in_turn(parts, sent, deliver) for parts in by_platform.values()), return_exceptions=True
    )
    troubles: list[TryLater | Undeliverable] = []
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
        troubles += outcome
    _judge(troubles, arrived=bool(sent))


async def _in_turn(
    parts: list[Delivery], sent: MutableMapping[str, T], deliver: Callable[[Delivery], Awaitable[T]]
) -> list[TryLater | Undeliverable]:
    troubles: list[TryLater | Undeliverable] = []
    for delivery in parts:
        try:
            sent[part(delivery)] = await deliver(delivery)
        except (TryLater, Undeliverable) as trouble:
            troubles.append(trouble)
    return troubles


def _judge(troubles: list[TryLater | Undeliverable], *, arrived: bool) -> None:
    never = [one for one in troubles if isinstance(one, Undeliverable)]
    later = [one for one in troubles if isinstance(one, TryLater)]
    if later:
        raise later[0] if len(later) == 1 else _soonest(later)
    if never and not arrived:
        raise never[0]
    for each in never:
        _log.error("a part did not arrive", why=str(each))


def _soonest(later: list[TryLater]) -> TryLater:
    """One word for several: as soon as the first of them may go. Sure of nothing done only if all of them are."""
    why, wait = "; ".join(str(one) for one in later), min(one.wait for one in later)
    tried = [one for one in later if not isinstance(one, NotYet)]
    if not tried:
        return NotYet(why, wait)
    return TryLater(why, wait, sure=all(one.sure for one in tried))


def _platform(delivery: Delivery) -> str:
    return "" if isinstance(delivery, Done) else delivery.platform


def part(delivery: Delivery) -> str:
    """The name of a part within its row, the same whenever the row is made."""
    match delivery:
        case Push() | Edit():
            return f"{delivery.platform}/{delivery.user}"
        case GroupPost():
            return f"{delivery.platform}//{delivery.chat}" + ("" if delivery.file is None else "/file")
        case Done():
            return ""
        case _:
            assert_never(delivery)
