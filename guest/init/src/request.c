#include "request.h"

#include "port.h"
#include "protocol.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { REMEMBERED = 64, ANSWER_MAXIMUM = 320 };

static struct answer {
    bool given;
    uint16_t type;
    uint64_t id;
    size_t length;
    char payload[ANSWER_MAXIMUM];
} answers[REMEMBERED];
static unsigned next_answer;

/* These change nothing, or nothing that a repetition would not: their answer is made anew. */
static bool worth_remembering(uint16_t type) {
    return type != CONNECT && type != PING && type != STATS && type != ATTACH;
}

static void answer(const struct request *request, uint16_t type, const char *payload,
                   size_t length) {
    port_send(type, request->id, payload, length, NULL, 0);
    if (!worth_remembering(request->type) || length > ANSWER_MAXIMUM) return;
    struct answer *place = &answers[next_answer++ % REMEMBERED];
    *place = (struct answer){.given = true, .type = type, .id = request->id, .length = length};
    memcpy(place->payload, payload, length);
}

void answer_ok(const struct request *request, const struct record_writer *records) {
    answer(request, OK, records ? records->bytes : "", records ? records->length : 0);
}

void answer_error(const struct request *request, const char *code, const char *format, ...) {
    char bytes[ANSWER_MAXIMUM], message[200];
    struct record_writer writer = {.bytes = bytes, .capacity = sizeof bytes};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    record_add(&writer, "code", "%s", code);
    record_add(&writer, "message", "%s", message);
    answer(request, ERROR, bytes, writer.length);
}

bool answer_again(uint64_t id) {
    for (unsigned i = 0; i < REMEMBERED; i++) {
        const struct answer *known = &answers[i];
        if (!known->given || known->id != id) continue;
        port_send(known->type, id, known->payload, known->length, NULL, 0);
        return true;
    }
    return false;
}

bool request_next(const struct request *request, struct records *records, const char **key,
                  const char **value, bool *refused) {
    enum record_status status = records_next(records, key, value);
    if (status == RECORD_MALFORMED) {
        answer_error(request, "invalid", "malformed record");
        *refused = true;
    }
    return status == RECORD_FOUND;
}

void refuse_record(const struct request *request, bool unknown, const char *key) {
    answer_error(request, "invalid", "%s %.64s", unknown ? "unknown key" : "invalid value of", key);
}
