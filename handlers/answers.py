"""Every short answer and question there is, with the arguments its words may use.

Handlers say the key; the Chinese is in `cards.words`. A key that is not here cannot be said.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Say(StrEnum):
    """Keys of `Answer.key`, `Ask.key` and `Settled.key`."""

    # --- anybody, any time
    WELCOME = "welcome"
    HOME = "home"
    HELP = "help"
    HOW_TO_REQUEST = "how_to_request"
    HOW_TO_SCAN = "how_to_scan"
    HOW_TO_PHOTO = "how_to_photo"
    HAZARDS_LATER = "hazards_later"
    NOT_UNDERSTOOD = "not_understood"
    TOO_LONG = "too_long"
    UNSUPPORTED = "unsupported"
    WORDS_WITHHELD = "words_withheld"
    FOREIGN_BUTTON = "foreign_button"
    OLD_BUTTON = "old_button"
    NO_SUCH_NUMBER = "no_such_number"
    ONLY_BY_CODE = "only_by_code"
    NUMBER_HOW = "number_how"
    NUMBER_STALE = "number_stale"
    NO_SUCH_PERMIT = "no_such_permit"
    NOTHING_TO_CANCEL = "nothing_to_cancel"
    NOTHING_TO_EXPLAIN = "nothing_to_explain"
    WHY_ENDED = "why_ended"
    QUESTION_DROPPED = "question_dropped"
    UNKNOWN_ACCOUNT = "unknown_account"
    OPERATOR_NOTICE = "operator_notice"
    UNDELIVERED = "undelivered"
    UNDELIVERED_WORDS = "undelivered_words"
    UNSAID = "unsaid"
    UNGUARDED = "unguarded"
    OUTPUT_ASTRAY = "output_astray"
    CAMERA_SILENT = "camera_silent"
    SEEN_THERE = "seen_there"
    CROWD = "crowd"
    QUOTA_HALF = "quota_half"
    QUOTA_LOW = "quota_low"
    QUOTA_LAST = "quota_last"
    QUOTA_OVER = "quota_over"
    QUOTA_HEARING = "quota_hearing"
    QUOTA_DEAF = "quota_deaf"
    SEALED = "sealed"
    UNSEALED = "unsealed"

    # --- the draft
    DRAFT_DROPPED = "draft_dropped"
    DRAFT_GONE = "draft_gone"
    DRAFT_MOVED = "draft_moved"
    DRAFT_EDIT = "draft_edit"
    SUBMITTED = "submitted"
    NOTHING_TO_COPY = "nothing_to_copy"
    COPY_CHANGES = "copy_changes"
    COPY_SAME = "copy_same"
    AGAIN_NOT_DEAD = "again_not_dead"

    # --- review
    ASK_REASON = "ask_reason"
    REASON_TAKEN = "reason_taken"
    CHANGED_SINCE = "changed_since"

    # --- preparing and on site
    JSA_HOW = "jsa_how"
    JSA_TAKEN = "jsa_taken"
    CHECKLIST = "checklist"
    CHECKED_IN = "checked_in"
    NOTHING_HERE = "nothing_here"
    UNKNOWN_BOARD = "unknown_board"
    UNKNOWN_CODE = "unknown_code"
    OUTSIDE_FENCES = "outside_fences"
    POSITION_MADE_UP = "position_made_up"
    BOARD_ELSEWHERE = "board_elsewhere"
    FRESH_WRONG = "fresh_wrong"
    FRESH_USED = "fresh_used"
    FRESH_TOO_OFTEN = "fresh_too_often"
    FRESH_NO_SCREEN = "fresh_no_screen"
    STOPPED = "stopped"
    STOP_WHICH = "stop_which"
    STOP_WHETHER = "stop_whether"
    STOP_NOTHING = "stop_nothing"
    STOP_CALL = "stop_call"
    GAS_HELP = "gas_help"
    GAS_UNCLEAR = "gas_unclear"
    GAS_TAKEN = "gas_taken"
    GAS_DRIFT = "gas_drift"
    GAS_FAILED = "gas_failed"
    GAS_WHICH = "gas_which"
    GAS_NOWHERE = "gas_nowhere"
    GAS_POINT = "gas_point"
    AIR_ON = "air_on"
    AIR_OFF = "air_off"
    PROMPT_TAKEN = "prompt_taken"
    PROMPT_FAILED = "prompt_failed"
    COUNT_TAKEN = "count_taken"
    ASK_COUNT = "ask_count"
    COUNT_HOW = "count_how"
    ASK_CAUSE = "ask_cause"
    CAUSE_TAKEN = "cause_taken"
    WENT_IN = "went_in"
    CAME_OUT = "came_out"
    ENTRY_REFUSED = "entry_refused"
    LOG_WHO = "log_who"
    ROSTER = "roster"
    ROSTER_EMPTY = "roster_empty"
    SHIFT_NOTHING = "shift_nothing"
    HANDOVER_HOW = "handover_how"
    HANDOVER_MISSING = "handover_missing"
    HANDOVER_OPENED = "handover_opened"
    END_NOTE_TAKEN = "end_note_taken"
    EMERGENCY_WHERE = "emergency_where"
    EMERGENCY_DONE = "emergency_done"
    EMERGENCY_CALLED = "emergency_called"
    EMERGENCY_LIFTED = "emergency_lifted"
    MUSTER = "muster"
    MUSTER_MORE = "muster_more"
    MUSTER_HOW = "muster_how"
    MUSTER_OFFER = "muster_offer"
    EMERGENCY_LIFT_HOW = "emergency_lift_how"
    EMERGENCY_LIST = "emergency_list"
    NEIGHBOUR = "neighbour"

    # --- keys
    KEY_NEEDED = "key_needed"
    KEY_SIGN = "key_sign"
    KEY_SIGN_WORK = "key_sign_work"
    KEY_NOWHERE = "key_nowhere"
    KEY_HOW = "key_how"
    KEY_WINDOW = "key_window"
    FIND_AT = "find_at"
    FIND_NOT_YOURS = "find_not_yours"
    FIND_NOWHERE = "find_nowhere"
    KEY_NONE = "key_none"
    KEY_LIST = "key_list"
    KEY_LIST_OWN = "key_list_own"
    KEY_LOST = "key_lost"
    KEY_REVOKE_HOW = "key_revoke_how"
    KEY_REVOKED = "key_revoked"
    KEY_REVOKED_BY = "key_revoked_by"
    KEY_ENROLLED = "key_enrolled"
    KEY_WITNESSED = "key_witnessed"
    KEY_CLONED = "key_cloned"
    PIN_OFF = "pin_off"
    PIN_HOW = "pin_how"
    PIN_WINDOW = "pin_window"
    PIN_STATE = "pin_state"
    PIN_ENROLLED = "pin_enrolled"
    PIN_WITNESSED = "pin_witnessed"
    PIN_REVOKED = "pin_revoked"
    PIN_REVOKED_BY = "pin_revoked_by"
    PIN_LOCKED = "pin_locked"
    PIN_SIGNED = "pin_signed"
    PIN_STOOD_BY = "pin_stood_by"

    # --- people without an account
    VOUCH_ASK = "vouch_ask"
    VOUCH_HOW = "vouch_how"
    VOUCH_REVOKED = "vouch_revoked"
    VOUCH_SIGNED = "vouch_signed"
    VOUCH_MANY = "vouch_many"

    # --- photos and voices
    PHOTO_TAKEN_AS = "photo_taken_as"
    PHOTO_MOVED = "photo_moved"
    PHOTO_NOWHERE = "photo_nowhere"
    PHOTO_WHICH = "photo_which"
    PHOTO_USED = "photo_used"
    PHOTO_DOUBTED = "photo_doubted"
    PHOTO_SHOWN = "photo_shown"
    PHOTO_JUDGE = "photo_judge"
    PHOTO_JUDGED = "photo_judged"
    SKETCH_HOW = "sketch_how"
    SKETCH_ASK = "sketch_ask"
    NOTE_TAKEN = "note_taken"
    MEDIA_TROUBLE = "media_trouble"

    # --- isolations
    ISOLATION_HOW = "isolation_how"
    ISOLATION_WORDS = "isolation_words"
    ISOLATION_ON = "isolation_on"
    ISOLATION_PROVEN = "isolation_proven"
    ISOLATION_CITED = "isolation_cited"
    ISOLATION_OFFERED = "isolation_offered"
    ISOLATION_TAKEN = "isolation_taken"
    ISOLATION_OFF = "isolation_off"
    ISOLATION_NONE = "isolation_none"
    ISOLATION_LIST = "isolation_list"
    ISOLATION_UNKNOWN = "isolation_unknown"

    # --- lock boxes
    BOX_HOW = "box_how"
    BOX_SET = "box_set"
    BOX_KEY_IN = "box_key_in"
    BOX_HUNG = "box_hung"
    BOX_OFFERED = "box_offered"
    BOX_TAKEN = "box_taken"
    BOX_OFF = "box_off"
    BOX_FREE = "box_free"
    BOX_GIVEN_UP = "box_given_up"
    BOX_UNKNOWN = "box_unknown"
    BOX_WHICH = "box_which"
    BOX_NONE = "box_none"
    BOX_LIST = "box_list"
    BOX_CARD = "box_card"

    # --- two codes of one place
    ALIAS_HOW = "alias_how"
    ALIAS_NONE = "alias_none"
    ALIAS_ASK = "alias_ask"
    ALIAS_SAME = "alias_same"
    ALIAS_APART = "alias_apart"
    ALIAS_LATER = "alias_later"
    ALIAS_SETTLED = "alias_settled"
    ALIAS_NOT = "alias_not"

    # --- the equipment interlock
    PURGE_HOW = "purge_how"
    PURGE_CONFIRMED = "purge_confirmed"
    PURGE_ASK = "purge_ask"
    PURGE_WRITE = "purge_write"
    PURGE_SETTLED = "purge_settled"
    PURGE_SPOKEN = "purge_spoken"

    # --- green channel
    CHANNEL_HOW = "channel_how"
    CHANNEL_OPEN = "channel_open"
    CHANNEL_OPENED = "channel_opened"
    CHANNEL_NOTED = "channel_noted"
    CHANNEL_ENDED = "channel_ended"
    CHANNEL_RECORDED = "channel_recorded"
    CHANNEL_LATE = "channel_late"
    CHANNEL_TO_JUDGE = "channel_to_judge"
    CHANNEL_JUDGED = "channel_judged"
    CHANNEL_LIST = "channel_list"
    CHANNEL_UNKNOWN = "channel_unknown"
    CHANNEL_OWED = "channel_owed"
    CHANNEL_OVERDUE = "channel_overdue"

    # --- the radar
    ATTEND_ASK = "attend_ask"
    ATTEND_MISSED = "attend_missed"
    ATTEND_DONE = "attend_done"
    ATTEND_TOLD = "attend_told"
    ATTEND_MONTH = "attend_month"

    # --- personal data
    HOLD_HOW = "hold_how"
    HOLD_PLACED = "hold_placed"
    HOLD_LIFTED = "hold_lifted"
    HOLD_LIST = "hold_list"
    HOLD_NONE = "hold_none"
    HOLD_OFFICERS = "hold_officers"
    LOOKS = "looks"
    LOOKS_NONE = "looks_none"
    SUPERVISION = "supervision"
    SUPERVISION_NONE = "supervision_none"
    SUPERVISION_MINE = "supervision_mine"
    AWAY_HOW = "away_how"
    AWAY_NOTED = "away_noted"
    AWAY_FOR = "away_for"
    AWAY_BACK = "away_back"
    AWAY_REGISTERED = "away_registered"
    AWAY_WITHDRAWN = "away_withdrawn"
    AWAY_MOVED = "away_moved"
    AWAY_OVER = "away_over"
    AWAY_NOT = "away_not"
    GLASS_HOW = "glass_how"
    GLASS_NOTED = "glass_noted"
    GLASS_GONE = "glass_gone"
    GLASS_WHOM = "glass_whom"
    GLASS_TOLD = "glass_told"
    GLASS_BROKEN = "glass_broken"

    # --- reports
    REPORT_HOW = "report_how"
    REPORT_NOT_YOURS = "report_not_yours"

    # --- hazards
    HAZARD_HOW = "hazard_how"
    HAZARD_LINE = "hazard_line"
    HAZARD_PLACE = "hazard_place"
    HAZARD_SAME = "hazard_same"
    HAZARD_JOINED = "hazard_joined"
    HAZARD_BEFORE = "hazard_before"
    HAZARD_PHOTO_ADDED = "hazard_photo_added"
    HAZARD_AFTER = "hazard_after"
    HAZARD_AFTER_LINE = "hazard_after_line"
    HAZARD_AFTER_PHOTO = "hazard_after_photo"
    HAZARD_WHY_BACK = "hazard_why_back"
    HAZARD_WHY_REFUSED = "hazard_why_refused"
    HAZARD_EXTEND = "hazard_extend"
    HAZARD_EXTEND_HOW = "hazard_extend_how"
    HAZARD_TO = "hazard_to"
    HAZARD_TO_HOW = "hazard_to_how"
    HAZARD_UNKNOWN = "hazard_unknown"
    HAZARD_WORDS = "hazard_words"
    HAZARD_DONE = "hazard_done"
    HAZARD_UNREAD = "hazard_unread"
    HAZARD_LIST = "hazard_list"
    HAZARD_NONE = "hazard_none"
    POINTS_LEDGER = "points_ledger"
    POINTS_NONE = "points_none"
    POINTS_OFFICERS = "points_officers"
    POINTS_STANDINGS = "points_standings"
    POINTS_HOW = "points_how"
    POINTS_DONE = "points_done"
    POINTS_CHANGED = "points_changed"


ROWS = "rows"
"""The argument that holds facts to be shown as a table: one ``label：value`` a line."""

ARGS: Mapping[Say, tuple[str, ...]] = {
    Say.WELCOME: ("name",),
    Say.HOME: (),
    Say.HELP: ("name",),
    Say.HOW_TO_REQUEST: (),
    Say.HOW_TO_SCAN: (),
    Say.HOW_TO_PHOTO: ("what",),
    Say.HAZARDS_LATER: ("who",),
    Say.NOT_UNDERSTOOD: (),
    Say.TOO_LONG: ("limit",),
    Say.UNSUPPORTED: ("kind",),
    Say.WORDS_WITHHELD: (),
    Say.FOREIGN_BUTTON: (),
    Say.OLD_BUTTON: ("number",),
    Say.NO_SUCH_NUMBER: ("number",),
    Say.ONLY_BY_CODE: (),
    Say.NUMBER_HOW: ("number",),
    Say.NUMBER_STALE: ("number",),
    Say.NO_SUCH_PERMIT: ("number",),
    Say.NOTHING_TO_CANCEL: (),
    Say.NOTHING_TO_EXPLAIN: (),
    Say.WHY_ENDED: ("number", "status", "reason"),
    Say.QUESTION_DROPPED: (),
    Say.UNKNOWN_ACCOUNT: (),
    Say.OPERATOR_NOTICE: ("kind", "detail"),
    Say.UNDELIVERED: ("what", "names"),
    Say.UNDELIVERED_WORDS: ("names", "words"),
    Say.UNSAID: ("lines",),
    Say.UNGUARDED: ("what",),
    Say.OUTPUT_ASTRAY: ("name", "what"),
    Say.CAMERA_SILENT: ("name", "why"),
    Say.SEEN_THERE: ("what",),
    Say.CROWD: ("what",),
    Say.QUOTA_HALF: ("platform", "percent", "used", "limit"),
    Say.QUOTA_LOW: ("platform", "percent", "used", "limit"),
    Say.QUOTA_LAST: ("platform", "percent", "used", "limit"),
    Say.QUOTA_OVER: ("platform", "percent", "used", "limit"),
    Say.QUOTA_HEARING: ("platform", "percent", "used", "limit"),
    Say.QUOTA_DEAF: ("platform", "percent", "used", "limit"),
    Say.SEALED: ("number", "at", "streams", "records", "hash"),
    Say.UNSEALED: (),
    Say.DRAFT_DROPPED: (),
    Say.DRAFT_GONE: (),
    Say.DRAFT_MOVED: (),
    Say.DRAFT_EDIT: (),
    Say.SUBMITTED: ("number",),
    Say.NOTHING_TO_COPY: (),
    Say.COPY_CHANGES: ("number", "lines"),
    Say.COPY_SAME: ("number",),
    Say.AGAIN_NOT_DEAD: ("number",),
    Say.ASK_REASON: ("asked", "number"),
    Say.REASON_TAKEN: ("asked", "number", "reason"),
    Say.CHANGED_SINCE: ("number",),
    Say.JSA_HOW: ("number",),
    Say.JSA_TAKEN: ("number",),
    Say.CHECKLIST: ("number", "lines"),
    Say.CHECKED_IN: ("place", "numbers"),
    Say.NOTHING_HERE: ("place",),
    Say.UNKNOWN_BOARD: (),
    Say.UNKNOWN_CODE: (),
    Say.OUTSIDE_FENCES: (),
    Say.POSITION_MADE_UP: (),
    Say.BOARD_ELSEWHERE: ("place",),
    Say.FRESH_WRONG: ("place",),
    Say.FRESH_USED: ("place",),
    Say.FRESH_TOO_OFTEN: ("place",),
    Say.FRESH_NO_SCREEN: ("place",),
    Say.STOPPED: ("numbers", "place"),
    Say.STOP_WHICH: (),
    Say.STOP_WHETHER: (),
    Say.STOP_NOTHING: (),
    Say.STOP_CALL: ("name", "words"),
    Say.GAS_HELP: ("number", "gases", "points"),
    Say.GAS_UNCLEAR: ("said", "why"),
    Say.GAS_TAKEN: ("number", "values", "point"),
    Say.GAS_DRIFT: ("number", "values", "point"),
    Say.GAS_FAILED: ("number", "values", "point", "why"),
    Say.GAS_WHICH: (),
    Say.GAS_NOWHERE: (),
    Say.GAS_POINT: ("number", "points"),
    Say.AIR_ON: ("number",),
    Say.AIR_OFF: ("number",),
    Say.PROMPT_TAKEN: (),
    Say.PROMPT_FAILED: ("number",),
    Say.COUNT_TAKEN: ("number", "people", "tools"),
    Say.ASK_COUNT: ("number",),
    Say.COUNT_HOW: ("number",),
    Say.ASK_CAUSE: ("number",),
    Say.CAUSE_TAKEN: ("number", "cause"),
    Say.WENT_IN: ("number", "name", "who"),
    Say.CAME_OUT: ("number", "name", "who"),
    Say.ENTRY_REFUSED: ("number", "name", "why"),
    Say.LOG_WHO: ("number", "who"),
    Say.ROSTER: ("lines", "count"),
    Say.ROSTER_EMPTY: (),
    Say.SHIFT_NOTHING: (),
    Say.HANDOVER_HOW: ("number",),
    Say.HANDOVER_MISSING: ("number", "what"),
    Say.HANDOVER_OPENED: ("number",),
    Say.END_NOTE_TAKEN: ("number",),
    Say.EMERGENCY_WHERE: (),
    Say.EMERGENCY_DONE: ("where", "count"),
    Say.EMERGENCY_CALLED: ("name", "where", "count", "lines"),
    Say.EMERGENCY_LIFTED: ("name", "where", "reason"),
    Say.MUSTER: ("where", "at", "head", "lines"),
    Say.MUSTER_MORE: ("where", "lines"),
    Say.MUSTER_HOW: (),
    Say.MUSTER_OFFER: ("where",),
    Say.EMERGENCY_LIFT_HOW: ("lines",),
    Say.EMERGENCY_LIST: ("lines",),
    Say.NEIGHBOUR: ("number", "other", "what", "who"),
    Say.VOUCH_ASK: ("number", "names"),
    Say.VOUCH_HOW: (),
    Say.VOUCH_REVOKED: ("count",),
    Say.VOUCH_SIGNED: ("number", "name"),
    Say.VOUCH_MANY: ("number", "name"),
    Say.PHOTO_TAKEN_AS: ("number", "what"),
    Say.PHOTO_MOVED: ("number", "what"),
    Say.PHOTO_NOWHERE: (),
    Say.PHOTO_WHICH: (),
    Say.PHOTO_USED: ("number",),
    Say.PHOTO_DOUBTED: ("number", "what", "earlier"),
    Say.PHOTO_SHOWN: ("number", "names"),
    Say.PHOTO_JUDGE: ("number", "what", "name", "earlier"),
    Say.PHOTO_JUDGED: ("number", "what", "reason"),
    Say.SKETCH_HOW: (),
    Say.SKETCH_ASK: ("number",),
    Say.NOTE_TAKEN: ("number",),
    Say.MEDIA_TROUBLE: ("why",),
    Say.ISOLATION_HOW: (),
    Say.ISOLATION_WORDS: (),
    Say.ISOLATION_ON: ("number", "what"),
    Say.ISOLATION_PROVEN: ("number", "what"),
    Say.ISOLATION_CITED: ("number", "permit"),
    Say.ISOLATION_OFFERED: ("number", "name", "lock"),
    Say.ISOLATION_TAKEN: ("number", "what"),
    Say.ISOLATION_OFF: ("number", "what"),
    Say.ISOLATION_NONE: (),
    Say.ISOLATION_LIST: ("count", "lines"),
    Say.ISOLATION_UNKNOWN: ("name",),
    Say.BOX_HOW: (),
    Say.BOX_SET: ("label", "points"),
    Say.BOX_KEY_IN: ("label", "point"),
    Say.BOX_HUNG: ("label", "lock", "permit"),
    Say.BOX_OFFERED: ("label", "lock", "name"),
    Say.BOX_TAKEN: ("label", "lock"),
    Say.BOX_OFF: ("label", "lock"),
    Say.BOX_FREE: ("label", "points"),
    Say.BOX_GIVEN_UP: ("label",),
    Say.BOX_UNKNOWN: ("label",),
    Say.BOX_WHICH: ("label",),
    Say.BOX_NONE: (),
    Say.BOX_LIST: ("count", "lines"),
    Say.BOX_CARD: ("label", "place", "keeper", "state", ROWS),
    Say.ALIAS_HOW: (),
    Say.ALIAS_NONE: (),
    Say.ALIAS_ASK: ("one", "other", ROWS),
    Say.ALIAS_SAME: ("one", "other", "name"),
    Say.ALIAS_APART: ("one", "other", "name"),
    Say.ALIAS_LATER: ("one", "other", "day"),
    Say.ALIAS_SETTLED: ("one", "other", "name", "day", "what"),
    Say.ALIAS_NOT: ("why",),
    Say.PURGE_HOW: (),
    Say.PURGE_CONFIRMED: ("number",),
    Say.PURGE_ASK: ("number", "place", "why"),
    Say.PURGE_WRITE: ("number",),
    Say.PURGE_SETTLED: ("number", "name", "how"),
    Say.PURGE_SPOKEN: ("number",),
    Say.KEY_NEEDED: ("number",),
    Say.KEY_SIGN: ("number", "step", "link"),
    Say.KEY_SIGN_WORK: ("number", "step", "link"),
    Say.KEY_NOWHERE: (),
    Say.KEY_HOW: (),
    Say.KEY_WINDOW: ("name", "until", "link"),
    Say.FIND_AT: ("link",),
    Say.FIND_NOT_YOURS: (),
    Say.FIND_NOWHERE: (),
    Say.KEY_NONE: ("name",),
    Say.KEY_LIST: ("name", "lines"),
    Say.KEY_LIST_OWN: ("name", "lines", "link"),
    Say.KEY_LOST: ("device",),
    Say.KEY_REVOKE_HOW: (),
    Say.KEY_REVOKED: ("name", "device"),
    Say.KEY_REVOKED_BY: ("name", "device"),
    Say.KEY_ENROLLED: ("number", "device", "officer", "count"),
    Say.KEY_WITNESSED: ("name", "device"),
    Say.KEY_CLONED: ("name", "device"),
    Say.PIN_OFF: (),
    Say.PIN_HOW: (),
    Say.PIN_WINDOW: ("name", "until", "link"),
    Say.PIN_STATE: ("name", "state"),
    Say.PIN_ENROLLED: ("officer",),
    Say.PIN_WITNESSED: ("name",),
    Say.PIN_REVOKED: ("name",),
    Say.PIN_REVOKED_BY: ("name",),
    Say.PIN_LOCKED: ("name",),
    Say.PIN_SIGNED: ("number", "name"),
    Say.PIN_STOOD_BY: ("number", "name"),
    Say.CHANNEL_HOW: (),
    Say.CHANNEL_OPEN: ("number", "until", "stopped"),
    Say.CHANNEL_OPENED: ("number", "place", "why", "name"),
    Say.CHANNEL_NOTED: ("number",),
    Say.CHANNEL_ENDED: ("number",),
    Say.CHANNEL_RECORDED: ("number",),
    Say.CHANNEL_LATE: ("number",),
    Say.CHANNEL_TO_JUDGE: ("number",),
    Say.CHANNEL_JUDGED: ("number",),
    Say.CHANNEL_LIST: ("used", "quota", "lines"),
    Say.CHANNEL_UNKNOWN: ("number",),
    Say.CHANNEL_OWED: ("number", "place", "until"),
    Say.CHANNEL_OVERDUE: ("number", "place", "until"),
    Say.ATTEND_ASK: ("number", "question"),
    Say.ATTEND_MISSED: ("number", "line"),
    Say.ATTEND_DONE: ("number", "line"),
    Say.ATTEND_TOLD: ("days", "count", "lines"),
    Say.ATTEND_MONTH: ("month", "people"),
    Say.HOLD_HOW: (),
    Say.HOLD_PLACED: ("number",),
    Say.HOLD_LIFTED: ("number",),
    Say.HOLD_LIST: ("lines",),
    Say.HOLD_NONE: (),
    Say.HOLD_OFFICERS: (),
    Say.LOOKS: ("days", "lines"),
    Say.LOOKS_NONE: ("days",),
    Say.SUPERVISION: ("late", "waiting", "lines", "page"),
    Say.SUPERVISION_NONE: ("waiting", "page"),
    Say.SUPERVISION_MINE: ("page",),
    Say.AWAY_HOW: (),
    Say.AWAY_NOTED: ("name", "start", "end", "instead"),
    Say.AWAY_REGISTERED: ("name", "start", "end"),
    Say.AWAY_WITHDRAWN: ("name", "start", "end"),
    Say.AWAY_FOR: ("name", "start", "end"),
    Say.AWAY_BACK: (),
    Say.AWAY_MOVED: ("name", "start", "end"),
    Say.AWAY_OVER: ("name",),
    Say.AWAY_NOT: (),
    Say.GLASS_HOW: (),
    Say.GLASS_NOTED: ("what",),
    Say.GLASS_GONE: (),
    Say.GLASS_WHOM: (),
    Say.GLASS_TOLD: ("by", "why"),
    Say.GLASS_BROKEN: ("by", "name", "why"),
    Say.REPORT_HOW: (),
    Say.REPORT_NOT_YOURS: (),
    Say.HAZARD_HOW: (),
    Say.HAZARD_LINE: (),
    Say.HAZARD_PLACE: ("place",),
    Say.HAZARD_SAME: ("number", "place", "text"),
    Say.HAZARD_JOINED: ("number",),
    Say.HAZARD_BEFORE: ("number",),
    Say.HAZARD_PHOTO_ADDED: ("number",),
    Say.HAZARD_AFTER: ("number",),
    Say.HAZARD_AFTER_LINE: (),
    Say.HAZARD_AFTER_PHOTO: (),
    Say.HAZARD_WHY_BACK: ("number",),
    Say.HAZARD_WHY_REFUSED: ("number",),
    Say.HAZARD_EXTEND: ("number", "days"),
    Say.HAZARD_EXTEND_HOW: (),
    Say.HAZARD_TO: ("number",),
    Say.HAZARD_TO_HOW: (),
    Say.HAZARD_UNKNOWN: ("number",),
    Say.HAZARD_WORDS: (),
    Say.HAZARD_DONE: ("number", "what"),
    Say.HAZARD_UNREAD: ("number", "what"),
    Say.HAZARD_LIST: ("title", "lines"),
    Say.HAZARD_NONE: ("title",),
    Say.POINTS_LEDGER: ("name", "balance", "lines"),
    Say.POINTS_NONE: ("name",),
    Say.POINTS_OFFICERS: (),
    Say.POINTS_STANDINGS: ("lines",),
    Say.POINTS_HOW: (),
    Say.POINTS_DONE: ("name", "balance"),
    Say.POINTS_CHANGED: ("balance",),
}
"""What the words of each key may name. ``number`` is a permit number, ``numbers`` several; all are plain text."""

BUDGETED = frozenset({Say.NOT_UNDERSTOOD, Say.TOO_LONG, Say.UNSUPPORTED, Say.WORDS_WITHHELD, Say.PHOTO_NOWHERE})
"""Answers to what led nowhere: each said to one person at most once within `handlers.talk.QUIET`."""
URGENT = frozenset(
    {
        Say.STOPPED, Say.STOP_WHICH, Say.STOP_WHETHER, Say.STOP_NOTHING, Say.STOP_CALL, Say.ENTRY_REFUSED, Say.ROSTER,
        Say.ROSTER_EMPTY, Say.MUSTER, Say.MUSTER_MORE,
        Say.KEY_ENROLLED, Say.KEY_WITNESSED, Say.KEY_REVOKED_BY, Say.KEY_CLONED, Say.KEY_LOST,
        Say.PIN_ENROLLED, Say.PIN_WITNESSED, Say.PIN_REVOKED_BY, Say.PIN_LOCKED, Say.PIN_SIGNED, Say.PIN_STOOD_BY,
    }
)  # fmt: skip
"""Answers that travel in the safety lane."""
