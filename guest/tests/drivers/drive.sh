#!/bin/sh
# Calls every function of the shell client once; the output is the same for every language.
set -eu
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../../shell/torpor.sh"

# No echo: some shells interpret backslashes in it.
say() { printf '%s %s\n' "$1" "$2"; }

TORPOR_TRY_TIMEOUT=0.4
TORPOR_DEADLINE=${TEST_DEADLINE-}
status=0
params=$(torpor_params 2>/dev/null) || status=$?
if [ "$status" -eq 4 ]; then
  echo "deadline true"
  exit 0
fi
say steps "$(printf '%s' "$params" | torpor_json steps)"
say job "$(torpor_metadata | torpor_json job_id)"
torpor_checkpoint >/dev/null
torpor_checkpoint >/dev/null
say snapshot "$(torpor_checkpoint mine | torpor_json snapshot)"
say nap "$(torpor_sleep 3h nap | torpor_json woken_by kind)"
say signal "$(torpor_wait_signal go)"
never=$(torpor_wait_signal never 1s) || [ $? -eq 2 ] && say never "${never:-null}"
early=$(torpor_signals 0s | torpor_json signals)
early=${early#[}
say early "$(printf '%s' "${early%]}" | torpor_json payload)"
lock_id=$(torpor_lock 5s)
torpor_unlock "$lock_id"
torpor_unlock "$lock_id"
torpor_progress 50 'half "way"
\x'
refusal=$(torpor_checkpoint unsupported 2>&1 >/dev/null) || [ $? -eq 3 ] &&
  say unsupported "\"${refusal#torpor: }\""
torpor_exit 3 '{"ok":true}'
