/*
 * File systems, from the initramfs to the image's root:
 *
 *     disk "rootfs" (read-only) + disk "overlay" (ext4, or memory) → overlayfs → /
 */
#ifndef MOUNTS_H
#define MOUNTS_H

#include "config.h"

#include <stdbool.h>
#include <stddef.h>

/* /dev, /proc, /sys of the initramfs. */
void mounts_early(void);

/* Puts the image's root together and makes it /. On failure, why. */
bool mounts_enter_root(char *problem, size_t capacity);

/*
 * Gives a file of /etc this content. It lives in memory and is mounted over the image's, as
 * container runtimes do: the image stays as it is, and a change costs one write.
 */
bool mounts_etc_file(const char *name, const char *text);

/* The initramfs' root directory, out of sight since the image's root is /. */
int mounts_initramfs(void);

/* Directories and file systems that every program expects, on the image's root. */
void mounts_complete(void);

bool mounts_volumes(const struct config *config, char *problem, size_t capacity);

/* Leaves the volumes clean; nothing may run in them any more. */
void mounts_leave_volumes(const struct config *config);

#endif
