// SPDX-License-Identifier: Apache-2.0
// The half of the library that watches names; powercut.c describes the whole.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "powercut.h"

struct place {
  char path[kMaxPath];
  const char* name;
  uint64_t directory;
};

// Whether the path is the watched directory or below; then where.
static int find_place(int at, const char* path, struct place* place) {
  if (!power_on() || path == NULL) return 0;
  int size;
  if (path[0] == '/') {
    size = snprintf(place->path, kMaxPath, "%s", path);
  } else {
    char base[kMaxPath];
    char link[64];
    if (at == AT_FDCWD)
      strcpy(link, "/proc/self/cwd");
    else
      snprintf(link, sizeof(link), "/proc/self/fd/%d", at);
    const ssize_t base_size = readlink(link, base, sizeof(base) - 1);
    if (base_size < 0) return 0;
    base[base_size] = 0;
    size = snprintf(place->path, kMaxPath, "%s/%s", base, path);
  }
  if (size >= kMaxPath) return 0;
  while (size > 1 && place->path[size - 1] == '/') place->path[--size] = 0;
  const size_t root_size = strlen(power_root);
  if (strncmp(place->path, power_root, root_size) != 0 ||
      (place->path[root_size] != '/' && place->path[root_size] != 0)) {
    return 0;
  }
  char* slash = strrchr(place->path, '/');
  place->name = slash + 1;
  *slash = 0;
  struct stat info;
  const int found = stat(place->path, &info) == 0;
  *slash = '/';
  place->directory = found ? info.st_ino : 0;
  return found;
}

static uint64_t inode_at(const struct place* place) {
  struct stat info;
  return lstat(place->path, &info) == 0 ? info.st_ino : 0;
}

// A removed name may come back with the power; what it named must still be there.
static void keep(const struct place* place, uint64_t inode) {
  char kept[kMaxPath + 32];
  snprintf(kept, sizeof(kept), "%s/%llu", power_inodes, (unsigned long long)inode);
  if (syscall(SYS_linkat, AT_FDCWD, place->path, AT_FDCWD, kept, 0) != 0 && errno != EEXIST) {
    power_fatal("cannot keep a file");
  }
}

static void note_name(uint8_t kind, const struct place* place, uint64_t inode) {
  struct record record = {.kind = kind, .inode = inode, .directory = place->directory};
  power_note(&record, place->name, NULL, NULL);
}

static int open_watched(int at, const char* path, int flags, mode_t mode) {
  struct place place;
  if (!find_place(at, path, &place)) return (int)syscall(SYS_openat, at, path, flags, mode);
  power_begin();
  const uint64_t before = inode_at(&place);
  if (before != 0 && (flags & O_TRUNC) != 0) {
    struct stat info;
    const int fd = (int)syscall(SYS_openat, AT_FDCWD, place.path, O_RDONLY | O_CLOEXEC, 0);
    if (fd >= 0 && fstat(fd, &info) == 0 && info.st_size > 0) {
      power_note_size(fd, before, (uint64_t)info.st_size, 0);
    }
    if (fd >= 0) syscall(SYS_close, fd);
  }
  const int fd = (int)syscall(SYS_openat, at, path, flags, mode);
  if (fd >= 0) {
    struct stat info;
    if (fstat(fd, &info) == 0 && (S_ISREG(info.st_mode) || S_ISDIR(info.st_mode))) {
      power_watch(fd, info.st_ino);
    }
    if (before == 0 && (flags & O_CREAT) != 0) note_name('C', &place, info.st_ino);
  }
  return (int)power_end(fd);
}

#define OPEN_MODE(flags)                          \
  mode_t mode = 0;                                \
  if (((flags) & (O_CREAT | __O_TMPFILE)) != 0) { \
    va_list arguments;                            \
    va_start(arguments, flags);                   \
    mode = va_arg(arguments, mode_t);             \
    va_end(arguments);                            \
  }

int open(const char* path, int flags, ...) {
  OPEN_MODE(flags)
  return open_watched(AT_FDCWD, path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  OPEN_MODE(flags)
  return open_watched(AT_FDCWD, path, flags, mode);
}
int openat(int at, const char* path, int flags, ...) {
  OPEN_MODE(flags)
  return open_watched(at, path, flags, mode);
}
int openat64(int at, const char* path, int flags, ...) {
  OPEN_MODE(flags)
  return open_watched(at, path, flags, mode);
}
int creat(const char* path, mode_t mode) {
  return open_watched(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

int linkat(int from_at, const char* from, int to_at, const char* to, int flags) {
  struct place place;
  if (!find_place(to_at, to, &place)) {
    return (int)syscall(SYS_linkat, from_at, from, to_at, to, flags);
  }
  power_begin();
  const long done = syscall(SYS_linkat, from_at, from, to_at, to, flags);
  if (done == 0) note_name('C', &place, inode_at(&place));
  return (int)power_end(done);
}
int link(const char* from, const char* to) {
  return linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}

int unlinkat(int at, const char* path, int flags) {
  struct place place;
  if (!find_place(at, path, &place)) return (int)syscall(SYS_unlinkat, at, path, flags);
  power_begin();
  const uint64_t inode = inode_at(&place);
  if (inode == 0) return (int)power_end(syscall(SYS_unlinkat, at, path, flags));
  if ((flags & AT_REMOVEDIR) == 0) {
    struct stat info;
    if (lstat(place.path, &info) == 0 && S_ISREG(info.st_mode)) keep(&place, inode);
    note_name('U', &place, inode);
    return (int)power_end(syscall(SYS_unlinkat, at, path, flags));
  }
  // Held open, so that no later directory is given its number.
  const long held = syscall(SYS_openat, AT_FDCWD, place.path, O_PATH | O_CLOEXEC, 0);
  const long done = syscall(SYS_unlinkat, at, path, flags);
  if (done == 0)
    note_name('R', &place, inode);
  else if (held >= 0)
    syscall(SYS_close, held);
  return (int)power_end(done);
}
int unlink(const char* path) {
  return unlinkat(AT_FDCWD, path, 0);
}
int rmdir(const char* path) {
  return unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
}
int remove(const char* path) {
  const int done = unlink(path);
  return done != 0 && (errno == EISDIR || errno == EPERM) ? rmdir(path) : done;
}

int mkdirat(int at, const char* path, mode_t mode) {
  struct place place;
  if (!find_place(at, path, &place)) return (int)syscall(SYS_mkdirat, at, path, mode);
  power_begin();
  const long done = syscall(SYS_mkdirat, at, path, mode);
  if (done == 0) note_name('D', &place, inode_at(&place));
  return (int)power_end(done);
}
int mkdir(const char* path, mode_t mode) {
  return mkdirat(AT_FDCWD, path, mode);
}

int renameat2(int from_at, const char* from, int to_at, const char* to, unsigned flags) {
  struct place source;
  struct place target;
  if (!find_place(from_at, from, &source) || !find_place(to_at, to, &target)) {
    return (int)syscall(SYS_renameat2, from_at, from, to_at, to, flags);
  }
  power_begin();
  struct record record = {.kind = 'M',
                          .inode = inode_at(&source),
                          .directory = source.directory,
                          .other_directory = target.directory};
  struct stat info;
  // In place of an inode that has gone: what the target named before.
  if (lstat(target.path, &info) == 0) {
    record.old_size = info.st_ino;
    if (S_ISREG(info.st_mode)) keep(&target, info.st_ino);
  }
  const long done = syscall(SYS_renameat2, from_at, from, to_at, to, flags);
  if (done == 0) power_note(&record, source.name, target.name, NULL);
  return (int)power_end(done);
}
int renameat(int from_at, const char* from, int to_at, const char* to) {
  return renameat2(from_at, from, to_at, to, 0);
}
int rename(const char* from, const char* to) {
  return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}
