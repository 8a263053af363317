/* Starts a program, or a function of this init, as a session of its own. */
#ifndef SPAWN_H
#define SPAWN_H

#include "command.h"

#include <stdbool.h>
#include <sys/types.h>

enum { EXIT_CANNOT_EXECUTE = 126, EXIT_NOT_FOUND = 127 };

struct spawn_request {
    const struct command *command;
    const char *cgroup;
    int (*builtin)(const void *detail); /* runs this instead of the command's arguments */
    const void *detail;
};

/* The parent's ends, all non-blocking; -1: there is none. */
struct spawned {
    pid_t pid;
    int input, output, errors;
    int failure; /* text, if the program could not be started; read it when it has ended */
};

/*
 * False if there are no resources (errno). That the program itself cannot be run shows as exit
 * code 126 or 127 and a text in `failure`.
 */
bool spawn(const struct spawn_request *request, struct spawned *spawned);

void terminal_resize(int terminal, uint16_t rows, uint16_t columns);

#endif
