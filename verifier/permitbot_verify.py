#!/usr/bin/env python3
"""Check an evidence export of Permitbot without Permitbot: no server, no network, no code of ours.

    python3 permitbot_verify.py EXPORT.zip [--anchor ANCHOR] [--json]
    python3 permitbot_verify.py gate PTG1:… --keys KEYS.json --at TIME [--status PTL1:…]

ANCHOR is what left the building: the line from the group chat, ``NUMBER:HEX``, or a file written by
``permitbot evidence anchor``. Without it everything may be sound and still have been written yesterday from beginning
to end: the report then says "self-attested only".

Written from docs/evidence.md alone; reads bytes and computes everything anew. Python 3.11 or newer; the library
``cryptography`` is asked only when the export holds signatures of keys.

Exit codes: 0 all holds and is anchored · 1 something does not hold · 2 not readable or wrong usage · 3 nothing is
wrong, but not everything can be shown (no anchor, records after the checkpoint, files left out).
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import struct
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

OK, BAD, CANNOT = "ok", "bad", "cannot"
MARK = {OK: "[  好  OK  ]", BAD: "[ 不符 FAIL]", CANNOT: "[ 不明  ?  ]"}
HOLDS, FAILS, UNREADABLE, PARTLY = 0, 1, 2, 3
ZERO = bytes(32)
BUCKETS = 4096
LARGEST = 2 << 30
SIGNED = {
    "ReviewRequested": "review",
    "StepApproved": "approve",
    "StartSigned": "start",
    "ResumeSigned": "resume",
    "AcceptanceSigned": "accept",
}


class Unreadable(Exception):
    """The file is not an export this verifier can read."""


class Report:
    """What was found, in the order it was looked at."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, str]] = []

    def say(self, mark: str, zh: str, en: str) -> None:
        self.lines.append((mark, zh, en))

    def check(self, good: bool, zh: str, en: str, bad_zh: str = "", bad_en: str = "") -> bool:
        if good:
            self.say(OK, zh, en)
        else:
            self.say(BAD, bad_zh or f"{zh}：不符", bad_en or f"{en}: does not hold")
        return good

    @property
    def code(self) -> int:
        marks = {mark for mark, _, _ in self.lines}
        return FAILS if BAD in marks else PARTLY if CANNOT in marks else HOLDS


# --- bytes and hashes (docs/evidence.md 1, 2) -----------------------------------------------------------------------


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def framed(*fields: bytes) -> bytes:
    return b"".join(struct.pack(">I", len(field)) + field for field in fields)


def unhex(text: object, length: int | None = 32) -> bytes:
    if not isinstance(text, str) or not re.fullmatch(r"(?:[0-9a-f]{2})*", text):
        raise Unreadable("a hash is not lower-case hex")
    raw = bytes.fromhex(text)
    if length is not None and len(raw) != length:
        raise Unreadable(f"a hash has {len(raw)} bytes")
    return raw


def whole(value: object) -> int:
    if type(value) is not int or value < 0:
        raise Unreadable("a count is not a whole number")
    return value


def text_of(value: object) -> str:
    if not isinstance(value, str):
        raise Unreadable("a text is missing")
    return value


def parsed(raw: bytes | str) -> object:
    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        if len({name for name, _ in pairs}) != len(pairs):
            raise Unreadable("a name stands twice in one object")
        return dict(pairs)

    try:
        return json.loads(raw, object_pairs_hook=once)
    except ValueError as error:
        raise Unreadable(f"not JSON: {error}") from None


def obj(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise Unreadable("an object is missing")
    return value


def items(value: object) -> list[object]:
    if not isinstance(value, list):
        raise Unreadable("a list is missing")
    return value


def canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


# --- Merkle trees (RFC 6962 2.1, RFC 9162 2.1.3.2 and 2.1.4.2) ------------------------------------------------------


def leaf(data: bytes) -> bytes:
    return sha(b"\x00" + data)


def node(left: bytes, right: bytes) -> bytes:
    return sha(b"\x01" + left + right)


def peaks_grown(size: int, peaks: list[bytes], leaves: list[bytes]) -> tuple[int, list[bytes]]:
    peaks = list(peaks)
    if size.bit_count() != len(peaks):
        raise Unreadable("the peaks do not fit the size of the log")
    for found in leaves:
        odd = size
        while odd % 2:
            found = node(peaks.pop(), found)
            odd //= 2
        peaks.append(found)
        size += 1
    return size, peaks


def root_of_peaks(peaks: list[bytes]) -> bytes:
    if not peaks:
        return sha(b"")
    found = peaks[-1]
    for peak in peaks[-2::-1]:
        found = node(peak, found)
    return found


def root_of(leaves: list[bytes]) -> bytes:
    return root_of_peaks(peaks_grown(0, [], leaves)[1])


def included(found: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    if index >= size:
        return False
    fn, sn = index, size - 1
    for step in path:
        if sn == 0:
            return False
        if fn % 2 == 1 or fn == sn:
            found = node(step, found)
            while fn % 2 == 0 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = node(found, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and found == root


def consistent(first: int, first_root: bytes, second: int, second_root: bytes, proof: list[bytes]) -> bool:
    if first > second:
        return False
    if first == second:
        return not proof and first_root == second_root
    if first == 0:
        return not proof and first_root == sha(b"")
    if not proof:
        return False
    path = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    fn, sn = first - 1, second - 1
    while fn % 2 == 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for step in path[1:]:
        if sn == 0:
            return False
        if fn % 2 == 1 or fn == sn:
            fr, sr = node(step, fr), node(step, sr)
            while fn % 2 == 0 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node(sr, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == first_root and sr == second_root


# --- streams (docs/evidence.md 1) -----------------------------------------------------------------------------------


class Stream:
    """One chain, checked while it is read. ``hashes[v]`` is the hash of version ``v``; ``hashes[0]`` 32 zero bytes."""

    def __init__(self, site: str, name: str) -> None:
        self.site, self.name = site, name
        self.hashes = [ZERO]
        self.events: list[tuple[int, str, str, dict[str, object]]] = []  # version, at, kind, body
        self.withheld = 0
        self.fault: tuple[str, str] | None = None

    def take(self, line: dict[str, object]) -> None:
        version, expected = whole(line.get("version")), len(self.hashes)
        prev, claimed = unhex(line.get("prev")), unhex(line.get("hash"))
        if version != expected:
            self.broken(expected, "缺失或次序颠倒", "is missing or out of order")
        elif prev != self.hashes[-1]:
            self.broken(version, "与上一条不相接", "does not follow its predecessor")
        body = line.get("body")
        if body is None:
            self.withheld += 1
            self.events.append((version, "", f"withheld:{line.get('kind')}", {}))
        else:
            raw, at, kind = text_of(body).encode(), text_of(line.get("at")), text_of(line.get("kind"))
            fields = (self.site, self.name, str(version), at, text_of(line.get("cause")), kind)
            if sha(prev + framed(*(field.encode() for field in fields)) + raw) != claimed:
                self.broken(version, "内容被改动", "was altered")
            try:
                self.events.append((version, at, kind, obj(parsed(raw))))
            except Unreadable:
                self.broken(version, "读不懂", "is not readable")
        self.hashes.append(claimed)

    def broken(self, version: int, zh: str, en: str) -> None:
        self.fault = self.fault or (f"{self.name} 第{version}条{zh}", f"{self.name}: record {version} {en}")

    @property
    def version(self) -> int:
        return len(self.hashes) - 1

    def at(self, version: int) -> bytes | None:
        return self.hashes[version] if 0 < version < len(self.hashes) else None


class Export:
    """The opened archive."""

    def __init__(self, path: Path) -> None:
        try:
            self.zip = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile) as error:
            raise Unreadable(str(error)) from None
        names = self.zip.namelist()
        if len(set(names)) != len(names) or sum(info.file_size for info in self.zip.infolist()) > LARGEST:
            raise Unreadable("a name stands twice, or the archive is too large")
        self.names = set(names)
        self.manifest = obj(parsed(self.read("manifest.json")))
        if self.manifest.get("format") != "permitbot.export.v1":
            raise Unreadable("manifest.json names another format than permitbot.export.v1")
        self.site = text_of(self.manifest.get("site"))
        self.streams: dict[str, Stream] = {}

    def read(self, name: str) -> bytes:
        try:
            return self.zip.read(name)
        except (KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            raise Unreadable(f"{name} cannot be read: {error}") from None

    def lines(self, name: str) -> list[dict[str, object]]:
        return [obj(parsed(line)) for line in self.read(name).split(b"\n") if line]


def check_files(export: Export, report: Report) -> None:
    listed = obj(export.manifest.get("files"))
    bad = [
        name
        for name, digest in sorted(listed.items())
        if name not in export.names or sha(export.read(name)).hex() != digest
    ]
    strange = sorted(export.names - set(listed) - {"manifest.json"})
    report.check(
        not bad and not strange,
        f"清单内{len(listed)}个文件齐全、摘要相符",
        f"all {len(listed)} files are as the manifest lists them",
        f"与清单不符：{'、'.join([*bad, *strange][:5])}",
        f"files differ from the manifest: {', '.join([*bad, *strange][:5])}",
    )


def check_streams(export: Export, report: Report) -> None:
    records = withheld = 0
    for entry in map(obj, items(export.manifest.get("streams"))):
        stream = Stream(export.site, text_of(entry.get("stream")))
        if stream.name in export.streams:
            raise Unreadable(f"{stream.name} stands twice")
        for line in export.lines(text_of(entry.get("file"))):
            stream.take(line)
        if stream.version != entry.get("records"):
            stream.broken(stream.version + 1, "缺失（清单条数更多）", "is missing (the manifest counts more)")
        if stream.fault:
            report.say(BAD, *stream.fault)
        export.streams[stream.name] = stream
        records, withheld = records + stream.version, withheld + stream.withheld
    if not any(stream.fault for stream in export.streams.values()):
        report.say(
            OK,
            f"{len(export.streams)}条链、{records}条记录逐条相扣",
            f"{records} records in {len(export.streams)} streams, every link holds",
        )
    if withheld:
        report.say(
            CANNOT,
            f"{withheld}条记录因含个人号码或不具名报告人未导出正文，只能看到链在延续",
            f"{withheld} records are withheld (personal numbers, unnamed reporters); only the chain around them is seen",
        )


# --- checkpoints (docs/evidence.md 2, 3) ----------------------------------------------------------------------------


class Checkpoint:
    def __init__(self, site: str, line: dict[str, object]) -> None:
        self.number = whole(line.get("number"))
        self.taken_at = text_of(line.get("taken_at"))
        self.leaves, self.streams = whole(line.get("leaves")), whole(line.get("streams"))
        self.log_root, self.heads_root = unhex(line.get("log_root")), unhex(line.get("heads_root"))
        self.records, self.prev = whole(line.get("records")), unhex(line.get("prev"))
        self.claimed = unhex(line.get("hash"))
        self.proof = [unhex(step) for step in items(line.get("consistency"))]
        numbers = (self.number, self.leaves, self.streams, self.records)
        number, leaves, streams, records = (str(one).encode() for one in numbers)
        self.hash = sha(
            framed(
                b"permitbot.checkpoint.v1",
                site.encode(),
                number,
                self.taken_at.encode(),
                leaves,
                self.log_root,
                streams,
                self.heads_root,
                records,
                self.prev,
            )
        )


def check_checkpoints(export: Export, report: Report) -> tuple[list[Checkpoint], Checkpoint | None]:
    if "checkpoints.jsonl" not in export.names:
        report.say(
            CANNOT,
            "没有存证点：整条链可能是事后重写的",
            "no checkpoint: whole streams may be cut or written anew unseen",
        )
        return [], None
    chain = [Checkpoint(export.site, line) for line in export.lines("checkpoints.jsonl")]
    fault, prev = None, ZERO
    for expected, one in enumerate(chain, start=1):
        if fault is None and (one.number != expected or one.prev != prev or one.hash != one.claimed):
            fault = one.number
        prev = one.hash
    chosen_number = whole(export.manifest.get("checkpoint"))
    chosen = next((one for one in chain if one.number == chosen_number), None)
    if chosen is None:
        raise Unreadable(f"checkpoint {chosen_number} is not among the checkpoints")
    report.check(
        fault is None,
        f"{len(chain)}个存证点前后相扣",
        f"{len(chain)} checkpoints, each chained to the last",
        f"第{fault}号存证点不符（被改动或伪造）",
        f"checkpoint {fault} was altered or forged",
    )
    torn = []
    for one in chain:
        older, newer = (one, chosen) if one.leaves <= chosen.leaves else (chosen, one)
        if not consistent(older.leaves, older.log_root, newer.leaves, newer.log_root, one.proof):
            torn.append(one.number)
    report.check(
        not torn,
        f"各存证点的日志只增不减（对照第{chosen.number}号）",
        f"every checkpoint's log is a beginning of the next (held against {chosen.number})",
        f"存证日志前后不一致：第{torn[:5]}号",
        f"the logs of checkpoints {torn[:5]} contradict number {chosen.number}",
    )
    return chain, chosen


def log_leaf(site: str, stream: str, version: int, head: bytes) -> bytes:
    return leaf(framed(b"permitbot.leaf.v1", site.encode(), stream.encode(), str(version).encode(), head))


def stream_key(site: str, stream: str) -> bytes:
    return sha(framed(b"permitbot.stream.v1", site.encode(), stream.encode()))


def bucket_leaf(entries: list[bytes]) -> bytes:
    keys = [entry[:32] for entry in entries]
    if any(len(entry) != 72 for entry in entries) or keys != sorted(set(keys)):
        raise Unreadable("the entries of a bucket are not in order")
    return leaf(b"".join(entries))


def bucket_of(key: bytes) -> int:
    return int.from_bytes(key[:2], "big") >> 4


def check_proofs(export: Export, chosen: Checkpoint, report: Report) -> dict[str, list[tuple[int, int]]]:
    """Inclusion of every leaf, and that no stream ends early. Returns (position, version) of the leaves by stream."""
    proofs = obj(parsed(export.read("proofs.json")))
    window = proofs.get("window")
    if window is not None:
        return check_window(export, chosen, obj(window), report)
    found: dict[str, list[tuple[int, int]]] = {}
    given = obj(proofs.get("streams"))
    for name, stream in export.streams.items():
        proof = obj(given.get(name)) if name in given else {}
        places = []
        for one in map(obj, items(proof.get("leaves", []))):
            position, version, head = whole(one.get("position")), whole(one.get("version")), unhex(one.get("head"))
            path = [unhex(step) for step in items(one.get("path"))]
            good = included(log_leaf(export.site, name, version, head), position, chosen.leaves, path, chosen.log_root)
            if not good:
                report.say(
                    BAD,
                    f"{name} 第{version}条不在存证日志里（包含证明不成立）",
                    f"{name}: the inclusion proof of record {version} does not hold",
                )
            check_leaf(stream, version, head, report)
            places.append((position, version))
        found[name] = places
        bucket = obj(proof.get("bucket")) if "bucket" in proof else None
        check_end(export, chosen, stream, bucket, report)
    return found


def check_leaf(stream: Stream, version: int, head: bytes, report: Report) -> bool:
    have = stream.at(version)
    if have == head:
        return True
    zh, en = ("尾部被截去", "its tail was cut") if have is None else ("与存证时不同（被重写）", "it was written anew")
    report.say(
        BAD, f"{stream.name} 存证时有第{version}条，导出里{zh}", f"{stream.name}: record {version} was sealed, but {en}"
    )
    return False


def check_end(
    export: Export, chosen: Checkpoint, stream: Stream, bucket: dict[str, object] | None, report: Report
) -> None:
    """Where the stream ended when the checkpoint was taken: the bucket holds it once, or not at all."""
    if bucket is None:
        report.say(
            CANNOT,
            f"{stream.name} 没有结尾证明，看不出尾部是否被截去",
            f"{stream.name}: no proof of its end; a cut tail would not be seen",
        )
        return
    entries = [unhex(entry, 72) for entry in items(bucket.get("entries"))]
    path = [unhex(step) for step in items(bucket.get("path"))]
    key = stream_key(export.site, stream.name)
    if not included(bucket_leaf(entries), bucket_of(key), BUCKETS, path, chosen.heads_root):
        report.say(BAD, f"{stream.name} 的结尾证明不成立", f"{stream.name}: the proof of its end does not hold")
        return
    check_sealed_end(stream, next((entry for entry in entries if entry[:32] == key), None), chosen, report)


def check_sealed_end(stream: Stream, entry: bytes | None, chosen: Checkpoint, report: Report) -> None:
    if entry is None:
        report.say(
            CANNOT,
            f"{stream.name} 在第{chosen.number}号存证点时还不存在，尚未存证",
            f"{stream.name} did not exist at checkpoint {chosen.number}: not sealed yet",
        )
        return
    sealed, head = int.from_bytes(entry[32:40], "big"), entry[40:]
    if check_leaf(stream, sealed, head, report):
        report.say(
            OK,
            f"{stream.name} 到第{sealed}条已由第{chosen.number}号存证点封存，未缺尾",
            f"{stream.name}: sealed up to record {sealed} by checkpoint {chosen.number}, no tail is missing",
        )
        if stream.version > sealed:
            report.say(
                CANNOT,
                f"{stream.name} 之后{stream.version - sealed}条尚未存证",
                f"{stream.name}: {stream.version - sealed} later records are not sealed yet",
            )


def check_window(
    export: Export, chosen: Checkpoint, window: dict[str, object], report: Report
) -> dict[str, list[tuple[int, int]]]:
    """A whole span: all leaves of the log in it, so that a stream taken out as a whole is missed."""
    size, until = whole(window.get("size")), whole(window.get("until"))
    peaks = [unhex(peak) for peak in items(window.get("peaks"))]
    found: dict[str, list[tuple[int, int]]] = {}
    hashes = []
    missing = set()
    for position, row in enumerate(map(items, items(window.get("leaves"))), start=size):
        if len(row) != 3:
            raise Unreadable("a leaf has three parts")
        name, version, head = text_of(row[0]), whole(row[1]), unhex(row[2])
        hashes.append(log_leaf(export.site, name, version, head))
        stream = export.streams.get(name)
        if stream is not None:
            check_leaf(stream, version, head, report)
            found.setdefault(name, []).append((position, version))
        elif position < until:
            missing.add(name)
    total, grown = peaks_grown(size, peaks, hashes)
    report.check(
        total == chosen.leaves and root_of_peaks(grown) == chosen.log_root,
        f"该时段存证日志{len(hashes)}项完整",
        f"all {len(hashes)} leaves of the log in this span are there",
    )
    for name in sorted(missing)[:20]:
        report.say(BAD, f"{name} 存证时存在，导出里整条没有", f"{name} was sealed, but the whole stream is missing")
    entries = [unhex(entry, 72) for entry in items(window.get("heads"))]
    buckets: list[list[bytes]] = [[] for _ in range(BUCKETS)]
    for entry in entries:
        buckets[bucket_of(entry)].append(entry)
    report.check(
        root_of([bucket_leaf(one) for one in buckets]) == chosen.heads_root and len(entries) == chosen.streams,
        f"各链结尾表（{len(entries)}条）与存证一致",
        f"the table of {len(entries)} stream ends is the sealed one",
    )
    ends = {entry[:32]: entry for entry in entries}
    for name, stream in export.streams.items():
        check_sealed_end(stream, ends.get(stream_key(export.site, name)), chosen, report)
    return found


def check_anchor(
    anchor: tuple[int | None, bytes] | None,
    chain: list[Checkpoint],
    chosen: Checkpoint | None,
    places: dict[str, list[tuple[int, int]]],
    report: Report,
) -> None:
    if anchor is None:
        report.say(
            CANNOT,
            "仅自证：没有给出系统之外保存的存证值，不能排除全部重写",
            "SELF-ATTESTED ONLY: no anchor from outside was given; everything may have been written anew",
        )
        return
    number, digest = anchor
    held = next((one for one in chain if one.hash == digest and number in (None, one.number)), None)
    if held is None or chosen is None:
        report.say(
            BAD,
            "外部存证值不在导出的存证点之中：记录被重写，或不是这个系统的",
            "the anchor is not among the checkpoints: the journal was written anew, or it is another one's",
        )
        return
    if held.number >= chosen.number:
        report.say(
            OK,
            f"外部存证值与第{held.number}号存证点（{held.taken_at}）相符，封存内容在那时已经存在",
            f"the anchor is checkpoint {held.number} ({held.taken_at}): what is sealed existed by then",
        )
        return
    covered = sum(position < held.leaves for each in places.values() for position, _ in each)
    report.say(
        CANNOT,
        f"外部存证值只到第{held.number}号，证明用的是第{chosen.number}号：{covered}个存证项受其保护，之后是否缺尾不明。请索取 --checkpoint {held.number} 的导出",
        f"the anchor is checkpoint {held.number}, the proofs are for {chosen.number}: {covered} leaves are anchored, a tail cut later is not excluded. Ask for an export with --checkpoint {held.number}",
    )


# --- what the records say (docs/evidence.md 4, 5) -------------------------------------------------------------------


def decision_hash(permit: str, content: str, verdict: str, step: str, person: str) -> str:
    parts = ("permitbot.decision.v1", permit, content, verdict, step, person)
    return sha("\n".join(f"{len(part)}:{part}" for part in parts).encode()).hex()


def check_contents(export: Export, report: Report) -> list[tuple[Stream, str, dict[str, object], str]]:
    """Content hashes, decisions bound to them. Returns the signatures of keys: stream, time, assertion, person."""
    signatures, decisions, bad = [], 0, 0
    for stream in export.streams.values():
        if not stream.name.startswith("permit/"):
            continue
        permit, current = stream.name.removeprefix("permit/"), ""
        for version, at, kind, body in stream.events:
            where = f"{stream.name} #{version}"
            if kind == "PermitSubmitted":
                head = f"permitbot.content.v1\n{permit}\n{body.get('revision')}\n".encode()
                content = sha(head + canonical(body.get("content"))).hex()
                current = text_of(body.get("content_hash"))
                if content != current:
                    bad += 1
                    report.say(
                        BAD, f"{where} 票面内容与其摘要不符", f"{where}: the content does not have the hash it names"
                    )
            elif kind == "withheld:PermitSubmitted":
                current = "?"
            elif kind in SIGNED and current == "?":
                report.say(CANNOT, f"{where} 所签内容未导出，无法核对", f"{where}: what it signs is withheld")
            elif kind in SIGNED:
                decisions += 1
                fault, assertion = decision_fault(permit, current, kind, body)
                if fault:
                    bad += 1
                    report.say(BAD, f"{where} {fault[0]}", f"{where}: {fault[1]}")
                if assertion is not None:
                    signatures.append((stream, at, assertion, str(obj(body.get("by")).get("id"))))
    if not bad:
        report.say(
            OK,
            f"{decisions}个签字决定都对应当时的票面内容",
            f"{decisions} decisions are bound to the content of their moment",
        )
    return signatures


def decision_fault(
    permit: str, current: str, kind: str, body: dict[str, object]
) -> tuple[tuple[str, str] | None, dict[str, object] | None]:
    person = str(obj(body.get("by")).get("id"))
    if "content_hash" in body and body["content_hash"] != current:
        return ("签的不是当时的票面内容", "signs another content than the permit had"), None
    if body.get("proof") is None:
        return None, None
    proof = obj(body["proof"])
    step = "work_leader" if kind == "ReviewRequested" else text_of(body.get("node") or body.get("role"))
    if proof.get("subject") != person:
        return ("确认的不是签字人本人", "was confirmed by somebody else"), None
    if proof.get("decision_hash") != decision_hash(permit, current, SIGNED[kind], step, person):
        return ("身份确认对应的不是这个决定", "its proof is for another decision"), None
    if proof.get("assertion") is None:
        return None, None
    said = obj(parsed(text_of(obj(proof["assertion"]).get("decision"))))
    wanted = {"permit": permit, "content_hash": current, "verdict": SIGNED[kind], "step": step, "person": person}
    if "text" in said:  # what was said with it is signed, too; older signatures do not name it
        wanted["text"] = text_of(body.get("cause_removed") or "")
    if any(said.get(name) != value for name, value in wanted.items()):
        return ("密钥签的不是这个决定", "the key signed another decision"), None
    return None, obj(proof["assertion"])


def check_hazards(export: Export, report: Report) -> None:
    """Whoever mended a hazard did not accept it, nor grant himself time; each was mended with new pictures (4)."""
    looked, bad, hidden = 0, 0, 0
    for stream in export.streams.values():
        if not stream.name.startswith("hazard/"):
            continue
        looked += 1
        fault, unsure = hazard_fault(stream)
        hidden += unsure
        if fault is not None:
            bad += 1
            version, zh, en = fault
            report.say(BAD, f"{stream.name} 第{version}条{zh}", f"{stream.name} #{version}: {en}")
    if looked and not bad:
        report.say(
            OK,
            f"{looked}条隐患：整改的人都没有自己验收，整改前后各有照片",
            f"{looked} hazards: nobody accepted what he mended, each was mended with new pictures",
        )
    if hidden:
        report.say(
            CANNOT,
            f"{hidden}条隐患有整改、派发或验收记录未导出正文，由谁整改无法全部核对",
            f"{hidden} hazards: an assignment, mending or acceptance is withheld; who mended is not wholly seen",
        )


def hazard_fault(stream: Stream) -> tuple[tuple[int, str, str] | None, bool]:
    """What is wrong with one hazard, and whether a record that matters for it is withheld."""
    hands: set[str] = set()
    shown: set[str] = set()
    responsible = asked = ""
    unsure = False
    for version, _, kind, body in stream.events:
        who = str(obj(body.get("by")).get("id")) if body else ""
        if kind.startswith("withheld:"):
            unsure |= kind.removeprefix("withheld:") in ("HazardAssigned", "HazardRectified", "HazardAccepted")
        elif kind == "HazardAssigned":
            responsible = text_of(body.get("to"))
        elif kind == "ExtensionAsked":
            asked = who
        elif kind == "ExtensionGranted" and who == asked:
            return (version, "自己批了自己的延期", "whoever asked for more time granted it himself"), unsure
        elif kind == "HazardRectified":
            hands |= {who, responsible} - {""}
            photos = {text_of(one) for one in items(body.get("photos"))}
            if not photos or photos & shown:
                return (version, "没有新的整改后照片", "is put right without a new picture"), unsure
        elif kind == "HazardAccepted" and who in hands | {responsible}:
            return (version, "整改的人自己验收", "whoever mended it accepted it himself"), unsure
        if kind != "HazardRectified":
            media_named(body, shown)
    return None, unsure


def check_rules(export: Export, report: Report) -> None:
    frozen = {}
    for stream in export.streams.values():
        for _, _, kind, body in stream.events:
            if kind == "PermitSubmitted":
                frozen[f"rules/{stream.name.removeprefix('permit/')}-r{body.get('revision')}.json"] = canonical(
                    body.get("rules")
                )
    given = {name for name in export.names if name.startswith("rules/")}
    bad = [name for name in sorted(given | set(frozen)) if name not in given or frozen.get(name) != export.read(name)]
    hidden = any(stream.withheld for stream in export.streams.values())
    bad = [name for name in bad if not (hidden and name in given and name not in frozen)]
    report.check(
        not bad,
        f"{len(frozen)}份规则与提交时冻结的一致",
        f"{len(frozen)} sets of rules are the frozen ones",
        f"规则被改动或缺失：{'、'.join(bad[:5])}",
        f"rules altered or missing: {', '.join(bad[:5])}",
    )


def media_named(value: object, found: set[str]) -> None:
    if isinstance(value, dict):
        for name, one in value.items():
            if name in ("media", "evidence") and isinstance(one, str) and re.fullmatch(r"[0-9a-f]{64}", one):
                found.add(one)
            elif name in ("photos", "videos") and isinstance(one, list):
                found |= {each for each in one if isinstance(each, str) and re.fullmatch(r"[0-9a-f]{64}", each)}
            media_named(one, found)
    elif isinstance(value, list):
        for one in value:
            media_named(one, found)


def check_media(export: Export, report: Report) -> None:
    named: set[str] = set()
    for stream in export.streams.values():
        for _, _, kind, body in stream.events:
            media_named(
                {name: one for name, one in body.items() if name != "rules"} if kind == "PermitSubmitted" else body,
                named,
            )
    given = {name.removeprefix("media/"): name for name in export.names if name.startswith("media/")}
    altered = [digest for digest, name in sorted(given.items()) if sha(export.read(name)).hex() != digest]
    gone = check_forgotten(export, report)
    absent = sorted(named - set(given) - gone)
    report.check(
        not altered,
        f"{len(given)}个照片等原件与其指纹相符",
        f"{len(given)} originals (photos and others) have the hashes the records name",
        f"原件被替换：{'、'.join(one[:12] for one in altered[:5])}",
        f"originals were exchanged: {', '.join(one[:12] for one in altered[:5])}",
    )
    if absent:
        report.say(
            CANNOT,
            f"{len(absent)}个原件不在导出里（记录中有指纹）：{absent[0][:12]}…",
            f"{len(absent)} originals named by records are not in the export: {absent[0][:12]}…",
        )


def check_forgotten(export: Export, report: Report) -> set[str]:
    """Originals deleted when their time of keeping was over: the stream of deletions must tell of exactly these batches."""
    if "forgotten.jsonl" not in export.names:
        return set()
    stream = export.streams.get("retention/forgotten")
    told = (
        {version: body.get("digest") for version, _, kind, body in stream.events if kind == "Forgotten"}
        if stream
        else {}
    )
    gone: set[str] = set()
    lied = []
    for line in export.lines("forgotten.jsonl"):
        version, hashes = whole(line.get("version")), sorted(text_of(one) for one in items(line.get("hashes")))
        if told.get(version) != sha("".join(f"{one}\n" for one in hashes).encode()).hex():
            lied.append(version)
        else:
            gone |= set(hashes)
    report.check(
        not lied,
        f"缺的原件已按保存期限删除，有当时的记录（{len(told)}批）",
        "originals that are missing were deleted when their time of keeping was over, as recorded then",
        f"自称按期限删除、但记录里没有：第{lied[:5]}条",
        f"said to be deleted in time, but no record tells of it: {lied[:5]}",
    )
    return gone


def check_readings(export: Export, report: Report) -> None:
    if "readings.jsonl" not in export.names:
        if "segments.jsonl" in export.names:
            check_segments(export, report)
        return
    count = 0
    chain = ZERO
    for line in filter(None, export.read("readings.jsonl").split(b"\n")):
        obj(parsed(line))
        chain, count = sha(chain + line), count + 1
    report.check(
        chain.hex() == export.manifest.get("readings"),
        f"{count}条仪器读数成段完整",
        f"{count} readings are one whole segment",
    )
    sealed, hours = check_segments(export, report)
    readings = [obj(parsed(line)) for line in export.read("readings.jsonl").split(b"\n") if line]
    outside = [one for one in readings if canonical(one) not in sealed]
    behind = sum(said_in(one) in hours for one in outside)
    if behind:
        report.say(
            CANNOT,
            f"{behind}条仪器读数所属的时段已封存，封存时没有这些读数：是事后加进去的（系统时钟回拨过，或有人补写），不能当作证据",
            f"{behind} readings are of hours that were sealed without them: they were put in afterwards (a clock was set"
            " back, or somebody wrote them), and prove nothing",
        )
    alone = len(outside) - behind
    if alone:
        report.say(
            CANNOT,
            f"{alone}条仪器读数还没有封存，只由本系统自证",
            f"{alone} readings lie in no sealed hour: they are attested by this system alone",
        )
    if not outside:
        report.say(OK, "仪器读数都在封存的时段里", "every reading lies in a sealed hour")


def said_in(reading: dict[str, object]) -> tuple[str, str]:
    """Whose reading it is, and of which hour."""
    return text_of(reading.get("device")), text_of(reading.get("received_at"))[: len("2026-01-05T01")]


def check_segments(export: Export, report: Report) -> tuple[set[bytes], set[tuple[str, str]]]:
    """Whole hours of readings, each as the record of its hash says. Returns the readings in them, without their permit,
    and who spoke in which of these hours."""
    named = {}
    for name, stream in export.streams.items():
        for _, _, kind, body in stream.events:
            if name.startswith("readings/") and kind == "SegmentSealed":
                named[name.removeprefix("readings/"), body.get("hour")] = body
    found: set[bytes] = set()
    hours: set[tuple[str, str]] = set()
    bad, unnamed, count, added, gone = [], 0, 0, 0, 0
    for told in export.lines("segments.jsonl") if "segments.jsonl" in export.names else []:
        subject, hour = text_of(told.get("subject")), text_of(told.get("hour"))
        lines = [text_of(line).encode() for line in items(told.get("lines"))]
        if not lines and told.get("count") and "readings.jsonl" not in export.names:
            gone += 1
            continue
        state = ZERO
        for line in lines:
            state = sha(state + line)
        head = {"site": export.site, "subject": subject, "hour": hour, "count": len(lines), "lost": told.get("lost")}
        digest = sha(canonical(head) + unhex(told.get("previous")) + state).hex()
        record = named.get((subject, hour))
        if digest != told.get("hash") or (record is not None and digest != record.get("hash")):
            bad.append(f"{subject} {hour}")
        elif record is None:
            unnamed += 1
        else:
            count += 1
            added += len(lines) if "+" in subject.partition(":")[0] else 0
            readings = [obj(parsed(line)) for line in lines]
            kind, _, name = subject.partition(":")
            hours |= {said_in(reading) for reading in readings}
            hours |= {(name, hour[: len("2026-01-05T01")])} if kind.startswith("device") else set()
            found |= {canonical({key: one for key, one in reading.items() if key != "permit"}) for reading in readings}
    report.check(
        not bad,
        f"{count}个时段的仪器读数与封存的指纹一致",
        f"{count} hours of readings are as they were sealed",
        f"仪器读数被改动：{'、'.join(bad[:5])}",
        f"readings were altered: {', '.join(bad[:5])}",
    )
    if gone:
        report.say(
            CANNOT,
            f"{gone}个封存时段的仪器读数一条也没有：保存期满已删除，或被人取走",
            f"of {gone} sealed hours no reading is left: their time of keeping was over, or somebody took them away",
        )
    if added:
        report.say(
            CANNOT,
            f"{added}条仪器读数是在所属时段封存之后才补入、另行封存的（系统时钟回拨过）；是否那时测得，只由本系统自证",
            f"{added} readings came in after their hour was sealed, and were sealed apart (a clock was set back): that they"
            " are of that hour is attested by this system alone",
        )
    if unnamed:
        report.say(CANNOT, f"{unnamed}个时段的读数还没有记入存证", f"{unnamed} hours of readings have no record yet")
    return found, hours


# --- signatures of people's own keys (docs/evidence.md 6) -----------------------------------------------------------


def b64(text: object) -> bytes:
    raw = text_of(text)
    try:
        return base64.b64decode(raw + "=" * (-len(raw) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise Unreadable("not base64url") from None


def cbor(raw: bytes) -> object:
    value, end = cbor_at(raw, 0)
    if end != len(raw):
        raise Unreadable("bytes after the end of a key")
    return value


def cbor_at(raw: bytes, place: int) -> tuple[object, int]:
    """What a COSE key needs of RFC 8949: whole numbers, byte and text strings, maps."""
    if place >= len(raw):
        raise Unreadable("a key ends too early")
    major, short = raw[place] >> 5, raw[place] & 31
    place += 1
    if short >= 24:
        extra = {24: 1, 25: 2, 26: 4, 27: 8}.get(short, 0)
        if not extra or place + extra > len(raw):
            raise Unreadable("a key is not readable")
        short, place = int.from_bytes(raw[place : place + extra], "big"), place + extra
    if major in (0, 1):
        return (short if major == 0 else -1 - short), place
    if major in (2, 3):
        part = raw[place : place + short]
        if len(part) != short:
            raise Unreadable("a key ends too early")
        return (part if major == 2 else part.decode()), place + short
    if major == 5:
        found: dict[object, object] = {}
        for _ in range(short):
            name, place = cbor_at(raw, place)
            found[name], place = cbor_at(raw, place)
        return found, place
    raise Unreadable("a key is not readable")


def signed_well(cose: dict[object, object], signature: bytes, data: bytes) -> bool:
    """ES256 (-7), RS256 (-257), EdDSA (-8). Raise `ImportError` without the library ``cryptography``."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

    def part(name: int) -> bytes:
        value = cose.get(name)
        if not isinstance(value, bytes):
            raise Unreadable("a part of the key is missing")
        return value

    try:
        match cose.get(1), cose.get(3):
            case 2, -7 if cose.get(-1) == 1:
                numbers = ec.EllipticCurvePublicNumbers(
                    int.from_bytes(part(-2), "big"), int.from_bytes(part(-3), "big"), ec.SECP256R1()
                )
                numbers.public_key().verify(signature, data, ec.ECDSA(hashes.SHA256()))
            case 3, -257:
                public = rsa.RSAPublicNumbers(int.from_bytes(part(-2), "big"), int.from_bytes(part(-1), "big"))
                public.public_key().verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
            case 1, -8 if cose.get(-1) == 6:
                ed25519.Ed25519PublicKey.from_public_bytes(part(-2)).verify(signature, data)
            case _:
                raise Unreadable("a key of an unknown kind")
    except (InvalidSignature, ValueError):
        return False
    return True


def assertion_fault(given: dict[str, object], at: str) -> tuple[str, str] | None:
    """What is wrong with one signature; nothing when it is good. Order: challenge, page, presence, signature."""
    nonce, decision = b64(given.get("nonce")), text_of(given.get("decision"))
    client_raw, authenticator = b64(given.get("client_data")), b64(given.get("authenticator_data"))
    client, said = obj(parsed(client_raw)), obj(parsed(decision))
    challenge = sha(b"\0".join((b"permitbot.passkey.v1", nonce, decision.encode())))
    if len(nonce) != 16 or canonical(said).decode() != decision or b64(client.get("challenge")) != challenge:
        return "签名的挑战值不对应这个决定", "the challenge is not made of this decision"
    origin = text_of(client.get("origin"))
    host = re.sub(r"^https?://|:\d+$", "", origin)
    parents = [host.split(".", count)[-1] for count in range(host.count(".") + 1)]
    if client.get("type") != "webauthn.get" or client.get("crossOrigin") is True:
        return "不是本页面上的签名", "not a signature made on the page itself"
    if len(authenticator) < 37 or authenticator[:32] not in {sha(parent.encode()) for parent in parents}:
        return "签名属于另一个网站", "the signature belongs to another site"
    if authenticator[32] & 0x05 != 0x05:
        return "签名时没有核验指纹或面容", "finger or face was not verified"
    if not text_of(said.get("from")) <= second(at) <= text_of(said.get("until")):
        return "签名不在其有效时间内", "outside the window the decision names"
    cose = cbor(b64(given.get("public_key")))
    if not isinstance(cose, dict) or not signed_well(
        cose, b64(given.get("signature")), authenticator + sha(client_raw)
    ):
        return "密钥签名不成立", "the signature of the key does not hold"
    return None


def second(at: str) -> str:
    moment = datetime.fromisoformat(at).astimezone(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def check_signatures(
    export: Export, signatures: list[tuple[Stream, str, dict[str, object], str]], report: Report
) -> None:
    good = unbound = 0
    for stream, at, given, person in signatures:
        try:
            fault = assertion_fault(given, at)
        except ImportError:
            report.say(
                CANNOT,
                f"{len(signatures)}个密钥签名未核对：本机没有 cryptography 库",
                f"{len(signatures)} key signatures not checked: the library cryptography is not installed",
            )
            return
        except Unreadable as error:
            fault = (f"密钥签名读不懂（{error}）", f"a key signature cannot be read ({error})")
        if fault:
            report.say(BAD, f"{stream.name} {person} {at}：{fault[0]}", f"{stream.name} {person} {at}: {fault[1]}")
            continue
        good += 1
        enrolled = key_standing(export, person, given, at)
        unbound += enrolled is None
        if enrolled is False:
            report.say(
                BAD,
                f"{stream.name} {person}：密钥登记的不是这一把，或当时已停用",
                f"{stream.name} {person}: this key was not the enrolled one, or was not in force",
            )
    if good:
        report.say(OK, f"{good}个密钥签名成立", f"{good} signatures of keys hold")
    if unbound:
        report.say(
            CANNOT,
            f"{unbound}个签名的密钥没有附登记记录，密钥归谁只由本系统自证",
            f"for {unbound} signatures the enrolment of the key is not in the export: whose key it is, is attested by this system alone",
        )


def key_standing(export: Export, person: str, given: dict[str, object], at: str) -> bool | None:
    """True: enrolled to this person and in force then. False: another key, or ended. None: no record of enrolment."""
    stream = export.streams.get(f"keys/{person}")
    if stream is None:
        return None
    standing = False
    for _, when, kind, body in stream.events:
        if when > at or body.get("credential") != given.get("credential"):
            continue
        if kind == "KeyEnrolled":
            standing = body.get("public_key") == given.get("public_key")
        elif kind in ("KeyRevoked", "KeySuspended"):
            standing = False
    return standing


# --- numbers of a place's screen (docs/evidence.md 4) ----------------------------------------------------------------

NUMBER_COUNTS = timedelta(minutes=10)


def check_numbers(export: Export, report: Report) -> None:
    """Whether whoever signed beside the screen of the place is on record there: by its number, minutes before."""
    good = 0
    for stream in export.streams.values():
        last: dict[str, tuple[str, str]] = {}
        hidden = False
        for version, at, kind, body in stream.events if stream.name.startswith("permit/") else ():
            by, proof = body.get("by"), body.get("proof")
            hidden = hidden or kind == "withheld:ArrivedOnSite"
            if not isinstance(by, dict):
                continue  # withheld
            who = text_of(by.get("id"))
            if kind == "ArrivedOnSite":
                last[who] = (text_of(body.get("way")), at)
            if (
                kind not in SIGNED
                or not isinstance(proof, dict)
                or proof.get("method") != "platform_session_fresh_code"
            ):
                continue
            way, seen = last.get(who, ("", at))
            if way == "fresh_code" and minutes_before(seen, at):
                good += 1
            else:
                where = f"{stream.name} #{version}"
                report.say(
                    CANNOT if hidden else BAD,
                    f"{where} 现场动态码：没有此人十分钟内输过的记录",
                    f"{where}: no number of the place's screen on record",
                )
    if good:
        report.say(
            OK,
            f"{good}个签字前十分钟内有本人输入现场动态码的记录；是本系统的记录，不是本人钥匙签名",
            f"{good} signatures within ten minutes of a number of the place's screen; this system's word, no key signed them",
        )


def minutes_before(seen: str, at: str) -> bool:
    """Whether the number was given that short before; a time nobody can read is no such time."""
    try:
        return timedelta(0) <= datetime.fromisoformat(at) - datetime.fromisoformat(seen) <= NUMBER_COUNTS
    except (ValueError, TypeError):
        return False


# --- PINs given while the chat was down (docs/evidence.md 4) --------------------------------------------------------


def check_offline(export: Export, report: Report) -> None:
    """Whether both PINs and the outage are on record for each decision that says so. Nobody's key signed anything here."""
    good = unshown = 0
    for stream in export.streams.values():
        for version, at, kind, body in stream.events if stream.name.startswith("permit/") else ():
            proof = body.get("proof")
            if kind not in SIGNED or not isinstance(proof, dict) or proof.get("method") != "offline_pin":
                continue
            fault = offline_fault(export, stream.name.removeprefix("permit/"), at, body, obj(proof))
            if fault is None:
                good += 1
            elif fault == MISSING:
                unshown += 1
            else:
                where = f"{stream.name} #{version}"
                report.say(BAD, f"{where} 离线确认：{fault[0]}", f"{where} by PIN: {fault[1]}")
    if good:
        report.say(
            OK,
            f"{good}个离线确认与两人的离线码记录、平台中断记录相符；是本系统的记录，不是本人钥匙签名",
            f"{good} decisions by PIN agree with the records of both PINs and of the outage; they are this system's word, no key signed them",
        )
    if unshown:
        report.say(
            CANNOT,
            f"{unshown}个离线确认没有附离线码或中断记录，无法核对",
            f"for {unshown} decisions by PIN the records of the PINs or of the outage are not in the export",
        )


MISSING = ("", "")


def offline_fault(
    export: Export, permit: str, at: str, body: dict[str, object], proof: dict[str, object]
) -> tuple[str, str] | None:
    """What is wrong; `MISSING` where a record that would tell is not in the export."""
    first, second = text_of(obj(body.get("by")).get("id")), text_of(proof.get("second"))
    if not second or first == second:
        return "没有另一位第二人", "there is no other second person"
    missing = False
    for person, part in ((first, "signer"), (second, "second")):
        given = pin_given(export, person, part, permit, text_of(proof.get("decision_hash")), at)
        missing = missing or given is None
        if given is False:
            return f"{person}当时没有为这个决定输入有效的离线码", f"{person} gave no PIN in force for this decision"
    outages = [one for name, one in export.streams.items() if name.startswith("outage/")]
    if any(down_then(one, text_of(proof.get("down_since")), at) for one in outages):
        return MISSING if missing else None
    return ("那时没有平台中断的记录", "no outage is on record for that moment") if outages else MISSING


def pin_given(export: Export, person: str, part: str, permit: str, bound: str, at: str) -> bool | None:
    """True: a PIN that was in force was given for exactly this decision by then. None: no record of the person's PIN."""
    stream = export.streams.get(f"pins/{person}")
    if stream is None:
        return None
    active = locked = given = False
    for _, when, kind, body in stream.events:
        if when > at:
            break
        if kind == "PinEnrolled":
            active, locked = True, False
        elif kind == "PinLocked":
            active, locked = False, True
        elif kind == "PinReopened":
            active, locked = active or locked, False
        elif kind == "PinRevoked":
            active = locked = False
        elif kind == "PinUsed":
            told = (body.get("permit"), body.get("decision_hash"), body.get("part"))
            given = given or (active and told == (permit, bound, part))
    return given


def down_then(stream: Stream, since: str, at: str) -> bool:
    """Whether the platform was down from exactly then on, and still at that moment."""
    known = ""
    for _, when, kind, body in stream.events:
        if when > at:
            break
        if kind == "PlatformLost":
            known = text_of(body.get("at"))
        elif kind == "PlatformBack":
            known = ""
    return bool(known) and known == since


# --- what the gate checks (docs/evidence.md 7) ----------------------------------------------------------------------

GATE = b"permitbot.gate.v1\n"
SKEW = 120
STANDINGS = {1: "may enter", 2: "suspended", 3: "ended", 4: "void", 5: "expired", 6: "not issued"}


class Gate:
    """A pass or a list whose bytes were read; ``good`` says whether its signature is."""

    def __init__(self, text: str, prefix: str, keys: dict[str, bytes]) -> None:
        kind, _, letters = text.strip().upper().partition(":")
        try:
            raw = base64.b32decode(letters + "=" * (-len(letters) % 8))
        except ValueError:
            raise Unreadable("not base32") from None
        self.body, signature = raw[:-64], raw[-64:]
        if kind != prefix or self.body[:1] != prefix[2:3].replace("G", "P").encode() or len(self.body) < 5:
            raise Unreadable(f"not a {prefix}")
        self.key = self.body[1:5].hex()
        self.known = self.key in keys
        self.good = self.known and ed25519_good(keys[self.key], signature, GATE + self.body)
        self.place = 5

    def take(self, count: int) -> bytes:
        part = self.body[self.place : self.place + count]
        if len(part) != count:
            raise Unreadable("it ends too early")
        self.place += count
        return part

    def number(self, count: int) -> int:
        return int.from_bytes(self.take(count), "big")

    def text(self) -> str:
        try:
            return self.take(self.number(1)).decode()
        except UnicodeDecodeError:
            raise Unreadable("a text is not UTF-8") from None

    def end(self) -> None:
        if self.place != len(self.body):
            raise Unreadable("bytes after the end")


def ed25519_good(public: bytes, signature: bytes, data: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def gate_keys(path: str) -> tuple[str, dict[str, bytes]]:
    """The site and its public keys by name; a name that is not the hash of its key is not believed."""
    try:
        told = obj(parsed(Path(path).read_bytes()))
    except OSError as error:
        raise Unreadable(str(error)) from None
    raws = [b64(obj(one).get("x")) for one in items(told.get("keys"))]
    return text_of(told.get("site")), {sha(raw)[:4].hex(): raw for raw in raws}


def said(moment: int) -> str:
    return datetime.fromtimestamp(moment, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def check_origin(one: Gate, zh: str, en: str, report: Report) -> bool:
    return report.check(
        one.good,
        f"{zh}的签名成立（钥匙 {one.key}）",
        f"the signature of the {en} holds (key {one.key})",
        f"{zh}是伪造的或被改过" if one.known else f"{zh}不是这些钥匙签的",
        f"the {en} was forged or altered" if one.known else f"the {en} is signed with none of these keys",
    )


def check_pass(text: str, site: str, keys: dict[str, bytes], now: int, report: Report) -> dict[str, object] | None:
    one = Gate(text, "PTG1", keys)
    if not check_origin(one, "门岗码", "pass", report):
        return None
    shown: dict[str, object] = {name: one.number(4) for name in ("issued", "from", "until")}
    shown |= {"standing": one.number(1), "people": one.number(1), "version": one.number(4), "head": one.take(8).hex()}
    shown |= {name: one.text() for name in ("site", "number", "work", "place", "guardian")}
    one.end()
    issued, start, until = (whole(shown[name]) for name in ("issued", "from", "until"))
    told = f"{shown['number']} {shown['work']} {shown['place']} {said(start)}..{said(until)} {shown['guardian']}"
    report.say(OK, f"票面：{told}", f"it says: {told}; record {shown['version']}, head {shown['head']}…")
    report.check(shown["site"] == site, "是本厂的票", "it is of this site", "是别的厂的票", "it is of another site")
    report.check(
        issued <= now + SKEW,
        f"签发于{said(issued)}",
        f"issued {said(issued)}",
        "签发时间在将来",
        "it is dated in the future",
    )
    report.check(now < until, "票面时间未过", "its time is not over", "票面时间已过", "its time is over")
    return shown


def check_list(
    text: str, shown: dict[str, object], site: str, keys: dict[str, bytes], now: int, seen: int, report: Report
) -> None:
    one = Gate(text, "PTL1", keys)
    if not check_origin(one, "状态名单", "status list", report):
        return
    number, issued, expires, early, count = (one.number(size) for size in (8, 4, 4, 2, 2))
    of = one.text()
    entries = {one.take(8): one.number(1) for _ in range(count)}
    one.end()
    report.check(
        of == site, "是本厂的名单", "the list is of this site", "是别的厂的名单", "the list is of another site"
    )
    report.check(
        issued <= now + SKEW and now < expires,
        f"名单{said(issued)}签发，还有效",
        f"the list of {said(issued)} is in force",
        f"名单过旧或时间不对（{said(issued)}）",
        f"the list of {said(issued)} is over, or not yet",
    )
    report.check(
        number >= seen,
        f"名单到第{number}条记录",
        f"the list covers record {number}",
        "名单比看过的旧",
        "the list is older than one seen before",
    )
    told = entries.get(sha(f"{site}\n{shown['number']}".encode())[:8])
    if told is None:
        report.say(BAD, "名单上没有这张票", "the list does not name this permit")
    else:
        if told == 1 and shown["standing"] != 1 and whole(shown["issued"]) >= issued:
            told = whole(shown["standing"])
        word = STANDINGS.get(told, "?")
        report.check(
            told == 1, "名单上这张票有效", "the list names it as good", f"名单上这张票：{word}", f"the permit is {word}"
        )
    opens = whole(shown["from"]) - early * 60
    report.check(
        now >= opens,
        "已到进场时间",
        "its time has come",
        f"{said(opens)}才可进场",
        f"nobody may enter before {said(opens)}",
    )


def check_endorsed(
    code: str, path: Path, anchor: tuple[int | None, bytes] | None, site: str, keys: dict[str, bytes], report: Report
) -> None:
    """Whether the key behind a pass is on the site's own sealed record, and had not ended when the pass was issued."""
    export = Export(path)
    found = verify(export, anchor)
    one = Gate(code, "PTG1", keys)
    issued = said(one.number(4))
    if export.site != site:
        report.say(BAD, "为钥匙作证的是别的厂的导出", "the export that should endorse the key is of another site")
        return
    if found.code == FAILS:
        report.say(BAD, "为钥匙作证的导出不成立", "the export that should endorse the key does not hold")
        return
    stream = export.streams.get("gate/keys")
    public = keys.get(one.key)
    since = until = ""
    for _, at, kind, body in stream.events if stream else ():
        if body.get("key") == one.key and kind == "GateKeyNamed" and b64(body.get("public")) == public:
            since, until = at, ""
        elif body.get("key") == one.key and kind == "GateKeyEnded":
            until = at
    if not since:
        report.say(BAD, f"钥匙 {one.key} 不在本厂的记录里", f"key {one.key} is not on the site's record")
    elif until and second(until) < issued:
        report.say(BAD, f"钥匙 {one.key} 在签发前已停用", f"key {one.key} had ended ({until}) when the pass was issued")
    elif found.code == HOLDS:
        report.say(
            OK, f"钥匙 {one.key} 在封存的记录里（{since}起）", f"key {one.key} is on the sealed record since {since}"
        )
    else:
        report.say(
            CANNOT,
            f"钥匙 {one.key} 在本厂的记录里，但没有外部存证作证",
            f"key {one.key} is on the site's record since {since}, which no anchor from outside attests",
        )


def gate(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="permitbot_verify.py gate", description="Check what is shown at a gate. 核验门岗码。"
    )
    parser.add_argument("code", help="PTG1:…")
    parser.add_argument("--keys", required=True, help="the file of `permitbot gate keys`")
    parser.add_argument("--status", help="PTL1:…")
    parser.add_argument(
        "--endorsed", type=Path, help="an evidence export of the site, made after the key was first used"
    )
    parser.add_argument(
        "--anchor", help="for that export: NUMBER:HEX, the line of the group chat, or a file with either"
    )
    parser.add_argument("--seen", type=int, default=0, help="the highest number of a list seen before")
    parser.add_argument("--at", required=True, help="the moment to judge by: 2026-06-11T07:05:00Z")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the report")
    asked = parser.parse_args(arguments)
    report = Report()
    try:
        site, keys = gate_keys(asked.keys)
        now = int(datetime.fromisoformat(asked.at).timestamp())
        shown = check_pass(asked.code, site, keys, now, report)
        if asked.status is None:
            report.say(
                CANNOT,
                "没有状态名单：不知道这张票现在还有没有效",
                "no status list: whether it still stands is not known",
            )
        elif shown is not None:
            check_list(asked.status, shown, site, keys, now, asked.seen, report)
        if asked.endorsed is not None and shown is not None:
            anchor = read_anchor(asked.anchor) if asked.anchor else None
            check_endorsed(asked.code, asked.endorsed, anchor, site, keys, report)
    except ImportError:
        print("本机没有 cryptography 库 / the library cryptography is not installed", file=sys.stderr)
        return UNREADABLE
    except (Unreadable, ValueError) as error:
        print(f"读不了 / not readable: {error}", file=sys.stderr)
        return UNREADABLE
    return told_all(report, GATE_VERDICT, as_json=asked.json)


GATE_VERDICT = {
    HOLDS: ("结论：可进入（请核对人与票）", "VERDICT: MAY ENTER (compare people and paper)"),
    FAILS: ("结论：不可进入", "VERDICT: NO"),
    PARTLY: ("结论：不明，核实前不可进入", "VERDICT: NOT KNOWN, so no"),
}


# --- the whole ------------------------------------------------------------------------------------------------------


def verify(export: Export, anchor: tuple[int | None, bytes] | None) -> Report:
    """Everything this verifier knows how to look at. Raise `Unreadable`."""
    report = Report()
    check_files(export, report)
    check_streams(export, report)
    chain, chosen = check_checkpoints(export, report)
    places = check_proofs(export, chosen, report) if chosen is not None else {}
    check_rules(export, report)
    check_media(export, report)
    check_readings(export, report)
    check_signatures(export, check_contents(export, report), report)
    check_hazards(export, report)
    check_offline(export, report)
    check_numbers(export, report)
    check_anchor(anchor, chain, chosen, places, report)
    return report


def read_anchor(given: str) -> tuple[int | None, bytes]:
    """A file, ``NUMBER:HEX``, a bare hex, or the line of the group chat: the hex may be cut into groups by blanks."""
    path = Path(given)
    try:
        text = path.read_text(encoding="utf-8") if path.is_file() else given
    except OSError:
        text = given
    if text.lstrip().startswith("{"):
        found = obj(parsed(text))
        return whole(found.get("number")), unhex(found.get("hash"))
    compact = re.sub(r"(?<=[0-9a-f])[ \n](?=[0-9a-f]{8}\b)", "", text.lower())
    digests = re.findall(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])", compact)
    if len(digests) != 1:
        raise Unreadable("the anchor holds no single hash of 64 hex digits")
    number = re.search(r"(?:^|第|#)\s*(\d{1,9})\s*(?:号|:)", text)
    return (int(number[1]) if number else None), bytes.fromhex(digests[0])


VERDICT = {
    HOLDS: (
        "结论：成立。链、存证点、外部存证值全部相符",
        "VERDICT: HOLDS. Chain, checkpoints and the anchor from outside agree",
    ),
    FAILS: ("结论：不成立。上面标“不符”的与记录不一致", "VERDICT: DOES NOT HOLD. See the lines marked FAIL"),
    PARTLY: (
        "结论：未发现不符，但标“不明”的无法证明",
        "VERDICT: NOTHING WRONG FOUND, but what is marked ? cannot be shown",
    ),
}


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["gate"]:
        return gate(arguments[1:])
    parser = argparse.ArgumentParser(description="Check an evidence export of Permitbot. 核验作业票证据导出。")
    parser.add_argument("export", type=Path)
    parser.add_argument("--anchor", help="NUMBER:HEX, the line of the group chat, or a file with either")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the report")
    asked = parser.parse_args(arguments)
    try:
        report = verify(Export(asked.export), read_anchor(asked.anchor) if asked.anchor else None)
    except Unreadable as error:
        print(f"读不了 / not readable: {error}", file=sys.stderr)
        return UNREADABLE
    return told_all(report, VERDICT, as_json=asked.json)


def told_all(report: Report, verdict: dict[int, tuple[str, str]], *, as_json: bool) -> int:
    if as_json:
        print(json.dumps({"code": report.code, "lines": report.lines}, ensure_ascii=False))
        return report.code
    for mark, zh, en in report.lines:
        print(f"{MARK[mark]} {zh}\n             {en}")
    print(*verdict[report.code], sep="\n")
    return report.code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
