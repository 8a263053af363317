"""A guest API that misbehaves on purpose, to test the worker clients against.

The first tries of each call get the faults planned for its kind, one after the other:
  reset  the connection is closed without an answer    busy  503, retryable
  cut    half an answer, then closed                   stall no answer for a while, then the answer
Every try is recorded; what a call does is done once for a token, as the daemon does it.
"""

import json
import re
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

SECRET, API_TOKEN, JOB = "s/0123456789abcdef", "api-token", "job_01"
STALL_SECONDS = 0.8
SECONDS = {"ms": 1000, "s": 1}  # units of waits: how many make a second
PAYLOAD = {"text": 'say "hi",\n{now}\\', "list": [1, {"a": None}]}


class Stub(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, faults=None, port=0, params=None, inbox=("early",), later=()):
        super().__init__(("127.0.0.1", port), Handler)
        self.faults = faults or {}
        self.params = params
        self.changed = threading.Condition()
        self.tries = []  # (method, path, body, headers), in order of arrival
        self.calls = {}  # idempotency key or token -> number of tries
        self.checkpoints = {}  # token -> answer
        self.locks = {}
        self.inbox = []  # signals, taken or not: no checkpoint of this stub makes them final
        self.later = list(later)  # names of signals, one of which comes when somebody waits
        for name in inbox:
            self.signal(name)
        self.result = None
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self):
        return "http://127.0.0.1:%d/%s/" % (self.server_port, SECRET)

    def signal(self, name):
        number = len(self.inbox) + 1
        self.inbox.append({"seq": number, "name": name, "payload": PAYLOAD, "taken": False})

    def handle_error(self, request, client_address):
        """A client that gave up waiting is part of the test."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.handle_call("GET")

    def do_POST(self):
        self.handle_call("POST")

    def do_DELETE(self):
        self.handle_call("DELETE")

    def handle_call(self, method):
        text = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
        body = json.loads(text) if text else {}
        prefix = "/%s/jobs/%s/" % (SECRET, JOB)
        if not self.path.startswith(prefix):
            return self.problem(404, "job.unknown", False)
        path = self.path[len(prefix) :]
        kind = path.split("?")[0].split("/")[0]
        key = self.headers["Idempotency-Key"] or body.get("token") or (method + path)
        with self.server.changed:
            self.server.tries.append((method, path, text, dict(self.headers)))
            number = self.server.calls[key] = self.server.calls.get(key, 0) + 1
        planned = self.server.faults.get(body.get("token"), self.server.faults.get(kind, ()))
        fault = planned[number - 1] if number <= len(planned) else None
        if fault == "reset":
            return self.reset()
        if fault == "busy":
            return self.problem(503, "capacity", True)
        if fault == "stall":
            time.sleep(STALL_SECONDS)
        status, answer = self.perform(method, kind, path, body)
        if status >= 400:
            return self.problem(status, answer, False)
        self.answer(status, answer, cut=fault == "cut")

    def perform(self, method, kind, path, body):
        if (method, kind) == ("GET", "params"):
            return 200, self.server.params
        if kind == "metadata":
            metadata = {"job_id": JOB, "definition_name": "stub", "definition_version": "1"}
            times = {"last_checkpoint_at_ms": 1 if self.server.checkpoints else None}
            return 200, dict(metadata, retry_count=0, generation=2, restored_from=None, **times)
        if kind == "signals":
            query = {name: value for name, (value,) in parse_qs(urlsplit(path).query).items()}
            with self.server.changed:
                return 200, {"signals": self.signals(**query)}
        if kind == "checkpoint":
            return self.checkpoint(body)
        if kind == "exit":
            self.server.result = body
            return 204, None
        if kind == "lock":
            return self.lock(method, path)
        return (204, None) if kind == "progress" else (404, "path.unknown")

    def signals(self, wait="0s", name=None, after=None):
        """Takes them, also for an answer that will be lost."""

        def ready():
            named = (it for it in self.server.inbox if name in (None, it["name"]))
            return [it for it in named if (it["seq"] > int(after) if after else not it["taken"])]

        number, unit = re.fullmatch(r"(\d+)(ms|s)", wait).groups()
        if not ready() and int(number) and self.server.later:
            self.server.signal(self.server.later.pop(0))
        if not ready():
            time.sleep(int(number) / SECONDS[unit])
        found = ready()
        for signal in found:
            signal["taken"] = True
        return [{key: it[key] for key in ("name", "payload", "seq")} for it in found]

    def checkpoint(self, body):
        token, server = body["token"], self.server
        if token == "unsupported":
            return 409, "checkpoint.unsupported"
        with server.changed:
            server.changed.wait_for(lambda: not server.locks, timeout=5)
            if token not in server.checkpoints:
                server.checkpoints[token] = self.checkpointed(body, len(server.checkpoints) + 1)
            return 200, server.checkpoints[token]

    @staticmethod
    def checkpointed(body, snapshot):
        woken_by = None
        if "until_signal" in body and "suspend_duration" not in body:
            signal = {"name": body["until_signal"], "payload": PAYLOAD, "seq": 7}
            woken_by = {"kind": "signal", "signal": signal}
        elif "suspend_duration" in body or "suspend_until" in body:
            woken_by = {"kind": "timer"}
        return {
            "job": {"id": JOB, "state": "running", "woken_by": "another field of this name"},
            "token": body["token"],
            "generation": 2,
            "restored_from": None,
            "snapshot": snapshot,
            "woken_by": woken_by,
        }

    def lock(self, method, path):
        with self.server.changed:
            if method == "POST":
                self.server.locks["lock_1"] = True
                return 200, {"lock_id": "lock_1"}
            known = self.server.locks.pop(path.partition("/")[2], None)
            self.server.changed.notify_all()
        return (204, None) if known else (404, "lock.unknown")

    def answer(self, status, value, cut=False, content_type="application/json"):
        content = b"" if status == 204 else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Torpor-Generation", "2")
        self.send_header("Torpor-Restored-From", "")
        self.send_header("Content-Type", content_type)
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if cut else content)
        self.close_connection = self.close_connection or cut

    def problem(self, status, code, retryable):
        fields = {"title": "Refused", "detail": "for the test", "remediation": "Use wasm."}
        problem = dict(fields, code=code, retryable=retryable)
        self.answer(status, problem, content_type="application/problem+json")

    def reset(self):
        linger = struct.pack("ii", 1, 0)  # close with RST, as a killed daemon does
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True
        self.connection.close()
