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

/* Directories and file systems that every program expects, on the image's root. */
void mounts_complete(void);

bool mounts_volumes(const struct config *config, char *problem, size_t capacity);

/* Leaves the volumes clean; nothing may run in them any more. */
void mounts_leave_volumes(const struct config *config);

#endif
