/* What sessions have to tell, as frames: output, how much input was taken, exits. */
#include "frames.h"
#include "port.h"
#include "protocol.h"
#include "session.h"

#include <inttypes.h>
#include <sys/wait.h>

enum { OUTPUT_CHUNK = 32 * 1024 };

static bool send_output(const struct session *session, struct output *output, uint8_t stream) {
    long room = port_room() - OUTPUT_HEADER;
    uint8_t header[OUTPUT_HEADER], bytes[OUTPUT_CHUNK];
    if (output->sent == output->ring.end || room <= 0) return false;
    size_t capacity = room < OUTPUT_CHUNK ? (size_t)room : OUTPUT_CHUNK;
    size_t count = ring_copy(&output->ring, output->sent, bytes, capacity);
    put_u64(header, output->sent);
    header[8] = stream;
    port_send(OUTPUT, session->id, header, sizeof header, bytes, count);
    output->sent += count;
    return true;
}

static bool send_input_acknowledgement(struct session *session) {
    struct input *input = &session->input;
    uint8_t payload[INPUT_ACK_LENGTH];
    if (!input->tell || port_room() < INPUT_ACK_LENGTH) return false;
    put_u64(payload, input->ring.end);
    put_u64(payload + 8, input->consumed + input->ring.capacity);
    payload[16] = input->closed ? FLAG_END : 0;
    port_send(INPUT_ACK, session->id, payload, sizeof payload, NULL, 0);
    input->tell = false;
    return true;
}

static void describe_exit(const struct session *session, struct record_writer *writer) {
    const struct exit_report *report = &session->report;
    if (WIFEXITED(report->status)) record_add(writer, "code", "%d", WEXITSTATUS(report->status));
    else record_add(writer, "signal", "%d", WTERMSIG(report->status));
    record_add(writer, "run", "%" PRIu64, report->run);
    record_add(writer, "stdout", "%" PRIu64, report->ends[0]);
    record_add(writer, "stderr", "%" PRIu64, report->ends[1]);
    record_add(writer, "stdout_dropped", "%" PRIu64, session->outputs[0].dropped);
    record_add(writer, "stderr_dropped", "%" PRIu64, session->outputs[1].dropped);
    record_add(writer, "oom_kills", "%" PRIu64, report->oom_kills);
    record_add(writer, "timed_out", "%d", report->timed_out);
    record_add(writer, "restarting", "%d", report->restarting);
    if (*report->error) record_add(writer, "error", "%s", report->error);
}

/* The last thing said about a run: everything it printed has been sent before. */
static bool send_exit(struct session *session) {
    char bytes[1024];
    struct record_writer writer = {.bytes = bytes, .capacity = sizeof bytes};
    if (!session->report.due || port_room() < (long)sizeof bytes) return false;
    for (int i = 0; i < 2; i++)
        if (session->outputs[i].sent < session->report.ends[i]) return false;
    describe_exit(session, &writer);
    port_send(EXIT, session->id, bytes, writer.length, NULL, 0);
    session->report.due = false;
    return true;
}

void sessions_send(void) {
    static unsigned first; /* each begins in turn, so that a talkative one does not starve others */
    bool moved = true;
    for (first++; moved;) {
        moved = false;
        for (unsigned i = 0; i < SESSIONS_MAXIMUM; i++) {
            struct session *session = session_at((first + i) % SESSIONS_MAXIMUM);
            if (!session || !session->attached) continue;
            moved |= send_input_acknowledgement(session);
            moved |= send_output(session, &session->outputs[0], STREAM_OUTPUT);
            moved |= send_output(session, &session->outputs[1], STREAM_ERRORS);
            moved |= send_exit(session);
        }
    }
}
