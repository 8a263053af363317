#include "port.h"

#include "devices.h"
#include "loop.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { PORT_WAIT_MILLISECONDS = 5000, OUTGOING = 256 * 1024, CHUNK = 32 * 1024 };

static struct watch watch = {.descriptor = -1};
static uint8_t outgoing[OUTGOING];
static size_t outgoing_start, outgoing_end;
static uint8_t incoming[CHUNK];
static size_t incoming_start, incoming_end;
static struct frame_parser parser;
static bool host_there;

/* Edge-triggered, because a port without a host reports a hang-up for ever: any event says no
   more than "try again", which port_work() does. */
static void ready(struct watch *unused, uint32_t events) {
    (void)unused;
    (void)events;
}

bool port_open(void) {
    char path[DEVICE_PATH_MAXIMUM];
    if (!port_find("agent", path, PORT_WAIT_MILLISECONDS)) return false;
    watch.descriptor = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
    watch.ready = ready;
    if (watch.descriptor < 0) return false;
    watch_set(&watch, EPOLLIN | EPOLLOUT | EPOLLET);
    return true;
}

static bool flush(void) {
    bool moved = false;
    while (outgoing_start < outgoing_end) {
        ssize_t written =
            write(watch.descriptor, outgoing + outgoing_start, outgoing_end - outgoing_start);
        if (written <= 0) break;
        outgoing_start += (size_t)written;
        moved = true;
    }
    if (outgoing_start == outgoing_end) outgoing_start = outgoing_end = 0;
    return moved;
}

static size_t free_space(void) {
    return OUTGOING - (outgoing_end - outgoing_start);
}

/* What is left of the last read, or a new one. False: nothing there. */
static bool receive(void) {
    if (incoming_start < incoming_end) return true;
    ssize_t got = read(watch.descriptor, incoming, sizeof incoming);
    host_there = got != 0;
    if (got > 0) {
        incoming_start = 0;
        incoming_end = (size_t)got;
        return true;
    }
    return false;
}

bool port_work(void (*handle)(const struct frame *frame)) {
    if (watch.descriptor < 0) return false;
    bool before = host_there, moved = flush();
    while (free_space() >= PORT_RESERVE && receive()) {
        struct frame frame;
        bool complete;
        incoming_start += frame_parse(&parser, incoming + incoming_start,
                                      incoming_end - incoming_start, &frame, &complete);
        if (complete) handle(&frame);
        moved = true;
    }
    return flush() || moved || host_there != before;
}

long port_room(void) {
    size_t space = free_space();
    size_t overhead = PORT_RESERVE + frame_stuffed_size(0) + FRAME_PAYLOAD_MAXIMUM / 254 + 1;
    return (long)space - (long)overhead;
}

void port_send(uint16_t type, uint64_t id, const void *first, size_t first_length,
               const void *second, size_t second_length) {
    size_t size = frame_stuffed_size(first_length + second_length);
    if (watch.descriptor < 0 || free_space() < size) return;
    if (OUTGOING - outgoing_end < size) {
        memmove(outgoing, outgoing + outgoing_start, outgoing_end - outgoing_start);
        outgoing_end -= outgoing_start;
        outgoing_start = 0;
    }
    outgoing_end +=
        frame_stuff(outgoing + outgoing_end, type, id, first, first_length, second, second_length);
}

bool port_host_there(void) {
    return host_there;
}

void port_restart(void) {
    outgoing_start = 0;
    outgoing_end = 1;
    outgoing[0] = 0;
}

bool port_flushed(void) {
    return outgoing_start == outgoing_end;
}

uint64_t port_rejected(void) {
    return parser.rejected;
}
