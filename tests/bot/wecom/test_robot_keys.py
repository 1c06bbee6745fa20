"""A group's robot by the name of the variable that holds its key: the key itself is stored nowhere of ours."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.platform import Undeliverable
from bot.wecom.platform import WeComPlatform
from tests.support.wecom_plant import Plant, connected
from tests.support.wecom_twin import ROBOT


@pytest.fixture
async def plant() -> AsyncIterator[Plant]:
    async with connected() as made:
        yield made


def platform(plant: Plant, keys: dict[str, str]) -> WeComPlatform:
    return WeComPlatform(
        client=plant.client,
        session=plant.session,
        base_url=plant.twin.base_url,
        notice_url="https://a.example",
        chat_key=keys.get,
    )


async def test_a_group_is_reached_by_the_name_of_its_key(plant: Plant) -> None:
    keys = {"$ROBOT_SAFETY": ROBOT}
    await platform(plant, keys).say_to_group("$ROBOT_SAFETY", "2号罐 已停工", key="row-1", again=False)
    assert "2号罐 已停工" in str(plant.twin.group(ROBOT, corpid=plant.client.corp_id).screen[-1])


async def test_a_key_that_is_not_set_is_said_by_its_name(plant: Plant) -> None:
    with pytest.raises(Undeliverable, match=r"\$ROBOT_SAFETY is not set"):
        await platform(plant, {}).say_to_group("$ROBOT_SAFETY", "2号罐 已停工", key="row-1", again=False)
    assert not [one for one in plant.twin.requests if "webhook" in one.api]
