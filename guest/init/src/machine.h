/*
 * Requests about the machine as a whole, and its end.
 *
 *     template ─START→ running ─→ ended ─→ power off
 *         └──────────────┴─→ failed ─┘         (frozen or not is apart from that)
 */
#ifndef MACHINE_H
#define MACHINE_H

#include "config.h"
#include "request.h"

#include <stdbool.h>
#include <stdint.h>

enum phase { PHASE_TEMPLATE, PHASE_RUNNING, PHASE_ENDED, PHASE_FAILED };

enum phase machine_phase(void);
const char *machine_phase_name(void);
/* Tells the host. `problem` is why, for a failure. */
void machine_enter(enum phase phase, const char *problem);
const char *machine_problem(void);
bool machine_frozen(void);

void request_start(struct request *request);
void request_freeze(struct request *request);
void request_thaw(struct request *request);
void request_statistics(struct request *request);
void request_shutdown(struct request *request);

/* Powers the machine off, now that there is nothing more to wait for. */
void machine_end(void);

/* The volumes to leave clean. */
void machine_configured(const struct config *config);

/* Does what is due, and returns when something will be. */
int64_t machine_work(void);

#endif
