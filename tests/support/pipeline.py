"""GitLab's pipeline as its jobs: what they extend is in them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import yaml

_NO_JOBS = {"stages", "workflow", "variables", "default"}
_VERBS = re.compile(r"\bmake ((?:[a-z][a-z-]*(?: |$))+)", re.MULTILINE)


class _Loader(yaml.SafeLoader):
    """Knows GitLab's `!reference`."""


_Loader.add_constructor(
    "!reference", lambda loader, node: ("!reference", *loader.construct_sequence(node))
)


@dataclass(frozen=True, kw_only=True)
class Job:
    """A job as GitLab runs it.

    Attributes:
        says: its keywords, with those that it extends.
    """

    name: str
    says: Mapping[str, Any]

    @property
    def stage(self) -> str:
        return str(self.says["stage"])

    def verbs(self) -> list[str]:
        """The verbs of make that its script runs, in order."""
        return [verb for line in self.says["script"] for verb in verbs(line)]

    def conditions(self) -> list[str]:
        """When it runs, in GitLab's own words."""
        return [rule["if"] for rule in self.says.get("rules", [])]


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """`.gitlab-ci.yml`."""

    stages: list[str]
    jobs: Mapping[str, Job]

    @classmethod
    def read(cls, file: Path) -> Self:
        """The file's."""
        content = yaml.load(file.read_text(), _Loader)  # noqa: S506 - a safe loader's subclass
        jobs = {
            name: Job(name=name, says=_extended(content, name))
            for name in content
            if name not in _NO_JOBS and not name.startswith(".")
        }
        return cls(stages=content["stages"], jobs=jobs)

    def running(self, verb: str) -> list[Job]:
        """The jobs that run it."""
        return [job for job in self.jobs.values() if verb in job.verbs()]


def verbs(text: str) -> list[str]:
    """The verbs that are given to make in a text of the shell."""
    return [verb for given in _VERBS.findall(text) for verb in given.split()]


def _extended(content: Mapping[str, Any], name: str) -> dict[str, Any]:
    own = dict(content[name])
    names = own.pop("extends", [])
    merged: dict[str, Any] = {}
    for base in [names] if isinstance(names, str) else names:
        merged = _merged(merged, _extended(content, base))
    return _merged(merged, own)


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """As GitLab merges: mappings key by key, and of anything else the nearer one."""
    result = dict(below)
    for key, value in above.items():
        lower = result.get(key)
        both = isinstance(lower, Mapping) and isinstance(value, Mapping)
        result[key] = _merged(lower, value) if both and lower is not None else value
    return result
