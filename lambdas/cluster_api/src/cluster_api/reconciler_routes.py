"""The calls that the reconciler's own function answers: operators ask for a pass."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from cluster_api import errors
from cluster_api.model import Json
from cluster_api.parameters import Kind, Parameter, Values, read_flag
from cluster_api.reconciling import Report
from cluster_api.requests import HttpRequest
from cluster_api.routing import Route, dispatch


class MakePass(Protocol):
    """Makes one pass and tells of it."""

    def __call__(self, *, dry_run: bool) -> Report:
        """What the pass found and did."""


@dataclass(frozen=True, kw_only=True)
class Passes:
    """What the call needs: the reconciler, and who may ask for a pass."""

    make: MakePass
    operators: Sequence[str]


def respond(request: HttpRequest, passes: Passes) -> Json:
    """The body of the answer of 200. Raises ClusterApiError for all others."""
    return dispatch(request, ROUTES, passes, passes.operators)


def _reconcile(passes: Passes, values: Values, _: str | None) -> Json:
    return reported(passes.make(dry_run=read_flag(values, "dry_run", default=False)))


def reported(report: Report) -> Json:
    """The report of a pass as an operator reads it."""
    return {
        "dryRun": report.dry_run,
        "complete": report.complete,
        "records": report.records,
        "leases": report.leases,
        "discrepancies": [
            {
                "kind": outcome.kind,
                "subject": outcome.subject,
                "reason": outcome.reason,
                "result": outcome.result.name,
                "explanation": outcome.explanation,
            }
            for outcome in report.outcomes
        ],
    }


ROUTES = (
    Route(
        method="POST",
        path="/hpc-provisioner/reconcile",
        operation="reconcile",
        summary="Compare the registry with what is there, and mend what doesn't agree.",
        parameters=(
            Parameter(
                name="dry_run",
                description="Only say what would be done; false if absent.",
                kind=Kind.FLAG,
            ),
        ),
        answer="Reconciliation",
        refusals=(errors.AwsUnavailable,),
        reads_body=False,
        operators_only=True,
        respond=_reconcile,
    ),
)
