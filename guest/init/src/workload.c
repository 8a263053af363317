#include "workload.h"

#include "clock.h"
#include "console.h"
#include "files.h"
#include "machine.h"
#include "session.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* A run this long counts as a good one: the restart delay begins anew. */
enum { GOOD_RUN_MILLISECONDS = 10000, RESTART_DELAY_MAXIMUM = 60000 };

static const struct config *configuration;
static struct session *session;
static bool stopping;
static int64_t kill_at = NEVER, restart_at = NEVER, end_at = NEVER;
static int64_t started_at;
static uint64_t delay;

const struct command *workload_command(void) {
    static const struct command none;
    return configuration ? &configuration->command : &none;
}

static bool start(void) {
    struct spawn_request request = {.command = &configuration->command};
    started_at = clock_milliseconds();
    /* Here and not by the child: programs that the host runs next to it may be faster. */
    if (configuration->command.directory) directories_make(configuration->command.directory, 0755);
    return session_start(session, &request);
}

static bool restart_wanted(int status) {
    bool failed = !WIFEXITED(status) || WEXITSTATUS(status) != 0;
    if (stopping || configuration->restart == RESTART_NEVER) return false;
    if (configuration->restart == RESTART_ON_FAILURE && !failed) return false;
    return configuration->restart_maximum == 0 || session->run <= configuration->restart_maximum;
}

static void plan_restart(void) {
    int64_t now = clock_milliseconds();
    if (now - started_at >= GOOD_RUN_MILLISECONDS) delay = 0;
    restart_at = now + (int64_t)delay;
    uint64_t longer = delay ? delay * 2 : configuration->restart_delay_milliseconds;
    delay = longer < RESTART_DELAY_MAXIMUM ? longer : RESTART_DELAY_MAXIMUM;
}

static void end(void) {
    end_at = clock_milliseconds() + (int64_t)configuration->linger_milliseconds;
    machine_enter(PHASE_ENDED, NULL);
}

static void finished(struct session *ended) {
    struct exit_report *report = &ended->report;
    kill_at = NEVER;
    cgroup_kill(ended->cgroup); /* what it has left running ends with it */
    if (WIFEXITED(report->status)) say("workload exited with %d", WEXITSTATUS(report->status));
    else say("workload ended by signal %d", WTERMSIG(report->status));
    if (*report->error) say("workload: %s", report->error);
    report->restarting = restart_wanted(report->status);
    if (report->restarting) plan_restart();
    else end();
}

bool workload_start(const struct config *config, char *problem, size_t capacity) {
    configuration = config;
    delay = config->restart_delay_milliseconds;
    session = session_make(WORKLOAD_SESSION, WORKLOAD_RING);
    if (session) session->finished = finished;
    if (session && start()) return true;
    snprintf(problem, capacity, "workload: %s", strerror(errno));
    return false;
}

static bool read_stop(struct request *request, int *number, uint64_t *grace) {
    struct records records = {.bytes = request->bytes, .length = request->length};
    const char *key, *value;
    bool refused = false;
    while (request_next(request, &records, &key, &value, &refused)) {
        uint64_t parsed = 0;
        bool known = true, valid = false;
        if (strcmp(key, "signal") == 0) {
            valid = parse_unsigned(value, 64, &parsed) && parsed > 0;
            *number = (int)parsed;
        } else if (strcmp(key, "grace_ms") == 0) {
            valid = parse_unsigned(value, 24 * 3600 * 1000, grace);
        } else {
            known = false;
        }
        if (valid) continue;
        refuse_record(request, !known, key);
        return false;
    }
    return !refused;
}

void request_stop(struct request *request) {
    int number = configuration->stop_signal;
    uint64_t grace = configuration->stop_grace_milliseconds;
    if (!read_stop(request, &number, &grace)) return;
    stopping = true;
    if (session->pid > 0) {
        kill(session->pid, number);
        kill_at = clock_milliseconds() + (int64_t)grace;
    } else if (restart_at != NEVER) {
        restart_at = NEVER;
        end();
    }
    answer_ok(request, NULL);
}

int64_t workload_work(void) {
    int64_t now = clock_milliseconds();
    if (now >= kill_at) {
        kill_at = NEVER;
        cgroup_kill(session->cgroup);
    }
    if (now >= restart_at) {
        restart_at = NEVER;
        if (!start()) {
            end();
            machine_enter(PHASE_FAILED, "workload: cannot be started again");
        }
    }
    if (now >= end_at) {
        end_at = NEVER;
        machine_end();
    }
    return sooner(kill_at, sooner(restart_at, end_at));
}
