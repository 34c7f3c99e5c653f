#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Power cuts under the real node under load. Usage: power_rounds.py PATH-OF-KEDGE POWERCUT.SO
KEDGE_POWER_ROUNDS: how many (20). KEDGE_POWER_SEED: what to repeat."""

import collections
import os
import pathlib
import random
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "harness"))

from load import Load, Record, check_end, check_promises  # noqa: E402
from node_process import Ended, NodeProcess, kedge_binary  # noqa: E402
from power_disk import MODES, PowerDisk  # noqa: E402

# A kept disk is what kill -9 leaves, which has rounds of its own.
WEIGHTS = (3, 4, 2, 1)
ROUNDS_A_DIRECTORY = 10
# A new directory is made of some hundred operations.
INIT_OPERATIONS = 400
KILLED = -9


class Cuts:
    """What the rounds came to."""

    def __init__(self):
        self.modes = collections.Counter()
        self.places = collections.Counter()
        self.unsynced = 0

    def add(self, mode, place, unsynced):
        self.modes[mode] += 1
        self.places[place] += 1
        self.unsynced += sum(unsynced)


class Directory:
    """One data directory on a disk whose power is cut again and again."""

    def __init__(self, kedge, library, folder, chance, cuts):
        self.disk = PowerDisk(library, folder)
        self.node = NodeProcess(kedge, self.disk.root / "data")
        self.record = Record()
        self.chance = chance
        self.cuts = cuts

    def cut(self, place):
        mode = self.chance.choices(MODES, WEIGHTS)[0]
        unsynced = self.disk.cut(mode, self.chance)
        self.cuts.add(mode, place, unsynced)
        return f"{place}, {mode}: {unsynced[0]} writes and {unsynced[1]} names not synced"

    def make(self):
        """`kedge init`, cut off once; then whole."""
        at = self.chance.randint(1, INIT_OPERATIONS)
        died = self.node.init(check=False, environment=self.disk.environment(at))
        if died.returncode not in (0, KILLED):
            raise AssertionError(f"init ended with {died.returncode}: {died.stderr}")
        yield self.cut("while a directory is made")
        again = self.node.init(check=False)
        if again.returncode != 0 and "holds a log already" not in again.stderr:
            raise AssertionError(f"init after the cut ended with {again.returncode}: {again.stderr}")
        if died.returncode == 0 and again.returncode == 0:
            raise AssertionError("a directory that was complete has gone")
        self.node.fsck()
        self.node.set('interval = "1s"', 'interval = "50ms"')

    def round(self):
        """Loads the node until the power goes, and looks at what is left."""
        at = int(10 ** self.chance.uniform(1, 3.7))
        try:
            self.node.start(environment=self.disk.environment(at))
        except Ended as ended:
            if ended.status != KILLED:
                raise
            place = "at the start"
        else:
            place = self.load()
        text = self.cut(place)
        self.node.fsck()
        self.node.start()
        client = self.node.client()
        check_promises(client, self.record, self.chance)
        client.close()
        # The next round has to recover as well, unless the end was an orderly one.
        if self.chance.random() < 0.8:
            self.node.kill()
        elif self.node.stop() != 0:
            raise AssertionError("the node did not end cleanly")
        return text

    def load(self):
        try:
            load = Load(self.node, self.record, self.chance.random())
        except OSError:
            # The power went before the cookie was there.
            self.node.kill()
            return "at the start"
        deadline = time.monotonic() + self.chance.uniform(0.1, 1.0)
        while self.node.process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        by_itself = self.node.process.poll() is not None
        status = self.node.kill()
        load.finish()
        if by_itself and status != KILLED:
            raise AssertionError(f"the node has ended with {status}:\n" + "".join(self.node.log))
        return "under load"


def run_rounds(kedge, library, rounds, chance, cuts):
    """Says what each round has left."""
    done = 0
    while done < rounds:
        with tempfile.TemporaryDirectory(prefix="kedge-power-") as folder:
            directory = Directory(kedge, library, folder, chance, cuts)
            try:
                for text in directory.make():
                    done += 1
                    yield f"round {done}: {text}"
                for _ in range(min(ROUNDS_A_DIRECTORY, rounds - done)):
                    before = len(directory.record.positions)
                    text = directory.round()
                    done += 1
                    gained = len(directory.record.positions) - before
                    yield f"round {done}: {text}; {gained} credentials acknowledged, none lost"
                if directory.record.positions:
                    check_end(directory.node, directory.record, chance)
            finally:
                directory.node.close()


def main():
    kedge = kedge_binary(sys.argv)
    rounds = int(os.environ.get("KEDGE_POWER_ROUNDS", "20"))
    seed = int(os.environ.get("KEDGE_POWER_SEED", str(random.randrange(1 << 32))))
    print(f"{rounds} rounds, KEDGE_POWER_SEED={seed}", flush=True)
    cuts = Cuts()
    for text in run_rounds(kedge, sys.argv[2], rounds, random.Random(seed), cuts):
        print(text, flush=True)
    if cuts.unsynced == 0:
        raise AssertionError("nothing was ever unsynced: the library does not watch the node")
    print(f"{dict(cuts.modes)}, {dict(cuts.places)}, {cuts.unsynced} operations not synced")


if __name__ == "__main__":
    main()
