/* A program to run, as the configuration disk or an EXEC request describes it. */
#ifndef COMMAND_H
#define COMMAND_H

#include "records.h"

#include <stdint.h>

struct command {
    struct strings arguments, environment;
    const char *directory; /* NULL: "/" */
    const char *user;      /* "name", "uid", either with ":group"; NULL: root */
    bool terminal;         /* run on a pseudo terminal */
    bool input;            /* standard input is a stream from the host, otherwise /dev/null */
    uint16_t rows, columns;
};

enum acceptance { ACCEPTED, UNKNOWN_KEY, INVALID_VALUE };

/* Takes one record. The strings are not copied: their bytes outlive the command. */
enum acceptance command_accept(struct command *command, const char *key, const char *value);

/* The value of an environment variable, or NULL. */
const char *command_environment(const struct command *command, const char *name);

/*
 * Fills what `command` leaves open (directory, user, variables it does not name) from
 * `defaults`, as a program that is run next to the workload expects.
 */
bool command_inherit(struct command *command, const struct command *defaults);

void command_free(struct command *command);

#endif
