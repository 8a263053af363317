#include "devices.h"

#include "clock.h"
#include "files.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int uevents = -1;

void devices_listen(void) {
    uevents = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT);
    struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = 1};
    if (uevents >= 0 && bind(uevents, (struct sockaddr *)&address, sizeof address) != 0) {
        close(uevents);
        uevents = -1;
    }
}

/* Returns when the kernel has announced something, or false when the time is up. */
static bool something_changed(int64_t deadline) {
    int64_t left = deadline - clock_milliseconds();
    struct pollfd wait = {.fd = uevents, .events = POLLIN};
    if (left <= 0 || poll(&wait, 1, (int)left) <= 0) return false;
    char message[4096];
    while (recv(uevents, message, sizeof message, 0) > 0) continue;
    return true;
}

/* Looks in a class directory for the entry whose attribute has this value. */
static bool look(const char *class, const char *attribute, const char *value,
                 char path[DEVICE_PATH_MAXIMUM]) {
    DIR *entries = opendir(class);
    if (!entries) return false;
    bool found = false;
    struct dirent *entry;
    while (!found && (entry = readdir(entries))) {
        char file[512], text[64];
        snprintf(file, sizeof file, "%s/%s/%s", class, entry->d_name, attribute);
        if (file_read(file, text, sizeof text) < 0 || strcmp(text, value) != 0) continue;
        int length = snprintf(path, DEVICE_PATH_MAXIMUM, "/dev/%s", entry->d_name);
        found = length < DEVICE_PATH_MAXIMUM && access(path, F_OK) == 0;
    }
    closedir(entries);
    return found;
}

static bool wait_for(const char *class, const char *attribute, const char *value,
                     char path[DEVICE_PATH_MAXIMUM], int milliseconds) {
    int64_t deadline = clock_milliseconds() + milliseconds;
    do {
        if (look(class, attribute, value, path)) return true;
    } while (something_changed(deadline));
    return look(class, attribute, value, path);
}

bool disk_find(const char *serial, char path[DEVICE_PATH_MAXIMUM], int milliseconds) {
    return wait_for("/sys/block", "serial", serial, path, milliseconds);
}

bool port_find(const char *name, char path[DEVICE_PATH_MAXIMUM], int milliseconds) {
    return wait_for("/sys/class/virtio-ports", "name", name, path, milliseconds);
}

static uint32_t little_endian(const uint8_t *bytes) {
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

const char *disk_file_system(const char *path) {
    uint8_t bytes[2048];
    int disk = open(path, O_RDONLY | O_CLOEXEC);
    if (disk < 0) return NULL;
    ssize_t length = pread(disk, bytes, sizeof bytes, 0);
    close(disk);
    if (length != (ssize_t)sizeof bytes) return NULL;
    if (little_endian(bytes + 1024) == 0xe0f5e1e2) return "erofs";
    if (bytes[1024 + 56] == 0x53 && bytes[1024 + 57] == 0xef) return "ext4";
    if (memcmp(bytes, "hsqs", 4) == 0) return "squashfs";
    return NULL;
}
