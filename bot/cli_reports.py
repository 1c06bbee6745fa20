"""`permitbot report …`: registers and summaries as files, for people who keep them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli_common import ENV_FILE, EnvFile, group, plainly, settings_of

Why = Annotated[str, typer.Option(help="What for; the people it names can read it.")]
report = group("Registers and summaries as files.")


@report.command()
def permits(
    what: Annotated[
        str, typer.Argument(metavar="WINDOW", help="本月, 上月, 本周, 上周, 2026-03, or 2026-03-01..2026-03-15.")
    ] = "本月",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="A new file.")] = None,
    why: Why = "",
    env_file: EnvFile = ENV_FILE,
) -> None:
    """Write the register of the permits planned for some days as a workbook. May run beside the service."""
    with plainly():
        settings = settings_of(env_file)
        from bot.clock import SystemClock
        from bot.reports import ledger
        from handlers.windows import NoWindow, window_of

        try:
            window = window_of(what, SystemClock().now().astimezone(settings.zone).date())
        except NoWindow:
            raise typer.BadParameter("no span of days, or one of more than a year") from None
        raise typer.Exit(ledger.main(settings=settings, window=window, path=output, why=why, say=typer.echo))
