#!/bin/bash
# Boot a root file system with systemd as process 1, in namespaces of its own. node.py starts it.
#
#   node_boot.sh outside DIRECTORY ROOT SHARED NAME ADDRESS...    in a mount namespace of its own
#   node_boot.sh inside  DIRECTORY ROOT SHARED NAME ADDRESS...    as process 1 of the node's namespaces
#
# DIRECTORY keeps what the node writes, over ROOT, which nobody writes; SHARED is seen at /lab. What
# is in DIRECTORY/hosts is in the node's /etc/hosts too; DIRECTORY/binds has lines of a directory of
# this machine, a tab, and where the node has it. The first ADDRESS is its name's.
set -euo pipefail
where=$1 directory=$2 root=$3 shared=$4 name=$5 addresses=("${@:6}")
# What is made in DIRECTORY is named from here: where node_end.sh has removed it, nothing of it comes
# back.
cd "$directory"

outside() {
  # systemd wants a control group of its own, and would take the machine's. All that follows is in
  # it, and ends with it.
  mkdir -p cgroup
  mount -t cgroup2 cgroup2 cgroup
  mkdir -p "cgroup/$name"
  echo $$ >"cgroup/$name/cgroup.procs"
  exec unshare --mount --uts --ipc --net --cgroup --pid --fork --kill-child=SIGKILL \
    "$0" inside "$directory" "$root" "$shared" "$name" "${addresses[@]}"
}

inside() {
  local node="$directory/root" device address source target
  mkdir -p root written work
  mount -t overlay overlay "$node" \
    -o "lowerdir=$root,upperdir=$directory/written,workdir=$directory/work"
  mkdir -p "$node/lab"
  mount --bind "$shared" "$node/lab"
  mount -t proc proc "$node/proc"
  mount -t sysfs -o ro sysfs "$node/sys"
  mount -t cgroup2 cgroup2 "$node/sys/fs/cgroup"
  mount -t tmpfs -o mode=0755 tmpfs "$node/run"
  mount -t tmpfs -o mode=0755 tmpfs "$node/dev"
  if [ -e binds ]; then
    while IFS=$'\t' read -r source target; do
      mkdir -p "$node$target"
      mount --bind "$source" "$node$target"
    done <binds
  fi
  for device in null zero full random urandom tty fuse; do
    [ -e "/dev/$device" ] || continue
    touch "$node/dev/$device"
    mount --bind "/dev/$device" "$node/dev/$device"
  done
  mkdir "$node/dev/pts" "$node/dev/shm"
  mount -t devpts -o newinstance,ptmxmode=0666 devpts "$node/dev/pts"
  mount -t tmpfs tmpfs "$node/dev/shm"
  ln -s pts/ptmx "$node/dev/ptmx"
  ln -s /proc/self/fd "$node/dev/fd"
  # systemd names the machine by these.
  echo "${name%%.*}" >"$node/etc/hostname"
  printf '%s\n' "127.0.0.1 localhost" "${addresses[0]} ${name%%.*}" >"$node/etc/hosts"
  [ ! -e hosts ] || cat hosts >>"$node/etc/hosts"
  # With nothing but loopback addresses there are no names for programs that ask for what the
  # machine can reach (getaddrinfo's AI_ADDRCONFIG), as Slurm's daemons do.
  for address in "${addresses[@]}"; do
    chroot "$node" ip address add "$address/32" dev lo
  done
  chroot "$node" ip link set lo up
  # The machine's own root goes out of sight: nothing of it can be reached from inside.
  cd "$node"
  mkdir -p machine
  pivot_root . machine
  umount --lazy /machine
  exec chroot . /usr/bin/env --ignore-environment container=node \
    PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    /usr/lib/systemd/systemd --log-target=console --show-status=false
}

"$where"
