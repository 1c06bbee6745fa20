"""The demo plant with a contractor's crew in it: the leader is their foreman, the worker has no account anywhere."""

from __future__ import annotations

from dataclasses import replace

from handlers.outgoing import VouchedLink
from storage.directory import Account, Register
from storage.tx import Tx
from tests.support.hot_work import LEADER, WORKER
from tests.support.office import CORP, Rows, World

CREW = "鲁安检修"


def hire(tx: Tx, *, reached: tuple[str, ...] = ()) -> None:
    """Leader and worker work for the contractor; whoever is not in ``reached`` has no account, but for the leader."""
    known = tx.directory.people
    people = tuple(replace(known[who], employer=CREW) for who in (LEADER, WORKER))
    gone = (
        () if WORKER in reached else (Account(platform="wecom", corp=CORP, userid=WORKER, person=WORKER, active=False),)
    )
    tx.put_register(Register(people=people, accounts=gone))


async def hired(world: World) -> None:
    """`hire` in a running office."""
    await world.writer.submit(hire)


def links_in(rows: Rows) -> list[VouchedLink]:
    """What the foreman got to hand on."""
    return [one for one in rows.of(VouchedLink, LEADER) if one.part == "link"]
