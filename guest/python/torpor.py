"""Torpor for Python programs: standard library only, Python 3.8 or later.

    from torpor import Torpor
    torpor = Torpor()                     # reads TORPOR_API_URL, TORPOR_JOB_ID, TORPOR_API_TOKEN
    torpor.checkpoint()                   # everything so far is durable
    torpor.sleep("3h")                    # nothing is held meanwhile
    torpor.exit(0, {"answer": 42})

The rule of all worker clients is built in: when a call fails in transport, or is answered with a
temporary refusal, the same call is repeated with the same token, with backoff, for ever or until
`deadline` seconds have passed since its first failure. An object may be used by several threads.
"""

import contextlib
import http.client
import json
import os
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

FIRST_DELAY, LONGEST_DELAY = 0.1, 5.0  # seconds between two tries
TEMPORARY_STATUS = {408, 429, 502, 503, 504}  # when the answer does not say by itself
UNITS = {"": 1, "ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600, "d": 86400}


class TorporError(Exception):
    """A refusal that repeating does not cure, as the daemon described it."""

    def __init__(self, status, problem):
        self.status = status
        self.code = problem.get("code", "http.%d" % status)
        texts = ("title", "detail", "remediation")
        self.title, self.detail, self.remediation = (problem.get(text, "") for text in texts)
        self.retryable = problem.get("retryable", status in TEMPORARY_STATUS)
        what = re.sub(r"([^.!?])\Z", r"\1.", self.detail or self.title or "refused")
        super().__init__(("%s: %s %s" % (self.code, what, self.remediation or "")).rstrip())


class CheckpointUnsupported(TorporError):
    """This runtime cannot checkpoint; choose another one in the definition."""


class DeadlineExceeded(Exception):
    """The daemon could not be reached, or refused for the time being, for too long."""


class Torpor:
    """The job that this process runs. `try_timeout` (seconds) bounds one try, not the call."""

    def __init__(self, url=None, job_id=None, token=None, deadline=None, try_timeout=60.0):
        base = (url or os.environ["TORPOR_API_URL"]).rstrip("/")
        if not base.startswith(("http://", "https://")):
            raise ValueError("TORPOR_API_URL is no HTTP URL")
        job = job_id or os.environ["TORPOR_JOB_ID"]
        self._base = "%s/jobs/%s/" % (base, urllib.parse.quote(job, safe=""))
        self._api_token = token or os.environ.get("TORPOR_API_TOKEN")
        self._deadline = float("inf") if deadline is None else deadline
        self._try_timeout = try_timeout
        self._seen = {None: 0}  # the newest signal handed out, by the name asked for
        self._seen_lock = threading.Lock()
        # The daemon is local: proxies of the environment are not for it.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        self.generation = None  # of the newest answer: how often this job was started or restored
        self.restored_from = None  # snapshot that this life began with; None for a fresh start

    def checkpoint(self, token=None, label=None, **suspend):
        """Makes everything so far durable. Returns the answer: token, generation, restored_from,
        snapshot, woken_by. A token of yours is checkpointed once, however often it is sent."""
        body = {"token": token or str(uuid.uuid4())}
        body.update({key: value for key, value in suspend.items() if value is not None})
        if label is not None:
            body["label"] = label
        return self._call("POST", "checkpoint", body)

    def sleep(self, duration, token=None, label=None):
        """Durable sleep: seconds, or a text such as "1h30m". Returns the answer of checkpoint."""
        return self.checkpoint(token, label, suspend_duration=_duration(duration))

    def sleep_until(self, instant, token=None, label=None):
        """Durable sleep until an RFC 3339 text or an aware datetime."""
        text = instant if isinstance(instant, str) else instant.isoformat()
        return self.checkpoint(token, label, suspend_until=text)

    def wait_signal(self, name, timeout=None, token=None):
        """Durable wait. Returns the signal {name, payload, seq}; None when the time ran out or a
        person woke the job."""
        answer = self.checkpoint(token, until_signal=name, suspend_duration=_duration(timeout))
        return (answer.get("woken_by") or {}).get("signal")

    def signals(self, wait="0s", name=None):
        """Takes the signals received since, none twice; waits (not durably) for the first."""
        over = time.monotonic() + _seconds(wait)
        query = {} if name is None else {"name": name}
        while True:
            left = min(max(0, over - time.monotonic()), self._try_timeout / 2)
            query.update(wait=_duration(left), after=self._newest(name))
            found = self._call("GET", "signals?" + urllib.parse.urlencode(query))["signals"]
            with self._seen_lock:
                new = [signal for signal in found if signal["seq"] > self._newest(signal["name"])]
                self._seen[name] = max([self._newest(name)] + [signal["seq"] for signal in found])
            if new or time.monotonic() >= over:
                return new

    def _newest(self, name):
        return max(self._seen.get(name, 0), self._seen[None])

    def lock(self, ttl=None):
        """While any lock is held checkpoints wait. Returns its id; see also `locked`."""
        return self._call("POST", "lock", {} if ttl is None else {"ttl": _duration(ttl)})["lock_id"]

    def unlock(self, lock_id):
        """Gives the lock back. A lock that no longer exists is no error."""
        try:
            self._call("DELETE", "lock/" + urllib.parse.quote(lock_id, safe=""))
        except TorporError as error:
            if error.status != 404:
                raise

    @contextlib.contextmanager
    def locked(self, ttl=None):
        """`with torpor.locked(): ...` runs a block that no checkpoint may interrupt."""
        lock_id = self.lock(ttl)
        try:
            yield
        finally:
            self.unlock(lock_id)

    def exit(self, exit_code=0, output=None):
        """Records the result, durably; then end the process with the same code."""
        self._call("POST", "exit", {"exit_code": exit_code, "output": output})

    def progress(self, percent=None, message=None):
        """Shown to people."""
        body = {"percent": percent, "message": message}
        self._call("POST", "progress", {k: v for k, v in body.items() if v is not None})

    def params(self):
        return self._call("GET", "params")

    def metadata(self):
        return self._call("GET", "metadata")

    def _call(self, method, path, body=None):
        """Tries until there is an answer that counts. The body, token included, is made once."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Idempotency-Key": str(uuid.uuid4()), "Content-Type": "application/json"}
        if self._api_token:
            headers["Authorization"] = "Bearer " + self._api_token
        delay, first_failure = FIRST_DELAY, None
        while True:
            try:
                return self._try(method, path, data, headers)
            except TorporError as error:
                if not error.retryable:
                    raise
                failure = error
            except (OSError, http.client.HTTPException) as error:
                failure = error  # refused, reset, timed out, or cut in the middle
            first_failure = first_failure or time.monotonic()
            if time.monotonic() + delay > first_failure + self._deadline:
                what = "%s %s: no answer in %s s" % (method, path, self._deadline)
                raise DeadlineExceeded(what) from failure
            time.sleep(delay)
            delay = min(delay * 2, LONGEST_DELAY)

    def _try(self, method, path, data, headers):
        request = urllib.request.Request(self._base + path, data, headers, method=method)
        try:
            with self._opener.open(request, timeout=self._try_timeout) as answer:
                content = answer.read()
                self.generation = int(answer.headers["Torpor-Generation"] or 0) or self.generation
                self.restored_from = int(answer.headers["Torpor-Restored-From"] or 0) or None
                return json.loads(content) if content else None
        except urllib.error.HTTPError as error:
            with error:
                raise _refusal(error.code, error.read()) from None


def _refusal(status, content):
    problem = {}
    with contextlib.suppress(ValueError):
        problem = json.loads(content)
    problem = problem if isinstance(problem, dict) else {}
    kind = CheckpointUnsupported if problem.get("code") == "checkpoint.unsupported" else TorporError
    return kind(status, problem)


def _duration(value):
    return value if value is None or isinstance(value, str) else "%dms" % round(value * 1000)


def _seconds(value):
    parts = re.findall(r"([\d.]*)(\D*)", re.sub("[µμ]", "u", _duration(value)))
    return sum(float(number or 0) * UNITS[unit] for number, unit in parts)
