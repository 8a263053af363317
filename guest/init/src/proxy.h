/*
 * Connections that programs open to the host: to a port of the loopback where this init listens,
 * from where they are carried over the agent's port. So a worker calls the host's API in a machine
 * without a network.
 *
 *     accept → OPEN → OUTPUT, INPUT … (both ways, half close included) → EXIT
 *                └── RELEASE by the host, or a new connection of the host: reset
 */
#ifndef PROXY_H
#define PROXY_H

#include "config.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the host may rely on; 1: this, of README.md. */
enum { PROXY_VERSION = 1 };

/* Listens on each port of the configuration. On failure, why. */
bool proxy_listen(const struct config *config, char *problem, size_t capacity);

/* Whether an id is of a proxied connection, be it gone. */
bool proxy_id(uint64_t id);

/* Say why a frame cannot be taken, or NULL; so also for a connection that is gone. */
const char *proxy_input(uint64_t id, uint64_t offset, bool end, const uint8_t *bytes, size_t count);
const char *proxy_acknowledge(uint64_t id, int stream, uint64_t offset);

/* Resets one, if it is there, and forgets it. The bytes before it are not taken back. */
void proxy_release(uint64_t id);

/* Resets all that the last host knew of. Who has not been accepted yet goes on waiting. */
void proxy_reset(void);

/* With a host there: accepts, carries both ways what there is room for, and tells of ends. */
void proxy_work(void);

#endif
