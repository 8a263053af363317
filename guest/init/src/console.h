/* What the init says to people: one line each on the machine's console. */
#ifndef CONSOLE_H
#define CONSOLE_H

/* Makes the console this process's standard input, output and error. Needs /dev. */
void console_open(void);

/* Writes "torpor-init [seconds since boot] message". Keep it rare: a serial port is slow. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
