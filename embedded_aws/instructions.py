"""What `make up` tells: the variables to source, and the calls to try."""

import shlex
from pathlib import Path

from embedded_aws.deployment import Deployment
from embedded_aws.lifecycle import EmbeddedAws

_NAMES = (
    "AWS_ENDPOINT_URL",
    "AWS_CA_BUNDLE",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_DEFAULT_REGION",
)
_SIGNED = (
    'curl --silent --show-error --cacert "$AWS_CA_BUNDLE"'
    ' --aws-sigv4 "aws:amz:$AWS_DEFAULT_REGION:execute-api"'
    ' --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"'
)
_CLUSTER = "project_id=my-project&vlab_id=my-lab"


def write_environment(aws: EmbeddedAws, deployment: Deployment) -> Path:
    """Write the lines to `source`; the file."""
    variables = {name: aws.environment()[name] for name in _NAMES}
    variables["HPC_API_URL"] = deployment.api_url
    file = aws.state / "environment"
    file.write_text(
        "".join(f"export {name}={shlex.quote(value)}\n" for name, value in variables.items())
    )
    return file


def calls() -> dict[str, str]:
    """The three calls, as they stand; what each does."""
    return {
        "create a cluster": f'{_SIGNED} -X POST "$HPC_API_URL/pcluster?{_CLUSTER}"',
        "see how it is": f'{_SIGNED} "$HPC_API_URL/pcluster?{_CLUSTER}"',
        "delete it": f'{_SIGNED} -X DELETE "$HPC_API_URL/pcluster?{_CLUSTER}"',
    }
