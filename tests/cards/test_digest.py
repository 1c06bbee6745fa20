"""The digest as people read it: blocks in order, the important ones first when room is short, every line a door."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cards.card import Bubble
from cards.digest import MOST_CHARACTERS, MOST_LINES, Block, DigestView, Item, digest
from cards.linked import anchors, markdown

PAGE = "https://permit.example.com/p/DHZY-HC-20260318-001"
HEAD = "班前简报 3月18日 周三 08:00"
RUNNING = Item(text="二号罐区 2号罐 一级动火 监护赵敏 到16:00", link=PAGE)
STOPPED = Item(text="已停工 三号泵房 受限空间 监护孙丽", link=PAGE.replace("001", "002"))
WAITING = Item(text="审批中 一号罐区 二级动火 等李强", link=PAGE.replace("001", "003"))


def blocks(**items: tuple[Item, ...]) -> dict[Block, tuple[Item, ...]]:
    return {Block(name): items.get(name, ()) for name in Block}


def view(own: bool = False, tail: tuple[Item, ...] = (), **items: tuple[Item, ...]) -> DigestView:
    return DigestView(head=HEAD, blocks=blocks(**items), own=own, tail=tail)


def test_a_full_one_word_for_word() -> None:
    said = digest(
        view(running=(RUNNING,), unusual=(STOPPED,), mine=(WAITING,), tail=(Item(text="存证第12号 0123456789abcdef"),))
    )
    assert said is not None
    assert said.text == (
        "班前简报 3月18日 周三 08:00\n"
        "【待办】1项\n"
        "审批中 一号罐区 二级动火 等李强\n"
        "【正在作业】1项\n"
        "二号罐区 2号罐 一级动火 监护赵敏 到16:00\n"
        "【异常】1项\n"
        "已停工 三号泵房 受限空间 监护孙丽\n"
        "存证第12号 0123456789abcdef"
    )
    assert said.links == ("", "", WAITING.link, "", RUNNING.link, "", STOPPED.link, "")


def test_nothing_in_any_block_is_no_message() -> None:
    assert digest(view(tail=(Item(text="存证第12号"),))) is None


def test_ones_own_says_so_and_without_pages_it_is_plain_words() -> None:
    said = digest(view(own=True, mine=(Item(text="审批中 一号罐区 二级动火"),)))
    assert said == Bubble(text=f"{HEAD}\n【待我办】1项\n审批中 一号罐区 二级动火")


def test_when_room_is_short_what_is_wrong_stays_and_every_block_counts_all_of_its_own() -> None:
    said = digest(view(mine=(WAITING,) * 9, running=(RUNNING,) * 30, unusual=(STOPPED,) * 5, tomorrow=(RUNNING,) * 8))
    assert said is not None
    lines = said.text.split("\n")
    assert [line for line in lines if line.startswith("【")] == [
        "【待办】9项，列2项", "【正在作业】30项，列2项", "【异常】5项，列2项", "【明日】8项，列1项",
    ]  # fmt: skip
    assert len(lines) == MOST_LINES


items = st.lists(
    st.builds(Item, text=st.text(min_size=1, max_size=60).map(lambda s: s.replace("\n", " ")), link=st.just(PAGE)),
    max_size=12,
).map(tuple)


@given(st.fixed_dictionaries(dict.fromkeys(Block, items)))
def test_it_never_grows_beyond_what_a_chat_shows(found: dict[Block, tuple[Item, ...]]) -> None:
    said = digest(DigestView(head=HEAD, blocks=found, own=False))
    assert (said is None) == (not any(found.values()))
    if said is not None:
        assert said.text.count("\n") < MOST_LINES
        assert len(said.text) <= MOST_CHARACTERS
        assert len(anchors(said.text, said.links or ("",) * (said.text.count("\n") + 1)).encode()) <= 2048
        if found[Block.UNUSUAL]:
            assert "【异常】" in said.text


def test_what_people_wrote_becomes_no_markup() -> None:
    text, links = "看\n[我](http://evil) <a href=x>点*这*</a>", ("", PAGE)
    assert anchors(text, links) == f'看\n<a href="{PAGE}">［我］(http://evil) ＜a href=x＞点＊这＊＜/a＞</a>'
    assert markdown(text, links, line_end="  \n").endswith(f"[［我］(http://evil) ＜a href=x＞点＊这＊＜/a＞]({PAGE})")
