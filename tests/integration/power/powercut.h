// SPDX-License-Identifier: Apache-2.0
// What the two halves of the library share: powercut.c (journal, contents, syncs) and
// powercut_names.c (names).
#pragma once

#include <errno.h>
#include <stdint.h>
#include <sys/types.h>

enum { kMaxFds = 65536, kMaxPath = 4096 };

// As power_disk.py reads it. The kinds: W write, T truncation, S sync of a file or directory,
// C new name of a file, D new directory, U removed name, R removed directory, M moved name.
struct record {
  uint8_t kind;
  uint8_t padding[3];
  uint32_t name_size;
  uint32_t other_name_size;
  uint32_t data_size;
  uint64_t inode;
  uint64_t directory;
  uint64_t other_directory;
  uint64_t offset;
  uint64_t size;
  // Of a moved name: the inode that the target named before.
  uint64_t old_size;
};

#pragma GCC visibility push(hidden)

extern char power_root[kMaxPath];
// Where files stay whose names are removed.
extern char power_inodes[kMaxPath];

// Whether the library watches at all.
int power_on(void);
// From here on until power_end no other operation is on its way; the power may go here.
void power_begin(void);
// Passes the result on, and errno.
long power_end(long result);

// Puts a record into the journal, with its names and `data_size` octets.
void power_note(struct record* record, const char* name, const char* other_name, const void* data);
// The size of the open file is about to change.
void power_note_size(int fd, uint64_t inode, uint64_t old_size, uint64_t new_size);
// The open descriptor is a file or directory below the root.
void power_watch(int fd, uint64_t inode);

// Ends the process: without its journal a round would show nothing.
void power_fatal(const char* what) __attribute__((noreturn));

#pragma GCC visibility pop
