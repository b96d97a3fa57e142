"""What the document can't say of a good request, so that generated ones are good enough to do."""

import zlib
from collections.abc import MutableMapping, Sequence

import schemathesis

from cluster_api_world import ALICE, BOB
from lively_world import PROJECTS

_TIERS = ("debug", "debug", "debug", "prod")
_FLAGS = ("true", "True", "TRUE", "false")
_USERS = ([], [ALICE], [ALICE, BOB], [BOB, ALICE])
_MOSTLY_NOT = ("false", "FALSE", "False", "true")


def make_sensible(case: schemathesis.Case) -> None:
    """Let a case that is meant to be good be good; leave one that is meant to be bad.

    A POST has both ids in the query or in the body, a project comes with its lab, a token comes
    from a list, the tiers are those that there are, users differ from each other, a size comes with
    Lustre, and query and body don't contradict.
    """
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    query = dict(case.query or {})
    body = case.body if isinstance(case.body, dict) else None
    given = dict(body) if body is not None else query
    query = {} if body is not None else query
    query.pop("nextToken", None)
    about_a_project = case.path.endswith("/pcluster") and case.method in {"POST", "DELETE"}
    if about_a_project or "project_id" in given:
        given.setdefault("vlab_id", "")
        given.setdefault("project_id", "")
    _choose(given, "vlab_id", [project.vlab_id for project in PROJECTS])
    _choose(given, "project_id", [project.project_id for project in PROJECTS])
    _choose(given, "tier", _TIERS)
    _choose(given, "include_lustre", _FLAGS)
    _choose(given, "benchmark", _MOSTLY_NOT)
    _choose(given, "users", _USERS)
    if str(given.get("include_lustre")).lower() == "false":
        given.pop("lustre_capacity_gib", None)
        given.pop("lustre_throughput_mb_s_per_tib", None)
    if body is None:
        query = {name: given[name] for name in given if name != "nextToken"}
    else:
        case.body = given
    case.query = query


def _choose(given: MutableMapping[str, object], name: str, choices: Sequence[object]) -> None:
    """One of the choices in place of whatever was generated, always the same one for it."""
    if name in given:
        given[name] = choices[zlib.crc32(repr(given[name]).encode()) % len(choices)]
