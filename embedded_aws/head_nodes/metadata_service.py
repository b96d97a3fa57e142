"""The instance metadata service, version 2, in a node's own network.

As far as programs on a node ask it: who it is, and its role's credentials. As ParallelCluster has
it on a head node, root, its administrator and the image's default user alone are answered.

Sources: EC2 user guide, "Use the Instance Metadata Service to access instance metadata"; of
ParallelCluster's cookbook, `aws-parallelcluster-environment/recipes/config/imds.rb`.
"""

import json
import secrets
import socket
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from embedded_aws.head_nodes.instance import Instance
from embedded_aws.head_nodes.role import RoleCredentials
from embedded_aws.laboratory.parallelcluster_node import SYSTEM_USERS

ADDRESS, PORT = "169.254.169.254", 80
_ADMITTED = {0, SYSTEM_USERS["pcluster-admin"], SYSTEM_USERS["ec2-user"]}
_TOKEN, _LIFETIME = "X-aws-ec2-metadata-token", "X-aws-ec2-metadata-token-ttl-seconds"
_LOCAL, _REMOTE, _STATE, _USER = 1, 2, 3, 7  # fields of /proc/net/tcp
_ESTABLISHED = "01"


class MetadataService:
    """Serves what is asked for until it is closed."""

    def __init__(self, instance: Instance, credentials: Callable[[], RoleCredentials]) -> None:
        """Of this instance; `credentials` gives those that hold now."""
        self._instance = instance
        self._credentials = credentials
        self._tokens: set[str] = set()
        self._server: ThreadingHTTPServer | None = None

    def open(self, listening: socket.socket, process_1: int) -> None:
        """Serve on a socket of the node's network, whose process 1 has this number."""
        server = ThreadingHTTPServer((ADDRESS, PORT), self._handler(process_1), False)
        server.socket.close()
        server.socket, server.daemon_threads = listening, True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self._server = server

    def close(self) -> None:
        """Serve no more."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    def token(self) -> str:
        """A new token, which a GET has to show."""
        token = secrets.token_urlsafe(40)
        self._tokens.add(token)
        return token

    def knows(self, token: str | None) -> bool:
        """Whether it gave that token."""
        return token in self._tokens

    def answer(self, path: str) -> str | None:
        """What is at a path; None if nothing is."""
        instance, role = self._instance, f"iam/security-credentials/{self._instance.role}"
        told = {
            "instance-id": instance.instance_id,
            "instance-type": instance.instance_type,
            "ami-id": instance.image_id,
            "local-ipv4": instance.address,
            "hostname": instance.host_name,
            "local-hostname": instance.host_name,
            "placement/availability-zone": instance.zone,
            "placement/region": instance.region,
            "public-keys/0/openssh-key": instance.public_key,
            "iam/security-credentials/": instance.role,
        }
        if path == "/latest/dynamic/instance-identity/document":
            return json.dumps(self._document())
        name = path.removeprefix("/latest/meta-data/")
        return json.dumps(self._role()) if name == role else told.get(name)

    def _role(self) -> dict[str, str]:
        held = self._credentials()
        return {
            "Code": "Success",
            "Type": "AWS-HMAC",
            "LastUpdated": _written(datetime.now(UTC)),
            "AccessKeyId": held.access_key,
            "SecretAccessKey": held.secret_key,
            "Token": held.token,
            "Expiration": _written(datetime.fromtimestamp(held.expires_at, UTC)),
        }

    def _document(self) -> dict[str, str]:
        instance = self._instance
        return {
            "accountId": instance.account,
            "availabilityZone": instance.zone,
            "imageId": instance.image_id,
            "instanceId": instance.instance_id,
            "instanceType": instance.instance_type,
            "privateIp": instance.address,
            "region": instance.region,
            "version": "2017-09-30",
        }

    def _handler(self, process_1: int) -> type[BaseHTTPRequestHandler]:
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                if self._admitted():
                    wanted = self.path == "/latest/api/token" and self.headers.get(_LIFETIME)
                    self._send(service.token() if wanted else None)

            def do_GET(self) -> None:
                if not self._admitted():
                    return
                if service.knows(self.headers.get(_TOKEN)):
                    self._send(service.answer(self.path))
                else:
                    self.send_error(HTTPStatus.UNAUTHORIZED)

            def _admitted(self) -> bool:
                """Whether it is from one who may ask; a firewall drops what others send."""
                self.close_connection = True
                connections = Path(f"/proc/{process_1}/net/tcp").read_text()
                return user_of(self.client_address, connections) in _ADMITTED

            def _send(self, text: str | None) -> None:
                if text is None:
                    self.send_error(HTTPStatus.NOT_FOUND)
                    return
                self.send_response(HTTPStatus.OK)
                self.send_header("Content-Length", str(len(text.encode())))
                self.send_header(_LIFETIME, self.headers.get(_LIFETIME, "21600"))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, format: str, *args: object) -> None:
                """Nothing: what it answers is nobody's to read."""

        return Handler


def user_of(client: tuple[str, int], connections: str) -> int | None:
    """Whose a client's connection to the service is, as the kernel tells.

    Args:
        client: its IPv4 address and port.
        connections: what `/proc/net/tcp` of its network says (proc_net_tcp(5)).

    Returns:
        The user's number; None if there is no such connection. One that is over (TIME_WAIT) counts
        for nothing: it is shown as root's, whoever had it.
    """
    wanted = [_written_address(*client), _written_address(ADDRESS, PORT), _ESTABLISHED]
    for line in connections.splitlines()[1:]:
        fields = line.split()
        if [fields[_LOCAL], fields[_REMOTE], fields[_STATE]] == wanted:
            return int(fields[_USER])
    return None


def _written_address(address: str, port: int) -> str:
    return f"{int.from_bytes(socket.inet_aton(address), sys.byteorder):08X}:{port:04X}"


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
