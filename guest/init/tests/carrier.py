"""The host's end of connections that programs in the guest open: to a socket each, or by hand."""
import socket
import struct

from agent import (CLOSE, EXIT, GUEST, INPUT, INPUT_ACK, OPEN, OUTPUT, OUTPUT_ACK, RELEASE, Stream,
                   parse_records)

CHUNK = 32768


class Connection:
    def __init__(self, identity, port):
        self.id, self.port = identity, port
        self.out = Stream()
        self.sent, self.accepted, self.limit = 0, 0, 0
        self.closed = False  # by the program, its sending side
        self.deaf = False
        self.over = False
        self.ended = False  # our sending side
        self.socket = None


class Carrier:
    """Listens to an agent. With a target each connection becomes a socket to it; without, whoever
    tests takes `out` and calls `send` itself."""

    def __init__(self, agent, target=None):
        self.agent, self.target = agent, target
        self.connections = {}
        self.acknowledge = True
        self.arrived = []  # whom nobody has looked at yet
        self.most = 0  # open at a time
        agent.carrier = self

    def restart(self):
        """A new connection to the guest: it has reset all that were there."""
        for connection in list(self.connections.values()):
            self.forget(connection)

    def forget(self, connection):
        del self.connections[connection.id]
        connection.over = True
        if connection.socket:
            connection.socket.close()

    def dispatch(self, kind, identity, payload):
        if kind == OPEN:
            self.opened(identity, int(parse_records(payload)["port"][0]))
        elif identity not in self.connections:
            return  # released meanwhile
        elif kind == OUTPUT:
            self.output(self.connections[identity], payload)
        elif kind == INPUT_ACK:
            self.input_taken(self.connections[identity], *struct.unpack(">QQB", payload))
        elif kind == CLOSE:
            self.half_closed(self.connections[identity], *struct.unpack(">Q", payload))
        elif kind == EXIT:
            assert payload == b""
            self.forget(self.connections[identity])
        else:
            raise AssertionError("unknown frame %#x" % kind)

    def opened(self, identity, port):
        assert identity > GUEST and identity not in self.connections
        connection = self.connections[identity] = Connection(identity, port)
        self.arrived.append(connection)
        self.most = max(self.most, len(self.connections))
        if self.target:
            connection.socket = socket.create_connection(self.target)

    def output(self, connection, payload):
        offset, stream = struct.unpack(">QB", payload[:9])
        assert stream == 1 and offset == connection.out.end and len(payload) > 9
        assert not connection.closed
        connection.out.take(offset, payload[9:])
        if connection.socket:
            try:
                connection.socket.sendall(payload[9:])
            except ConnectionError:
                self.release(connection)
                return
        if self.acknowledge:
            self.confirm(connection)

    def confirm(self, connection):
        self.agent.send(OUTPUT_ACK, connection.id, struct.pack(">QB", connection.out.end, 1))

    def input_taken(self, connection, accepted, limit, flags):
        assert connection.limit <= limit <= accepted + 65536 and accepted <= connection.sent
        connection.accepted, connection.limit = accepted, limit
        connection.deaf |= bool(flags)

    def half_closed(self, connection, offset):
        assert offset == connection.out.end
        connection.closed = True
        if connection.socket:
            connection.socket.shutdown(socket.SHUT_WR)

    def send(self, connection, data=b"", end=False):
        """At most as far as the guest has room; how much it was."""
        part = data[:min(CHUNK, connection.limit - connection.sent)]
        last = end and len(part) == len(data)
        if part or last:
            self.agent.send(INPUT, connection.id,
                            struct.pack(">QB", connection.sent, int(last)) + part)
        connection.sent += len(part)
        connection.ended |= last
        return len(part)

    def send_all(self, connection, data, end=False):
        while True:
            data = data[self.send(connection, data, end):]
            if not data:
                return
            self.agent.wait(lambda: connection.limit > connection.sent or connection.over)

    def release(self, connection):
        self.forget(connection)
        self.agent.request(RELEASE, [("session", connection.id)])

    def sockets(self):
        return {connection.socket: connection for connection in self.connections.values()
                if connection.socket and not connection.ended
                and connection.limit > connection.sent}

    def carry(self, connection):
        """What the target has sent, to the guest."""
        if connection.over:
            return
        try:
            data = connection.socket.recv(min(CHUNK, connection.limit - connection.sent))
        except ConnectionError:
            self.release(connection)
            return
        self.send(connection, data, end=not data)
