/*
 * What this machine is to run, from the disk with serial "config". The bytes are the host's; an
 * unknown key or a bad value is refused by its name, so that nothing is silently ignored.
 *
 *     "TORPORCF" | u32 version | u32 length of the records | records      (big endian)
 */
#ifndef CONFIG_H
#define CONFIG_H

#include "command.h"
#include "identity.h"

#include <stdbool.h>
#include <stdint.h>

enum { CONFIG_VERSION = 1, CONFIG_HEADER = 16, CONFIG_MAXIMUM = 1 << 20, VOLUMES_MAXIMUM = 16 };
enum { PROXIES_MAXIMUM = 4 };

enum restart { RESTART_NEVER, RESTART_ON_FAILURE, RESTART_ALWAYS };

enum volume_mode { VOLUME_READ_ONLY, VOLUME_READ_WRITE, VOLUME_OVERLAY };

struct volume {
    unsigned number; /* its disk's serial is "vol-<number>" */
    enum volume_mode mode;
    const char *path;
};

struct config {
    struct command command;
    struct identity identity;
    int stop_signal;
    uint64_t stop_grace_milliseconds;
    enum restart restart;
    uint64_t restart_maximum; /* 0: no limit */
    uint64_t restart_delay_milliseconds;
    uint64_t memory_maximum; /* bytes; 0: the machine's */
    uint64_t linger_milliseconds;
    uint64_t detached_milliseconds;
    bool drop_output;
    struct volume volumes[VOLUMES_MAXIMUM];
    size_t volume_count;
    uint16_t proxies[PROXIES_MAXIMUM]; /* ports of the loopback that lead to the host */
    size_t proxy_count;
};

/* Fills in what a configuration leaves out. */
struct config config_defaults(void);

/*
 * Takes what a configuration disk holds, header included. The config's strings point into the
 * bytes. On refusal, why.
 */
bool config_parse(struct config *config, uint8_t *bytes, size_t length, char *problem,
                  size_t capacity);

#endif
