"""Words of the reports: headings people look for, and what a report does not say."""

from __future__ import annotations

from typing import Final

LEDGER, SIGNED, AIR, ABOUT = "作业票台账", "签字", "气体检测", "说明"
"""The sheets of the register."""
AGREED: Final = "相符"
BROKEN: Final = "对不上，内容不列出，请联系系统管理员"
FIRST_OPINION: Final = "提交审批（作业负责人意见）"
BRIEFED: Final = "接受安全交底"
BOOK_NAME: Final = "作业票台账 {since}至{until}.xlsx"
SERVER: Final = "系统管理员（服务器命令行）"
HOW: Final = (
    "要哪几天的作业票台账？例如：报表 上月；报表 本周；报表 2026-03；报表 2026-03-01至2026-03-15（最多一年）。"
    "做好后发文件给您。"
)
NOT_YOURS: Final = "作业票台账写有很多人的名字，只给安全管理部门。"
TOO_MANY: Final = "{since}至{until}的作业票太多，聊天里发不了。请缩短时间，或请系统管理员在服务器上导出。"
CUT: Final = "……（太长，此处截断，全文见作业票）"

ABOUT_LINES: Final = (
    ("范围", "计划开始时间在 {since} 至 {until}（都含当日）的作业票，共 {count} 张；每张票只属于一个时段"),
    ("制表时间", "{at}（{zone}）；状态等以制表时为准，之后可能变化"),
    ("制表人", "{by}"),
    ("时间", "全部是工厂当地时间（{zone}），单元格是日期值，可以筛选、排序"),
    ("隐去的内容", "证书编号中间各位、文字里的手机号和身份证号已隐去；完整编号见企业登记"),
    ("记录校验", "“相符”指本系统数据库内的哈希链前后一致，属系统自证；要给外面核对，请另做证据导出"),
    ("没有办过的环节", "单元格空着；空白不代表合格"),
    ("不包含", "统计指标（见月报）、照片、隐患、设备连续读数"),
)
"""What the last sheet says: a stranger who gets the file alone must not read more into it than there is."""
