"""Doing an act, with what is to strike at one of its calls: a fault, or another act."""

from dataclasses import replace

from cluster_acts import Act, Delete, Get, GoOn, Post, pick
from cluster_api.model import Project
from cluster_scene import PROJECTS, Interruption, Scene
from interruptions import Fault

Strike = tuple[int, Fault | Act]


def do(scene: Scene, act: Act, strike: Strike | None = None) -> None:
    """Do it, with what is to happen at one of its calls."""
    if strike is None:
        act.do(scene)
        return
    at, what = strike
    if isinstance(what, Fault):
        act.do(scene, Interruption(at=at, what=what))
        return
    rival = what
    if isinstance(rival, Post | Delete) and rival.project is None:
        rival = replace(rival, project=_project_of(act, scene))
    act.do(scene, Interruption(at=at, what=lambda: rival.do(scene)))


def _project_of(act: Act, scene: Scene) -> Project:
    if isinstance(act, Post | Get | Delete) and act.project is not None:
        return act.project
    pending = scene.surroundings.driver.pending()
    asked = pick(act.number, pending) if isinstance(act, GoOn) else pick(0, pending)
    return asked.project if asked else PROJECTS[0]
