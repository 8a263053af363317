/*
 * Frames on the agent's byte stream. A frame is a header of 16 bytes and a payload; it is sent
 * with Consistent Overhead Byte Stuffing, so that a zero byte occurs only as its end:
 *
 *     u32 payload length | u16 type | u16 zero | u64 id | payload      (big endian)
 *
 * A stream that begins or stops in the middle of a frame is therefore in step again at the next
 * zero byte, which is what a restored machine needs: bytes in flight are gone.
 */
#ifndef FRAMES_H
#define FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    FRAME_HEADER = 16,
    FRAME_PAYLOAD_MAXIMUM = 65536,
    FRAME_MAXIMUM = FRAME_HEADER + FRAME_PAYLOAD_MAXIMUM,
    FRAME_STUFFED_MAXIMUM = FRAME_MAXIMUM + FRAME_MAXIMUM / 254 + 2
};

struct frame {
    uint16_t type;
    uint64_t id;
    const uint8_t *payload;
    size_t length;
};

/* The most bytes that a payload of this length takes when sent. */
size_t frame_stuffed_size(size_t payload_length);

/*
 * Writes the frame, stuffed and with its final zero. The payload is given in two parts (the
 * second may be empty). Returns the bytes written; `out` holds frame_stuffed_size() of both.
 */
size_t frame_stuff(uint8_t *out, uint16_t type, uint64_t id, const uint8_t *first,
                   size_t first_length, const uint8_t *second, size_t second_length);

/* Collects the bytes of a stream into frames. */
struct frame_parser {
    size_t length;
    bool skipping;     /* too long: everything up to the next zero is dropped */
    uint64_t rejected; /* frames that were malformed */
    uint8_t bytes[FRAME_STUFFED_MAXIMUM];
};

/*
 * Consumes bytes up to the end of one frame and says how many. `complete` tells that `frame` is
 * set; it points into the parser and is good until the next call.
 */
size_t frame_parse(struct frame_parser *parser, const uint8_t *bytes, size_t count,
                   struct frame *frame, bool *complete);

void put_u16(uint8_t *at, uint16_t value);
void put_u32(uint8_t *at, uint32_t value);
void put_u64(uint8_t *at, uint64_t value);
uint16_t get_u16(const uint8_t *at);
uint32_t get_u32(const uint8_t *at);
uint64_t get_u64(const uint8_t *at);

#endif
