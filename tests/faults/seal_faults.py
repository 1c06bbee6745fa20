"""Faults in what seals the journal and in what the gate is told, and the tests that must turn red.

Paths are those of the tree: the sealing is not of one room.
"""

from __future__ import annotations

from tests.faults.core_faults import Fault

_LAW = "workflow/gate_pass.py"
_DOUBT = "tests/workflow/test_gate_pass.py::test_a_single_doubt_is_no_yes"
_SHAPE = "tests/workflow/test_checkpoint.py::"
_TAKEN = "tests/storage/test_checkpoints.py::"
_HOURS = "tests/storage/test_segments.py::"

GATE = (
    Fault(
        what="a stale list still says yes",
        file=_LAW,
        old="    return Verdict.STALE if now >= status.expires_at else None\n",
        new="    return None\n",
        caught_by=_DOUBT,
    ),
    Fault(
        what="an older list may take the place of a newer one",
        file=_LAW,
        old="    if (status.number, status.issued_at) < (seen.number, seen.issued_at):\n",
        new="    if status.number < seen.number and status.issued_at < seen.issued_at:\n",
        caught_by=_DOUBT,
    ),
    Fault(
        what="a clock set back makes a list fresh again",
        file=_LAW,
        old=" or seen.latest > now + SKEW",
        new="",
        caught_by=_DOUBT,
    ),
    Fault(
        what="what no list names is let in",
        file=_LAW,
        old="        return Verdict.NEWER if shown.issued_at > status.issued_at else Verdict.UNKNOWN\n",
        new="        return Verdict.NEWER if shown.issued_at > status.issued_at else Verdict.ENTER\n",
        caught_by=_DOUBT,
    ),
    Fault(
        what="no list is as good as one",
        file=_LAW,
        old="        return Verdict.NO_STATUS\n",
        new="        return Verdict.ENTER\n",
        caught_by=_DOUBT,
    ),
    Fault(
        what="a pass outlives its time",
        file=_LAW,
        old="    if now >= shown.planned.end:\n",
        new="    if now > shown.planned.end:\n",
        caught_by=_DOUBT,
    ),
    Fault(
        what="a pass of tomorrow is taken today",
        file=_LAW,
        old="    if shown.issued_at > now + SKEW:\n",
        new="    if shown.issued_at > now + 60 * SKEW:\n",
        caught_by=_DOUBT,
    ),
    Fault(
        what="a stop that is younger than the list is not believed",
        file=_LAW,
        old="    if shown.standing in _REFUSED and shown.issued_at >= status.issued_at:\n",
        new="    if shown.standing in _REFUSED and shown.issued_at < status.issued_at:\n",
        caught_by=_DOUBT,
    ),
    Fault(
        what="a bad word grows old",
        file=_LAW,
        old="    if told is not None and told in _REFUSED:\n",
        new="    if told is not None and told in _REFUSED and now < status.expires_at:\n",
        caught_by="tests/workflow/test_gate_pass.py::test_a_bad_word_never_grows_old",
    ),
    Fault(
        what="suspended work is let in",
        file=_LAW,
        old="    Status.SUSPENDED: Standing.SUSPENDED,\n",
        new="    Status.SUSPENDED: Standing.MAY_ENTER,\n",
        caught_by="tests/workflow/test_gate_pass.py::test_only_what_is_issued_or_running_lets_in",
    ),
)
SEALING = (
    Fault(
        what="checkpoints are not chained",
        file="workflow/checkpoint.py",
        old="str(self.records).encode(), self.prev,\n",
        new="str(self.records).encode(),\n",
        caught_by=_SHAPE + "test_the_hash_is_that_of_the_document",
    ),
    Fault(
        what="a leaf does not say how far its stream had come",
        file="workflow/checkpoint.py",
        old="leaf.stream.encode(), str(leaf.version).encode(), leaf.head)",
        new="leaf.stream.encode(), leaf.head)",
        caught_by=_SHAPE + "test_leaves_and_heads_are_those_of_the_document",
    ),
    Fault(
        what="a bucket depends on the order of its streams",
        file="workflow/checkpoint.py",
        old='    return leaf_hash(b"".join(sorted(entries)))\n',
        new='    return leaf_hash(b"".join(entries))\n',
        caught_by=_SHAPE + "test_leaves_and_heads_are_those_of_the_document",
    ),
    Fault(
        what="a stream of another past is sealed over",
        file="storage/checkpoints.py",
        old="                if version <= known or [bytes(row[0]) for row in stands] != [bytes(known_head)]:\n",
        new="                if version <= known:\n",
        caught_by=_TAKEN + "test_a_changed_past_is_not_sealed_over",
    ),
    Fault(
        what="the place of the last sealed record is not looked at",
        file="storage/checkpoints.py",
        old='            raise PastChanged("the last record that was sealed is not in its place")\n',
        new="            pass\n",
        caught_by=_TAKEN + "test_a_last_record_taken_away_is_missed_before_its_number_is_given_again",
    ),
    Fault(
        what="streams that did not move fall out of the heads",
        file="storage/checkpoints.py",
        old="entries(self.site, (stood | moved).values())",
        new="entries(self.site, moved.values())",
        caught_by=_TAKEN + "test_a_stream_stays_in_its_bucket_when_only_its_neighbour_moves",
    ),
    Fault(
        what="a stream that is gone is not missed",
        file="storage/checkpoints.py",
        old="or_(_j.hash.is_(None), _j.hash != _h.head)",
        new="_j.hash != _h.head",
        caught_by=_TAKEN + "test_what_does_not_stand_is_told",
    ),
    Fault(
        what="a checkpoint that was changed is not told",
        file="storage/checkpoints.py",
        old="        if (one.number, one.prev, one.hash, one.log_root) != (number, prev, stored, log.root):\n",
        new="        if (one.number, one.log_root) != (number, log.root):\n",
        caught_by=_TAKEN + "test_what_does_not_stand_is_told",
    ),
)
HOURS = (
    Fault(
        what="what comes into a sealed hour changes what was sealed",
        file="storage/segments.py",
        old="map(line, _in_order(came[start:end]))",
        new="map(line, _in_order(came))",
        caught_by=_HOURS + "test_what_comes_into_a_sealed_hour_lies_in_a_segment_of_its_own",
    ),
    Fault(
        what="what was added to a sealed hour is no part of the permit",
        file="storage/segments.py",
        old="            nth += 1\n",
        new="            break\n",
        caught_by=_HOURS + "test_what_comes_into_a_sealed_hour_lies_in_a_segment_of_its_own",
    ),
    Fault(
        what="readings are counted in the order of a clock that was set back",
        file="storage/readings.py",
        old="        return (*rows, *self._in_blocks(device, since, until))\n",
        new="        return self.readings_of_device(device, since, until)\n",
        caught_by=_HOURS + "test_what_comes_into_a_sealed_hour_lies_in_a_segment_of_its_own",
    ),
)
SEALS = (*GATE, *SEALING, *HOURS)
