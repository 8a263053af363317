/*
 * A program in the guest that opens a connection and does with it what it is told, in order:
 *
 *     caller PORT [send:TEXT | fill:BYTES | end | take:BYTES | rest | hold | reset]...
 *
 * `fill` sends a pattern, `take` reads that many bytes of it and checks them, `rest` reads to the
 * end, `hold` waits for a line of standard input, `reset` closes with a reset. It says what came of
 * each step in a line, and ends with 1 where the connection broke.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int connection;

static unsigned char pattern(size_t offset) {
    return (unsigned char)(offset * 31 + offset / 251);
}

static void say(const char *step, const char *text) {
    printf("%s %s\n", step, text);
    fflush(stdout);
}

static void fail(const char *step) {
    say(step, strerror(errno));
    exit(1);
}

static void send_all(const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = write(connection, bytes, count);
        if (written < 0) fail("send");
        bytes += written;
        count -= (size_t)written;
    }
}

static void fill(size_t count) {
    char bytes[8192];
    for (size_t at = 0; at < count;) {
        size_t part = count - at < sizeof bytes ? count - at : sizeof bytes;
        for (size_t i = 0; i < part; i++) bytes[i] = (char)pattern(at + i);
        send_all(bytes, part);
        at += part;
    }
    say("fill", "done");
}

static void take(size_t count) {
    unsigned char bytes[8192];
    for (size_t at = 0; at < count;) {
        size_t most = count - at < sizeof bytes ? count - at : sizeof bytes;
        ssize_t got = read(connection, bytes, most);
        if (got < 0) fail("take");
        if (got == 0) {
            say("take", "cut short");
            exit(1);
        }
        for (size_t i = 0; i < (size_t)got; i++)
            if (bytes[i] != pattern(at + i)) {
                say("take", "other bytes");
                exit(1);
            }
        at += (size_t)got;
    }
    say("take", "done");
}

static void rest(void) {
    char bytes[4096];
    ssize_t got;
    size_t kept = 0;
    while ((got = read(connection, bytes + kept, sizeof bytes - 1 - kept)) > 0) kept += (size_t)got;
    if (got < 0) fail("rest");
    bytes[kept] = 0;
    say("rest", bytes);
}

static void step(const char *what) {
    char line[16];
    if (strncmp(what, "send:", 5) == 0) send_all(what + 5, strlen(what + 5));
    else if (strncmp(what, "fill:", 5) == 0) fill(strtoul(what + 5, NULL, 10));
    else if (strncmp(what, "take:", 5) == 0) take(strtoul(what + 5, NULL, 10));
    else if (strcmp(what, "end") == 0) shutdown(connection, SHUT_WR);
    else if (strcmp(what, "rest") == 0) rest();
    else if (strcmp(what, "hold") == 0) say("hold", fgets(line, sizeof line, stdin) ? "over" : "");
    else if (strcmp(what, "reset") == 0)
        setsockopt(connection, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0},
                   sizeof(struct linger));
}

int main(int count, char **arguments) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((unsigned short)atoi(arguments[1])),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    connection = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(connection, (struct sockaddr *)&address, sizeof address) != 0) fail("connect");
    say("connect", "done");
    for (int i = 2; i < count; i++) step(arguments[i]);
    return 0;
}
