"""`slurm_rest VERB`: what the installation and systemd run."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from .settings import SETTINGS_FILE, RestFailure, read_settings

_VERBS = ("make-keys", "tell-certificate", "verify", "relay", "fetch")


def run(arguments: Sequence[str]) -> int:
    """Do what the arguments ask for, and give the exit code; what fails is one line."""
    parser = argparse.ArgumentParser(prog="slurm_rest", allow_abbrev=False)
    parser.add_argument("verb", choices=_VERBS)
    parser.add_argument("--settings", type=Path, default=SETTINGS_FILE)
    parser.add_argument("--socket", type=Path, help="where verify and relay listen")
    given = parser.parse_args(arguments)
    os.umask(0o022)
    try:
        _do(given.verb, given.settings, given.socket)
    except RestFailure as failure:
        print(f"slurm_rest: {given.verb}: {failure}", file=sys.stderr)
        return 1
    except ImportError as error:
        print(f"slurm_rest: {given.verb}: {sys.executable} lacks it: {error}", file=sys.stderr)
        return 1
    return 0


def tell(line: str) -> None:
    """Say a line in the journal."""
    print(line, file=sys.stderr, flush=True)


# Each imports what it needs: one Python has PyJWT, another one boto3.
# ruff: noqa: PLC0415
def _do(verb: str, settings_file: Path, socket: Path) -> None:
    if verb == "relay":
        from .relaying import serve_relay

        serve_relay(socket)
        return
    settings = read_settings(settings_file)
    if verb == "make-keys":
        from .own_keys import make_certificate, make_slurm_key

        make_slurm_key(settings)
        make_certificate()
    elif verb == "tell-certificate":
        from .told_certificate import tell_certificate

        tell_certificate(settings)
    elif verb == "verify":
        from .verifying import serve_verifier

        serve_verifier(settings, socket, tell)
    else:
        from .published_keys import fetch_keys

        if fetch_keys(settings):
            tell("the realm has other keys than before")
