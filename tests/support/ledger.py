"""The smallest stream there is, for tests of memory: an account that is paid into. No permit law in sight."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from storage.codec import Codec
from storage.fold import Fold

T0 = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)


def minutes(count: float) -> datetime:
    """``count`` minutes after the tests' beginning of time."""
    return T0 + timedelta(minutes=count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """An amount came in."""

    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """Somebody wrote something down."""

    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Account:
    """What was paid and written down so far."""

    name: str
    balance: int = 0
    notes: tuple[str, ...] = ()


def evolve(account: Account, event: Paid | Noted) -> Account:
    """The next account."""
    match event:
        case Paid(amount=amount):
            return Account(account.name, account.balance + amount, account.notes)
        case Noted(text=text):
            return Account(account.name, account.balance, (*account.notes, text))


CODEC: Codec[Paid | Noted] = Codec((Paid, Noted))
ACCOUNTS: Fold[Account, Paid | Noted] = Fold(kind="account", initial=Account, evolve=evolve, codec=CODEC)
