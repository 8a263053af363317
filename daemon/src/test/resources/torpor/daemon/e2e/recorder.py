"""Writes down every step it takes, in the order taken, each line durable before the next begins.

Params: steps, pause_ms, signals (how many to wait for), failures (lives that end in an error).
The lines of `record`, each with the generation of the life that wrote it:
  life <generation> | step <generation> <n> | signal <generation> <payload> | fail <generation>
"""

import json
import os
import sys
import time

from torpor import Torpor


def lines():
    if not os.path.exists("record"):
        return []
    with open("record", encoding="utf-8") as record:
        return record.read().splitlines()


def note(*words):
    with open("record", "a", encoding="utf-8") as record:
        record.write(" ".join(str(word) for word in words) + "\n")
        record.flush()
        os.fsync(record.fileno())


def main():
    torpor = Torpor()
    params = torpor.params()
    life = torpor.metadata()["generation"]
    note("life", life)
    for step in range(1, params["steps"] + 1):
        with torpor.locked("1m"):
            note("step", life, step)
        torpor.progress(100 * step / params["steps"], "step %d" % step)
        time.sleep(params["pause_ms"] / 1000)
    if len([line for line in lines() if line.startswith("fail ")]) < params["failures"]:
        note("fail", life)
        sys.exit(3)
    taken = []
    while len(taken) < params["signals"]:
        for signal in torpor.signals("10s"):
            note("signal", life, json.dumps(signal["payload"]))
            taken.append(signal["payload"])
    torpor.exit(0, {"steps": params["steps"], "signals": taken})


if __name__ == "__main__":
    main()
