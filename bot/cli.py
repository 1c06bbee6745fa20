"""The command line. Each command hands over to one module, imported when the command runs: `--help` loads none.

A wrong setting or an unusable database ends a command with plain sentences and a code; a traceback is a bug of ours.
Exit codes: 0 done, 1 could not be done, 2 wrong settings or usage.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli_common import ENV_FILE, EnvFile
from bot.cli_common import group as _group
from bot.cli_common import plainly as _plainly
from bot.cli_common import settings_of as _settings
from bot.cli_evidence import evidence
from bot.cli_gate import gate
from bot.cli_policy import policy
from bot.cli_reports import export as outside
from bot.cli_reports import report

if TYPE_CHECKING:
    from bot.settings import Settings


SPOOL = Path("var/spool")

app = _group("Permitbot · 作业票机器人: permit-to-work inside WeCom and DingTalk.")
db = _group("The database.")
permit = _group("Permits.")
directory = _group("The plant's register: people, posts, certificates, places, groups.")
app.add_typer(db, name="db")
app.add_typer(permit, name="permit")
app.add_typer(evidence, name="evidence")
app.add_typer(directory, name="directory")
app.add_typer(policy, name="policy")
app.add_typer(gate, name="gate")
app.add_typer(report, name="report")
app.add_typer(outside, name="export")


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="Where the page with the phones is served; 0 takes any free port.")] = 8765,
    data: Annotated[Path | None, typer.Option(help="Keep the demo's data here; otherwise it is thrown away.")] = None,
    speed: Annotated[float, typer.Option(help="How many seconds pass in the demo while one passes here.")] = 1.0,
    practice: Annotated[
        bool, typer.Option("--practice", help="A new worker's first five minutes, guided, in a plant for practice.")
    ] = False,
) -> None:
    """Start everything against local stand-ins for WeCom and its people; needs no settings."""
    from bot import demo as stage

    raise typer.Exit(stage.main(port=port, data=data, speed=speed, practice=practice))


@app.command()
def run(env_file: EnvFile = ENV_FILE) -> None:
    """Start the service with the settings of this site."""
    with _plainly():
        settings = _settings(env_file)
        from bot import serve as service

        raise typer.Exit(service.main(settings=settings))


@app.command()
def bridge(
    site: Annotated[str, typer.Option(help="This gateway's name, as the main house has it in its keys.")],
    spool: Annotated[Path, typer.Option(help="Where readings wait while the main house is out of reach.")] = SPOOL,
    env_file: EnvFile = ENV_FILE,
) -> None:
    """Hear the devices beside the plant and hand over what they say to the main house; keep it while that is away."""
    with _plainly():
        settings = _settings(env_file)
        from bot import site_gateway

        raise typer.Exit(site_gateway.main(settings=settings, site=site, folder=spool))


@app.command()
def doctor(env_file: EnvFile = ENV_FILE) -> None:
    """Examine settings, database, credentials, clock, fonts and public address; say what to mend."""
    from bot import doctor as examination

    raise typer.Exit(examination.main(env_file=env_file, say=typer.echo))


@app.command()
def menu(env_file: EnvFile = ENV_FILE) -> None:
    """Give the WeCom app its menu. Once is enough; repeat it after an update."""
    with _plainly():
        settings = _settings(env_file)
        from bot import publish

        raise typer.Exit(publish.menu(settings=settings, say=typer.echo))


@db.command()
def upgrade(env_file: EnvFile = ENV_FILE) -> None:
    """Bring the database to the tables this version needs; safe to repeat. Stop the service first."""
    with _plainly():
        settings = _settings(env_file)
        from storage import migrate

        _make_default_folder(settings)
        url = settings.database_url.get_secret_value()
        before = migrate.current(url)
        migrate.upgrade(url)
        after = migrate.current(url)
        typer.echo(f"The database is at revision {after}" + (" already." if before == after else "."))


@permit.command()
def show(
    number: Annotated[str, typer.Argument(help="The printed permit number.")],
    env_file: EnvFile = ENV_FILE,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per record, for programs.")] = False,
) -> None:
    """Tell the history of one permit from the journal, and check its chain."""
    with _plainly():
        settings = _settings(env_file)
        from bot import evidence as journal

        raise typer.Exit(journal.show(settings=settings, number=number, as_json=as_json, say=typer.echo))


@permit.command()
def pdf(
    number: Annotated[str, typer.Argument(help="The printed permit number.")],
    copy: Annotated[int, typer.Option(min=1, max=3, help="1 guardian, 2 work unit, 3 archive.")] = 3,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="A new file; else NUMBER-COPY.pdf.")] = None,
    env_file: EnvFile = ENV_FILE,
) -> None:
    """Print the statutory form of one permit. May run beside the service."""
    with _plainly():
        settings = _settings(env_file)
        from bot import forms

        raise typer.Exit(forms.main(settings=settings, number=number, copy=copy, path=output, say=typer.echo))


@directory.command()
def load(
    path: Annotated[Path, typer.Argument(metavar="FILE|DIR", help="A register file, or a folder of *.yaml files.")],
    env_file: EnvFile = ENV_FILE,
    check: Annotated[
        bool, typer.Option("--check", help="Say what is wrong and what would change; change nothing.")
    ] = False,
) -> None:
    """Load the plant's register, all or nothing. Stop the service first; --check may run beside it."""
    with _plainly():
        settings = _settings(env_file)
        from bot import roster

        if not check:
            _make_default_folder(settings)
        raise typer.Exit(roster.load(settings=settings, path=path, check=check, say=typer.echo))


@directory.command()
def export(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A new file, readable by its owner only.")],
    env_file: EnvFile = ENV_FILE,
) -> None:
    """Write the register in force to a file that `load` reads. May run beside the service."""
    with _plainly():
        settings = _settings(env_file)
        from bot import roster

        raise typer.Exit(roster.export(settings=settings, path=path, say=typer.echo))


@directory.command("import-excel")
def import_excel(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A workbook as export-excel writes it.")],
    env_file: EnvFile = ENV_FILE,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what is wrong and what would change; change nothing.")
    ] = False,
) -> None:
    """Load people, certificates, places and things from Excel, all or nothing. Stop the service first."""
    with _plainly():
        settings = _settings(env_file)
        from bot import roster_excel

        if not dry_run:
            _make_default_folder(settings)
        raise typer.Exit(roster_excel.load(settings=settings, path=path, dry_run=dry_run, say=typer.echo))


@directory.command("export-excel")
def export_excel(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A new file, readable by its owner only.")],
    template: Annotated[bool, typer.Option("--template", help="Only the headings, nobody's data.")] = False,
    env_file: EnvFile = ENV_FILE,
) -> None:
    """Write the register in force to a workbook that import-excel reads. May run beside the service."""
    with _plainly():
        settings = _settings(env_file)
        from bot import roster_excel

        raise typer.Exit(roster_excel.export(settings=settings, path=path, template=template, say=typer.echo))


@directory.command()
def sync(
    env_file: EnvFile = ENV_FILE,
    accept_losses: Annotated[
        bool, typer.Option("--accept-losses", help="Believe a platform even if many people are gone at once.")
    ] = False,
) -> None:
    """Pull members and superiors from the chat platforms. The service does it every night; stop it before you do."""
    with _plainly():
        settings = _settings(env_file)
        from bot import roster

        raise typer.Exit(roster.sync(settings=settings, accept_losses=accept_losses, say=typer.echo))


@directory.command()
def aliases(
    env_file: EnvFile = ENV_FILE,
    same: Annotated[tuple[str, str] | None, typer.Option("--same", help="These two codes are one place.")] = None,
    apart: Annotated[tuple[str, str] | None, typer.Option("--apart", help="These two codes are two places.")] = None,
    by: Annotated[str, typer.Option("--by", help="Who says so: the id of somebody of the safety department.")] = "",
) -> None:
    """List codes that may be one place, or take down what a person says. Looking may run beside the service."""
    with _plainly():
        settings = _settings(env_file)
        from bot import aliases as places

        pair = same or apart
        if pair is None:
            raise typer.Exit(places.show(settings=settings, say=typer.echo))
        if (same and apart) or not by:
            raise typer.BadParameter("one of --same and --apart, with --by")
        one, other = pair
        said = places.settle(settings=settings, one=one, other=other, same=same is not None, by=by, say=typer.echo)
        raise typer.Exit(said)


def _make_default_folder(settings: Settings) -> None:
    """The default database lies in ``var``, which nobody has made yet; a folder that was chosen must exist."""
    if "database_url" not in settings.model_fields_set:
        Path("var").mkdir(mode=0o700, exist_ok=True)


def main() -> None:
    """The console script."""
    app()


if __name__ == "__main__":
    main()
