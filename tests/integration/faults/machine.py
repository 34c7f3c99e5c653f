#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A machine that fails the real node: a disk that is full or read-only, no file descriptors, a clock
that jumps. Usage: machine.py PATH-OF-KEDGE CLOCK_SHIFT.SO"""

import contextlib
import os
import pathlib
import random
import resource
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "harness"))

from load import NETWORK_ERRORS, Record, check_promises, digest_of  # noqa: E402
from node_process import Ended, NodeProcess, RpcError, kedge_binary  # noqa: E402

KEDGE = None
CLOCK = None
UNAVAILABLE = -32005


@contextlib.contextmanager
def small_disk(folder, megabytes):
    """A file system of its own, in memory."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if mounted.returncode != 0:
        raise unittest.SkipTest(f"cannot mount here: {mounted.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def remount(folder, options):
    subprocess.run(["mount", "-o", f"remount,{options}", str(folder)], check=True)


class Machine(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="kedge-machine-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.record = Record()
        self.next = 0
        self.node = None

    def make_node(self, data):
        self.node = NodeProcess(KEDGE, data)
        self.addCleanup(self.node.close)
        self.node.init()

    def submit(self, client, count):
        items = [
            {"profile": "jws", "digest": digest_of(self.next + number)} for number in range(count)
        ]
        self.next += count
        self.record.acknowledged(client.call("anchor_submit", items=items)["items"])

    def submit_until_refused(self, client):
        for _ in range(2000):
            try:
                self.submit(client, 1000)
            except (RpcError, *NETWORK_ERRORS):
                return
        self.fail("the node was never refused anything")

    def check_whole(self):
        """Everything is there, and the node works."""
        self.node.fsck()
        self.node.start()
        client = self.node.client()
        check_promises(client, self.record, random.Random(1))
        self.submit(client, 10)
        client.call("anchor_seal")
        self.record.seen(client.call("log_checkpoint")["checkpoint"])
        client.close()
        self.assertEqual(self.node.stop(), 0)
        self.node.fsck()

    def test_a_full_disk(self):
        disk = self.folder / "disk"
        with small_disk(disk, 24):
            self.make_node(disk / "data")
            self.node.start()
            client = self.node.client()
            self.submit_until_refused(client)
            client.close()
            self.assertEqual(self.node.process.wait(60), 1)
            self.assertIn("No space left on device", "".join(self.node.log))
            self.node.kill()
            self.assertGreater(len(self.record.positions), 10_000)
            # Without room it says so, again and again, and loses nothing by trying.
            for _ in range(3):
                try:
                    self.node.start()
                    self.node.kill()
                except Ended as ended:
                    self.assertEqual(ended.status, 1, ended)
                    self.assertIn("No space left on device", str(ended))
            remount(disk, "size=96m")
            self.check_whole()

    def test_a_read_only_disk(self):
        disk = self.folder / "disk"
        with small_disk(disk, 64):
            self.make_node(disk / "data")
            self.node.start()
            client = self.node.client()
            self.submit(client, 1000)
            client.close()
            self.node.kill()
            remount(disk, "ro")
            with self.assertRaises(Ended) as ended:
                self.node.start()
            self.assertEqual(ended.exception.status, 1)
            self.assertIn("Read-only file system", str(ended.exception))
            for command in ("fsck", "init"):
                done = self.node.run(command, "--data", str(self.node.data), check=False)
                self.assertEqual(done.returncode, 1)
                self.assertIn("Read-only file system", done.stderr)
            remount(disk, "rw")
            self.check_whole()

    def test_few_file_descriptors(self):
        self.make_node(self.folder / "data")
        started = 0
        for limit in (8, 12, 16, 20, 24, 28, 32, 40, 48, 64, 96, 128):
            try:
                self.node.start(
                    before=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
                )
            except Ended as ended:
                # 127: the program loader's own refusal.
                self.assertIn(ended.status, (1, 127), f"{limit}: {ended}")
                continue
            started += 1
            client = self.node.client()
            for _ in range(5):
                with contextlib.suppress(RpcError, *NETWORK_ERRORS):
                    self.submit(client, 100)
                    client.call("anchor_seal")
            client.close()
            self.assertIn(self.node.kill(), (1, -9))
        self.assertGreater(started, 0)
        self.check_whole()

    def set_clock(self, seconds):
        file = self.folder / "clock"
        unfinished = self.folder / "clock.new"
        unfinished.write_text(str(seconds))
        unfinished.rename(file)

    def start_shifted(self):
        self.node.start(
            environment={"LD_PRELOAD": CLOCK, "KEDGE_CLOCK_FILE": str(self.folder / "clock")}
        )
        return self.node.client()

    def seal(self, client):
        """Whether what was accepted is in the log now."""
        try:
            client.call("anchor_seal")
        except RpcError as refused:
            self.assertEqual(refused.code, UNAVAILABLE, refused)
            self.assertIn("clock", refused.message)
            return False
        self.record.seen(client.call("log_checkpoint")["checkpoint"])
        return True

    def test_a_clock_that_jumps(self):
        self.make_node(self.folder / "data")
        self.set_clock(0)
        client = self.start_shifted()
        # An hour back: accepted, but nothing is sealed before the time of what is sealed already.
        for shift, seals in ((0, True), (-3600, False), (0, True), (3600, True), (0, False)):
            self.set_clock(shift)
            self.submit(client, 50)
            self.assertEqual(self.seal(client), seals, shift)
        self.assertNotEqual(client.get("/readyz")[0], 200)
        client.close()
        self.node.kill()
        # Nor after a restart, until the clock has caught up.
        client = self.start_shifted()
        check_promises(client, self.record, random.Random(1))
        self.assertFalse(self.seal(client))
        self.submit(client, 50)
        self.set_clock(3605)
        self.assertTrue(self.seal(client))
        client.close()
        self.assertEqual(self.node.stop(), 0)
        self.node.fsck()


if __name__ == "__main__":
    KEDGE = kedge_binary(sys.argv)
    CLOCK = os.path.abspath(sys.argv[2])
    unittest.main(argv=sys.argv[:1], verbosity=2)
