# Arguments: the exit file, then the program and its arguments.
#
# Only what every POSIX shell has built in, and no variable that a program could have use for: one
# that comes with the environment goes to the program as this shell has left it.
torpor_exit_file=$1
shift

# A signal to the group is meant for the program. A trap, unlike ignoring, is not inherited by it.
# What comes before the program is there is for the keeper.
torpor_told_to_end=
trap : HUP INT QUIT PIPE ALRM USR1 USR2
trap 'torpor_told_to_end=yes' TERM

# The daemon died before it said go: nothing has happened.
IFS= read -r torpor_word || exit 0

# What the shell itself has to say about a killed program is not the program's output.
exec 2>/dev/null

torpor_count_oom_kills() {
  torpor_oom_kills=0
  while read -r torpor_name torpor_value; do
    [ "$torpor_name" = oom_kill ] && torpor_oom_kills=$torpor_value
  done </proc/vmstat
}

torpor_count_oom_kills
torpor_oom_kills_before=$torpor_oom_kills
[ -z "$torpor_told_to_end" ] || exit 143
(exec "$@") </dev/null 2>&1
torpor_code=$?
torpor_count_oom_kills

# One write: readers see either nothing or the whole line.
printf 'code=%s oom_kills=%s\n' \
  "$torpor_code" "$((torpor_oom_kills - torpor_oom_kills_before))" >"$torpor_exit_file" ||
  exit "$torpor_code"

# Whoever is left in the group ends with the program, this shell too.
kill -s KILL -- "-$$"
exit "$torpor_code"
