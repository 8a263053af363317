#include "agent.h"

#include "clock.h"
#include "files.h"
#include "machine.h"
#include "port.h"
#include "protocol.h"
#include "proxy.h"
#include "session.h"
#include "session_requests.h"
#include "workload.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

enum { HELLO_MAXIMUM = 16 * 1024 };

static bool connected;
static bool always_drop;
static uint64_t detached_limit = 60000;
static int64_t detached_since;

bool agent_open(void) {
    detached_since = clock_milliseconds();
    return port_open();
}

void agent_output_policy(uint64_t detached_milliseconds, bool drop) {
    detached_limit = detached_milliseconds;
    always_drop = drop;
}

/* A connection lasts until the next CONNECT; nothing is sent while nobody seems to be there. */
static bool heard(void) {
    return connected && port_host_there();
}

static void describe_session(const struct session *session, struct record_writer *writer) {
    const struct output *out = &session->outputs[0], *err = &session->outputs[1];
    record_add(writer, "session",
               "%" PRIu64 " %s %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64,
               session->id, session_running(session) ? "running" : "ended", ring_base(&out->ring),
               out->ring.end, ring_base(&err->ring), err->ring.end, session->input.ring.end);
}

static void describe_machine(struct record_writer *writer) {
    static char boot_id[64]; /* read once: what a restore has to do first is kept short */
    struct utsname names;
    record_add(writer, "version", "%d", PROTOCOL_VERSION);
    record_add(writer, "phase", "%s", machine_phase_name());
    record_add(writer, "frozen", "%d", machine_frozen());
    if (*machine_problem()) record_add(writer, "error", "%s", machine_problem());
    if (!*boot_id) file_read("/proc/sys/kernel/random/boot_id", boot_id, sizeof boot_id);
    record_add(writer, "boot_id", "%s", boot_id);
    if (uname(&names) == 0) {
        record_add(writer, "kernel", "%s", names.release);
        record_add(writer, "hostname", "%s", names.nodename);
    }
    record_add(writer, "uptime_ms", "%" PRId64, clock_milliseconds());
    record_add(writer, "rejected", "%" PRIu64, port_rejected());
}

static void request_connect(struct request *request) {
    static char bytes[HELLO_MAXIMUM];
    struct records records = {.bytes = request->bytes, .length = request->length};
    struct record_writer writer = {.bytes = bytes, .capacity = sizeof bytes};
    const char *key, *value;
    bool refused = false;
    uint64_t version = 0;
    port_restart();
    sessions_detach();
    proxy_reset();
    connected = false;
    detached_since = clock_milliseconds();
    while (request_next(request, &records, &key, &value, &refused)) {
        bool known = strcmp(key, "version") == 0;
        if (known && parse_unsigned(value, UINT16_MAX, &version)) continue;
        refuse_record(request, !known, key);
        return;
    }
    if (refused) return;
    if (version != PROTOCOL_VERSION) {
        answer_error(request, "version", "this init speaks version %d", PROTOCOL_VERSION);
        return;
    }
    connected = true;
    describe_machine(&writer);
    for (unsigned i = 0; i < SESSIONS_MAXIMUM; i++)
        if (session_at(i)) describe_session(session_at(i), &writer);
    port_send(HELLO, request->id, bytes, writer.length, NULL, 0);
}

static void request_ping(struct request *request) {
    answer_ok(request, NULL);
}

/* When a request may come. */
enum { IN_TEMPLATE = 1, IN_OPERATION = 2, IN_FAILURE = 4, WHILE_FROZEN = 8 };

static const struct operation {
    uint16_t type;
    void (*perform)(struct request *request);
    unsigned when;
} operations[] = {
    {PING, request_ping, IN_TEMPLATE | IN_OPERATION | IN_FAILURE | WHILE_FROZEN},
    {START, request_start, IN_TEMPLATE},
    {FREEZE, request_freeze, IN_OPERATION | WHILE_FROZEN},
    {THAW, request_thaw, IN_OPERATION | WHILE_FROZEN},
    {STOP, request_stop, IN_OPERATION},
    {SHUTDOWN, request_shutdown, IN_TEMPLATE | IN_OPERATION | IN_FAILURE | WHILE_FROZEN},
    {STATS, request_statistics, IN_OPERATION | WHILE_FROZEN},
    {EXEC, request_exec, IN_OPERATION},
    {COPY_IN, request_copy_in, IN_OPERATION},
    {COPY_OUT, request_copy_out, IN_OPERATION},
    {ATTACH, request_attach, IN_OPERATION | IN_FAILURE | WHILE_FROZEN},
    {SIGNAL, request_signal, IN_OPERATION | WHILE_FROZEN},
    {RESIZE, request_resize, IN_OPERATION | WHILE_FROZEN},
    {RELEASE, request_release, IN_OPERATION | IN_FAILURE | WHILE_FROZEN},
};

static const struct operation *operation_of(uint16_t type) {
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
        if (operations[i].type == type) return &operations[i];
    return NULL;
}

static unsigned phase_bit(void) {
    switch (machine_phase()) {
    case PHASE_TEMPLATE:
        return IN_TEMPLATE;
    case PHASE_FAILED:
        return IN_FAILURE;
    default:
        return IN_OPERATION;
    }
}

static bool makes_session(uint16_t type) {
    return type == EXEC || type == COPY_IN || type == COPY_OUT;
}

static void perform(struct request *request) {
    const struct operation *operation = operation_of(request->type);
    if (!operation) {
        answer_error(request, "protocol", "unknown frame type %u", request->type);
    } else if (request->id == 0) {
        answer_error(request, "protocol", "0 is no request's id");
    } else if (makes_session(request->type) && proxy_id(request->id)) {
        answer_error(request, "protocol", "ids with the top bit set are the guest's");
    } else if (answer_again(request->id)) {
        return;
    } else if (makes_session(request->type) && session_find(request->id)) {
        answer_ok(request, NULL);
    } else if (!(operation->when & phase_bit())) {
        answer_error(request, "phase", "not while the machine is %s", machine_phase_name());
    } else if (machine_frozen() && !(operation->when & WHILE_FROZEN)) {
        answer_error(request, "frozen", "not while the machine is frozen");
    } else {
        operation->perform(request);
    }
}

static void handle(const struct frame *frame) {
    if (frame->type != CONNECT && !connected) return;
    if (frame->type == INPUT) {
        take_input(frame);
        return;
    }
    if (frame->type == OUTPUT_ACK) {
        take_output_acknowledgement(frame);
        return;
    }
    struct request request = {.type = frame->type,
                              .id = frame->id,
                              .bytes = malloc(frame->length + 1),
                              .length = frame->length};
    if (!request.bytes) {
        answer_error(&request, "io", "out of memory");
        return;
    }
    if (frame->length > 0) memcpy(request.bytes, frame->payload, frame->length);
    if (frame->type == CONNECT) request_connect(&request);
    else perform(&request);
    free(request.bytes);
}

/* Back-pressure for a host that is there or will soon be; for nobody, the newest output. */
int64_t agent_deadline(void) {
    int64_t now = clock_milliseconds();
    if (heard()) detached_since = now;
    int64_t limit = heard() ? NEVER : detached_since + (int64_t)detached_limit;
    bool drop = always_drop || now >= limit;
    sessions_allow_drop(drop);
    return drop ? NEVER : limit;
}

/* In turn first, so that neither takes all the room there is. */
static void send_all(void) {
    static bool turn;
    turn = !turn;
    if (turn) sessions_send();
    proxy_work();
    if (!turn) sessions_send();
}

bool agent_work(void) {
    if (heard()) send_all();
    return port_work(handle);
}
