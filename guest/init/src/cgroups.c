#include "cgroups.h"

#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOUNT_POINT "/sys/fs/cgroup"
#define MACHINE MOUNT_POINT "/machine"

/* One controller at a time, so that a kernel without one of them still gives the others. */
static void enable_controllers(const char *control) {
    static const char *const controllers[] = {"+memory", "+cpu", "+io", "+pids"};
    for (size_t i = 0; i < sizeof controllers / sizeof *controllers; i++)
        file_write(control, controllers[i]);
}

bool cgroups_mount(void) {
    if (mount("cgroup2", MOUNT_POINT, "cgroup2", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0 &&
        errno != EBUSY)
        return false;
    enable_controllers(MOUNT_POINT "/cgroup.subtree_control");
    if (mkdir(MACHINE, 0755) != 0 && errno != EEXIST) return false;
    enable_controllers(MACHINE "/cgroup.subtree_control");
    return true;
}

/* The path of a control file; an empty name is the group of all. */
static const char *control(const char *name, const char *file) {
    static char path[PATH_MAX];
    snprintf(path, sizeof path, MACHINE "/%s%s%s", name, *name ? "/" : "", file);
    return path;
}

/* The number after "key " at the beginning of a line. */
static uint64_t number_of(const char *name, const char *file, const char *key) {
    char text[8192];
    if (file_read(control(name, file), text, sizeof text) < 0) return 0;
    size_t length = strlen(key);
    for (const char *line = text; line; line = strchr(line, '\n')) {
        if (*line == '\n') line++;
        if (strncmp(line, key, length) == 0 && line[length] == ' ')
            return strtoull(line + length + 1, NULL, 10);
    }
    return 0;
}

bool cgroup_make(const char *name) {
    return mkdir(control(name, ""), 0755) == 0 || errno == EEXIST;
}

void cgroup_remove(const char *name) {
    rmdir(control(name, ""));
}

bool cgroup_enter(const char *name) {
    return file_write(control(name, "cgroup.procs"), "0");
}

void cgroup_kill(const char *name) {
    file_write(control(name, "cgroup.kill"), "1");
}

bool cgroup_empty(const char *name) {
    return number_of(name, "cgroup.events", "populated") == 0;
}

uint64_t cgroup_oom_kills(const char *name) {
    return number_of(name, "memory.events", "oom_kill");
}

bool cgroups_limit_memory(uint64_t bytes) {
    char text[32];
    snprintf(text, sizeof text, "%" PRIu64, bytes);
    return file_write(control("", "memory.max"), text);
}

bool cgroups_freeze(bool freeze) {
    return file_write(control("", "cgroup.freeze"), freeze ? "1" : "0");
}

bool cgroups_frozen(void) {
    return number_of("", "cgroup.events", "frozen") == 1;
}

int cgroups_events(void) {
    return open(control("", "cgroup.events"), O_RDONLY | O_CLOEXEC);
}

void cgroups_kill_all(void) {
    cgroup_kill("");
}

/* Sums `field=` over the devices of io.stat. */
static uint64_t device_sum(const char *field) {
    char text[4096];
    if (file_read(control("", "io.stat"), text, sizeof text) < 0) return 0;
    uint64_t sum = 0;
    size_t length = strlen(field);
    for (const char *at = text; (at = strstr(at, field)); at += length)
        sum += strtoull(at + length, NULL, 10);
    return sum;
}

static void add_file(struct record_writer *writer, const char *key, const char *file) {
    char text[64];
    if (file_read(control("", file), text, sizeof text) > 0) record_add(writer, key, "%s", text);
}

static void add_memory_of_machine(struct record_writer *writer) {
    static const struct {
        const char *key, *label;
    } fields[] = {{"machine_memory_total", "MemTotal:"},
                  {"machine_memory_available", "MemAvailable:"}};
    char text[4096];
    if (file_read("/proc/meminfo", text, sizeof text) < 0) return;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const char *at = strstr(text, fields[i].label);
        if (!at) continue;
        uint64_t kibibytes = strtoull(at + strlen(fields[i].label), NULL, 10);
        record_add(writer, fields[i].key, "%" PRIu64, kibibytes * 1024);
    }
}

void cgroups_statistics(struct record_writer *writer) {
    static const char *const cpu[] = {"usage_usec", "user_usec", "system_usec"};
    static const char *const memory[] = {"anon", "file", "kernel"};
    char key[64];
    for (size_t i = 0; i < sizeof cpu / sizeof *cpu; i++) {
        snprintf(key, sizeof key, "cpu_%s", cpu[i]);
        record_add(writer, key, "%" PRIu64, number_of("", "cpu.stat", cpu[i]));
    }
    add_file(writer, "memory_current", "memory.current");
    for (size_t i = 0; i < sizeof memory / sizeof *memory; i++) {
        snprintf(key, sizeof key, "memory_%s", memory[i]);
        record_add(writer, key, "%" PRIu64, number_of("", "memory.stat", memory[i]));
    }
    record_add(writer, "oom_kills", "%" PRIu64, cgroup_oom_kills(""));
    add_file(writer, "processes", "pids.current");
    record_add(writer, "io_read_bytes", "%" PRIu64, device_sum("rbytes="));
    record_add(writer, "io_written_bytes", "%" PRIu64, device_sum("wbytes="));
    record_add(writer, "io_reads", "%" PRIu64, device_sum("rios="));
    record_add(writer, "io_writes", "%" PRIu64, device_sum("wios="));
    add_memory_of_machine(writer);
}
