/*
 * The newest bytes of a stream. Every byte has an absolute offset from the beginning of the
 * stream; the ring holds those from ring_base() up to `end`.
 */
#ifndef RING_H
#define RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ring {
    uint8_t *bytes;
    size_t capacity;
    uint64_t end; /* the offset after the newest byte */
};

bool ring_make(struct ring *ring, size_t capacity);
void ring_free(struct ring *ring);

/* The oldest offset that is still held. */
uint64_t ring_base(const struct ring *ring);

/* How many bytes fit without losing one at offset `keep` or later. */
size_t ring_room(const struct ring *ring, uint64_t keep);

/* Where the next bytes go, and how many of them without a break; ring_grow() takes them in. */
uint8_t *ring_tail(const struct ring *ring, size_t *contiguous);
void ring_grow(struct ring *ring, size_t count);

void ring_append(struct ring *ring, const uint8_t *bytes, size_t count);

/* Copies what is held from `offset` on, at most `capacity` bytes. */
size_t ring_copy(const struct ring *ring, uint64_t offset, uint8_t *bytes, size_t capacity);

#endif
