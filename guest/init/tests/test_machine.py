"""The init in a machine that runs: identity, programs, streams, connections, freezing."""
import os
import signal
import struct
import time
import unittest

from agent import *
from booted import NETWORK, Booted


class Running(Booted):
    def test_the_greeting_tells_what_runs(self):
        self.assertEqual(["running"], self.hello["phase"])
        self.assertEqual(["web"], self.hello["hostname"])
        self.assertTrue(self.hello["session"][0].startswith("0 running "))

    def test_the_workload_prints_on_two_streams(self):
        workload = self.agent.sessions[WORKLOAD]
        self.agent.wait(lambda: workload.out.end >= 7 and workload.err.end >= 7)
        self.assertEqual(b"to out\n", bytes(workload.out.data))
        self.assertEqual(b"to err\n", bytes(workload.err.data))

    def test_the_machine_has_its_names_and_addresses(self):
        self.assertEqual("web\n", self.sh("cat /proc/sys/kernel/hostname"))
        self.assertEqual("web\n", self.sh("cat /etc/hostname"))
        self.assertEqual("0123456789abcdef" * 2 + "\n", self.sh("cat /etc/machine-id"))
        self.assertEqual("nameserver 10.0.0.3\n", self.sh("cat /etc/resolv.conf"))
        hosts = self.sh("cat /etc/hosts")
        self.assertIn("10.0.0.2 web\n", hosts)
        self.assertIn("10.0.0.1 manager\n", hosts)
        self.assertIn("mtu 1400", self.sh("ip link show eth0"))
        self.assertIn("10.0.0.2/24", self.sh("ip addr show eth0"))
        self.assertIn("default via 10.0.0.1", self.sh("ip route"))
        self.sh("ping -c 1 -W 5 127.0.0.1")

    def test_volumes_are_mounted(self):
        self.sh("echo x > /volume/file; cat /volume/file")
        self.sh("mkdir /shared/new; cat /shared/etc/passwd")
        self.assertIn("/volume ext4 rw", self.sh("cat /proc/mounts"))

    def test_a_program_has_an_exit_code_and_two_streams(self):
        report, out, err = self.agent.run("/bin/sh", "-c", "echo a; echo b >&2; exit 7")
        self.assertEqual((["7"], b"a\n", b"b\n"), (report["code"], out, err))

    def test_a_program_that_cannot_be_started_says_why(self):
        report, _, _ = self.agent.run("/no/such/program")
        self.assertEqual(["127"], report["code"])
        self.assertIn("No such file", report["error"][0])
        report, _, _ = self.agent.run("/etc/passwd")
        self.assertEqual(["126"], report["code"])
        report, _, _ = self.agent.run("true", user="nobody-here")
        self.assertIn("not in the image's /etc/passwd", report["error"][0])
        report, _, _ = self.agent.run("true", workdir="/nowhere")
        self.assertIn("workdir /nowhere", report["error"][0])

    def test_the_environment_is_the_workloads_and_can_be_changed(self):
        script = "echo $COLOUR $PWD $HOME"
        self.assertEqual("blue /srv/made/here /root\n", self.sh(script))
        self.assertEqual("red /tmp /root\n", self.sh(script, env=["COLOUR=red"], workdir="/tmp"))
        self.assertEqual("/ /root\n", self.sh(script, inherit=0))

    def test_users_and_groups_come_from_the_image(self):
        whoami = "echo $(id -u):$(id -g):$(id -G | tr ' ' ,):$HOME"
        self.assertEqual("1000:1000:1000,29,50:/home/worker\n", self.sh(whoami, user="worker"))
        self.assertEqual("1000:44:44:/home/worker\n", self.sh(whoami, user="worker:video"))
        self.assertEqual("1000:1000:1000,29,50:/home/worker\n", self.sh(whoami, user="1000"))
        self.assertEqual("4242:0:0:/\n", self.sh(whoami, user="4242"))
        self.assertEqual("4242:77:77:/\n", self.sh(whoami, user="4242:77"))
        self.assertEqual("x\n", self.sh("echo x > /dev/stdout", user="worker"))

    def test_input_goes_in_and_ends(self):
        session = self.agent.start("/bin/sh", "-c", "cat; echo end", stdin=1)
        data = os.urandom(300_000)
        self.agent.put(session, data, end=True)
        self.assertEqual(["0"], self.agent.finish(session)["code"])
        self.assertEqual(data + b"end\n", bytes(session.out.data))

    def test_input_that_nobody_reads_is_not_kept(self):
        session = self.agent.start("true", stdin=1)
        self.agent.wait(lambda: session.exits)
        self.agent.put(session, b"x" * 200_000, end=True)
        self.assertTrue(session.closed)
        self.agent.finish(session)

    def test_input_with_a_gap_is_refused(self):
        session = self.agent.start("cat", stdin=1)
        self.agent.send(INPUT, session.id, struct.pack(">QB", 5, 0) + b"late")
        with self.assertRaises(Refused) as refusal:
            self.agent.answer(session.id)
        self.assertEqual("invalid", refusal.exception.code)
        self.agent.request(RELEASE, [("session", session.id)])

    def test_a_terminal_has_a_size_that_changes(self):
        session = self.agent.start("/bin/sh", "-c", "stty size; read x; stty size; tty", tty=1,
                                   rows=33, columns=121)
        self.agent.wait(lambda: b"33 121" in session.out.data)
        self.agent.request(RESIZE, [("session", session.id), ("rows", 50), ("columns", 99)])
        self.agent.put(session, b"\n")
        self.assertEqual(["0"], self.agent.finish(session)["code"])
        self.assertIn(b"50 99", session.out.data)
        self.assertIn(b"/dev/pts/", session.out.data)
        self.assertEqual(0, session.err.end)

    def test_a_terminal_passes_control_characters_on(self):
        session = self.agent.start("/bin/sh", "-c", "trap 'echo caught; exit 5' INT; echo ready; "
                                   "while :; do sleep 0.1; done", tty=1)
        self.agent.wait(lambda: b"ready" in session.out.data)
        self.agent.put(session, b"\x03")
        self.assertEqual(["5"], self.agent.finish(session)["code"])

    def test_a_signal_ends_a_program(self):
        session = self.agent.start("sleep", "1000")
        self.agent.request(SIGNAL, [("session", session.id), ("signal", signal.SIGTERM)])
        report = self.agent.finish(session)
        self.assertEqual([str(int(signal.SIGTERM))], report["signal"])

    def test_a_timeout_kills_a_program_and_its_children(self):
        report, out, _ = self.agent.run("/bin/sh", "-c", "sleep 4711 & echo on; wait",
                                        timeout_ms=500)
        self.assertEqual((["1"], ["9"], b"on\n"), (report["timed_out"], report["signal"], out))
        self.assertNotIn("4711", self.sh("ps | grep -v grep"))

    def test_more_output_than_the_ring_holds_arrives_whole(self):
        report, out, _ = self.agent.run("/bin/sh", "-c", "seq 1 200000")
        self.assertEqual("".join("%d\n" % n for n in range(1, 200001)).encode(), out)
        self.assertEqual([str(len(out))], report["stdout"])

    def test_output_is_held_back_until_it_is_acknowledged(self):
        self.agent.acknowledge = False
        try:
            session = self.agent.start("/bin/sh", "-c", "seq 1 50000; echo done >&2")
            self.agent.wait(lambda: session.out.end == 64 * 1024)
            self.agent.request(PING)
            self.assertEqual((64 * 1024, 0), (session.out.end, session.err.end))
        finally:
            self.agent.acknowledge = True
        self.agent.send(OUTPUT_ACK, session.id, struct.pack(">QB", session.out.end, 1))
        report = self.agent.finish(session)
        self.assertEqual(["0"], report["stdout_dropped"])
        self.assertEqual(b"".join(b"%d\n" % n for n in range(1, 50001)), bytes(session.out.data))

    def test_a_new_connection_goes_on_in_the_middle_of_a_program(self):
        session = self.agent.start("/bin/sh", "-c", "i=0; while [ $i -lt 3000 ]; do echo line $i; "
                                   "i=$((i+1)); done; exit 4")
        for _ in range(4):
            self.agent.wait(lambda: session.out.end > 0)
            self.agent.pump(0.2)
            self.agent.close()  # whatever was on the way is lost
            hello = self.agent.connect()
            self.assertTrue(any(each.startswith("%d " % session.id) for each in hello["session"]))
            self.agent.attach(session)
        report = self.agent.finish(session)
        self.assertEqual(["4"], report["code"])
        self.assertEqual(b"".join(b"line %d\n" % n for n in range(3000)), bytes(session.out.data))
        self.assertEqual(0, session.out.lost)

    def test_a_host_that_comes_and_goes_is_always_heard(self):
        for _ in range(500):
            self.agent.close()
            self.agent.connect(timeout=10)
        session = self.agent.start("echo", "here")
        self.agent.finish(session)
        self.assertEqual(b"here\n", bytes(session.out.data))

    def test_input_goes_on_after_a_lost_connection(self):
        session = self.agent.start("cat", stdin=1)
        data = os.urandom(150_000)
        self.agent.put(session, data[:60_000])
        # Bytes that the guest may have or may not have taken, and half a frame.
        self.agent.send(INPUT, session.id,
                        struct.pack(">QB", session.accepted, 0) + data[60_000:61_000])
        self.agent.socket.sendall(frame(INPUT, session.id, b"\1" * 5000)[:3000])
        self.agent.close()
        self.agent.connect()
        self.agent.attach(session)
        self.agent.request(PING)
        self.agent.put(session, data, end=True)
        self.agent.finish(session)
        self.assertEqual(data, bytes(session.out.data))

    def test_a_repeated_request_is_answered_and_not_repeated(self):
        session = self.agent.start("/bin/sh", "-c", "echo x >> /tmp/once")
        self.agent.finish(session, release=False)
        pairs = [("arg", "/bin/sh"), ("arg", "-c"), ("arg", "echo x >> /tmp/once")]
        self.agent.request(EXEC, pairs, session.id)
        self.agent.close()
        self.agent.connect()
        self.agent.request(EXEC, pairs, session.id)
        self.agent.request(RELEASE, [("session", session.id)])
        self.agent.request(EXEC, pairs, session.id)
        self.assertEqual("x\n", self.sh("cat /tmp/once"))

    def test_an_exit_nobody_heard_of_is_told_after_attaching(self):
        session = self.agent.start("/bin/sh", "-c", "sleep 0.3; echo late; exit 9")
        self.agent.close()
        self.agent.connect()
        deadline = time.monotonic() + 20
        while "ended" not in str([e for e in self.agent.hello["session"]
                                  if e.startswith("%d " % session.id)]):
            self.assertLess(time.monotonic(), deadline)
            self.agent.connect()
        self.agent.attach(session)
        self.assertEqual(["9"], self.agent.finish(session)["code"])
        self.assertEqual(b"late\n", bytes(session.out.data))

    def test_malformed_frames_change_nothing(self):
        before = int(self.agent.connect()["rejected"][0])
        for garbage in (b"\1\2\3\0", b"\xff" * 70000 + b"\0" + b"\xff" * 90000 + b"\0",
                        stuff(b"short"), stuff(struct.pack(">IHHQ", 9, PING, 0, 5)),
                        stuff(struct.pack(">IHHQ", 0, PING, 1, 5))):
            self.agent.socket.sendall(garbage)
        self.agent.request(PING)
        self.assertEqual(6, int(self.agent.connect()["rejected"][0]) - before)

    def test_bad_requests_are_refused_by_name(self):
        for kind, pairs, code, text in (
                (EXEC, [("arg", "x"), ("colour", "red")], "invalid", "unknown key colour"),
                (EXEC, [], "invalid", "nothing to run"),
                (EXEC, [("arg", "x"), ("env", "novalue")], "invalid", "env"),
                (COPY_OUT, [("path", "relative")], "invalid", "path"),
                (COPY_IN, [], "invalid", "no path"),
                (ATTACH, [("session", 99)], "not_found", "no such session"),
                (ATTACH, [("session", 0), ("stdout", 1 << 40)], "invalid", "future"),
                (FREEZE, [("sync", "yes")], "invalid", "sync"),
                (THAW, [("entropy", "abc")], "invalid", "entropy"),
                (START, [], "phase", "running"),
                (0x77, [], "protocol", "unknown frame type")):
            with self.assertRaises(Refused) as refusal:
                self.agent.request(kind, pairs)
            self.assertEqual(code, refusal.exception.code)
            self.assertIn(text, str(refusal.exception))

    def test_an_unknown_version_is_refused(self):
        other = Agent(self.machine.path("agent.sock"))
        self.agent.close()
        try:
            other.open()
            other.nonce, other.hello = 77, None
            other.socket.sendall(b"\0" + frame(CONNECT, 77, records([("version", 2)])))
            other.wait(lambda: 77 in other.answers)
            self.assertEqual(["version"], other.answers[77][1]["code"])
        finally:
            other.close()
            self.agent.connect()

    def test_statistics_are_numbers(self):
        statistics = self.agent.request(STATS)
        for key in ("cpu_usage_usec", "memory_current", "processes", "machine_memory_total"):
            self.assertGreater(int(statistics[key][0]), 0, key)

    def test_a_freeze_stops_all_and_a_thaw_lets_go(self):
        session = self.agent.start("/bin/sh", "-c", "while :; do echo tick; sleep 0.02; done")
        self.agent.wait(lambda: session.out.end > 0)
        self.agent.request(FREEZE, [("sync", 1), ("drop_caches", 1)])
        with self.assertRaises(Refused) as refusal:
            self.agent.run("true")
        self.assertEqual("frozen", refusal.exception.code)
        self.agent.request(PING)
        frozen_at = session.out.end
        self.agent.request(STATS)
        self.assertEqual(["1"], self.agent.connect()["frozen"])
        self.agent.attach(session)
        self.assertEqual(frozen_at, session.out.end)
        epoch = 1_900_000_000 * 10 ** 9
        self.agent.request(THAW, [("epoch_ns", epoch), ("entropy", "cd" * 32), ("hostname", "two"),
                                  ("machine_id", "f" * 32), ("address", "10.0.0.9/24"),
                                  ("gateway", "10.0.0.1")])
        self.agent.wait(lambda: session.out.end > frozen_at)
        self.agent.request(RELEASE, [("session", session.id)])
        self.assertEqual("two\n", self.sh("hostname"))
        self.assertEqual("f" * 32 + "\n", self.sh("cat /etc/machine-id"))
        self.assertIn("10.0.0.9/24", self.sh("ip addr show eth0"))
        self.assertAlmostEqual(1_900_000_000, int(self.sh("date +%s")), delta=60)
        self.agent.request(THAW, [("epoch_ns", time.time_ns())] +
                           [pair for pair in NETWORK if pair[0] not in ("dns",)])

    def test_sessions_are_limited(self):
        sessions = []
        with self.assertRaises(Refused) as refusal:
            for _ in range(70):
                sessions.append(self.agent.start("sleep", "1000"))
        self.assertEqual("busy", refusal.exception.code)
        for session in sessions:
            self.agent.request(RELEASE, [("session", session.id)])
        self.assertEqual("yes\n", self.sh("echo yes"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
