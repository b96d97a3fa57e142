"""Many callers of the API at once, in several containers, on one embedded AWS."""

import re
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

from cluster_api.clock import SystemClock
from cluster_api.model import Project
from cluster_api_aws import Aws, real_world
from cluster_api_world import Answered, World

_CONFLICTS = {"TransactionConflict", "TransactionConflictException"}
# Of what Retry-After says a caller here waits so much: in a tenth of it, all that the emulator did
# was to tell two thousand callers to come again.
_HURRY = 0.5


@dataclass(kw_only=True)
class Crowd:
    """Callers in containers whose clients and caches are apart, as functions' are."""

    containers: Sequence[World]
    # How often DynamoDB refused a write because of another one, and callers were put off.
    conflicts: Counter[str] = field(default_factory=Counter)
    put_off: Counter[str] = field(default_factory=Counter)
    # How many admissions ended in nothing: each makes a subnet free again, for somebody who may
    # have been sent away before.
    taken_back: int = 0

    @classmethod
    def of(cls, number: int, *, service_role_arn: str) -> "Crowd":
        """So many containers, with clients as the function makes them."""
        every = [Aws() for _ in range(number)]
        worlds = [
            real_world(aws, SystemClock(), service_role_arn=service_role_arn) for aws in every
        ]
        crowd = cls(containers=worlds)
        for aws in every:
            events = aws.dynamodb.meta.events
            events.register("after-call.dynamodb", crowd._count)
            events.register("provide-client-params.dynamodb.TransactWriteItems", crowd._watch)
        return crowd

    def post(self, projects: Sequence[Project]) -> list[Answered]:
        """The answer to each project's POST, all sent at the same moment."""
        together = threading.Barrier(len(projects))

        def send(world: World, project: Project) -> Answered:
            _warm(world)
            together.wait()
            return self._patient(world, project)

        with ThreadPoolExecutor(len(projects)) as threads:
            return list(threads.map(send, cycle(self.containers), projects))

    def _patient(self, world: World, project: Project) -> Answered:
        """The answer that is no "come again": a caller comes again, also to what is undone."""
        while True:
            answer = world.call("POST", vlab_id=project.vlab_id, project_id=project.project_id)
            if "Retry-After" not in answer.headers or none_is_free(answer):
                return answer
            self.put_off[_kind(answer)] += 1
            time.sleep(_HURRY * int(answer.headers["Retry-After"]))

    def _count(self, parsed: Mapping[str, Any], **_: object) -> None:
        reasons = [each["Code"] for each in parsed.get("CancellationReasons", [])]
        for code in [parsed.get("Error", {}).get("Code"), *reasons]:
            if code in _CONFLICTS:
                self.conflicts[code] += 1

    def _watch(self, params: Mapping[str, Any], **_: object) -> None:
        frees = [
            item["Delete"]["Key"]["kind"]["S"]
            for item in params["TransactItems"]
            if "Delete" in item
        ]
        self.taken_back += "lease" in frees


def _warm(world: World) -> None:
    """The container has its connections and its pool of subnets: it answered somebody before."""
    while world.call("GET", vlab_id="nobody", project_id="nobody").status != 404:
        pass
    world.subnets.subnets(())


def _kind(answer: Answered) -> str:
    return re.sub("(lab/|pcluster-lab-)[^ ;]*", "…", str(answer.body["message"]))


def none_is_free(answer: Answered) -> bool:
    """Whether the caller is told that every subnet is taken."""
    return answer.status == 503 and "is free" in str(answer.body["message"])
