"""Machines from boot to power off, and through snapshots, restores, copies and templates."""
import os
import subprocess
import time
import unittest

from agent import *
from machine import Machine
import booted
from booted import IDLE, IMAGES, NETWORK, shell

setUpModule = booted.build_images


class Lifecycle(unittest.TestCase):
    def run(self, result=None):
        """With the consoles of the machines of a test that failed."""
        self.machines = []
        before = len(result.errors) + len(result.failures)
        super().run(result)
        if len(result.errors) + len(result.failures) > before:
            for machine in self.machines:
                print("--- console\n" + machine.transcript())

    def boot(self, config, connect=True, **options):
        machine = Machine(IMAGES, config, **options)
        self.addCleanup(machine.remove)
        agent = Agent(machine.path("agent.sock"))
        self.addCleanup(agent.close)
        self.machines.append(machine)
        if connect:
            agent.connect()
        return machine, agent

    def end_of(self, agent, timeout=60):
        workload = agent.sessions[WORKLOAD]
        agent.wait(lambda: workload.exits, timeout)
        return workload.exits[-1]

    def release(self, machine, agent):
        agent.request(RELEASE, [("session", WORKLOAD)])
        self.assertEqual(0, machine.wait_ended())

    def test_an_exit_code_is_reported_and_the_machine_powers_off(self):
        machine, agent = self.boot(shell("echo out; echo err >&2; exit 42"))
        report = self.end_of(agent)
        self.assertEqual((["42"], ["0"]), (report["code"], report["restarting"]))
        self.assertEqual(b"out\n", bytes(agent.sessions[WORKLOAD].out.data))
        self.assertEqual(b"err\n", bytes(agent.sessions[WORKLOAD].err.data))
        self.release(machine, agent)
        self.assertIn("workload exited with 42", machine.transcript())

    def test_the_machine_powers_off_though_nobody_listens(self):
        machine, _ = self.boot(shell("exit 3") + [("linger_ms", 300)], connect=False)
        self.assertEqual(0, machine.wait_ended(20))
        self.assertIn("workload exited with 3", machine.transcript())

    def test_a_workload_that_is_missing_is_reported(self):
        machine, agent = self.boot([("arg", "/no/entrypoint")])
        report = self.end_of(agent)
        self.assertEqual(["127"], report["code"])
        self.assertIn("/no/entrypoint", report["error"][0])
        self.release(machine, agent)

    def test_a_stop_is_graceful(self):
        machine, agent = self.boot(shell("trap 'echo bye; exit 11' USR1; echo up; "
                                         "while :; do sleep 0.1; done") + [("stop_signal", 10)])
        agent.wait(lambda: agent.sessions[WORKLOAD].out.data == b"up\n")
        agent.request(STOP)
        self.assertEqual(["11"], self.end_of(agent)["code"])
        self.assertEqual(b"up\nbye\n", bytes(agent.sessions[WORKLOAD].out.data))
        self.release(machine, agent)

    def test_a_stop_that_is_not_heard_kills_after_the_grace_time(self):
        machine, agent = self.boot(shell("trap '' TERM; sleep 1000 & echo deaf; "
                                         "while :; do sleep 0.1; done"))
        agent.wait(lambda: agent.sessions[WORKLOAD].out.data == b"deaf\n")
        agent.request(STOP, [("grace_ms", 300)])
        self.assertEqual(["9"], self.end_of(agent)["signal"])
        self.release(machine, agent)

    def test_want_of_memory_is_reported(self):
        machine, agent = self.boot(shell("tail /dev/zero") + [("memory_max", 64 << 20)])
        report = self.end_of(agent)
        self.assertGreater(int(report["oom_kills"][0]), 0)
        self.release(machine, agent)

    def test_want_of_the_whole_machines_memory_kills_the_workload_alone(self):
        machine, agent = self.boot(shell("exec tail /dev/zero"), memory=160)
        report = self.end_of(agent)
        self.assertEqual((["9"], ["1"]), (report["signal"], report["oom_kills"]))
        self.assertEqual(["ended"], agent.connect()["phase"])
        self.release(machine, agent)

    def test_a_workload_is_started_again(self):
        machine, agent = self.boot(
            shell("echo run >> /tmp/runs; wc -l < /tmp/runs; exit 5") +
            [("restart", "on-failure"), ("restart_max", 2), ("restart_delay_ms", 20)])
        workload = agent.sessions[WORKLOAD]
        agent.wait(lambda: workload.exits and workload.exits[-1]["restarting"] == ["0"], 60)
        self.assertEqual(b"1\n2\n3\n", bytes(workload.out.data))
        self.assertEqual(["3"], workload.exits[-1]["run"])
        self.release(machine, agent)

    def test_output_waits_for_a_host_that_comes_back(self):
        machine, agent = self.boot(shell("seq 1 200000; echo end >&2; " + IDLE))
        workload = agent.sessions[WORKLOAD]
        agent.wait(lambda: workload.out.end > 100_000)
        agent.close()
        agent.connect()
        agent.wait(lambda: workload.err.data == b"end\n", 60)
        self.assertEqual(b"".join(b"%d\n" % n for n in range(1, 200001)), bytes(workload.out.data))

    def test_output_is_dropped_if_the_configuration_says_so(self):
        machine, agent = self.boot(shell("seq 1 200000; echo end >&2; " + IDLE) +
                                   [("drop_output", 1)], connect=False)
        machine.wait_console("workload started")
        agent.connect(attach=False)
        workload = agent.sessions[WORKLOAD]
        agent.attach(workload)
        agent.wait(lambda: workload.err.data == b"end\n", 60)
        agent.request(PING)
        whole = b"".join(b"%d\n" % n for n in range(1, 200001))
        self.assertTrue(whole.endswith(bytes(workload.out.data[-1000:])))
        self.assertEqual(len(whole), workload.out.end)

    def test_a_bad_configuration_is_reported(self):
        for config, options, text in (
                (shell("true") + [("colour", "red")], {}, "unknown key colour"),
                (shell("true") + [("address", "10.0.0.2")], {}, "invalid value of address"),
                ([("env", "A=b")], {}, "nothing to run"),
                (shell("true"), {"magic": b"SOMETHIN"}, "not a configuration disk"),
                (shell("true"), {"version": 9}, "version 9"),
                (shell("true") + [("volume", "7:rw:/data")], {}, "no disk with serial vol-7")):
            machine, agent = self.boot(config, config_options=options, network=False)
            self.assertEqual(["failed"], agent.hello["phase"])
            self.assertIn(text, agent.hello["error"][0])
            agent.request(SHUTDOWN)
            self.assertEqual(0, machine.wait_ended())
            machine.remove()

    def test_a_squashfs_and_an_ext4_root_boot_as_well(self):
        root = os.path.join(booted.DIRECTORY.name, "root")
        squashfs = os.path.join(booted.DIRECTORY.name, "squashfs.img")
        ext4 = os.path.join(booted.DIRECTORY.name, "ext4.img")
        subprocess.check_call(["mksquashfs", root, squashfs, "-quiet", "-no-progress"])
        subprocess.check_call(["mke2fs", "-q", "-t", "ext4", "-d", root, ext4, "32M"])
        for image in (squashfs, ext4):
            machine = Machine(dict(IMAGES, rootfs=image), shell("exit 6"))
            self.addCleanup(machine.remove)
            agent = Agent(machine.path("agent.sock"))
            agent.connect()
            self.assertEqual(["6"], self.end_of(agent)["code"])
            agent.close()
            machine.remove()

    def test_a_writable_volume_is_left_clean(self):
        volume = os.path.join(booted.DIRECTORY.name, "clean.img")
        subprocess.check_call(["cp", "--sparse=always", IMAGES["volume"], volume])
        machine, agent = self.boot(shell("echo kept > /data/file") + [("volume", "3:rw:/data")],
                                   volumes=[("vol-3", volume, False)])
        self.end_of(agent)
        self.release(machine, agent)
        state = subprocess.check_output(["dumpe2fs", "-h", volume], text=True,
                                        stderr=subprocess.DEVNULL)
        self.assertNotIn("needs_recovery", state)
        self.assertRegex(state, r"Filesystem state:\s+clean")

    def test_two_copies_of_a_snapshot_are_two_machines(self):
        count = "i=0; while :; do i=$((i+1)); echo $i; sleep 0.02; done"
        origin, agent = self.boot(shell(count) + NETWORK)
        workload = agent.sessions[WORKLOAD]
        agent.wait(lambda: workload.out.data.count(b"\n") > 20)
        session = agent.start("cat", stdin=1)
        agent.put(session, b"before\n")
        agent.request(FREEZE, [("sync", 1)])
        agent.request(PING)
        agent.close()
        origin.freeze_to_disk()
        digest = subprocess.check_output(["md5sum", origin.path("memory")])
        seen = []
        for number in (1, 2):
            seen.append(self.check_copy(origin, number, workload, session))
        self.assertEqual(2, len(set(seen)), "both copies have the same randomness")
        self.assertEqual(digest, subprocess.check_output(["md5sum", origin.path("memory")]))

    def check_copy(self, origin, number, workload, session):
        copy = Machine(IMAGES, NETWORK, snapshot=origin)
        self.addCleanup(copy.remove)
        agent = Agent(copy.path("agent.sock"))
        self.addCleanup(agent.close)
        for known in (workload, session):
            mine = agent.sessions[known.id] = Session(known.id)
            mine.out.data += known.out.data
        # All of it before the machine runs: nothing of it must be lost or come too late.
        agent.open()
        agent.nonce, agent.hello = number, None
        agent.socket.sendall(b"\0" + frame(CONNECT, number, records([("version", 1)])))
        thaw = agent.post(THAW, [("entropy", os.urandom(32).hex()), ("epoch_ns", time.time_ns()),
                                 ("hostname", "copy-%d" % number),
                                 ("machine_id", "%032x" % number),
                                 ("address", "10.0.0.%d/24" % (20 + number)),
                                 ("gateway", "10.0.0.1")])
        copy.resume()
        agent.answer(thaw)
        self.assertEqual(["1"], agent.hello["frozen"])
        for known in (WORKLOAD, session.id):
            agent.attach(agent.sessions[known])
        before = agent.sessions[WORKLOAD].out.end
        agent.wait(lambda: agent.sessions[WORKLOAD].out.end > before + 50)
        numbers = [int(n) for n in bytes(agent.sessions[WORKLOAD].out.data).split(b"\n")[:-1]]
        self.assertEqual(list(range(1, len(numbers) + 1)), numbers)
        agent.put(agent.sessions[session.id], b"before\nafter\n", end=True)
        self.assertEqual(["0"], agent.finish(agent.sessions[session.id])["code"])
        self.assertEqual(b"before\nafter\n", bytes(agent.sessions[session.id].out.data))
        script = "hostname; cat /etc/machine-id; ip -4 addr show eth0 | grep inet; date +%s%N"
        _, out, _ = agent.run("/bin/sh", "-c", script)
        host, machine_id, address, _ = out.decode().splitlines()
        self.assertEqual(("copy-%d" % number, "%032x" % number), (host, machine_id))
        self.assertIn("10.0.0.%d/24" % (20 + number), address)
        _, out, _ = agent.run("/bin/date", "+%s")
        self.assertAlmostEqual(time.time(), int(out), delta=2)
        _, out, _ = agent.run("/bin/sh", "-c", "head -c 16 /dev/urandom | od -A n -t x1")
        copy.kill()
        return out

    def test_templates_become_machines(self):
        for place in ("modules", "root"):
            with self.subTest(place):
                self.check_template(place)

    def check_template(self, place):
        template = Machine(IMAGES, [], append="torpor.template=" + place)
        self.addCleanup(template.remove)
        agent = Agent(template.path("agent.sock"))
        self.assertEqual(["template"], agent.connect()["phase"])
        with self.assertRaises(Refused) as refusal:
            agent.run("true")
        self.assertEqual("phase", refusal.exception.code)
        agent.close()
        template.freeze_to_disk()
        for number in (1, 2):
            config = shell("hostname; exit %d" % number) + [("hostname", "machine-%d" % number)]
            machine = Machine(IMAGES, config, snapshot=template)
            self.addCleanup(machine.remove)
            agent = Agent(machine.path("agent.sock"))
            agent.open()
            agent.nonce, agent.hello = number, None
            agent.socket.sendall(b"\0" + frame(CONNECT, number, records([("version", 1)])))
            start = agent.post(START, [("entropy", os.urandom(32).hex()),
                                       ("epoch_ns", time.time_ns())])
            machine.resume()
            agent.answer(start)
            agent.wait(lambda: {"phase": ["running"]} in agent.states)
            agent.attach(agent.sessions[WORKLOAD])
            self.assertEqual([str(number)], self.end_of(agent)["code"])
            self.assertEqual(b"machine-%d\n" % number, bytes(agent.sessions[WORKLOAD].out.data))
            self.release(machine, agent)
            agent.close()
            machine.remove()


if __name__ == "__main__":
    unittest.main(verbosity=2)
