#include "machine.h"

#include "cgroups.h"
#include "clock.h"
#include "console.h"
#include "files.h"
#include "loop.h"
#include "mounts.h"
#include "port.h"
#include "protocol.h"

#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/reboot.h>
#include <unistd.h>

enum { FREEZE_MILLISECONDS = 5000, KILL_MILLISECONDS = 2000 };

static enum phase phase = PHASE_TEMPLATE;
static char problem_text[256];
static const struct config *configuration;

/* The freeze that has not been answered. */
static struct {
    bool pending, frozen;
    struct request request;
    int64_t deadline;
    bool synchronize, drop_caches, compact;
    struct watch watch;
} freezer = {.watch = {.descriptor = -1}};

static struct {
    bool begun;
    int action;
    int64_t deadline;
} end = {.action = RB_POWER_OFF};

enum phase machine_phase(void) {
    return phase;
}

const char *machine_phase_name(void) {
    static const char *const names[] = {"template", "running", "ended", "failed"};
    return names[phase];
}

const char *machine_problem(void) {
    return problem_text;
}

bool machine_frozen(void) {
    return freezer.frozen || freezer.pending;
}

void machine_configured(const struct config *config) {
    configuration = config;
}

void machine_enter(enum phase next, const char *problem) {
    char bytes[512];
    struct record_writer writer = {.bytes = bytes, .capacity = sizeof bytes};
    phase = next;
    record_add(&writer, "phase", "%s", machine_phase_name());
    if (problem) {
        snprintf(problem_text, sizeof problem_text, "%s", problem);
        record_add(&writer, "error", "%s", problem_text);
        say("%s", problem_text);
    }
    if (port_room() >= (long)writer.length) port_send(STATE, 0, bytes, writer.length, NULL, 0);
}

/* Reads the records of a request into an identity. False: answered already. */
static bool read_identity(struct request *request, struct identity *identity) {
    struct records records = {.bytes = request->bytes, .length = request->length};
    const char *key, *value;
    bool refused = false;
    while (request_next(request, &records, &key, &value, &refused)) {
        enum acceptance acceptance = identity_accept(identity, key, value);
        if (acceptance == ACCEPTED) continue;
        refuse_record(request, acceptance == UNKNOWN_KEY, key);
        return false;
    }
    return !refused;
}

void request_start(struct request *request) {
    struct identity identity = {0};
    char problem[256] = "";
    if (!read_identity(request, &identity)) {
        identity_free(&identity);
        return;
    }
    if (identity_refresh(&identity, problem, sizeof problem)) {
        phase = PHASE_RUNNING;
        answer_ok(request, NULL);
    } else {
        answer_error(request, "io", "%s", problem);
    }
    identity_free(&identity);
}

static void stop_watching(void) {
    freezer.pending = false;
    watch_close(&freezer.watch);
}

static void finish_freeze(void) {
    stop_watching();
    freezer.frozen = true;
    if (freezer.synchronize) sync();
    if (freezer.drop_caches) file_write("/proc/sys/vm/drop_caches", "3");
    if (freezer.compact) file_write("/proc/sys/vm/compact_memory", "1");
    answer_ok(&freezer.request, NULL);
}

static void freeze_changed(struct watch *watch, uint32_t events) {
    char ignored[128];
    (void)events;
    /* Only reading this very descriptor takes the event away. */
    if (pread(watch->descriptor, ignored, sizeof ignored, 0) < 0) return;
    if (freezer.pending && cgroups_frozen()) finish_freeze();
}

static bool read_freeze(struct request *request) {
    struct records records = {.bytes = request->bytes, .length = request->length};
    const char *key, *value;
    bool refused = false;
    uint64_t timeout = FREEZE_MILLISECONDS;
    freezer.synchronize = freezer.drop_caches = freezer.compact = false;
    while (request_next(request, &records, &key, &value, &refused)) {
        bool known = true, valid = false;
        if (strcmp(key, "sync") == 0) valid = parse_flag(value, &freezer.synchronize);
        else if (strcmp(key, "drop_caches") == 0) valid = parse_flag(value, &freezer.drop_caches);
        else if (strcmp(key, "compact") == 0) valid = parse_flag(value, &freezer.compact);
        else if (strcmp(key, "timeout_ms") == 0) valid = parse_unsigned(value, 600000, &timeout);
        else known = false;
        if (valid) continue;
        refuse_record(request, !known, key);
        return false;
    }
    freezer.deadline = clock_milliseconds() + (int64_t)timeout;
    return !refused;
}

void request_freeze(struct request *request) {
    if (freezer.pending) {
        if (request->id != freezer.request.id)
            answer_error(request, "busy", "another freeze is in progress");
        return;
    }
    if (!read_freeze(request)) return;
    freezer.request = (struct request){.type = request->type, .id = request->id};
    if (!cgroups_freeze(true)) {
        answer_error(request, "io", "cgroup.freeze cannot be written");
        return;
    }
    freezer.pending = true;
    freezer.watch = (struct watch){.descriptor = cgroups_events(), .ready = freeze_changed};
    if (freezer.watch.descriptor >= 0) watch_set(&freezer.watch, EPOLLPRI | EPOLLERR);
    if (cgroups_frozen()) finish_freeze();
}

/* The freeze did not come about: everything runs again. */
static void give_up_freeze(const char *code, const char *why) {
    stop_watching();
    cgroups_freeze(false);
    answer_error(&freezer.request, code, "%s", why);
}

/* Nothing of the workload runs before the machine is another one than its copies. */
void request_thaw(struct request *request) {
    struct identity identity = {0};
    char problem[256] = "";
    if (freezer.pending) give_up_freeze("cancelled", "a thaw came before all was frozen");
    if (read_identity(request, &identity)) {
        bool set = identity_set(&identity, problem, sizeof problem);
        if (set && !cgroups_freeze(false)) {
            snprintf(problem, sizeof problem, "cgroup.freeze cannot be written");
            set = false;
        }
        if (set) {
            freezer.frozen = false;
            answer_ok(request, NULL);
        } else {
            answer_error(request, "io", "%s", problem);
        }
    }
    identity_free(&identity);
}

void request_statistics(struct request *request) {
    char bytes[2048];
    struct record_writer writer = {.bytes = bytes, .capacity = sizeof bytes};
    cgroups_statistics(&writer);
    answer_ok(request, &writer);
}

void request_shutdown(struct request *request) {
    struct records records = {.bytes = request->bytes, .length = request->length};
    const char *key, *value;
    bool refused = false;
    int action = RB_POWER_OFF;
    while (request_next(request, &records, &key, &value, &refused)) {
        bool known = strcmp(key, "action") == 0;
        if (known && strcmp(value, "poweroff") == 0) action = RB_POWER_OFF;
        else if (known && strcmp(value, "reboot") == 0) action = RB_AUTOBOOT;
        else {
            refuse_record(request, !known, key);
            return;
        }
    }
    if (refused) return;
    answer_ok(request, NULL);
    end.action = action;
    machine_end();
}

void machine_end(void) {
    if (end.begun) return;
    end.begun = true;
    end.deadline = clock_milliseconds() + KILL_MILLISECONDS;
    cgroups_kill_all();
}

static void leave(void) {
    say("%s", end.action == RB_AUTOBOOT ? "restart" : "power off");
    if (configuration) mounts_leave_volumes(configuration);
    sync();
    reboot(end.action);
}

int64_t machine_work(void) {
    int64_t now = clock_milliseconds();
    if (freezer.pending && now >= freezer.deadline)
        give_up_freeze("timeout", "not all processes could be frozen in time");
    if (end.begun && (now >= end.deadline || (cgroup_empty("") && port_flushed()))) leave();
    int64_t next = end.begun ? end.deadline : NEVER;
    return freezer.pending ? sooner(next, freezer.deadline) : next;
}
