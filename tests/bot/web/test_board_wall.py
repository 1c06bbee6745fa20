"""The board on a wall: no names, allowed and ended by an officer, and nothing else it could do."""

from __future__ import annotations

import re
from pathlib import Path

from cards import words_board as say
from handlers.screens import hash_of
from tests.support.hot_work import GUARD, LEADER, NUMBER, SAFETY, UNIT
from tests.support.office import Stage
from tests.support.whole_site import PUBLIC, WholeSite, whole_site
from workflow.ids import PersonId

OWN = {"Origin": PUBLIC, "Content-Type": "application/x-www-form-urlencoded"}
LINK = re.compile(rf"{PUBLIC}/wall/in/([A-Za-z0-9_-]{{43}})")


async def form_of(site: WholeSite, who: PersonId) -> str:
    _, text = await site.ask("GET", "/board/screens", {"Cookie": site.cookie(who)})
    found = re.search(r'name="form" value="([^"]+)"', text)
    return found[1] if found else ""


async def test_a_screen_from_its_first_day_to_its_last(at_stage: Stage, tmp_path: Path) -> None:
    async with whole_site(at_stage("active"), tmp_path) as site:
        officer = {"Cookie": site.cookie(SAFETY)}
        form = await form_of(site, SAFETY)
        answer, text = await site.ask("POST", "/board/screens", OWN | officer, f"form={form}&name=%E4%B8%AD%E6%8E%A7")
        found = LINK.search(text)
        assert (answer.status, found is not None) == (200, True)
        secret = found[1] if found else ""
        assert secret not in (await site.ask("GET", "/board/screens", officer))[1], "the link is shown once"

        entered, _ = await site.ask("GET", f"/wall/in/{secret}")
        assert (entered.status, entered.headers["Location"]) == (302, "/wall")
        cookie = entered.cookies["ptw_wall"]
        assert cookie["httponly"]
        wall = {"Cookie": f"ptw_wall={cookie.value}"}
        answer, text = await site.ask("GET", "/wall", wall)
        assert answer.status == 200
        assert NUMBER in text
        assert "作业中" in text
        for hidden in ("赵敏", "李强", "王强", "换法兰", "/board/permit/", "孙丽", "回看"):
            assert hidden not in text, hidden
        for path in ("/board", f"/board/permit/{NUMBER}", "/board/screens", f"/p/{NUMBER}"):
            assert (await site.ask("GET", path, wall))[0].status == 302, "a screen signs nobody in"

        kept = await site.service.writer.submit(lambda tx: tx.stream_records("screens/wall"))
        assert [record.kind for record in kept] == ["ScreenAllowed"]
        assert hash_of(secret).encode() in kept[0].body
        assert secret.encode() not in kept[0].body, "only its hash is known"

        ended = f"form={form}&screen={hash_of(secret)}"
        assert (await site.ask("POST", "/board/screens/end", OWN | officer, ended))[0].status == 303
        for path, status in (("/wall", 403), ("/wall/changes", 403), (f"/wall/in/{secret}", 410)):
            answer, text = await site.ask("GET", path, wall | {"Accept": "text/event-stream"})
            assert (answer.status, NUMBER in text) == (status, False), path


async def test_only_an_officer_and_only_from_our_own_page(at_stage: Stage, tmp_path: Path) -> None:
    async with whole_site(at_stage("active"), tmp_path) as site:
        form = await form_of(site, SAFETY)
        for who in (UNIT, LEADER, GUARD):
            answer, text = await site.ask("GET", "/board/screens", {"Cookie": site.cookie(who)})
            assert (answer.status, say.SCREENS_NOBODY in text) == (403, True)
            answer, text = await site.ask(
                "POST", "/board/screens", OWN | {"Cookie": site.cookie(who)}, f"form={form}&name=x"
            )
            assert (answer.status, LINK.search(text)) == (403, None), "another session's form"
        officer = {"Cookie": site.cookie(SAFETY)}
        for headers, body in (
            (OWN | officer, "name=x"),
            (OWN | {"Origin": "https://evil.example"} | officer, f"form={form}&name=x"),
            (OWN | {"Sec-Fetch-Site": "cross-site"} | officer, f"form={form}&name=x"),
            (OWN, f"form={form}&name=x"),
        ):
            answer, _ = await site.ask("POST", "/board/screens", headers, body)
            assert answer.status == 403
        assert (await site.ask("POST", "/board/screens", OWN | officer, f"form={form}&name="))[0].status == 400
        assert await site.service.writer.submit(lambda tx: tx.stream_records("screens/wall")) == ()
