"""Take one key, statement or condition away, and a check that names it fails."""

import pytest

from encryption_mutations import mutations
from encryption_world import EncryptionWorld
from synthesised import Synthesised

# What is taken away (parts of its name), and what is said about it.
NAMED = [
    ("Keys.Data LustreUsesBuckets", "Lustre: Decrypt with Data through s3: implicitly denied"),
    ("Keys.Data kms:CallerAccount", "key Data doesn't admit"),
    ("Keys.Data kms:ViaService", "Lustre: Decrypt with Data directly: allowed"),
    ("Keys.Data aws:PrincipalArn", "another role: Decrypt with Data through s3: allowed"),
    ("Keys.Records LogsUseOurGroups", "Logs: GenerateDataKey with Records directly"),
    ("Keys.Records kms:EncryptionContext", "log-group:/aws/lambda/another: allowed"),
    ("Keys.Secrets OnlyThrough", "administrator: Decrypt with Secrets directly: allowed"),
    ("Keys.Secrets OnlyThrough kms:ViaService", "Workflow Service: Decrypt with Secrets through"),
    (
        "Keys.Secrets statement-2",
        "Workflow Service: Decrypt with Secrets through secretsmanager: implicitly",
    ),
    ("Keys.Secrets statement-2 kms:ViaService", "key Secrets doesn't admit"),
    ("SharedData.Scratch key", "SharedData.ScratchF72D2ED6: its key is None"),
    ("SharedData.ScratchPolicy policy", "nothing denies what comes without TLS"),
    ("SharedData.FileSystem policy", "nothing denies what comes without TLS"),
    ("Network.RejectedTraffic key", "Network.RejectedTraffic76B7D9D9: its key is None"),
    ("Provisioner.Registry key", "Provisioner.Registry4DB9CCA5: its key is None"),
    ("Provisioner.DeadLettersQueuePolicy policy", "nothing denies what comes without TLS"),
    ("Observability.AlarmTopicPolicy policy", "nothing denies what comes without TLS"),
    ("Observability.AlarmTopic key", "its key is None"),
    ("Keys.Records AlarmsPublishEncrypted", "key Records doesn't admit"),
    ("NodePermissionsBoundary DecryptForNodes", "node: Decrypt with Data through s3: implicitly"),
    ("NodePermissionsBoundary kms:ViaService", "node with every policy: Decrypt with Data dir"),
    ("OnEvent EncryptObjects kms:ViaService", "provider: GenerateDataKey with Data directly"),
    ("ApiFunction EncryptRegistry", "API: Decrypt with Records through dynamodb: implicitly"),
    ("ApiFunction EncryptSecrets", "API: GenerateDataKey with Secrets through secretsmanager"),
    ("ProjectStacksRole GrantKeyToLustre", "projects' stacks: CreateGrant with Data through fsx"),
    ("ProjectStacksRole kms:GrantIsForAWSResource", "CreateGrant with Data through fsx: allowed"),
    ("published DebugLustre.DataScratch key", "DebugLustre.DataScratchFileSystemCD7D940D: its key"),
    ("published DebugLustre.ParallelClusterJobRecords key", "its key is None"),
    ("published DebugLustre.ParallelClusterPolicy DecryptForNodes", "node: Decrypt with Data"),
]

# What is held twice: the other layer still refuses, so nobody gains by its absence.
TWICE = {
    "ApiFunction EncryptSecrets kms:ViaService": "the key's policy denies it to everybody",
    "AccountingFunction DecryptMasterPassword kms:ViaService": "the key's policy, as above",
    "AccountingPurge DecryptMasterPassword kms:ViaService": "the key's policy, as above",
    "AccountingUsage DecryptMasterPassword kms:ViaService": "the key's policy, as above",
    "ParallelClusterPolicy DecryptForNodes kms:ViaService": "the boundary has the same condition",
}


@pytest.fixture(scope="session")
def world(local: Synthesised) -> EncryptionWorld:
    return EncryptionWorld.of(local)


@pytest.fixture(scope="session")
def all_mutations(world: EncryptionWorld) -> dict[str, list[str]]:
    """What is said about each, by its name."""
    return {mutation.name: mutation.noticed(world) for mutation in mutations(world)}


def is_named(name: str, words: str) -> bool:
    return all(word in name for word in words.split())


@pytest.mark.parametrize(("taken", "words"), NAMED, ids=[name for name, _ in NAMED])
def test_what_is_taken_away_is_named(
    taken: str, words: str, all_mutations: dict[str, list[str]]
) -> None:
    mutation = min((name for name in all_mutations if is_named(name, taken)), key=len)

    said = all_mutations[mutation]

    assert any(words in sentence for sentence in said), (mutation, said)


def test_nothing_is_there_without_need(all_mutations: dict[str, list[str]]) -> None:
    unnoticed = {name for name, said in all_mutations.items() if not said}

    twice = {name for name in all_mutations if any(is_named(name, words) for words in TWICE)}

    assert unnoticed == twice
    assert len(twice) == len(TWICE)
    assert len(all_mutations) > 60
