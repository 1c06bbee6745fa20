"""Looking into a running service: what the demo and the tests ask of it. Nothing here changes anything."""

from __future__ import annotations

from datetime import tzinfo

from cards.hazard_history import hazard_lines
from cards.history import Telling, photo_labels
from handlers.house import House
from storage.board import BoardRow
from storage.tx import Tx
from storage.writer import Writer
from workflow.journal import Record
from workflow.permit.events import Event
from workflow.permit.state import Permit, Status


class Looking:
    """Permits and their journals, read through the writer."""

    def __init__(self, *, writer: Writer, furniture: House, zone: tzinfo) -> None:
        self.writer = writer
        self.zone = zone
        self._furniture = furniture

    @property
    def house(self) -> House:
        """The office's furniture."""
        return self._furniture

    async def permit(self, number: str) -> Permit:
        """The permit as it stands; blank when there is none."""
        return await self.writer.submit(lambda tx: tx.load(self._furniture.permits, number)[0])

    async def history(self, number: str) -> tuple[tuple[Record, ...], Telling]:
        """The journal of one permit, and the words to tell it with."""

        def gather(tx: Tx) -> tuple[tuple[Record, ...], Telling]:
            permit = tx.load(self._furniture.permits, number)[0]
            chain = permit.rules.chain if permit.rules is not None else ()
            names = tx.directory.names
            nodes = {str(node.key): node.label for node in chain}
            records = tuple(tx.records(self._furniture.permits, number))
            photos = photo_labels(permit.rules) if permit.rules is not None else {}
            closings = {need.key: need.label for need in permit.rules.closing} if permit.rules is not None else {}
            return records, Telling(names=names, zone=self.zone, nodes=nodes, photos=photos, closings=closings)

        return await self.writer.submit(gather)

    async def hazard_history(self, number: str) -> tuple[tuple[Record, ...], tuple[str, ...]]:
        """The journal of one hazard, and a sentence for each of its records."""

        def gather(tx: Tx) -> tuple[tuple[Record, ...], tuple[str, ...]]:
            hazards = self._furniture.hazards
            names = tx.directory.names
            records = tuple(tx.records(hazards, number))
            events = [hazards.codec.decode(one.kind, one.body) for one in records]
            return records, hazard_lines(events, Telling(names=names, zone=self.zone, nodes={}))

        return await self.writer.submit(gather)

    def event_of(self, record: Record) -> Event:
        """The event behind a record."""
        return self._furniture.permits.codec.decode(record.kind, record.body)

    @staticmethod
    def status_of(row: BoardRow) -> Status:
        """The status of a row of the board."""
        return Status(row.status)
