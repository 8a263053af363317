"""Boots the init in QEMU, and freezes and restores it, as recipes for a host."""
import json
import os
import re
import shutil
import socket
import struct
import subprocess
import tempfile
import threading
import time

QEMU = os.environ.get("QEMU", "qemu-system-x86_64")


def time_stamp_rate():
    """The host's, in kHz: under emulation the guest cannot find it out reliably."""
    with open("/proc/cpuinfo") as info:
        return re.search(r"cpu MHz\s*:\s*([\d.]+)", info.read()).group(1).replace(".", "")


def write_config(path, pairs, size=1 << 20, version=1, magic=b"TORPORCF"):
    body = b"".join(key.encode() + b"=" + (value if isinstance(value, bytes)
                                           else str(value).encode()) + b"\0"
                    for key, value in pairs)
    with open(path, "wb") as config:
        config.write(magic + struct.pack(">II", version, len(body)) + body)
        config.truncate(size)


class Monitor:
    """QMP."""

    def __init__(self, path, timeout=20):
        deadline = time.monotonic() + timeout
        while True:
            self.socket = socket.socket(socket.AF_UNIX)
            try:
                self.socket.connect(path)
                break
            except OSError:
                self.socket.close()
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.002)
        self.socket.settimeout(60)
        self.lines = self.socket.makefile("rb")
        self.events = []
        self.read()
        self.command("qmp_capabilities")

    def read(self):
        line = self.lines.readline()
        if not line:
            raise EOFError("QEMU has closed its monitor")
        return json.loads(line)

    def command(self, name, **arguments):
        message = {"execute": name}
        if arguments:
            message["arguments"] = {key.replace("_", "-"): value
                                    for key, value in arguments.items()}
        self.socket.sendall(json.dumps(message).encode() + b"\n")
        while True:
            answer = self.read()
            if "event" in answer:
                self.events.append(answer)
            elif "error" in answer:
                raise RuntimeError("%s: %s" % (name, answer["error"]["desc"]))
            else:
                return answer["return"]

    def wait_migrated(self):
        while True:
            for event in self.events:
                if event["event"] == "MIGRATION" and event["data"]["status"] in ("completed",
                                                                                "failed"):
                    self.events.clear()
                    assert event["data"]["status"] == "completed", event
                    return
            answer = self.read()
            if "event" in answer:
                self.events.append(answer)

    def capabilities(self):
        self.command("migrate-set-capabilities", capabilities=[
            {"capability": name, "state": True} for name in ("events", "x-ignore-shared")])

    def close(self):
        self.lines.close()
        self.socket.close()


class Machine:
    """One QEMU in a directory of its own."""

    def __init__(self, images, config=(), volumes=(), memory=256, network=True, append="",
                 snapshot=None, config_options=None):
        self.directory = tempfile.mkdtemp(prefix="torpor-guest-")
        self.console = []
        self.changed = threading.Condition()
        self.memory, self.network, self.volumes = memory, network, list(volumes)
        self.images = images
        self.monitor = None
        overlay = snapshot.path("overlay.img") if snapshot else images["overlay"]
        subprocess.check_call(["cp", "--sparse=always", overlay, self.path("overlay.img")])
        write_config(self.path("config.img"), config, **(config_options or {}))
        self.snapshot = snapshot
        self.append = append
        self.started = time.monotonic()
        self.process = subprocess.Popen(self.command_line(), stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.reader = threading.Thread(target=self.read_console, daemon=True)
        self.reader.start()
        if snapshot:
            self.restore()

    def path(self, name):
        return os.path.join(self.directory, name)

    def command_line(self):
        memory_file, share = self.path("memory"), "on"
        if self.snapshot:
            memory_file, share = self.snapshot.path("memory"), "off"
        line = [QEMU,
                "-object", "memory-backend-file,id=ram0,size=%dM,mem-path=%s,share=%s"
                % (self.memory, memory_file, share),
                "-M", "microvm,x-option-roms=off,memory-backend=ram0", "-accel", "tcg",
                "-cpu", "max", "-m", str(self.memory), "-smp", "1", "-bios", "qboot.rom",
                "-nodefaults", "-no-user-config", "-nographic", "-no-reboot"]
        if self.snapshot:
            line += ["-incoming", "defer"]
        else:
            line += ["-kernel", self.images["vmlinux"], "-initrd", self.images["initramfs"],
                     "-append", "console=ttyS0 quiet tsc_early_khz=%s tsc=reliable "
                     "cryptomgr.notests panic=-1 %s" % (time_stamp_rate(), self.append)]
        disks = [("rootfs", self.images["rootfs"], True),
                 ("overlay", self.path("overlay.img"), False),
                 ("config", self.path("config.img"), True)] + self.volumes
        for number, (serial, file, read_only) in enumerate(disks):
            options = ",readonly=on" if read_only else ",cache=writeback,discard=unmap"
            line += ["-drive", "id=d%d,file=%s,format=raw,if=none%s" % (number, file, options),
                     "-device", "virtio-blk-device,drive=d%d,serial=%s,id=blk%d"
                     % (number, serial, number)]
        line += ["-device", "virtio-serial-device,id=vs0",
                 "-chardev", "socket,id=ag,path=%s,server=on,wait=off" % self.path("agent.sock"),
                 "-device", "virtserialport,chardev=ag,name=agent,id=port1,bus=vs0.0,nr=1",
                 "-device", "virtio-rng-device,id=rng0"]
        if self.network:
            line += ["-netdev", "user,id=n0,net=10.0.0.0/24,host=10.0.0.1,dhcpstart=10.0.0.200",
                     "-device", "virtio-net-device,netdev=n0,mac=02:00:00:00:00:02,id=net0"]
        return line + ["-serial", "stdio", "-qmp",
                       "unix:%s,server=on,wait=off" % self.path("qmp.sock")]

    def read_console(self):
        for line in self.process.stdout:
            with self.changed:
                self.console.append((time.monotonic(),
                                     line.decode(errors="replace").rstrip("\r\n")))
                self.changed.notify_all()
        with self.changed:
            self.console.append((time.monotonic(), "<end>"))
            self.changed.notify_all()

    def wait_console(self, text, timeout=60):
        """Seconds from the start of QEMU to the line."""
        deadline, position = time.monotonic() + timeout, 0
        with self.changed:
            while True:
                for at, line in self.console[position:]:
                    if text in line:
                        return at - self.started
                position = len(self.console)
                left = deadline - time.monotonic()
                if left <= 0 or (self.console and self.console[-1][1] == "<end>"):
                    raise TimeoutError("no '%s' on the console:\n%s" % (text, self.transcript()))
                self.changed.wait(left)

    def transcript(self):
        return "\n".join(line for _, line in self.console)

    def qmp(self):
        if not self.monitor:
            self.monitor = Monitor(self.path("qmp.sock"))
        return self.monitor

    def freeze_to_disk(self):
        """Pause, write the device state, end. The memory and the overlay are files already."""
        monitor = self.qmp()
        monitor.capabilities()
        monitor.command("stop")
        monitor.command("migrate", uri="exec:cat>%s" % self.path("state"))
        monitor.wait_migrated()
        self.kill()

    def restore(self):
        monitor = self.qmp()
        monitor.capabilities()
        monitor.command("migrate-incoming", uri="exec:cat %s" % self.snapshot.path("state"))
        monitor.wait_migrated()

    def resume(self):
        self.qmp().command("cont")

    def wait_ended(self, timeout=30):
        return self.process.wait(timeout)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self.monitor:
            self.monitor.close()
            self.monitor = None
        self.reader.join(5)
        self.process.stdout.close()

    def remove(self):
        self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)
