"""Connections that programs in the guest open to the host."""
import hashlib
import http.server
import struct
import threading
import unittest

from agent import *
from booted import IMAGES, Booted, build_images, shell
from carrier import Carrier
from machine import Machine

PORT, OTHER = 8099, 80
WINDOW = 65536
setUpModule = build_images


def pattern(count):
    return bytes((offset * 31 + offset // 251) & 255 for offset in range(count))


class Digests(http.server.BaseHTTPRequestHandler):
    """Says what it was sent."""

    def do_GET(self):
        self.answer(b"you asked for " + self.path.encode() + b"\n")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(b"%d %s" % (len(body), hashlib.sha256(body).hexdigest().encode()))

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Proxy(Booted):
    CONFIG = [("proxy", PORT), ("proxy", OTHER)]

    def setUp(self):
        self.carrier = Carrier(self.agent)
        self.known = set(self.agent.sessions)
        self.addCleanup(self.end)

    def end(self):
        for session in set(self.agent.sessions) - self.known:
            try:
                self.agent.request(RELEASE, [("session", session)])
            except Refused:
                pass
        for connection in list(self.carrier.connections.values()):
            self.carrier.release(connection)
        self.agent.carrier = None

    def call(self, *steps, port=PORT):
        """A program that connects, and its connection."""
        session = self.agent.start("caller", str(port), *steps, stdin=1)
        return session, self.opened()

    def opened(self):
        self.agent.wait(lambda: self.carrier.arrived)
        return self.carrier.arrived.pop(0)

    def served(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Digests)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.carrier = Carrier(self.agent, server.server_address)

    def settle(self):
        """Everything that the guest had to say before has been heard."""
        for _ in range(3):
            self.agent.request(PING)

    def test_a_program_calls_a_server(self):
        self.served()
        for port in (PORT, OTHER):
            self.assertEqual("you asked for /v1/thing?a=b\n",
                             self.sh("wget -q -O - 'http://127.0.0.1:%d/v1/thing?a=b'" % port))
        self.agent.wait(lambda: not self.carrier.connections)

    def test_large_bodies_go_out(self):
        self.served()
        body = pattern(2_000_000)
        head = "POST / HTTP/1.0\r\nContent-Length: %d\r\n\r\n" % len(body)
        _, out, _ = self.agent.run("caller", str(PORT), "send:" + head, "fill:%d" % len(body),
                                   "rest")
        self.assertIn(b"%d %s" % (len(body), hashlib.sha256(body).hexdigest().encode()), out)

    def test_large_bodies_come_in(self):
        session, connection = self.call("take:2000000", "rest")
        self.carrier.send_all(connection, pattern(2_000_000) + b"bye", end=True)
        self.assertEqual(["0"], self.agent.finish(session)["code"], session.out.data)
        self.assertIn(b"take done\nrest bye\n", session.out.data)
        self.agent.wait(lambda: connection.over)

    def test_the_port_is_named(self):
        self.assertEqual(OTHER, self.call("hold", port=OTHER)[1].port)

    def test_a_program_is_held_back_until_the_host_has_taken_what_it_sent(self):
        self.carrier.acknowledge = False
        session, connection = self.call("fill:3000000", "end", "rest")
        self.agent.wait(lambda: connection.out.end == WINDOW)
        self.settle()
        self.assertEqual((WINDOW, False), (connection.out.end, connection.closed))
        self.assertNotIn(b"fill", session.out.data)
        self.carrier.acknowledge = True
        self.carrier.confirm(connection)
        self.agent.wait(lambda: connection.closed)
        self.assertEqual(pattern(3_000_000), bytes(connection.out.data))
        self.carrier.send(connection, end=True)
        self.agent.wait(lambda: connection.over)
        self.assertEqual(["0"], self.agent.finish(session)["code"])

    def test_the_host_is_held_back_until_the_program_reads(self):
        session, connection = self.call("hold", "take:12000000")
        data, offset = pattern(12_000_000), 0
        while True:
            part = self.carrier.send(connection, data[offset:offset + WINDOW])
            offset += part
            if part == 0:
                self.settle()
                if connection.limit == connection.sent:
                    break
        self.assertLess(offset, len(data))
        self.agent.put(session, b"\n")
        self.carrier.send_all(connection, data[offset:], end=True)
        self.assertEqual(["0"], self.agent.finish(session)["code"], session.out.data)

    def test_the_program_half_closes_first(self):
        session, connection = self.call("send:question", "end", "rest")
        self.agent.wait(lambda: connection.closed)
        self.assertEqual(b"question", bytes(connection.out.data))
        self.settle()
        self.assertFalse(connection.over)
        self.carrier.send(connection, b"answer", end=True)
        self.agent.wait(lambda: connection.over)
        self.assertEqual(["0"], self.agent.finish(session)["code"])
        self.assertIn(b"rest answer\n", session.out.data)

    def test_the_host_half_closes_first(self):
        session, connection = self.call("rest", "send:late", "hold", "end", "hold")
        self.carrier.send(connection, b"early", end=True)
        self.agent.wait(lambda: connection.out.data == b"late")
        self.agent.wait(lambda: b"rest early\n" in session.out.data)
        self.assertFalse(connection.closed)
        self.agent.put(session, b"\n")
        self.agent.wait(lambda: connection.over)
        self.assertTrue(connection.closed)
        self.agent.put(session, b"\n\n")
        self.assertEqual(["0"], self.agent.finish(session)["code"])

    def test_it_is_over_when_the_host_has_taken_all(self):
        self.carrier.acknowledge = False
        session, connection = self.call("send:question", "end", "rest")
        self.carrier.send(connection, end=True)
        self.assertEqual(["0"], self.agent.finish(session)["code"])
        self.agent.wait(lambda: connection.closed)
        self.settle()
        self.assertFalse(connection.over)
        self.carrier.confirm(connection)
        self.agent.wait(lambda: connection.over)

    def test_forty_programs_call_and_thirty_two_are_heard_at_a_time(self):
        session = self.agent.start(
            "/bin/sh", "-c", "for i in $(seq 40); do caller %d send:$i end rest & done; wait" % PORT)
        everyone = {}

        def some(count):
            everyone.update(self.carrier.connections)
            return len(everyone) == count and all(each.closed for each in everyone.values())

        self.agent.wait(lambda: some(32), 60)
        self.settle()
        self.assertEqual(32, len(self.carrier.connections))
        for connection in list(self.carrier.connections.values()):
            self.carrier.send(connection, b"to " + bytes(connection.out.data), end=True)
        self.agent.wait(lambda: some(40), 60)
        for connection in list(self.carrier.connections.values()):
            if not connection.ended:
                self.carrier.send(connection, b"to " + bytes(connection.out.data), end=True)
        self.agent.finish(session)
        self.agent.wait(lambda: not self.carrier.connections)
        self.assertEqual(32, self.carrier.most)
        self.assertEqual({b"rest to %d" % n for n in range(1, 41)},
                         {line for line in bytes(session.out.data).split(b"\n") if b"to" in line})

    def test_the_host_releases_with_a_reset(self):
        session, connection = self.call("send:x", "rest")
        self.agent.wait(lambda: connection.out.end == 1)
        self.carrier.release(connection)
        self.assertEqual(["1"], self.agent.finish(session)["code"])
        self.assertIn(b"rest Connection reset by peer\n", session.out.data)
        for gone in (connection.id, GUEST | 1 << 40):
            self.agent.request(RELEASE, [("session", gone)])
            self.agent.send(INPUT, gone, struct.pack(">QB", 0, 0) + b"late")
            self.agent.send(OUTPUT_ACK, gone, struct.pack(">QB", 1, 1))
        self.settle()
        self.assertNotIn(connection.id, self.agent.answers)
        self.assertGreater(self.call("hold")[1].id, connection.id)

    def test_what_the_host_sent_before_a_release_arrives(self):
        session, connection = self.call("end", "rest")
        self.agent.wait(lambda: connection.closed)
        self.carrier.send(connection, b"answer", end=True)
        self.carrier.release(connection)
        self.assertEqual(["0"], self.agent.finish(session)["code"])
        self.assertIn(b"rest answer\n", session.out.data)

    def test_a_program_resets(self):
        session, connection = self.call("send:x", "hold", "reset")
        self.agent.wait(lambda: connection.out.end == 1)
        self.agent.put(session, b"\n")
        self.agent.wait(lambda: connection.over)
        self.assertFalse(connection.closed)

    def test_what_a_program_sent_before_it_ended_arrives(self):
        self.carrier.acknowledge = False
        session, connection = self.call("send:farewell")
        self.assertEqual(["0"], self.agent.finish(session)["code"])
        self.agent.wait(lambda: connection.closed)
        self.assertEqual(b"farewell", bytes(connection.out.data))
        while not connection.deaf:  # the kernel says so once something was sent
            self.carrier.send(connection, b"anybody?")
            self.settle()
        self.assertFalse(connection.over)
        self.carrier.confirm(connection)
        self.agent.wait(lambda: connection.over)

    def test_a_new_connection_of_the_host_resets(self):
        session, connection = self.call("send:x", "rest")
        self.agent.wait(lambda: connection.out.end == 1)
        hello = self.agent.connect()
        self.assertFalse([each for each in hello["session"] if int(each.split()[0]) & GUEST])
        self.agent.attach(session)
        self.assertEqual(["1"], self.agent.finish(session)["code"])
        self.assertIn(b"rest Connection reset by peer\n", session.out.data)
        self.assertFalse(self.carrier.connections)
        self.assertGreater(self.call("hold")[1].id, connection.id)

    def test_who_calls_while_no_host_is_there_waits_for_one(self):
        session = self.agent.start("/bin/sh", "-c", "sleep 0.5; caller %d send:hello rest" % PORT)
        self.agent.close()
        self.agent.connect()
        self.agent.attach(session)
        connection = self.opened()
        self.agent.wait(lambda: connection.out.data == b"hello")
        self.carrier.send(connection, b"welcome", end=True)
        self.assertEqual(["0"], self.agent.finish(session)["code"])
        self.assertIn(b"rest welcome\n", session.out.data)

    def test_a_freeze_in_the_middle_changes_nothing(self):
        session, connection = self.call("fill:1500000", "take:500000", "end", "rest")
        self.agent.wait(lambda: connection.out.end > 200_000)
        self.agent.request(FREEZE)
        self.carrier.send(connection, pattern(1000))
        self.settle()
        self.agent.request(THAW)
        self.agent.wait(lambda: connection.out.end == 1_500_000)
        self.carrier.send_all(connection, pattern(500_000)[1000:], end=True)
        self.agent.wait(lambda: connection.over)
        self.assertEqual(pattern(1_500_000), bytes(connection.out.data))
        self.assertEqual(["0"], self.agent.finish(session)["code"], session.out.data)

    def test_a_host_that_breaks_the_rules_is_told(self):
        _, connection = self.call("hold")
        self.agent.wait(lambda: connection.limit)
        for kind, payload in ((INPUT, struct.pack(">QB", 5, 0) + b"gap"),
                              (INPUT, struct.pack(">QB", 0, 2) + b"flags"), (INPUT, b"short"),
                              (OUTPUT_ACK, struct.pack(">QB", 1, 1)),
                              (OUTPUT_ACK, struct.pack(">QB", 0, 2)), (OUTPUT_ACK, b"short")):
            self.agent.send(kind, connection.id, payload)
            with self.assertRaises(Refused) as refusal:
                self.agent.answer(connection.id)
            self.assertEqual("invalid", refusal.exception.code)
        with self.assertRaises(Refused) as refusal:
            self.agent.request(EXEC, [("arg", "true")], GUEST | 7)
        self.assertEqual("protocol", refusal.exception.code)

    def test_only_the_machine_itself_can_call(self):
        listening = self.sh("netstat -ltn")
        for port in (PORT, OTHER):
            self.assertIn("127.0.0.1:%d " % port, listening)
            self.assertNotIn("0.0.0.0:%d " % port, listening)


class Restored(unittest.TestCase):
    def test_a_restored_program_calls_again(self):
        origin = Machine(IMAGES, shell("until caller %d send:token rest; do echo again; done; cat"
                                       % PORT) + [("proxy", PORT)])
        self.addCleanup(origin.remove)
        agent = Agent(origin.path("agent.sock"))
        self.addCleanup(agent.close)
        carrier = Carrier(agent)
        agent.connect()
        agent.wait(lambda: [each for each in carrier.connections.values() if each.out.end == 5])
        before = max(carrier.connections)
        agent.close()
        origin.freeze_to_disk()
        for number in (1, 2):
            copy = Machine(IMAGES, [], snapshot=origin)
            self.addCleanup(copy.remove)
            agent = Agent(copy.path("agent.sock"))
            self.addCleanup(agent.close)
            carrier = Carrier(agent)
            copy.resume()
            agent.connect()
            agent.wait(lambda: carrier.connections)
            [connection] = carrier.connections.values()
            self.assertEqual(before + 1, connection.id)
            agent.wait(lambda: connection.out.data == b"token")
            carrier.send(connection, b"answer %d" % number, end=True)
            agent.wait(lambda: connection.over)
            workload = agent.sessions[WORKLOAD]
            agent.wait(lambda: workload.exits)
            out = bytes(workload.out.data)
            self.assertIn(b"rest Connection reset by peer\nagain\n", out)
            self.assertTrue(out.endswith(b"rest answer %d\n" % number), out)
            copy.kill()


if __name__ == "__main__":
    unittest.main(verbosity=2)
