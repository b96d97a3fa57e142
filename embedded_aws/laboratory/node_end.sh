#!/bin/bash
# Remove what a node leaves, once nobody holds this script's standard input open any more: when its
# owner says so, or has ended, however it ended. swept_directory.py starts it.
#
#   node_end.sh wait  DIRECTORY [GROUP]
#   node_end.sh sweep DIRECTORY [GROUP]    in a mount namespace of its own
set -euo pipefail
what=$1 directory=$2 group=${3:-}

wait_for_owner() {
  cat >/dev/null
  exec unshare --mount "$0" sweep "$directory" "$group"
}

sweep() {
  local groups="$directory/cgroup" tries
  if [ -n "$group" ] && [ -d "$groups" ]; then
    mount -t cgroup2 cgroup2 "$groups"
    # A control group can be removed when the last process in it has ended.
    for ((tries = 0; tries < 100; tries++)); do
      [ -d "$groups/$group" ] || break
      find "$groups/$group" -depth -type d -delete 2>/dev/null || sleep 0.1
    done
    umount "$groups"
  fi
  # What runs in it may still be ending, and write.
  for ((tries = 0; tries < 100; tries++)); do
    rm -rf --one-file-system "$directory" 2>/dev/null && break
    sleep 0.1
  done
}

case "$what" in
  wait) wait_for_owner ;;
  sweep) sweep ;;
esac
