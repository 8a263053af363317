#include "console.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

void console_open(void) {
    int console = open("/dev/console", O_RDWR | O_NOCTTY);
    if (console < 0) console = open("/dev/null", O_RDWR);
    if (console < 0) return;
    for (int descriptor = 0; descriptor <= 2; descriptor++) dup2(console, descriptor);
    if (console > 2) close(console);
}

void say(const char *format, ...) {
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    char line[512];
    int length = snprintf(line, sizeof line, "torpor-init [%lld.%03ld] ", (long long)now.tv_sec,
                          now.tv_nsec / 1000000);
    va_list arguments;
    va_start(arguments, format);
    int more = vsnprintf(line + length, sizeof line - (size_t)length - 1, format, arguments);
    va_end(arguments);
    if (more > 0) length += more;
    if (length > (int)sizeof line - 2) length = (int)sizeof line - 2;
    line[length++] = '\n';
    if (write(STDERR_FILENO, line, (size_t)length) < 0) return; /* nobody is left to tell */
}
