"""How programs on a node find the embedded AWS where they would find AWS.

The port of this machine is bridged into the node's network, at the same address; the environment
of services, logins and custom actions names it, and the certificate to trust.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

from embedded_aws.laboratory.network_namespace import Endpoint
from embedded_aws.laboratory.node import Node

_CERTIFICATE = "/etc/embedded-aws/certificate.pem"


def authority() -> str:
    """The certificate that the embedded AWS and its databases prove themselves by, as PEM."""
    return Path(os.environ["AWS_CA_BUNDLE"]).read_text()


def bridge(node: Node) -> None:
    """Have the node reach it, from its next boot on."""
    port = urlsplit(os.environ["AWS_ENDPOINT_URL"]).port or 443
    node.see("127.0.0.1", port, Endpoint(port=port))


def variables(region: str) -> dict[str, str]:
    """What names it to boto3 and to AWS's command line; there are no credentials among it."""
    return {
        "AWS_ENDPOINT_URL": os.environ["AWS_ENDPOINT_URL"],
        "AWS_CA_BUNDLE": _CERTIFICATE,
        "AWS_DEFAULT_REGION": region,
    }


def tell(node: Node, region: str) -> None:
    """Tell it to all services of the node that start from now on, and to all who log in."""
    lines = [f"{name}={value}" for name, value in variables(region).items()]
    node.write(_CERTIFICATE, authority())
    node.write("/etc/environment", "".join(f"{line}\n" for line in lines))
    settings = f"[Manager]\nDefaultEnvironment={' '.join(lines)}\n"
    node.write("/etc/systemd/system.conf.d/embedded-aws.conf", settings)
    node.must("systemctl", "daemon-reload")
