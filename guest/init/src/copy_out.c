/* Reads a file or a tree and writes it as entries. What disappears meanwhile is left out. */
#include "archive.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { CHUNK = 64 * 1024, DEPTH_MAXIMUM = 128 };

static int result = COPY_DONE;

static void complain(const char *path, const char *why) {
    dprintf(STDERR_FILENO, "%s: %s\n", path, why);
    if (result == COPY_DONE) result = COPY_PARTIAL;
}

static void put(const void *bytes, size_t count) {
    const char *at = bytes;
    while (count > 0) {
        ssize_t written = write(STDOUT_FILENO, at, count);
        if (written < 0) _exit(COPY_FAILED);
        at += written;
        count -= (size_t)written;
    }
}

static void put_header(enum entry_kind kind, const char *path, const struct stat *status,
                       uint64_t size) {
    struct entry entry = {.kind = kind,
                          .path_length = (uint16_t)strlen(path),
                          .mode = status->st_mode & 07777,
                          .uid = status->st_uid,
                          .gid = status->st_gid,
                          .seconds = status->st_mtim.tv_sec,
                          .nanoseconds = (uint32_t)status->st_mtim.tv_nsec,
                          .size = size};
    uint8_t header[ENTRY_HEADER];
    entry_write(&entry, header);
    put(header, sizeof header);
    put(path, entry.path_length);
}

/* A file that shrinks while it is read is filled up, so that the stream stays in step. */
static void put_file(int file, const char *path, const struct stat *status) {
    static char bytes[CHUNK];
    uint64_t left = (uint64_t)status->st_size;
    put_header(ENTRY_FILE, path, status, left);
    while (left > 0) {
        size_t wanted = left < sizeof bytes ? (size_t)left : sizeof bytes;
        ssize_t got = read(file, bytes, wanted);
        if (got <= 0) {
            complain(path, got < 0 ? strerror(errno) : "changed while it was read");
            break;
        }
        put(bytes, (size_t)got);
        left -= (uint64_t)got;
    }
    memset(bytes, 0, sizeof bytes);
    for (; left > 0; left -= left < sizeof bytes ? left : sizeof bytes)
        put(bytes, left < sizeof bytes ? (size_t)left : sizeof bytes);
}

static void put_link(int directory, const char *name, const char *path, const struct stat *status) {
    char target[ENTRY_PATH_MAXIMUM + 1];
    ssize_t length = readlinkat(directory, name, target, sizeof target);
    if (length <= 0 || length > ENTRY_PATH_MAXIMUM) {
        complain(path, length < 0 ? strerror(errno) : "target too long");
        return;
    }
    put_header(ENTRY_LINK, path, status, (uint64_t)length);
    put(target, (size_t)length);
}

/* What is made up by the kernel is not part of anything that can be copied. */
static bool kernel_file_system(int directory) {
    struct statfs status;
    if (fstatfs(directory, &status) != 0) return false;
    return status.f_type == PROC_SUPER_MAGIC || status.f_type == SYSFS_MAGIC ||
           status.f_type == CGROUP2_SUPER_MAGIC || status.f_type == DEVPTS_SUPER_MAGIC;
}

static void put_item(int directory, const char *name, const char *path, const struct copy *copy,
                     bool follow, int depth);

/* Takes over the descriptor. */
static void put_children(int directory, const char *path, const struct copy *copy, int depth) {
    DIR *entries = kernel_file_system(directory) ? NULL : fdopendir(directory);
    if (!entries) {
        close(directory);
        return;
    }
    struct dirent *entry;
    while ((entry = readdir(entries))) {
        char child[ENTRY_PATH_MAXIMUM + 1];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        bool top = strcmp(path, ".") == 0;
        int length =
            snprintf(child, sizeof child, "%s%s%s", top ? "" : path, top ? "" : "/", entry->d_name);
        if (length >= (int)sizeof child) complain(path, "path too long");
        else put_item(dirfd(entries), entry->d_name, child, copy, false, depth + 1);
    }
    closedir(entries);
}

static void put_opened(int directory, const char *name, const char *path, const struct copy *copy,
                       bool follow, int depth) {
    int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (follow ? 0 : O_NOFOLLOW);
    struct stat status;
    int item = openat(directory, name, flags);
    if (item < 0 || fstat(item, &status) != 0) {
        if (errno != ENOENT || depth == 0) complain(path, strerror(errno));
    } else if (S_ISREG(status.st_mode)) {
        put_file(item, path, &status);
    } else if (S_ISDIR(status.st_mode) && depth < DEPTH_MAXIMUM) {
        put_header(ENTRY_DIRECTORY, path, &status, 0);
        put_children(item, path, copy, depth);
        return;
    }
    if (item >= 0) close(item);
}

/* By kind before it is opened: to open a device or a pipe can have an effect. */
static void put_item(int directory, const char *name, const char *path, const struct copy *copy,
                     bool follow, int depth) {
    struct stat status;
    if (fstatat(directory, name, &status, follow ? 0 : AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno != ENOENT || depth == 0) complain(path, strerror(errno));
    } else if (S_ISLNK(status.st_mode)) {
        put_link(directory, name, path, &status);
    } else if (copy->metadata_only && S_ISREG(status.st_mode)) {
        put_header(ENTRY_FILE, path, &status, (uint64_t)status.st_size);
    } else if (copy->metadata_only && S_ISDIR(status.st_mode)) {
        put_header(ENTRY_DIRECTORY, path, &status, 0);
    } else if (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode)) {
        put_opened(directory, name, path, copy, follow, depth);
    } else if (copy->metadata_only) {
        put_header(ENTRY_OTHER, path, &status, 0);
    } else {
        complain(path, "neither a file, a directory nor a link: left out");
    }
}

int copy_out(const void *detail) {
    const struct copy *copy = detail;
    struct stat status;
    int item = copy->follow ? stat(copy->path, &status) : lstat(copy->path, &status);
    if (item != 0) {
        bool missing = errno == ENOENT || errno == ENOTDIR;
        complain(copy->path, strerror(errno));
        return missing ? COPY_NOT_FOUND : COPY_FAILED;
    }
    put_item(AT_FDCWD, copy->path, ".", copy, copy->follow, 0);
    put_header(ENTRY_END, "", &(struct stat){0}, 0);
    return result;
}
