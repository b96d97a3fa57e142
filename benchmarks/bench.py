"""The application on an embedded AWS of its own, as the measurements use it."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

from embedded_aws.deployment import Deployment
from embedded_aws.lifecycle import EmbeddedAws
from embedded_aws.session import Session
from embedded_aws.workflow_service import WorkflowService

PATIENCE_SECONDS = 240
_UNLIMITED = 10000
_OK, _NOT_FOUND = 200, 404


class BenchmarkError(Exception):
    """What was to be measured did not happen: a number would be of something else."""


@dataclass(frozen=True, kw_only=True)
class Bench:
    """The deployed application and its client."""

    aws: EmbeddedAws
    deployment: Deployment
    client: WorkflowService

    @classmethod
    def of(cls, aws: EmbeddedAws, deployment: Deployment) -> Self:
        """The bench on this deployment."""
        return cls(aws=aws, deployment=deployment, client=WorkflowService(aws, deployment))

    def service(self, name: str) -> Any:  # noqa: ANN401 - boto3 makes its clients' classes
        """A client of an AWS service, as the account's root."""
        return Session(self.aws).client(name)

    def function_variables(self) -> Mapping[str, str]:
        """The environment of the API's function, as it is deployed."""
        pages = self.service("lambda").get_paginator("list_functions").paginate()
        every = [
            function.get("Environment", {}).get("Variables", {})
            for page in pages
            for function in page["Functions"]
        ]
        [variables] = [each for each in every if "CATALOGUE" in each]
        return dict(variables)

    @contextmanager
    def without_throttling(self) -> Iterator[None]:
        """While this lasts the gateway admits as many requests a second as come."""
        gateway = self.service("apigateway")
        api, stage = self.deployment.api_url.partition("/restapis/")[2].split("/")[:2]
        settings = gateway.get_stage(restApiId=api, stageName=stage)["methodSettings"]["*/*"]

        def admit(a_second: object, at_once: object) -> None:
            limits = {"rateLimit": a_second, "burstLimit": at_once}
            gateway.update_stage(
                restApiId=api,
                stageName=stage,
                patchOperations=[
                    {"op": "replace", "path": f"/*/*/throttling/{name}", "value": str(value)}
                    for name, value in limits.items()
                ],
            )

        admit(_UNLIMITED, _UNLIMITED)
        try:
            yield
        finally:
            admit(settings["throttlingRateLimit"], settings["throttlingBurstLimit"])

    def delete(self, **ids: str) -> None:
        """Delete a cluster, and wait until it is gone."""
        expect(self.client.delete(**ids).status in {_OK, _NOT_FOUND}, f"DELETE of {ids}")
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.client.get(**ids).status != _NOT_FOUND:
            expect(time.monotonic() < deadline, f"{ids} was gone in {PATIENCE_SECONDS} s")
            time.sleep(0.5)


def expect(holds: object, what: str) -> None:
    """Stop measuring if something is not as it has to be."""
    if not holds:
        raise BenchmarkError(f"It does not hold, so nothing can be measured: {what}.")
