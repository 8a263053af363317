#include "proxy.h"

#include "console.h"
#include "frames.h"
#include "loop.h"
#include "port.h"
#include "protocol.h"
#include "proxied.h"
#include "records.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CONNECTIONS_MAXIMUM = 32, BACKLOG = 64, CHUNK = 32 * 1024, ACCEPT_ROOM = 256 };

/* Above the ids of the host. */
#define FIRST_ID (UINT64_C(1) << 63)

/* Both watches are edge-triggered: an event is noted, and stays noted until the call has said
   EAGAIN, so that whatever had to wait for room goes on without another event. */
static struct listener {
    struct watch watch; /* first */
    uint16_t port;
    bool waiting;
} listeners[PROXIES_MAXIMUM];
static size_t listener_count;

static struct connection {
    struct watch watch; /* first */
    uint64_t id;        /* 0: none is here */
    struct proxied proxied;
    bool readable, writable;
    bool tell;   /* an INPUT_ACK is due */
    bool failed; /* reset by the program, or broken */
} connections[CONNECTIONS_MAXIMUM];
static uint64_t last_id = FIRST_ID;

static void listener_ready(struct watch *watch, uint32_t events) {
    (void)events;
    ((struct listener *)watch)->waiting = true;
}

static bool listen_on(struct listener *listener) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(listener->port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int yes = 1;
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return false;
    listener->watch = (struct watch){.descriptor = descriptor, .ready = listener_ready};
    if (setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
        bind(descriptor, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(descriptor, BACKLOG) != 0)
        return false;
    watch_set(&listener->watch, EPOLLIN | EPOLLET);
    return true;
}

bool proxy_listen(const struct config *config, char *problem, size_t capacity) {
    for (; listener_count < config->proxy_count; listener_count++) {
        struct listener *listener = &listeners[listener_count];
        listener->port = config->proxies[listener_count];
        if (listen_on(listener)) continue;
        snprintf(problem, capacity, "proxy: port %u: %s", listener->port, strerror(errno));
        return false;
    }
    return true;
}

bool proxy_id(uint64_t id) {
    return id >= FIRST_ID;
}

static struct connection *find(uint64_t id) {
    for (int i = 0; i < CONNECTIONS_MAXIMUM; i++)
        if (connections[i].id == id) return &connections[i];
    return NULL;
}

static void forget(struct connection *connection) {
    watch_close(&connection->watch);
    proxied_free(&connection->proxied);
    connection->id = 0;
}

static void reset_on_close(int descriptor) {
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

static void reset(struct connection *connection) {
    reset_on_close(connection->watch.descriptor);
    forget(connection);
}

void proxy_reset(void) {
    for (int i = 0; i < CONNECTIONS_MAXIMUM; i++)
        if (connections[i].id != 0) reset(&connections[i]);
}

const char *proxy_input(uint64_t id, uint64_t offset, bool end, const uint8_t *bytes,
                        size_t count) {
    struct connection *connection = find(id);
    if (!connection) return NULL;
    connection->tell = true;
    return proxied_input(&connection->proxied, offset, end, bytes, count);
}

const char *proxy_acknowledge(uint64_t id, int stream, uint64_t offset) {
    struct connection *connection = find(id);
    return connection ? proxied_acknowledge(&connection->proxied, stream, offset) : NULL;
}

/* A program that has closed is still owed what it sent before; one that has reset is owed nothing.
   The kernel says EPIPE of the first, once it has been sent something. */
static void broken(struct connection *connection, int error) {
    if (error == EPIPE) {
        proxied_deafen(&connection->proxied);
        connection->tell = true;
    } else {
        connection->failed = true;
    }
}

static void connection_ready(struct watch *watch, uint32_t events) {
    struct connection *connection = (struct connection *)watch;
    int error = 0;
    socklen_t length = sizeof error;
    if (events & ~(uint32_t)EPOLLOUT) connection->readable = true;
    if (events & ~(uint32_t)(EPOLLIN | EPOLLRDHUP)) connection->writable = true;
    if (events & EPOLLERR &&
        getsockopt(watch->descriptor, SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error != 0)
        broken(connection, error);
}

/* Takes over the descriptor. */
static void open_connection(struct connection *connection, int descriptor, uint16_t port) {
    const int yes = 1;
    char bytes[16];
    struct record_writer writer = {.bytes = bytes, .capacity = sizeof bytes};
    *connection = (struct connection){
        .watch = {.descriptor = descriptor, .ready = connection_ready}, .id = ++last_id};
    if (!proxied_make(&connection->proxied)) {
        reset(connection);
        return;
    }
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    watch_set(&connection->watch, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
    connection->readable = connection->writable = connection->tell = true;
    record_add(&writer, "port", "%u", port);
    port_send(OPEN, connection->id, bytes, writer.length, NULL, 0);
}

static void accept_waiting(struct listener *listener) {
    struct connection *place;
    while (listener->waiting && port_room() >= ACCEPT_ROOM && (place = find(0))) {
        int descriptor =
            accept4(listener->watch.descriptor, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor >= 0) {
            open_connection(place, descriptor, listener->port);
        } else if (errno == EAGAIN) {
            listener->waiting = false;
        } else if (errno != ECONNABORTED && errno != EINTR) {
            say("proxy: accept: %s", strerror(errno));
            return;
        }
    }
}

static bool write_input(struct connection *connection) {
    static uint8_t bytes[CHUNK];
    struct proxied *proxied = &connection->proxied;
    bool moved = false;
    while (connection->writable && proxied->written < proxied->input.end) {
        size_t count = ring_copy(&proxied->input, proxied->written, bytes, sizeof bytes);
        ssize_t written = write(connection->watch.descriptor, bytes, count);
        if (written >= 0) {
            proxied->written += (uint64_t)written;
            connection->tell = moved = true;
        } else if (errno == EAGAIN) {
            connection->writable = false;
        } else if (errno != EINTR) {
            broken(connection, errno);
            return true;
        }
    }
    if (proxied->input_ended && !proxied->input_done && proxied->written == proxied->input.end) {
        shutdown(connection->watch.descriptor, SHUT_WR);
        proxied->input_done = moved = true;
    }
    return moved;
}

/* What came before is written first, as far as there is room for it. */
void proxy_release(uint64_t id) {
    struct connection *connection = find(id);
    if (!connection) return;
    write_input(connection);
    reset(connection);
}

static bool acknowledge_input(struct connection *connection) {
    const struct proxied *proxied = &connection->proxied;
    uint8_t payload[INPUT_ACK_LENGTH];
    if (!connection->tell || port_room() < INPUT_ACK_LENGTH) return false;
    put_u64(payload, proxied->input.end);
    put_u64(payload + 8, proxied_limit(proxied));
    payload[16] = proxied->deaf ? FLAG_END : 0;
    port_send(INPUT_ACK, connection->id, payload, sizeof payload, NULL, 0);
    connection->tell = false;
    return true;
}

/* What cannot be sent now stays in the socket, and soon holds up the program. */
static bool read_output(struct connection *connection) {
    static uint8_t bytes[CHUNK];
    struct proxied *proxied = &connection->proxied;
    uint8_t header[OUTPUT_HEADER];
    long room = port_room() - OUTPUT_HEADER;
    size_t most = proxied_room(proxied);
    if (!connection->readable || proxied->output_ended || room <= 0 || most == 0) return false;
    if (most > (size_t)room) most = (size_t)room;
    ssize_t got =
        read(connection->watch.descriptor, bytes, most < sizeof bytes ? most : sizeof bytes);
    if (got > 0) {
        put_u64(header, proxied->sent);
        header[8] = STREAM_OUTPUT;
        port_send(OUTPUT, connection->id, header, sizeof header, bytes, (size_t)got);
        proxied->sent += (uint64_t)got;
    } else if (got == 0) {
        proxied->output_ended = true;
    } else if (errno == EAGAIN) {
        connection->readable = false;
        return false;
    } else if (errno != EINTR) {
        broken(connection, errno);
    }
    return true;
}

static bool close_output(struct connection *connection) {
    struct proxied *proxied = &connection->proxied;
    uint8_t payload[CLOSE_LENGTH];
    if (!proxied->output_ended || proxied->output_closed || port_room() < CLOSE_LENGTH)
        return false;
    put_u64(payload, proxied->sent);
    port_send(CLOSE, connection->id, payload, sizeof payload, NULL, 0);
    proxied->output_closed = true;
    return true;
}

static bool finish(struct connection *connection) {
    bool over = connection->failed || proxied_done(&connection->proxied);
    if (!over || port_room() < 0) return false;
    port_send(EXIT, connection->id, NULL, 0, NULL, 0);
    forget(connection);
    return true;
}

static bool carry(struct connection *connection) {
    bool moved = false;
    if (!connection->failed) {
        moved = write_input(connection);
        moved |= acknowledge_input(connection);
        moved |= read_output(connection);
        moved |= close_output(connection);
    }
    return finish(connection) || moved;
}

void proxy_work(void) {
    static unsigned first; /* each begins in turn */
    for (size_t i = 0; i < listener_count; i++) accept_waiting(&listeners[i]);
    bool moved = true;
    for (first++; moved;) {
        moved = false;
        for (unsigned i = 0; i < CONNECTIONS_MAXIMUM; i++) {
            struct connection *connection = &connections[(first + i) % CONNECTIONS_MAXIMUM];
            if (connection->id != 0) moved |= carry(connection);
        }
    }
}
