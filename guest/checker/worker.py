"""A worker as it would have been written for checker's runtime API; it knows nothing of Torpor.

It is a fixture: a daemon that runs it keeps the promise that such workers run unmodified. Only
CHECKER_ variables are read, the base is http://$CHECKER_API_URL, there is no authentication, each
try is given up after 500 ms, and a failed call is repeated 5 times, 100 ms apart, with the same
token. Params (all optional): {"steps": 3, "suspend": "1s", "lock_ms": 700}.
"""

import json
import os
import sys
import threading
import time
import urllib.request
import uuid

TRIES, PAUSE, ABORT = 5, 0.1, 0.5


def call(method, path, body=None):
    url = "http://%s/jobs/%s/%s" % (os.environ["CHECKER_API_URL"], os.environ["CHECKER_JOB_ID"], path)
    data = None if body is None else json.dumps(body).encode()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for attempt in range(1, TRIES + 1):
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
        try:
            with opener.open(request, timeout=ABORT) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except OSError as error:
            print("%s %s: try %d failed: %s" % (method, path, attempt, error), flush=True)
            if attempt == TRIES:
                raise
            time.sleep(PAUSE)


def expect(condition, what):
    if not condition:
        sys.exit("checker worker: " + what)


def checkpoint(**fields):
    status, answer = call("POST", "checkpoint", dict({"token": str(uuid.uuid4())}, **fields))
    expect(status == 200 and isinstance(answer["job"], dict), "checkpoint answered %s" % answer)


def checkpoint_waits_for_lock(lock_seconds):
    """Asks for a checkpoint while a lock is held, and measures that it waited. Returns seconds."""
    status, answer = call("POST", "lock", {})
    expect(status == 200 and answer["lock_id"], "lock answered %s" % answer)
    started = time.monotonic()
    waiting = threading.Thread(target=checkpoint)
    waiting.start()
    time.sleep(lock_seconds)
    status, _ = call("DELETE", "lock/" + answer["lock_id"])
    expect(status == 204, "unlock answered %s" % status)
    waiting.join()
    waited = time.monotonic() - started
    expect(waited >= lock_seconds, "the checkpoint did not wait for the lock")
    return waited


def main():
    for name in ("DEFINITION_NAME", "DEFINITION_VERSION", "SPAWNED_AT"):
        expect(os.environ.get("CHECKER_JOB_" + name), "CHECKER_JOB_%s is missing" % name)
    expect(os.environ["CHECKER_JOB_SPAWNED_AT"].isdigit(), "SPAWNED_AT is not in Unix seconds")
    expect(os.environ["CHECKER_OS"] == "linux" and os.environ["CHECKER_ARCH"], "no platform")
    params = call("GET", "params")[1] or {}
    metadata = call("GET", "metadata")[1]
    expect(metadata["job_id"] == os.environ["CHECKER_JOB_ID"], "metadata of another job")
    definition = (metadata["definition_name"], metadata["definition_version"])
    for step in range(1, params.get("steps", 3) + 1):
        checkpoint()
        print("step %d" % step, flush=True)
    if params.get("suspend"):
        checkpoint(suspend_duration=params["suspend"])
    lock_millis = params.get("lock_ms", 0)
    if lock_millis:
        checkpoint_waits_for_lock(lock_millis / 1000)
    metadata = call("GET", "metadata")[1]
    result = {
        "definition": "%s:%s" % definition,
        "retry_count": metadata["retry_count"],
        "checkpointed": metadata["last_checkpoint_at_ms"] is not None,
    }
    status, _ = call("POST", "exit", {"exit_code": 0, "output": result})
    expect(status == 204, "exit answered %s" % status)


if __name__ == "__main__":
    main()
