#!/bin/bash
# Make a configured node what its users expect: the user sim, its groups, the paths of its data.
# ParallelCluster runs it on each node (OnNodeConfigured), as root. Running it twice is harmless.
set -euo pipefail

USER_NAME=sim
USER_ID=2001
DATA_GROUP=obi
DATA_GROUP_ID=2000

fail() {
  echo "configure_node.sh: $1" >&2
  exit 1
}

usage() {
  fail "$1. Allowed: --node head|compute --cluster-name NAME [--user-key 'ssh-ed25519 AAAA...']"
}

node="" cluster_name="" user_key=""
while [ $# -gt 0 ]; do
  [ $# -ge 2 ] || usage "'$1' has no value"
  case "$1" in
    --node) node=$2 ;;
    --cluster-name) cluster_name=$2 ;;
    --user-key) user_key=$2 ;;
    *) usage "unknown argument '$1'" ;;
  esac
  shift 2
done
[ "$node" = head ] || [ "$node" = compute ] || usage "--node is '$node'"
[ -n "$cluster_name" ] || usage "--cluster-name is missing"
[ "$node" = compute ] || [ -n "$user_key" ] || usage "a head node needs --user-key"

# The same ids on every node: Slurm and the shared file systems know users by number.
make_user() {
  getent group "$DATA_GROUP" >/dev/null || groupadd --gid "$DATA_GROUP_ID" "$DATA_GROUP"
  getent group "$USER_NAME" >/dev/null || groupadd --gid "$USER_ID" "$USER_NAME"
  getent passwd "$USER_NAME" >/dev/null || useradd --uid "$USER_ID" --gid "$USER_NAME" \
    --groups "$DATA_GROUP" --home-dir "/home/$USER_NAME" --no-create-home --shell /bin/bash \
    "$USER_NAME"
}

# /home is the head node's, and exported to the compute nodes: it is filled there only.
make_home() {
  local home="/home/$USER_NAME"
  if [ ! -d "$home" ]; then
    cp -r /etc/skel "$home"
    chown -R "$USER_NAME:$USER_NAME" "$home"
    chmod 0700 "$home"
  fi
  install -d -o "$USER_NAME" -g "$USER_NAME" -m 0700 "$home/.ssh"
  printf '%s\n' "$user_key" >"$home/.ssh/authorized_keys"
  chown "$USER_NAME:$USER_NAME" "$home/.ssh/authorized_keys"
  chmod 0600 "$home/.ssh/authorized_keys"
}

# With Lustre /obi/data is a file system of the cluster's own; without, its data is on EFS.
make_data_directories() {
  mkdir -p /obi/data /sbo
  if ! mountpoint -q /obi/data && mountpoint -q /sbo/home; then
    mkdir -p /sbo/home/data
    mountpoint -q /obi/data || mount --bind /sbo/home/data /obi/data
    grep -q ' /obi/data ' /etc/fstab ||
      echo "/sbo/home/data /obi/data none bind,x-systemd.requires=/sbo/home,nofail 0 0" >>/etc/fstab
  fi
  ln -sfn /obi/data /sbo/data
  [ "$node" = head ] || return 0
  # ParallelCluster leaves the root of what it mounts writable for everybody.
  chmod 0755 /obi/data
  install -d -m 0755 /obi/data/project /obi/data/project/public /obi/data/containers
  install -d -o root -g "$DATA_GROUP" -m 0750 /obi/data/project/private
  install -d -o "$USER_NAME" -g "$USER_NAME" -m 0700 /obi/data/scratch
}

name_cluster() {
  grep -q '^CLUSTER_NAME=' /etc/environment 2>/dev/null ||
    echo "CLUSTER_NAME=$cluster_name" >>/etc/environment
}

make_user
[ "$node" = compute ] || make_home
make_data_directories
name_cluster
echo "configure_node.sh: $node node of $cluster_name is ready for $USER_NAME"
