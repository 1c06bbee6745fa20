"""What the documents point at exists, and the two READMEs say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    broken = [to for to in LINK.findall(document.read_text(encoding="utf-8")) if not (document.parent / to).exists()]
    assert not broken


def test_every_decision_is_in_the_index_once_and_has_its_parts() -> None:
    index = (ROOT / "docs/README.md").read_text(encoding="utf-8")
    decisions = sorted((ROOT / "docs/adr").glob("*.md"))
    numbers = [path.name[:4] for path in decisions]
    assert len(set(numbers)) == len(numbers), "two decisions carry one number"
    for path in decisions:
        text = path.read_text(encoding="utf-8")
        assert f"adr/{path.name}" in index, f"docs/README.md does not list {path.name}"
        for part in ("Context", "Decision", "Consequences"):
            assert re.search(rf"^##? .*{part}|^\*\*{part}", text, re.MULTILINE), f"{path.name} has no {part}"


def told(text: str) -> set[str]:
    """The commands, names and addresses in a text."""
    return set(re.findall(r"PERMITBOT_\w+|https?://[\w./-]+|make [a-z-]+|permitbot [a-z]+(?: [a-z]+)?|\b60020\b", text))


def test_both_readmes_tell_the_same() -> None:
    english = (ROOT / "README.md").read_text(encoding="utf-8")
    chinese = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
    assert told(english) ^ told(chinese) == set()
    assert len(re.findall(r"^\d+\. ", english, re.M)) == len(re.findall(r"^\d+\. ", chinese, re.M))
    assert len(re.findall(r"^#", english, re.M)) == len(re.findall(r"^#", chinese, re.M))


def test_the_callback_address_is_the_one_the_service_serves() -> None:
    path = re.search(r'^CALLBACK_PATH = "(.+)"$', (ROOT / "bot/wecom/chat.py").read_text(encoding="utf-8"), re.M)
    assert path is not None
    assert f"https://permit.example.com{path[1]}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_make_targets_that_documents_name_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.M))
    for document in DOCUMENTS:
        for target in re.findall(r"`make ([a-z-]+)`|^    make ([a-z-]+)", document.read_text(encoding="utf-8"), re.M):
            assert (target[0] or target[1]) in targets, f"{document.name} names make {target[0] or target[1]}"
