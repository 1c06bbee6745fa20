"""By which of a person's accounts they are reached, in a plant that speaks on two platforms (docs/adr/0092).

The one they last wrote from, so that an answer goes back to where they are; else the first of the register. Somebody
with one account, which is nearly everybody, costs nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from handlers.arrivals import Sender
from storage.directory import Account, normal_account
from storage.tx import Tx
from workflow.ids import PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """The account a person is reached by, and those they have on other platforms, by platform."""

    platform: str
    userid: str
    elsewhere: Mapping[str, str]


def reached_by(tx: Tx, person: PersonId, reach: Collection[tuple[str, str]]) -> Reached | None:
    """``reach``: the (platform, corp) pairs we speak for. None for somebody without an account on any of them."""
    ours = [one for one in tx.directory.accounts_of(person) if (one.platform, one.corp) in reach]
    if not ours:
        return None
    chosen = ours[0] if len(ours) == 1 else _last(tx, person, ours)
    elsewhere: dict[str, str] = {}
    for one in ours:
        if one.platform != chosen.platform:
            elsewhere.setdefault(one.platform, one.userid)
    return Reached(platform=chosen.platform, userid=chosen.userid, elsewhere=elsewhere)


def wrote_from(tx: Tx, person: PersonId, sender: Sender) -> None:
    """Remember where somebody with several accounts just wrote."""
    if len(tx.directory.accounts_of(person)) < 2:
        return
    said = _spelled(sender.platform, sender.corp, sender.user)
    if tx.setting(_key(person)) != said:
        tx.put_setting(_key(person), said)


def _last(tx: Tx, person: PersonId, ours: list[Account]) -> Account:
    last = tx.setting(_key(person))
    return next((one for one in ours if _spelled(one.platform, one.corp, one.userid) == last), ours[0])


def _key(person: PersonId) -> str:
    return f"wrote_from:{person}"


def _spelled(platform: str, corp: str, user: str) -> str:
    return f"{platform}|{corp}|{normal_account(platform, user)}"
