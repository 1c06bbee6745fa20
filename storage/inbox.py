"""The inbox: which arrivals were already taken. Platforms deliver twice; we act once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import literal_column, select

from storage.schema import inbox
from storage.session import Session
from storage.sql import Channel, Statement, among, asked, insert_row, listed
from storage.times import spell
from storage.tx_base import TxBase

_TAKE = insert_row(inbox, channel=Channel.INBOX)
_KNOWN = Statement(
    select(literal_column("1")).where(*asked(inbox, "site", "dedup_key")), "site", "dedup_key", channel=Channel.INBOX
)
_KNOWN_AMONG = Statement(
    lambda backend: select(inbox.c.dedup_key).where(*asked(inbox, "site"), among(inbox.c.dedup_key, "keys", backend)),
    "site",
    "keys",
    channel=Channel.INBOX,
)


class InboxTx(TxBase):
    """Arrivals."""

    __slots__ = ()

    def first_time(self, dedup_key: str, at: datetime, platform: str, kind: str) -> bool:
        """Take an arrival: True once for each key, False for every redelivery.

        The row is written with everything else the command does: if the command fails, the key is free again.
        """
        session = self._session
        taken = session.looked_up.get(dedup_key)
        if taken is None:
            taken = bool(session.fetch(_KNOWN, (session.site, dedup_key)))
        if taken or dedup_key in session.arrived:
            return False
        self.remember(session.arrived, dedup_key, None)
        self.write(_TAKE, (session.site, dedup_key, spell(at), platform, kind))
        return True


def look_up(session: Session, keys: list[str]) -> None:
    """Ask for the inbox keys of a whole batch at once; `InboxTx.first_time` then need not ask for each.

    To be called inside the transaction: nobody else takes an arrival of this site until it ends.
    """
    known = {key for (key,) in session.fetch(_KNOWN_AMONG, (session.site, listed(keys, session.connection.backend)))}
    session.looked_up.update((key, key in known) for key in keys)
