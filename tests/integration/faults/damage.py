#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every file of a data directory, flipped and cut in many places: what is wrong is found by `kedge
fsck` or by the start, before anything is signed over it, or nothing was lost by it.
Usage: damage.py PATH-OF-KEDGE
KEDGE_DAMAGE_PLACES: how many places of each file (3). KEDGE_DAMAGE_SEED: what to repeat."""

import collections
import os
import pathlib
import random
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "harness"))

from consistency import parse_checkpoint  # noqa: E402
from load import Load, Record, check_checkpoints, check_lookups, digest_of  # noqa: E402
from node_process import Ended, NodeProcess, RpcError, await_true, kedge_binary  # noqa: E402

# Text for people, and what each start makes anew.
NOT_DATA = ("LOG", "LOCK", "lock", "cookie", "address")


def is_data(path):
    return path.is_file() and not path.name.startswith(NOT_DATA)


class Directory:
    """A data directory with files of every kind; all that it has promised is final."""

    def __init__(self, kedge, folder, chance):
        self.kedge = kedge
        self.folder = pathlib.Path(folder)
        self.record = Record()
        self.template = NodeProcess(kedge, self.folder / "template")
        self.template.init()
        self.template.set('interval = "1s"', 'interval = "50ms"')
        for end in (self.template.stop, self.template.kill):
            self._fill(chance)
            end()
        self.files = sorted(filter(is_data, self.template.data.rglob("*")))

    def _fill(self, chance):
        self.template.start()
        load = Load(self.template, self.record, chance.random())
        client = self.template.client()
        await_true(lambda: len(self.record.positions) > 1000, what="enough is submitted")
        load.finish()
        client.call("anchor_seal")
        newest = max(self.record.positions, key=self.record.positions.get)
        await_true(
            lambda: client.call("anchor_get", digest=newest)["credentials"][0]["state"] == "final",
            what="all is final",
        )
        self.record.seen(client.call("log_checkpoint")["checkpoint"])
        client.close()

    def damaged(self, file, damage):
        """A copy of the directory in which this file is damaged."""
        data = self.folder / "data"
        shutil.rmtree(data, ignore_errors=True)
        shutil.copytree(self.template.data, data)
        target = data / file.relative_to(self.template.data)
        mode = target.stat().st_mode
        target.write_bytes(damage(file.read_bytes()))
        target.chmod(mode)
        return NodeProcess(self.kedge, data)

    def look(self, node, chance):
        """How the damage shows; None where nothing was lost."""
        if node.fsck(check=False).returncode != 0:
            return "found by fsck"
        try:
            node.start(seconds=30)
        except Ended as ended:
            if ended.status != 1 or not ended.log.strip():
                raise
            return "found by the start"
        client = node.client()
        if client.get("/readyz")[0] != 200 and "older than its ledger" in "".join(node.log):
            self.check_nothing_is_signed(client)
            return "found by the ledger"
        check_checkpoints(client, self.record)
        digests = list(self.record.positions)
        check_lookups(client, self.record, chance.sample(digests, 300))
        client.call("anchor_submit", items=[{"profile": "jws", "digest": digest_of(1)}])
        client.call("anchor_seal")
        check_checkpoints(client, self.record)
        client.close()
        if node.stop() != 0:
            raise AssertionError("the node did not end cleanly")
        node.fsck()
        return None

    @staticmethod
    def check_nothing_is_signed(client):
        _, size, _ = parse_checkpoint(client.call("log_checkpoint")["checkpoint"])
        client.call("anchor_submit", items=[{"profile": "jws", "digest": digest_of(1)}])
        try:
            client.call("anchor_seal")
        except RpcError:
            pass
        if client.call("log_checkpoint")["size"] != size:
            raise AssertionError("the node signs on a store that is older than its ledger")


def flip(at, bit):
    def damage(contents):
        changed = bytearray(contents)
        changed[at] ^= 1 << bit
        return bytes(changed)

    return damage


def cut(size):
    return lambda contents: contents[:size]


def damages(size, places, chance):
    """(words, function) for a file of this size."""
    for i in range(min(places, size)):
        at = (i * size + chance.randrange(size)) // places
        yield f"bit flipped at {at} of {size}", flip(at, chance.randrange(8))
    for length in {0, size // 2, size - 1} if places < size else range(size):
        if 0 <= length < size:
            yield f"cut from {size} to {length}", cut(length)


def main():
    kedge = kedge_binary(sys.argv)
    places = int(os.environ.get("KEDGE_DAMAGE_PLACES", "3"))
    seed = int(os.environ.get("KEDGE_DAMAGE_SEED", str(random.randrange(1 << 32))))
    print(f"{places} places a file, KEDGE_DAMAGE_SEED={seed}", flush=True)
    chance = random.Random(seed)
    outcomes = collections.Counter()
    with tempfile.TemporaryDirectory(prefix="kedge-damage-") as folder:
        directory = Directory(kedge, folder, chance)
        for file in directory.files:
            found = collections.Counter()
            for words, damage in damages(file.stat().st_size, places, chance):
                node = directory.damaged(file, damage)
                try:
                    found[directory.look(node, chance) or "harmless"] += 1
                except (AssertionError, RpcError) as wrong:
                    raise AssertionError(f"{file}: {words}: {wrong}") from wrong
                finally:
                    node.close()
            outcomes += found
            if found:
                name = file.relative_to(directory.template.data)
                print(f"{name}: {dict(found)}", flush=True)
    print(f"{outcomes.total()} damages: {dict(outcomes)}")


if __name__ == "__main__":
    main()
