"""JSON schemas of what callers send and are answered, by the names that the routes give."""

from collections.abc import Mapping

from cluster_api.data_schemas import DATA_SCHEMAS
from cluster_api.lustre_size import LEAST_GIB, MOST_GIB, STEP_GIB, THROUGHPUTS
from cluster_api.model import ID_PATTERN, Json, State
from cluster_api.parameters import Kind
from cluster_api.schema_forms import count as _count
from cluster_api.schema_forms import list_of as _list
from cluster_api.schema_forms import maybe as _maybe
from cluster_api.schema_forms import object_of as _object
from cluster_api.schema_forms import reference
from cluster_api.schema_forms import text as _text
from cluster_api.schema_forms import words as _words
from cluster_api.user_schemas import USERS_SCHEMA

_ID: dict[str, Json] = {"type": "string", "pattern": ID_PATTERN}
_FLAG_TEXT: dict[str, Json] = {
    "type": "string",
    "pattern": "^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$",
    "examples": ["true", "false"],
}
_FLAG: dict[str, Json] = {"type": "boolean"}
_AMOUNT: dict[str, Json] = {"type": "number", "exclusiveMinimum": 0}
_PRICE: dict[str, Json] = {
    "type": ["number", "null"],
    "exclusiveMinimum": 0,
    "description": "What an hour of one node costs, in US dollars; null if the settings don't say.",
}
_CAPACITY: dict[str, Json] = {
    "type": "integer",
    "anyOf": [
        {"const": LEAST_GIB},
        {"multipleOf": STEP_GIB, "minimum": STEP_GIB, "maximum": MOST_GIB},
    ],
}
_THROUGHPUT: dict[str, Json] = {"type": "integer", "enum": list(THROUGHPUTS)}
_STATE = _words(*State)
_ASKED = "What POST asked for; null for the tier's."
_SLURM = _object(
    {
        "type": _words("slurm"),
    }
)
_KEYS = ("private_ssh_key_arn", "user_private_ssh_key_arn", "admin_private_ssh_key_arn")
_KEY_OF: Mapping[str, str] = {
    "private_ssh_key_arn": "The secret with the private key of ssh_user.",
    "user_private_ssh_key_arn": "The same.",
    "admin_private_ssh_key_arn": "The secret with the private key of ec2-user, who has sudo.",
}

# What a parameter may be in the query, where flags are text.
PARAMETERS: Mapping[Kind, dict[str, Json]] = {
    Kind.ID: _ID,
    Kind.FLAG: _FLAG_TEXT,
    Kind.TIER: _text(),
    Kind.TOKEN: _text(),
    Kind.LUSTRE_CAPACITY: _CAPACITY,
    Kind.LUSTRE_THROUGHPUT: _THROUGHPUT,
}
# What it may be in a JSON body, where that is something else.
IN_BODY: Mapping[Kind, dict[str, Json]] = {
    **PARAMETERS,
    Kind.FLAG: {"anyOf": [_FLAG, _FLAG_TEXT]},
    Kind.USERS: USERS_SCHEMA,
}

SCHEMAS: Mapping[str, Json] = {
    **DATA_SCHEMAS,
    "Error": _object(
        {
            "message": _text("What was wrong, and what to do next."),
            "requestId": _text("Under which the function's log has the request."),
        }
    ),
    "GatewayError": {
        "type": "object",
        "properties": {
            "message": _maybe("What the gateway says."),
            "requestId": _text("Under which the gateway's access log has the request."),
        },
        "required": ["message"],
    },
    "Creation": _object(
        {
            "cluster": _object(
                {
                    "clusterName": _text(),
                    "clusterStatus": _words("CREATE_REQUEST_RECEIVED"),
                    "ssh_user": _text(),
                    **{name: _text(_KEY_OF[name]) for name in _KEYS},
                }
            ),
        }
    ),
    "Deletion": _object(
        {
            "cluster": _object(
                {
                    "clusterName": _text(),
                    "clusterStatus": _words(State.DELETE_IN_PROGRESS),
                    "vlab_id": _ID,
                    "project_id": _ID,
                }
            ),
        }
    ),
    "ClusterOrList": {"oneOf": [reference("Cluster"), reference("ClusterList")]},
    "Cluster": _object(
        {
            "clusterName": _text(),
            "clusterStatus": _STATE,
            "cloudFormationStackStatus": _text(
                "That of ParallelCluster's own stack, once complete."
            ),
            "creationTime": {"type": "string", "format": "date-time"},
            "lastUpdatedTime": {"type": "string", "format": "date-time"},
            "region": _text(),
            "version": _maybe("ParallelCluster's; null until complete."),
            "scheduler": _SLURM,
            "computeFleetStatus": _text("UNKNOWN until complete."),
            "headNode": {"oneOf": [reference("HeadNode"), {"type": "null"}]},
            "slurmRestUrl": _maybe(
                "Where the head node serves Slurm's REST API, once complete; null without one."
            ),
            "slurmRestCertificateSha256": _maybe(
                "SHA-256 of the certificate that it shows, 64 hexadecimal digits; null without one."
            ),
            "tags": {
                "type": "array",
                "items": _object(
                    {
                        "key": _text(),
                        "value": _text(),
                    }
                ),
            },
            "failures": _list("Failure", "Why it failed; empty if nothing did."),
            "vlab_id": _ID,
            "project_id": _ID,
            "tier": _text(),
            "clusterFsxId": _maybe("The Lustre file system, once complete; null without Lustre."),
            "lustre": {"oneOf": [reference("AskedLustre"), {"type": "null"}]},
            "data": reference("Data"),
            "ssh_user": _text(),
            **{name: _maybe(f"{_KEY_OF[name]} Null while POST hasn't answered.") for name in _KEYS},
        }
    ),
    "AskedLustre": _object(
        {
            "capacityGib": {"type": ["integer", "null"], "description": _ASKED},
            "throughputMbPerSecondPerTib": {"type": ["integer", "null"], "description": _ASKED},
        }
    ),
    "HeadNode": _object(
        {
            "instanceId": _text(),
            "instanceType": _text(),
            "launchTime": _text(),
            "privateIpAddress": _text(),
            "state": _text(),
        }
    ),
    "Failure": _object(
        {
            "failureCode": _text(),
            "failureReason": _text(),
        }
    ),
    "ClusterList": _object(
        {
            "clusters": _list("ClusterSummary"),
            "nextToken": _text("For the next page; absent in the last one."),
        },
        optional={"nextToken"},
    ),
    "ClusterSummary": _object(
        {
            "clusterName": _text(),
            "clusterStatus": _STATE,
            "cloudformationStackArn": _maybe("ParallelCluster's own stack; null until complete."),
            "cloudformationStackStatus": _text(),
            "region": _text(),
            "version": _maybe("ParallelCluster's; null until complete."),
            "scheduler": _SLURM,
            "vlab_id": _ID,
            "project_id": _ID,
            "tier": _text(),
        }
    ),
    "Tiers": _object(
        {
            "defaultTier": _text("What POST takes if it is told none."),
            "tiers": _list("Tier"),
        }
    ),
    "Tier": _object(
        {
            "name": _text(),
            "isDefault": _FLAG,
            "zones": {
                "type": "array",
                "items": _text(),
                "description": "Where its clusters can be.",
            },
            "headNode": reference("Node"),
            "queues": _list("Queue", "Slurm's partitions, the first one the default."),
            "lustre": _object(
                {
                    "capacityGib": _count(),
                    "throughputMbPerSecondPerTib": _count(),
                }
            ),
            "maxNodes": _count(),
            "maxCores": _count(),
        }
    ),
    "Queue": _object(
        {
            "name": _text(),
            "capacityType": _words("on-demand", "spot"),
            "timeLimitMinutes": _count(),
            "exclusive": {
                "type": "boolean",
                "description": "Whether a node runs one job at a time.",
            },
            "computeResources": _list("ComputeResource"),
        }
    ),
    "ComputeResource": _object(
        {
            "name": _text(),
            "minNodes": _count(0),
            "maxNodes": _count(),
            "efa": {
                "type": "boolean",
                "description": "Whether nodes have an Elastic Fabric Adapter.",
            },
            "smt": {
                "type": "boolean",
                "description": "Whether a core runs two threads, if it can.",
            },
            "nodes": _list("Node", "What a node may be; with several, EC2 chooses."),
        }
    ),
    "Node": _object(
        {
            "instanceType": _text(),
            "cores": _count(),
            "cpus": {**_count(), "description": "What Slurm counts: threads with smt, else cores."},
            "memoryGib": _AMOUNT,
            "usdPerNodeHour": _PRICE,
        }
    ),
    "Reconciliation": _object(
        {
            "dryRun": _FLAG,
            "complete": {
                "type": "boolean",
                "description": "False if its time was over: the next pass does the rest.",
            },
            "records": {**_count(0), "description": "How many clusters the registry has."},
            "leases": {**_count(0), "description": "How many subnets are held."},
            "discrepancies": _list("Discrepancy", "What did not agree; empty if all did."),
        }
    ),
    "Discrepancy": _object(
        {
            "kind": _words(
                "FollowStack",
                "RestoreLease",
                "EndLease",
                "DestroyKeys",
                "DeleteStack",
                "DeleteCluster",
                "TellOperator",
            ),
            "subject": _text("A project (lab/project), a subnet, keys, a cluster or a stack."),
            "reason": _text("What does not agree."),
            "result": _words("PLANNED", "MENDED", "SETTLED", "FOR_AN_OPERATOR", "FAILED"),
            "explanation": _text("What was or would be done, or what went wrong."),
        }
    ),
    "Version": _object(
        {
            "version": _text(),
        }
    ),
    "Document": {
        "type": "object",
        "properties": {"openapi": _text()},
        "required": ["openapi", "info", "paths"],
        "description": "An OpenAPI document.",
    },
}
