# shellcheck shell=bash
# The batch script's bash reads this first, through BASH_ENV: its modules are noted when it ends.
#
# Of another shell's script, one with an EXIT trap of its own, one that calls exec or is killed, it
# notes nothing. It is silent, and changes nothing that the script can see but the trap.
unset BASH_ENV
_hpc_note_modules() {
  # Not in a subshell, nor in a process that was started with this function.
  [ "$BASHPID" = "$_hpc_batch_shell" ] || return 0
  local directory left
  directory=${BASH_SOURCE[0]%/*}
  [ -r "$directory/settings.sh" ] || return 0
  # shellcheck source=/dev/null
  left=$(. "$directory/settings.sh" && umask 077 &&
    /usr/bin/mktemp "$TRACES/$SLURM_JOB_ID.${SLURM_RESTART_COUNT:-0}.exit.XXXXXXXX" 2>/dev/null) &&
    printf '%s' "${LOADEDMODULES:-}" >"$left"
  return 0
} 2>/dev/null
if [ -n "${SLURM_JOB_ID:-}" ]; then
  _hpc_batch_shell=$BASHPID
  # A script that traces its commands doesn't see this one either.
  trap '{ _hpc_note_modules; } 2>/dev/null' EXIT
fi
