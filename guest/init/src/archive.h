/*
 * Files as a stream of entries, in and out of the machine. An entry is a header of 40 bytes, a
 * path and a content:
 *
 *     u8 kind | u8 zero | u16 path length | u32 mode | u32 uid | u32 gid
 *     i64 modified seconds | u32 nanoseconds | u32 zero | u64 content length   (big endian)
 *
 * Kinds: 'd' directory, 'f' file, 'l' symbolic link (its content is the target), 'e' the end,
 * 'o' anything else (only where metadata alone was asked for).
 * A path is relative to the copied item, which is "." itself and comes first.
 */
#ifndef ARCHIVE_H
#define ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ENTRY_HEADER = 40, ENTRY_PATH_MAXIMUM = 4095 };

enum entry_kind {
    ENTRY_DIRECTORY = 'd',
    ENTRY_FILE = 'f',
    ENTRY_LINK = 'l',
    ENTRY_END = 'e',
    ENTRY_OTHER = 'o'
};

struct entry {
    enum entry_kind kind;
    uint16_t path_length;
    uint32_t mode, uid, gid;
    int64_t seconds;
    uint32_t nanoseconds;
    uint64_t size;
};

void entry_write(const struct entry *entry, uint8_t header[ENTRY_HEADER]);

/* Refuses what no sender may say; NULL or why. */
const char *entry_read(const uint8_t header[ENTRY_HEADER], struct entry *entry);

/* "." or names without "." and ".." between single slashes. `path` ends with NUL. */
bool entry_path_valid(const char *path, size_t length);

/* How a copy ends: its exit code. What went wrong is on its standard error. */
enum { COPY_DONE = 0, COPY_PARTIAL = 1, COPY_FAILED = 2, COPY_NOT_FOUND = 3 };

struct copy {
    const char *path;
    bool follow;        /* out: a link at the end of the path is followed */
    bool metadata_only; /* out: the item's entry alone, without a file's content */
};

/* Run as processes of their own: entries go to standard output, or come from standard input. */
int copy_out(const void *copy);
int copy_in(const void *copy);

#endif
