"""Files in and out of a machine, and nowhere else."""
import os
import unittest

from agent import COPY_IN, COPY_OUT, END, entry, parse_entries
from booted import Booted


class Copies(Booted):
    def copy_out(self, path, **options):
        session = self.agent.begin(COPY_OUT, [("path", path)] + list(options.items()))
        report = self.agent.finish(session)
        return report["code"][0], bytes(session.out.data), session.err.data.decode()

    def copy_in(self, path, stream, **options):
        session = self.agent.begin(COPY_IN, [("path", path)] + list(options.items()))
        self.agent.put(session, stream, end=True)
        report = self.agent.finish(session)
        return report["code"][0], session.err.data.decode()

    def test_a_tree_is_copied_out(self):
        code, data, err = self.copy_out("/srv/tree")
        found = parse_entries(data)
        self.assertEqual(("1", "pipe: neither a file, a directory nor a link: left out\n"),
                         (code, err))
        self.assertEqual({".", "one", "sub", "sub/two", "link", "outside"}, set(found))
        self.assertEqual(("f", 0o640, b"first\n"),
                         (found["one"][0], found["one"][1], found["one"][5]))
        self.assertEqual(("l", b"../../etc/passwd"), (found["link"][0], found["link"][5]))
        self.assertEqual(("l", b"/etc"), (found["outside"][0], found["outside"][5]))

    def test_copies_of_single_things(self):
        _, data, _ = self.copy_out("/srv/tree/sub/two")
        self.assertEqual(b"second\n", parse_entries(data)["."][5])
        _, data, _ = self.copy_out("/srv/tree/link")
        self.assertEqual(("l", b"../../etc/passwd"), parse_entries(data)["."][::5])
        _, data, _ = self.copy_out("/srv/tree/link", follow=1)
        self.assertIn(b"worker", parse_entries(data)["."][5])
        self.assertEqual("3", self.copy_out("/no/such/thing")[0])
        self.assertEqual("0", self.copy_out("/proc")[0])

    def test_metadata_alone(self):
        _, data, _ = self.copy_out("/srv/tree/one", metadata=1)
        kind, mode, uid, gid, _, size = parse_entries(data, contents=False)["."]
        self.assertEqual(("f", 0o640, 0, 0, 6), (kind, mode, uid, gid, size))
        _, data, _ = self.copy_out("/srv/tree", metadata=1)
        self.assertEqual(["."], list(parse_entries(data, contents=False)))
        _, data, _ = self.copy_out("/dev/null", metadata=1)
        self.assertEqual("o", parse_entries(data, contents=False)["."][0])

    def test_a_tree_is_copied_in(self):
        big = os.urandom(1_000_000)
        stream = (entry("d", "new", 0o750, 1000, 1000, 1_000_000_000) +
                  entry("f", "new/file", 0o4755, 1000, 29, 1_100_000_000, content=b"text") +
                  entry("f", "new/big", content=big) +
                  entry("l", "new/link", content=b"file") +
                  entry("d", "new/empty", 0o700) + entry("f", "new/nothing") + END)
        self.assertEqual(("0", ""), self.copy_in("/tmp", stream))
        self.assertEqual("750 1000 1000 1000000000\n4755 1000 29 1100000000\n",
                         self.sh("stat -c '%a %u %g %Y' /tmp/new /tmp/new/file"))
        self.assertEqual("text", self.sh("cat /tmp/new/link"))
        _, data, _ = self.copy_out("/tmp/new")
        found = parse_entries(data)
        self.assertEqual(big, found["big"][5])
        self.assertEqual({".", "file", "big", "link", "empty", "nothing"}, set(found))
        replaced = entry("f", "new/file", content=b"other") + END
        self.assertEqual(("0", ""), self.copy_in("/tmp", replaced))
        self.assertEqual("other", self.sh("cat /tmp/new/file"))

    def test_no_copy_gets_out_of_its_directory(self):
        self.sh("mkdir -p /tmp/cage; ln -sfn /etc /tmp/cage/away; ln -sfn ../../etc /tmp/cage/up")
        for path in ("../escaped", "/etc/escaped", "a/../../escaped", "away/escaped", "up/escaped",
                     "./x", "a//b", "", "..", "x/.", "x" * 256):
            code, err = self.copy_in("/tmp/cage", entry("f", path, content=b"!") + END)
            self.assertEqual("2", code, path)
        through_new_link = (entry("l", "door", content=b"/etc") +
                            entry("f", "door/escaped", content=b"!") + END)
        self.assertEqual("2", self.copy_in("/tmp/cage", through_new_link)[0])
        directory_over_link = entry("d", "away", 0o777) + END
        self.assertEqual("2", self.copy_in("/tmp/cage", directory_over_link)[0])
        over_link = entry("f", "up", content=b"file") + END
        self.assertEqual("0", self.copy_in("/tmp/cage", over_link)[0])
        self.assertEqual("", self.sh("find / -xdev -name 'escaped*'"))
        self.assertEqual("file", self.sh("cat /tmp/cage/up"))

    def test_a_malformed_archive_is_refused(self):
        for stream in (b"", b"x" * 40, entry("f", "cut", size=100, content=b"short"),
                       entry("d", "with", content=b"content") + END,
                       entry("b", "device") + END, entry("f", "mode", mode=0o200000) + END):
            self.assertEqual("2", self.copy_in("/tmp", stream)[0])
        self.assertEqual("3", self.copy_in("/no/such/place", END)[0])
        self.assertEqual("", self.sh("find /tmp -name 'cut'"))

    def test_a_copy_in_is_done_as_a_user(self):
        self.sh("mkdir -p /tmp/theirs; chmod 755 /tmp/theirs")
        code, err = self.copy_in("/tmp/theirs", entry("f", "file") + END, user="worker")
        self.assertEqual("2", code)
        self.assertIn("Permission denied", err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
