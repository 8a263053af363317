#include "archive.h"

#include "frames.h"

#include <string.h>

void entry_write(const struct entry *entry, uint8_t header[ENTRY_HEADER]) {
    memset(header, 0, ENTRY_HEADER);
    header[0] = (uint8_t)entry->kind;
    put_u16(header + 2, entry->path_length);
    put_u32(header + 4, entry->mode);
    put_u32(header + 8, entry->uid);
    put_u32(header + 12, entry->gid);
    put_u64(header + 16, (uint64_t)entry->seconds);
    put_u32(header + 24, entry->nanoseconds);
    put_u64(header + 32, entry->size);
}

static const char *check(const struct entry *entry) {
    switch (entry->kind) {
    case ENTRY_END:
        return entry->path_length || entry->size ? "an end with a path or content" : NULL;
    case ENTRY_DIRECTORY:
        if (entry->size) return "a directory with content";
        break;
    case ENTRY_LINK:
        if (entry->size == 0 || entry->size > ENTRY_PATH_MAXIMUM) return "a link's target length";
        break;
    case ENTRY_FILE:
        if (entry->size > INT64_MAX) return "a file's size";
        break;
    default:
        return "unknown kind of entry";
    }
    if (entry->path_length == 0 || entry->path_length > ENTRY_PATH_MAXIMUM)
        return "a path's length";
    if (entry->mode > 07777) return "mode";
    return entry->nanoseconds > 999999999 ? "nanoseconds" : NULL;
}

const char *entry_read(const uint8_t header[ENTRY_HEADER], struct entry *entry) {
    *entry = (struct entry){.kind = header[0],
                            .path_length = get_u16(header + 2),
                            .mode = get_u32(header + 4),
                            .uid = get_u32(header + 8),
                            .gid = get_u32(header + 12),
                            .seconds = (int64_t)get_u64(header + 16),
                            .nanoseconds = get_u32(header + 24),
                            .size = get_u64(header + 32)};
    if (header[1] != 0 || get_u32(header + 28) != 0) return "a reserved field is not zero";
    return check(entry);
}

bool entry_path_valid(const char *path, size_t length) {
    if (length == 0 || length > ENTRY_PATH_MAXIMUM || memchr(path, 0, length)) return false;
    if (length == 1 && *path == '.') return true;
    for (size_t start = 0; start <= length;) {
        const char *slash = memchr(path + start, '/', length - start);
        size_t name = slash ? (size_t)(slash - path) - start : length - start;
        bool dots = name <= 2 && memcmp(path + start, "..", name) == 0;
        if (name == 0 || name > 255 || dots) return false;
        start += name + 1;
    }
    return true;
}
