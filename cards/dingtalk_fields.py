"""The variables of our one DingTalk template: what the encoder fills in and what the template shows.

The template is built from this list (`cards.dingtalk_template`), so the two cannot drift apart. A published template
can never be changed and several live side by side, so a variable keeps its name and meaning for ever: a later template
may add some, and one that does not know a variable leaves it out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LINES: Final = 8
WORDS: Final = 6
SLOTS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One variable. ``private``: only the person the card is for gets a value. ``what``: shown in the builder."""

    name: str
    what: str
    private: bool = False
    form: bool = False


def line(number: int) -> str:
    """The variable of a labelled fact, from 1."""
    return f"line{number}"


def word(number: int) -> str:
    """The variable of a line of text for the one person, from 1."""
    return f"word{number}"


def slot(number: int, part: str) -> str:
    """A variable of a button, from 1: ``text``, ``token`` or ``color``."""
    return f"b{number}_{part}"


PUBLIC: Final = (
    Variable(name="lastMessage", what="会话列表里的摘要"),
    Variable(name="source", what="来源"),
    Variable(name="status", what="状态，文字"),
    Variable(name="status_color", what="状态的颜色"),
    Variable(name="heading", what="什么作业"),
    Variable(name="subtitle", what="地点和内容"),
    Variable(name="quote", what="要紧的一句"),
    *(Variable(name=line(number), what=f"第{number}行") for number in range(1, LINES + 1)),
    Variable(name="done", what="办完后的按钮文字；有字时什么也不能点"),
)
PRIVATE: Final = (
    *(Variable(name=word(number), what=f"给本人的话，第{number}行", private=True) for number in range(1, WORDS + 1)),
    Variable(name="page_url", what="作业票页面", private=True),
    *(
        Variable(name=slot(number, part), what=f"第{number}个按钮的{what}", private=True)
        for number in range(1, SLOTS + 1)
        for part, what in (("text", "文字"), ("token", "凭据"), ("color", "颜色"))
    ),
    Variable(name="form", what="要选的内容", private=True, form=True),
    Variable(name="form_btn_text", what="表单按钮文字；空则没有表单", private=True),
    Variable(name="form_status", what="normal 或 disabled", private=True),
    Variable(name="form_token", what="表单的凭据", private=True),
    Variable(name="v", what="显示的是哪一版", private=True),
)
VARIABLES: Final = (*PUBLIC, *PRIVATE)
FORMS: Final = frozenset(one.name for one in VARIABLES if one.form)
"""Variables whose value is a form."""
