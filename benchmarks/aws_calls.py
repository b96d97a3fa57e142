"""How many calls of AWS a request takes: the handler's own code, on the deployed table."""

import json
import logging
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

import boto3

from benchmarks.bench import Bench, expect
from benchmarks.seeds import LAB
from cluster_api.model import Project

_NEW = {"vlab_id": LAB, "project_id": "calls"}


@dataclass(frozen=True, kw_only=True)
class Calls:
    """A request and the calls of AWS that it took, in their order."""

    request: str
    calls: tuple[str, ...]

    @property
    def told(self) -> str:
        """The calls, each name once, with how often it was called."""
        counted = Counter(self.calls)
        return ", ".join(f"{n} x {name}" if n > 1 else name for name, n in counted.items())


def measure(bench: Bench, there: Project) -> list[Calls]:
    """What each request takes; `there` is a project whose cluster is complete."""
    ids = {"vlab_id": there.vlab_id, "project_id": there.project_id}
    plain = {**_NEW, "include_lustre": "false"}
    with _listening(bench) as heard:
        container = _Container.new(heard)
        try:
            every = [
                container.ask("POST, new, in a new container", "POST", plain),
                container.ask("POST again, while it is made", "POST", plain),
                container.ask("GET, while it is made", "GET", _NEW),
                container.ask(
                    "POST again, once it is there", "POST", ids | {"include_lustre": "false"}
                ),
                container.ask("GET, once it is there", "GET", ids),
                container.ask("GET of many, a page", "GET", {}),
                container.ask("DELETE, while it is made", "DELETE", _NEW),
            ]
        finally:
            bench.delete(**_NEW)
    return every


@dataclass(frozen=True, kw_only=True)
class _Container:
    """What a function's process makes when it starts, with an ear on all of its clients."""

    api: Any
    heard: list[str]

    @classmethod
    def new(cls, heard: list[str]) -> "_Container":
        """One whose calls are `heard`."""
        # The module reads the environment when it is imported.
        from cluster_api.handler import build_api  # noqa: PLC0415
        from cluster_api.settings import parse_api_settings  # noqa: PLC0415

        # It logs every request, as it should.
        logging.getLogger("cluster_api").setLevel(logging.WARNING)
        return cls(api=build_api(parse_api_settings(os.environ)), heard=heard)

    def ask(self, name: str, method: str, query: Mapping[str, str]) -> Calls:
        from cluster_api.gateway import answer  # noqa: PLC0415

        self.heard.clear()
        response = answer(
            {
                "httpMethod": method,
                "path": "/hpc-provisioner/pcluster",
                "queryStringParameters": dict(query) or None,
                "multiValueQueryStringParameters": {k: [v] for k, v in query.items()} or None,
                "body": None,
                "isBase64Encoded": False,
                "requestContext": {"requestId": "benchmark", "identity": {"userArn": "arn"}},
            },
            self.api,
        )
        expect(response["statusCode"] == 200, f"{name} is answered: {json.dumps(response)}")  # noqa: PLR2004
        return Calls(request=name, calls=tuple(self.heard))


@contextmanager
def _listening(bench: Bench) -> Iterator[list[str]]:
    """The function's environment, and the names of all calls that are made in it."""
    heard: list[str] = []

    def hear(model: Any, **_: object) -> None:  # noqa: ANN401 - botocore's
        heard.append(model.name)

    with mock.patch.dict(os.environ, {**bench.function_variables(), **bench.aws.environment()}):
        # A client has the listeners of the session that it is made of.
        session = boto3.Session()
        session.events.register("before-call", hear)
        with mock.patch.object(boto3, "DEFAULT_SESSION", session):
            yield heard
