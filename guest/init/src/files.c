#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

ssize_t file_read(const char *path, char *buffer, size_t capacity) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return -1;
    size_t length = 0;
    ssize_t got = 0;
    while (length < capacity - 1 && (got = read(file, buffer + length, capacity - 1 - length)) > 0)
        length += (size_t)got;
    close(file);
    if (got < 0) return -1;
    while (length > 0 && buffer[length - 1] == '\n') length--;
    buffer[length] = 0;
    return (ssize_t)length;
}

bool file_write(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return false;
    size_t length = strlen(text);
    bool written = write(file, text, length) == (ssize_t)length;
    return close(file) == 0 && written;
}

bool directories_make(const char *path, mode_t mode) {
    char prefix[PATH_MAX];
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof prefix) return false;
    for (size_t end = 1; end <= length; end++) {
        if (end < length && path[end] != '/') continue;
        memcpy(prefix, path, end);
        prefix[end] = 0;
        if (mkdir(prefix, mode) != 0 && errno != EEXIST) return false;
    }
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}
