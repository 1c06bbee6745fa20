"""`permitbot report …`: registers and summaries as files, for people who keep them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli_common import ENV_FILE, EnvFile, group, plainly, settings_of

if TYPE_CHECKING:
    from bot.settings import Settings
    from handlers.windows import Window

Why = Annotated[str, typer.Option(help="What for; the people it names can read it.")]
report = group("Registers and summaries as files.")
export = group("Files for platforms outside.")


What = Annotated[
    str, typer.Argument(metavar="WINDOW", help="本月, 上月, 本周, 上周, 2026-03, or 2026-03-01..2026-03-15.")
]  # fmt: skip
Output = Annotated[Path | None, typer.Option("-o", "--output", help="A new file.")]


def _window(what: str, settings: Settings) -> Window:
    from bot.clock import SystemClock
    from handlers.windows import NoWindow, window_of

    try:
        return window_of(what, SystemClock().now().astimezone(settings.zone).date())
    except NoWindow:
        raise typer.BadParameter("no span of days, or one of more than a year") from None


@report.command()
def permits(what: What = "本月", output: Output = None, why: Why = "", env_file: EnvFile = ENV_FILE) -> None:
    """Write the register of the permits planned for some days as a workbook. May run beside the service."""
    with plainly():
        settings = settings_of(env_file)
        from bot.reports import ledger

        window = _window(what, settings)
        raise typer.Exit(ledger.main(settings=settings, window=window, path=output, why=why, say=typer.echo))


@report.command()
def summary(what: What = "上月", output: Output = None, env_file: EnvFile = ENV_FILE) -> None:
    """Print the figures of a week or a month on a page. May run beside the service."""
    with plainly():
        settings = settings_of(env_file)
        from bot.reports import summary as pages

        window = _window(what, settings)
        raise typer.Exit(pages.main(settings=settings, window=window, path=output, say=typer.echo))


@export.command()
def park(what: What = "上月", output: Output = None, why: Why = "", env_file: EnvFile = ENV_FILE) -> None:
    """Write permits and hazards of some days by the park's dictionary, where that is switched on. Sends nothing."""
    with plainly():
        settings = settings_of(env_file)
        from bot.reports import park as files

        window = _window(what, settings)
        raise typer.Exit(files.main(settings=settings, window=window, path=output, why=why, say=typer.echo))
