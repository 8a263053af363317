/*
 * A session is a process with streams that outlive connections: the workload (id 0), a program
 * run next to it, or a copy. What it prints is kept in rings under absolute offsets until the
 * host has acknowledged it; then a session is told to go away by RELEASE.
 *
 *     process → pipe → ring → OUTPUT frames → host → OUTPUT_ACK → room in the ring
 *     host → INPUT frames → ring → pipe → process
 */
#ifndef SESSION_H
#define SESSION_H

#include "cgroups.h"
#include "clock.h"
#include "command.h"
#include "loop.h"
#include "ring.h"
#include "spawn.h"

#include <stdbool.h>
#include <stdint.h>

enum { SESSIONS_MAXIMUM = 64, INPUT_WINDOW = 64 * 1024 };
enum { WORKLOAD_RING = 256 * 1024, SESSION_RING = 64 * 1024 };

struct output {
    struct watch watch; /* first: a watch is its output */
    struct ring ring;
    uint64_t sent, acknowledged, dropped;
};

struct input {
    struct watch watch; /* first */
    struct ring ring;   /* its end is what has been accepted from the host */
    uint64_t consumed;
    bool ended;    /* the host has sent the end */
    bool closed;   /* the process does not read any more */
    bool tell;     /* an INPUT_ACK is due */
    bool terminal; /* the end is a character */
};

struct exit_report {
    bool due;
    int status; /* as wait() gives it */
    bool timed_out, restarting;
    uint64_t oom_kills, run;
    uint64_t ends[2]; /* the streams' offsets at the exit */
    char error[256];  /* why the program could not be started */
};

struct session {
    uint64_t id;
    char cgroup[CGROUP_NAME_MAXIMUM];
    char *bytes; /* the request; the command's strings point into it */
    struct command command;
    void *detail; /* of a copy */
    pid_t pid;    /* 0: not running */
    bool exited;  /* the process is gone, its output may not be drained */
    int status;
    int failure;
    bool timed_out;
    int64_t deadline;
    uint64_t oom_before, run;
    struct input input;
    struct output outputs[2];
    bool attached;
    struct exit_report report;
    void (*finished)(struct session *session); /* the report is being made; may amend it */
};

/* NULL: there are too many, or no memory. `bytes` and `detail` belong to the session if not. */
struct session *session_make(uint64_t id, size_t ring);

/* Starts (or, for the workload, starts again) its process. */
bool session_start(struct session *session, struct spawn_request *request);

struct session *session_find(uint64_t id);
/* The n-th session, or NULL. */
struct session *session_at(unsigned n);
bool session_running(const struct session *session);

void session_free(struct session *session);

/* The process has ended. False: it was no session's. */
bool session_reap(pid_t pid, int status);

/* Says why a frame cannot be taken, or NULL. Bytes known already are skipped. */
const char *session_input(struct session *session, uint64_t offset, bool end, const uint8_t *bytes,
                          size_t count);
const char *session_acknowledge(struct session *session, int stream, uint64_t offset);
const char *session_attach(struct session *session, uint64_t output, uint64_t errors);

/* Sends a signal to the session's processes in the foreground. */
bool session_signal(struct session *session, int number);

void sessions_detach(void);

/* Sends what there is room for. */
void sessions_send(void);

/* Whether output may be lost rather than hold up who prints it. */
void sessions_allow_drop(bool allow);

/* Does what is due, and returns when something will be. */
int64_t sessions_work(void);

#endif
