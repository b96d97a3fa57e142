"""Step: accounting on the head node: whose jobs are counted where, and who sees them.

ParallelCluster has started slurmdbd before, and told it of the cluster. Its slurmdbd.conf is made
once and not again, so what we write there stays. Source: AWS ParallelCluster's cookbook,
`aws-parallelcluster-slurm/recipes/config/config_slurm_accounting.rb`.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from .commands import run
from .failure import NodeFailure
from .slurm_accounts import known_users, missing
from .slurmdbd_configuration import have_settings
from .wishes import Wishes

_SACCTMGR, _SCONTROL = "/opt/slurm/bin/sacctmgr", "/opt/slurm/bin/scontrol"
_SECONDS, _PAUSE_SECONDS = 120, 2
# What slurmdbd sends to slurmctld is there at once, or never; what slurmctld asks for takes longer.
_SENDING_SECONDS, _ASKING_SECONDS = 4, 30

# Nobody but administrators sees others' jobs and use. slurm.conf says so to slurmctld, this to
# slurmdbd, which is what sacct asks. Source: slurmdbd.conf(5).
_PRIVATE = {"PrivateData": "jobs,usage"}


def account_jobs(wishes: Wishes) -> None:
    """Keep jobs private, and make the lab's account, the project's below it, and its users.

    Raises:
        NodeFailure: slurmdbd isn't there or doesn't answer, or refuses something; or slurmctld
            doesn't learn of it.
    """
    wanted = wishes.slurm_accounts
    if not wishes.is_head or wanted is None:
        return
    if have_settings(_PRIVATE):
        run("systemctl", "restart", "slurmdbd")
    # ParallelCluster gives Slurm's cluster the name of its own; Slurm writes it in lower case.
    cluster = wishes.cluster_name.lower()
    _wait_for_slurmdbd(cluster)
    users = [account.name for account in wishes.accounts]
    to_do = missing(
        wanted,
        users,
        cluster=cluster,
        associations=_show("associations", "Account,ParentName,User", f"cluster={cluster}"),
        defaults=_show("users", "User,DefaultAccount"),
    )
    for command in to_do:
        run(_SACCTMGR, "--immediate", "--quiet", *command)
    _wait_for_slurmctld(wanted.project, users)
    print(
        "configure_node: accounting: in Slurm, which writes them in lower case, the lab's account"
        f" is '{wanted.vlab}' and below it the project's '{wanted.project}'"
    )


def _wait_for_slurmdbd(cluster: str) -> None:
    """Until it tells of the cluster, and slurmctld has come to it, now or before its last start."""
    end = time.monotonic() + _SECONDS
    while True:
        try:
            told = _show("clusters", "Cluster,ControlPort", f"cluster={cluster}").strip()
            if told and not told.endswith("|0"):
                return
            said = (
                f"slurmctld of cluster '{cluster}' hasn't come to it"
                if told
                else f"it knows of no cluster '{cluster}'"
            )
        except NodeFailure as failure:
            said = str(failure)
        if time.monotonic() > end:
            raise NodeFailure(f"slurmdbd isn't ready after {_SECONDS} s: {said}")
        time.sleep(_PAUSE_SECONDS)


def _wait_for_slurmctld(project: str, users: Sequence[str]) -> None:
    """Until it takes jobs of these users in the project's account.

    slurmdbd sends what is added to who has come to it since its start, and slurmctld asks for all
    at its own start only. So it never learns what is added between a start of slurmdbd and its
    coming back there, which nothing tells: the cluster's port stays in the database meanwhile.
    Told to read its configuration again, it asks for all again. Source: scontrol(1).
    """
    begun = time.monotonic()
    ask_again = begun + _SENDING_SECONDS
    shown = ("--oneliner", "show", "assoc_mgr", "flags=assoc")
    while unknown := set(users) - known_users(project, _scontrol(*shown)):
        now = time.monotonic()
        if now - begun > _SECONDS:
            raise NodeFailure(
                f"slurmctld doesn't know after {_SECONDS} s that"
                f" {', '.join(sorted(unknown))} may use account '{project}'"
            )
        if now > ask_again:
            _scontrol("reconfigure")
            ask_again = now + _ASKING_SECONDS
        time.sleep(_PAUSE_SECONDS)


def _scontrol(*command: str) -> str:
    """What slurmctld says; nothing if it is beginning again, or too busy to answer."""
    try:
        return run(_SCONTROL, *command)
    except NodeFailure:
        return ""


def _show(what: str, columns: str, *of: str) -> str:
    return run(_SACCTMGR, "--noheader", "--parsable2", "show", what, *of, f"format={columns}")
