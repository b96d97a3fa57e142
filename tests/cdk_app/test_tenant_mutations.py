"""Take away or widen one thing that confines clusters, and a row of the table that names it fails.

The first half of a name is the policy and the statement, the second what becomes of it.
"""

from pathlib import Path

import pytest

from tenant_mutations import Mutation, mutations
from tenants import Row, Tenants, read_table

TABLE = read_table(Path(__file__).parent / "tenants.yaml")
CLUSTER_NAME = "parallelcluster:cluster-name"
OWN = f"${{aws:PrincipalTag/{CLUSTER_NAME}}}"

# Of the mutation its beginning and its end; then the row, whose things are open, and to whom.
NAMED = [
    ("boundary Launch without", f"aws:RequestTag/{CLUSTER_NAME}", "launch nodes that bear a name"),
    ("boundary Launch without", f"aws:ResourceTag/{CLUSTER_NAME}", "launch with what a cluster's"),
    ("boundary TagWhatIsLaunched without", "ec2:CreateAction", "tag its own instance with a name"),
    (
        "boundary TagWhatIsLaunched without",
        f"aws:RequestTag/{CLUSTER_NAME}",
        "tag what is launched",
    ),
    ("boundary TagWhatIsLaunched with", f"{CLUSTER_NAME} *", "tag what is launched"),
    ("cluster OnlyKnownTags", "OnlyKnownTags", "tag with a name in another spelling"),
    ("boundary OwnInstancesAndVolumes without", CLUSTER_NAME, "end nodes"),
    ("boundary OwnInstancesAndVolumes without", CLUSTER_NAME, "read an instance's user data"),
    ("boundary PassOwnRoles without", "iam:PassedToService", "give roles to anything else"),
    ("boundary PassOwnRoles with", "role/parallelcluster/*/*", "give roles to instances"),
    ("boundary Own with", "/clusters/*-????????????????/*", "read artifacts"),
    ("boundary Own with", f"/clusters/{OWN}-*/*", "delete artifacts"),
    ("boundary ListOwnArtifacts without", "s3:prefix", "list the whole bucket"),
    ("boundary ListOwnArtifacts without", "s3:prefix", "list all clusters' directories"),
    ("boundary ListOwnArtifacts with", f"/clusters/{OWN}-*/*", "list artifacts to delete them"),
    ("boundary Own with", "table/parallelcluster-*", "read and write the fleet's status"),
    ("boundary Own with", "table/parallelcluster-slurm-*", "read and write what nodes there"),
    ("boundary Own with", "stack/*/*", "ask and signal the cluster's stack"),
    ("boundary Own with", "stack/*-ComputeFleet*/*", "ask the queues' stack what to be"),
    ("boundary Own with", f"/aws/parallelcluster/{OWN}-*:*", "write the cluster's logs"),
    ("boundary Own with", f"/hpc/jobs/{OWN}-*:*", "write job records"),
    ("cluster NoLogsOfCleaningUp", "NoLogsOfCleaningUp", "write the logs of the clean-up"),
    ("boundary Metrics without", "cloudwatch:namespace", "forge metrics"),
    ("boundary ReadMounted with", "/*/*/*", "read the project's prefix"),
    ("boundary ReadMountedByTag1 without", "hpc:benchmark", "read or write where clusters compute"),
    ("cluster ReadMountedByTag1 without", "hpc:benchmark", "read or write where clusters compute"),
    ("boundary ListMounted1 without", "s3:prefix", "list all projects"),
    ("boundary ListMounted1 without", "s3:prefix", "list the projects' whole bucket"),
    ("plain ListMounted1 without", "s3:prefix", "list all of a lab's projects"),
    ("cluster NoOtherAccessPoint", "NoOtherAccessPoint", "mount a directory"),
    ("cluster NoOtherAccessPoint without", "ClientWrite", "mount a directory"),
    ("artifacts 0", "0", "read artifacts without encryption"),
    ("file_system OnlyEncrypted", "Connections", "mount without encryption"),
]


@pytest.fixture(scope="session")
def all_mutations(tenants: Tenants) -> list[Mutation]:
    return list(mutations(tenants))


@pytest.mark.parametrize(
    ("beginning", "end", "what"), NAMED, ids=[f"{name} {end}" for name, end, _ in NAMED]
)
def test_what_is_taken_away_or_widened_opens_a_row(
    beginning: str, end: str, what: str, all_mutations: list[Mutation]
) -> None:
    (mutation,) = (
        m for m in all_mutations if m.name.startswith(beginning) and m.name.endswith(end)
    )

    said = mutation.noticed(_rows(what))

    assert [one for one in said if " is allowed (" in one], said


def test_nothing_confines_or_is_allowed_without_need(all_mutations: list[Mutation]) -> None:
    unnoticed = [mutation.name for mutation in all_mutations if not mutation.is_noticed(TABLE)]

    assert unnoticed == []
    assert len(all_mutations) > 100


def _rows(what: str) -> list[Row]:
    rows = [row for row in TABLE if row.what.startswith(what)]
    assert rows, f"no row of the table begins with '{what}'"
    return rows
