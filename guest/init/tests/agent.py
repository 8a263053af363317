"""A host's side of the agent protocol, as README.md describes it."""
import secrets
import select
import socket
import struct
import time

CONNECT, PING, START, FREEZE, THAW, STOP, SHUTDOWN, STATS = range(0x01, 0x09)
EXEC, COPY_IN, COPY_OUT, ATTACH, SIGNAL, RESIZE, RELEASE = range(0x10, 0x17)
INPUT, OUTPUT_ACK = 0x20, 0x21
HELLO, OK, ERROR, STATE, OUTPUT, INPUT_ACK, EXIT = 0x80, 0x81, 0x82, 0x83, 0xA0, 0xA1, 0xA2
OPEN, CLOSE = 0xA3, 0xA4
GUEST = 1 << 63  # ids of connections that the guest has opened
WORKLOAD = 0


def stuff(data):
    out = bytearray()
    for block in bytes(data).split(b"\0"):
        while len(block) >= 254:
            out += b"\xff" + block[:254]
            block = block[254:]
        out += bytes([len(block) + 1]) + block
    return bytes(out) + b"\0"


def unstuff(data):
    out, position = bytearray(), 0
    while position < len(data):
        code = data[position]
        if code == 0 or position + code > len(data):
            raise ValueError("malformed stuffing")
        out += data[position + 1:position + code]
        position += code
        if code != 255 and position < len(data):
            out.append(0)
    return bytes(out)


def frame(kind, identity, payload=b""):
    return stuff(struct.pack(">IHHQ", len(payload), kind, 0, identity) + payload)


def records(pairs):
    return b"".join(
        key.encode() + b"=" + (value if isinstance(value, bytes) else str(value).encode()) + b"\0"
        for key, value in pairs)


def parse_records(payload):
    """The records as a dict of lists."""
    found = {}
    for record in payload.split(b"\0")[:-1]:
        key, value = record.decode().split("=", 1)
        found.setdefault(key, []).append(value)
    return found


class Refused(Exception):
    def __init__(self, fields):
        super().__init__("%s: %s" % (fields["code"][0], fields["message"][0]))
        self.code = fields["code"][0]


class Stream:
    """One output stream, put together from frames."""

    def __init__(self):
        self.data = bytearray()
        self.lost = 0

    @property
    def end(self):
        return self.lost + len(self.data)

    def take(self, offset, data):
        if offset > self.end:
            self.lost += offset - self.end
        known = self.end - offset
        self.data += data[known:]


class Session:
    def __init__(self, identity):
        self.id = identity
        self.out, self.err = Stream(), Stream()
        self.accepted, self.limit, self.closed = 0, 65536, False
        self.exits = []


class Agent:
    """One host. It can lose its connection and make a new one; what it knows of streams stays."""

    def __init__(self, path):
        self.path = path
        self.sessions = {WORKLOAD: Session(WORKLOAD)}
        self.answers, self.states, self.stray = {}, [], []
        self.acknowledge = True
        self.carrier = None
        self.socket = None
        self.hello = None

    def open(self, timeout=20):
        deadline = time.monotonic() + timeout
        self.close()
        if self.carrier:
            self.carrier.restart()
        while True:
            self.socket = socket.socket(socket.AF_UNIX)
            try:
                self.socket.connect(self.path)
                break
            except OSError:
                self.socket.close()
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.002)
        self.buffer = bytearray()

    def close(self):
        if self.socket:
            self.socket.close()
        self.socket = None

    def connect(self, timeout=30, attach=True):
        self.open()
        self.nonce = secrets.randbits(63) | 1
        self.hello = None
        self.socket.sendall(b"\0" + frame(CONNECT, self.nonce, records([("version", 1)])))
        self.wait(lambda: self.hello is not None or self.nonce in self.answers, timeout)
        if self.hello is None:
            raise Refused(self.answers[self.nonce][1])
        if attach and any(entry.startswith("0 ") for entry in self.hello.get("session", [])):
            self.attach(self.sessions[WORKLOAD])
        return self.hello

    def pump(self, timeout):
        carried = self.carrier.sockets() if self.carrier else {}
        readable, _, _ = select.select([self.socket, *carried], [], [], max(0, timeout))
        for each in readable:
            if each is not self.socket:
                self.carrier.carry(carried[each])
        if self.socket not in readable:
            return bool(readable)
        data = self.socket.recv(262144)
        if not data:
            raise EOFError("the agent's socket was closed")
        self.buffer += data
        *whole, rest = self.buffer.split(b"\0")
        self.buffer = bytearray(rest)
        for stuffed in whole:
            if stuffed:
                self.handle(bytes(stuffed))
        return True

    def handle(self, stuffed):
        try:
            plain = unstuff(stuffed)
            length, kind, zero, identity = struct.unpack(">IHHQ", plain[:16])
            payload = plain[16:]
            assert zero == 0 and length == len(payload)
        except (ValueError, struct.error, AssertionError):
            assert self.hello is None, "a malformed frame inside a connection"
            return
        if self.hello is None:  # of an older connection, up to the HELLO of this one
            if identity == self.nonce and kind == HELLO:
                self.hello = parse_records(payload)
            elif identity == self.nonce:
                self.answers[identity] = (kind, parse_records(payload))
            return
        self.dispatch(kind, identity, payload)

    def dispatch(self, kind, identity, payload):
        if kind in (OK, ERROR):
            self.answers[identity] = (kind, parse_records(payload))
        elif kind == STATE:
            self.states.append(parse_records(payload))
        elif identity & GUEST and self.carrier:
            self.carrier.dispatch(kind, identity, payload)
        elif identity not in self.sessions:
            self.stray.append((kind, identity))
        elif kind == OUTPUT:
            offset, stream = struct.unpack(">QB", payload[:9])
            session = self.sessions[identity]
            target = session.out if stream == 1 else session.err
            target.take(offset, payload[9:])
            if self.acknowledge:
                self.send(OUTPUT_ACK, identity, struct.pack(">QB", target.end, stream))
        elif kind == INPUT_ACK:
            session = self.sessions[identity]
            session.accepted, session.limit, flags = struct.unpack(">QQB", payload)
            session.closed = bool(flags)
        elif kind == EXIT:
            self.sessions[identity].exits.append(parse_records(payload))
        else:
            raise AssertionError("unknown frame %#x" % kind)

    def wait(self, condition, timeout=20):
        deadline = time.monotonic() + timeout
        while not condition():
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("the agent did not say what was waited for")
            self.pump(left)

    def send(self, kind, identity, payload=b""):
        self.socket.sendall(frame(kind, identity, payload))

    def post(self, kind, pairs=(), identity=None):
        """Sends a request without waiting for its answer."""
        identity = identity or secrets.randbits(63) | 1
        self.send(kind, identity, records(pairs))
        return identity

    def answer(self, identity, timeout=20):
        self.wait(lambda: identity in self.answers, timeout)
        kind, fields = self.answers.pop(identity)
        if kind == ERROR:
            raise Refused(fields)
        return fields

    def request(self, kind, pairs=(), identity=None, timeout=20):
        return self.answer(self.post(kind, pairs, identity), timeout)

    def attach(self, session):
        return self.request(ATTACH, [("session", session.id), ("stdout", session.out.end),
                                     ("stderr", session.err.end)])

    def begin(self, kind, pairs):
        """Starts a session."""
        session = Session(secrets.randbits(63) | 1)
        self.sessions[session.id] = session
        self.request(kind, pairs, session.id)
        return session

    def start(self, *arguments, **options):
        pairs = [("arg", argument) for argument in arguments]
        for key, value in options.items():
            pairs += [(key, each) for each in (value if isinstance(value, list) else [value])]
        return self.begin(EXEC, pairs)

    def finish(self, session, timeout=30, release=True):
        self.wait(lambda: session.exits, timeout)
        if release:
            self.request(RELEASE, [("session", session.id)])
        return session.exits[-1]

    def run(self, *arguments, **options):
        """Runs a program to its end: exit record, standard output, standard error."""
        session = self.start(*arguments, **options)
        report = self.finish(session)
        return report, bytes(session.out.data), bytes(session.err.data)

    def put(self, session, data, end=False, timeout=60):
        """Sends input within the limit, from what the guest has accepted."""
        offset = session.accepted
        while True:
            part = data[offset:min(session.limit, offset + 32768)]
            last = offset + len(part) == len(data)
            if part or (last and end):
                self.send(INPUT, session.id,
                          struct.pack(">QB", offset, 1 if last and end else 0) + part)
                offset += len(part)
            if last:
                break
            if not part:
                self.wait(lambda: session.limit > offset or session.closed, timeout)
                if session.closed:
                    return
        self.wait(lambda: session.accepted >= len(data) or session.closed, timeout)


def entry(kind, path, mode=0o644, uid=0, gid=0, seconds=0, nanoseconds=0, size=0, content=b""):
    """An archive entry."""
    return struct.pack(">BBHIIIqIIQ", ord(kind), 0, len(path.encode()), mode, uid, gid, seconds,
                       nanoseconds, 0, size or len(content)) + path.encode() + content


END = struct.pack(">BBHIIIqIIQ", ord("e"), 0, 0, 0, 0, 0, 0, 0, 0, 0)


def parse_entries(data, contents=True):
    """path -> (kind, mode, uid, gid, seconds, content or size)"""
    found, position = {}, 0
    while True:
        kind, _, length, mode, uid, gid, seconds, _, _, size = struct.unpack(
            ">BBHIIIqIIQ", data[position:position + 40])
        position += 40
        if chr(kind) == "e":
            assert position == len(data), "something after the end"
            return found
        path = data[position:position + length].decode()
        position += length
        carried = contents or chr(kind) == "l"
        content = data[position:position + size] if carried else size
        position += size if carried else 0
        found[path] = (chr(kind), mode, uid, gid, seconds, content)
