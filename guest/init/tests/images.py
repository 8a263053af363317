"""The disks that the tests boot: a root of busybox, an empty overlay, a volume."""
import os
import shutil
import subprocess
import sys

BUSYBOX = os.environ.get("BUSYBOX", "/bin/busybox")
COMPILER = os.environ.get("CC", "musl-gcc")
CALLER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "caller.c")

PASSWD = """root:x:0:0:root:/root:/bin/sh
worker:x:1000:1000:worker:/home/worker:/bin/sh
lone:x:1001:1001::/:/bin/sh
"""
GROUP = """root:x:0:
worker:x:1000:
audio:x:29:worker,other
video:x:44:other
staff:x:50:root,worker
"""


def need(command, package):
    if not shutil.which(command):
        sys.exit("%s is missing; Debian: apt-get install %s" % (command, package))


def write(path, text, mode=0o644):
    with open(path, "w") as file:
        file.write(text)
    os.chmod(path, mode)


def build_root(directory):
    for name in ("bin", "etc", "home/worker", "root", "tmp", "dev", "proc", "sys", "srv/tree/sub"):
        os.makedirs(os.path.join(directory, name))
    shutil.copy(BUSYBOX, os.path.join(directory, "bin/busybox"))
    for applet in subprocess.check_output([BUSYBOX, "--list"], text=True).split():
        if applet != "busybox":
            os.symlink("busybox", os.path.join(directory, "bin", applet))
    os.chmod(os.path.join(directory, "tmp"), 0o1777)
    write(os.path.join(directory, "etc/passwd"), PASSWD)
    write(os.path.join(directory, "etc/group"), GROUP)
    os.symlink("/run/resolv.conf", os.path.join(directory, "etc/resolv.conf"))
    subprocess.check_call([COMPILER, "-static", "-O1", "-Wall", "-Wextra", "-Werror", "-o",
                           os.path.join(directory, "bin/caller"), CALLER])
    tree = os.path.join(directory, "srv/tree")
    write(os.path.join(tree, "one"), "first\n", 0o640)
    write(os.path.join(tree, "sub/two"), "second\n", 0o755)
    os.symlink("../../etc/passwd", os.path.join(tree, "link"))
    os.symlink("/etc", os.path.join(tree, "outside"))
    os.mkfifo(os.path.join(tree, "pipe"))


def build(directory):
    need("mkfs.erofs", "erofs-utils")
    need("mkfs.ext4", "e2fsprogs")
    need(BUSYBOX, "busybox-static")
    need(COMPILER, "musl-tools")
    root = os.path.join(directory, "root")
    os.makedirs(root)
    build_root(root)
    paths = {name: os.path.join(directory, name + ".img")
             for name in ("rootfs", "overlay", "volume", "rootfs-squashfs")}
    subprocess.check_call(["mkfs.erofs", "--quiet", "-T0", "--all-root", paths["rootfs"], root],
                          stdout=subprocess.DEVNULL)
    for name, size in (("overlay", "256M"), ("volume", "16M")):
        subprocess.check_call(["truncate", "-s", size, paths[name]])
        subprocess.check_call(["mkfs.ext4", "-q", "-F", "-E",
                               "lazy_itable_init=1,lazy_journal_init=1,nodiscard", paths[name]])
    return paths
