#include "command.h"

#include <string.h>

static enum acceptance accept_size(const char *value, uint16_t *size) {
    uint64_t number;
    if (!parse_unsigned(value, 10000, &number)) return INVALID_VALUE;
    *size = (uint16_t)number;
    return ACCEPTED;
}

enum acceptance command_accept(struct command *command, const char *key, const char *value) {
    if (strcmp(key, "arg") == 0)
        return strings_add(&command->arguments, value) ? ACCEPTED : INVALID_VALUE;
    if (strcmp(key, "env") == 0) {
        const char *equals = strchr(value, '=');
        if (!equals || equals == value) return INVALID_VALUE;
        return strings_add(&command->environment, value) ? ACCEPTED : INVALID_VALUE;
    }
    if (strcmp(key, "workdir") == 0) {
        command->directory = value;
        return *value == '/' ? ACCEPTED : INVALID_VALUE;
    }
    if (strcmp(key, "user") == 0) {
        command->user = *value ? value : NULL;
        return ACCEPTED;
    }
    if (strcmp(key, "tty") == 0)
        return parse_flag(value, &command->terminal) ? ACCEPTED : INVALID_VALUE;
    if (strcmp(key, "stdin") == 0)
        return parse_flag(value, &command->input) ? ACCEPTED : INVALID_VALUE;
    if (strcmp(key, "rows") == 0) return accept_size(value, &command->rows);
    if (strcmp(key, "columns") == 0) return accept_size(value, &command->columns);
    return UNKNOWN_KEY;
}

/* Both are "name=value", or one is a bare name. */
static bool same_variable(const char *one, const char *other) {
    size_t length = strcspn(one, "=");
    return strcspn(other, "=") == length && memcmp(one, other, length) == 0;
}

const char *command_environment(const struct command *command, const char *name) {
    for (size_t i = command->environment.count; i-- > 0;) {
        const char *variable = command->environment.items[i];
        if (same_variable(variable, name)) return strchr(variable, '=') + 1;
    }
    return NULL;
}

bool command_inherit(struct command *command, const struct command *defaults) {
    if (!command->directory) command->directory = defaults->directory;
    if (!command->user) command->user = defaults->user;
    for (size_t i = 0; i < defaults->environment.count; i++) {
        const char *variable = defaults->environment.items[i];
        if (command_environment(command, variable)) continue;
        if (!strings_add(&command->environment, variable)) return false;
    }
    return true;
}

void command_free(struct command *command) {
    strings_free(&command->arguments);
    strings_free(&command->environment);
}
