#!/bin/sh
# Uses what the guest API has for a program that cannot be checkpointed; TORPOR_CLIENT is the client.
set -eu
. "$TORPOR_CLIENT"

torpor_progress 10 'waiting for the signal'
signals='[]'
while [ "$signals" = '[]' ]; do
  signals=$(torpor_signals 20s go 0 | torpor_json signals)
done
lock=$(torpor_lock 30s)
torpor_unlock "$lock"
refused=0
torpor_checkpoint >/dev/null || refused=$?
torpor_progress 90 'about to exit'
job=$(torpor_metadata | torpor_json job_id)
who=$(torpor_params | torpor_json who)
torpor_exit 0 "{\"who\":$who,\"job\":$job,\"signals\":$signals,\"unsupported\":$([ "$refused" = 3 ] && echo true || echo false)}"
