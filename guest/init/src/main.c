/*
 * Torpor's init: process 1 of a microVM, from the kernel's first program to power off.
 *
 *     modules → [template: wait] → disks → root → [template: wait] → configuration
 *             → volumes → identity, network → workload → serve the host → power off
 *
 * A template is a machine that is frozen where it waits. Each copy of it goes on with START,
 * which gives it entropy and time of its own, and finds its own configuration disk.
 */
#include "agent.h"
#include "cgroups.h"
#include "clock.h"
#include "config.h"
#include "console.h"
#include "devices.h"
#include "files.h"
#include "identity.h"
#include "loop.h"
#include "machine.h"
#include "modules.h"
#include "mounts.h"
#include "network.h"
#include "proxy.h"
#include "session.h"
#include "workload.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/reboot.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CONFIG_WAIT_MILLISECONDS = 5000, FAILURE_LINGER_MILLISECONDS = 10000 };

static struct config config;
static char problem[256];

static void reap(struct watch *watch, uint32_t events) {
    struct signalfd_siginfo ignored;
    int status;
    pid_t pid;
    (void)events;
    while (read(watch->descriptor, &ignored, sizeof ignored) > 0) continue;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) session_reap(pid, status);
}

static void watch_children(void) {
    static struct watch watch = {.ready = reap};
    sigset_t children;
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    sigprocmask(SIG_BLOCK, &children, NULL);
    signal(SIGPIPE, SIG_IGN);
    watch.descriptor = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
    watch_set(&watch, EPOLLIN);
}

static bool started(void) {
    return machine_phase() != PHASE_TEMPLATE;
}

static bool never(void) {
    return false;
}

static int64_t wait_in_template(void) {
    int64_t next;
    do next = machine_work();
    while (agent_work());
    return next;
}

/* Once more whenever the host was heard: what it asked for may be due at once. */
static int64_t work(void) {
    int64_t next;
    do {
        next = sessions_work();
        next = sooner(workload_work(), next);
        next = sooner(machine_work(), next);
        next = sooner(agent_deadline(), next);
    } while (agent_work());
    return next;
}

/* Where the kernel's command line asks to wait: "torpor.template=modules" or "…=root". */
static bool template_at(const char *place) {
    char line[4096], *rest = line;
    if (file_read("/proc/cmdline", line, sizeof line) < 0) return false;
    for (char *word; (word = strsep(&rest, " "));)
        if (strncmp(word, "torpor.template=", 16) == 0 && strcmp(word + 16, place) == 0)
            return true;
    return false;
}

static void wait_if_template(const char *place) {
    if (!template_at(place)) return;
    say("template at %s", place);
    machine_enter(PHASE_TEMPLATE, NULL);
    loop_run(wait_in_template, started);
}

/* Past the page cache: a template's copy finds another disk than the kernel has seen before. */
static bool read_config(void) {
    char disk[DEVICE_PATH_MAXIMUM];
    void *bytes;
    if (!disk_find("config", disk, CONFIG_WAIT_MILLISECONDS)) {
        snprintf(problem, sizeof problem, "config: no disk with serial config");
        return false;
    }
    int file = open(disk, O_RDONLY | O_DIRECT | O_CLOEXEC);
    ssize_t length = file >= 0 && posix_memalign(&bytes, 4096, CONFIG_MAXIMUM) == 0
                         ? pread(file, bytes, CONFIG_MAXIMUM, 0)
                         : -1;
    if (file >= 0) close(file);
    if (length < 0) {
        snprintf(problem, sizeof problem, "config: %s", strerror(errno));
        return false;
    }
    config = config_defaults();
    return config_parse(&config, bytes, (size_t)length, problem, sizeof problem);
}

static bool boot(void) {
    modules_load();
    if (!agent_open()) say("no port named agent: nobody to talk to");
    wait_if_template("modules");
    modules_load_for("disk");
    if (!mounts_enter_root(problem, sizeof problem)) return false;
    mounts_complete();
    if (!cgroups_mount()) {
        snprintf(problem, sizeof problem, "cgroup2: %s", strerror(errno));
        return false;
    }
    network_loopback();
    wait_if_template("root");
    if (!read_config()) return false;
    machine_configured(&config);
    agent_output_policy(config.detached_milliseconds, config.drop_output);
    if (config.memory_maximum > 0 && !cgroups_limit_memory(config.memory_maximum))
        say("memory_max: %s", strerror(errno));
    return mounts_volumes(&config, problem, sizeof problem) &&
           identity_set(&config.identity, problem, sizeof problem) &&
           proxy_listen(&config, problem, sizeof problem) &&
           workload_start(&config, problem, sizeof problem);
}

/* Nothing runs; whoever connects is told why, and then the machine is gone. */
static int64_t work_after_failure(void) {
    static int64_t end_at;
    if (end_at == 0) end_at = clock_milliseconds() + FAILURE_LINGER_MILLISECONDS;
    if (clock_milliseconds() >= end_at) machine_end();
    return sooner(end_at, wait_in_template());
}

int main(void) {
    if (getpid() != 1) return EXIT_CANNOT_EXECUTE;
    mounts_early();
    console_open();
    say("begin");
    file_write("/proc/self/oom_score_adj", "-1000");
    devices_listen();
    loop_open();
    watch_children();
    bool booted = boot();
    machine_enter(booted ? PHASE_RUNNING : PHASE_FAILED, booted ? NULL : problem);
    if (booted) say("workload started");
    loop_run(booted ? work : work_after_failure, never);
}
