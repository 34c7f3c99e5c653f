// SPDX-License-Identifier: Apache-2.0
// A preloaded library that lets a power cut be played back. It notes, in a journal outside of the
// watched directory, everything that a process does to files and names there, together with what is
// needed to undo it, and every fsync. Nothing is really synced: what a power cut takes is worked
// out from the journal afterwards, by power_disk.py.
//   KEDGE_POWER_ROOT     the watched directory, absolute; it is there already
//   KEDGE_POWER_JOURNAL  a directory on the same file system: the file `journal`, and in
//   `power_inodes/`
//                        a link to every file whose name was removed
//   KEDGE_POWER_AT       die of SIGKILL before this operation; 0 or nothing: never
// Watches what goes through these functions. Files opened by fopen (RocksDB's own text log, the
// address of the running node) count as on the disk at once.
#define _GNU_SOURCE
#include "powercut.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
char power_root[kMaxPath];
char power_inodes[kMaxPath];
static int journal = -1;
static uint64_t operations;
static uint64_t die_at;
// Inode of each watched descriptor, else 0.
static uint64_t watched[kMaxFds];

__attribute__((constructor)) static void start(void) {
  const char* watch = getenv("KEDGE_POWER_ROOT");
  const char* folder = getenv("KEDGE_POWER_JOURNAL");
  const char* at = getenv("KEDGE_POWER_AT");
  if (watch == NULL || folder == NULL || strlen(watch) >= sizeof(power_root)) return;
  char file[kMaxPath];
  if (snprintf(file, sizeof(file), "%s/journal", folder) >= (int)sizeof(file)) return;
  if (snprintf(power_inodes, sizeof(power_inodes), "%s/inodes", folder) >=
      (int)sizeof(power_inodes))
    return;
  const int fd =
      (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) return;
  // Out of the way of limits and tables that count descriptors.
  journal = fcntl(fd, F_DUPFD_CLOEXEC, 900);
  if (journal < 0)
    journal = fd;
  else
    syscall(SYS_close, fd);
  strcpy(power_root, watch);
  die_at = at == NULL ? 0 : strtoull(at, NULL, 10);
}

int power_on(void) {
  return journal >= 0;
}

void power_watch(int fd, uint64_t inode) {
  if (fd < kMaxFds) watched[fd] = inode;
}

void power_fatal(const char* what) {
  dprintf(2, "powercut: %s: %s\n", what, strerror(errno));
  _exit(125);
}

void power_begin(void) {
  pthread_mutex_lock(&mutex);
  ++operations;
  if (operations == die_at) {
    kill(getpid(), SIGKILL);
    while (1) pause();
  }
}

long power_end(long result) {
  const int error = errno;
  pthread_mutex_unlock(&mutex);
  errno = error;
  return result;
}

void power_note(struct record* record, const char* name, const char* other_name, const void* data) {
  record->name_size = name == NULL ? 0 : (uint32_t)strlen(name);
  record->other_name_size = other_name == NULL ? 0 : (uint32_t)strlen(other_name);
  const struct iovec parts[] = {{record, sizeof(*record)},
                                {(void*)name, record->name_size},
                                {(void*)other_name, record->other_name_size},
                                {(void*)data, record->data_size}};
  size_t total = 0;
  for (size_t i = 0; i < 4; ++i) total += parts[i].iov_len;
  if (syscall(SYS_writev, journal, parts, 4) != (long)total)
    power_fatal("cannot write the journal");
}

static uint64_t watched_inode(int fd) {
  return journal >= 0 && fd >= 0 && fd < kMaxFds ? watched[fd] : 0;
}

// --- contents ---

int close(int fd) {
  if (watched_inode(fd) != 0) watched[fd] = 0;
  return (int)syscall(SYS_close, fd);
}

// From a descriptor that may be for writing only.
static void read_back(int fd, char* out, uint32_t size, uint64_t offset) {
  char self[64];
  snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
  const int reader = (int)syscall(SYS_openat, AT_FDCWD, self, O_RDONLY | O_CLOEXEC, 0);
  if (reader < 0 || syscall(SYS_pread64, reader, out, size, offset) != (long)size) {
    power_fatal("cannot read what is overwritten");
  }
  syscall(SYS_close, reader);
}

void power_note_size(int fd, uint64_t inode, uint64_t old_size, uint64_t new_size) {
  struct record record = {.kind = 'T', .inode = inode, .size = new_size, .old_size = old_size};
  char* cut = NULL;
  if (new_size < old_size) {
    record.data_size = (uint32_t)(old_size - new_size);
    cut = malloc(record.data_size);
    read_back(fd, cut, record.data_size, new_size);
  }
  power_note(&record, NULL, NULL, cut);
  free(cut);
}

// Before a write: what it will overwrite, and how long the file was.
static void note_write(int fd, uint64_t inode, uint64_t offset, uint64_t size) {
  struct stat info;
  if (fstat(fd, &info) != 0) power_fatal("cannot examine a file");
  struct record record = {.kind = 'W',
                          .inode = inode,
                          .offset = offset,
                          .size = size,
                          .old_size = (uint64_t)info.st_size};
  char* before = NULL;
  if (offset < record.old_size) {
    const uint64_t rest = record.old_size - offset;
    record.data_size = (uint32_t)(rest < size ? rest : size);
    before = malloc(record.data_size);
    read_back(fd, before, record.data_size, offset);
  }
  power_note(&record, NULL, NULL, before);
  free(before);
}

static uint64_t write_offset(int fd) {
  struct stat info;
  const int flags = fcntl(fd, F_GETFL);
  if ((flags & O_APPEND) != 0 && fstat(fd, &info) == 0) return (uint64_t)info.st_size;
  return (uint64_t)lseek(fd, 0, SEEK_CUR);
}

static uint64_t total_of(const struct iovec* parts, int count) {
  uint64_t total = 0;
  for (int i = 0; i < count; ++i) total += parts[i].iov_len;
  return total;
}

ssize_t write(int fd, const void* data, size_t size) {
  const uint64_t inode = watched_inode(fd);
  if (inode == 0) return syscall(SYS_write, fd, data, size);
  power_begin();
  note_write(fd, inode, write_offset(fd), size);
  return power_end(syscall(SYS_write, fd, data, size));
}

ssize_t writev(int fd, const struct iovec* parts, int count) {
  const uint64_t inode = watched_inode(fd);
  if (inode == 0) return syscall(SYS_writev, fd, parts, count);
  power_begin();
  note_write(fd, inode, write_offset(fd), total_of(parts, count));
  return power_end(syscall(SYS_writev, fd, parts, count));
}

ssize_t pwrite(int fd, const void* data, size_t size, off_t offset) {
  const uint64_t inode = watched_inode(fd);
  if (inode == 0) return syscall(SYS_pwrite64, fd, data, size, offset);
  power_begin();
  note_write(fd, inode, (uint64_t)offset, size);
  return power_end(syscall(SYS_pwrite64, fd, data, size, offset));
}
ssize_t pwrite64(int fd, const void* data, size_t size, off64_t offset) {
  return pwrite(fd, data, size, offset);
}

static void note_resize(int fd, uint64_t size) {
  struct stat info;
  if (fstat(fd, &info) != 0) power_fatal("cannot examine a file");
  if ((uint64_t)info.st_size != size)
    power_note_size(fd, info.st_ino, (uint64_t)info.st_size, size);
}

int ftruncate(int fd, off_t size) {
  if (watched_inode(fd) == 0) return (int)syscall(SYS_ftruncate, fd, size);
  power_begin();
  note_resize(fd, (uint64_t)size);
  return (int)power_end(syscall(SYS_ftruncate, fd, size));
}
int ftruncate64(int fd, off64_t size) {
  return ftruncate(fd, size);
}

int fallocate(int fd, int mode, off_t offset, off_t size) {
  if (watched_inode(fd) == 0) return (int)syscall(SYS_fallocate, fd, mode, offset, size);
  power_begin();
  struct stat info;
  const uint64_t wanted = (uint64_t)(offset + size);
  if ((mode & FALLOC_FL_KEEP_SIZE) == 0 && fstat(fd, &info) == 0 &&
      (uint64_t)info.st_size < wanted) {
    note_resize(fd, wanted);
  }
  return (int)power_end(syscall(SYS_fallocate, fd, mode, offset, size));
}
int fallocate64(int fd, int mode, off64_t offset, off64_t size) {
  return fallocate(fd, mode, offset, size);
}
int posix_fallocate(int fd, off_t offset, off_t size) {
  return fallocate(fd, 0, offset, size) == 0 ? 0 : errno;
}
int posix_fallocate64(int fd, off64_t offset, off64_t size) {
  return posix_fallocate(fd, offset, size);
}

// --- syncs ---

static int sync_watched(int fd, long number) {
  const uint64_t inode = watched_inode(fd);
  if (inode == 0) return (int)syscall(number, fd);
  power_begin();
  struct record record = {.kind = 'S', .inode = inode};
  power_note(&record, NULL, NULL, NULL);
  return (int)power_end(0);
}

int fsync(int fd) {
  return sync_watched(fd, SYS_fsync);
}
int fdatasync(int fd) {
  return sync_watched(fd, SYS_fdatasync);
}
// Promises nothing about the disk: it begins to write, and does not ask the disk when it is done.
int sync_file_range(int fd, off64_t offset, off64_t size, unsigned flags) {
  if (watched_inode(fd) != 0) return 0;
  return (int)syscall(SYS_sync_file_range, fd, offset, size, flags);
}
