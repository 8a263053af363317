#include "frames.h"

#include <string.h>

void put_u16(uint8_t *at, uint16_t value) {
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

void put_u32(uint8_t *at, uint32_t value) {
    put_u16(at, (uint16_t)(value >> 16));
    put_u16(at + 2, (uint16_t)value);
}

void put_u64(uint8_t *at, uint64_t value) {
    put_u32(at, (uint32_t)(value >> 32));
    put_u32(at + 4, (uint32_t)value);
}

uint16_t get_u16(const uint8_t *at) {
    return (uint16_t)(at[0] << 8 | at[1]);
}

uint32_t get_u32(const uint8_t *at) {
    return (uint32_t)get_u16(at) << 16 | get_u16(at + 2);
}

uint64_t get_u64(const uint8_t *at) {
    return (uint64_t)get_u32(at) << 32 | get_u32(at + 4);
}

size_t frame_stuffed_size(size_t payload_length) {
    size_t plain = FRAME_HEADER + payload_length;
    return plain + plain / 254 + 2;
}

/* Where stuffing has got to: `block` is the place of the code byte that is not yet known. */
struct stuffing {
    uint8_t *block, *next;
};

static void block_end(struct stuffing *stuffing) {
    *stuffing->block = (uint8_t)(stuffing->next - stuffing->block);
    stuffing->block = stuffing->next++;
}

static void stuff(struct stuffing *stuffing, const uint8_t *bytes, size_t count) {
    const uint8_t *end = bytes + count;
    while (bytes < end) {
        size_t room = 255 - (size_t)(stuffing->next - stuffing->block);
        size_t left = (size_t)(end - bytes);
        if (room > left) room = left;
        const uint8_t *zero = memchr(bytes, 0, room);
        size_t run = zero ? (size_t)(zero - bytes) : room;
        memcpy(stuffing->next, bytes, run);
        stuffing->next += run;
        bytes += run;
        if (zero) bytes++;
        if (zero || stuffing->next - stuffing->block == 255) block_end(stuffing);
    }
}

size_t frame_stuff(uint8_t *out, uint16_t type, uint64_t id, const uint8_t *first,
                   size_t first_length, const uint8_t *second, size_t second_length) {
    uint8_t header[FRAME_HEADER] = {0};
    put_u32(header, (uint32_t)(first_length + second_length));
    put_u16(header + 4, type);
    put_u64(header + 8, id);
    struct stuffing stuffing = {.block = out, .next = out + 1};
    stuff(&stuffing, header, sizeof header);
    stuff(&stuffing, first, first_length);
    stuff(&stuffing, second, second_length);
    block_end(&stuffing);
    stuffing.next[-1] = 0;
    return (size_t)(stuffing.next - out);
}

/* Undoes the stuffing in place. A code byte that points behind the end is malformed. */
static bool unstuff(uint8_t *bytes, size_t count, size_t *length) {
    size_t in = 0, out = 0;
    while (in < count) {
        uint8_t code = bytes[in++];
        size_t run = (size_t)code - 1;
        if (code == 0 || run > count - in) return false;
        memmove(bytes + out, bytes + in, run);
        in += run;
        out += run;
        if (code != 255 && in < count) bytes[out++] = 0;
    }
    *length = out;
    return true;
}

static bool frame_open(struct frame_parser *parser, struct frame *frame) {
    size_t length = 0;
    const uint8_t *bytes = parser->bytes;
    if (!unstuff(parser->bytes, parser->length, &length) || length < FRAME_HEADER) return false;
    if (get_u32(bytes) != length - FRAME_HEADER || get_u16(bytes + 6) != 0) return false;
    if (length > FRAME_MAXIMUM) return false;
    *frame = (struct frame){.type = get_u16(bytes + 4),
                            .id = get_u64(bytes + 8),
                            .payload = bytes + FRAME_HEADER,
                            .length = length - FRAME_HEADER};
    return true;
}

size_t frame_parse(struct frame_parser *parser, const uint8_t *bytes, size_t count,
                   struct frame *frame, bool *complete) {
    const uint8_t *zero = memchr(bytes, 0, count);
    size_t run = zero ? (size_t)(zero - bytes) : count;
    *complete = false;
    if (run > sizeof parser->bytes - parser->length) parser->skipping = true;
    if (!parser->skipping) {
        memcpy(parser->bytes + parser->length, bytes, run);
        parser->length += run;
    }
    if (!zero) return count;
    if (!parser->skipping && parser->length > 0) *complete = frame_open(parser, frame);
    if (!*complete && (parser->skipping || parser->length > 0)) parser->rejected++;
    parser->length = 0;
    parser->skipping = false;
    return run + 1;
}
