"""`python -m embedded_aws.emulator`: serve an AWS on the loopback interface."""

import argparse
import logging
import os
import sys
from pathlib import Path

from embedded_aws.emulator import gaps, ministack_version, owner_watch, server


def main() -> int:
    """Close the gaps, then serve until a signal; 2 if this is not the ministack we know."""
    parser = argparse.ArgumentParser(prog="python -m embedded_aws.emulator")
    parser.add_argument(
        "--owner-pid", type=int, help="end, with all functions, when this process is gone"
    )
    parser.add_argument(
        "--released-by", type=Path, help="stop watching the owner once this file is there"
    )
    arguments = parser.parse_args()
    logging.basicConfig(level=os.environ.get("LOG_LEVEL", "INFO"))
    if arguments.owner_pid is not None:
        owner_watch.start(owner_pid=arguments.owner_pid, released_by=arguments.released_by)
    server.harden_environment()
    try:
        ministack_version.check()
        gaps.install_all()
    except (ministack_version.MinistackVersionError, gaps.GapError) as reason:
        print(f"embedded AWS: {reason}", file=sys.stderr)
        return 2
    server.serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
