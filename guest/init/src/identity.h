/*
 * What makes this machine differ from its copies: name, id, addresses, clock, randomness. Set at
 * boot from the configuration disk, and again at a thaw, before the workload runs.
 */
#ifndef IDENTITY_H
#define IDENTITY_H

#include "command.h"

#include <stddef.h>
#include <stdint.h>

enum { ENTROPY_MINIMUM = 16, ENTROPY_MAXIMUM = 64 };

struct identity {
    const char *hostname, *machine_id, *mac, *address, *gateway;
    uint32_t mtu;
    struct strings name_servers, search_domains, hosts;
    int64_t epoch_nanoseconds; /* 0: leave the clock */
    uint8_t entropy[ENTROPY_MAXIMUM];
    size_t entropy_length;
};

/* Takes one record. The strings are not copied. */
enum acceptance identity_accept(struct identity *identity, const char *key, const char *value);

/* Entropy and clock: all that a machine needs before it has a root file system. */
bool identity_refresh(const struct identity *identity, char *problem, size_t capacity);

/*
 * Refreshes, then sets what is given and leaves the rest. On failure, why; what
 * could be set has been.
 */
bool identity_set(const struct identity *identity, char *problem, size_t capacity);

void identity_free(struct identity *identity);

#endif
