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

/* Sends and receives. True: something moved, so that there may be more to do. */
bool agent_work(void);

/* When output may be dropped, because nobody has listened for so long; drops it if so. */
int64_t agent_deadline(void);

#endif
