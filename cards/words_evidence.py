"""What goes with the evidence to people outside: how it is checked, and the one line a day of its fingerprint."""

from __future__ import annotations

from datetime import tzinfo

from workflow.checkpoint import Checkpoint

README = """作业票证据导出  Permitbot evidence export
=========================================

【怎么核验】
1. 不要用我们给您的核验程序副本，请自己取得 permitbot_verify.py（一个文件，不联网，不用我们的任何代码），或按
   docs/evidence.md 的格式说明自己写一个。
2. 运行：python3 permitbot_verify.py 本文件.zip --anchor "存证值"
   存证值请从系统之外取得：管理群、安全群里每天一条的「记录存证」，或您自己保存的存证文件。不要用导出人现给的。
3. 没有存证值时只能看出“内部自洽”，不能排除全部重写，程序会写明“仅自证”。
退出码：0 成立；1 不符；2 读不了；3 未发现不符但有证明不了的。

【里面有什么】
manifest.json 清单　streams/ 逐条记录（与计算摘要时一字不差）　checkpoints.jsonl、proofs.json 存证点与证明
rules/ 提交时冻结的规则　media/ 照片等原件（文件名就是其 SHA-256）　people.json 工号与姓名
readings.jsonl、segments.jsonl 仪器读数与其封存时段
forms/ 票面 PDF（若要求导出）。记录里若有人写了手机号或身份证号，或会透露不具名报隐患的人，该条正文不导出，只留摘要。

[How to check]
1. Do not use a copy of the verifier handed over with this file: get permitbot_verify.py yourself (one file, no network,
   none of our code), or write your own from the description of the format in docs/evidence.md.
2. Run: python3 permitbot_verify.py THIS_FILE.zip --anchor "ANCHOR"
   Take the anchor from outside the system: the daily line in the management or safety group, or a file you kept. Not
   from whoever made the export.
3. Without an anchor only inner consistency can be seen; everything may have been written anew. The report says so:
   "self-attested only".
Exit codes: 0 holds, 1 does not hold, 2 not readable, 3 nothing wrong found but not everything can be shown.

[What is inside]
manifest.json (list of files), streams/ (the records, byte for byte as hashed), checkpoints.jsonl and proofs.json
(checkpoints and Merkle proofs), rules/ (as frozen at submission), media/ (originals, named by their SHA-256),
people.json (ids and names), readings.jsonl and segments.jsonl (raw readings, and the sealed hours they lie in), forms/
(printed forms, when asked for). A record in which somebody wrote a phone or identity number, or that would tell who
reported a hazard unnamed, is withheld: its hash stays in the chain.
"""

DAILY = (
    "记录存证 第{number}号 {at}\n共{streams}条链、{records}条记录\n指纹 {hash}\n"
    "请保留本条：日后核对作业票记录有没有被改过，就靠它。"
)
"""The line that leaves the building. The hash in groups of eight, so that two people can read it to each other."""
TROUBLE = (
    "记录存证没有做成：已封存的记录与现在的不一致。请系统管理员停用系统、保留现场，运行 permitbot evidence verify。"
)
"""Said instead when the past is not what was sealed."""


def sealed(taken: Checkpoint, zone: tzinfo) -> dict[str, str]:
    """What `DAILY` says of a checkpoint."""
    return {
        "number": str(taken.number),
        "at": taken.taken_at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
        "streams": str(taken.streams),
        "records": str(taken.records),
        "hash": grouped(taken.hash.hex()),
    }


def grouped(digest: str) -> str:
    """A hash in groups of eight digits."""
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))
