#include "ring.h"

#include <stdlib.h>
#include <string.h>

bool ring_make(struct ring *ring, size_t capacity) {
    *ring = (struct ring){.bytes = malloc(capacity), .capacity = capacity};
    return ring->bytes != NULL;
}

void ring_free(struct ring *ring) {
    free(ring->bytes);
    *ring = (struct ring){0};
}

uint64_t ring_base(const struct ring *ring) {
    return ring->end > ring->capacity ? ring->end - ring->capacity : 0;
}

size_t ring_room(const struct ring *ring, uint64_t keep) {
    uint64_t kept = ring->end - keep;
    return kept >= ring->capacity ? 0 : ring->capacity - (size_t)kept;
}

uint8_t *ring_tail(const struct ring *ring, size_t *contiguous) {
    size_t position = (size_t)(ring->end % ring->capacity);
    *contiguous = ring->capacity - position;
    return ring->bytes + position;
}

void ring_grow(struct ring *ring, size_t count) {
    ring->end += count;
}

void ring_append(struct ring *ring, const uint8_t *bytes, size_t count) {
    while (count > 0) {
        size_t contiguous;
        uint8_t *tail = ring_tail(ring, &contiguous);
        size_t part = count < contiguous ? count : contiguous;
        memcpy(tail, bytes, part);
        ring_grow(ring, part);
        bytes += part;
        count -= part;
    }
}

size_t ring_copy(const struct ring *ring, uint64_t offset, uint8_t *bytes, size_t capacity) {
    if (offset < ring_base(ring) || offset >= ring->end) return 0;
    size_t held = (size_t)(ring->end - offset);
    size_t count = held < capacity ? held : capacity;
    size_t position = (size_t)(offset % ring->capacity);
    size_t first = ring->capacity - position;
    if (first > count) first = count;
    memcpy(bytes, ring->bytes + position, first);
    memcpy(bytes + first, ring->bytes, count - first);
    return count;
}
