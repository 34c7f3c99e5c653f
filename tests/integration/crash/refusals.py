#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""When the real node must refuse: a second process on its directory, a store that is older than its
ledger, a damaged ledger, a full disk. Usage: refusals.py PATH-OF-KEDGE"""

import hashlib
import http.client
import json
import os
import pathlib
import resource
import shutil
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "harness"))

from node_process import NodeProcess, RpcError, await_true, kedge_binary  # noqa: E402

KEDGE = None


def digest_of(text):
    return hashlib.sha256(text.encode()).hexdigest()


class Refusals(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="kedge-refusals-")
        self.node = NodeProcess(KEDGE, os.path.join(self.folder.name, "data"))
        self.node.init()

    def tearDown(self):
        self.node.close()
        self.folder.cleanup()

    def submit(self, client, text):
        items = [{"profile": "bytes", "digest": digest_of(text)}]
        return client.call("anchor_submit", items=items)["items"][0]

    def submit_and_finish(self, text):
        """Submits one, and waits until it is final."""
        client = self.node.client()
        self.submit(client, text)
        client.call("anchor_seal")

        def is_final():
            found = client.call("anchor_get", digest=digest_of(text))["credentials"]
            return found[0]["state"] == "final"

        await_true(is_final, what=f"{text} is final")
        client.close()

    def test_a_second_process_is_refused(self):
        self.node.start()
        second = self.node.run(
            "node", "--data", str(self.node.data), "--listen", "127.0.0.1:0", check=False
        )
        self.assertEqual(second.returncode, 1, second.stdout + second.stderr)
        self.assertTrue(second.stdout + second.stderr)
        check = self.node.fsck(check=False)
        self.assertEqual(check.returncode, 1, check.stdout)
        again = self.node.run("init", "--data", str(self.node.data), check=False)
        self.assertEqual(again.returncode, 1)
        self.submit_and_finish("the first goes on, with its own cookie")
        self.assertEqual(self.node.stop(), 0)
        self.assertEqual(self.node.fsck().returncode, 0)

    def test_a_clean_stop_leaves_neither_cookie_nor_address(self):
        self.node.start()
        self.assertEqual((self.node.data / "cookie").stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.node.stop(), 0)
        self.assertFalse((self.node.data / "cookie").exists())
        self.assertFalse((self.node.data / "address").exists())

    def test_a_store_older_than_its_ledger_signs_nothing(self):
        store = self.node.data / "store"
        backup = self.node.data.parent / "backup"
        newest = self.node.data.parent / "newest"
        self.node.start()
        self.submit_and_finish("before the backup")
        self.assertEqual(self.node.stop(), 0)
        shutil.copytree(store, backup)
        self.node.start()
        self.submit_and_finish("after the backup")
        self.assertEqual(self.node.stop(), 0)
        ledger = (self.node.data / "ledger" / "embedded.log").read_bytes()

        store.rename(newest)
        backup.rename(store)
        self.node.start()
        client = self.node.client()
        size = client.call("log_checkpoint")["size"]
        self.assertEqual(self.submit(client, "on the old store")["state"], "accepted")
        with self.assertRaises(RpcError) as refused:
            client.call("anchor_seal")
        self.assertEqual(refused.exception.code, -32005, refused.exception.message)
        time.sleep(2.5)
        self.assertEqual(client.call("log_checkpoint")["size"], size, "nothing may be signed")
        found = client.call("anchor_get", digest=digest_of("on the old store"))
        self.assertEqual(found["credentials"][0]["state"], "accepted")
        status, body = client.get("/readyz")
        self.assertEqual(status, 503)
        self.assertIn("ledger-ahead", [reason["code"] for reason in json.loads(body)["reasons"]])
        self.assertEqual(client.get("/healthz")[0], 200)
        client.close()
        self.assertIn("older than its ledger", "".join(self.node.log))
        self.node.stop()
        self.assertEqual((self.node.data / "ledger" / "embedded.log").read_bytes(), ledger)

        shutil.rmtree(store)
        newest.rename(store)
        self.node.start()
        self.submit_and_finish("on the newest store again")
        self.assertEqual(self.node.stop(), 0)
        self.assertEqual(self.node.fsck().returncode, 0)

    def test_a_full_disk_loses_nothing_that_was_acknowledged(self):
        limit = 4 << 20

        def no_file_grows_further():
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        self.node.start(before=no_file_grows_further)
        client = self.node.client()
        acknowledged = {}
        for call in range(1000):
            digests = [digest_of(f"{call}/{item}") for item in range(1000)]
            items = [{"profile": "bytes", "digest": digest} for digest in digests]
            try:
                answers = client.call("anchor_submit", items=items)["items"]
            except (RpcError, OSError, http.client.HTTPException):
                break
            acknowledged.update((answer["digest"], answer["position"]) for answer in answers)
        else:
            self.fail("the limit was never met")
        client.close()
        self.assertGreater(len(acknowledged), 0)
        self.assertEqual(self.node.process.wait(60), 1, "".join(self.node.log))
        self.assertIn("Start it again", "".join(self.node.log))
        self.node.process.stdout.close()

        self.node.start()
        client = self.node.client()
        digests = list(acknowledged)
        for begin in range(0, len(digests), 1000):
            part = digests[begin : begin + 1000]
            items = [{"profile": "bytes", "digest": digest} for digest in part]
            for answer in client.call("anchor_submit", items=items)["items"]:
                self.assertTrue(answer["duplicate"], answer)
                self.assertEqual(answer["position"], acknowledged[answer["digest"]])
        client.close()
        self.submit_and_finish("when there is room again")
        self.assertEqual(self.node.stop(), 0)
        self.assertEqual(self.node.fsck().returncode, 0)

    def test_a_damaged_ledger_is_not_used(self):
        ledger = self.node.data / "ledger" / "embedded.log"
        self.node.start()
        self.submit_and_finish("one")
        self.submit_and_finish("two")
        self.assertEqual(self.node.stop(), 0)
        whole = ledger.read_bytes()
        damaged = bytearray(whole)
        damaged[len(damaged) // 3] ^= 1
        ledger.write_bytes(damaged)
        refused = self.node.run(
            "node", "--data", str(self.node.data), "--listen", "127.0.0.1:0", check=False
        )
        self.assertEqual(refused.returncode, 1)
        self.assertIn("restore the file", refused.stdout + refused.stderr)
        self.assertEqual(ledger.read_bytes(), damaged)

        # What was being written when the node died was never acknowledged.
        ledger.write_bytes(whole + whole[:100])
        self.node.start()
        self.submit_and_finish("three")
        self.assertEqual(self.node.stop(), 0)
        self.assertTrue(ledger.read_bytes().startswith(whole))


if __name__ == "__main__":
    KEDGE = kedge_binary(sys.argv)
    unittest.main(argv=sys.argv[:1], verbosity=2)
