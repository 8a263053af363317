/*
 * What reads bytes of strangers, alone and under the sanitizers: known cases, then random and
 * half-random bytes. parsers_test [rounds [seed]] prints its seed; the same seed repeats a run.
 */
#include "../src/archive.h"
#include "../src/config.h"
#include "../src/frames.h"
#include "../src/protocol.h"
#include "../src/proxied.h"
#include "../src/ring.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CHECK(condition)                                                            \
    do {                                                                            \
        if (!(condition)) {                                                         \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
            abort();                                                                \
        }                                                                           \
    } while (0)

static uint64_t state;

static uint64_t draw(uint64_t bound) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % bound;
}

static void fill(uint8_t *bytes, size_t count, unsigned variety) {
    for (size_t i = 0; i < count; i++) bytes[i] = (uint8_t)draw(variety);
}

static struct frame_parser parser;
static uint8_t payload[FRAME_PAYLOAD_MAXIMUM], wire[FRAME_STUFFED_MAXIMUM];

/* Gives the bytes in pieces; the frames must be exactly the one expected, or none. */
static unsigned feed(const uint8_t *bytes, size_t count, uint16_t type, uint64_t id,
                     const uint8_t *expected, size_t length) {
    unsigned found = 0;
    for (size_t at = 0; at < count;) {
        size_t piece = 1 + draw(count - at);
        while (piece > 0) {
            struct frame frame;
            bool complete;
            size_t used = frame_parse(&parser, bytes + at, piece, &frame, &complete);
            CHECK(used > 0 && used <= piece);
            at += used;
            piece -= used;
            if (!complete) continue;
            found++;
            CHECK(frame.type == type && frame.id == id && frame.length == length);
            CHECK(length == 0 || memcmp(frame.payload, expected, length) == 0);
        }
    }
    return found;
}

static void frames_come_back(size_t length, unsigned variety) {
    fill(payload, length, variety);
    size_t first = draw(length + 1);
    uint16_t type = (uint16_t)draw(0x10000);
    uint64_t id = draw(UINT64_MAX);
    size_t size = frame_stuff(wire, type, id, payload, first, payload + first, length - first);
    CHECK(size <= frame_stuffed_size(length) && size <= sizeof wire);
    CHECK(memchr(wire, 0, size) == wire + size - 1);
    CHECK(feed(wire, size, type, id, payload, length) == 1);
    /* The beginning of a frame is none (but for its end, of which a byte may say nothing more),
       and the next one is whole again. */
    size_t cut = draw(3) ? draw(size) : size - 1 - draw(size < 5 ? 1 : 4);
    const uint8_t zero = 0;
    unsigned found = cut > 0 ? feed(wire, cut, type, id, payload, length) : 0;
    found += feed(&zero, 1, type, id, payload, length);
    CHECK(found == (cut == size - 1) || (found == 1 && cut == size - 2 && wire[cut] == 1));
    CHECK(feed(wire, size, type, id, payload, length) == 1);
}

static void frames_at_their_limits(void) {
    static const size_t lengths[] = {0,   1,   237, 238, 239,   491,
                                     492, 493, 746, 747, 65535, FRAME_PAYLOAD_MAXIMUM};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        for (unsigned variety = 1; variety <= 256; variety += 85)
            frames_come_back(lengths[i], variety);
    memset(payload, 0xff, sizeof payload);
    size_t size = frame_stuff(wire, 1, 2, payload, sizeof payload, NULL, 0);
    CHECK(feed(wire, size, 1, 2, payload, sizeof payload) == 1);
}

/* Whatever comes, the parser stays within its bytes and takes a good frame after it. */
static void garbage_is_survived(void) {
    static uint8_t garbage[3 * FRAME_STUFFED_MAXIMUM];
    size_t count = 1 + draw(draw(50) ? 300 : sizeof garbage);
    fill(garbage, count, draw(2) ? 256 : 4);
    if (draw(2)) /* no end in sight */
        for (size_t i = 0; i < count; i++) garbage[i] |= 1;
    for (size_t at = 0; at < count;) {
        struct frame frame;
        bool complete;
        at += frame_parse(&parser, garbage + at, count - at, &frame, &complete);
        if (complete) CHECK(frame.length <= FRAME_PAYLOAD_MAXIMUM);
    }
    const uint8_t zero = 0;
    struct frame frame;
    bool complete;
    frame_parse(&parser, &zero, 1, &frame, &complete);
    size_t size = frame_stuff(wire, 7, 8, (const uint8_t *)"good", 4, NULL, 0);
    CHECK(feed(wire, size, 7, 8, (const uint8_t *)"good", 4) == 1);
}

/* The ring against the whole stream. */
static void ring_holds_the_newest(void) {
    static uint8_t stream[4096], copy[4096];
    struct ring ring;
    CHECK(ring_make(&ring, 1 + draw(300)));
    size_t length = 0;
    for (int step = 0; step < 50; step++) {
        size_t count = draw(ring.capacity + 1);
        if (length + count > sizeof stream) break;
        fill(stream + length, count, 256);
        ring_append(&ring, stream + length, count);
        length += count;
        CHECK(ring.end == length);
        CHECK(ring_base(&ring) == (length > ring.capacity ? length - ring.capacity : 0));
        uint64_t offset = draw(length + 2);
        size_t capacity = draw(sizeof copy);
        size_t got = ring_copy(&ring, offset, copy, capacity);
        bool held = offset >= ring_base(&ring) && offset < length;
        size_t rest = held ? length - (size_t)offset : 0;
        CHECK(got == (rest < capacity ? rest : capacity));
        CHECK(memcmp(copy, stream + offset, got) == 0);
        uint64_t keep = ring_base(&ring) + draw(length - ring_base(&ring) + 1);
        CHECK(ring_room(&ring, keep) == ring.capacity - (length - keep));
    }
    ring_free(&ring);
}

static const char *const keys[] = {
    "arg",     "env",       "workdir",     "user",       "tty",         "stdin",       "rows",
    "columns", "hostname",  "mac",         "address",    "machine_id",  "gateway",     "dns",
    "search",  "host",      "mtu",         "entropy",    "epoch_ns",    "stop_signal", "restart",
    "volume",  "linger_ms", "drop_output", "memory_max", "restart_max", "proxy",       "unknown"};
static const char *const values[] = {"",
                                     "1",
                                     "0",
                                     "/a",
                                     "A=b",
                                     "4294967296",
                                     "x",
                                     "-",
                                     "10.0.0.2",
                                     "never",
                                     "10.0.0.2/24",
                                     "10.0.0.2/33",
                                     "=",
                                     ":",
                                     "1:rw:/v",
                                     "1:rw:v",
                                     "10.0.0.1 host",
                                     "02:00:00:00:00:0g",
                                     "99999999999999999999999",
                                     "00112233445566778899aabbccddeeff"};

static size_t put_records(uint8_t *bytes, size_t capacity) {
    size_t length = 0;
    for (size_t count = draw(12); count > 0; count--) {
        const char *key = keys[draw(sizeof keys / sizeof *keys)];
        const char *value = values[draw(sizeof values / sizeof *values)];
        int written = snprintf((char *)bytes + length, capacity - length, "%s=%s", key, value);
        length += (size_t)written + 1;
    }
    return length;
}

static void configurations_are_read_or_refused(void) {
    uint8_t bytes[4096] = "TORPORCF";
    char problem[128] = "";
    size_t length = put_records(bytes + CONFIG_HEADER, sizeof bytes - CONFIG_HEADER);
    put_u32(bytes + 8, CONFIG_VERSION);
    put_u32(bytes + 12, (uint32_t)length);
    if (draw(2)) bytes[draw(length + CONFIG_HEADER)] = (uint8_t)draw(256);
    if (draw(8) == 0) put_u32(bytes + 12, (uint32_t)draw(UINT32_MAX));
    if (draw(4) == 0) put_u32(bytes + 12, (uint32_t)draw(length + 1));
    /* Exactly as many bytes as there are, so that the sanitizer sees each one too many. */
    size_t size = CONFIG_HEADER + length - (draw(4) == 0 ? draw(length + 1) : 0);
    uint8_t *disk = malloc(size);
    CHECK(disk);
    memcpy(disk, bytes, size);
    struct config config = config_defaults();
    bool read = config_parse(&config, disk, size, problem, sizeof problem);
    CHECK(read == (*problem == 0));
    if (read) CHECK(config.command.arguments.count > 0);
    command_free(&config.command);
    identity_free(&config.identity);
    free(disk);
}

static bool configuration_of(const char *key, const char *value) {
    uint8_t bytes[512] = "TORPORCF";
    char problem[128];
    int length = snprintf((char *)bytes + CONFIG_HEADER, sizeof bytes - CONFIG_HEADER,
                          "arg=x%c%s=%s", 0, key, value);
    put_u32(bytes + 8, CONFIG_VERSION);
    put_u32(bytes + 12, (uint32_t)length + 1);
    struct config config = config_defaults();
    bool read = config_parse(&config, bytes, sizeof bytes, problem, sizeof problem);
    command_free(&config.command);
    identity_free(&config.identity);
    return read;
}

static void values_are_checked(void) {
    static const char *const good[][2] = {{"hostname", "web-1.example"},
                                          {"address", "10.0.0.2/24"},
                                          {"address", "1.2.3.4/0"},
                                          {"mac", "02:00:00:0a:ff:01"},
                                          {"mtu", "65535"},
                                          {"user", "a:b"},
                                          {"host", "1.2.3.4 a b"},
                                          {"volume", "3:overlay:/x"},
                                          {"restart", "always"},
                                          {"proxy", "1"},
                                          {"proxy", "65535"},
                                          {"env", "A="},
                                          {"epoch_ns", "1900000000000000000"}};
    static const char *const bad[][2] = {{"hostname", "a b"},
                                         {"hostname", "-a"},
                                         {"hostname", ""},
                                         {"address", "10.0.0.2"},
                                         {"address", "10.0.0.2/33"},
                                         {"address", "10.0.0/8"},
                                         {"mac", "02:00:00:0A:ff:01"},
                                         {"mac", "02-00-00-0a-ff-01"},
                                         {"mtu", "575"},
                                         {"mtu", "65536"},
                                         {"host", "1.2.3.4"},
                                         {"host", "1.2.3.4 a\nb"},
                                         {"volume", "3:rx:/x"},
                                         {"volume", "3:rw:x"},
                                         {"volume", "a:rw:/x"},
                                         {"volume", "3:rw:/"},
                                         {"env", "=x"},
                                         {"env", "x"},
                                         {"workdir", "x"},
                                         {"proxy", "0"},
                                         {"proxy", "65536"},
                                         {"proxy", "80 81"},
                                         {"tty", "yes"},
                                         {"rows", "10001"},
                                         {"stop_signal", "0"},
                                         {"stop_signal", "65"},
                                         {"entropy", "00"},
                                         {"entropy", "0"},
                                         {"machine_id", "00"},
                                         {"epoch_ns", "-1"},
                                         {"epoch_ns", "9223372036854775808"},
                                         {"", "x"}};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        CHECK(configuration_of(good[i][0], good[i][1]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK(!configuration_of(bad[i][0], bad[i][1]));
}

/* A connection against the whole of both streams, whatever the host says. */
static void proxied_bytes_arrive_once(void) {
    static uint8_t stream[256 * 1024], copy[PROXIED_WINDOW];
    struct proxied proxied;
    uint64_t accepted = 0, ended = UINT64_MAX;
    CHECK(proxied_make(&proxied));
    fill(stream, 4096, 256);
    for (size_t at = 4096; at < sizeof stream; at += 4096) memcpy(stream + at, stream, 4096);
    for (int step = 0; step < 40; step++) {
        uint64_t offset = draw(4) ? accepted : draw(4) ? draw(accepted + 2) : draw(UINT64_MAX);
        size_t count = draw(draw(3) ? 20000 : PROXIED_WINDOW);
        bool end = draw(30) == 0;
        uint64_t after = offset + count;
        const uint8_t *bytes = offset < sizeof stream / 2 ? stream + offset : stream;
        const char *why = proxied_input(&proxied, offset, end, bytes, count);
        bool good =
            offset <= accepted &&
            (after <= accepted || (after <= proxied_limit(&proxied) && ended == UINT64_MAX));
        CHECK((why == NULL) == good);
        if (good && after > accepted) accepted = after;
        if (good && end && after == accepted && ended == UINT64_MAX) ended = accepted;
        CHECK(proxied.input.end == accepted && proxied.input_ended == (ended != UINT64_MAX));
        CHECK(proxied.written <= accepted && accepted <= proxied_limit(&proxied));
        if (accepted > sizeof stream / 2 - PROXIED_WINDOW) break;
        size_t got = ring_copy(&proxied.input, proxied.written, copy, draw(sizeof copy));
        CHECK(memcmp(copy, stream + proxied.written, got) == 0);
        proxied.written += got;
        if (draw(60) == 0) proxied_deafen(&proxied);

        proxied.sent += draw(proxied_room(&proxied) + 1);
        uint64_t confirmed = draw(3) ? draw(proxied.sent + 1) : draw(UINT64_MAX);
        int number = (int)draw(10) ? STREAM_OUTPUT : (int)draw(256);
        why = proxied_acknowledge(&proxied, number, confirmed);
        CHECK((why == NULL) == (number == STREAM_OUTPUT && confirmed <= proxied.sent));
        CHECK(proxied.acknowledged <= proxied.sent && proxied_room(&proxied) <= PROXIED_WINDOW);
    }
    proxied_free(&proxied);
}

static void entries_are_read_or_refused(void) {
    uint8_t header[ENTRY_HEADER], again[ENTRY_HEADER];
    struct entry entry;
    fill(header, sizeof header, draw(2) ? 256 : 3);
    if (draw(2)) header[0] = (uint8_t) "dfleo"[draw(5)];
    if (draw(2)) header[1] = 0;
    if (draw(2)) memset(header + 28, 0, 4);
    if (entry_read(header, &entry)) return;
    CHECK(entry.path_length <= ENTRY_PATH_MAXIMUM && entry.mode <= 07777);
    entry_write(&entry, again);
    if (entry.kind != ENTRY_END) CHECK(memcmp(header, again, sizeof header) == 0);
}

static void paths_are_checked(void) {
    static const char *const good[] = {".", "a", "a/b", "...", "..a", "a/...", ".a", "a b\n"};
    static const char *const bad[] = {"",   "/",   "/a",    "a/",     "a//b", "..",
                                      "./", "./a", "a/./b", "a/../b", "a/..", "../a"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        CHECK(entry_path_valid(good[i], strlen(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK(!entry_path_valid(bad[i], strlen(bad[i])));
    char path[32];
    size_t length = draw(sizeof path);
    for (size_t i = 0; i < length; i++) path[i] = "a./"[draw(3)];
    if (!entry_path_valid(path, length)) return;
    CHECK(path[0] != '/' && path[length - 1] != '/');
    path[length < sizeof path ? length : length - 1] = 0;
    CHECK(!strstr(path, "//") && strncmp(path, "../", 3) != 0 && !strstr(path, "/../"));
}

int main(int count, char **arguments) {
    long rounds = count > 1 ? strtol(arguments[1], NULL, 10) : 20000;
    uint64_t seed = count > 2 ? strtoull(arguments[2], NULL, 10) : (uint64_t)time(NULL);
    state = seed * 2654435761 + 1;
    printf("parsers_test: %ld rounds, seed %llu\n", rounds, (unsigned long long)seed);
    frames_at_their_limits();
    values_are_checked();
    for (long round = 0; round < rounds; round++) {
        frames_come_back(draw(draw(20) ? 600 : FRAME_PAYLOAD_MAXIMUM), 1 + (unsigned)draw(256));
        garbage_is_survived();
        ring_holds_the_newest();
        configurations_are_read_or_refused();
        proxied_bytes_arrive_once();
        entries_are_read_or_refused();
        paths_are_checked();
    }
    return 0;
}
