"""What the tests share: images, configurations, and a machine that several tests use."""
import os
import tempfile
import unittest

import images
from agent import Agent
from machine import Machine

IMAGES = {"vmlinux": os.environ["GUEST_VMLINUX"], "initramfs": os.environ["GUEST_INITRAMFS"]}
DIRECTORY = None


def build_images():
    global DIRECTORY
    if DIRECTORY:
        return
    DIRECTORY = tempfile.TemporaryDirectory(prefix="torpor-images-")
    IMAGES.update(images.build(DIRECTORY.name))


def shell(script):
    return [("arg", "/bin/sh"), ("arg", "-c"), ("arg", script)]


NETWORK = [("hostname", "web"), ("address", "10.0.0.2/24"), ("gateway", "10.0.0.1"),
           ("dns", "10.0.0.3"), ("mtu", 1400), ("machine_id", "0123456789abcdef" * 2),
           ("host", "10.0.0.1 manager")]
IDLE = "trap 'exit 0' TERM; while :; do sleep 0.1; done"


class Booted(unittest.TestCase):
    """Tests that share one machine: none of them ends it."""

    CONFIG = []  # besides the usual

    @classmethod
    def setUpClass(cls):
        build_images()
        cls.machine = Machine(
            IMAGES, shell("echo to out; echo to err >&2; " + IDLE) + NETWORK +
            [("env", "COLOUR=blue"), ("workdir", "/srv/made/here"), ("entropy", "ab" * 32),
             ("volume", "1:rw:/volume"), ("volume", "2:overlay:/shared")] + cls.CONFIG,
            volumes=[("vol-1", IMAGES["volume"], False), ("vol-2", IMAGES["rootfs"], True)])
        cls.agent = Agent(cls.machine.path("agent.sock"))
        try:
            cls.hello = cls.agent.connect()
        except BaseException:
            print(cls.machine.transcript())
            cls.machine.remove()
            raise

    @classmethod
    def tearDownClass(cls):
        cls.agent.close()
        cls.machine.remove()

    def sh(self, script, **options):
        report, out, err = self.agent.run("/bin/sh", "-c", script, **options)
        self.assertEqual(["0"], report.get("code"), (report, out, err))
        return out.decode()
