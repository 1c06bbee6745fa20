"""Words of one-time links, for the foreman, for who holds one, and for the record (docs/adr/0114)."""

from __future__ import annotations

VOUCHED = "凭带班人{name}担保的链接确认"
VOUCH_FOR = "为 {name} 开链接"
LINK_TEXT = (
    "给{name}的一次性链接（{number}，{until}前有效，只能用一次）：\n{address}\n"
    "可转给他本人，或打开作业票网页给他扫码。验证码另外一条，请当面告诉他。"
)
LINK_CODE = "{name}的验证码：{code}（{until}前有效）。只当面说给本人听，不要转发。要作废发「收回链接」。"
LINK_OVER = "这个链接已经用过、过期或收回了。请找带班人再开一个链接。"
LINK_WRONG = "验证码不对，还可以试{left}次。"
LINK_SLOW = "操作太快了，请等一分钟再试。"
LINK_ODD = "这次没有生效。请回到链接页面重新操作。"
LINK_SIGNED = "已签安全交底"
LINK_STOPPED = "已停工，所有人撤到安全处"
LINK_NO_PAGES = "本厂没有开通网页，不能给没有账号的人开链接。请联系系统管理员。"
