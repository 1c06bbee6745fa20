"""A card: what one person sees of one subject, before any platform spells it.

Lengths are character counts that every platform we serve can show; encoders check their own limits again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Tone(StrEnum):
    """How the status line feels. Never colour alone: the title always says it in words."""

    NEUTRAL = "neutral"
    GOOD = "good"
    WARN = "warn"
    DANGER = "danger"


class Style(StrEnum):
    """How a button looks."""

    PRIMARY = "primary"
    NORMAL = "normal"
    DANGER = "danger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button that comes back to us. ``text`` ≤ 10 characters; ``token`` from `cards.buttons.pack`."""

    text: str
    token: str
    style: Style = Style.NORMAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One choice. ``text`` ≤ 16 characters."""

    id: str
    text: str
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A question with options. ``many``: several may be chosen (then it must be the card's only choice, ≤ 20 options);
    otherwise 1–3 choices of ≤ 10 options each."""

    key: str
    title: str
    options: tuple[Option, ...]
    many: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A labelled fact. ``label`` ≤ 5 characters, ``value`` ≤ 30."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One card.

    ``subject`` is the key under which a person holds at most one card (``permit:<id>``, ``draft:<person>``).
    ``key`` says what is shown (subject, state, viewer): the same key need not be sent or updated twice.
    ``buttons`` act at once (≤ 6); ``submit`` sends the ``choices``. A card with neither is a notice.
    ``done`` marks a final copy: nothing more can be pressed; it says who decided and when.
    """

    subject: str
    key: str
    title: str
    """≤ 36 characters: status word first."""
    subtitle: str = ""
    """≤ 44 characters."""
    tone: Tone = Tone.NEUTRAL
    source: str = "作业票"
    quote: str = ""
    """The one thing that is unusual, if any."""
    body: str = ""
    """≤ 160 characters."""
    lines: tuple[Line, ...] = ()
    """≤ 6."""
    choices: tuple[Choice, ...] = ()
    submit: Button | None = None
    buttons: tuple[Button, ...] = ()
    menu: tuple[Button, ...] = ()
    """Up to 3 entries in the corner of a card without buttons, so that it can be changed and refreshed later."""
    url: str | None = None
    """Page with the whole permit."""
    phase: str = ""
    """State of the subject. A held copy of another phase misleads: it is changed even at the price of its last
    right."""
    done: str = ""
    """For a final copy: the words on the dead button, e.g. 「已由赵强 08:12 通过」."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubble:
    """A plain text answer. Long text is split by the encoder on byte limits without breaking characters."""

    text: str
    links: tuple[str, ...] = ()
    """An address for each line of ``text``, empty for a line that leads nowhere; none at all where no line does."""

    def __post_init__(self) -> None:
        if self.links and len(self.links) != self.text.count("\n") + 1:
            raise ValueError("one address for each line")


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file to be kept: its name with the ending, what it is (``application/pdf``), its bytes."""

    name: str
    mime: str
    data: bytes = field(repr=False)

    @property
    def ending(self) -> str:
        """``xlsx``, ``pdf``."""
        return self.name.rpartition(".")[2].lower()

    @property
    def pictured(self) -> bool:
        """Whether a chat shows it as a picture instead of offering it as a file."""
        return self.mime in ("image/png", "image/jpeg")


Message = Card | Bubble | File
