"""`permitbot evidence …`: the journal as evidence, for ourselves and for people outside."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli_common import ENV_FILE, EnvFile, group, plainly, settings_of

Why = Annotated[str, typer.Option(help="What for; the people it names can read it.")]
evidence = group("The journal as evidence.")


@evidence.command()
def verify(env_file: EnvFile = ENV_FILE) -> None:
    """Check every record of the journal against its hash chain and its checkpoints. May run beside the service."""
    with plainly():
        settings = settings_of(env_file)
        from bot import evidence as journal

        raise typer.Exit(journal.check(settings=settings, say=typer.echo))


@evidence.command()
def export(
    what: Annotated[
        str, typer.Argument(metavar="NUMBER|FROM..TO", help="A permit or hazard, or days: 2026-01-01..2026-01-31.")
    ],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="A new file.")] = None,
    checkpoint: Annotated[
        int | None, typer.Option(help="The checkpoint the reader holds from outside; otherwise the newest.")
    ] = None,
    no_media: Annotated[bool, typer.Option("--no-media", help="Leave photos and other originals out.")] = False,
    forms: Annotated[bool, typer.Option("--forms", help="Add the printed form of each permit.")] = False,
    reporters: Annotated[
        bool, typer.Option("--reporters", help="Also what tells who reported a hazard unnamed.")
    ] = False,
    why: Why = "",
    env_file: EnvFile = ENV_FILE,
) -> None:
    """Write an archive that an outsider can check without us. May run beside the service."""
    with plainly():
        settings = settings_of(env_file)
        from bot import evidence_out as outside

        try:
            asked = outside.wanted(what, checkpoint=checkpoint, media=not no_media, forms=forms, reporters=reporters)
        except outside.NotAsked as wrong:
            raise typer.BadParameter(str(wrong)) from None
        raise typer.Exit(outside.write(settings=settings, asked=asked, path=output, say=typer.echo, why=why))


@evidence.command()
def anchor(
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Also write it to a new file.")] = None,
    env_file: EnvFile = ENV_FILE,
) -> None:
    """Say the newest checkpoint, to be kept where this system cannot reach it. May run beside the service."""
    with plainly():
        settings = settings_of(env_file)
        from bot import evidence_out as outside

        raise typer.Exit(outside.anchor(settings=settings, path=output, say=typer.echo))


@evidence.command()
def checkpoint(env_file: EnvFile = ENV_FILE) -> None:
    """Take a checkpoint now. The service does it every night; stop it before you do."""
    with plainly():
        settings = settings_of(env_file)
        from bot import evidence_out as outside

        raise typer.Exit(outside.take(settings=settings, say=typer.echo))


@evidence.command()
def search(
    since: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")],
    until: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day.")],
    person: Annotated[str, typer.Option(help="An id or a whole name.")] = "",
    device: Annotated[str, typer.Option(help="The id of a device.")] = "",
    place: Annotated[str, typer.Option(help="A piece of a permit's place, or the code of its area or equipment.")] = "",
    word: Annotated[str, typer.Option(help="Anything that was said.")] = "",
    why: Why = "",
    env_file: EnvFile = ENV_FILE,
) -> None:
    """Find records by time, person, device, place or word. May run beside the service."""
    with plainly():
        settings = settings_of(env_file)
        from bot import evidence_search as looking

        question = looking.Question(
            since=since.date(), until=until.date(), person=person, device=device, place=place, word=word, why=why
        )
        raise typer.Exit(looking.search(settings=settings, question=question, say=typer.echo))
