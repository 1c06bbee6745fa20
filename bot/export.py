"""An evidence export: what happened to one permit or in a span of days, with everything needed to check it elsewhere.

The format is described in docs/evidence.md. The same journal gives the same bytes: nothing in the archive tells when or
where it was made. It holds the events exactly as they were hashed. A record that tells a phone or identity number, or
an unnamed reporter, is withheld (`bot.withholding`): its hash stays in the chain, its words stay here.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.withholding import HAZARD, Kept, said, text_of, withheld
from storage.checkpoints import entries
from storage.privacy import ForgottenMedia
from storage.readings import ReadingRow
from storage.times import spell, spell_optional
from storage.tx import Tx
from workflow.checkpoint import BUCKETS, Checkpoint, Leaf, bucket_hash, bucket_of, log_leaf, stream_key
from workflow.journal import GENESIS, Record, instant
from workflow.merkle import Frontier, Tree
from workflow.segments import Segment

FORMAT: Final = "permitbot.export.v1"
PERMIT: Final = "permit/"
READINGS: Final = "readings/"
_FORGOTTEN: Final = "retention/forgotten"
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The date of every file in the archive: the earliest that the format knows."""

Files = dict[str, bytes]


class NotSealed(Exception):
    """There is no checkpoint of that number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What one look at memory brought."""

    site: str
    scope: Mapping[str, str]
    streams: Mapping[str, tuple[Record, ...]]
    checkpoints: tuple[tuple[Checkpoint, bytes], ...]
    chosen: Checkpoint | None
    leaves: tuple[Leaf, ...]
    """The log up to the newest checkpoint."""
    readings: tuple[ReadingRow, ...]
    segments: tuple[tuple[Segment, tuple[bytes, ...]], ...]
    """Sealed hours of readings, each with the lines it was hashed from as they are now."""
    names: Mapping[str, str]
    forgotten: tuple[ForgottenMedia, ...]
    """Originals that events name and whose time was over, by batch."""
    batches: Mapping[int, tuple[str, ...]]
    """All hashes of those batches, by the version of the record that tells of it."""
    kept: Kept
    """Records whose words stay here, and why."""
    span: tuple[int, int] | None
    """For a span of days: from which leaf of the log on all of it is shown, and before which every stream must be."""


def of_hazard(tx: Tx, number: str, *, checkpoint: int | None, reporters: bool = False) -> Gathered | None:
    """One hazard; None when there is none. Raise `NotSealed` for a checkpoint that was never taken."""
    records = tx.stream_records(f"{HAZARD}{number}")
    if not records:
        return None
    streams = {f"{HAZARD}{number}": records}
    kept = withheld(streams.values(), reporters=reporters)
    if tx.forgotten(media_named(streams.values(), kept)):
        streams[_FORGOTTEN] = tx.stream_records(_FORGOTTEN)
    return _gathered(tx, {"hazard": number}, streams, checkpoint, (), None, kept)


GATE_KEYS: Final = "gate/keys"
"""Which keys signed the codes that the gate checks, the one on this permit's form among them."""


def of_permit(tx: Tx, permit: str, *, checkpoint: int | None) -> Gathered | None:
    """One permit; None when there is none. Raise `NotSealed` for a checkpoint that was never taken."""
    records = tx.stream_records(f"{PERMIT}{permit}")
    if not records:
        return None
    streams = {f"{PERMIT}{permit}": records}
    for signer in sorted({str(said(record).get("by", {}).get("id")) for record in records}):
        if keys := tx.stream_records(f"keys/{signer}"):
            streams[f"keys/{signer}"] = keys
    for name in (GATE_KEYS, *_offline(tx, records)):
        if told := tx.stream_records(name):
            streams[name] = told
    kept = withheld(streams.values())
    if tx.forgotten(media_named(streams.values(), kept)):
        streams[_FORGOTTEN] = tx.stream_records(_FORGOTTEN)
    readings = tx.readings_of_permit(permit, _EARLIEST, _LATEST)
    hours = tx.segments_of_permit(permit)
    for name in sorted({f"{READINGS}{one.subject}" for one in hours}):
        if told := tx.stream_records(name):
            streams[name] = told
    segments = tuple((one, tx.segment_lines(one.subject, one.hour)) for one in hours)
    kept = withheld(streams.values())
    return _gathered(tx, {"permit": permit}, streams, checkpoint, readings, None, kept, segments)


def of_span(
    tx: Tx, since: datetime, until: datetime, *, checkpoint: int | None, reporters: bool = False
) -> Gathered | None:
    """Every stream that moved in ``[since, until)``, whole; None when none did. Raise `NotSealed`."""
    taken, chosen = _chosen(tx, checkpoint)
    before = [one.leaves for one, _ in taken if one.taken_at <= since]
    after = [one.leaves for one, _ in taken if one.taken_at >= until]
    end = chosen.leaves if chosen is not None else 0
    span = (min(before[-1] if before else 0, end), min(after[0] if after else end, end))
    sealed = {leaf.stream for leaf in tx.checkpoint_leaves()[span[0] : span[1]]}
    names = sorted(sealed | set(tx.streams_between(since, until)))
    # A stream that was sealed and is gone is left out: the verifier misses it by its leaf.
    streams = {name: records for name in names if (records := tx.stream_records(name))}
    if not streams:
        return None
    scope = {"from": instant(since), "to": instant(until)}
    kept = withheld(streams.values(), reporters=reporters)
    return _gathered(tx, scope, streams, checkpoint, (), span if chosen is not None else None, kept)


_EARLIEST = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_LATEST = datetime.fromisoformat("9999-12-31T00:00:00+00:00")


def _people(tx: Tx) -> Iterable[Any]:
    return tx.directory.register.people


def _chosen(tx: Tx, number: int | None) -> tuple[tuple[tuple[Checkpoint, bytes], ...], Checkpoint | None]:
    taken = tx.checkpoints()
    if number is None:
        return taken, taken[-1][0] if taken else None
    if not 1 <= number <= len(taken):
        raise NotSealed(f"there is no checkpoint {number}; the newest is {len(taken)}")
    return taken, taken[number - 1][0]


def _gathered(
    tx: Tx,
    scope: Mapping[str, str],
    streams: Mapping[str, tuple[Record, ...]],
    checkpoint: int | None,
    readings: tuple[ReadingRow, ...],
    span: tuple[int, int] | None,
    kept: Kept,
    segments: tuple[tuple[Segment, tuple[bytes, ...]], ...] = (),
) -> Gathered:
    taken, chosen = _chosen(tx, checkpoint)
    # Without the stream that tells of it a deletion is a claim, and the verifier would say so.
    forgotten = tx.forgotten(media_named(streams.values(), kept)) if _FORGOTTEN in streams else ()
    every = (record for records in streams.values() for record in records)
    named = _strings(record.body for record in every if (record.stream, record.version) not in kept)
    return Gathered(
        site=tx.site,
        scope=scope,
        streams=streams,
        checkpoints=taken,
        chosen=chosen,
        leaves=tx.checkpoint_leaves(),
        readings=readings,
        segments=segments,
        names={str(one.id): one.name for one in _people(tx) if str(one.id) in named},
        forgotten=forgotten,
        batches={version: tx.forgotten_with(version) for version in {one.version for one in forgotten}},
        kept=kept,
        span=span,
    )


# --- the files --------------------------------------------------------------------------------------------------------


def files_of(found: Gathered, *, media: Mapping[str, bytes], forms: Mapping[str, bytes], readme: str) -> Files:
    """The archive as files by name, the manifest among them. ``media`` by SHA-256, ``forms`` by permit number."""
    files: Files = {"README.txt": readme.encode()}
    listed = []
    for number, (name, records) in enumerate(sorted(found.streams.items()), start=1):
        file = f"streams/{number:05d}.jsonl"
        files[file] = _lines(_record(record, found.kept) for record in records)
        listed.append({"stream": name, "file": file, "records": len(records)})
        files |= _rules(name, records, found.kept)
    files |= {f"media/{digest}": data for digest, data in media.items()}
    files |= {f"forms/{permit}.pdf": data for permit, data in forms.items()}
    if found.forgotten:
        files["forgotten.jsonl"] = _lines(_batches(found))
    files["people.json"] = _json(dict(found.names))
    manifest: dict[str, Any] = {"format": FORMAT, "site": found.site, "scope": dict(found.scope), "streams": listed}
    if found.chosen is not None:
        files["checkpoints.jsonl"] = _lines(_checkpoints(found, found.chosen))
        files["proofs.json"] = _json(_proofs(found, found.chosen))
        manifest["checkpoint"] = found.chosen.number
    if found.readings:
        files["readings.jsonl"] = _lines(map(_reading, found.readings))
        manifest["readings"] = segment(files["readings.jsonl"]).hex()
    if found.segments:
        files["segments.jsonl"] = _lines(_segment(one, lines) for one, lines in found.segments)
    manifest["files"] = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())}
    return files | {"manifest.json": _json(manifest)}


def archive(files: Files) -> bytes:
    """The files as one zip; equal files give equal bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name, data in sorted(files.items()):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system, info.external_attr = 3, 0o600 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(info, data)
    return target.getvalue()


def segment(lines: bytes) -> bytes:
    """The hash of a run of readings: each line is chained to the one before."""
    chain = GENESIS
    for line in lines.splitlines():
        chain = hashlib.sha256(chain + line).digest()
    return chain


def named_media(found: Gathered) -> set[str]:
    """The hashes of photos and other originals that events name; those that a withheld record names stay here."""
    return media_named(found.streams.values(), found.kept)


def media_named(streams: Iterable[Iterable[Record]], kept: Kept) -> set[str]:
    """`named_media` of records."""
    hashes: set[str] = set()
    for records in streams:
        for record in records:
            if (record.stream, record.version) not in kept:
                hashes |= set(_media(said(record)))
    return hashes


def _offline(tx: Tx, records: tuple[Record, ...]) -> Iterator[str]:
    """Where a decision was given by PIN: the streams of both PINs, and of the platforms' outages."""
    proofs = [said(record).get("proof") or {} for record in records]
    beside = [proof for proof in proofs if isinstance(proof, dict) and proof.get("second")]
    yield from sorted({f"pins/{proof[who]}" for proof in beside for who in ("subject", "second")})
    if beside:
        yield from (name for name in tx.streams_between(_EARLIEST, _LATEST) if name.startswith("outage/"))


def _media(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, one in value.items():
            if name in ("media", "evidence") and isinstance(one, str) and _HASH.fullmatch(one):
                yield one
            elif name in ("photos", "videos") and isinstance(one, list):
                yield from (each for each in one if isinstance(each, str) and _HASH.fullmatch(each))
            elif name != "rules":
                yield from _media(one)
    elif isinstance(value, list):
        for one in value:
            yield from _media(one)


def _strings(bodies: Iterable[bytes]) -> set[str]:
    found: set[str] = set()
    for body in bodies:
        found |= set(re.findall(r'"((?:[^"\\]|\\.)*)"', text_of(body)))
    return found


def _record(record: Record, kept: Kept) -> dict[str, Any]:
    line: dict[str, Any] = {
        "version": record.version,
        "at": instant(record.at),
        "kind": record.kind,
        "prev": record.prev.hex(),
        "hash": record.hash.hex(),
    }
    if why := kept.get((record.stream, record.version)):
        return line | {"withheld": why}
    return line | {"cause": record.cause, "body": text_of(record.body)}


def _rules(name: str, records: Sequence[Record], kept: Kept) -> Files:
    """The rules frozen with each submission, as a file somebody can read without looking for them."""
    submitted = [
        said(record)
        for record in records
        if record.kind == "PermitSubmitted" and (record.stream, record.version) not in kept
    ]
    return {
        f"rules/{name.removeprefix(PERMIT)}-r{body['revision']}.json": _json(body["rules"])
        for body in submitted
        if body
    }


def _reading(row: ReadingRow) -> dict[str, Any]:
    return {
        "device": row.device,
        "quantity": row.quantity,
        "value": format(row.value, "f"),
        "unit": row.unit,
        "quality": row.quality,
        "measured_at": spell_optional(row.measured_at),
        "received_at": spell(row.received_at),
    }


def _batches(found: Gathered) -> Iterator[dict[str, Any]]:
    """Each batch of forgotten originals that this archive misses one of, whole: its digest is over all of it."""
    moments = {one.version: one.at for one in found.forgotten}
    for version in sorted(found.batches):
        yield {"version": version, "at": spell(moments[version]), "hashes": list(found.batches[version])}


def _segment(one: Segment, lines: Iterable[bytes]) -> dict[str, Any]:
    return {
        "subject": one.subject,
        "hour": instant(one.hour),
        "count": one.count,
        "lost": one.lost,
        "previous": one.previous.hex(),
        "hash": one.hash.hex(),
        "lines": [line.decode() for line in lines],
    }


def _checkpoints(found: Gathered, chosen: Checkpoint) -> Iterator[dict[str, Any]]:
    log = [log_leaf(found.site, leaf) for leaf in found.leaves]
    upto = Tree(log[: chosen.leaves])
    for one, stored in found.checkpoints:
        if one.number <= chosen.number:
            proof = upto.consistency(one.leaves)
        else:
            proof = Tree(log[: one.leaves]).consistency(chosen.leaves)
        yield header(one) | {"hash": stored.hex(), "consistency": _hexes(proof)}


def header(one: Checkpoint) -> dict[str, Any]:
    """The fields of a checkpoint that are hashed."""
    return {
        "number": one.number,
        "taken_at": instant(one.taken_at),
        "leaves": one.leaves,
        "log_root": one.log_root.hex(),
        "streams": one.streams,
        "heads_root": one.heads_root.hex(),
        "records": one.records,
        "prev": one.prev.hex(),
    }


def _proofs(found: Gathered, chosen: Checkpoint) -> dict[str, Any]:
    sealed = found.leaves[: chosen.leaves]
    ends = {leaf.stream: leaf for leaf in sealed}
    buckets: list[list[bytes]] = [[] for _ in range(BUCKETS)]
    for entry in entries(found.site, ends.values()):
        buckets[bucket_of(entry)].append(entry)
    if found.span is not None:
        return {"window": _window(found, found.span, sealed, buckets)}
    heads = Tree([bucket_hash(one) for one in buckets])
    log = Tree([log_leaf(found.site, leaf) for leaf in sealed])
    proofs: dict[str, Any] = {}
    for name in found.streams:
        bucket = bucket_of(stream_key(found.site, name))
        proofs[name] = {
            "leaves": [
                {
                    "position": at,
                    "version": leaf.version,
                    "head": leaf.head.hex(),
                    "path": _hexes(log.inclusion(at)),
                }
                for at, leaf in enumerate(sealed)
                if leaf.stream == name
            ],
            "bucket": {"entries": _hexes(sorted(buckets[bucket])), "path": _hexes(heads.inclusion(bucket))},
        }
    return {"streams": proofs}


def _window(
    found: Gathered, span: tuple[int, int], sealed: Sequence[Leaf], buckets: Iterable[Iterable[bytes]]
) -> dict[str, Any]:
    """All of the log from the span's first leaf on, the peaks before it, and where every stream ends."""
    first, until = span
    before = Frontier().grown(log_leaf(found.site, leaf) for leaf in sealed[:first])
    return {
        "size": first,
        "until": until,
        "peaks": _hexes(before.peaks),
        "leaves": [[leaf.stream, leaf.version, leaf.head.hex()] for leaf in sealed[first:]],
        "heads": _hexes(entry for bucket in buckets for entry in sorted(bucket)),
    }


def _hexes(hashes: Iterable[bytes]) -> list[str]:
    return [one.hex() for one in hashes]


def _json(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _lines(values: Iterable[Any]) -> bytes:
    return b"".join(_json(value) + b"\n" for value in values)
