"""Business errors of the platform: HTTP 200 with an ``errcode`` that is not zero."""

from __future__ import annotations

from enum import IntEnum


class Code(IntEnum):
    """Global error codes the twin can answer with."""

    BUSY = -1
    OK = 0
    BAD_SECRET = 40001
    BAD_USERID = 40003
    BAD_MEDIA_TYPE = 40004
    BAD_TYPE_PARAMETER = 40005
    BAD_FILE_SIZE = 40006
    BAD_MEDIA_ID = 40007
    BAD_MSGTYPE = 40008
    BAD_IMAGE_SIZE = 40009
    BAD_VIDEO_SIZE = 40011
    BAD_CORPID = 40013
    BAD_TOKEN = 40014
    MENU_BUTTON_COUNT = 40016
    MENU_BUTTON_TYPE = 40017
    MENU_BUTTON_NAME = 40018
    MENU_BUTTON_KEY = 40019
    MENU_BUTTON_URL = 40020
    MENU_SUB_COUNT = 40023
    MENU_SUB_TYPE = 40024
    MENU_SUB_NAME = 40025
    MENU_SUB_KEY = 40026
    MENU_SUB_URL = 40027
    BAD_CODE = 40029
    BAD_USER_LIST = 40031
    TOO_MANY_USERS = 40032
    BAD_LIST = 40035
    MENU_URL = 40054
    MENU_SUB_URL_BAD = 40055
    BAD_AGENTID = 40056
    BAD_PARAMETER = 40058
    EMPTY_PARAMETER = 40063
    BAD_SAFE = 40074
    SECRET_OF_ANOTHER_CORP = 40091
    BAD_JS_SIGNATURE = 40093
    IMAGE_BROKEN = 40123
    MEDIA_EXPIRED = 40145
    BAD_RANGE = 40146
    TOKEN_MISSING = 41001
    CORPID_MISSING = 41002
    SECRET_MISSING = 41004
    MEDIA_ID_MISSING = 41006
    CODE_MISSING = 41008
    AGENTID_MISSING = 41011
    TITLE_MISSING = 41016
    DESCRIPTION_MISSING = 41033
    TOKEN_EXPIRED = 42001
    CODE_EXPIRED = 42003
    TASK_ID_ILLEGAL = 42014
    BUTTON_NAME_MISSING = 42020
    CODE_USED = 42022
    CARD_KEYNAME = 42027
    CARD_URL = 42028
    CARD_MEDIA_ID = 42029
    CARD_APPID = 42030
    CARD_TYPE = 42031
    CARD_TITLE = 42033
    CARD_HORIZONTAL_LENGTH = 42035
    CARD_VERTICAL_LENGTH = 42036
    CARD_OPTION_LENGTH = 42037
    CARD_BUTTON_TEXT = 42038
    CARD_BUTTON_KEY = 42039
    CARD_OPTION_ID = 42040
    CARD_OPTION_TEXT = 42041
    CARD_JUMP_LENGTH = 42042
    CARD_QUESTION_KEY = 42043
    CARD_IMAGE_URL = 42044
    CARD_ACTION = 42045
    CARD_SUBMIT_KEY = 42046
    CARD_SELECT_LENGTH = 42047
    CARD_SUBMIT_TEXT = 42049
    CARD_USERID = 42050
    CARD_MENU_KEY_TWICE = 42051
    RECALL_TOO_LATE = 42052
    CALLBACK_NEEDED = 43012
    FILE_EMPTY = 44001
    TEXT_EMPTY = 44004
    FILE_TOO_BIG = 45001
    CONTENT_TOO_BIG = 45002
    VOICE_TOO_LONG = 45007
    TOO_MANY_ARTICLES = 45008
    TOO_OFTEN = 45009
    NO_MENU = 46003
    NO_SUCH_USER = 46004
    NOT_AUTHORISED = 48002
    REDIRECT_NOT_TRUSTED = 50001
    APP_DISABLED = 50003
    NO_RIGHT = 60011
    IP_NOT_TRUSTED = 60020
    USER_UNKNOWN = 60111
    DEPARTMENT_INVALID = 60123
    RESPONSE_CODE = 60140
    NO_RECIPIENT_VALID = 81013
    NO_RECIPIENT = 82001
    TOO_MANY_PARTIES = 82002
    TOO_MANY_TAGS = 82003
    TARGET_EMPTY = 82101
    TARGET_NOT_RECIPIENT = 82102
    TICKET_EXPIRED = 84014
    TICKET_INVALID = 84015
    STATE_MALFORMED = 84025
    CHAT_ID_ILLEGAL = 86001
    CHAT_UNKNOWN = 86003
    CHAT_NAME = 86004
    CHAT_OWNER = 86005
    CHAT_MEMBER_COUNT = 86006
    CHAT_MEMBER = 86007
    CHAT_NOT_YOURS = 86008
    CHAT_ID_MISSING = 86201
    CHAT_MEMBERS_MISSING = 86204
    CHAT_OWNER_NOT_MEMBER = 86207
    CHAT_EXISTS = 86215
    CHAT_MEMBER_ILLEGAL = 86216
    TICKET_TYPE = 91040
    WEBHOOK_KEY = 93000
    WEBHOOK_EMPTY = 93017
    WEBHOOK_IMAGE_TOO_BIG = 93018
    WRONG_AGENT = 301002
    VOICE_BAD = 301016
    VOICE_NOT_AMR = 301017
    TOO_BIG_FOR_ONE_REQUEST = 830002


class ApiError(Exception):
    """A request the platform turns down; carries the code and a text nobody should parse."""

    def __init__(self, code: int, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code = int(code)
        self.detail = detail or _words(code)


def _words(code: int) -> str:
    try:
        return Code(code).name.lower().replace("_", " ")
    except ValueError:
        return "error"


def errmsg(code: int, detail: str, *, serial: str, caller_ip: str) -> str:
    """The message beside a code. It differs from call to call, as the platform's does."""
    if code == Code.OK:
        return detail or "ok"
    return (
        f"{detail}, hint: [{serial}], from ip: {caller_ip}, "
        f"more info at https://open.work.weixin.qq.com/devtool/query?e={code}"
    )
