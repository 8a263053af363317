#include "session.h"

#include "console.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

static struct session *sessions[SESSIONS_MAXIMUM];
static bool may_drop;

struct session *session_at(unsigned n) {
    return n < SESSIONS_MAXIMUM ? sessions[n] : NULL;
}

struct session *session_find(uint64_t id) {
    for (unsigned i = 0; i < SESSIONS_MAXIMUM; i++)
        if (sessions[i] && sessions[i]->id == id) return sessions[i];
    return NULL;
}

bool session_running(const struct session *session) {
    return session->pid != 0 || session->exited;
}

struct session *session_make(uint64_t id, size_t ring) {
    unsigned place = 0;
    while (place < SESSIONS_MAXIMUM && sessions[place]) place++;
    if (place == SESSIONS_MAXIMUM) return NULL;
    struct session *session = calloc(1, sizeof *session);
    if (!session) return NULL;
    session->id = id;
    session->failure = session->input.watch.descriptor = -1;
    session->outputs[0].watch.descriptor = session->outputs[1].watch.descriptor = -1;
    snprintf(session->cgroup, sizeof session->cgroup, "session-%llu", (unsigned long long)id);
    sessions[place] = session;
    if (ring_make(&session->outputs[0].ring, ring) && ring_make(&session->outputs[1].ring, ring) &&
        ring_make(&session->input.ring, INPUT_WINDOW))
        return session;
    session_free(session);
    return NULL;
}

static void close_streams(struct session *session) {
    watch_close(&session->input.watch);
    for (int i = 0; i < 2; i++) watch_close(&session->outputs[i].watch);
    if (session->failure >= 0) close(session->failure);
    session->failure = -1;
}

void session_free(struct session *session) {
    for (unsigned i = 0; i < SESSIONS_MAXIMUM; i++)
        if (sessions[i] == session) sessions[i] = NULL;
    close_streams(session);
    ring_free(&session->input.ring);
    for (int i = 0; i < 2; i++) ring_free(&session->outputs[i].ring);
    cgroup_remove(session->cgroup);
    command_free(&session->command);
    free(session->detail);
    free(session->bytes);
    free(session);
}

/* The oldest byte that must not be overwritten. */
static uint64_t kept(const struct output *output) {
    return may_drop ? output->ring.end : output->acknowledged;
}

/* Moves what the pipe holds into the ring. False: there is nothing now. */
static bool output_read(struct output *output) {
    size_t room = ring_room(&output->ring, kept(output)), contiguous;
    if (output->watch.descriptor < 0) return false;
    if (room == 0) {
        watch_set(&output->watch, 0); /* whoever prints waits, until the host has caught up */
        return false;
    }
    uint8_t *tail = ring_tail(&output->ring, &contiguous);
    ssize_t got = read(output->watch.descriptor, tail, room < contiguous ? room : contiguous);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    if (got <= 0) { /* a terminal's last reader is told EIO */
        watch_close(&output->watch);
        return false;
    }
    ring_grow(&output->ring, (size_t)got);
    uint64_t base = ring_base(&output->ring);
    if (base > output->acknowledged) {
        output->dropped += base - output->acknowledged;
        output->acknowledged = base;
    }
    if (output->sent < base) output->sent = base;
    return true;
}

static void output_ready(struct watch *watch, uint32_t events) {
    (void)events;
    output_read((struct output *)watch);
}

static void output_resume(struct output *output) {
    if (output->watch.descriptor >= 0 && ring_room(&output->ring, kept(output)) > 0)
        watch_set(&output->watch, EPOLLIN);
}

/* Moves what the host has sent into the process. */
static void input_write(struct input *input) {
    while (input->watch.descriptor >= 0 && input->consumed < input->ring.end) {
        uint8_t bytes[4096];
        size_t count = ring_copy(&input->ring, input->consumed, bytes, sizeof bytes);
        ssize_t written = write(input->watch.descriptor, bytes, count);
        if (written < 0 && errno == EAGAIN) {
            watch_set(&input->watch, EPOLLOUT);
            return;
        }
        if (written < 0) watch_close(&input->watch);
        else input->consumed += (uint64_t)written;
        input->tell = true;
    }
    if (input->watch.descriptor >= 0 && !input->ended) {
        watch_set(&input->watch, 0);
        return;
    }
    if (input->watch.descriptor >= 0 && input->terminal) {
        const char end_of_file = 4;
        if (write(input->watch.descriptor, &end_of_file, 1) < 0) return;
    }
    watch_close(&input->watch);
    input->closed = input->tell = true;
    input->consumed = input->ring.end;
}

static void input_ready(struct watch *watch, uint32_t events) {
    (void)events;
    input_write((struct input *)watch);
}

bool session_start(struct session *session, struct spawn_request *request) {
    struct spawned spawned;
    request->cgroup = session->cgroup;
    if (!cgroup_make(session->cgroup)) return false;
    session->oom_before = cgroup_oom_kills(session->cgroup);
    if (!spawn(request, &spawned)) return false;
    session->pid = spawned.pid;
    session->exited = session->timed_out = false;
    session->failure = spawned.failure;
    session->run++;
    session->input.watch = (struct watch){.descriptor = spawned.input, .ready = input_ready};
    session->input.terminal = request->command->terminal;
    session->input.closed = spawned.input < 0;
    int descriptors[2] = {spawned.output, spawned.errors};
    for (int i = 0; i < 2; i++) {
        session->outputs[i].watch =
            (struct watch){.descriptor = descriptors[i], .ready = output_ready};
        output_resume(&session->outputs[i]);
    }
    return true;
}

bool session_reap(pid_t pid, int status) {
    for (unsigned i = 0; i < SESSIONS_MAXIMUM; i++) {
        struct session *session = sessions[i];
        if (!session || session->pid != pid) continue;
        session->pid = 0;
        session->exited = true;
        session->status = status;
        session->deadline = 0;
        return true;
    }
    return false;
}

static void report_exit(struct session *session) {
    struct exit_report *report = &session->report;
    uint64_t oom_kills = cgroup_oom_kills(session->cgroup);
    *report = (struct exit_report){.due = true,
                                   .status = session->status,
                                   .timed_out = session->timed_out,
                                   .oom_kills = oom_kills - session->oom_before,
                                   .run = session->run};
    for (int i = 0; i < 2; i++) report->ends[i] = session->outputs[i].ring.end;
    ssize_t length = read(session->failure, report->error, sizeof report->error - 1);
    report->error[length > 0 ? length : 0] = 0;
    session->exited = false;
    close_streams(session);
    session->input.closed = true;
    if (session->finished) session->finished(session);
}

/* A process that is gone has printed all it ever will: what the pipe holds is the rest. */
static void drain(struct session *session) {
    for (int i = 0; i < 2; i++) {
        struct output *output = &session->outputs[i];
        while (output_read(output)) continue;
        bool full = ring_room(&output->ring, kept(output)) == 0;
        if (output->watch.descriptor >= 0 && full) return;
        watch_close(&output->watch);
    }
    report_exit(session);
}

const char *session_input(struct session *session, uint64_t offset, bool end, const uint8_t *bytes,
                          size_t count) {
    struct input *input = &session->input;
    uint64_t accepted = input->ring.end;
    if (offset > accepted) return "input: bytes are missing before the offset";
    uint64_t known = accepted - offset;
    input->tell = true;
    if (known > count || (known == count && !end)) return NULL;
    if (input->closed) input->consumed = accepted;
    else if (input->ended && known < count) return "input: bytes after the end";
    if (count - known > ring_room(&input->ring, input->consumed))
        return "input: more than the limit allows";
    ring_append(&input->ring, bytes + known, count - (size_t)known);
    if (end) input->ended = true;
    if (input->closed) input->consumed = input->ring.end;
    else input_write(input);
    return NULL;
}

const char *session_acknowledge(struct session *session, int stream, uint64_t offset) {
    if (stream != STDOUT_FILENO && stream != STDERR_FILENO) return "acknowledge: unknown stream";
    struct output *output = &session->outputs[stream - 1];
    if (offset > output->ring.end) return "acknowledge: offset was never sent";
    if (offset > output->acknowledged) output->acknowledged = offset;
    output_resume(output);
    return NULL;
}

const char *session_attach(struct session *session, uint64_t output, uint64_t errors) {
    uint64_t offsets[2] = {output, errors};
    for (int i = 0; i < 2; i++)
        if (offsets[i] > session->outputs[i].ring.end) return "attach: offset is in the future";
    for (int i = 0; i < 2; i++) {
        struct output *stream = &session->outputs[i];
        uint64_t base = ring_base(&stream->ring);
        /* Back to what was asked for: so it is kept until it has been acknowledged again. */
        stream->sent = stream->acknowledged = offsets[i] > base ? offsets[i] : base;
        output_resume(stream);
    }
    session->attached = session->input.tell = true;
    session->report.due = session->report.run > 0;
    return NULL;
}

bool session_signal(struct session *session, int number) {
    /* A process that has only just begun leads no group yet. */
    return session->pid > 0 &&
           (kill(-session->pid, number) == 0 || kill(session->pid, number) == 0);
}

void sessions_detach(void) {
    for (unsigned i = 0; i < SESSIONS_MAXIMUM; i++)
        if (sessions[i]) sessions[i]->attached = false;
}

void sessions_allow_drop(bool allow) {
    may_drop = allow;
    for (unsigned i = 0; i < SESSIONS_MAXIMUM && allow; i++)
        for (int stream = 0; stream < 2 && sessions[i]; stream++)
            output_resume(&sessions[i]->outputs[stream]);
}

int64_t sessions_work(void) {
    int64_t now = clock_milliseconds(), next = NEVER;
    for (unsigned i = 0; i < SESSIONS_MAXIMUM; i++) {
        struct session *session = sessions[i];
        if (!session) continue;
        if (session->exited) drain(session);
        if (session->deadline == 0 || session->pid == 0) continue;
        if (session->deadline <= now) {
            session->timed_out = true;
            session->deadline = 0;
            cgroup_kill(session->cgroup);
        } else {
            next = sooner(next, session->deadline);
        }
    }
    return next;
}
