/*
 * The conversation with the host. A connection begins with CONNECT, which ends the one before;
 * what came of that and is still under way is nobody's any more.
 */
#ifndef AGENT_H
#define AGENT_H

#include <stdbool.h>
#include <stdint.h>

/* Opens the port. False: the machine has none, and nobody to talk to. */
bool agent_open(void);

/* How long nobody may listen before output is dropped; or drop it at once. */
void agent_output_policy(uint64_t detached_milliseconds, bool drop);

/* Does what is due, and returns when something will be. */
int64_t agent_work(void);

#endif
