"""What a published template takes: of the cluster, and of the environment that it is made in.

Each parameter has a pattern: what is spliced into the configuration can't break out of its string.
"""

from dataclasses import dataclass

from aws_cdk import CfnParameter, Stack

from cdk_app.settings import Settings
from hpc_constructs import LUSTRE_THROUGHPUTS, LustreSize

_ID = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
_ARN = "arn:[a-z-]+:{service}:[a-z0-9-]*:[0-9]{{12}}:[A-Za-z0-9:/_.-]+"
_BUCKET = "[a-z0-9.-]{3,63}"
_PUBLIC_KEY = "ssh-ed25519 [A-Za-z0-9+/=]+"
_USER = f"[a-z][a-z0-9-]{{0,30}}:[0-9]{{5}}:{_PUBLIC_KEY}"

_OF_THE_CLUSTER = {
    "ClusterName": "pcluster-[a-z0-9-]{1,31}",
    "VlabId": _ID,
    "ProjectId": _ID,
    "Creation": "[0-9a-f]{8}",
    "SubnetId": "subnet-[0-9a-z]+",
    "AdminKeyName": "[A-Za-z0-9-]{1,255}",
    "SimPublicKey": _PUBLIC_KEY,
}
_OF_THE_ENVIRONMENT = {
    "ClusterProviderToken": _ARN.format(service="lambda"),
    "ReservationToken": _ARN.format(service="lambda"),
    "ScratchGuardToken": _ARN.format(service="lambda"),
    "MetadataImportToken": _ARN.format(service="lambda"),
    "ArtifactsBucket": _BUCKET,
    "ScratchBucket": _BUCKET,
    "PublicBucket": _BUCKET,
    "ProjectBucket": _BUCKET,
    "FileSystemId": "fs-[0-9a-z]+",
    "PermissionsBoundaryArn": _ARN.format(service="iam"),
    "HeadNodeSecurityGroupId": "sg-[0-9a-z]+",
    "ComputeSecurityGroupId": "sg-[0-9a-z]+",
    "LustreSecurityGroupId": "sg-[0-9a-z]+",
    "NodeScriptBucket": _BUCKET,
    "NodeScriptKey": "[A-Za-z0-9/._-]+",
    "VpcId": "vpc-[0-9a-z]+",
    "DataKeyArn": _ARN.format(service="kms"),
    "RecordsKeyArn": _ARN.format(service="kms"),
}
_OF_ACCOUNTING = {
    "AccountingDatabaseToken": _ARN.format(service="lambda"),
    "DatabaseHost": "[a-z0-9.-]{1,255}",
    "DatabasePort": "[0-9]{1,5}",
}
_MORE_USERS = f"({_USER}(,{_USER})*)?"
# Multiples of 2400 end in 00 too; which of these numbers are, the API has looked at, and FSx will.
_LUSTRE_CAPACITY_GIB = "(1200|[1-9][0-9]{1,3}00)"
_FLAG = "(true|false)"
_LUSTRE_THROUGHPUT = f"({'|'.join(map(str, LUSTRE_THROUGHPUTS))})"


@dataclass(frozen=True, kw_only=True)
class SharedIdentities:
    """The environment's things that every cluster uses; tokens of the stack that publishes.

    The names of the fields, in PascalCase, are the names of the template's parameters. What is None
    is no parameter: the bucket of containers, and what accounting takes.
    """

    cluster_provider_token: str
    reservation_token: str
    scratch_guard_token: str
    metadata_import_token: str
    artifacts_bucket: str
    scratch_bucket: str
    public_bucket: str
    project_bucket: str
    containers_bucket: str | None = None
    accounting_database_token: str | None = None
    database_host: str | None = None
    database_port: str | None = None
    file_system_id: str
    permissions_boundary_arn: str
    head_node_security_group_id: str
    compute_security_group_id: str
    lustre_security_group_id: str
    node_script_bucket: str
    node_script_key: str
    vpc_id: str
    data_key_arn: str
    records_key_arn: str

    def parameters(self) -> dict[str, str]:
        """The template's parameters that are the same for every cluster."""
        return {
            "".join(part.capitalize() for part in name.split("_")): value
            for name, value in vars(self).items()
            if value is not None
        }


def project_parameters(stack: Stack, *, settings: Settings, lustre: LustreSize) -> dict[str, str]:
    """Add the parameters to the stack; their values, by name.

    The API may leave out what has a default: the users beside `sim`, Lustre's size, which is the
    tier's then, and that it is no benchmark.
    """
    required = {
        **_OF_THE_CLUSTER,
        **_OF_THE_ENVIRONMENT,
        **({"ContainersBucket": _BUCKET} if settings.storage.containers_bucket else {}),
        **(_OF_ACCOUNTING if settings.accounting else {}),
    }
    optional = {
        "MoreUsers": (_MORE_USERS, ""),
        "Benchmark": (_FLAG, "false"),
        "LustreCapacityGib": (_LUSTRE_CAPACITY_GIB, str(lustre.capacity_gib)),
        "LustreThroughput": (_LUSTRE_THROUGHPUT, str(lustre.throughput_mb_s_per_tib)),
    }
    parameters = [
        *(CfnParameter(stack, name, allowed_pattern=_whole(it)) for name, it in required.items()),
        *(
            CfnParameter(stack, name, allowed_pattern=_whole(pattern), default=default)
            for name, (pattern, default) in optional.items()
        ),
    ]
    return {parameter.node.id: parameter.value_as_string for parameter in parameters}


def _whole(pattern: str) -> str:
    return f"^{pattern}$"
