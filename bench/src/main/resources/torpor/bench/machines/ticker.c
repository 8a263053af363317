// What machines run while they are measured: a tick on the serial console every few milliseconds, and
// on port 7000 one answer per connection. "dirty N" fills N MiB of memory anew first.
//
//   ticker MILLISECONDS    a tick is "tick <life> <count> <milliseconds since 1970>"
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { PORT = 7000, WAITING = 16, PAGE = 4096 };

// Noise, so that no page is zero or like another.
static void fill(uint64_t *page) {
    static uint64_t state = 88172645463325252u;
    for (size_t i = 0; i < PAGE / sizeof *page; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        page[i] = state;
    }
}

static void dirty(size_t mebibytes) {
    static uint8_t *area;
    static size_t length;
    size_t wanted = mebibytes << 20;
    if (wanted > length) {
        if (area) munmap(area, length);
        area = mmap(NULL, wanted, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (area == MAP_FAILED) exit(1);
        length = wanted;
    }
    for (size_t at = 0; at < wanted; at += PAGE) fill((uint64_t *)(area + at));
}

// An emulated serial port loses an interrupt now and then; whoever writes to it would wait for ever.
// Stopped and started again it goes on.
static void print(int console, const char *line) {
    if (write(console, line, strlen(line)) < 0) {
        tcflow(console, TCOOFF);
        tcflow(console, TCOON);
    }
}

static void answer(int listener, unsigned life, unsigned long count) {
    char request[64] = {0};
    int connection = accept(listener, NULL, NULL);
    if (connection < 0) return;
    if (read(connection, request, sizeof request - 1) > 0) {
        if (!strncmp(request, "dirty ", 6)) dirty(strtoul(request + 6, NULL, 10));
        dprintf(connection, "%08x %lu\n", life, count);
    }
    close(connection);
}

int main(int argc, char **argv) {
    int interval = argc > 1 ? atoi(argv[1]) : 2;
    int console = open("/dev/ttyS0", O_WRONLY | O_NOCTTY | O_NONBLOCK);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(PORT)};
    struct pollfd wait = {.fd = listener, .events = POLLIN};
    unsigned life;
    if (console < 0 || getrandom(&life, sizeof life, 0) != sizeof life ||
        bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, WAITING))
        return 1;
    for (unsigned long count = 1;; count++) {
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        char line[80];
        snprintf(line, sizeof line, "tick %08x %lu %lld\n", life, count,
                 now.tv_sec * 1000LL + now.tv_nsec / 1000000);
        print(console, line);
        if (poll(&wait, 1, interval) > 0) answer(listener, life, count);
    }
}
