/* Small files read and written whole: /sys, /proc, cgroup and /etc. */
#ifndef FILES_H
#define FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Reads at most capacity-1 bytes, ends them with NUL and cuts trailing line ends. -1: errno. */
ssize_t file_read(const char *path, char *buffer, size_t capacity);

/* Writes into a file that exists, in one write. */
bool file_write(const char *path, const char *text);

/* Makes a directory and those above it; one that exists is fine. */
bool directories_make(const char *path, mode_t mode);

#endif
