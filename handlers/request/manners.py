"""Methods of the six other works as people name them by their verbs: 换灯 is upkeep, 挖机 is digging by machine."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from handlers.request.details import DetailKey, DetailSaid
from workflow.values import WorkType

_MEANT: Mapping[WorkType, tuple[tuple[str, str], ...]] = {
    WorkType.HEIGHT: (
        ("scaffold_erection", "搭设?(?:[0-9.]+米)?高?的?(?:脚手)?架"),
        ("scaffold_dismantling", "拆除?(?:[0-9.]+米)?高?的?(?:脚手架|架子|防护棚|棚)"),
        ("installation", "(?<!拆)安装|加装|(?<![吊拆封])装(?!置|卸|车)|敷设|放线|挂"),
        ("maintenance", "换|修|紧固|处理|校|堵漏|消缺|清[洗灰理]"),
        ("removal", "拆(?!除?(?:[0-9.]+米)?高?的?(?:脚手架|架子|防护棚|棚))"),
        ("painting", "刷|漆|防腐|保温|涂"),
        ("inspection", "检查|查看|测量|检测|巡检|查漏"),
    ),
    WorkType.LIFT: (
        ("mobile_crane", "吊机|起重机(?!械)"),
        ("bridge_crane", "天车|行吊|门吊|龙门"),
        ("forklift", "叉车"),
        ("hoist", "葫芦|倒链|导链|卷扬机"),
    ),
    WorkType.POWER: (("mobile_supply", "发电机|发电车|移动电源"),),
    WorkType.EARTH: (
        ("machine_digging", "挖掘机|挖机|钩机|机械(?:开)?挖|机挖"),
        ("hand_digging", "人工|铁锹|手工"),
        ("piling", "打桩|打接地桩|桩基"),
        ("ground_drilling", "钻探|勘探|钻孔|坑探"),
        ("anchoring", "地锚|埋杆|立杆"),
    ),
    WorkType.ROAD: (("half_closure", "半幅|半边|占道|占用?道?路|留一?半|单侧"),),
}


def methods_meant(work: WorkType, text: str, details: Sequence[DetailSaid]) -> list[str]:
    """The methods a text plainly means. A named source of the plant's own power is a method, too."""
    found = [name for name, pattern in _MEANT.get(work, ()) if re.search(pattern, text)]
    if work is WorkType.POWER and not found and any(one.key is DetailKey.SOURCE for one in details):
        found.append("grid_supply")
    if work is WorkType.ROAD and not found and re.search("断路|断道|封", text):
        found.append("full_closure")
    return found
