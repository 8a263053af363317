/* The one event loop. Nothing in it blocks; what may, runs in a process of its own. */
#ifndef LOOP_H
#define LOOP_H

#include <stdbool.h>
#include <stdint.h>

/* Interest in a descriptor. It lives in whatever owns the descriptor. */
struct watch {
    int descriptor;
    uint32_t events; /* what is registered; 0: not registered */
    void (*ready)(struct watch *watch, uint32_t events);
};

void loop_open(void);

/* Registers, changes or (events 0) ends a watch, as epoll understands the events. */
void watch_set(struct watch *watch, uint32_t events);
/* Ends the watch and closes its descriptor. */
void watch_close(struct watch *watch);

/*
 * Runs until `done` says so. `work` is called before each wait; it does what has become possible
 * or is due, and returns when it wants to be called again at the latest (clock_milliseconds()).
 */
void loop_run(int64_t (*work)(void), bool (*done)(void));

#endif
