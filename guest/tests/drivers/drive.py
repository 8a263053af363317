"""Calls every function of the Python client once; the output is the same for every language.
With TEST_SIGNALS takes signals in several ways instead."""

import json
import os
import sys

from torpor import CheckpointUnsupported, DeadlineExceeded, Torpor

deadline = os.environ.get("TEST_DEADLINE")
torpor = Torpor(deadline=float(deadline) if deadline else None, try_timeout=0.4)


def say(name, value):
    print(name, json.dumps(value, sort_keys=True, separators=(",", ":")))


def numbers(**asked):
    return [signal["seq"] for signal in torpor.signals(**asked)]


if "TEST_SIGNALS" in os.environ:
    say("named", numbers(name="a"))
    say("rest", numbers())
    say("later", numbers(wait="5s", name="a"))
    say("awaited", numbers(wait="0m5.5s"))
    say("none", numbers(wait=0.5))
    sys.exit()

try:
    say("steps", torpor.params()["steps"])
    say("job", torpor.metadata()["job_id"])
    torpor.checkpoint()
    torpor.checkpoint()
    say("snapshot", torpor.checkpoint("mine")["snapshot"])
    say("nap", torpor.sleep("3h", token="nap")["woken_by"]["kind"])
    say("signal", torpor.wait_signal("go")["payload"])
    say("never", torpor.wait_signal("never", timeout="1s"))
    say("early", torpor.signals()[0]["payload"])
    lock_id = torpor.lock("5s")
    torpor.unlock(lock_id)
    torpor.unlock(lock_id)
    torpor.progress(50, 'half "way"\n\\x')
    try:
        torpor.checkpoint("unsupported")
    except CheckpointUnsupported as refusal:
        say("unsupported", str(refusal))
    torpor.exit(3, {"ok": True})
except DeadlineExceeded:
    say("deadline", True)
