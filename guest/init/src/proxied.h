/*
 * One connection of a program to the host: what has gone each way, and how much more may. Only
 * counting; the socket is proxy.c's.
 *
 *     program → socket → OUTPUT frames → host → OUTPUT_ACK → room for more
 *     host → INPUT frames → ring → socket → program; INPUT_ACK → room for more
 *
 * It lives on one connection of the host alone: nothing of it is ever sent again.
 */
#ifndef PROXIED_H
#define PROXIED_H

#include "ring.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PROXIED_WINDOW = 64 * 1024 };

struct proxied {
    struct ring input;     /* its end is what has been accepted from the host */
    uint64_t written;      /* of that, to the program */
    bool input_ended;      /* the host has sent the end */
    bool input_done;       /* the program has been told so, or is deaf */
    bool deaf;             /* the program reads no more: what comes is dropped */
    uint64_t sent;         /* to the host */
    uint64_t acknowledged; /* of that, by the host */
    bool output_ended;     /* the program has shut down its side */
    bool output_closed;    /* the host has been told so */
};

bool proxied_make(struct proxied *proxied);
void proxied_free(struct proxied *proxied);

/* Say why a frame cannot be taken, or NULL. Bytes known already are skipped. */
const char *proxied_input(struct proxied *proxied, uint64_t offset, bool end, const uint8_t *bytes,
                          size_t count);
const char *proxied_acknowledge(struct proxied *proxied, int stream, uint64_t offset);

/* Up to where the host may send. */
uint64_t proxied_limit(const struct proxied *proxied);

/* How many bytes more the host may be sent before it has acknowledged some. */
size_t proxied_room(const struct proxied *proxied);

/* The program reads no more. */
void proxied_deafen(struct proxied *proxied);

/* Both directions have ended, and all of them has arrived. */
bool proxied_done(const struct proxied *proxied);

#endif
