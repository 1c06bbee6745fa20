"""The printed page itself: the same bytes again, every field readable by a stranger's reader, hostile text inert."""

from __future__ import annotations

import asyncio
import io
import re
import shutil
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest
from PIL import Image, ImageDraw
from pydantic import SecretStr

from bot import forms
from bot.settings import Settings
from cards.forms import words
from cards.forms.cells import cells
from cards.forms.paper import Paper, Sketch, printable
from cards.forms.tables import tables
from storage.media import MediaFiles
from tests.support.finished import closed
from tests.support.gate_site import ring
from tests.support.office import SITE, at, copied, open_world
from tests.support.papers import events, paper, paper_of, under_the_packs
from tests.support.works import LEADER
from workflow.gate_pass import Pass
from workflow.ids import MediaHash
from workflow.permit.state import Status
from workflow.values import WorkType

HOSTILE = (
    '#panic("typst") #read("/etc/passwd") \\u{41} \\ $ x^2 $ `raw` *bold* _it_ = Title\n'
    "</text><script>alert(1)</script> \"quoted\" 'single' #[ ] { } // comment /* c */ @ref <label> ~ ---"
    "\u202e\x00\u2028"
)


def read(pdf: bytes) -> str:
    """All text of the pages, without what only the layout put between."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return squeezed("".join(page.extract_text() for page in pages))


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b]+", "", text)


@pytest.mark.parametrize("work", WorkType)
def test_every_field_can_be_read_and_again_gives_the_same_bytes(work: WorkType) -> None:
    one = paper(work)
    pdf = forms.render(one, 1)
    assert pdf == forms.render(one, 1)
    text = read(pdf)
    wanted = [one.number, words.TITLE[work], words.holder(work, one.law.grade, 1), one.head.hex()]
    wanted += [value for cell in cells(one) for value in (cell.label, cell.value)]
    missing = [value for value in map(squeezed, wanted) if value not in text]
    assert missing == []
    # A long cell may be cut in two by the end of a page: of the tables each word is looked for by itself.
    lost = {
        piece
        for table in tables(one)
        for row in table.rows
        for value in row
        for piece in re.split(r"[\s；，、（）：]+", printable(value))
        if squeezed(piece) not in text and len(piece) <= 8
    }
    assert lost == set()


@pytest.mark.parametrize("work", WorkType)
def test_every_item_and_every_node_of_the_shipped_rules_is_on_its_form(work: WorkType) -> None:
    one = under_the_packs(work)
    text = read(forms.render(one, 3))
    labels = [*(each.label for each in one.law.measures), *(node.label for node in one.law.chain)]
    assert len(one.law.measures) >= 4
    assert [label for label in labels if squeezed(label) not in text] == []
    assert text.count("合格标准") == (one.law.gas is not None)


def test_another_head_is_another_document_and_the_clock_is_not_asked() -> None:
    one = paper(WorkType.HOT)
    pdf = forms.render(one, 1)
    assert pdf != forms.render(replace(one, head=bytes(32)), 1)
    assert pdf != forms.render(one, 2)
    made = pypdf.PdfReader(io.BytesIO(pdf)).metadata
    assert made is not None
    assert made.creation_date == one.as_of


def test_hostile_text_is_printed_and_never_run() -> None:
    one = paper_of(tuple(events(WorkType.HEIGHT, task=HOSTILE + "甲" * 5000 + "x" * 5000)))
    pdf = forms.render(one, 3)
    assert pdf == forms.render(one, 3)
    text = read(pdf)
    for piece in ('#panic("typst")', '#read("/etc/passwd")', "$x^2$", "<script>alert(1)</script>", "/*c*/", "\\u{41}"):
        assert squeezed(piece) in text
    assert "root:" not in text
    assert text.count("x") >= 5000
    assert text.count("甲") >= 5000


def test_every_page_names_permit_copy_and_number_of_pages() -> None:
    pages = pypdf.PdfReader(io.BytesIO(forms.render(paper(WorkType.HOT), 2))).pages
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        text = squeezed(page.extract_text())
        assert f"第{number}页，共{len(pages)}页" in text
        assert "第二联" in text
        assert "一级动火安全作业票" in text


def test_a_stamp_is_on_every_page() -> None:
    live = paper_of(tuple(events(WorkType.HOT, closed=False))[:6])
    pages = pypdf.PdfReader(io.BytesIO(forms.render(live, 1))).pages
    assert all("未签发" in squeezed(page.extract_text()) for page in pages)


def test_the_files_of_the_machine_cannot_be_reached_from_the_template() -> None:
    source = forms.TEMPLATE.read_text(encoding="utf-8")
    for word in ("#import", "#include", "read(", "@preview", "eval("):
        assert word not in source


# --- from the database


@pytest.fixture(scope="module")
def lived(office_seed: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A closed hot work in a database."""
    database = copied(office_seed, tmp_path_factory.mktemp("printed"))

    async def play() -> str:
        opened = open_world(database, at("07:30"))
        number = await closed(opened)
        await opened.writer.stop()
        return number

    with ThreadPoolExecutor(1) as aside:
        return database, aside.submit(lambda: asyncio.run(play())).result()


@pytest.fixture
def printed(lived: tuple[Path, str], tmp_path: Path) -> Callable[..., tuple[int, list[str]]]:
    database = Path(shutil.copy(lived[0], tmp_path / "site.sqlite3"))
    settings = Settings(_env_file=None, site_id=SITE, database_url=SecretStr(f"sqlite:///{database}"))

    def go(number: str, path: Path, copy: int = 3) -> tuple[int, list[str]]:
        said: list[str] = []
        return forms.main(settings=settings, number=number, copy=copy, path=path, say=said.append), said

    return go


def test_the_command_prints_what_the_journal_holds(
    printed: Callable[..., tuple[int, list[str]]], lived: tuple[Path, str], tmp_path: Path
) -> None:
    one, again = tmp_path / "a.pdf", tmp_path / "b.pdf"
    code, said = printed(lived[1], one)
    assert code == 0
    assert printed(lived[1], again)[0] == 0
    assert one.read_bytes() == again.read_bytes()
    assert one.stat().st_mode & 0o077 == 0
    head = said[0].split()[-1]
    text = read(one.read_bytes())
    for wanted in (lived[1], head, "换法兰", "李强", "赵敏", "电焊", "一级", "安全管理部门", "已验收关闭"):
        assert wanted in text
    code, said = printed(lived[1], one)
    assert (code, "exists already" in said[0]) == (1, True)
    assert printed("DHZY-HC-20991231-001", tmp_path / "c.pdf")[0] == 1


def test_an_altered_history_is_not_printed(
    printed: Callable[..., tuple[int, list[str]]], lived: tuple[Path, str], tmp_path: Path
) -> None:
    database = tmp_path / "site.sqlite3"
    with sqlite3.connect(database) as raw:
        triggers = "SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name='journal'"
        for (name,) in raw.execute(triggers).fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        raw.execute("UPDATE journal SET body = CAST(replace(CAST(body AS TEXT), '换法兰', '换阀门') AS BLOB)")
    raw.close()
    code, said = printed(lived[1], tmp_path / "x.pdf")
    assert (code, said[0].startswith("BROKEN")) == (1, True)
    assert not (tmp_path / "x.pdf").exists()


def test_nothing_was_asked_for_is_nothing_to_print(tmp_path: Path, database_url: str) -> None:
    settings = Settings(_env_file=None, site_id=SITE, database_url=SecretStr(database_url))
    assert forms.main(settings=settings, number="X", copy=1, path=tmp_path / "x.pdf", say=lambda _: None) == 1


# --- sketches


def drawing(colour: str = "red") -> bytes:
    out = io.BytesIO()
    picture = Image.new("RGB", (640, 480), "white")
    ImageDraw.Draw(picture).rectangle((40, 40, 600, 440), outline=colour, width=8)
    picture.save(out, format="PNG")
    return out.getvalue()


def sketched(work: WorkType, media: str) -> Paper:
    one = Sketch(media=MediaHash(media), by=LEADER, at=at("06:52", "2025-06-11"), svg=None)
    return replace(paper(work), sketches=(one,))


@pytest.mark.parametrize("work", [WorkType.BLIND, WorkType.EARTH, WorkType.ROAD])
def test_a_sketch_is_printed_on_its_form_and_again_gives_the_same_bytes(work: WorkType, tmp_path: Path) -> None:
    files = MediaFiles(tmp_path)
    without = forms.render(paper(work), 1)
    one = sketched(work, files.save(drawing()).sha256)
    pdf = forms.render(forms.with_sketches(one, files), 1)
    assert pdf == forms.render(forms.with_sketches(one, files), 1)
    assert "示意图（王强2025年6月11日06时52分附" in read(pdf)
    assert words.SKETCH_BELOW in read(pdf)
    assert words.SKETCH_LOST not in read(pdf)
    assert pictures(pdf) == pictures(without) + 1
    other = sketched(work, files.save(drawing("blue")).sha256)
    assert forms.render(forms.with_sketches(other, files), 1) != pdf


def pictures(pdf: bytes) -> int:
    return sum(len(page.images) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_a_sketch_that_is_gone_altered_or_no_picture_is_said_so_and_not_printed(tmp_path: Path) -> None:
    files = MediaFiles(tmp_path)
    altered = files.save(drawing())
    files.path_of(altered.sha256).chmod(0o600)
    files.path_of(altered.sha256).write_bytes(drawing("blue"))
    for media in ("0" * 64, altered.sha256, files.save(b"<svg onload='x'>").sha256):
        pdf = forms.render(forms.with_sketches(sketched(WorkType.EARTH, media), files), 1)
        assert words.SKETCH_LOST in read(pdf)
        assert pictures(pdf) == 0


def test_the_gates_code_is_on_the_form_while_there_is_something_to_be_let_in_for() -> None:
    one = paper(WorkType.HOT)
    running = replace(one, permit=replace(one.permit, status=Status.ACTIVE))
    keys = ring(one.permit.site)
    for shown, there in ((running, True), (replace(one, permit=replace(one.permit, status=Status.CLOSED)), False)):
        marked = forms.with_gate(shown, keys)
        pdf = forms.render(marked, 1)
        assert pdf == forms.render(forms.with_gate(shown, keys), 1)
        assert (squeezed("门岗核验") in read(pdf)) is there
    found = keys.check(forms.with_gate(running, keys).gate_code)
    assert isinstance(found, Pass)
    assert (found.number, found.version, found.head) == (one.number, one.permit.version, one.head[:8])
    assert forms.with_gate(running, None).gate_code == ""
