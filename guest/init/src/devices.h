/* Finds the machine's virtio devices by name, whatever order the kernel met them in. */
#ifndef DEVICES_H
#define DEVICES_H

#include <stdbool.h>
#include <stddef.h>

enum { DEVICE_PATH_MAXIMUM = 64 };

/* Begins to listen for devices that come up; before any is looked for. */
void devices_listen(void);

/* The node of the disk with this serial, /dev/vd…; waits for it at most `milliseconds`. */
bool disk_find(const char *serial, char path[DEVICE_PATH_MAXIMUM], int milliseconds);

/* The node of the virtio serial port with this name, /dev/vport…. */
bool port_find(const char *name, char path[DEVICE_PATH_MAXIMUM], int milliseconds);

/* "ext4", "erofs" or "squashfs" by the disk's content, NULL for anything else. */
const char *disk_file_system(const char *path);

#endif
