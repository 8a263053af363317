#include "proxied.h"

#include "protocol.h"

bool proxied_make(struct proxied *proxied) {
    *proxied = (struct proxied){0};
    return ring_make(&proxied->input, PROXIED_WINDOW);
}

void proxied_free(struct proxied *proxied) {
    ring_free(&proxied->input);
}

const char *proxied_input(struct proxied *proxied, uint64_t offset, bool end, const uint8_t *bytes,
                          size_t count) {
    uint64_t accepted = proxied->input.end;
    if (offset > accepted) return "input: bytes are missing before the offset";
    uint64_t known = accepted - offset;
    if (known > count || (known == count && !end)) return NULL;
    size_t fresh = count - (size_t)known;
    if (proxied->input_ended && fresh > 0) return "input: bytes after the end";
    if (fresh > ring_room(&proxied->input, proxied->written))
        return "input: more than the limit allows";
    ring_append(&proxied->input, bytes + known, fresh);
    if (end) proxied->input_ended = true;
    if (proxied->deaf) proxied->written = proxied->input.end;
    return NULL;
}

const char *proxied_acknowledge(struct proxied *proxied, int stream, uint64_t offset) {
    if (stream != STREAM_OUTPUT) return "acknowledge: unknown stream";
    if (offset > proxied->sent) return "acknowledge: offset was never sent";
    if (offset > proxied->acknowledged) proxied->acknowledged = offset;
    return NULL;
}

uint64_t proxied_limit(const struct proxied *proxied) {
    return proxied->written + PROXIED_WINDOW;
}

size_t proxied_room(const struct proxied *proxied) {
    return PROXIED_WINDOW - (size_t)(proxied->sent - proxied->acknowledged);
}

void proxied_deafen(struct proxied *proxied) {
    proxied->deaf = proxied->input_done = true;
    proxied->written = proxied->input.end;
}

bool proxied_done(const struct proxied *proxied) {
    return proxied->input_done && proxied->output_closed && proxied->acknowledged == proxied->sent;
}
