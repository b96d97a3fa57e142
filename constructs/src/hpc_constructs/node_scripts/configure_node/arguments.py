"""The arguments, each checked again: what comes over a template is a stranger's word here."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from typing import NoReturn

from .data_paths import OF_LUSTRE
from .failure import NodeFailure
from .public_keys import checked_key
from .rest_arguments import add_rest_options, slurm_rest
from .s3_names import s3_mount, s3_mount_if
from .slurm_accounts import account_names
from .users import more_accounts
from .wishes import CONFIGURED, SIM, SIM_ID, START, Account, SlurmAccounts, Wishes

_LOG_GROUP = re.compile(r"[A-Za-z0-9._/#-]{1,512}")
_ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Say it in one line, as every step does."""
        raise NodeFailure(f"{message}. Allowed: {' '.join(self.format_usage().split()[2:])}")


def wishes(arguments: Sequence[str]) -> Wishes:
    """What the arguments ask for.

    Raises:
        NodeFailure: an argument is unknown, missing or not allowed; its value is named.
    """
    parser = _Parser(prog="configure_node", add_help=False, allow_abbrev=False)
    parser.add_argument("--node", choices=("head", "compute"), required=True)
    parser.add_argument("--cluster-name", required=True)
    parser.add_argument("--data", choices=("lustre", "efs"), required=True)
    parser.add_argument("--user-key", metavar="SIMS-PUBLIC-KEY")
    parser.add_argument("--users", default="", metavar="NAME:UID:PUBLIC-KEY,...")
    parser.add_argument("--s3-mount", action="append", default=[], metavar="PATH=BUCKET[/PREFIX/]")
    parser.add_argument("--vlab-account", metavar="NAME")
    parser.add_argument("--project-account", metavar="NAME")
    parser.add_argument("--stage", choices=(START, CONFIGURED), default=CONFIGURED)
    parser.add_argument("--job-log-group", metavar="NAME")
    parser.add_argument(
        "--s3-mount-if", action="append", default=[], metavar="true|false:PATH=BUCKET[/PREFIX/]"
    )
    add_rest_options(parser)
    given = parser.parse_args(arguments)
    if given.node == "head" and not given.user_key:
        parser.error("a head node needs --user-key")
    if (given.vlab_account is None) != (given.project_account is None):
        parser.error("--vlab-account and --project-account come together")
    mounts = (
        *(s3_mount(text) for text in given.s3_mount),
        *(mount for text in given.s3_mount_if for mount in s3_mount_if(text)),
    )
    hidden = [mount.path for mount in mounts if mount.path in OF_LUSTRE]
    if given.data == "lustre" and hidden:
        parser.error(f"with --data lustre {hidden[0]} is Lustre's own, so no --s3-mount there")
    key = checked_key(SIM, given.user_key) if given.user_key else None
    return Wishes(
        is_head=given.node == "head",
        cluster_name=_cluster_name(given.cluster_name),
        accounts=(Account(SIM, SIM_ID, key), *more_accounts(given.users)),
        lustre=given.data == "lustre",
        s3_mounts=mounts,
        slurm_accounts=_slurm_accounts(given.vlab_account, given.project_account),
        stage=given.stage,
        job_log_group=_log_group(given.job_log_group),
        slurm_rest=slurm_rest(given),
    )


def _cluster_name(name: str) -> str:
    """It goes into /etc/environment, so it is what ParallelCluster allows and no more."""
    if not name.replace("-", "").isalnum() or not name.isascii():
        raise NodeFailure(f"--cluster-name is '{name}'; allowed: letters, digits and hyphens")
    return name


def _log_group(name: str | None) -> str | None:
    """Or a name that CloudWatch Logs allows."""
    if name is not None and not _LOG_GROUP.fullmatch(name):
        raise NodeFailure(
            f"--job-log-group is '{name}'; allowed: at most 512 of letters, digits, ., _, -, /"
            " and #"
        )
    return name


def _slurm_accounts(vlab: str | None, project: str | None) -> SlurmAccounts | None:
    if vlab is None or project is None:
        return None
    for option, name in (("--vlab-account", vlab), ("--project-account", project)):
        if not _ACCOUNT.fullmatch(name):
            raise NodeFailure(
                f"{option} is '{name}'; allowed: a letter or digit, then at most 63 of letters,"
                " digits, ., _ and -"
            )
    return account_names(vlab, project)
