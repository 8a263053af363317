# Arguments: the exit file, then the program and its arguments.
exit_file=$1
shift

# A signal to the group is meant for the program. A trap, unlike ignoring, is not inherited by it.
# What comes before the program is there is for the keeper.
told_to_end=
trap : HUP INT QUIT PIPE ALRM USR1 USR2
trap 'told_to_end=yes' TERM

# The daemon died before it said go: nothing has happened.
IFS= read -r go || exit 0

# What the shell itself has to say about a killed program is not the program's output.
exec 2>/dev/null

count_oom_kills() {
  oom_kills=0
  while read -r name value; do
    [ "$name" = oom_kill ] && oom_kills=$value
  done </proc/vmstat
}

count_oom_kills
oom_kills_before=$oom_kills
[ -z "$told_to_end" ] || exit 143
(exec "$@") </dev/null 2>&1
code=$?
count_oom_kills

# One write: readers see either nothing or the whole line.
printf 'code=%s oom_kills=%s\n' "$code" "$((oom_kills - oom_kills_before))" >"$exit_file" ||
  exit "$code"

# Whoever is left in the group ends with the program, this shell too.
kill -s KILL -- "-$$"
exit "$code"
