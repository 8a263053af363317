#include "loop.h"

#include "clock.h"
#include "console.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

static int poller = -1;

void loop_open(void) {
    poller = epoll_create1(EPOLL_CLOEXEC);
}

void watch_set(struct watch *watch, uint32_t events) {
    if (events == watch->events) return;
    struct epoll_event event = {.events = events, .data.ptr = watch};
    int operation = events == 0          ? EPOLL_CTL_DEL
                    : watch->events == 0 ? EPOLL_CTL_ADD
                                         : EPOLL_CTL_MOD;
    if (epoll_ctl(poller, operation, watch->descriptor, &event) == 0) watch->events = events;
    else say("watch %d: %s", watch->descriptor, strerror(errno));
}

void watch_close(struct watch *watch) {
    if (watch->descriptor < 0) return;
    watch_set(watch, 0);
    close(watch->descriptor);
    watch->descriptor = -1;
}

static int milliseconds_until(int64_t deadline) {
    if (deadline == NEVER) return -1;
    int64_t left = deadline - clock_milliseconds();
    return left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

void loop_run(int64_t (*work)(void), bool (*done)(void)) {
    for (;;) {
        int64_t deadline = work();
        if (done()) return;
        /* One at a time: handling it may end any other watch. */
        struct epoll_event event;
        if (epoll_wait(poller, &event, 1, milliseconds_until(deadline)) != 1) continue;
        struct watch *watch = event.data.ptr;
        watch->ready(watch, event.events);
    }
}
