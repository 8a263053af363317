/* Deadlines. The clock stands still while the machine does, so a standby uses none of them up. */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>
#include <time.h>

static inline int64_t clock_milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* No deadline at all. */
#define NEVER INT64_MAX

static inline int64_t sooner(int64_t one, int64_t other) {
    return one < other ? one : other;
}

#endif
