"""`listening cron`: the schedule for those who have cron or systemd start what is to run."""

from __future__ import annotations

import getpass
import shlex
import sys
from pathlib import Path

import click

from listening.cli.options import config_option
from listening.collect.schedule.crontab import crontab
from listening.config import Config, read_config

_CONFIG = "config.yaml"
_STOP_WITHIN = 45
"""Seconds that systemd waits: the grace of `listening run`, and what ending takes."""


@click.command()
@config_option
@click.option("--systemd", "as_unit", is_flag=True, help="Print a unit file for the service instead.")
@click.option("--user", help="The user the service runs as; by default you.", metavar="NAME")
def command(config_file: Path, as_unit: bool, user: str | None) -> None:
    """Print the schedule as crontab lines, or a systemd unit.

    For cron: `listening crawl` with a line for each timing. For systemd: `listening run` as a service, which
    can do more: windows by the working calendar, several sources at a time, rules followed.

    \b
    Example:
      listening cron                 (for crontab -e)
      listening cron --systemd > /etc/systemd/system/listening.service
    """
    config = read_config(config_file)
    lines = _unit(config, user or getpass.getuser()) if as_unit else _crontab(config)
    for line in lines:
        click.echo(line)


def _crontab(config: Config) -> list[str]:
    crawl = f"cd {shlex.quote(str(config.base))} && {shlex.join(_called(config, 'crawl'))}"
    scheduled = [each for each in config.sources if each.timing.is_scheduled]
    return [
        f"# written by `listening cron` out of {config.file}",
        f"# times of {config.timezone}: it must be the machine's zone, or CRON_TZ where cron knows that",
        *(f"# {each.name}: by hand only" for each in config.sources if not each.timing.is_scheduled),
        *crontab(scheduled, crawl),
    ]


def _called(config: Config, verb: str) -> list[str]:
    program = Path(sys.executable).with_name("listening")
    named = [] if config.file.name == _CONFIG else ["--config", config.file.name]
    return [str(program) if program.exists() else "listening", verb, *named]


def _unit(config: Config, user: str) -> list[str]:
    """Only what it writes may be written: the archive, the store's folder, the folders it watches."""
    written = [config.archive, *(each.folder for each in config.sources if each.folder is not None)]
    kind, _, place = config.store.partition(":")
    if kind == "sqlite" and place:
        written.append((config.base / place).parent)
    return [
        f"# written by `listening cron --systemd` out of {config.file}",
        "[Unit]",
        "Description=listening: public posts, collected when they are due",
        "After=network-online.target",
        "Wants=network-online.target",
        "StartLimitIntervalSec=0",
        "",
        "[Service]",
        "Type=exec",
        f"User={user}",
        f"WorkingDirectory={_specified(str(config.base))}",
        "# secrets: NAME=value lines, readable by root alone; the names are those of the `…_env` settings",
        "EnvironmentFile=-/etc/listening/secrets.env",
        "CacheDirectory=listening",
        "Environment=XDG_CACHE_HOME=%C/listening",
        f"ExecStart={' '.join(map(_quoted, _called(config, 'run'))).replace('$', '$$')}",
        "ExecReload=/bin/kill -HUP $MAINPID",
        "KillMode=mixed",
        f"TimeoutStopSec={_STOP_WITHIN}",
        "Restart=on-failure",
        "RestartSec=10",
        "# mistakes in config.yaml do not mend themselves",
        "RestartPreventExitStatus=1 2",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "# these folders must be there, and be the user's, before the first start",
        f"ReadWritePaths={' '.join(_quoted(str(path)) for path in dict.fromkeys(written))}",
        "ProtectHome=read-only",
        "PrivateTmp=yes",
        "PrivateDevices=yes",
        "ProtectKernelTunables=yes",
        "ProtectKernelModules=yes",
        "ProtectControlGroups=yes",
        "RestrictSUIDSGID=yes",
        "LockPersonality=yes",
        "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
        "",
        "[Install]",
        "WantedBy=multi-user.target",
    ]


def _specified(text: str) -> str:
    """systemd reads %x as something else."""
    return text.replace("%", "%%")


def _quoted(word: str) -> str:
    """A word as systemd takes it."""
    escaped = _specified(word).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"' if escaped != word or any(sign.isspace() for sign in word) else word
