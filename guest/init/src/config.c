#include "config.h"

#include "frames.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

struct config config_defaults(void) {
    return (struct config){.stop_signal = SIGTERM,
                           .stop_grace_milliseconds = 10000,
                           .restart_delay_milliseconds = 100,
                           .linger_milliseconds = 10000,
                           .detached_milliseconds = 60000};
}

static enum acceptance accept_number(const char *value, uint64_t maximum, uint64_t *number) {
    return parse_unsigned(value, maximum, number) ? ACCEPTED : INVALID_VALUE;
}

static enum acceptance accept_restart(struct config *config, const char *value) {
    static const char *const names[] = {"never", "on-failure", "always"};
    for (int i = 0; i < 3; i++) {
        if (strcmp(value, names[i]) != 0) continue;
        config->restart = (enum restart)i;
        return ACCEPTED;
    }
    return INVALID_VALUE;
}

/* "<number>:<ro|rw|overlay>:<absolute path>" */
static enum acceptance accept_volume(struct config *config, const char *value) {
    static const char *const modes[] = {"ro", "rw", "overlay"};
    if (config->volume_count == VOLUMES_MAXIMUM) return INVALID_VALUE;
    struct volume *volume = &config->volumes[config->volume_count];
    char number[8];
    size_t digits = strcspn(value, ":");
    uint64_t parsed;
    if (digits >= sizeof number || !value[digits]) return INVALID_VALUE;
    memcpy(number, value, digits);
    number[digits] = 0;
    if (!parse_unsigned(number, 9999, &parsed)) return INVALID_VALUE;
    volume->number = (unsigned)parsed;

    const char *mode = value + digits + 1;
    size_t length = strcspn(mode, ":");
    if (mode[length] != ':' || mode[length + 1] != '/' || !mode[length + 2]) return INVALID_VALUE;
    volume->path = mode + length + 1;
    for (int i = 0; i < 3; i++) {
        if (strlen(modes[i]) != length || memcmp(mode, modes[i], length) != 0) continue;
        volume->mode = (enum volume_mode)i;
        config->volume_count++;
        return ACCEPTED;
    }
    return INVALID_VALUE;
}

static enum acceptance accept_proxy(struct config *config, const char *value) {
    uint64_t port;
    if (config->proxy_count == PROXIES_MAXIMUM) return INVALID_VALUE;
    if (!parse_unsigned(value, UINT16_MAX, &port) || port == 0) return INVALID_VALUE;
    for (size_t i = 0; i < config->proxy_count; i++)
        if (config->proxies[i] == port) return INVALID_VALUE;
    config->proxies[config->proxy_count++] = (uint16_t)port;
    return ACCEPTED;
}

static enum acceptance config_accept(struct config *config, const char *key, const char *value) {
    const uint64_t day = 24 * 3600 * 1000;
    uint64_t number;
    if (strcmp(key, "stop_signal") == 0) {
        if (!parse_unsigned(value, 64, &number) || number == 0) return INVALID_VALUE;
        config->stop_signal = (int)number;
        return ACCEPTED;
    }
    if (strcmp(key, "stop_grace_ms") == 0)
        return accept_number(value, day, &config->stop_grace_milliseconds);
    if (strcmp(key, "restart") == 0) return accept_restart(config, value);
    if (strcmp(key, "restart_max") == 0)
        return accept_number(value, UINT32_MAX, &config->restart_maximum);
    if (strcmp(key, "restart_delay_ms") == 0)
        return accept_number(value, day, &config->restart_delay_milliseconds);
    if (strcmp(key, "memory_max") == 0)
        return accept_number(value, INT64_MAX, &config->memory_maximum);
    if (strcmp(key, "linger_ms") == 0)
        return accept_number(value, day, &config->linger_milliseconds);
    if (strcmp(key, "detached_ms") == 0)
        return accept_number(value, day, &config->detached_milliseconds);
    if (strcmp(key, "drop_output") == 0)
        return parse_flag(value, &config->drop_output) ? ACCEPTED : INVALID_VALUE;
    if (strcmp(key, "volume") == 0) return accept_volume(config, value);
    if (strcmp(key, "proxy") == 0) return accept_proxy(config, value);
    enum acceptance acceptance = command_accept(&config->command, key, value);
    return acceptance == UNKNOWN_KEY ? identity_accept(&config->identity, key, value) : acceptance;
}

bool config_parse(struct config *config, uint8_t *bytes, size_t length, char *problem,
                  size_t capacity) {
    if (length < CONFIG_HEADER || memcmp(bytes, "TORPORCF", 8) != 0) {
        snprintf(problem, capacity, "config: not a configuration disk");
        return false;
    }
    if (get_u32(bytes + 8) != CONFIG_VERSION) {
        snprintf(problem, capacity, "config: version %u, this init knows %d", get_u32(bytes + 8),
                 CONFIG_VERSION);
        return false;
    }
    struct records records = {.bytes = (char *)bytes + CONFIG_HEADER,
                              .length = get_u32(bytes + 12)};
    if (records.length > CONFIG_MAXIMUM - CONFIG_HEADER ||
        records.length > length - CONFIG_HEADER) {
        snprintf(problem, capacity, "config: longer than its disk or 1 MiB");
        return false;
    }
    const char *key, *value;
    enum record_status status;
    while ((status = records_next(&records, &key, &value)) == RECORD_FOUND) {
        enum acceptance acceptance = config_accept(config, key, value);
        if (acceptance == ACCEPTED) continue;
        snprintf(problem, capacity, "config: %s %.64s",
                 acceptance == UNKNOWN_KEY ? "unknown key" : "invalid value of", key);
        return false;
    }
    if (status == RECORD_MALFORMED || config->command.arguments.count == 0) {
        snprintf(problem, capacity, "config: %s",
                 status == RECORD_MALFORMED ? "malformed record" : "no arg, so nothing to run");
        return false;
    }
    return true;
}
