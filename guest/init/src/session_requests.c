#include "session_requests.h"

#include "archive.h"
#include "machine.h"
#include "protocol.h"
#include "proxy.h"
#include "session.h"
#include "workload.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { TIMEOUT_MAXIMUM = 24 * 3600 * 1000 };

/* Makes a session whose command's strings are the request's bytes. NULL: answered. */
static struct session *make_session(struct request *request) {
    struct session *session = session_make(request->id, SESSION_RING);
    if (!session) {
        answer_error(request, "busy", "no more than %d sessions at a time", SESSIONS_MAXIMUM);
        return NULL;
    }
    session->bytes = request->bytes;
    request->bytes = NULL;
    return session;
}

static void start_session(struct request *request, struct session *session,
                          struct spawn_request *spawn_request, uint64_t timeout) {
    if (!session_start(session, spawn_request)) {
        answer_error(request, "io", "cannot start a process: %s", strerror(errno));
        session_free(session);
        return;
    }
    if (timeout > 0) session->deadline = clock_milliseconds() + (int64_t)timeout;
    session->attached = session->input.tell = true;
    answer_ok(request, NULL);
}

static bool read_exec(struct request *request, struct session *session, uint64_t *timeout) {
    struct records records = {.bytes = session->bytes, .length = request->length};
    const char *key, *value;
    bool refused = false, inherit = true;
    while (request_next(request, &records, &key, &value, &refused)) {
        enum acceptance acceptance = command_accept(&session->command, key, value);
        if (strcmp(key, "timeout_ms") == 0)
            acceptance = parse_unsigned(value, TIMEOUT_MAXIMUM, timeout) ? ACCEPTED : INVALID_VALUE;
        else if (strcmp(key, "inherit") == 0)
            acceptance = parse_flag(value, &inherit) ? ACCEPTED : INVALID_VALUE;
        if (acceptance == ACCEPTED) continue;
        refuse_record(request, acceptance == UNKNOWN_KEY, key);
        return false;
    }
    if (refused) return false;
    if (session->command.arguments.count == 0) {
        answer_error(request, "invalid", "no arg, so nothing to run");
        return false;
    }
    if (inherit && !command_inherit(&session->command, workload_command())) {
        answer_error(request, "io", "out of memory");
        return false;
    }
    return true;
}

void request_exec(struct request *request) {
    uint64_t timeout = 0;
    struct session *session = make_session(request);
    if (!session) return;
    struct spawn_request spawn_request = {.command = &session->command};
    if (read_exec(request, session, &timeout))
        start_session(request, session, &spawn_request, timeout);
    else session_free(session);
}

static bool read_copy(struct request *request, struct session *session, struct copy *copy, bool out,
                      uint64_t *timeout) {
    struct records records = {.bytes = session->bytes, .length = request->length};
    const char *key, *value;
    bool refused = false;
    while (request_next(request, &records, &key, &value, &refused)) {
        bool known = true, valid = false;
        if (strcmp(key, "path") == 0) {
            copy->path = value;
            valid = *value == '/';
        } else if (strcmp(key, "user") == 0) {
            valid = command_accept(&session->command, key, value) == ACCEPTED;
        } else if (strcmp(key, "timeout_ms") == 0) {
            valid = parse_unsigned(value, TIMEOUT_MAXIMUM, timeout);
        } else if (out && strcmp(key, "follow") == 0) {
            valid = parse_flag(value, &copy->follow);
        } else if (out && strcmp(key, "metadata") == 0) {
            valid = parse_flag(value, &copy->metadata_only);
        } else {
            known = false;
        }
        if (valid) continue;
        refuse_record(request, !known, key);
        return false;
    }
    if (refused) return false;
    if (!copy->path) answer_error(request, "invalid", "no path");
    return copy->path != NULL;
}

static void request_copy(struct request *request, bool out) {
    uint64_t timeout = 0;
    struct session *session = make_session(request);
    if (!session) return;
    struct copy *copy = calloc(1, sizeof *copy);
    session->detail = copy;
    session->command.input = !out;
    struct spawn_request spawn_request = {
        .command = &session->command, .builtin = out ? copy_out : copy_in, .detail = copy};
    if (!copy) answer_error(request, "io", "out of memory");
    if (copy && read_copy(request, session, copy, out, &timeout))
        start_session(request, session, &spawn_request, timeout);
    else session_free(session);
}

void request_copy_in(struct request *request) {
    request_copy(request, false);
}

void request_copy_out(struct request *request) {
    request_copy(request, true);
}

/* Numbers that a request about a session may carry, each at most once of any use. */
struct session_fields {
    uint64_t session, output, errors, signal, rows, columns;
};

/* Reads the fields named in `allowed` ("session stdout …"). False: answered. */
static bool read_fields(struct request *request, const char *allowed,
                        struct session_fields *fields) {
    const struct {
        const char *key;
        uint64_t maximum, *place;
    } known[] = {{"session", UINT64_MAX, &fields->session},
                 {"stdout", INT64_MAX, &fields->output},
                 {"stderr", INT64_MAX, &fields->errors},
                 {"signal", 64, &fields->signal},
                 {"rows", 10000, &fields->rows},
                 {"columns", 10000, &fields->columns}};
    struct records records = {.bytes = request->bytes, .length = request->length};
    const char *key, *value;
    bool refused = false, named = false;
    while (request_next(request, &records, &key, &value, &refused)) {
        bool taken = false, valid = false;
        for (size_t i = 0; i < sizeof known / sizeof *known && !taken; i++) {
            taken = strcmp(key, known[i].key) == 0 && strstr(allowed, key);
            if (taken) valid = parse_unsigned(value, known[i].maximum, known[i].place);
        }
        named |= strcmp(key, "session") == 0;
        if (valid) continue;
        refuse_record(request, !taken, key);
        return false;
    }
    if (!refused && !named) answer_error(request, "invalid", "no session");
    return !refused && named;
}

/* The session that is named among them. NULL: answered. */
static struct session *find_session(struct request *request, const char *allowed,
                                    struct session_fields *fields) {
    if (!read_fields(request, allowed, fields)) return NULL;
    struct session *session = session_find(fields->session);
    if (!session) answer_error(request, "not_found", "no such session");
    return session;
}

void request_attach(struct request *request) {
    struct session_fields fields = {0};
    struct session *session = find_session(request, "session stdout stderr", &fields);
    if (!session) return;
    const char *why = session_attach(session, fields.output, fields.errors);
    if (why) {
        answer_error(request, "invalid", "%s", why);
        return;
    }
    char bytes[512];
    struct record_writer writer = {.bytes = bytes, .capacity = sizeof bytes};
    record_add(&writer, "running", "%d", session_running(session));
    record_add(&writer, "stdout", "%" PRIu64, session->outputs[0].sent);
    record_add(&writer, "stderr", "%" PRIu64, session->outputs[1].sent);
    answer_ok(request, &writer);
}

void request_signal(struct request *request) {
    struct session_fields fields = {0};
    struct session *session = find_session(request, "session signal", &fields);
    if (!session) return;
    if (fields.signal == 0) answer_error(request, "invalid", "no signal");
    else if (!session_signal(session, (int)fields.signal))
        answer_error(request, "not_found", "the session's process has ended");
    else answer_ok(request, NULL);
}

void request_resize(struct request *request) {
    struct session_fields fields = {0};
    struct session *session = find_session(request, "session rows columns", &fields);
    if (!session) return;
    int terminal = session->outputs[0].watch.descriptor;
    if (!session->input.terminal) {
        answer_error(request, "invalid", "the session has no terminal");
        return;
    }
    if (terminal >= 0) terminal_resize(terminal, (uint16_t)fields.rows, (uint16_t)fields.columns);
    answer_ok(request, NULL);
}

/* To repeat it does no harm, and there may be many: others are remembered for longer. */
static void answer_unremembered(const struct request *request) {
    answer_ok(&(struct request){.type = PING, .id = request->id}, NULL);
}

/* One that runs is ended: nobody is there any more to take what it prints. */
void request_release(struct request *request) {
    struct session_fields fields = {0};
    if (!read_fields(request, "session", &fields)) return;
    if (proxy_id(fields.session)) {
        proxy_release(fields.session);
        answer_unremembered(request);
        return;
    }
    struct session *session = session_find(fields.session);
    if (!session) {
        answer_error(request, "not_found", "no such session");
        return;
    }
    if (session->id == WORKLOAD_SESSION && machine_phase() != PHASE_ENDED) {
        answer_error(request, "phase", "the workload has not ended");
        return;
    }
    answer_ok(request, NULL);
    if (session->id == WORKLOAD_SESSION) {
        machine_end();
        return;
    }
    if (session->pid > 0) cgroup_kill(session->cgroup);
    session_free(session);
}

static void refuse_frame(const struct frame *frame, const char *code, const char *why) {
    struct request refused = {.type = PING, .id = frame->id};
    answer_error(&refused, code, "%s", why);
}

void take_input(const struct frame *frame) {
    bool proxied = proxy_id(frame->id);
    struct session *session = proxied ? NULL : session_find(frame->id);
    if (!proxied && !session) {
        refuse_frame(frame, "not_found", "input: no such session");
        return;
    }
    if (frame->length < INPUT_HEADER || frame->payload[8] > FLAG_END) {
        refuse_frame(frame, "invalid", "input: malformed");
        return;
    }
    const uint8_t *bytes = frame->payload;
    uint64_t offset = get_u64(bytes);
    bool end = bytes[8] == FLAG_END;
    const uint8_t *data = bytes + INPUT_HEADER;
    size_t count = frame->length - INPUT_HEADER;
    const char *why = proxied ? proxy_input(frame->id, offset, end, data, count)
                              : session_input(session, offset, end, data, count);
    if (why) refuse_frame(frame, "invalid", why);
}

void take_output_acknowledgement(const struct frame *frame) {
    bool proxied = proxy_id(frame->id);
    struct session *session = proxied ? NULL : session_find(frame->id);
    if (!proxied && !session) return; /* released since */
    const uint8_t *bytes = frame->payload;
    const char *why = "output acknowledgement: malformed";
    if (frame->length == OUTPUT_ACK_LENGTH)
        why = proxied ? proxy_acknowledge(frame->id, bytes[8], get_u64(bytes))
                      : session_acknowledge(session, bytes[8], get_u64(bytes));
    if (why) refuse_frame(frame, "invalid", why);
}
