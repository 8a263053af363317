#!/bin/sh
# Example worker: adds up params.steps squares with a checkpoint each, then waits for a signal.
set -eu
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/torpor.sh"

params=$(torpor_params)
steps=$(printf '%s' "$params" | torpor_json steps) || steps=5
signal=$(printf '%s' "$params" | torpor_json signal | tr -d '"')
total=0
durable=yes
step=1
while [ "$step" -le "$steps" ]; do
  total=$((total + step * step))
  torpor_progress $((100 * step / steps)) "step $step of $steps"
  if [ "$durable" = yes ]; then
    outcome=0
    torpor_checkpoint "step-$step" >/dev/null || outcome=$?
    case $outcome in
      0) ;;
      3) durable=no ;; # this runtime cannot checkpoint: go on without
      *) exit 1 ;;
    esac
  fi
  echo "step $step, total $total"
  step=$((step + 1))
done

payload=null
if [ -n "$signal" ] && [ "$durable" = yes ]; then
  payload=$(torpor_wait_signal "$signal" '' wait)
fi
torpor_exit 0 "{\"total\":$total,\"signal\":$payload}"
