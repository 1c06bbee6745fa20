"""`permitbot policy …`: look at the rules before they rule. Nothing here changes anything."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli_common import ENV_FILE, EnvFile, group, plainly, settings_of

policy = group("The rules: check, explain, compare and replay them; change nothing.")

Plant = Annotated[
    str | None, typer.Option("--plant", help="The plant's file inside the folder; otherwise that of the settings.")
]


@policy.command()
def check(
    folder: Annotated[Path | None, typer.Argument(metavar="[DIR]", help="A policies folder.")] = None,
    plant: Plant = None,
    env_file: EnvFile = ENV_FILE,
) -> None:
    """Say everything that is wrong with a policies folder, with file, line and key; 1 when anything is."""
    with plainly():
        settings = settings_of(env_file)
        from bot import policy as rules

        raise typer.Exit(rules.check(settings=settings, folder=folder, plant=plant, say=typer.echo))


@policy.command()
def explain(
    work: Annotated[str, typer.Argument(help="hot, cs, blind, height, lift, power, earth or road.")],
    facts: Annotated[list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", help="e.g. outdoor=yes")] = None,
    folder: Annotated[Path | None, typer.Option("--policies", help="Another folder than that of the settings.")] = None,
    plant: Plant = None,
    env_file: EnvFile = ENV_FILE,
) -> None:
    """Say what the rules ask of a work: grade, signatures, limits, gates, each with its clause; and what is unknown."""
    with plainly():
        settings = settings_of(env_file)
        from bot import policy as rules

        raise typer.Exit(
            rules.tell(settings=settings, work=work, facts=facts or [], folder=folder, plant=plant, say=typer.echo)
        )


@policy.command()
def diff(
    before: Annotated[Path, typer.Argument(metavar="A", help="A policies folder.")],
    after: Annotated[Path, typer.Argument(metavar="B", help="Another one.")],
    plant: Plant = None,
    env_file: EnvFile = ENV_FILE,
) -> None:
    """Say what B tightens, loosens, adds and removes against A; 1 when anything does."""
    with plainly():
        settings = settings_of(env_file)
        from bot import policy as rules

        raise typer.Exit(rules.compare(settings=settings, before=before, after=after, plant=plant, say=typer.echo))


@policy.command()
def replay(
    folder: Annotated[Path, typer.Option("--policies", help="The changed policies folder.")],
    since: Annotated[str, typer.Option("--since", help="The first day, e.g. 2026-01-01, at the plant.")],
    plant: Plant = None,
    env_file: EnvFile = ENV_FILE,
) -> None:
    """Ask the decisions of the journal again under changed rules. May run beside the service."""
    with plainly():
        settings = settings_of(env_file)
        from bot import policy_replay

        raise typer.Exit(policy_replay.main(settings=settings, folder=folder, since=since, plant=plant, say=typer.echo))


@policy.command()
def diagram(
    folder: Annotated[Path | None, typer.Argument(metavar="[DIR]", help="A policies folder.")] = None,
    plant: Plant = None,
    env_file: EnvFile = ENV_FILE,
) -> None:
    """Draw the life of a permit and every chain of signatures, as Mermaid text."""
    with plainly():
        settings = settings_of(env_file)
        from bot import policy as rules

        raise typer.Exit(rules.draw(settings=settings, folder=folder, plant=plant, say=typer.echo))
