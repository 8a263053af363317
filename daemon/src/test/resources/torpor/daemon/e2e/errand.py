"""Uses what the guest API has for a program that cannot be checkpointed."""

from torpor import CheckpointUnsupported, Torpor

torpor = Torpor()
torpor.progress(10, "waiting for the signal")
signals = []
while not signals:
    signals = torpor.signals("20s", name="go")
with torpor.locked("30s"):
    pass
unsupported = False
try:
    torpor.checkpoint()
except CheckpointUnsupported:
    unsupported = True
torpor.progress(90, "about to exit")
job, who = torpor.metadata()["job_id"], torpor.params()["who"]
torpor.exit(0, {"who": who, "job": job, "signals": signals, "unsupported": unsupported})
