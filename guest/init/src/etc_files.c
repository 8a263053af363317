/* The files of /etc that belong to the machine and not to its image. */
#include "files.h"
#include "mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

/* What may be mounted over: a link of the image, which may lead anywhere or nowhere, may not. */
static bool make_place(const char *path) {
    struct stat status;
    if (!directories_make("/etc", 0755)) return false;
    if (lstat(path, &status) == 0) {
        if (S_ISREG(status.st_mode)) return true;
        if (unlink(path) != 0) return false;
    }
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    return file >= 0 && close(file) == 0;
}

/* A file in the initramfs, which is memory, and seen at its place in /etc. */
static int make_file(const char *name) {
    char source[64], path[64];
    snprintf(source, sizeof source, "/proc/self/fd/%d/etc", mounts_initramfs());
    mkdir(source, 0755);
    snprintf(source, sizeof source, "/proc/self/fd/%d/etc/%s", mounts_initramfs(), name);
    snprintf(path, sizeof path, "/etc/%s", name);
    int file = open(source, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0) return -1;
    if (make_place(path) && mount(source, path, NULL, MS_BIND, NULL) == 0) return file;
    int reason = errno;
    close(file);
    errno = reason;
    return -1;
}

bool mounts_etc_file(const char *name, const char *text) {
    static struct {
        const char *name;
        int file; /* 0: not made; kept open, so that a thaw only writes */
    } files[] = {{"hostname", 0}, {"hosts", 0}, {"machine-id", 0}, {"resolv.conf", 0}};
    size_t length = strlen(text);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (strcmp(files[i].name, name) != 0) continue;
        if (files[i].file <= 0) files[i].file = make_file(name);
        return files[i].file > 0 && ftruncate(files[i].file, 0) == 0 &&
               pwrite(files[i].file, text, length, 0) == (ssize_t)length;
    }
    return false;
}
