"""Tests the worker clients against a guest API that misbehaves; see stub.py for the faults.

clients.py CLASSES: CLASSES holds the compiled Java client, or is empty to leave Java out. Prints
`ok`, `FAILED` or `skipped` for each test; the caller counts.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

from stub import API_TOKEN, JOB, PAYLOAD, Stub

GUEST = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DRIVERS = os.path.join(GUEST, "tests", "drivers")
FAULTS = {
    "checkpoint": ["reset", "busy", "cut"],
    "nap": ["reset", "stall"],
    "unsupported": ["busy"],
    "lock": ["cut"],
    "exit": ["cut"],
    "params": ["reset"],
    "signals": ["reset"],
    "progress": ["busy"],
}
EXPECTED = {
    "steps": 4,
    "job": JOB,
    "snapshot": 3,
    "nap": "timer",
    "signal": PAYLOAD,
    "never": None,
    "early": PAYLOAD,
    "unsupported": "checkpoint.unsupported: for the test. Use wasm.",
}
SIGNALS = {  # by language; the shell client keeps no state
    "python": {"named": [1, 3], "rest": [2], "later": [4], "awaited": [5], "none": []},
    "node": {"named": [1, 3], "rest": [2], "later": [4], "awaited": [5], "none": []},
    "java": {"rest": [1, 2, 3], "later": [4], "awaited": [5], "none": []},
}
RESULT = {"exit_code": 3, "output": {"ok": True}}
DEADLINE = 120  # seconds for one program; far more than it needs


def languages(classes):
    """Name -> (tool that is needed, driver, example worker)."""
    java = ["java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", classes]
    worker = lambda *path: os.path.join(GUEST, *path)
    return {
        "shell": ("curl", ["sh", DRIVERS + "/drive.sh"], ["sh", worker("shell", "worker.sh")]),
        "python": (
            "python3",
            [sys.executable, DRIVERS + "/drive.py"],
            [sys.executable, worker("python", "worker.py")],
        ),
        "node": ("node", ["node", DRIVERS + "/drive.mjs"], ["node", worker("node", "worker.mjs")]),
        "java": ("java" if classes else None, java + ["Drive"], java + ["Worker"]),
    }


def environment(url, prefix="TORPOR", **more):
    """What the daemon sets for a job; proxies that must not be asked are set as a trap."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("TORPOR_", "CHECKER_"))}
    clean.update(http_proxy="http://127.0.0.1:9", HTTP_PROXY="http://127.0.0.1:9", no_proxy="")
    clean["PYTHONPATH"] = os.path.join(GUEST, "python")
    clean["PYTHONDONTWRITEBYTECODE"] = "1"
    clean.update({prefix + "_API_URL": url, prefix + "_JOB_ID": JOB})
    return dict(clean, **more)


def run(command, env):
    done = subprocess.run(
        command, env=env, capture_output=True, text=True, timeout=DEADLINE, check=False
    )
    check(done.returncode == 0, "exit code %d\n%s%s" % (done.returncode, done.stdout, done.stderr))
    return done.stdout


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def said(output):
    lines = (line.split(" ", 1) for line in output.splitlines())
    return {name: json.loads(value) for name, value in lines}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def repeats_every_call_with_the_same_token(command):
    stub = Stub(FAULTS, params={"steps": 4})
    answers = said(run(command, environment(stub.url, TORPOR_API_TOKEN=API_TOKEN)))
    check(answers == EXPECTED, "said %s" % answers)
    check(stub.result == RESULT, "result %s" % stub.result)
    calls = defaultdict(list)
    for method, path, text, headers in stub.tries:
        check(headers.get("Authorization") == "Bearer " + API_TOKEN, "no token in %s" % path)
        calls[headers["Idempotency-Key"]].append((method, path, text))
    for tries in calls.values():
        check(len(set(tries)) == 1, "a repeated call differs: %s" % tries)
    checkpoints = [tries for tries in calls.values() if tries[0][1] == "checkpoint"]
    tokens = [json.loads(tries[0][2])["token"] for tries in checkpoints]
    check(len(tokens) == len(set(tokens)) == 7, "tokens of different calls: %s" % tokens)
    for token, tries in zip(tokens, checkpoints):
        # A client may or may not have given up on the stalled try.
        least = 1 + len(FAULTS.get(token, FAULTS["checkpoint"])) - (token == "nap")
        check(len(tries) >= least, "%d tries of %s" % (len(tries), token))
    check(len(stub.checkpoints) == 6, "checkpointed %d times" % len(stub.checkpoints))
    check(not stub.locks, "a lock is left")
    progress = [json.loads(text) for _, path, text, _ in stub.tries if path == "progress"]
    check(progress[0] == {"percent": 50, "message": 'half "way"\n\\x'}, "progress %s" % progress)


def waits_for_a_daemon_that_is_not_there_yet(command):
    port, started = free_port(), []
    url = "http://127.0.0.1:%d/s/0123456789abcdef" % port
    starter = threading.Timer(1.5, lambda: started.append(Stub(port=port, params={"steps": 4})))
    starter.start()
    answers = said(run(command, environment(url)))
    check(answers == EXPECTED, "said %s" % answers)
    check(started[0].result == RESULT, "result %s" % started[0].result)


def gives_up_at_the_deadline(command):
    url = "http://127.0.0.1:%d/s/0123456789abcdef" % free_port()
    began = time.monotonic()
    output = run(command, environment(url, TEST_DEADLINE="1"))
    check(said(output) == {"deadline": True}, "said %s" % output)
    check(time.monotonic() - began >= 0.4, "gave up too early")


def is_given_signals_of_lost_answers_again_and_none_twice(command, expected):
    stub = Stub({"signals": ["cut"]}, inbox=["a", "b", "a"], later=["a", "b"])
    answers = said(run(command, environment(stub.url, TEST_SIGNALS="1")))
    check(answers == expected, "said %s" % answers)
    check(all(signal["taken"] for signal in stub.inbox), "left %s" % stub.inbox)


def example_runs(worker):
    stub = Stub({"checkpoint": ["reset"]}, params={"steps": 3, "signal": "go"})
    run(worker, environment(stub.url))
    expected = {"exit_code": 0, "output": {"total": 14, "signal": PAYLOAD}}
    check(stub.result == expected, "result %s" % stub.result)
    tokens = list(stub.checkpoints)
    check(tokens == ["step-1", "step-2", "step-3", "wait"], "tokens %s" % tokens)


def checker_worker_runs_unmodified():
    source = os.path.join(GUEST, "checker", "worker.py")
    with open(source, encoding="utf-8") as text:
        check("TORPOR_" not in text.read(), "the fixture knows Torpor")
    params = {"steps": 2, "suspend": "1s", "lock_ms": 700}
    faults = {"checkpoint": ["reset", "stall"], "params": ["reset"], "exit": ["cut"]}
    stub = Stub(faults, params=params)
    address = stub.url[len("http://") :].rstrip("/")
    names = {"JOB_DEFINITION_NAME": "stub", "JOB_DEFINITION_VERSION": "1", "OS": "linux"}
    names.update({"JOB_SPAWNED_AT": "1790000000", "ARCH": "amd64"})
    more = {"CHECKER_" + name: value for name, value in names.items()}
    run([sys.executable, source], environment(address, "CHECKER", **more))
    output = {"definition": "stub:1", "retry_count": 0, "checkpointed": True}
    check(stub.result == {"exit_code": 0, "output": output}, "result %s" % stub.result)
    check(len(stub.checkpoints) == 4, "checkpointed %d times" % len(stub.checkpoints))


def report(name, test, *arguments):
    began = time.monotonic()
    try:
        test(*arguments)
        print("ok      %s (%.1f s)" % (name, time.monotonic() - began), flush=True)
    except Exception as failure:  # a test that breaks has failed
        print("FAILED  %s: %s" % (name, str(failure).replace("\n", "\n          ")), flush=True)


def main(classes):
    with ThreadPoolExecutor(4) as pool:
        for language, (tool, driver, worker) in languages(classes).items():
            tests = [
                (repeats_every_call_with_the_same_token, driver),
                (waits_for_a_daemon_that_is_not_there_yet, driver),
                (gives_up_at_the_deadline, driver),
                (example_runs, worker),
            ]
            if language in SIGNALS:
                test = is_given_signals_of_lost_answers_again_and_none_twice
                tests.append((test, driver, SIGNALS[language]))
            for test, *arguments in tests:
                name = "%s: %s" % (language, test.__name__.replace("_", " "))
                if tool is None or shutil.which(tool) is None:
                    print("skipped %s: its tool is missing" % name, flush=True)
                else:
                    pool.submit(report, name, test, *arguments)
        pool.submit(report, "checker worker runs unmodified", checker_worker_runs_unmodified)


if __name__ == "__main__":
    main(sys.argv[1])
