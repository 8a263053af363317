/*
 * Takes entries from standard input and makes files of them below one directory. No entry can
 * reach outside: the kernel resolves every path beneath that directory, and through no link,
 * so neither the image nor an earlier entry can redirect a later one.
 */
#include "archive.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CHUNK = 64 * 1024 };

/* Directories get their mode and time when all is in them: first met, last set. */
struct directory {
    struct directory *previous;
    struct entry entry;
    char path[];
};

static int destination = -1;
static struct directory *directories;

static _Noreturn void refuse(const char *path, const char *why) {
    dprintf(STDERR_FILENO, "%s: %s\n", path, why);
    _exit(COPY_FAILED);
}

static void take(void *bytes, size_t count) {
    char *at = bytes;
    while (count > 0) {
        ssize_t got = read(STDIN_FILENO, at, count);
        if (got <= 0) refuse("stream", got < 0 ? strerror(errno) : "ended in an entry");
        at += got;
        count -= (size_t)got;
    }
}

static int open_beneath(const char *path, uint64_t flags) {
    struct open_how how = {.flags = flags | O_CLOEXEC | O_NOFOLLOW,
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS};
    return (int)syscall(SYS_openat2, destination, path, &how, sizeof how);
}

/* The directory that the entry belongs into; `name` is set to the last part of its path. */
static int open_parent(const char *path, const char **name) {
    char parent[ENTRY_PATH_MAXIMUM + 1] = ".";
    const char *slash = strrchr(path, '/');
    *name = slash ? slash + 1 : path;
    if (slash) {
        memcpy(parent, path, (size_t)(slash - path));
        parent[slash - path] = 0;
    }
    int directory = open_beneath(parent, O_PATH | O_DIRECTORY);
    if (directory < 0) refuse(path, strerror(errno));
    return directory;
}

static void set_metadata(int item, const char *path, const struct entry *entry) {
    struct timespec times[2] = {{.tv_nsec = UTIME_OMIT},
                                {.tv_sec = entry->seconds, .tv_nsec = entry->nanoseconds}};
    /* The owner first: a change of owner takes set-user-id bits away. */
    if (fchown(item, entry->uid, entry->gid) != 0 || fchmod(item, entry->mode) != 0 ||
        futimens(item, times) != 0)
        refuse(path, strerror(errno));
}

static void take_content(int file, const char *path, uint64_t left) {
    static char bytes[CHUNK];
    while (left > 0) {
        size_t part = left < sizeof bytes ? (size_t)left : sizeof bytes;
        take(bytes, part);
        for (size_t done = 0; done < part;) {
            ssize_t written = write(file, bytes + done, part - done);
            if (written < 0) refuse(path, strerror(errno));
            done += (size_t)written;
        }
        left -= part;
    }
}

/* The name under which something is complete before it takes its place. */
static void fresh_name(char name[64]) {
    static unsigned count;
    snprintf(name, 64, ".torpor-copy-%d-%u", (int)getpid(), count++);
}

static void put_in_place(int directory, const char *fresh, const char *name, const char *path) {
    if (renameat(directory, fresh, directory, name) == 0) return;
    int reason = errno;
    unlinkat(directory, fresh, 0);
    refuse(path, strerror(reason));
}

static void make_file(const char *path, const struct entry *entry) {
    const char *name;
    char fresh[64];
    int directory = open_parent(path, &name);
    fresh_name(fresh);
    int file = openat(directory, fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0) refuse(path, strerror(errno));
    take_content(file, path, entry->size);
    set_metadata(file, path, entry);
    if (close(file) != 0) refuse(path, strerror(errno));
    put_in_place(directory, fresh, name, path);
    close(directory);
}

static void make_link(const char *path, const struct entry *entry) {
    const char *name;
    char fresh[64], target[ENTRY_PATH_MAXIMUM + 1];
    struct timespec times[2] = {{.tv_nsec = UTIME_OMIT},
                                {.tv_sec = entry->seconds, .tv_nsec = entry->nanoseconds}};
    take(target, (size_t)entry->size);
    target[entry->size] = 0;
    if (strlen(target) != entry->size) refuse(path, "a zero byte in a link's target");
    int directory = open_parent(path, &name);
    fresh_name(fresh);
    if (symlinkat(target, directory, fresh) != 0 ||
        fchownat(directory, fresh, entry->uid, entry->gid, AT_SYMLINK_NOFOLLOW) != 0 ||
        utimensat(directory, fresh, times, AT_SYMLINK_NOFOLLOW) != 0)
        refuse(path, strerror(errno));
    put_in_place(directory, fresh, name, path);
    close(directory);
}

static void make_directory(const char *path, const struct entry *entry) {
    size_t length = strlen(path) + 1;
    if (strcmp(path, ".") != 0) {
        const char *name;
        struct stat status;
        int directory = open_parent(path, &name);
        if (mkdirat(directory, name, 0700) != 0 &&
            (errno != EEXIST || fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
             !S_ISDIR(status.st_mode)))
            refuse(path, strerror(errno));
        close(directory);
    }
    struct directory *made = malloc(sizeof *made + length);
    if (!made) refuse(path, strerror(errno));
    made->previous = directories;
    made->entry = *entry;
    memcpy(made->path, path, length);
    directories = made;
}

static void finish_directories(void) {
    for (struct directory *made = directories; made; made = made->previous) {
        int directory = open_beneath(made->path, O_RDONLY | O_DIRECTORY);
        if (directory < 0) refuse(made->path, strerror(errno));
        set_metadata(directory, made->path, &made->entry);
        close(directory);
    }
}

int copy_in(const void *detail) {
    const struct copy *copy = detail;
    destination = open(copy->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (destination < 0) {
        dprintf(STDERR_FILENO, "%s: %s\n", copy->path, strerror(errno));
        return errno == ENOENT ? COPY_NOT_FOUND : COPY_FAILED;
    }
    for (;;) {
        uint8_t header[ENTRY_HEADER];
        char path[ENTRY_PATH_MAXIMUM + 1];
        struct entry entry;
        take(header, sizeof header);
        const char *why = entry_read(header, &entry);
        if (why) refuse("entry", why);
        if (entry.kind == ENTRY_END) break;
        take(path, entry.path_length);
        path[entry.path_length] = 0;
        if (!entry_path_valid(path, entry.path_length)) refuse(path, "not a path below the target");
        if (entry.kind == ENTRY_DIRECTORY) make_directory(path, &entry);
        else if (strcmp(path, ".") == 0) refuse(path, "only a directory can be the target itself");
        else if (entry.kind == ENTRY_FILE) make_file(path, &entry);
        else make_link(path, &entry);
    }
    finish_directories();
    return COPY_DONE;
}
