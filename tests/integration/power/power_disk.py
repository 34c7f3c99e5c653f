# SPDX-License-Identifier: Apache-2.0
"""What a disk holds after a power cut, worked out from the journal of powercut.c.

Durable are the contents of a file as of its last fsync, and the names in a directory as of the
last fsync of the directory. Of the rest, a mode says what has reached the disk by itself:

    dropped   nothing
    torn      names up to a random moment; of each write a random part of its sectors
    hollow    all names and sizes, no contents: what was not synced reads as zeros
    kept      everything, as after a kill
"""

import collections
import os
import pathlib
import shutil
import stat
import struct

MODES = ("dropped", "torn", "hollow", "kept")
SECTOR = 512
HEADER = struct.Struct("=B3xIII6Q")

Record = collections.namedtuple(
    "Record", "kind inode directory other_directory offset size old_size name other_name data"
)


def read_journal(path):
    """The records in order; what the process was writing when it died is not among them."""
    text = path.read_bytes() if path.exists() else b""
    records = []
    at = 0
    while at + HEADER.size <= len(text):
        kind, name_size, other_size, data_size, *numbers = HEADER.unpack_from(text, at)
        end = at + HEADER.size + name_size + other_size + data_size
        if end > len(text):
            break
        at += HEADER.size
        name = os.fsdecode(text[at : at + name_size])
        other = os.fsdecode(text[at + name_size : at + name_size + other_size])
        data = text[end - data_size : end]
        inode, directory, other_directory, offset, size, old_size = numbers
        records.append(
            Record(
                chr(kind), inode, directory, other_directory, offset, size, old_size,
                name, other, data,
            )
        )  # fmt: skip
        at = end
    return records


def unsynced(records):
    """(operations on contents by inode, operations on names), without what a sync has covered."""
    contents = collections.defaultdict(list)
    names = []
    for record in records:
        if record.kind in "WT":
            contents[record.inode].append(record)
        elif record.kind == "S":
            contents.pop(record.inode, None)
            names = [name for name in names if not directories_of(name) <= {record.inode}]
        else:
            names.append(record)
    return contents, names


def directories_of(record):
    return {record.directory, record.other_directory or record.directory}


class Tree:
    """The names below a directory, and where the contents of each file are."""

    def __init__(self, root, kept):
        self.root = root.stat().st_ino
        self.names = {}
        self.files = {}
        self._scan(root)
        for entry in os.scandir(kept):
            self.files.setdefault(entry.inode(), entry.path)

    def _scan(self, directory):
        names = self.names.setdefault(os.stat(directory).st_ino, {})
        for entry in os.scandir(directory):
            names[entry.name] = entry.inode()
            if entry.is_dir(follow_symlinks=False):
                self._scan(entry.path)
            else:
                self.files[entry.inode()] = entry.path

    def undo(self, record):
        names = self.names.setdefault(record.directory, {})
        if record.kind in "CD":
            names.pop(record.name, None)
        elif record.kind in "UR":
            names[record.name] = record.inode
            if record.kind == "R":
                self.names.setdefault(record.inode, {})
        elif record.kind == "M":
            others = self.names.setdefault(record.other_directory, {})
            others.pop(record.other_name, None)
            if record.old_size:
                others[record.other_name] = record.old_size
            names[record.name] = record.inode

    def build(self, target, inode=None):
        """Makes the tree anew below `target`; files are linked, not copied."""
        target.mkdir(mode=0o700)
        for name, child in self.names[inode or self.root].items():
            if child in self.files:
                os.link(self.files[child], target / name)
            else:
                self.build(target / name, child)


def undo_contents(path, records, mode, chance):
    """Takes back the writes that were not synced, and gives back what the mode leaves of them."""
    remains = []
    fd = os.open(path, os.O_RDWR)
    try:
        final_size = os.fstat(fd).st_size
        for record in reversed(records):
            if record.kind == "W":
                remains.append((record, os.pread(fd, record.size, record.offset)))
                os.ftruncate(fd, min(os.fstat(fd).st_size, record.old_size))
                os.pwrite(fd, record.data, record.offset)
            else:
                remains.append((record, b""))
                os.ftruncate(fd, record.old_size)
                os.pwrite(fd, record.data, record.size)
        if mode == "hollow":
            os.ftruncate(fd, max(final_size, os.fstat(fd).st_size))
        elif mode == "torn":
            share = chance.choice((0.1, 0.5, 0.9))
            for record, data in reversed(remains):
                put_back(fd, record, data, share, chance)
    finally:
        os.close(fd)


def put_back(fd, record, data, share, chance):
    if record.kind == "T":
        if chance.random() < share:
            os.ftruncate(fd, record.size)
        return
    at = 0
    while at < len(data):
        # Sectors of the file, not of the write.
        size = min(SECTOR - (record.offset + at) % SECTOR, len(data) - at)
        if chance.random() < share:
            os.pwrite(fd, data[at : at + size], record.offset + at)
        at += size


class PowerDisk:
    """A directory whose power can be cut. The processes that write there run in `environment`."""

    def __init__(self, shim, folder):
        self.shim = os.path.abspath(shim)
        self.root = pathlib.Path(folder) / "disk"
        self.journal = pathlib.Path(folder) / "journal"
        self.root.mkdir()
        self._clear_journal()

    def _clear_journal(self):
        shutil.rmtree(self.journal, ignore_errors=True)
        (self.journal / "inodes").mkdir(parents=True)

    def environment(self, at=0):
        """For a process that dies before its operation `at`."""
        return {
            "LD_PRELOAD": self.shim,
            "KEDGE_POWER_ROOT": str(self.root),
            "KEDGE_POWER_JOURNAL": str(self.journal),
            "KEDGE_POWER_AT": str(at),
        }

    def operations(self):
        """How many there were since the last cut."""
        return len(read_journal(self.journal / "journal"))

    def cut(self, mode, chance):
        """After the processes have died: leaves in the directory what is on the disk then. Returns
        how many operations on contents and on names had not been synced."""
        contents, names = unsynced(read_journal(self.journal / "journal"))
        tree = Tree(self.root, self.journal / "inodes")
        if mode != "kept":
            for inode, records in contents.items():
                if inode in tree.files:
                    undo_contents(tree.files[inode], records, mode, chance)
            first = {"dropped": 0, "torn": chance.randint(0, len(names))}.get(mode, len(names))
            for record in reversed(names[first:]):
                tree.undo(record)
        after = self.root.with_name("after")
        tree.build(after)
        shutil.rmtree(self.root)
        after.rename(self.root)
        self._clear_journal()
        return sum(map(len, contents.values())), len(names)
