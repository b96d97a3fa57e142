"""The whole of cluster_api around its ports, as a caller of the API sees it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random, SystemRandom

from cluster_api.export_ports import DataRepositories, Workflows
from cluster_api.following import StackFollower
from cluster_api.gateway import ProxyResponse, answer
from cluster_api.launching import Launcher, Templates
from cluster_api.model import ClusterRequest, Json, Project, Record, State, Tier
from cluster_api.ports import (
    Clock,
    Keys,
    Leases,
    OwnedClusters,
    Registry,
    Stacks,
    SubnetPool,
    TemplateParameters,
    TierDetails,
)
from cluster_api.reconciling import Reconciler
from cluster_api.requests import ProxyEvent
from cluster_api.reservations import Reservations
from cluster_api.routes import Api
from cluster_api.service import Clusters
from cluster_api_fake_data import FakeDataRepositories, FakeWorkflows
from cluster_api_fakes import (
    FakeClock,
    FakeMeter,
    FakeTemplateParameters,
    FakeTierDetails,
)

REGION = "us-east-1"
TEMPLATE_PARAMETERS = {"Token": "arn:provider"}
BASE_URL = f"https://s3.{REGION}.amazonaws.com/templates/"
OPERATOR = "arn:aws:iam::123456789012:role/Operators"
CALLER = "arn:aws:sts::123456789012:assumed-role/WorkflowService/session"
CATALOGUE = {
    "debug": Tier(
        name="debug", lustre_template="l.json", plain_template="p.json", zones=("us-east-1a",)
    ),
    "prod": Tier(
        name="prod",
        lustre_template="pl.json",
        plain_template="pp.json",
        zones=("us-east-1a", "us-east-1b"),
    ),
}
SUBNETS = {"us-east-1a": ["subnet-1", "subnet-2"], "us-east-1b": ["subnet-3"]}
RECONCILE_PATH = "/hpc-provisioner/reconcile"
GRACE = timedelta(minutes=90)
TIER_DETAILS: Json = {
    "defaultTier": "debug",
    "tiers": [
        {
            "name": "debug",
            "isDefault": True,
            "zones": ["us-east-1a"],
            "headNode": {
                "instanceType": "t3.medium",
                "cores": 1,
                "cpus": 2,
                "memoryGib": 4.0,
                "usdPerNodeHour": 0.0416,
            },
            "queues": [],
            "lustre": {"capacityGib": 1200, "throughputMbPerSecondPerTib": 125},
            "maxNodes": 4,
            "maxCores": 4,
        }
    ],
}
# Users as POST is told them.
ALICE: dict[str, Json] = {
    "name": "alice",
    "uid": 20001,
    "public_key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + "A" * 42 + "B alice@laptop",
}
BOB: dict[str, Json] = {
    "name": "bob",
    "uid": 20002,
    "public_key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + "A" * 42 + "C",
}
LAB = Project(vlab_id="lab", project_id="project")
READY = {
    "ClusterStackArn": "arn:aws:cloudformation:us-east-1:123456789012:stack/pcluster-x/1",
    "ClusterStackStatus": "CREATE_COMPLETE",
    "ClusterStatus": "CREATE_COMPLETE",
    "Version": "3.16.1",
    "ComputeFleetStatus": "RUNNING",
    "HeadNodeInstanceId": "i-1",
    "HeadNodeInstanceType": "m5.large",
    "HeadNodeLaunchTime": "2026-01-02T03:05:00.000Z",
    "HeadNodePrivateIp": "10.0.0.7",
    "HeadNodeState": "running",
    "FileSystemId": "fs-1",
}


def request(
    project: Project = LAB, *, tier: str = "debug", include_lustre: bool = True
) -> ClusterRequest:
    """A request for a cluster."""
    return ClusterRequest(
        project=project, tier=tier, include_lustre=include_lustre, benchmark=False
    )


@dataclass(kw_only=True)
class Answered:
    """A response of the API, read as the client reads it."""

    status: int
    headers: dict[str, str]
    body: dict[str, object]


@dataclass(kw_only=True)
class World:
    """The service with everything around it."""

    registry: Registry
    keys: Keys
    stacks: Stacks
    subnets: SubnetPool
    clock: Clock
    workflows: Workflows = field(default_factory=FakeWorkflows)
    repositories: DataRepositories = field(default_factory=FakeDataRepositories)
    tier_details: TierDetails = field(default_factory=lambda: FakeTierDetails(TIER_DETAILS))
    template_parameters: TemplateParameters = field(
        default_factory=lambda: FakeTemplateParameters(TEMPLATE_PARAMETERS)
    )
    meter: FakeMeter = field(default_factory=FakeMeter)
    chance: Random = field(default_factory=SystemRandom)
    patience_seconds: float = 4.0
    clusters: Clusters = field(init=False)
    reservations: Reservations = field(init=False)
    follower: StackFollower = field(init=False)
    api: Api = field(init=False)

    def __post_init__(self) -> None:
        templates = Templates(
            catalogue=CATALOGUE, base_url=BASE_URL, parameters=self.template_parameters
        )
        launcher = Launcher(
            registry=self.registry,
            keys=self.keys,
            stacks=self.stacks,
            clock=self.clock,
            templates=templates,
        )
        self.clusters = Clusters(
            registry=self.registry,
            keys=self.keys,
            stacks=self.stacks,
            subnets=self.subnets,
            clock=self.clock,
            chance=self.chance,
            catalogue=CATALOGUE,
            launcher=launcher,
            workflows=self.workflows,
            repositories=self.repositories,
            history_days=30,
            patience_seconds=self.patience_seconds,
        )
        self.reservations = Reservations(
            registry=self.registry,
            keys=self.keys,
            stacks=self.stacks,
            clock=self.clock,
            history_days=30,
        )
        self.follower = StackFollower(
            registry=self.registry,
            keys=self.keys,
            stacks=self.stacks,
            clock=self.clock,
            workflows=self.workflows,
            meter=self.meter,
            history_days=30,
        )
        self.api = Api(
            clusters=self.clusters,
            catalogue=CATALOGUE,
            default_tier="debug",
            operators=(OPERATOR,),
            version="1.2.3",
            region=REGION,
            tier_details=self.tier_details,
        )

    def answer(self, event: ProxyEvent) -> ProxyResponse:
        """Hand an event to the function that the gateway hands it to."""
        return answer(event, self.api)

    def call(
        self,
        method: str,
        path: str = "/hpc-provisioner/pcluster",
        *,
        body: object = None,
        caller: str = CALLER,
        **parameters: str,
    ) -> Answered:
        """Send a request, each of its parameters given once, in the query."""
        query = {name: [text] for name, text in parameters.items()}
        return self.send(method, query, path=path, body=body, caller=caller)

    def send(
        self,
        method: str,
        query: Mapping[str, list[str]],
        *,
        path: str = "/hpc-provisioner/pcluster",
        body: object = None,
        caller: str = CALLER,
    ) -> Answered:
        """Send any request as API Gateway hands it over."""
        values = dict(query)
        text = body if isinstance(body, str) or body is None else json.dumps(body)
        response = self.answer(
            {
                "httpMethod": method,
                "path": path,
                "queryStringParameters": {name: each[-1] for name, each in values.items()} or None,
                "multiValueQueryStringParameters": values or None,
                "body": text,
                "isBase64Encoded": False,
                "requestContext": {"requestId": "request-1", "identity": {"userArn": caller}},
            }
        )
        return Answered(
            status=response["statusCode"],
            headers=response["headers"],
            body=json.loads(response["body"]),
        )


def reconciler_of(world: World, leases: Leases, clusters: OwnedClusters) -> Reconciler:
    """The reconciler of a world."""
    return Reconciler(
        registry=world.registry,
        leases=leases,
        keys=world.keys,
        stacks=world.stacks,
        clusters=clusters,
        repositories=world.repositories,
        follower=world.follower,
        clock=world.clock,
        grace=GRACE,
    )


def record_of(project: Project = LAB, *, subnet_id: str = "subnet-1") -> Record:
    """A record as an admission makes it."""
    clock = FakeClock()
    return Record(
        project=project,
        cluster_name="pcluster-lab-project-0a1b2c3d",
        tier="debug",
        include_lustre=True,
        benchmark=False,
        state=State.CREATE_IN_PROGRESS,
        creation="11111111",
        keys="11111111",
        stack_name="hpc-lab-project-0a1b2c3d-11111111",
        created_at=clock.now(),
        updated_at=clock.now(),
        claimed_until=int(clock.now().timestamp()) + 20,
        subnet_id=subnet_id,
    )
