"""`permitbot gate …`: the keys behind the codes that the gate checks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli_common import ENV_FILE, EnvFile, group, plainly, settings_of

gate = group("The keys of the gate.")


@gate.command()
def keys(
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Also write them to a new file.")] = None,
    env_file: EnvFile = ENV_FILE,
) -> None:
    """Say the public keys in force: for a second verifier, and to keep the old one when the key is changed."""
    with plainly():
        settings = settings_of(env_file)
        from bot import gate as ring

        raise typer.Exit(ring.tell(settings=settings, path=output, say=typer.echo))
