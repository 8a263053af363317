#include "modules.h"

#include "console.h"
#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void load(const char *name) {
    char path[128];
    snprintf(path, sizeof path, "/modules/%s.ko", name);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        if (errno != ENOENT) say("%s: %s", path, strerror(errno));
        return; /* loaded earlier, and deleted */
    }
    if (syscall(SYS_finit_module, file, "", 0) != 0 && errno != EEXIST)
        say("module %s: %s", name, strerror(errno));
    close(file);
    unlink(path); /* its memory is the machine's again */
}

static bool virtio_device_present(unsigned long wanted) {
    DIR *devices = opendir("/sys/bus/virtio/devices");
    if (!devices) return false;
    bool present = false;
    struct dirent *entry;
    while (!present && (entry = readdir(devices))) {
        char path[512], id[16];
        snprintf(path, sizeof path, "/sys/bus/virtio/devices/%s/device", entry->d_name);
        present = file_read(path, id, sizeof id) > 0 && strtoul(id, NULL, 16) == wanted;
    }
    closedir(devices);
    return present;
}

static bool applies(const char *reason) {
    if (strcmp(reason, "always") == 0) return true;
    if (strcmp(reason, "pci") == 0) return access("/sys/bus/pci/devices/0000:00:00.0", F_OK) == 0;
    if (strncmp(reason, "virtio=", 7) == 0)
        return virtio_device_present(strtoul(reason + 7, NULL, 10));
    return false;
}

static void load_matching(const char *wanted) {
    char text[4096], *rest = text;
    if (file_read("/modules/order", text, sizeof text) < 0) return;
    for (char *line; (line = strsep(&rest, "\n"));) {
        char *reason = strchr(line, ' ');
        if (!reason) continue;
        *reason++ = 0;
        if (wanted ? strcmp(reason, wanted) == 0 : applies(reason)) load(line);
    }
}

void modules_load(void) {
    load_matching(NULL);
}

void modules_load_for(const char *reason) {
    load_matching(reason);
}
