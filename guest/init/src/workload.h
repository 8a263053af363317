/*
 * The image's entrypoint: session 0, which has a restart policy and with which the machine ends.
 *
 *     start → running → exit ─policy→ wait → start …
 *                          └→ ended: the host fetches the rest, RELEASE or linger → power off
 */
#ifndef WORKLOAD_H
#define WORKLOAD_H

#include "config.h"
#include "request.h"

#include <stdbool.h>
#include <stdint.h>

enum { WORKLOAD_SESSION = 0 };

/* Starts the workload; the config outlives it. On failure, why. */
bool workload_start(const struct config *config, char *problem, size_t capacity);

/* What a program run next to the workload takes from it. */
const struct command *workload_command(void);

/* Asks the workload to end, and kills it after the grace time; it is not started again. */
void request_stop(struct request *request);

/* Does what is due, and returns when something will be. */
int64_t workload_work(void);

#endif
