#!/bin/bash
# Remove what a node leaves, once nobody holds this script's standard input open any more: when its
# owner says so, or has ended, however it ended. swept_directory.py starts it.
#
#   node_end.sh wait  DIRECTORY [GROUP]
#   node_end.sh sweep DIRECTORY [GROUP]    in a mount namespace of its own
set -euo pipefail
what=$1 directory=$2 group=${3:-} groups=/sys/fs/cgroup

wait_for_owner() {
  cat >/dev/null
  exec unshare --mount "$0" sweep "$directory" "$group"
}

sweep() {
  [ -z "$group" ] || mount -t cgroup2 cgroup2 "$groups"
  end_group
  remove_directory
  # Until then a node that was about to boot could make its group; without a directory it can't.
  end_group
}

# A control group can be removed when the last process in it has ended. Most end with their owner,
# but one that was begun in that moment may not have heard. Source: the kernel's "Control Group v2",
# cgroup.kill, which Linux has since 5.14.
end_group() {
  local tries all="$groups/$group"
  [ -n "$group" ] || return 0
  for ((tries = 0; tries < 100; tries++)); do
    [ -d "$all" ] || break
    { echo 1 >"$all/cgroup.kill"; } 2>/dev/null || true
    find "$all" -depth -type d -delete 2>/dev/null || sleep 0.1
  done
}

# What runs in it may still be ending, and write.
remove_directory() {
  local tries
  for ((tries = 0; tries < 100; tries++)); do
    rm -rf --one-file-system "$directory" 2>/dev/null && break
    sleep 0.1
  done
}

case "$what" in
  wait) wait_for_owner ;;
  sweep) sweep ;;
esac
