#include "identity.h"
#include "mounts.h"
#include "network.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

static bool add_entropy(const struct identity *identity) {
    struct {
        struct rand_pool_info info;
        uint8_t bytes[ENTROPY_MAXIMUM];
    } pool = {.info = {.entropy_count = (int)identity->entropy_length * 8,
                       .buf_size = (int)identity->entropy_length}};
    memcpy((uint8_t *)&pool + sizeof pool.info, identity->entropy, identity->entropy_length);
    int random = open("/dev/urandom", O_RDWR | O_CLOEXEC);
    if (random < 0) return false;
    /* Without the second call the generators would use their old, copied keys for a while. */
    bool added = ioctl(random, RNDADDENTROPY, &pool) == 0 && ioctl(random, RNDRESEEDCRNG) == 0;
    close(random);
    return added;
}

bool identity_refresh(const struct identity *identity, char *problem, size_t capacity) {
    if (identity->entropy_length > 0 && !add_entropy(identity)) {
        snprintf(problem, capacity, "entropy: %s", strerror(errno));
        return false;
    }
    int64_t nanoseconds = identity->epoch_nanoseconds;
    struct timespec time = {.tv_sec = nanoseconds / 1000000000,
                            .tv_nsec = nanoseconds % 1000000000};
    if (nanoseconds > 0 && clock_settime(CLOCK_REALTIME, &time) != 0) {
        snprintf(problem, capacity, "clock: %s", strerror(errno));
        return false;
    }
    return true;
}

static bool write_resolver(const struct identity *identity) {
    if (identity->name_servers.count == 0) return true;
    char text[4096] = "";
    size_t length = 0;
    if (identity->search_domains.count > 0) {
        length += (size_t)snprintf(text, sizeof text, "search");
        for (size_t i = 0; i < identity->search_domains.count && length < sizeof text; i++)
            length += (size_t)snprintf(text + length, sizeof text - length, " %s",
                                       identity->search_domains.items[i]);
        if (length < sizeof text)
            length += (size_t)snprintf(text + length, sizeof text - length, "\n");
    }
    for (size_t i = 0; i < identity->name_servers.count && length < sizeof text; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "nameserver %s\n",
                                   identity->name_servers.items[i]);
    return mounts_etc_file("resolv.conf", text);
}

static bool write_hosts(const struct identity *identity) {
    char text[8192];
    const char *name = identity->hostname;
    size_t length = (size_t)snprintf(text, sizeof text,
                                     "127.0.0.1 localhost\n"
                                     "::1 localhost ip6-localhost ip6-loopback\n");
    if (identity->address)
        length += (size_t)snprintf(text + length, sizeof text - length, "%.*s %s\n",
                                   (int)strcspn(identity->address, "/"), identity->address, name);
    else length += (size_t)snprintf(text + length, sizeof text - length, "127.0.1.1 %s\n", name);
    for (size_t i = 0; i < identity->hosts.count && length < sizeof text; i++)
        length +=
            (size_t)snprintf(text + length, sizeof text - length, "%s\n", identity->hosts.items[i]);
    return mounts_etc_file("hosts", text);
}

static bool write_names(const struct identity *identity) {
    char line[80];
    if (identity->hostname) {
        if (sethostname(identity->hostname, strlen(identity->hostname)) != 0) return false;
        snprintf(line, sizeof line, "%s\n", identity->hostname);
        if (!mounts_etc_file("hostname", line) || !write_hosts(identity)) return false;
    }
    if (!identity->machine_id) return true;
    snprintf(line, sizeof line, "%s\n", identity->machine_id);
    return mounts_etc_file("machine-id", line);
}

bool identity_set(const struct identity *identity, char *problem, size_t capacity) {
    bool refreshed = identity_refresh(identity, problem, capacity);
    bool named = write_names(identity) && write_resolver(identity);
    if (!named && refreshed) snprintf(problem, capacity, "/etc: %s", strerror(errno));
    bool connected = network_set(identity->mac, identity->address, identity->gateway, identity->mtu,
                                 problem, refreshed && named ? capacity : 0);
    return refreshed && named && connected;
}
