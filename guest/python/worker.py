"""Example worker: adds up params.steps squares with a checkpoint each, then waits for a signal."""

import sys

from torpor import CheckpointUnsupported, Torpor


def main():
    torpor = Torpor()
    params = torpor.params() or {}
    steps = params.get("steps", 5)
    total, durable = 0, True
    for step in range(1, steps + 1):
        total += step * step
        torpor.progress(100 * step / steps, "step %d of %d" % (step, steps))
        if durable:
            try:
                torpor.checkpoint("step-%d" % step)
            except CheckpointUnsupported as refusal:
                print(refusal, "- going on without", flush=True)
                durable = False
        print("step %d, total %d, generation %s" % (step, total, torpor.generation), flush=True)
    signal = None
    if params.get("signal") and durable:
        signal = torpor.wait_signal(params["signal"], params.get("timeout"), token="wait")
    torpor.exit(0, {"total": total, "signal": signal and signal["payload"]})


if __name__ == "__main__":
    sys.exit(main())
