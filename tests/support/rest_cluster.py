"""A cluster whose head node serves Slurm's REST API, asked from this machine as a client would."""

import http.client
import json
import ssl
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from accounting_database.model import ClusterAccounting
from accounting_server import AccountingServer
from embedded_aws.laboratory.daemons_python import have_daemons_python
from embedded_aws.laboratory.network_namespace import Bridge, Endpoint
from embedded_aws.laboratory.node import Done
from embedded_aws.laboratory.slurm_client import SlurmClient
from embedded_aws.laboratory.slurm_configuration import ENFORCED, SlurmConfiguration
from hpc_constructs.node_scripts.slurm_rest.settings import PORT, SLURM_KEYS
from keycloak_realm import AUDIENCE, ISSUER, ROLE, Realm
from node_cluster import PROJECT, VLAB, Cluster, Storage
from nodes_table import NodesTable
from object_server import ObjectServer

NAME = "pcluster-rest-0a1b2c3d"
BUCKET, KEY = "example-realm-keys", "slurm-rest/jwks.json"
ARGUMENTS = (
    f"--rest-issuer={ISSUER}",
    f"--rest-audience={AUDIENCE}",
    "--rest-claim=realm_access.roles",
    f"--rest-admits={ROLE}",
    f"--rest-keys={BUCKET}/{KEY}",
)
WITH_TOKENS = ("AuthAltTypes=auth/jwt", f"AuthAltParameters=jwks={SLURM_KEYS}")
V = "/slurm/v0.0.42"
_READ_AT_LEAST, _TRIES = 16 * 1024, 10

# The unit that fetches keys has no home to read, and what the installation runs no environment.
_OF_THE_UNIT = """\
[Service]
Environment=AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing
Environment=AWS_ENDPOINT_URL_S3=http://127.0.0.1:{port}
"""
_OF_ROOT = """\
[default]
aws_access_key_id = testing
aws_secret_access_key = testing
services = stand-ins
[services stand-ins]
dynamodb =
  endpoint_url = http://127.0.0.1:{port}
"""


@dataclass(frozen=True, kw_only=True)
class Response:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def message(self) -> str:
        told = self.json()
        assert set(told) <= {"message", "requestId", "errors"}
        assert told["requestId"]
        return str(told["message"])


class RestCluster:
    """Use it in a `with`.

    Attributes:
        realm: whose tokens are taken.
        cluster: its nodes.
        slurm: its commands.
    """

    def __init__(self, server: AccountingServer, *, key: str, users: str) -> None:
        self.realm = Realm()
        self._server = server
        self.port = 0
        self._users = ("--node=head", f"--cluster-name={NAME}", "--data=lustre")
        self._users += (f"--user-key={key}", f"--users={users}")
        self._ends = ExitStack()
        self._s3 = ObjectServer()
        self._dynamodb = NodesTable(NAME)

    def __enter__(self) -> Self:
        with self._ends:
            self._ends.enter_context(self._s3)
            self._ends.enter_context(self._dynamodb)
            self.publish(self.realm.jwks())
            of = ClusterAccounting(
                cluster_name=NAME, vlab_id=VLAB, project_id=PROJECT, creation="22222222"
            )
            slurm = SlurmConfiguration(
                cluster_name=NAME,
                database=self._server.admit(of),
                custom_settings=(*ENFORCED, *WITH_TOKENS),
            )
            self.cluster = Cluster(
                Storage.LUSTRE,
                slurm=slurm,
                database=self._server.endpoint,
                before_slurm=self._before_slurm,
            )
            self.node = self.cluster.head
            for port in (self._s3.port, self._dynamodb.port):
                self.node.see("127.0.0.1", port, Endpoint(port=port))
            self._ends.enter_context(self.cluster)
            self.slurm = SlurmClient(self.node)
            self.configure()
            own = Endpoint(port=PORT, process=self.node.process_1)
            bridge = Bridge(seen_at=Endpoint(port=0), leads_to=own)
            self.port = bridge.open()
            self._ends.callback(bridge.close)
            self.wait_for_keys()
            self._ends = self._ends.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._ends:
            assert self.cluster.slurm is not None
            died = [] if error else self.cluster.slurm.died()
        assert died == []

    def configure(self, *more: str) -> str:
        """Run the node's script as when ParallelCluster has configured the node."""
        done = self.configuring(*more)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def configuring(self, *more: str) -> Done:
        """As `configure`, however it ends."""
        accounts = (f"--vlab-account={VLAB}", f"--project-account={PROJECT}")
        arguments = [*self._users, *accounts, *ARGUMENTS, *more]
        return self.cluster.configure_with(self.node, arguments)

    def publish(self, keys: bytes) -> None:
        """Put it where the node's keys come from."""
        self._s3.objects[f"{BUCKET}/{KEY}"] = keys

    def withdraw(self) -> None:
        """Publish no keys any more."""
        del self._s3.objects[f"{BUCKET}/{KEY}"]

    def fetch(self) -> int:
        """Have the node look for other keys now; the unit's exit code."""
        # Not "start", which would be content with one that has begun before.
        return self.node.run("systemctl", "restart", "hpc-rest-keys.service").returncode

    def wait_for_keys(self) -> None:
        """Until the front takes a token."""
        assert self.cluster.slurm is not None
        self.cluster.slurm.wait_until("the front takes a token", self._takes_a_token)

    def ask(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """One request, on a connection of its own."""
        sent = dict(headers or {})
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        if content is not None:
            sent["Content-Type"] = "application/json"
        for _ in range(_TRIES if len(f"{sent}{path}{content!r}") > _READ_AT_LEAST else 1):
            connection = self.connection()
            try:
                return asked(connection, method, path, content, sent)
            except OSError as error:
                failed = error  # closed while we were still sending, with the answer unread
            finally:
                connection.close()
        raise failed

    def ask_slowly(
        self, method: str, path: str, *, token: str, says_bytes: int, sends: bytes
    ) -> Response:
        """A request whose body doesn't come to its end."""
        connection = self.connection()
        try:
            connection.putrequest(method, path)
            connection.putheader("Authorization", f"Bearer {token}")
            connection.putheader("Content-Type", "application/json")
            connection.putheader("Content-Length", str(says_bytes))
            connection.endheaders(sends)
            got = connection.getresponse()
            return Response(status=got.status, headers=dict(got.headers), body=got.read())
        finally:
            connection.close()

    def ask_when_it_answers(self, method: str, path: str, *, token: str) -> Response:
        """As `ask`, once the verifier is up again."""
        assert self.cluster.slurm is not None
        socket = "/run/hpc-rest-verifier/verifier.sock"
        self.cluster.slurm.wait_until(
            "the verifier listens", lambda: not self.node.run("test", "-S", socket).returncode
        )
        return self.ask(method, path, token=token)

    def submit(self, user: str, script: str = "sleep 60", **job: Any) -> int:
        """Submit a job as a user; its number."""
        got = self.ask(
            "POST", f"{V}/job/submit", token=self.realm.token(user), body=job_body(script, **job)
        )
        assert got.status == 200, got.body
        return int(got.json()["job_id"])

    def told_fingerprint(self) -> str:
        """What the node has told the provider of its certificate."""
        return str(self._dynamodb.items["HPC_SLURM_REST"]["CertificateSha256"]["S"])

    def certificate(self) -> bytes:
        """The one that the front shows, as DER."""
        return ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate(("127.0.0.1", self.port)))

    def log(self) -> list[dict[str, Any]]:
        """What the front has logged so far, a line each request."""
        said = self.node.must("journalctl", "--identifier=hpc_slurm_rest", "--output=cat")
        return [json.loads(line) for line in said.splitlines()]

    def starts(self) -> str:
        """When each of Slurm's daemons and slurmrestd was started."""
        shown = ("systemctl", "show", "--property=ExecMainStartTimestampMonotonic,NRestarts")
        return self.node.must(*shown, "slurmctld", "slurmdbd", "hpc-slurmrestd")

    def connection(self) -> http.client.HTTPSConnection:
        """A connection to the front, for more requests than one."""
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return http.client.HTTPSConnection("127.0.0.1", self.port, context=context)

    def _takes_a_token(self) -> bool:
        if self.node.run("test", "-s", "/var/lib/hpc-slurm-rest/realm-keys.json").returncode:
            return False
        try:
            return self.ask("GET", f"{V}/ping", token=self.realm.token("alice")).status == 200
        except OSError:
            return False  # it has just been stopped

    def _before_slurm(self, cluster: Cluster) -> None:
        node = cluster.head
        have_daemons_python(node)
        drop_in = "/etc/systemd/system/hpc-rest-keys.service.d/stand-in.conf"
        node.write(drop_in, _OF_THE_UNIT.format(port=self._s3.port))
        node.write("/root/.aws/config", _OF_ROOT.format(port=self._dynamodb.port))
        done = cluster.configure_with(node, ["--stage=start", *self._users, *ARGUMENTS])
        assert (done.returncode, done.stderr) == (0, "")


def asked(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: bytes | None,
    headers: Mapping[str, str],
) -> Response:
    """One more request on a connection."""
    connection.request(method, path, body=body, headers=dict(headers))
    got = connection.getresponse()
    return Response(status=got.status, headers=dict(got.headers), body=got.read())


def job_body(script: str, **job: Any) -> dict[str, Any]:
    """A job as v0.0.42 has it."""
    described = {
        "name": "by-rest",
        "environment": ["PATH=/usr/bin:/bin"],
        "current_working_directory": "/tmp",  # noqa: S108 - the node's
        "tasks": 1,
        **job,
    }
    return {"script": f"#!/bin/bash\n{script}\n", "job": described}
