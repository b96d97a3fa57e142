"""AWS ParallelCluster itself: the only module that imports it.

Call it in the main thread only: the library runs its validators in an asyncio loop, which other
threads don't have.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, cast

import pcluster.lib as pc
from pcluster.api.encoder import JSONEncoder
from pcluster.api.errors import ParallelClusterApiException
from pcluster.aws.aws_api import AWSApi
from pcluster.aws.common import AWSClientError, Cache
from pcluster.cli.exceptions import ParameterException
from pcluster.utils import retrieve_supported_regions

from cluster_provider.description import Described, cluster_of
from cluster_provider.errors import ClusterGone, InvalidConfiguration, ProviderError
from cluster_provider.library_errors import NOTHING_TO_UPDATE, translate
from cluster_provider.model import Cluster, Configuration
from cluster_provider.stack_events import StackEvent, root_causes

EVENTS_READ = 500
"""Of a failed stack, the newest: an update with its rollback makes some hundreds."""


class ParallelClusterLibrary:
    """`ClusterLibrary` over pcluster.lib, in one region."""

    def __init__(self, *, region: str) -> None:
        self._region = region
        # The library would fetch the list from a public bucket, without a time limit.
        retrieve_supported_regions.cache = [region]

    def create(self, name: str, configuration: Configuration, *, suppressed: Sequence[str]) -> None:
        """See ClusterLibrary. A failed cluster is kept, so that `describe` can say why."""
        self._call(
            name,
            pc.create_cluster,
            cluster_configuration=configuration,
            rollback_on_failure=False,
            **_suppressing(suppressed),
        )

    def update(self, name: str, configuration: Configuration, *, suppressed: Sequence[str]) -> bool:
        """See ClusterLibrary."""
        try:
            self._call(
                name,
                pc.update_cluster,
                cluster_configuration=configuration,
                **_suppressing(suppressed),
            )
        except ProviderError as error:
            if NOTHING_TO_UPDATE in str(error):
                return False
            raise
        return True

    def delete(self, name: str) -> None:
        """See ClusterLibrary."""
        try:
            self._call(name, pc.delete_cluster)
        except ClusterGone:
            return

    def describe(self, name: str) -> Cluster | None:
        """See ClusterLibrary."""
        try:
            described = cast(Described, self._call(name, pc.describe_cluster))
        except ClusterGone:
            return None
        failed = described["clusterStatus"].endswith("_FAILED")
        stack = described["cloudformationStackArn"]
        return cluster_of(described, _causes(stack) if failed else [])

    def _call(
        self, name: str, verb: Callable[..., dict[str, Any]], **arguments: object
    ) -> dict[str, Any]:
        # Both outlive an invocation, and would answer with another cluster's network and images.
        AWSApi.reset()
        Cache.clear_all()
        try:
            return verb(cluster_name=name, region=self._region, **arguments)
        except ParallelClusterApiException as error:
            body = json.loads(JSONEncoder().encode(error.content))
            raise translate(name, error.code, body, aws_code=_aws_code(error)) from error
        except ParameterException as error:
            raise InvalidConfiguration(name, [str(error.data.get("message", error))]) from error


def _aws_code(error: BaseException | None) -> str:
    """The code of the AWS error that this one was made of, if there is one."""
    while error is not None:
        if isinstance(error, AWSClientError) and error.error_code:
            return str(error.error_code)
        error = error.__cause__ or error.__context__
    return ""


def _suppressing(suppressed: Sequence[str]) -> dict[str, list[str]]:
    """The argument, left out if there is nothing to suppress: the library takes no empty one."""
    return {"suppress_validators": [*suppressed]} if suppressed else {}


def _causes(stack: str) -> list[str]:
    try:
        return root_causes(stack, lambda name: islice(_events(name), EVENTS_READ))
    except AWSClientError as error:
        return [f"(the stack's events could not be read: {error})"]


def _events(stack: str) -> Iterator[StackEvent]:
    """All of them, page by page: the library's own loop over the pages ends after the first."""
    token = None
    while True:
        page = AWSApi.instance().cfn.get_stack_events(stack, next_token=token)
        yield from page["StackEvents"]
        token = page.get("NextToken")
        if not token:
            return
