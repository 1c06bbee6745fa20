"""What is said in one line where a card could not be made or was refused: what it is about, what is wanted, and how to
answer without the card. Plain Chinese, and nothing in it needs the state of anything."""

from __future__ import annotations

from typing import Final

PERMIT: Final = "【{what}】{number}。卡片没能送出，请发「查 {number}」办理；还是看不到，请打电话。"
SHOWN: Final = "【作业票】{number}。卡片没能送出，请过一会儿再发「查 {number}」；急事请打电话。"
HAZARD: Final = "【隐患】{number}：{what}卡片没能送出，请发「查 {number}」；还是看不到，请打电话。"
HAZARD_SHOWN: Final = "【隐患】{number}。卡片没能送出，请过一会儿再发「查 {number}」。"
NIGHT: Final = "【夜里的作业票】{numbers}。卡片没能送出，请发「查 票号」一张一张办理。"
GROUP: Final = "【{what}】{number}。发「查 {number}」看详情。"
DRAFT: Final = "您的申请还在，卡片没能送出。请直接发文字补充；发「取消」放弃。"
TYPED: Final = "（卡片没能送出，请回复引号里的字。）"
"""Below a card that is said with numbers to type, to people who do not know them."""
ASK: Final = "{question}\n（卡片没能送出，请直接用文字回答。）"
REFUSED: Final = "{number}刚才要办的没有办成，原因没能写出来。请发「为什么」，或问安全管理部门。"
TASKS: Final = "等您办的事没能列成卡片。请发「查 票号」一张一张看。"
FILE: Final = "文件没能做出来，请过一会儿再要。"
