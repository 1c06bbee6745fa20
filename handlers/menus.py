"""The app's menu and other ways in: what each entry does."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cards import words
from cards.buttons import Action, Press
from handlers import evidence, hazard_steps
from handlers.answers import Say
from handlers.arrivals import WITHHELD, Entered, MembershipChanged, MenuPressed, PlatformNotice, Tap, Unsupported
from handlers.desk import Desk
from handlers.outgoing import Answer, Ask, Offer, TaskList
from handlers.reading import Line
from handlers.stopping import stop_said
from workflow.rules.types import Role

APPLY, TASKS, STOP, SHOOT, SCAN, HAZARD = "apply", "tasks", "stop", "shoot", "scan", "hazard"
"""Keys of the menu, the same on every platform."""

OPERATOR_POST = "operator"


def apply(desk: Desk) -> None:
    """我要申请."""
    desk.say(Say.HOW_TO_REQUEST)


def tasks(desk: Desk) -> None:
    """我的任务."""
    desk.post(TaskList(person=desk.me), purpose="tasks")


def stop(desk: Desk) -> None:
    """立即停工: with nothing else said, everything this person has at work."""
    stop_said(desk, "", number=None, areas=(), things=())


def shoot(desk: Desk) -> None:
    """拍照, without a picture: what to take one of."""
    use = next(evidence.uses(desk), None)
    if use is None:
        desk.say(Say.PHOTO_NOWHERE)
    else:
        desk.say(Say.HOW_TO_PHOTO, what=use.label)


def scan(desk: Desk) -> None:
    """扫码, without a code."""
    desk.say(Say.HOW_TO_SCAN)


def hazard(desk: Desk) -> None:
    """报隐患: the next photo or line is it. Where none are taken, whom to tell instead."""
    if desk.house.hazard_rules is not None:
        hazard_steps.how(desk)
        return
    directory = desk.tx.directory
    holders = desk.house.posts.holders(directory, None)[Role.SAFETY_DEPT]
    names = "、".join(directory.people[one].name for one in holders[:2])
    desk.say(Say.HAZARDS_LATER, who=names or desk.house.book.role_label(Role.SAFETY_DEPT))


_HOME = frozenset({"首页", "主页"})
_ENTRIES: Mapping[str, Callable[[Desk], None]] = {
    APPLY: apply,
    TASKS: tasks,
    STOP: stop,
    SHOOT: shoot,
    SCAN: scan,
    HAZARD: hazard,
}


def pressed(desk: Desk, arrival: MenuPressed) -> None:
    """An entry of the menu; one we do not know (of an older menu) is answered with help."""
    entry = _ENTRIES.get(arrival.key)
    if entry is None:
        desk.say(Say.HELP, name=desk.person.name)
    else:
        entry(desk)


def home(desk: Desk) -> None:
    """首页: the big entries as one card, for chats that have no menu at their foot; and the stop, in one tap."""
    offers = tuple(
        Offer(press=Press(action=Action.MENU, subject="home", revision=0, arg=key))
        for key in (APPLY, TASKS, HAZARD, STOP)
    )
    desk.question(Ask(person=desk.me, subject=f"home:{desk.me}", key=Say.HOME.value, offers=offers))


def home_said(desk: Desk, line: Line) -> bool:
    """Whether somebody asks for the big entries."""
    if line.text.strip() not in _HOME:
        return False
    home(desk)
    return True


def menu_tapped(desk: Desk, _tap: Tap, press: Press) -> None:
    """An entry, pressed on a card: the same as in the menu."""
    _ENTRIES[press.arg](desk)


def entered(_desk: Desk, _arrival: Entered) -> None:
    """Opening the chat is no question: nothing is said."""


def joined_or_left(desk: Desk, arrival: MembershipChanged) -> None:
    """Joined: a word of welcome. Left: the account opens nothing any more, until the platform shows it again."""
    if arrival.joined:
        desk.say(Say.WELCOME, name=desk.person.name)
    else:
        sender = arrival.sender
        desk.tx.account_gone(sender.platform, sender.corp, sender.user)


def unsupported(desk: Desk, arrival: Unsupported) -> None:
    """A kind of message we have no use for, or one whose words the platform kept back."""
    if arrival.kind == WITHHELD:
        desk.say(Say.WORDS_WITHHELD)
        return
    desk.say(Say.UNSUPPORTED, kind=words.MESSAGE_KIND.get(arrival.kind, words.OTHER_MESSAGE))


def noticed(desk: Desk, arrival: PlatformNotice) -> None:
    """Something the operator must hear; nobody came, so it goes to whoever holds the post."""
    args = {"kind": arrival.kind, "detail": arrival.detail}
    for person in desk.tx.directory.holders(OPERATOR_POST):
        notice = Answer(person=person.id, key=Say.OPERATOR_NOTICE.value, args=args)
        desk.post_to(person.id, notice, purpose="operator")
