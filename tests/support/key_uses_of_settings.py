"""Who may do what with which key where the settings ask for something: rows like all others."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cdk_app.settings import Settings
from encryption_world import EncryptionWorld
from iam_evaluation import Principal
from key_use import Use, alarm, role, uses


@dataclass(frozen=True, kw_only=True)
class FurtherUses:
    """Rows, and who they are about beside those that are always there."""

    who: Mapping[str, Callable[[EncryptionWorld], Principal]]
    uses: Sequence[Use]


def further_uses(settings: Settings) -> Iterator[FurtherUses]:
    """What comes with these settings."""
    if settings.storage.directory_keep_days is not None:
        yield RETENTION
    if settings.alarms and settings.alarms.emails:
        yield ALARMS
    if settings.slurm_rest is not None:
        yield SLURM_REST


RETENTION = FurtherUses(
    who={
        "listing": role("Provisioner", "DirectoryRetentionListingServiceRole"),
        "passes": role("Provisioner", "DirectoryRetentionPassesServiceRole"),
    },
    uses=[
        *uses("listing", "Decrypt", "Records", "dynamodb", allowed=True),
        *uses("listing", "Decrypt", "Records", None, "logs", allowed=False),
        *uses("listing", "GenerateDataKey", "Records", "dynamodb", allowed=False),
        *uses("listing", "Decrypt", "Secrets", "secretsmanager", allowed=False),
        *uses("listing", "Decrypt", "Data", "elasticfilesystem", allowed=False),
        *uses("passes", "Decrypt", "Records", "dynamodb", allowed=False),
        *uses("passes", "Decrypt", "Data", None, "elasticfilesystem", "s3", allowed=False),
    ],
)
ALARMS = FurtherUses(
    who={"CloudWatch": lambda _: Principal(arn="cloudwatch.amazonaws.com")},
    uses=[
        *(alarm(verb, allowed=True) for verb in ("Decrypt", "GenerateDataKey")),
        alarm("Encrypt", allowed=False),
        alarm("Decrypt", account="999999999999", allowed=False),
        alarm("Decrypt", key="Data", allowed=False),
        alarm("Decrypt", key="Secrets", allowed=False),
    ],
)


SLURM_REST = FurtherUses(
    who={"realm's keys": role("Provisioner", "RealmKeysFunctionServiceRole")},
    uses=[
        *uses("realm's keys", "Decrypt", "Data", "s3", allowed=True),
        *uses("realm's keys", "GenerateDataKey", "Data", "s3", allowed=True),
        *uses("realm's keys", "Decrypt", "Data", None, "secretsmanager", allowed=False),
        *uses("realm's keys", "Encrypt", "Data", "s3", allowed=False),
        *uses("realm's keys", "Decrypt", "Records", "s3", "dynamodb", allowed=False),
        *uses("realm's keys", "Decrypt", "Secrets", "secretsmanager", allowed=False),
    ],
)
