"""The short answers, by key. Plain Chinese, one thought each; what to do next is always said.

The keys and their arguments are declared in the handlers' room; a test holds the two lists equal.
"""

from __future__ import annotations

from collections.abc import Mapping

from cards import words_finding, words_reports
from cards.words_attention import ANSWERS_ATTENTION
from cards.words_away import AWAY
from cards.words_evidence import DAILY, TROUBLE
from cards.words_hazards import ANSWERS_HAZARDS
from cards.words_pins import ANSWERS_PINS
from cards.words_points import ANSWERS_POINTS
from cards.words_privacy import ANSWERS_PRIVACY
from cards.words_supervision import SUPERVISION
from cards.words_ways import WECOM, Ways

ANSWERS: Mapping[str, str] = {
    # anybody, any time
    "welcome": "{name}，您好。要办作业票，直接发一句话，例如：明早8点到11点 2号罐 换法兰 电焊 作业人王强 监护赵敏",
    "home": "要办什么？点一下。有危险先喊停、撤人，再点「立即停工」。",
    "help": (
        "{name}，要办票发一句话：时间 地点 干什么 谁干 谁监护，再加：\n"
        "· 动火：换法兰 电焊\n"
        "· 受限空间：进罐清淤\n"
        "· 盲板：加盲板 介质苯 45℃ 0.4MPa DN100\n"
        "· 高处：登高换灯 8米\n"
        "· 吊装：吊装换热器 12吨 指挥李强\n"
        "· 临时用电：380V 水泵15kW 电源2号配电箱\n"
        "· 动土：挖沟埋管 深1.5米\n"
        "· 断路：修路面 涉及消防队\n"
        "例：明早8点到11点 2号罐 换法兰 电焊 作业人王强 监护赵敏\n"
        "也可以说：\n"
        "· 我的任务：看等您办的事\n"
        "· 查 票号：看一张票\n"
        "· 停工：马上停下，谁都可以说；紧急停工：全区、全厂停\n"
        "· 紧急状态：看哪里还没解除；解除紧急 地点 原因\n"
        "· 王强进、王强出：监护人登记进出；谁在里面：点名\n"
        "· 交接班：换监护人、负责人\n"
        "· 隐患 在哪 什么问题：报隐患；我的隐患：看进度\n"
        "· 为什么：看还差什么\n"
        "· 和上次一样：照上一张票另办；重新发起：没办成的再办\n"
        "· 取消：放弃正在填的申请"
    ),
    "how_to_request": (
        "直接发一句话：什么时候、在哪、干什么、谁干、谁监护。例如：\n"
        "今天14点到17点 2号罐 换法兰 电焊 作业人王强 监护赵敏"
    ),
    "how_to_scan": "点菜单「扫码」，对准作业票上的码或现场牌上的码。",
    "how_to_photo": "点菜单「现场拍照」直接拍：{what}。相册里的照片不算现场照片。",
    "hazards_later": "隐患上报功能还没开通。请马上打电话或当面告诉{who}；有危险先说「停工」。",
    "not_understood": "没看懂。发「帮助」看怎么说；要办票就说时间、地点、干什么、谁干、谁监护。",
    "too_long": "这段话太长了（最多{limit}个字），没有处理。请简短说一遍。",
    "unsupported": "{kind}这里办不了。请用文字说，或用菜单里的扫码、拍照。",
    "words_withheld": "您发的内容没有转到这里（平台本月的消息额度用完了），没有处理。有危险请马上当面或打电话叫停。",
    "foreign_button": "这个按钮不是给您的，没有生效。要看自己的事，发「我的任务」。",
    "old_button": "{number}已经变了，这个按钮过时了，没有生效。请看最新的卡片，或发「查 {number}」。",
    "no_such_number": "没有编号{number}的消息，或者已经过期，什么也没办。发「我的任务」看等您办的事。",
    "number_how": "没看懂要选哪一项，什么也没办。例如「选 {number}-1」，编号看那条消息。",
    "number_stale": "编号{number}的那条消息过时了，没有办。请按最新的这条回复。",
    "no_such_permit": "没有找到票号{number}。请核对，或发「我的任务」。",
    "nothing_to_cancel": "没有正在填的申请。要取消作业票，请在票的卡片上点「取消作业票」。",
    "nothing_to_explain": "没有要解释的票。发「查 票号」再点「为什么」。",
    "why_ended": "{number} {status}：{reason}。不能再用，要作业请重新申请。",
    "operator_notice": "平台通知（请系统管理员处理）：{kind} {detail}",
    "undelivered": "「{what}」没有送到：{names}。请马上打电话或当面告诉。",
    "undelivered_words": "没有送到{names}，请马上打电话或当面告诉：{words}",
    "unsaid": "这些消息发不出去，卡片和文字都试过了：{lines}。请打电话或当面告诉，并请系统管理员查看。",
    "unguarded": "系统没有在看这张票：{what}。请马上派人到现场看一眼，并告诉系统管理员。",
    "crowd": "{what}。请马上清点、劝离或换人；弄不清就先停工。",
    "seen_there": "{what}。请马上到跟前看一眼：属实就先停下来纠正，不属实请告诉安全员。",
    "camera_silent": "{name}没有画面：{why}。作业照常，请监护人多看一眼现场，并请人修好摄像头。",
    "output_astray": "{name}{what}。请马上到跟前看一眼；在弄清之前，请按它最危险的状态对待。",
    "quota_half": "{platform}本月接口次数用了{percent}%（{used}/{limit}）。停工、审批照常；不急的卡片改动会晚一点。"
    "请系统管理员看看要不要加购。",
    "quota_low": "{platform}本月接口次数用了{percent}%（{used}/{limit}）。停工、审批照常；日报和一般通知先不发。"
    "请系统管理员尽快加购。",
    "quota_last": "{platform}本月接口次数用了{percent}%（{used}/{limit}）。剩下的留给停工，除停工外机器人不再回话："
    "新的作业先别开。请系统管理员马上加购。",
    "quota_over": "{platform}本月接口次数用完了（{used}/{limit}）。停工消息还会试着发，但可能发不出去："
    "有危险直接打电话、当面喊停。请系统管理员马上加购。",
    "quota_hearing": "{platform}本月接收次数用了{percent}%（{used}/{limit}）。用完以后机器人听不到大家说的话。"
    "请系统管理员尽快加购。",
    "quota_deaf": "{platform}本月接收次数用了{percent}%（{used}/{limit}）。发给机器人的话、点的按钮随时可能收不到，"
    "停工请直接喊停、打电话。请系统管理员马上加购。",
    "question_dropped": "好的，刚才那一步没有办。",
    "unknown_account": "没有找到您的登记信息，什么也没办。请联系安环部把您登记到作业票系统里。",
    "sealed": DAILY,
    "unsealed": TROUBLE,
    # the draft
    "draft_dropped": "好的，这次申请不办了，什么也没提交。",
    "draft_gone": "这份申请已经不在了（提交了、放弃了或超过一天没动）。重新发一句话就行。",
    "draft_moved": "申请内容刚才改过了，请看最新的卡片再点。",
    "draft_edit": "要改哪里直接说，例如：改到9点开始；监护换成刘军；地点改3号罐。",
    "submitted": "已提交，票号{number}。有结果马上告诉您。",
    "copy_changes": "照{number}另办一张（与原票无关）。上次以后变了：\n{lines}",
    "copy_same": "照{number}另办一张（与原票无关）。规则、证件、作业点和上次一样。",
    "again_not_dead": "{number}还没有作废、过期或被拒，不能重新发起。要照它另办一张，发「复制 {number}」。",
    "nothing_to_copy": "还没有可照着办的票。直接发一句话申请。",
    # review
    "ask_reason": "{number} 为什么{asked}？点一个理由，或直接写一句。",
    "reason_taken": "{number} 已{asked}：{reason}",
    "changed_since": "{number} 在您看过之后变了，这次没有生效。请看最新内容再定。",
    # preparing and on site
    "jsa_how": "{number}：发一句话写清危害和对策，或拍一张分析表（JSA）。",
    "checklist": "{number} 安全措施，下一张卡片上写不下的全文：\n{lines}",
    "jsa_taken": "{number}：危害分析已收下。",
    "checked_in": "已签到：{place}。{numbers}",
    "neighbour": "{number}附近新签发了{other}（{what}）。开工前请和{who}说好，按交叉作业办。",
    "nothing_here": "{place}现在没有您的作业票。",
    "unknown_board": "这个现场牌没有登记，没有生效。请找属地登记。",
    "only_by_code": "票号不能代替到场，没有签到。请到现场发「签到」加现场牌上的码。",
    "unknown_code": "这个码看不懂，没有生效。请扫作业票或现场牌上的码。",
    "position_made_up": "手机说这个定位是模拟的，不能证明您在现场，没有签到。请关掉模拟定位，或到现场扫现场牌上的码。",
    "board_elsewhere": "手机定位不在{place}，没有签到。请到现场再扫现场牌上的码。",
    "fresh_wrong": "这不是{place}码屏上现在的动态码，没有签到。动态码半分钟一换，请看屏上的新码再发一次。",
    "fresh_used": "{place}的这个动态码您已经用过，没有重复签到。要再签请等屏上换下一个码。",
    "fresh_too_often": "{place}动态码输错太多次，十分钟内先不看动态码。请改用现场牌上的码签到。",
    "fresh_no_screen": "{place}没有码屏，没有签到。请用现场牌上的码签到。",
    "outside_fences": "您的位置不在作业区域里（或定位不够准）。请到现场扫现场牌上的码。",
    "stopped": "已停工：{place} {numbers}。所有人停止作业，撤到安全处。",
    "stop_which": "要停哪一张？点一下马上停。",
    "stop_whether": "要停工吗？要停就点一下，马上停；不是就不用管。",
    "stop_nothing": "没有找到正在作业的票，已经记下您的话。有危险请先撤离，再打值班电话。",
    "stop_call": "{name}喊停工，但没有对上作业票，请马上核实：{words}",
    "gas_help": (
        "{number} 请报：{gases}。取样点：{points}。每个值带单位，例如：\n可燃 0%LEL 氧 20.8% 硫化氢 0ppm 一氧化碳 0ppm"
    ),
    "gas_unclear": "「{said}」没有收下：{why}",
    "gas_taken": "{number} {point} 分析合格：{values}",
    "gas_drift": "{number} {point} 已记录：{values}。氧含量偏高，可能是仪器漂移：请在新鲜空气校零，再测一次。",
    "gas_failed": "{number} {point} 分析不合格：{values}。{why}",
    "gas_which": "这是哪张票的气体分析？点一下。",
    "gas_nowhere": "现在没有等您报气体的作业票，没有收下。",
    "gas_point": "{number}：请连取样点一起报（{points}），例如：上部 氧20.8% 可燃0%LEL",
    "air_on": "{number}：机械通风已开，已记录。",
    "air_off": "{number}：通风停止，已记录。里面的人马上出来。",
    "prompt_taken": "记下了，谢谢。",
    "prompt_failed": "{number}：两次答错，算一次未应答，已告诉安全员。再有一次就停工，请马上回到现场。",
    "count_taken": "{number}：现在里面{people}人、{tools}件工具。",
    "ask_count": "{number}：还有几个人、几件工具在里面？都出来了点「全部撤出」，否则发：人2工具5",
    "count_how": "{number}：请发数字，例如：人0工具0",
    "ask_cause": "{number}：停工的原因怎么消除的？发一句话，再点复工。",
    "cause_taken": "{number}：已记下「{cause}」。",
    "went_in": "{number}：{name}已登记进入。现在里面{who}",
    "came_out": "{number}：{name}已登记出来。现在{who}",
    "entry_refused": "{number}：{name}不能进入，作业已停：{why}。已经进去的请马上叫出来。",
    "log_who": "{number}：谁进谁出？点一下，或发「王强进 工具2」「王强出」。现在{who}",
    "roster": "现在在里面的（{count}张票）：\n{lines}",
    "roster_empty": "按登记，现在没有人在里面，也没有人在作业。",
    "shift_nothing": "现在没有要您交接的作业票。",
    "handover_how": (
        "{number}：已停工交接班。监护人或负责人发一句：\n"
        "交接 监护刘军 负责不变 隔离3块盲板在位 人0 工具0 遗留无\n"
        "交班、接班的人都在现场签字后才能复工。"
    ),
    "handover_missing": "{number}：交接没有收下，还缺：{what}。例：交接 监护刘军 负责不变 隔离正常 人0 工具0 遗留无",
    "handover_opened": "{number}：交接记录已写好，您已签字。等其他交班、接班的人在现场签字。",
    "end_note_taken": "{number}：完工说明已记下。",
    "emergency_where": "还要停哪里？点一下，那里的作业马上全部停，并点名。",
    "emergency_done": "{where}已紧急停工，共{count}张票。解除前不签发、不开工；复工要逐张重新检查签字。",
    "muster": "{at}清点{where}：{head}\n{lines}\n没有列出的不等于不在里面。血型等发「紧急查看 姓名 原因」。",
    "muster_more": "清点{where}（续）：\n{lines}",
    "muster_how": "发「清点 区域」看现在谁在里面，例如：清点 二号罐区；清点 全厂",
    "muster_offer": "{where}紧急停工：点一下看现在谁在里面、每条信号多久以前。",
    "emergency_called": "{name}发起紧急停工：{where}，停了{count}张票。请组织撤离、逐人点名：\n{lines}",
    "emergency_lifted": "{name}解除了{where}的紧急状态：{reason}。作业不会自己恢复，逐张重新检查、检测、签字。",
    "emergency_lift_how": "解除要写清哪里、为什么，例如：解除紧急 2号罐区 火已扑灭，现场已复查\n{lines}",
    "emergency_list": "紧急状态：\n{lines}",
    # photos and voices
    # people without an account
    "vouch_ask": (
        "{number}：{names}没有聊天账号。请当面交底，听懂了再给他开链接；用您的手机给他扫码，验证码当面说。您要为他本人在场担保。"
    ),
    "vouch_how": "请发「开链接 姓名」，例如：开链接 张三。只能给本单位、写在票上、没有聊天账号的作业人开。",
    "vouch_revoked": "已收回{count}个链接，都不能用了。",
    "vouch_signed": "{number}：{name}凭您担保的链接签了安全交底。不是他本人签的，请马上说「停工」并告诉安全管理部门。",
    "vouch_many": "{number}：{name}一分钟内要给很多人开链接，像是代签，没有开。请马上到现场核实。",
    "photo_taken_as": "照片已存：{number} {what}",
    "photo_moved": "好的，这张照片算作：{number} {what}",
    "photo_nowhere": "照片收到了，但没有要照片的作业票。要报隐患，再发一句：隐患 在哪 什么问题。",
    "photo_which": "这张照片是什么？点一下。",
    "photo_used": "这张照片之前在{number}用过，没有收下。请到现场重新拍一张。",
    "photo_doubted": (
        "{number}「{what}」：这张照片和{earlier}的一张旧照片几乎一样，先不算数。请在现场重拍一张；"
        "如果确实是刚拍的，可以请安全管理部门看。"
    ),
    "photo_shown": "{number}：已请{names}看这张照片。",
    "photo_judge": (
        "{number}「{what}」：{name}发来的照片和{earlier}的一张旧照片几乎一样。"
        "确属刚拍的，点一个理由认可；不是就不用点。"
    ),
    "photo_judged": "{number}「{what}」：照片已认可，理由：{reason}。",
    "sketch_how": (
        "盲板、动土、断路作业票可以附示意图：由作业负责人或申请人在提交审批以前发「示意图 票号」，再发一张图。"
        "审批以后不能再附。"
    ),
    "sketch_ask": "{number}：请发一张示意图的照片，会印在作业票上。",
    "note_taken": "{number}：语音已存。",
    "media_trouble": "没有存下：{why}。请重新拍一张或重新发一次。",
    # isolations
    "isolation_how": (
        "登记隔离请这样发：上锁 2号罐 进料阀 阀门 锁L12 牌P34\n"
        "（先说地点，再说方式：盲板、拆短节、断电、阀门；最后写锁号或盲板号，后面可以跟票号）"
    ),
    "isolation_words": (
        "隔离台账这样说：\n· 验证 L12 试车不转\n· 引用 L12 票号\n· 交锁 L12 李明\n· 接锁 L12\n· 解锁 L12\n· 隔离台账"
    ),
    "isolation_on": "已登记隔离 {number}：{what}。请另一人到现场验证后发「验证 锁号 怎么验的」。",
    "isolation_proven": "隔离 {number}（{what}）已验证无能量。",
    "isolation_cited": "{permit} 已引用隔离 {number}。这张票关闭前锁不能解。",
    "isolation_offered": "隔离 {number} 等{name}接锁。请{name}发「接锁 {lock}」；接之前锁还是您的。",
    "isolation_taken": "隔离 {number}（{what}）的锁现在是您的，以后由您本人解。",
    "isolation_off": "隔离 {number}（{what}）已解除。送电、开阀前请再看一遍现场。",
    "isolation_none": "没有在用的隔离。",
    "isolation_list": "在用隔离{count}处：\n{lines}",
    "isolation_unknown": "没有找到在用的锁或盲板「{name}」，什么也没办。发「隔离台账」看全部。",
    # lock boxes
    "box_how": (
        "几张票共用一组隔离时用锁箱，这样说：\n"
        "· 设锁箱 X1 L12 L13（把自己上的锁的钥匙放进1号箱）\n· 入箱 X1 L14\n"
        "· 挂箱锁 X1 锁C5 票号（各班组挂自己的锁）\n· 交箱锁 X1 C5 李明\n· 接箱锁 X1 C5\n· 摘箱锁 X1 C5\n"
        "· 看锁箱 X1\n· 锁箱台账\n· 拆锁箱 X1"
    ),
    "box_set": (
        "{label}号锁箱已设好，里面是{points}的钥匙。各班组开工前各挂一把自己的锁，发「挂箱锁 {label} 锁号 票号」。"
    ),
    "box_key_in": "{point}的钥匙已放进{label}号锁箱。箱上每把锁的票都引用了这处隔离。",
    "box_hung": "{lock}号锁已为{permit}挂上{label}号锁箱，箱里的隔离都已引用。这张票结束前锁不能摘，换班请交锁。",
    "box_offered": "{label}号锁箱的{lock}号锁等{name}接。请{name}发「接箱锁 {label} {lock}」；接之前锁还是您的。",
    "box_taken": "{label}号锁箱的{lock}号锁现在是您的，以后由您本人摘。",
    "box_off": "{label}号锁箱的{lock}号锁已摘。",
    "box_free": "{label}号锁箱最后一把锁已摘，可以取钥匙：{points}。解锁送电前请再看一遍现场，人都撤出没有。",
    "box_given_up": "{label}号锁箱已拆除，钥匙退回各锁主。",
    "box_unknown": "没有正在用的{label}号锁箱，什么也没办。发「锁箱台账」看全部。",
    "box_which": "{label}号锁箱上您的锁不止一把或没有，请写明锁号。发「看锁箱 {label}」看全部。",
    "box_none": "没有正在用的锁箱。",
    "box_list": "正在用的锁箱{count}个：\n{lines}",
    "box_card": "{label}号锁箱（{place}，{keeper}设）：{state}",
    # two codes of one place
    "alias_how": "请写两个编码，例如：同一处 TW12 TW-012；不是同一处 TW12 TW-012。发「重复编码」看有哪些待定。",
    "alias_none": "没有待定的重复编码。",
    "alias_ask": "{one} 和 {other} 可能是同一处。没定下来之前，两边的作业一律按「可能冲突」办。请核对后点。",
    "alias_same": "已由{name}定为同一处：{one}、{other}。两边的作业从现在起按同一处查冲突。",
    "alias_apart": "已由{name}定为两处：{one}、{other}。",
    "alias_later": "{one} 和 {other} 先不定，{day}再问。这期间按「可能冲突」办。",
    "alias_settled": (
        "{one} 和 {other} 已由{name}在{day}定为{what}，这次没有生效。"
        "要改请发「同一处 {one} {other}」或「不是同一处 {one} {other}」。"
    ),
    "alias_not": "没有记下：{why}。",
    # the equipment interlock
    "purge_how": "人工确认置换要写票号和怎么确认的，例如：置换确认 DHZY-HC-20261124-001 现场取样测爆合格，阀门已加盲板",
    "purge_confirmed": "{number} 已记下：设备系统无回传，由您人工确认已置换合格。系统恢复后说法不同的，以系统为准。",
    "purge_ask": (
        "{number}（{place}）等已置换合格：{why}。请到现场核实，再点怎么确认的；没核实不要点。点了就是您的签名，系统说法不同的以系统为准。"
    ),
    "purge_write": "{number}：请发一句话写明怎么确认已置换合格的。",
    "purge_settled": "{number} 已由{name}人工确认置换合格：{how}。",
    "purge_spoken": "{number} 不用人工确认：设备系统已有回传，或已有人确认。",
    # keys
    "key_needed": (
        "{number} 这一步要用本机指纹或面容签字，您还没有登记钥匙，没有签。"
        "请找安全员当面登记（安全员发「登记钥匙 姓名」）。"
    ),
    "key_sign_work": (
        "{number}「{step}」请用指纹或面容签字（5分钟内，只能用一次）：\n{link}\n"
        "页面不能验指纹时，复制链接到手机浏览器打开。不签：不用打开。停工不用签字，随时可以停。"
    ),
    "key_sign": (
        "{number}「{step}」请用指纹或面容签字（5分钟内，只能用一次）：\n{link}\n"
        "页面不能验指纹时，复制链接到手机浏览器打开。不同意：点卡片上的「退回」。"
    ),
    "key_nowhere": "本系统还没有开通指纹面容签字的网页，请联系系统管理员。",
    "key_how": "请写清给谁登记，例如：登记钥匙 王强。要当面办：对方用自己的手机扫码。",
    "key_window": "给{name}登记钥匙，{until}前有效。请核对本人，打开下面的码，让本人用自己的手机扫：\n{link}",
    "key_none": "{name}还没有登记钥匙。要登记请找安全员当面办。",
    "key_list": "{name}的钥匙：\n{lines}\n不用的、丢了手机的，发「注销钥匙 序号」。",
    "find_at": words_finding.AT,
    "find_not_yours": words_finding.NOBODY,
    "find_nowhere": words_finding.NOWHERE,
    "key_list_own": "{name}的钥匙：\n{lines}\n手机丢了马上挂失：{link}\n不用的：发「注销钥匙 序号」。",
    "key_lost": (
        "您的签字钥匙（{device}）刚在网页上挂失，从现在起不能再签字。新钥匙找安全员当面登记。不是您本人挂失的：马上打电话给安全员。"
    ),
    "key_revoke_how": "注销哪一把？发「我的钥匙」看序号，再发「注销钥匙 序号」。安全员可以发「注销钥匙 姓名 序号」。",
    "key_revoked": "已注销{name}的钥匙（{device}），以后不能再用它签字。",
    "key_revoked_by": "{name}注销了您的钥匙（{device}）。有疑问请联系安全员。",
    "key_enrolled": (
        "您登记了签字钥匙：{device}，{officer}在场，现在共{count}把在用。"
        "不是您本人办的：马上发「注销钥匙 {number}」，并打电话给安全员。"
    ),
    "key_witnessed": "{name}的钥匙已登记：{device}。不是本人当面办的，马上发「注销钥匙 {name} 序号」。",
    "key_cloned": "{name}的钥匙（{device}）疑似被复制，已停用，刚才的签字没有生效。请马上核实，换手机重新登记。",
    "report_how": words_reports.HOW,
    "report_not_yours": words_reports.NOT_YOURS,
    **ANSWERS_PINS,
    # green channel
    "channel_how": (
        "绿色通道只用于来不及办票的抢修，由当班班长、属地负责人、安环部或值班领导开通：\n"
        "· 绿色通道 2号罐 法兰泄漏要马上堵\n· 抢修情况 现场检测和人员\n· 抢修结束\n"
        "· 补录 谁干了什么、有哪些措施、为什么不能等\n· 偏差台账"
    ),
    "channel_open": (
        "绿色通道 {number} 已开通，按偏差登记，不是作业票。\n停下的票：{stopped}\n"
        "先保人：检测、防护、监护一样不能少。人员撤出后发「抢修结束」，{until}前发「补录」。"
    ),
    "channel_opened": "{name}在{place}开通绿色通道 {number}：{why}。该处其他作业已停。",
    "channel_noted": "{number}：情况已记下。",
    "channel_ended": "{number}：抢修结束已记下。请补录经过。",
    "channel_recorded": "{number}：补录已收下，等安环部审查。",
    "channel_late": "{number}：补录已收下，超过48小时，记为迟报，等安环部审查。",
    "channel_to_judge": "{number} 已补录，请审查。看完发「审查偏差 {number} 意见」。",
    "channel_judged": "{number}：审查意见已记下，偏差关闭。",
    "channel_list": "本月绿色通道{used}次（限{quota}次）。\n{lines}",
    "channel_unknown": "没有偏差 {number}。发「偏差台账」看全部。",
    "channel_owed": "{place}的抢修 {number} 还没有补录，{until}前要补上。发「补录 经过」。",
    "channel_overdue": "{place}的抢修 {number} 超过48小时没有补录（应在{until}前）。",
    # the radar
    **ANSWERS_ATTENTION,
    # personal data
    **ANSWERS_PRIVACY,
    **AWAY,
    **SUPERVISION,
    **ANSWERS_HAZARDS,
    **ANSWERS_POINTS,
}

STRANGER = "没有找到您的登记信息，什么也没办。请联系安环部把您登记到作业票系统里。"


def answer_text(key: str, args: Mapping[str, str], ways: Ways = WECOM) -> str:
    """The words of an answer, as they are said on a platform.

    Raise `KeyError` for a key or argument that does not exist: a bug of ours.
    """
    return (ways.answers.get(key) or ANSWERS[key]).format(**args) + ways.also.get(key, "")
