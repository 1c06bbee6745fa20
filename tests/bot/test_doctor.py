from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot import doctor, roster
from bot.doctor import Finding, Verdict
from bot.settings import PREFIX, Settings
from storage import migrate
from tests.support.clock import FakeClock

SECRET = "invented-secret-of-the-app"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
NOW = datetime(2025, 6, 11, 2, 20, tzinfo=UTC)

Serve = Callable[[Callable[[web.Request], Awaitable[web.StreamResponse]]], Awaitable[str]]


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.upper().startswith(PREFIX):
            monkeypatch.delenv(name)


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    servers: list[TestServer] = []

    async def start(answer: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> str:
        app = web.Application()
        app.router.add_route("*", "/{anything:.*}", answer)
        server = TestServer(app, host="127.0.0.1")
        await server.start_server()
        servers.append(server)
        return str(server.make_url("")).rstrip("/")

    yield start
    for server in servers:
        await server.close()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as one:
        yield one


def settings(**values: Any) -> Settings:
    return Settings(_env_file=None, **values)


def wecom(base: str, **more: Any) -> Settings:
    return settings(wecom_corp_id="ww1", wecom_secret=SECRET, wecom_api_base_url=base, **more)


def verdicts(found: list[Finding]) -> dict[str, Verdict]:
    return {one.subject: one.verdict for one in found}


def only(found: list[Finding], subject: str) -> Finding:
    (one,) = (each for each in found if each.subject == subject)
    return one


def telling(answer: object, *, at: datetime | None = NOW) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(_request: web.Request) -> web.Response:
        date = {"Date": format_datetime(at, usegmt=True)} if at else {"Date": "some day"}
        return web.json_response(answer, headers=date)

    return handle


async def test_good_credentials_and_a_true_clock(serve: Serve, session: aiohttp.ClientSession) -> None:
    asked: list[web.Request] = []

    async def handle(request: web.Request) -> web.Response:
        asked.append(request)
        return await telling({"errcode": 0, "errmsg": "ok", "access_token": "t", "expires_in": 7200})(request)

    base = await serve(handle)
    found = await doctor.examine_wecom(wecom(base), FakeClock(NOW), session)
    assert verdicts(found) == {"wecom": Verdict.GOOD, "clock": Verdict.GOOD}
    (request,) = asked  # repeated wrong secrets would block the address
    assert request.path == "/cgi-bin/gettoken"
    assert dict(request.query) == {"corpid": "ww1", "corpsecret": SECRET}


@pytest.mark.parametrize(
    ("code", "cure"),
    [(40001, "WECOM_SECRET"), (40013, "WECOM_CORP_ID"), (60020, "可信IP"), (45009, "wait"), (99999, "全局错误码")],
)
async def test_a_refusal_names_its_cure_and_not_the_secret(
    serve: Serve, session: aiohttp.ClientSession, code: int, cure: str
) -> None:
    base = await serve(telling({"errcode": code, "errmsg": f"invalid {SECRET}"}))
    finding = only(await doctor.examine_wecom(wecom(base), FakeClock(NOW), session), "wecom")
    assert finding.verdict is Verdict.BAD
    assert str(code) in finding.saw
    assert cure in finding.cure
    assert SECRET not in finding.saw + finding.cure


@pytest.mark.parametrize("answer", [[], {"errcode": "0"}, "hello", None])
async def test_an_answer_that_is_not_wecoms(serve: Serve, session: aiohttp.ClientSession, answer: object) -> None:
    base = await serve(telling(answer))
    finding = only(await doctor.examine_wecom(wecom(base), FakeClock(NOW), session), "wecom")
    assert finding.verdict is Verdict.BAD
    assert "WECOM_API_BASE_URL" in finding.cure


async def test_a_login_page_in_between(serve: Serve, session: aiohttp.ClientSession) -> None:
    async def handle(_request: web.Request) -> web.Response:
        return web.Response(text="<html>Please log in</html>", content_type="text/html")

    finding = only(await doctor.examine_wecom(wecom(await serve(handle)), FakeClock(NOW), session), "wecom")
    assert finding.verdict is Verdict.BAD
    assert "not as WeCom does" in finding.saw


async def test_nobody_answers(serve: Serve, session: aiohttp.ClientSession, dead_port: int) -> None:
    base = f"http://127.0.0.1:{dead_port}"
    finding = only(await doctor.examine_wecom(wecom(base), FakeClock(NOW), session), "wecom")
    assert finding.verdict is Verdict.BAD
    assert "does not answer" in finding.saw


@pytest.mark.parametrize(
    ("off", "verdict", "words"),
    [
        (timedelta(seconds=2), Verdict.GOOD, "agrees"),
        (timedelta(seconds=20), Verdict.ADVICE, "20 s ahead of"),
        (timedelta(seconds=-20), Verdict.ADVICE, "20 s behind"),
        (timedelta(hours=8), Verdict.BAD, "28800 s ahead of"),
        (timedelta(minutes=-2), Verdict.BAD, "120 s behind"),
    ],
)
async def test_clock(
    serve: Serve, session: aiohttp.ClientSession, off: timedelta, verdict: Verdict, words: str
) -> None:
    base = await serve(telling({"errcode": 0, "access_token": "t"}))
    finding = only(await doctor.examine_wecom(wecom(base), FakeClock(NOW + off), session), "clock")
    assert finding.verdict is verdict
    assert words in finding.saw


async def test_a_platform_that_tells_no_time(serve: Serve, session: aiohttp.ClientSession) -> None:
    base = await serve(telling({"errcode": 0, "access_token": "t"}, at=None))
    found = await doctor.examine_wecom(wecom(base), FakeClock(NOW), session)
    assert only(found, "clock").verdict is Verdict.ADVICE


async def test_public_url(serve: Serve, session: aiohttp.ClientSession, dead_port: int) -> None:
    async def status(request: web.Request) -> web.Response:
        return web.Response(status=502 if request.path == "/down" else 404)

    up = await serve(status)
    assert verdicts(await doctor.examine_public_url(settings(public_url=up), session)) == {"public url": Verdict.GOOD}
    down = await doctor.examine_public_url(settings(public_url=f"{up}/down"), session)
    assert verdicts(down) == {"public url": Verdict.ADVICE}
    gone = await doctor.examine_public_url(settings(public_url=f"http://127.0.0.1:{dead_port}"), session)
    assert verdicts(gone) == {"public url": Verdict.BAD}
    assert await doctor.examine_public_url(settings(), session) == []


@pytest.mark.parametrize(
    ("status", "said", "verdict", "words"),
    [
        (200, {"ok": True, "problems": []}, Verdict.GOOD, "all its loops turn"),
        (503, {"ok": False, "problems": ["timers is silent"]}, Verdict.BAD, "timers is silent"),
        (502, [], Verdict.BAD, "answers 502"),
    ],
)
async def test_the_running_service(
    serve: Serve, session: aiohttp.ClientSession, status: int, said: object, verdict: Verdict, words: str
) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.json_response(said, status=status)

    port = urlsplit(await serve(answer)).port
    (found,) = await doctor.examine_health(settings(listen_port=port), session)
    assert (found.verdict, words in found.saw) == (verdict, True)


async def test_what_a_platform_notes_is_handed_on(serve: Serve, session: aiohttp.ClientSession) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "problems": [], "notes": ["dingtalk: no DING in this edition"]})

    port = urlsplit(await serve(answer)).port
    well, noted = await doctor.examine_health(settings(listen_port=port), session)
    assert well.verdict is Verdict.GOOD
    assert (noted.verdict, noted.saw) == (Verdict.ADVICE, "dingtalk: no DING in this edition")


async def test_a_service_that_does_not_run_is_advice(session: aiohttp.ClientSession, dead_port: int) -> None:
    (found,) = await doctor.examine_health(settings(listen_port=dead_port), session)
    assert found.verdict is Verdict.ADVICE


def test_policies_that_are_wrong_are_named_by_file_and_line(tmp_path: Path) -> None:
    copy = tmp_path / "policies"
    shutil.copytree(settings().policies, copy)
    (copy / "gases.yaml").write_text("nonsense: yes\n", encoding="utf-8")
    found = list(doctor.examine_policies(settings(policies_dir=copy)))
    assert found
    assert all(one.verdict is Verdict.BAD for one in found)
    assert any(f"{copy / 'gases.yaml'}:1: nonsense" in one.saw for one in found), found


def test_the_example_plant_is_pointed_out(tmp_path: Path) -> None:
    example = list(doctor.examine_policies(settings()))
    assert [one.verdict for one in example] == [Verdict.GOOD, Verdict.ADVICE], example
    own = tmp_path / "plant.yaml"
    shutil.copy(settings().policies / "plant.example.yaml", own)
    assert [one.verdict for one in doctor.examine_policies(settings(plant_file=str(own)))] == [Verdict.GOOD]


def test_database_life(tmp_path: Path) -> None:
    path = tmp_path / "permitbot.sqlite3"
    chosen = settings(database_url=f"sqlite:///{path}")
    (before,) = doctor.examine_database(chosen)
    assert (before.verdict, before.cure) == (Verdict.BAD, "permitbot db upgrade")
    assert not path.exists(), "an examination leaves nothing behind"

    migrate.upgrade(chosen.database_url.get_secret_value())
    after = list(doctor.examine_database(chosen))
    assert after[0].verdict is Verdict.GOOD
    assert "every commit flushed" in after[0].saw


def test_database_of_another_version(tmp_path: Path) -> None:
    chosen = settings(database_url=f"sqlite:///{tmp_path}/permitbot.sqlite3")
    migrate.upgrade(chosen.database_url.get_secret_value(), revision="0001")
    (finding,) = doctor.examine_database(chosen)
    assert (finding.verdict, finding.cure) == (Verdict.BAD, "permitbot db upgrade")
    assert "at revision 0001" in finding.saw


def test_database_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "permitbot.sqlite3"
    path.write_text("a letter, not a database, and long enough to be read as one" * 20, encoding="utf-8")
    (finding,) = doctor.examine_database(settings(database_url=f"sqlite:///{path}"))
    assert finding.verdict is Verdict.BAD


@pytest.mark.parametrize("url", ["sqlite:////nowhere/at/all.sqlite3", "mysql://host/name", "not a url"])
def test_database_that_cannot_be(url: str) -> None:
    (finding,) = doctor.examine_database(settings(database_url=url))
    assert finding.verdict is Verdict.BAD
    assert finding.cure


def test_a_register_is_looked_through(tmp_path: Path) -> None:
    chosen = settings(database_url=f"sqlite:///{tmp_path}/permitbot.sqlite3", wecom_corp_id="ww1")
    assert list(doctor.examine_register(chosen)) == [], "without a database that was said already"
    migrate.upgrade(chosen.database_url.get_secret_value())
    (nobody,) = doctor.examine_register(chosen)
    assert (nobody.verdict, nobody.cure) == (Verdict.ADVICE, "permitbot directory load FILE")
    example = chosen.policies / "register.example.yaml"
    assert roster.load(settings=chosen, path=example, check=False, say=lambda _: None) == 0
    good, *lacking = doctor.examine_register(chosen)
    assert (good.verdict, good.saw) == (Verdict.GOOD, "8 people, 3 areas")
    assert [one.saw.split(",")[0] for one in lacking] == ["$ROBOT_MANAGEMENT", "$ROBOT_SAFETY"]
    assert lacking[1].cure.startswith("set ROBOT_SAFETY "), "the register is right"


def test_a_register_in_a_file_that_is_no_database_is_not_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "permitbot.sqlite3"
    path.write_text("not a database at all", encoding="utf-8")
    assert list(doctor.examine_register(settings(database_url=f"sqlite:///{path}"))) == []


def test_media(tmp_path: Path) -> None:
    assert next(iter(doctor.examine_media(settings(media_dir=tmp_path / "a/b")))).verdict is Verdict.GOOD
    assert not (tmp_path / "a").exists()
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    (finding,) = doctor.examine_media(settings(media_dir=in_the_way))
    assert finding.verdict is Verdict.BAD


def test_fonts() -> None:
    (finding,) = doctor.examine_fonts()
    assert finding.verdict is Verdict.GOOD


async def test_an_examination_that_breaks_is_a_finding() -> None:
    def examine_tea() -> list[Finding]:
        raise RuntimeError("no leaves")

    (finding,) = doctor.carefully(examine_tea)
    assert finding.verdict is Verdict.BAD
    assert "no leaves" in finding.saw


def test_misspelt_names_are_noticed() -> None:
    found = list(doctor.examine_names(["PATH", "PERMITBOT_WECOM_SECERT", "permitbot_site_id", "PERMITBOT_XYZZY"]))
    assert [one.saw.split()[0] for one in found] == ["PERMITBOT_WECOM_SECERT", "PERMITBOT_XYZZY"]
    assert found[0].cure == "did you mean PERMITBOT_WECOM_SECRET?"
    assert all(one.verdict is Verdict.ADVICE for one in found)


def test_a_secret_file_open_to_others_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.touch()
    path.chmod(0o644)
    assert verdicts(list(doctor.examine_env_file(path))) == {"settings": Verdict.ADVICE}
    path.chmod(0o600)
    assert list(doctor.examine_env_file(path)) == []
    assert list(doctor.examine_env_file(tmp_path / "absent")) == []


async def test_together_everything_is_good_and_no_secret_is_said(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = await serve(telling({"errcode": 0, "access_token": "t"}))
    database = f"sqlite:///{tmp_path}/permitbot.sqlite3"
    migrate.upgrade(database)
    chosen = wecom(
        base,
        wecom_agent_id=1,
        wecom_token="inventedCallbackToken",
        wecom_aes_key=AES_KEY,
        button_key="k" * 32,
        public_url=base,
        database_url=database,
        media_dir=tmp_path / "media",
    )
    found = await doctor.examine(chosen, FakeClock(NOW))
    assert {one.subject for one in found} >= {"database", "media", "fonts", "wecom", "clock", "public url"}
    assert not [one for one in found if one.verdict is Verdict.BAD], found


def test_main_tells_what_is_missing_and_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text(
        f"PERMITBOT_WECOM_TOKEN={SECRET}\nPERMITBOT_DATABASE_URL=sqlite:////nowhere/x\n", encoding="utf-8"
    )
    env_file.chmod(0o600)
    said: list[str] = []
    assert doctor.main(env_file=env_file, say=said.append, clock=FakeClock(NOW)) == 1
    text = "\n".join(said)
    assert "PERMITBOT_WECOM_SECRET is not set" in text
    assert "PERMITBOT_WECOM_TOKEN is not set" not in text
    assert "/nowhere" in text
    assert SECRET not in text
    assert said[-1].endswith("to mend before the service can run.")


def test_main_survives_settings_that_cannot_be_read(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("PERMITBOT_WECOM_AES_KEY=short-and-secret\n", encoding="utf-8")
    env_file.chmod(0o600)
    said: list[str] = []
    assert doctor.main(env_file=env_file, say=said.append, clock=FakeClock(NOW)) == 1
    assert any("PERMITBOT_WECOM_AES_KEY" in one for one in said)
    assert not any("short-and-secret" in one for one in said)
