/* Checkpoints out of a deep call through a function pointer, with state of every kind around it. */
#include <stdio.h>
#include <stdlib.h>
#include <torpor.h>

static unsigned long long fnv(const unsigned char *bytes, size_t count) {
    unsigned long long hash = 1469598103934665603ULL;
    for (size_t i = 0; i < count; i++) {
        hash ^= bytes[i];
        hash *= 1099511628211ULL;
    }
    return hash;
}

struct node {
    struct node *next;
    int value;
};

static int checkpoint_named(const char *token) { return torpor_host_checkpoint(token, (int)strlen(token)); }
static int sleep_named(const char *token) { return torpor_host_sleep(5000) == 0 ? 0 : -100; }

static int deep(int depth, int (*stop)(const char *), int step) {
    volatile int locals[8];
    for (int i = 0; i < 8; i++) locals[i] = depth * 100 + i;
    int result;
    if (depth == 0) {
        char token[32];
        snprintf(token, sizeof token, "step-%d", step);
        result = stop(token);
    } else {
        result = deep(depth - 1, stop, step);
    }
    for (int i = 0; i < 8; i++)
        if (locals[i] != depth * 100 + i) exit(9);
    return result;
}

int main(int argc, char **argv) {
    int steps = argc > 1 ? atoi(argv[1]) : 3;
    size_t count = (size_t)(argc > 2 ? atoi(argv[2]) : 256) << 10;
    const char *name = getenv("WORKER_NAME");
    unsigned char *buffer = malloc(count ? count : 1);
    unsigned x = 12345;
    for (size_t i = 0; i < count; i++) {
        x = x * 1664525u + 1013904223u;
        buffer[i] = (i / 4096) % 2 ? x >> 24 : i >> 8;
    }
    struct node *head = NULL;
    double sum = 0.5;
    for (int step = 1; step <= steps; step++) {
        struct node *node = malloc(sizeof *node);
        node->value = step * step;
        node->next = head;
        head = node;
        buffer[(size_t)step * 7919 % count] ^= step;
        if (step % 3 == 0) memset(buffer + 8192, 0, 8192); /* whole pages become zero again */
        if (step % 3 == 1) memset(buffer + 8192, step, 8192);
        unsigned long long before = fnv(buffer, count);
        int resumed = deep(5, step % 4 == 0 ? sleep_named : checkpoint_named, step);
        if (resumed < 0) printf("error %d\n", resumed);
        sum = sum * 1.25 + step;
        int list = 0;
        for (struct node *n = head; n; n = n->next) list += n->value;
        printf("%s step %d memory %s list %d sum %.6f\n", name ? name : "?", step,
               before == fnv(buffer, count) ? "intact" : "CORRUPT", list, sum);
    }
    printf("%s done %016llx\n", name ? name : "?", fnv(buffer, count));
    return 7;
}
