"""Thumbs that press only what a card offers: the eight works walked from the line to the closed permit.

A hand reads the card as the person would see it now and presses the button with these words. What the card does not
offer cannot be done, so a step that nobody is shown fails the test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cards.buttons import Press, pack
from cards.card import Button, Card
from cards.permit import permit_card
from handlers.asked import asked
from handlers.outgoing import Refusal
from handlers.views import Viewer
from sandbox.answering import Act, act
from tests.support.office import SECRET, Rows, World
from workflow.ids import PermitId, PersonId
from workflow.permit.state import Permit, Status
from workflow.rules.types import Role

ASKER = PersonId("liqiang")
GUARD = PersonId("zhaomin")


class NotOffered(AssertionError):
    """The card of this person has no such button now."""


@dataclass(slots=True, kw_only=True)
class Hands:
    """Everybody's thumbs on one permit. ``figures`` are what the guardian writes at the measures that want it."""

    world: World
    number: str
    figures: dict[str, str] = field(default_factory=dict)
    air: str = "可燃 0.1%LEL"
    """What the detector shows."""

    # --- seeing

    async def permit(self) -> Permit:
        return await self.world.permit(self.number)

    async def card(self, who: str) -> Card:
        """The permit's card as this person would see it now."""

        def seal(press: Press) -> str:
            return pack(press, person=who, secret=SECRET)

        def draw(tx: object) -> Card:
            view = Viewer(house=self.world.house).permit(
                tx,  # type: ignore[arg-type]  # the writer hands a Tx
                PermitId(self.number),
                PersonId(who),
                purpose=None,
                now=self.world.now,
                seal=seal,
                page=None,
            )
            assert view is not None
            return permit_card(view)

        return await self.world.writer.submit(draw)

    async def offered(self, who: str) -> dict[str, Button]:
        """The buttons a person has, by their words."""
        card = await self.card(who)
        submit = (card.submit,) if card.submit is not None else ()
        return {button.text: button for button in (*card.buttons, *submit)}

    async def asked(self) -> tuple[PersonId, ...]:
        """Everybody the permit waits for."""
        permit = await self.permit()
        return asked(permit, await self.holders(), self.world.now)

    async def holders(self) -> Mapping[Role, tuple[PersonId, ...]]:
        """Who holds which post at the place."""
        permit, posts = await self.permit(), self.world.house.posts
        return await self.world.writer.submit(lambda tx: posts.holders(tx.directory, permit.what.area))

    # --- doing

    async def press(self, who: str, text: str, *, refused: tuple[str, ...] = ()) -> Rows:
        """Press the button with these words. ``refused``: gates that must say no; otherwise nothing may."""
        offered = await self.offered(who)
        if text not in offered:
            card = await self.card(who)
            raise NotOffered(f"{who}：没有「{text}」，只有 {list(offered)}；{card.title}｜{card.quote}｜{card.body}")
        card = await self.card(who)
        chosen = {choice.key: tuple(option.id for option in choice.options if option.chosen) for choice in card.choices}
        rows = await self.world.token(who, offered[text].token, chosen=chosen if card.submit is not None else None)
        said = rows.refused(who)
        if refused:
            assert set(refused) <= set(said), said
        else:
            assert said == [], [finding for one in rows.of(Refusal, who) for finding in one.findings]
        return rows

    async def board(self, who: str) -> Rows:
        """Scan the board of the place."""
        area = (await self.permit()).what.area
        directory = await self.world.writer.submit(lambda tx: tx.directory)
        code = directory.areas[area].board_code
        return await self.world.scans(who, f"PTB1:{code}")

    # --- the usual ways

    async def accept(self) -> None:
        await self.press((await self.asked())[0], "受理")
        assert await self.status() is Status.PREPARING

    async def tick(self, who: str, *also: str, without: tuple[str, ...] = ()) -> None:
        """Send off every page of the checklist as the card proposes it, with some more ticks."""
        while "提交勾选" in (offered := await self.offered(who)):
            card = await self.card(who)
            (choice,) = card.choices
            listed = tuple(
                option.id
                for option in choice.options
                if (option.chosen or option.id in also) and option.id not in without
            )
            rows = await self.world.token(who, offered["提交勾选"].token, chosen={"measures": listed})
            assert rows.refused(who) == []

    async def analyse(self, who: str, line: str) -> None:
        await self.press(who, "填危害分析")
        rows = await self.world.says(who, line)
        assert rows.said(who) == ["jsa_taken"]

    async def approve(self) -> tuple[PersonId, ...]:
        """Everybody of the chain signs in order, at the place where that is asked; who they were."""
        signed: list[PersonId] = []
        while await self.status() is Status.IN_REVIEW:
            who = (await self.asked())[0]
            if "须在现场审批" in (await self.card(who)).body:
                await self.board(who)
            await self.press(who, "同意")
            signed.append(who)
        return tuple(signed)

    async def brief(self) -> None:
        permit = await self.permit()
        signed = dict.fromkeys((permit.leader, *permit.what.workers, permit.guardian))
        for who in signed:
            await self.press(who, "交底已签字")
        for who in await self.briefers():
            if "交底已签字" in await self.offered(who):
                await self.press(who, "交底已签字")

    async def briefers(self) -> tuple[PersonId, ...]:
        permit, holders = await self.permit(), await self.holders()
        return tuple(dict.fromkeys(who for role in permit.law.briefers for who in holders.get(role, ())))

    async def confirm(self) -> None:
        """The guardian's list: a tap each, with a line or a photo where the card asks for it, and the photos of the
        place. An item asked for twice is left: its figures are wrong."""
        guard, seen = (await self.permit()).guardian, set[str]()
        for _ in range(120):
            if "已落实" not in await self.offered(guard):
                await self.photograph()
                return
            hint = (await self.card(guard)).body
            no = hint.partition("：")[2].partition(" ")[0]
            if no in seen:
                return
            seen.add(no)
            await self.press(guard, "已落实")
            body = (await self.card(guard)).body
            if "发一句话" in body:
                rows = await self.world.says(guard, self.figures.get(no, "2具"))
                assert rows.refused(guard) == [], [each for one in rows.of(Refusal, guard) for each in one.findings]
                body = (await self.card(guard)).body
            if "拍一张" in body:
                rows = await self.world.photographs(guard)
                assert rows.refused(guard) == [], no
        raise AssertionError("the list does not end")

    async def photograph(self) -> None:
        """The photos the guardian's card still asks for."""
        guard = (await self.permit()).guardian
        while "现场拍：" in (await self.card(guard)).body:
            rows = await self.world.photographs(guard)
            assert rows.refused(guard) == []

    async def prompted(self) -> Rows:
        """The guardian is asked, and does what his card says; what his answer brought about."""
        rows = await self.world.until_asked(self.number)
        guard = (await self.permit()).guardian
        assert rows.pushed(guard) == ["prompt"]
        rows = await self.answer()
        assert (await self.permit()).prompt_open is None
        return rows

    async def answer(self) -> Rows:
        """What the guardian's card asks for, whatever it is."""
        permit = await self.permit()
        guard, card = permit.guardian, await self.card(permit.guardian)
        wanted, button = act(f"{card.quote} {card.title} {card.subtitle}", await self.offered(guard))
        match wanted:
            case Act.PRESS:
                return await self.press(guard, button)
            case Act.PHOTO:
                return await self.world.photographs(guard)
            case Act.BOARD:
                return await self.board(guard)
            case Act.GAS:
                return await self.world.says(guard, self.air)
            case Act.COUNT:
                return await self.world.says(guard, f"{len(permit.inside) or permit.people_inside or 0}人")

    async def status(self) -> Status:
        return await self.world.status(self.number)

    async def who_may(self, text: str) -> PersonId:
        """The first of those the permit waits for whose card has this button."""
        for who in await self.asked():
            if text in await self.offered(who):
                return who
        raise NotOffered(f"nobody of {await self.asked()} has 「{text}」")

    async def start(self) -> None:
        """Every start signature, each at the place."""
        permit = await self.permit()
        for _ in permit.law.start_roles:
            who = await self.who_may("确认开工")
            await self.board(who)
            await self.press(who, "确认开工")
        assert await self.status() is Status.ACTIVE

    async def finish(self, who: str) -> None:
        rows = await self.press(who, "完工清点")
        rows = await self.world.offered(rows, who)
        assert rows.refused(who) == []

    async def close(self) -> dict[str, PersonId]:
        """The closing confirmations and the acceptance, by whoever is asked; who did which."""
        did: dict[str, PersonId] = {}
        await self.photograph()
        while (await self.permit()).live or await self.status() is not Status.CLOSED:
            found = [
                (who, text)
                for who in await self.asked()
                for text in await self.offered(who)
                if text not in {"刷新", "为什么", "立即停工"}
            ]
            assert found, (await self.status(), await self.asked())
            who, text = found[0]
            await self.press(who, text)
            did[text] = who
        return did
