"""What every group of commands shares: how it is made, where the settings stand, how an error becomes a sentence."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.settings import Settings

EnvFile = Annotated[Path, typer.Option("--env-file", help="Where the settings stand.", show_default=True)]
ENV_FILE = Path(".env")


def group(purpose: str) -> typer.Typer:
    """A group of commands. Typer's own tracebacks print local variables, and those may hold secrets."""
    return typer.Typer(help=purpose, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@contextmanager
def plainly() -> Iterator[None]:
    """Turn the errors an operator can cure into sentences."""
    from bot.settings import SettingsError

    try:
        yield
    except SettingsError as wrong:
        for problem in wrong.problems:
            typer.echo(problem, err=True)
        typer.echo("`permitbot doctor` examines everything.", err=True)
        raise typer.Exit(2) from None
    except Exception as failure:
        # Importing storage costs most of a second; a failure of its families means that it is imported already.
        for module, family in (("storage.errors", "StorageError"), ("storage.policies", "PolicyError")):
            if module in sys.modules and isinstance(failure, getattr(sys.modules[module], family)):
                typer.echo(str(failure), err=True)
                raise typer.Exit(1) from None
        raise


def settings_of(env_file: Path) -> Settings:
    """The settings, with the log set up to hide their secrets."""
    from bot import log
    from bot.settings import load_settings

    settings = load_settings(env_file=env_file)
    log.configure(style=settings.log_format, level=settings.log_level, secrets=settings.secrets())
    return settings
