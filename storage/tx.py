"""Everything a work function may do, in one object.

A work function is ``Callable[[Tx], T]``, synchronous, free of I/O of its own, and may be run again: it sees the
committed past plus the commands decided before it in the same batch, and what it writes becomes durable together with
its result or not at all.
"""

from __future__ import annotations

from storage.agenda import AgendaTx
from storage.attention import AttentionTx
from storage.board import BoardTx
from storage.cards_sent import CardsTx
from storage.checkpoints import CheckpointsTx
from storage.desk import DeskTx
from storage.deviations import DeviationsTx
from storage.directory_tx import DirectoryTx
from storage.emergencies import EmergenciesTx
from storage.equipment_states import EquipmentStatesTx
from storage.forgetting import ForgettingTx
from storage.hazards import HazardsTx
from storage.inbox import InboxTx
from storage.isolations import IsolationsTx
from storage.journal import JournalTx
from storage.lock_boxes import LockBoxesTx
from storage.media import MediaTx
from storage.privacy import PrivacyTx
from storage.proofs import ProofsTx
from storage.segments import SegmentsTx
from storage.usage import UsageTx


class Tx(
    InboxTx, JournalTx, AgendaTx, CardsTx, BoardTx, DirectoryTx, DeskTx, MediaTx, IsolationsTx,
    LockBoxesTx, DeviationsTx, EquipmentStatesTx, EmergenciesTx, UsageTx, CheckpointsTx, ForgettingTx, PrivacyTx,
    AttentionTx, ProofsTx, SegmentsTx, HazardsTx,
):  # fmt: skip
    """One command's view of memory; valid only while its work function runs."""

    __slots__ = ()
