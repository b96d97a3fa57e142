"""Slurm laboratories with accounting: which users may submit, and in which database it is."""

from accounting_server import AccountingServer
from embedded_aws.laboratory.slurm_configuration import (
    ENFORCED,
    AccountingDatabase,
    SlurmConfiguration,
)
from embedded_aws.laboratory.slurm_laboratory import SlurmLaboratory
from node_cluster import ROOT

USERS = {"alice": 20001, "bob": 20002}
STRANGER = "mallory"
ACCOUNT = "project"


def accounted(
    server: AccountingServer, cluster: str, database: AccountingDatabase
) -> SlurmLaboratory:
    """A cluster of this name, to boot; with a user whom Slurm doesn't know beside the others."""
    configuration = SlurmConfiguration(
        cluster_name=cluster, database=database, custom_settings=ENFORCED
    )
    users = {**USERS, STRANGER: 20003}
    return SlurmLaboratory(configuration, root=ROOT, users=users, database=server.endpoint)


def admit(laboratory: SlurmLaboratory) -> None:
    """Give its users an account, unless the database has it from before."""
    if laboratory.must("root", "sacctmgr", "-nP", "show", "account", ACCOUNT):
        return
    laboratory.sacctmgr("add", "account", ACCOUNT)
    for user in USERS:
        laboratory.sacctmgr("add", "user", user, f"account={ACCOUNT}")
